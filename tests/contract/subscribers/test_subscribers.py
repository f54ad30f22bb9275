#!/usr/bin/python3
"""The subscribers of docs/subscribe.md, as they stand there, with the clients that their languages have, against a running
stack: ./dev test contract."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest
import uuid
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
sys.path[:0] = [str(HERE.parent), str(ROOT / "tests/system")]

import packages  # noqa: E402
import page  # noqa: E402
from harness import call_body, events_of, new_call_id, send_retell, wait_for  # noqa: E402

PAGE = page.sections(ROOT / "docs/subscribe.md")
INSTALLED = ROOT / "build/contract"
OTHERS_NUMBER, OTHERS_AGENT = "+498921555012", "agent_7be1a0c2d45f4f1b8a3360e9aa1"


def send_call(call_id: str | None = None, **changes) -> str:
    call_id = call_id or new_call_id()
    for event in ("call_started", "call_ended", "call_analyzed"):
        status, _, body = send_retell(call_body(event, call_id, **changes))
        assert status == 202, body
    return call_id


def send_call_behind(call_id: str) -> str:
    """A later call in the same partition: who has read it has been given the earlier one."""
    partition = events_of(call_id, "CallAnalyzed")[0]["partition"]
    while True:
        candidate = new_call_id()
        send_retell(call_body("call_started", candidate))
        if events_of(candidate, "CallStarted")[0]["partition"] == partition:
            return send_call(candidate)


def expected_of(call_id: str) -> list[str]:
    """What the page says comes out for a call, of this one."""
    lines = page.printed(PAGE["What both print"])
    sample = lines[0].split()[2]
    return [line.replace(sample, call_id).rstrip() for line in lines]


class Subscriber:
    """The page's files in a folder of their own, prepared as the page says."""

    def __init__(self, section: str, path: Path, modules: Path | None = None):
        self.told = page.language(PAGE[section])
        self.folder = Path(tempfile.mkdtemp(prefix="subscriber-"))
        self.environment = os.environ | {"HOOKSWITCH_SCHEMAS": str(ROOT / "proto-schemas"),
                                         "PATH": f"{path}:{os.environ['PATH']}", "PYTHONDONTWRITEBYTECODE": "1"}
        for name, text in self.told.files.items():
            (self.folder / name).write_text(text, encoding="utf-8")
        if modules:
            (self.folder / "node_modules").symlink_to(modules)
        done = subprocess.run(["sh", "-ec", self.told.prepare], cwd=self.folder, env=self.environment, text=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        assert done.returncode == 0, f"what {section} says first: exit code {done.returncode}\n{done.stdout}"
        self.process = None

    def start(self, group: str) -> None:
        settings = self.told.variables | {"GROUP": group}
        with open(self.folder / "out", "w") as out, open(self.folder / "err", "a") as err:
            self.process = subprocess.Popen(self.told.start, cwd=self.folder, env=self.environment | settings,
                                            stdin=subprocess.DEVNULL, stdout=out, stderr=err)

    def lines(self) -> list[str]:
        """What it has printed since it was started."""
        assert self.process.poll() is None, f"it ended: {(self.folder / 'err').read_text()}"
        return [line.rstrip() for line in (self.folder / "out").read_text(encoding="utf-8").splitlines()]

    def lines_of(self, call_id: str) -> list[str]:
        return [line for line in self.lines() if call_id in line]

    def wait_for_call(self, call_id: str) -> None:
        wanted = expected_of(call_id)
        wait_for(f"{wanted} from the subscriber", lambda: len(self.lines_of(call_id)) >= len(wanted), 60)
        got = self.lines_of(call_id)
        assert got == wanted, f"printed {got} instead of {wanted}"

    def stop(self, number: int) -> int:
        self.process.send_signal(number)
        return self.process.wait(timeout=30)

    def remove(self) -> None:
        if self.process and self.process.poll() is None:
            self.stop(signal.SIGKILL)
        shutil.rmtree(self.folder)


class Stories:
    """What holds in either language; `make` prepares a subscriber."""

    def setUp(self):
        self.subscriber = self.make()
        self.addCleanup(self.subscriber.remove)
        self.group = f"subscriber-{uuid.uuid4().hex}"

    def test_it_says_once_what_happened_on_the_calls_of_its_company(self):
        mine = send_call()
        others = send_call(to_number=OTHERS_NUMBER, agent_id=OTHERS_AGENT)
        self.subscriber.start(self.group)
        self.subscriber.wait_for_call(mine)
        self.subscriber.wait_for_call(send_call_behind(others))
        self.assertEqual(self.subscriber.lines_of(others), [])

    def test_stopped_or_killed_it_goes_on_where_it_was_and_repeats_nothing(self):
        first = send_call()
        self.subscriber.start(self.group)
        self.subscriber.wait_for_call(first)
        for number in (signal.SIGTERM, signal.SIGKILL):
            code = self.subscriber.stop(number)
            self.assertEqual(code, 0 if number == signal.SIGTERM else -signal.SIGKILL)
            missed = send_call()
            self.subscriber.start(self.group)
            self.subscriber.wait_for_call(missed)
            self.assertEqual(self.subscriber.lines_of(first), [])
            first = missed

    def test_what_it_knows_already_is_dropped_when_kafka_gives_it_again(self):
        known = send_call()
        self.subscriber.start(self.group)
        self.subscriber.wait_for_call(known)
        self.subscriber.stop(signal.SIGTERM)
        self.subscriber.start(self.group + "-another")
        self.subscriber.wait_for_call(send_call_behind(known))
        self.assertEqual(self.subscriber.lines_of(known), [])


class Python(Stories, unittest.TestCase):
    def make(self):
        python = packages.pypi(HERE, INSTALLED / "subscriber-pypi")
        return Subscriber("Python", python.parent)

    def test_the_page_names_what_is_installed(self):
        self.assertEqual(self.subscriber.told.pins, set((HERE / "requirements.txt").read_text().split()))


class TypeScript(Stories, unittest.TestCase):
    def make(self):
        modules = packages.npm(HERE, INSTALLED / "subscriber-npm") / "node_modules"
        return Subscriber("TypeScript", modules / ".bin", modules)

    def test_the_page_names_what_is_installed(self):
        wanted = json.loads((HERE / "package.json").read_text())["dependencies"]
        self.assertEqual(self.subscriber.told.pins, {f"{name}@{version}" for name, version in wanted.items()})


if __name__ == "__main__":
    unittest.main()
