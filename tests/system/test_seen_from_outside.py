"""What an operator sees: health, metrics, logs. What nobody may see there: isolation/test_silence.py."""

import json
import os
import re
import subprocess
import unittest

from harness import (ROOT, admin_url, call_body, events_of, fetch, new_call_id, send_retell, setting, status, wait_for)


def metrics(service: str) -> dict[str, float]:
    """Series → value."""
    code, text = fetch(admin_url(service) + "/metrics")
    assert code == 200, text
    pairs = (line.rsplit(" ", 1) for line in text.splitlines() if line and not line.startswith("#"))
    return {series: float(value) for series, value in pairs}


def total(found: dict[str, float], name: str, **labels: str) -> float:
    wanted = [f'{label}="{value}"' for label, value in labels.items()]
    return sum(value for series, value in found.items()
               if series.split("{")[0] == name and all(pair in series for pair in wanted))


class Health(unittest.TestCase):
    def test_each_service_is_live_and_ready(self):
        for service in ("ingress", "call-processing", "booking"):
            self.assertEqual(fetch(admin_url(service) + "/healthz/live")[0], 200)
            code, text = fetch(admin_url(service) + "/healthz/ready")
            self.assertEqual(code, 200, text)
            self.assertIs(json.loads(text)["ready"], True)

    def test_ingress_says_how_far_it_has_read_the_directory(self):
        answer = json.loads(fetch(admin_url("ingress") + "/healthz/ready")[1])
        self.assertGreater(answer["progress"]["directory_offset"], 0)


class Metrics(unittest.TestCase):
    def test_webhooks_are_counted_by_provider_event_and_outcome(self):
        labels = {"provider": "retell", "event": "call_started", "outcome": "accepted"}
        before = total(metrics("ingress"), "hookswitch_webhooks_total", **labels)
        self.assertEqual(send_retell(call_body("call_started", new_call_id()))[0], 202)
        self.assertEqual(total(metrics("ingress"), "hookswitch_webhooks_total", **labels), before + 1)

    def test_a_refused_signature_is_counted(self):
        before = total(metrics("ingress"), "hookswitch_signature_failures_total", provider="retell")
        self.assertEqual(send_retell(call_body("call_started", new_call_id()), "key_wrong")[0], 401)
        self.assertEqual(total(metrics("ingress"), "hookswitch_signature_failures_total", provider="retell"), before + 1)

    def test_call_processing_shows_lag_batches_outbox_and_dead_letters(self):
        call_id = new_call_id()
        send_retell(call_body("call_started", call_id))
        events_of(call_id, "CallStarted")
        names = fetch(admin_url("call-processing") + "/metrics")[1]
        for part in ("lag", "batch", "outbox", "dead_letters", "postgres", "kafka"):
            self.assertRegex(names, rf"# TYPE hookswitch_\w*{part}", f"nothing about {part}")


class Logs(unittest.TestCase):
    def test_services_log_json_lines_with_a_level_and_a_name(self):
        for service in ("ingress", "call-processing", "booking"):
            lines = (status()["logs"] / f"{service}.log").read_text(encoding="utf-8").splitlines()
            self.assertTrue(lines)
            for line in lines:
                entry = json.loads(line)
                self.assertTrue(entry["event"] and entry["level"], line)


class CommandLine(unittest.TestCase):
    def test_each_program_says_its_version_and_its_settings(self):
        for program in ("ingress", "call-processing", "booking", "hookswitch"):
            for flag in ("--version", "--help"):
                done = subprocess.run([program, flag], capture_output=True, text=True, check=False, timeout=10)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertTrue(re.search(r"\d+\.\d+\.\d+" if flag == "--version" else r"--\w", done.stdout), done.stdout)

    def test_a_wrong_setting_is_named_and_refused(self):
        done = subprocess.run(["ingress", "--http-port", "seventy"], capture_output=True, text=True, check=False, timeout=10)
        self.assertEqual(done.returncode, 2)
        self.assertIn("http-port", done.stderr)

    def test_dev_env_is_what_the_variables_say(self):
        done = subprocess.run(["bash", "-c", 'eval "$("$1" env)" && echo "$HOOKSWITCH_KAFKA" && command -v hookswitch',
                               "-", str(ROOT / "dev")], capture_output=True, text=True, check=True,
                              env={"PATH": "/usr/bin:/bin", "HOME": os.environ["HOME"],
                                   "HOOKSWITCH_PORT_BASE": setting("HOOKSWITCH_PORT_BASE")})
        kafka, program = done.stdout.splitlines()
        self.assertEqual(kafka, setting("HOOKSWITCH_KAFKA"))
        self.assertTrue(program.startswith(str(ROOT)))

    def test_dev_status_is_good_when_everything_runs(self):
        def all_healthy():
            return all(part["healthy"] for name, part in status().items() if name != "logs")
        wait_for("everything healthy", all_healthy)


if __name__ == "__main__":
    unittest.main()
