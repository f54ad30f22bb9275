"""Webhooks of nobody's: taken, kept apart, and given to their owner under their old ids as soon as they have one."""

import json
import subprocess
import unittest
import urllib.parse
import urllib.request
import uuid

from harness import RAW, UNRESOLVED, call_body, events_of, new_call_id, send_retell, setting, tail, wait_for

LINDENHOF_NUMBER = "+493023125017"
AURORA_AGENT = "agent_7be1a0c2d45f4f1b8a3360e9aa1"


def hookswitch(*words: str, text: str | None = None) -> subprocess.CompletedProcess:
    return subprocess.run(["hookswitch", *words], input=text if text is not None else "", capture_output=True, text=True,
                          timeout=120, check=False)


def waiting(webhook: str, *options: str) -> dict | None:
    done = hookswitch("unresolved", "list", *options)
    assert done.returncode == 0, done.stderr
    entries = [json.loads(line) for line in done.stdout.splitlines()]
    return next((entry for entry in entries if entry["id"] == webhook), None)


def headers_of(topic: str, key: str, webhook: str) -> dict | None:
    return next((record["headers"] for record in tail(topic, key) if record["headers"]["ce_id"] == webhook), None)


def give_up(number: str) -> None:
    """Nobody has the number any more: other tests play calls to whatever number the directory has."""
    request = urllib.request.Request(f"{setting('HOOKSWITCH_DIRECTORY_URL')}/v1/numbers/{urllib.parse.quote(number)}", method="DELETE",
                                     headers={"Authorization": f"Bearer {setting('HOOKSWITCH_ADMIN_TOKEN')}"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert answer.status == 204, answer.status


class WebhooksOfNobody(unittest.TestCase):
    def send(self, event: str, call_id: str, **changes) -> str:
        status, _, answer = send_retell(call_body(event, call_id, **changes))
        self.assertEqual(status, 202)
        return json.loads(answer)["id"]

    def test_what_nobody_owns_waits_and_goes_to_the_company_that_takes_the_number(self):
        call_id, company = new_call_id(), f"late-{uuid.uuid4().hex[:12]}"
        number = "+4999" + str(uuid.uuid4().int)[:9]
        started = self.send("call_started", call_id, to_number=number, agent_id=None)
        ended = self.send("call_ended", call_id, to_number=number, agent_id=None)
        entry = wait_for("the webhook waits for the number",
                         lambda: (found := waiting(started, "--reason", "unknown_to_number")) and found["waits_for"] and found)
        self.assertEqual(entry["waits_for"], [f"number/{number}"])
        self.assertEqual((entry["provider"], entry["event"], entry["workspace_id"]), ("retell", "call_started", "default"))
        parked = headers_of(UNRESOLVED, call_id, started)
        self.assertEqual(parked["unresolved_reason"], "unknown_to_number")

        applied = hookswitch("tenant", "apply", "-f", "-", text=f"""
companies:
  - {{id: {company}, name: Late, time_zone: Europe/Berlin, numbers: [{{e164: '{number}'}}]}}
workspaces:
  - {{id: default, companies: [{company}]}}
""")
        self.assertEqual(applied.returncode, 0, applied.stderr)
        self.addCleanup(give_up, number)
        events = events_of(call_id, "CallStarted", "CallEnded")
        self.assertEqual({event["headers"]["ce_tenantid"] for event in events}, {company})
        causes = {event["headers"]["ce_causationid"] for event in events}
        self.assertTrue(causes <= {started, ended}, causes)  # which of the two was first, nobody guarantees
        given = headers_of(RAW, call_id, started)
        expected = {name: value for name, value in parked.items() if name != "unresolved_reason"} | {"ce_tenantid": company}
        self.assertEqual(given, expected)
        wait_for("nothing of it waits", lambda: waiting(started) is None and waiting(ended) is None)

    def test_an_operator_decides_what_the_rules_cannot(self):
        call_id = new_call_id()
        started = self.send("call_started", call_id, to_number=LINDENHOF_NUMBER, agent_id=AURORA_AGENT)
        wait_for("the webhook waits", lambda: waiting(started, "--reason", "number_and_agent_disagree"))
        still = hookswitch("unresolved", "release", started)
        self.assertEqual(still.returncode, 1)
        self.assertIn("number_and_agent_disagree", still.stderr)
        self.assertEqual(hookswitch("unresolved", "release", started, "--company", "nobody").returncode, 1)
        given = hookswitch("unresolved", "release", started, "--company", "lindenhof")
        self.assertEqual(given.returncode, 0, given.stderr)
        self.assertEqual(json.loads(given.stdout), {"id": started, "company_id": "lindenhof"})
        (event,) = events_of(call_id, "CallStarted")
        self.assertEqual(event["headers"]["ce_tenantid"], "lindenhof")
        self.assertEqual(event["headers"]["ce_causationid"], started)
        self.assertEqual(hookswitch("unresolved", "release", started, "--company", "lindenhof").returncode, 1)


if __name__ == "__main__":
    unittest.main()
