"""A workspace's keys come from the directory: put, rotated and deleted, and their master key rotated, while webhooks go on being accepted."""

import base64
import json
import os
import secrets
import signal
import threading
import unittest

from harness import (admin_url, bring_back, call_body, calcom_signature, fetch, hookswitch, master_key_file, new_call_id, pid, post,
                     sample, encoded, send_retell, setting, status, JSON, wait_for)


class Workspace:
    """One that only the directory knows: no file says anything of its keys."""

    def __init__(self):
        self.id = "keys-" + secrets.token_hex(4)
        self.said = ""
        done = hookswitch("tenant", "apply", "-f", "-", given=f"workspaces: [{{id: {self.id}, companies: [lindenhof]}}]")
        assert done.returncode == 0, done.stderr

    def do(self, verb: str, *words: str, given: str = "") -> str:
        done = hookswitch("provider-key", verb, "--workspace", self.id, *words, given=given)
        assert done.returncode == 0, f"provider-key {verb}: exit code {done.returncode}: {done.stderr}"
        self.said += done.stdout + done.stderr
        return done.stdout

    def put(self, name: str, key: str, provider: str = "retell") -> None:
        self.do("put", name, "--provider", provider, given=key + "\n")

    def answer(self, key: str) -> int:
        """The status that a genuine webhook gets which is signed with the key."""
        return send_retell(call_body("call_started", new_call_id()), key, f"/workspaces/{self.id}/webhooks/retell")[0]

    def calcom_answer(self, secret: str) -> int:
        body = encoded(sample("calcom_booking_created.json"))
        return post(f"/workspaces/{self.id}/webhooks/calcom", body, JSON | {"X-Cal-Signature-256": calcom_signature(body, secret)})[0]


def new_key() -> str:
    return "key_" + secrets.token_hex(16)


def write_master_keys(text: str) -> None:
    """In the old one's place, whole."""
    fresh = master_key_file().with_suffix(".new")
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(text)
    fresh.rename(master_key_file())


def closed_keys() -> str:
    return next(line for line in fetch(admin_url("ingress") + "/metrics")[1].splitlines()
                if line.startswith("hookswitch_provider_keys_closed "))


class ProviderKeys(unittest.TestCase):
    def test_a_key_is_accepted_once_it_is_put_and_refused_once_it_is_deleted(self):
        workspace, first, second = Workspace(), new_key(), new_key()
        self.assertEqual(workspace.answer(first), 401)
        workspace.put("first", first)
        self.assertEqual(workspace.answer(first), 202)
        self.assertEqual(workspace.answer(second), 401)
        workspace.put("second", second)
        workspace.do("retire", "first")
        self.assertEqual((workspace.answer(first), workspace.answer(second)), (202, 202))
        states = {key["id"]: key["state"] for key in map(json.loads, workspace.do("list").splitlines())}
        self.assertEqual(states, {"first": "retiring", "second": "valid"})
        workspace.do("delete", "first")
        self.assertEqual((workspace.answer(first), workspace.answer(second)), (401, 202))
        self.assertNotIn("key_", workspace.said)

    def test_each_provider_has_its_own_keys_and_each_workspace_too(self):
        workspace, other, secret = Workspace(), Workspace(), secrets.token_hex(24)
        workspace.put("calcom", secret, "calcom")
        self.assertEqual(workspace.calcom_answer(secret), 202)
        self.assertEqual((workspace.answer(secret), other.calcom_answer(secret), other.answer(secret)), (401, 401, 401))

    def test_a_key_lies_nowhere_as_it_is(self):
        workspace, key = Workspace(), new_key()
        workspace.put("first", key)
        topic = hookswitch("tail", "hookswitch.directory.v1", "--from-beginning", "--until-end").stdout
        self.assertIn(f"provider_key/{workspace.id}/first", topic)
        record = next(json.loads(line) for line in topic.splitlines() if f'"provider_key/{workspace.id}/first"' in line)
        sealed = base64.b64decode(record["data"]["sealed_key"], validate=True)
        self.assertGreater(len(sealed), len(key))
        self.assertNotIn(key.encode(), sealed)  # bytes are shown as base64
        self.assertNotIn(key, topic)
        for log in status()["logs"].glob("*.log"):
            self.assertNotIn(key, log.read_text(encoding="utf-8", errors="replace"), log)

    def test_the_master_key_rotates_and_no_webhook_is_refused_meanwhile(self):
        workspace, key = Workspace(), new_key()
        workspace.put("first", key)
        before, closed_before = master_key_file().read_text(encoding="ascii"), closed_keys()  # component tests leave closed ones
        newer = f"rotated-{secrets.token_hex(4)} {secrets.token_hex(32)}\n"
        over, answers = threading.Event(), []

        def send():
            while not over.is_set():
                answers.append(workspace.answer(key))

        sender = threading.Thread(target=send)
        sender.start()
        try:
            write_master_keys(before + newer)
            done = hookswitch("provider-key", "rewrap")
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(json.loads(done.stdout)["master_key"], newer.split()[0])
            self.assertGreater(json.loads(done.stdout)["rewrapped"], 0)
            wait_for("ingress opens every key that it opened before", lambda: closed_keys() == closed_before)
            write_master_keys(newer)  # what was older is gone
        finally:
            over.set()
            sender.join()
        self.assertEqual(set(answers), {202})
        os.kill(pid("ingress"), signal.SIGTERM)
        wait_for("the end of ingress", lambda: status()["ingress"]["state"] != "running")
        bring_back()
        self.assertEqual(workspace.answer(key), 202)
        workspace.put("second", new_key())

    def test_without_the_right_nobody_puts_a_key(self):
        workspace, key = Workspace(), new_key()
        made = json.loads(hookswitch("token", "create", "--company", "lindenhof", "--permission", "write").stdout)
        good = setting("HOOKSWITCH_ADMIN_TOKEN")
        os.environ["HOOKSWITCH_ADMIN_TOKEN"] = made["token"]
        try:
            refused = hookswitch("provider-key", "put", "--workspace", workspace.id, "mine", "--provider", "retell", given=key)
        finally:
            os.environ["HOOKSWITCH_ADMIN_TOKEN"] = good
            hookswitch("token", "revoke", made["id"])
        self.assertEqual(refused.returncode, 1)
        self.assertIn("403", refused.stderr)
        self.assertEqual(workspace.answer(key), 401)


if __name__ == "__main__":
    unittest.main()
