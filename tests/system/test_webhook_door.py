"""What the HTTP door answers: to providers, to their mistakes, and to those who are not providers."""

import http.client
import json
import time
import unittest
from urllib.parse import urlsplit

from harness import (JSON, RAW, UNRESOLVED, call_body, encoded, new_call_id, post, sample, send_calcom, send_retell,
                     setting, sign, tail, wait_for, workspace_keys)

BODY_CAP = 4 * 1024 * 1024


def end_of(topic: str) -> int:
    return len(tail(topic))


class Door(unittest.TestCase):
    def assert_problem(self, answer, status: int, body_sent: bytes = b"") -> None:
        got, headers, body = answer
        self.assertEqual(got, status, body)
        self.assertTrue(headers["content-type"].startswith("application/problem+json"), headers)
        problem = json.loads(body)
        self.assertEqual(problem["status"], status)
        self.assertTrue(problem["title"])
        if len(body_sent) > 40:
            self.assertNotIn(body_sent[:40], body, "the answer repeats what was sent")

    def test_a_genuine_webhook_is_accepted_with_its_id(self):
        status, headers, body = send_retell(call_body("call_started", new_call_id()))
        self.assertEqual(status, 202)
        answer = json.loads(body)
        self.assertIs(answer["accepted"], True)
        self.assertRegex(answer["id"], r"^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-")
        self.assertTrue(headers["content-type"].startswith("application/json"))

    def test_a_wrong_key_a_changed_body_and_an_old_signature_are_not_genuine(self):
        body = call_body("call_started", new_call_id())
        now = int(time.time() * 1000)
        key = setting("HOOKSWITCH_RETELL_API_KEY")
        for signature in (sign(body, "key_of_somebody_else", now), sign(body + b" ", key, now),
                          sign(body, key, now - 6 * 60 * 1000), "v=1", "nonsense", ""):
            self.assert_problem(post("/webhooks/retell", body, JSON | {"X-Retell-Signature": signature}), 401, body)
        self.assert_problem(post("/webhooks/retell", body, JSON), 401, body)
        self.assert_problem(post("/webhooks/calcom", body, JSON | {"X-Cal-Signature-256": "0" * 64}), 401, body)

    def test_what_is_not_json_or_not_a_webhook_is_a_bad_request(self):
        for body in (b"not json at all, but signed by the key of the workspace", b"", b"[]", b'"text"', b"{}",
                     b'{"event":"call_started"}', b'{"event":"call_started","call":{}}', b'{"event":"\xff","call":{}}',
                     b"[" * 100_000):
            self.assert_problem(send_retell(body), 400, body)

    def test_a_body_up_to_the_cap_is_taken_and_a_larger_one_is_not(self):
        call_id = new_call_id()
        padding = BODY_CAP - len(call_body("call_started", call_id, padding=""))
        largest = call_body("call_started", call_id, padding="x" * padding)
        self.assertEqual(len(largest), BODY_CAP)
        self.assertEqual(send_retell(largest)[0], 202)
        self.assertEqual(len(wait_for("the largest webhook on the bus", lambda: tail(RAW, call_id))), 1)
        self.assertEqual(self.status_of_oversized(largest + b" "), 413)

    def status_of_oversized(self, body: bytes) -> int:
        """The answer may come, and the connection close, before the whole body is sent."""
        url = urlsplit(setting("HOOKSWITCH_INGRESS_URL"))
        connection = http.client.HTTPConnection(url.hostname, url.port, timeout=10)
        try:
            connection.putrequest("POST", "/webhooks/retell")
            for name, value in (JSON | {"Content-Length": str(len(body))}).items():
                connection.putheader(name, value)
            connection.endheaders()
            try:
                connection.send(body)
            except (BrokenPipeError, ConnectionResetError):
                pass
            return connection.getresponse().status
        finally:
            connection.close()

    def test_only_json_is_taken(self):
        body = call_body("call_started", new_call_id())
        signature = {"X-Retell-Signature": sign(body, setting("HOOKSWITCH_RETELL_API_KEY"), int(time.time() * 1000))}
        self.assert_problem(post("/webhooks/retell", body, signature | {"Content-Type": "text/plain"}), 415, body)
        status, _, _ = post("/webhooks/retell", body, signature | {"Content-Type": "application/json; charset=utf-8"})
        self.assertEqual(status, 202)

    def test_an_unknown_path_and_an_unknown_workspace_lead_nowhere(self):
        body = call_body("call_started", new_call_id())
        self.assert_problem(send_retell(body, path="/webhooks/somebody"), 404)
        self.assertIn(send_retell(body, path="/workspaces/nobody/webhooks/retell")[0], (401, 404))

    def test_reading_a_webhook_address_is_not_allowed(self):
        url = urlsplit(setting("HOOKSWITCH_INGRESS_URL"))
        connection = http.client.HTTPConnection(url.hostname, url.port, timeout=10)
        connection.request("GET", "/webhooks/retell")
        answer = connection.getresponse()
        self.assertEqual(answer.status, 405)
        self.assertIn("POST", answer.getheader("Allow", ""))
        connection.close()

    def test_a_ping_of_calcom_is_acknowledged_and_not_published(self):
        before = end_of("hookswitch.webhooks.calcom.v1"), end_of(UNRESOLVED)
        body = encoded(sample("calcom_ping.json"))
        self.assertEqual(send_calcom(body)[0], 202)
        self.assertEqual((end_of("hookswitch.webhooks.calcom.v1"), end_of(UNRESOLVED)), before)

    def test_a_booking_of_calcom_is_published_for_its_tenant(self):
        booking = sample("calcom_booking_created.json")
        uid = booking["payload"]["uid"] = "uid" + new_call_id()[5:25]
        self.assertEqual(send_calcom(encoded(booking))[0], 202)
        events = wait_for("the booking on the bus", lambda: tail("hookswitch.webhooks.calcom.v1", uid))
        self.assertEqual(events[0]["headers"]["ce_tenantid"], "lindenhof")
        self.assertEqual(events[0]["headers"]["ce_event"], "BOOKING_CREATED")

    def test_call_inbound_sent_to_the_webhook_address_is_acknowledged(self):
        self.assertEqual(send_retell(encoded(sample("retell_call_inbound.json")))[0], 202)


class Workspaces(unittest.TestCase):
    def test_two_keys_are_valid_at_a_time(self):
        keys = workspace_keys("default")
        self.assertEqual(len(keys), 2)
        for key in keys:
            self.assertEqual(send_retell(call_body("call_started", new_call_id()), key)[0], 202)

    def test_a_workspace_has_keys_of_its_own(self):
        [auroras] = workspace_keys("aurora")
        body = call_body("call_started", new_call_id())
        self.assertEqual(send_retell(body, auroras)[0], 401)
        self.assertEqual(send_retell(body, path="/workspaces/aurora/webhooks/retell")[0], 401)

    def test_the_key_of_aurora_speaks_for_aurora(self):
        [key] = workspace_keys("aurora")
        call_id = new_call_id()
        body = call_body("call_started", call_id, to_number="+498921555012", agent_id="agent_7be1a0c2d45f4f1b8a3360e9aa1")
        self.assertEqual(send_retell(body, key, "/workspaces/aurora/webhooks/retell")[0], 202)
        [raw] = wait_for("aurora's webhook", lambda: tail(RAW, call_id))
        self.assertEqual(raw["headers"]["ce_tenantid"], "aurora")
        self.assertEqual(raw["headers"]["ce_workspace"], "aurora")

    def test_the_key_of_aurora_cannot_speak_for_lindenhof(self):
        [key] = workspace_keys("aurora")
        call_id = new_call_id()
        self.assertEqual(send_retell(call_body("call_started", call_id), key, "/workspaces/aurora/webhooks/retell")[0], 202)
        [parked] = wait_for("the parked webhook", lambda: tail(UNRESOLVED, call_id))
        self.assertNotIn("ce_tenantid", parked["headers"])
        self.assertEqual(tail(RAW, call_id), [])

    def test_a_number_that_nobody_owns_is_parked(self):
        call_id = new_call_id()
        body = call_body("call_started", call_id, to_number="+4930999999", agent_id="agent_of_nobody")
        self.assertEqual(send_retell(body)[0], 202)
        [parked] = wait_for("the parked webhook", lambda: tail(UNRESOLVED, call_id))
        self.assertNotIn("ce_tenantid", parked["headers"])
        self.assertEqual(parked["data"]["call"]["call_id"], call_id)
        self.assertEqual(tail(RAW, call_id), [])

    def test_a_number_and_an_agent_of_different_tenants_are_parked(self):
        call_id = new_call_id()
        body = call_body("call_started", call_id, agent_id="agent_7be1a0c2d45f4f1b8a3360e9aa1")
        self.assertEqual(send_retell(body)[0], 202)
        wait_for("the parked webhook", lambda: tail(UNRESOLVED, call_id))
        self.assertEqual(tail(RAW, call_id), [])

    def test_metadata_never_decides_a_tenant(self):
        call_id = new_call_id()
        self.assertEqual(send_retell(call_body("call_started", call_id, metadata={"tenant_id": "aurora"}))[0], 202)
        [raw] = wait_for("the webhook", lambda: tail(RAW, call_id))
        self.assertEqual(raw["headers"]["ce_tenantid"], "lindenhof")


if __name__ == "__main__":
    unittest.main()
