"""Runs after everything else: no secret and no word of a person is in any log, metric, answer, dead letter's headers or command line of
the run. The words are those of the canaries, planted here in every field once more, while the services log all that they can."""

import itertools
import json
import os
import re
import signal
import subprocess
import threading
import unittest
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import bus
from canaries import CALCOM_PATH, CANARIES, RETELL_PATH, seed, settle
from harness import (JSON, ROOT, admin_urls, calcom_signature, credentials, fetch, pid, post, send_retell, setting, status, wait_for,
                     workspace_keys)
from misplaced import all_bodies
from operations import ask, operations
from tokens import make_token, revoke


def forbidden() -> list[str]:
    """What may be seen nowhere: as it is, in parts, and as it is written in JSON, in an address or in hexadecimal."""
    words = []
    for canary in CANARIES:
        words += [*canary.words(), *canary.caller.split(), canary.host.split()[-1],
                  *(mail.partition("@")[0] for mail in (canary.caller_mail, canary.host_mail)),
                  "0" + canary.caller_number[3:], canary.caller_number[-9:], canary.number[1:], canary.uid_prefix]
    words += credentials().values()
    written = [(word, json.dumps(word)[1:-1], quote(word), word.encode().hex()) for word in words]
    return list(dict.fromkeys(itertools.chain.from_iterable(written)))


def found_in(text: str) -> list[str]:
    return [word for word in forbidden_words if word in text]


def every_command_line() -> set[str]:
    lines = set()
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            lines.add(process.read_bytes().replace(b"\0", b" ").decode(errors="replace"))
        except OSError:
            continue  # gone meanwhile
    return lines


@contextmanager
def watched_command_lines(into: set):
    """Everything that runs meanwhile, however briefly."""
    over = threading.Event()

    def watch():
        while not over.wait(0.03):
            into.update(every_command_line())

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()


def plant() -> list[tuple[int, str]]:
    """Sends all of it; gives the answers."""
    key, secret = workspace_keys("default")[0], workspace_keys("default", "calcom_secrets")[0]

    def send(planted):
        provider, body = planted
        if provider == "retell":
            return send_retell(body, key, headers={"traceparent": CANARIES[0].spoken, "User-Agent": CANARIES[0].caller})
        return post("/webhooks/calcom", body, JSON | {"X-Cal-Signature-256": calcom_signature(body, secret)})

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, all_bodies()))
    for canary in CANARIES:
        workspace = canary.caller.replace(" ", "%20")
        for path in (RETELL_PATH, CALCOM_PATH):
            answers.append(post(path.format(workspace), b"{}", JSON))
        answers.append(post(f"/webhooks/retell?caller={canary.caller_number}", b"{}", JSON | {"X-Retell-Signature": canary.caller}))
        answers.append(post("/webhooks/retell", b"{}", {"Content-Type": canary.caller_mail}))
    return [(code, f"{headers} {body.decode(errors='replace')}") for code, headers, body in answers]


def show_a_token() -> str:
    """One that is made, shown everywhere, rightly and wrongly, and revoked; its secret."""
    token = make_token(CANARIES[0].tenant, "write")
    shown_as = [("", "", token.headers), ("", "", {"Authorization": token.text}), ("", "", {"Authorization": f"Bearer {token.text}x"}),
                ("", f"access_token={token.text}", {})]
    for operation in operations(CANARIES[0]):
        if operation.method == "GET":
            ask(operation, shown_as)
    revoke(token)
    return token.text[-43:]


def restart(level: str) -> None:
    """All services anew, logging from that level on."""
    services = [name for name, part in status().items() if isinstance(part, dict) and name not in ("kafka", "postgres")]
    for name in services:
        os.kill(pid(name), signal.SIGTERM)
    wait_for("the end of the services", lambda: not [name for name in services if status()[name]["state"] == "running"])
    subprocess.run([ROOT / "dev", "up", "--detach", "--no-demo"], stdin=subprocess.DEVNULL, capture_output=True, check=True,
                   env=os.environ | {"HOOKSWITCH_LOG_LEVEL": level})


def at_admin_ports() -> list[tuple[str, str]]:
    """What is to be read there, with its address."""
    urls = [url + path for url in admin_urls().values()
            for path in ("/metrics", "/healthz/ready", "/healthz/live", f"/{CANARIES[0].spoken}")]
    return [(url, fetch(url)[1]) for url in urls]


def setUpModule():
    global forbidden_words, answers, command_lines, shown
    forbidden_words = forbidden()
    command_lines = set()
    with watched_command_lines(command_lines):
        shown = at_admin_ports()  # what the run so far has counted
        restart("debug")
        seed()
        forbidden_words.append(show_a_token())
        answers = plant()
        settle()
        shown += at_admin_ports()
        restart("info")


class Silence(unittest.TestCase):
    def test_no_log(self):
        logs = sorted(status()["logs"].glob("*"))
        parts = {log.stem for log in logs}
        self.assertGreaterEqual(parts, {name for name in status() if name != "logs"}, "a part without a log")
        searched = Counter()
        for log in logs:
            text = log.read_text(encoding="utf-8", errors="replace")
            self.assertTrue(text, f"{log.name} is empty")
            searched[log.name] = text.count("\n")
            for word in found_in(text):
                line = next(line for line in text.splitlines() if word in line)
                self.fail(f"{word!r} is in {log.name}: {line}")
        print(f"{len(forbidden_words)} words and secrets searched for in lines of logs: {dict(searched)}", flush=True)
        of_ingress = (status()["logs"] / "ingress.log").read_text(encoding="utf-8")
        self.assertIn("webhook.malformed", of_ingress)
        self.assertIn('"level":"debug"', of_ingress)

    def test_no_metric_and_nothing_else_at_an_admin_port(self):
        self.assertTrue([text for _, text in shown if "hookswitch_webhooks_total{" in text])
        self.assertTrue([text for _, text in shown if "hookswitch_consumer_messages_total{" in text])
        for url, text in shown:
            self.assertTrue(text, f"{url} answered nothing")
            self.assertEqual(found_in(text), [], url)
            # Not "0.1.0+4915e5c", a version of ours.
            self.assertNotRegex(text, r"call_[0-9a-f]{8}|(?<!\d)\+49\d|key_[0-9a-f]", url)

    def test_no_answer(self):
        print(f"answers searched: {dict(Counter(code for code, _ in answers))}", flush=True)
        self.assertGreater(len([code for code, _ in answers if code == 400]), 50)
        for code, text in answers:
            self.assertEqual(found_in(text), [], f"{code}: {text}")

    def test_no_header_that_says_why_a_letter_is_dead(self):
        looked_at = 0
        for record in bus.everything():
            said = {name: value for name, value in record["headers"].items() if name.startswith("dlq_")}
            looked_at += bool(said)
            self.assertEqual(found_in(json.dumps(said, ensure_ascii=False)), [], said)
        print(f"dead letters searched: {looked_at}", flush=True)
        self.assertGreater(looked_at, 50)

    def test_no_list_of_dead_letters_but_their_content(self):
        done = subprocess.run(["hookswitch", "dlq", "list"], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True)
        self.assertTrue(done.stdout)
        self.assertEqual(found_in(re.sub(r"uidKanarie\w+", "", done.stdout)), [])

    def test_no_command_line(self):
        self.assertTrue([line for line in command_lines if "ingress" in line])
        self.assertTrue([line for line in command_lines if "dev.py up --detach" in line], "nothing was seen of what ran meanwhile")
        print(f"command lines searched: {len(command_lines)}", flush=True)
        for line in command_lines | every_command_line():
            self.assertEqual(found_in(line), [], line)

    def test_secrets_are_files_that_only_their_owner_reads(self):
        """Whatever the stack keeps: who cannot be root or its owner finds no secret in a file."""
        state = Path(setting("HOOKSWITCH_WORKSPACES_FILE")).parent
        secrets, holders = [secret.encode() for secret in credentials().values()], []
        for folder, folders, files in os.walk(state):
            folders[:] = [name for name in folders if os.stat(os.path.join(folder, name)).st_mode & 0o005]
            for path in (Path(folder, name) for name in files):
                if path.stat().st_size > 1_000_000:
                    continue
                content = path.read_bytes()
                if any(secret in content for secret in secrets):
                    holders.append(path.name)
                    self.assertEqual(path.stat().st_mode & 0o077, 0, path)
        self.assertGreaterEqual(set(holders), {"credentials.json", "workspaces.yaml", "master.keys"})


if __name__ == "__main__":
    unittest.main()
