"""What cannot be handled: parked with its cause, listed, replayed and discarded with `hookswitch dlq`, while others subscribe."""

import json
import subprocess
import unittest

from harness import CALLS, RAW, call_body, events_of, new_call_id, send_retell, tail, wait_for

DEAD_LETTERS = f"{RAW}.call-processing.dlq"
RETRIES = f"{RAW}.call-processing.retry"


def dlq(*words: str) -> subprocess.CompletedProcess:
    return subprocess.run(["hookswitch", "dlq", *words], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=60, check=False)


def listed() -> dict[str, dict]:
    """The open dead letters by their event's id."""
    done = dlq("list", "--json")
    assert done.returncode == 0, done.stderr
    return {letter["id"]: letter for letter in map(json.loads, done.stdout.splitlines())}


def park_one() -> tuple[str, str]:
    """Sends a webhook that call-processing must refuse; gives its id and its call, once it is listed."""
    call_id = new_call_id()
    status, _, body = send_retell(call_body("call_ended", call_id, duration_ms="three minutes"))
    assert status == 202, body
    event_id = json.loads(body)["id"]
    wait_for("the dead letter", lambda: event_id in listed())
    return event_id, call_id


class DeadLetters(unittest.TestCase):
    def test_a_refused_webhook_is_parked_with_its_cause_and_the_calls_next_webhook_goes_on(self):
        event_id, call_id = park_one()
        letter = next(each for each in tail(DEAD_LETTERS, call_id) if each["headers"]["ce_id"] == event_id)
        headers = letter["headers"]
        self.assertEqual(headers["dlq_reason"], "refused")
        self.assertIn("/call/duration_ms", headers["dlq_error"])
        self.assertNotIn("three minutes", headers["dlq_error"])
        self.assertEqual(headers["dlq_topic"], RAW)
        self.assertEqual(letter["data"]["call"]["call_id"], call_id)
        self.assertEqual(send_retell(call_body("call_analyzed", call_id))[0], 202)
        events_of(call_id, "CallStarted", "CallEnded", "CallAnalyzed", "CallCostReported")

    def test_rule_6_a_dead_letter_replayed_while_others_subscribe_reaches_only_its_service(self):
        event_id, call_id = park_one()
        before = len(tail(RAW, call_id))
        done = dlq("replay", event_id)
        self.assertEqual(done.returncode, 0, done.stderr)
        retried = wait_for("the record on the retry topic", lambda: tail(RETRIES, call_id))
        self.assertEqual([each["headers"]["ce_id"] for each in retried], [event_id])
        # It still cannot be handled, so it is parked again; nobody else has seen it twice.
        wait_for("the second dead letter",
                 lambda: len([e for e in tail(DEAD_LETTERS, call_id) if "dlq_reason" in e["headers"]]) == 2)
        self.assertIn(event_id, listed())
        self.assertEqual(len(tail(RAW, call_id)), before)
        self.assertEqual(tail(CALLS, call_id), [])

    def test_a_discarded_dead_letter_is_listed_no_more(self):
        event_id, _ = park_one()
        done = dlq("discard", event_id)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertNotIn(event_id, listed())

    def test_an_unknown_dead_letter_is_a_no(self):
        done = dlq("replay", "00000000-0000-5000-8000-000000000000")
        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stdout, "")
        self.assertIn("00000000-0000-5000-8000-000000000000", done.stderr)


if __name__ == "__main__":
    unittest.main()
