"""Parts that freeze, stop and die, and what becomes of webhooks meanwhile. Each test ends by proving recovery."""

import os
import signal
import threading
import time
import unittest

from harness import (RAW, bring_back, call_body, events_of, fetch, admin_url, frozen, new_call_id, pid, send_retell,
                     status, tail, wait_for)


class KafkaAway(unittest.TestCase):
    def tearDown(self):
        bring_back()

    def test_a_frozen_kafka_means_503_within_two_seconds_and_then_all_is_well_again(self):
        self.assertEqual(send_retell(call_body("call_started", new_call_id()))[0], 202)
        with frozen("kafka"):
            begun = time.monotonic()
            answered, headers, _ = send_retell(call_body("call_started", new_call_id()))
            took_s = time.monotonic() - begun
        self.assertEqual(answered, 503)
        self.assertIn("retry-after", headers)
        self.assertLess(took_s, 2.5, "promised: 2 s; half a second of slack for the machine")
        call_id = new_call_id()
        wait_for("202 again", lambda: send_retell(call_body("call_started", call_id))[0] == 202)
        events_of(call_id, "CallStarted")


class Stopping(unittest.TestCase):
    def tearDown(self):
        bring_back()

    def test_sigterm_of_ingress_under_load_loses_nothing_and_exits_0(self):
        acknowledged, lock, over = [], threading.Lock(), threading.Event()

        def keep_sending():
            while not over.is_set():
                call_id = new_call_id()
                try:
                    answered, _, _ = send_retell(call_body("call_started", call_id))
                except OSError:
                    over.wait(0.01)  # it does not take connections any more
                    continue
                if answered == 202:
                    with lock:
                        acknowledged.append(call_id)

        senders = [threading.Thread(target=keep_sending) for _ in range(8)]
        for sender in senders:
            sender.start()
        wait_for("some load", lambda: len(acknowledged) > 50)
        os.kill(pid("ingress"), signal.SIGTERM)
        ended = wait_for("the end of ingress", lambda: (lambda part: part if part["state"] != "running" else None)(
            status()["ingress"]))
        over.set()
        for sender in senders:
            sender.join()
        self.assertEqual(ended["exit_code"], 0, ended)
        self.assertEqual(ended["state"], "stopped")
        there = {event["key"] for event in tail(RAW)}
        self.assertEqual(set(acknowledged) - there, set(), "acknowledged, but not on the bus")

    def test_a_service_that_dies_stays_dead_and_dev_up_brings_it_back(self):
        for service in ("ingress", "call-processing"):
            os.kill(pid(service), signal.SIGKILL)
            dead = wait_for("status says so", lambda: (lambda part: part if part["state"] == "dead" else None)(
                status()[service]))
            self.assertIn("SIGKILL", dead["why"])
            self.assertFalse(dead["healthy"])
        bring_back()
        found = status()
        self.assertTrue(found["ingress"]["healthy"] and found["call-processing"]["healthy"], found)
        call_id = new_call_id()
        self.assertEqual(send_retell(call_body("call_started", call_id))[0], 202)
        events_of(call_id, "CallStarted")

    def test_kafka_and_postgres_killed_at_once_come_back_with_everything(self):
        call_id = new_call_id()
        self.assertEqual(send_retell(call_body("call_started", call_id))[0], 202)
        for part in ("kafka", "postgres"):
            os.kill(pid(part), signal.SIGKILL)
        bring_back()
        events_of(call_id, "CallStarted", patience_s=60)
        self.assertEqual(fetch(admin_url("call-processing") + "/healthz/ready")[0], 200)


class PostgresAway(unittest.TestCase):
    def tearDown(self):
        bring_back()

    def test_webhooks_are_taken_while_postgres_is_frozen_and_worked_off_afterwards(self):
        call_id = new_call_id()
        with frozen("postgres"):
            for event in ("call_started", "call_ended"):
                self.assertEqual(send_retell(call_body(event, call_id))[0], 202)
            self.assertEqual(fetch(admin_url("ingress") + "/healthz/ready")[0], 200)
        events_of(call_id, "CallStarted", "CallEnded", patience_s=60)


if __name__ == "__main__":
    unittest.main()
