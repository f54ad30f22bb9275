"""What is told to the directory is in force when the command comes back, and when it is not, the command says where and why."""

import json
import os
import secrets
import signal
import subprocess
import tempfile
import time
import unittest
from contextlib import contextmanager
from pathlib import Path

from harness import admin_url, bring_back, fetch, frozen, hookswitch, lag, pid, status, wait_for

DIRECTORY = "hookswitch.directory.v1"


def apply(company: str, name: str, *words: str) -> subprocess.CompletedProcess:
    file = {"companies": [{"id": company, "name": name, "time_zone": "Europe/Berlin",
                           "plan": {"currency": "EUR", "per_minute": "0.15", "increments": "60/60"}}]}
    return hookswitch("tenant", "apply", "-f", "-", *words, given=json.dumps(file))


def billing_is_behind_by() -> int:
    return next(entry["lag"] for entry in lag() if entry["group"] == "billing" and entry["topic"] == DIRECTORY)


def environment_of(part: str) -> dict[str, str]:
    words = Path(f"/proc/{pid(part)}/environ").read_bytes().decode().split("\0")
    return dict(word.split("=", 1) for word in words if "=" in word)


@contextmanager
def another(service: str, **changes: str):
    """One more process of a service, with the settings of the one that runs but for these; its admin port's URL and its process."""
    with tempfile.TemporaryFile("w+b") as log:
        process = subprocess.Popen([Path(f"/proc/{pid(service)}/exe").resolve()], stdin=subprocess.DEVNULL, stderr=log,
                                   env=environment_of(service) | {"HOOKSWITCH_ADMIN_PORT": "0"} | changes)

        def port() -> str | None:
            lines = os.pread(log.fileno(), 1_000_000, 0).decode().splitlines()
            assert process.poll() is None, "\n".join(lines)
            return next((str(json.loads(line)["admin_port"]) for line in lines if '"service.starting"' in line), None)

        try:
            yield f"http://127.0.0.1:{wait_for('its admin port', port)}", process
        finally:
            process.kill()
            process.wait()


class TenantApply(unittest.TestCase):
    def setUp(self):
        self.company = "known-" + secrets.token_hex(4)

    def tearDown(self):
        bring_back()

    def test_billing_has_read_it_when_apply_comes_back(self):
        for name in ("one", "two", "two"):  # the last one changes nothing
            done = apply(self.company, name)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(billing_is_behind_by(), 0)

    def test_billing_down_or_frozen_is_said_in_time_and_back_again_it_has_it(self):
        url = admin_url("billing")
        with frozen("billing"):
            begun = time.monotonic()
            done = apply(self.company, "one", "--wait", "2")
            took_s = time.monotonic() - begun
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertIn(f"does not have it yet: billing ({url}): does not answer", done.stderr)
        self.assertNotIn("ingress", done.stderr)
        self.assertLess(took_s, 10, "2 s of waiting, and what a busy machine takes to change something")
        os.kill(pid("billing"), signal.SIGKILL)
        wait_for("the end of billing", lambda: status()["billing"]["state"] == "dead")
        done = apply(self.company, "two", "--wait", "1")
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertIn(f"does not have it yet: billing ({url}): does not answer", done.stderr)
        bring_back()
        done = apply(self.company, "two")  # changes nothing, and waits for what billing was not there for
        self.assertEqual((done.returncode, done.stdout.count("=")), (0, 2), done.stdout + done.stderr)
        self.assertEqual(billing_is_behind_by(), 0)

    def test_of_two_instances_of_billing_it_does_not_matter_which_one_reads(self):
        first = admin_url("billing")
        with another("billing", HOOKSWITCH_INSTANCE="1") as (second, process):
            wait_for("both have partitions", lambda: fetch(second + "/healthz/ready")[0] == 200)
            for name, ports in (("one", f"billing={first},billing={second}"), ("two", f"billing={first}"), ("three", f"billing={second}")):
                done = apply(self.company, name, "--admin-url", ports)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertEqual(billing_is_behind_by(), 0)
            process.kill()
            process.wait()
            done = apply(self.company, "four", "--admin-url", f"billing={first},billing={second}")  # within its session's 10 s, or after
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(billing_is_behind_by(), 0)


class ProviderKeyPut(unittest.TestCase):
    def test_an_ingress_without_the_master_key_is_named_with_what_it_lacks(self):
        workspace = "known-" + secrets.token_hex(4)
        done = hookswitch("tenant", "apply", "-f", "-", given=f"workspaces: [{{id: {workspace}, companies: [lindenhof]}}]")
        self.assertEqual(done.returncode, 0, done.stderr)

        def put(name: str, *words: str) -> subprocess.CompletedProcess:
            return hookswitch("provider-key", "put", name, "--workspace", workspace, "--provider", "retell", *words,
                              given="key_" + secrets.token_hex(16))

        self.assertEqual(put("a").returncode, 0)
        with tempfile.TemporaryDirectory() as folder:
            other = Path(folder, "master.keys")
            other.touch(mode=0o600)
            other.write_text(f"another {secrets.token_hex(32)}\n", encoding="ascii")
            with another("ingress", HOOKSWITCH_INSTANCE="known-everywhere", HOOKSWITCH_HTTP_PORT="0",
                         HOOKSWITCH_MASTER_KEY_FILE=str(other)) as (url, _):
                refused = put("b", "--wait", "5", "--admin-url", f"ingress={admin_url('ingress')},ingress={url}")
        self.assertEqual(refused.returncode, 3, refused.stdout + refused.stderr)
        self.assertRegex(refused.stderr, rf"ingress \({url}\) has the key {workspace}/b and lacks the master key \S+ ")
        self.assertNotIn(admin_url("ingress"), refused.stderr)
        self.assertNotIn("key_", refused.stdout + refused.stderr)


if __name__ == "__main__":
    unittest.main()
