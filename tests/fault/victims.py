"""The running stack as a fault test needs it: start with a fault, kill, restart, and look inside afterwards."""

import json
import os
import re
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

import yaml

import broker
import credentials
import database
import environment
import processes
import report
import services
from stack import ROOT, Refusal, Stack

RAW = "hookswitch.webhooks."


@dataclass(frozen=True)
class Consumer:
    """A service that deploy/topics.yaml names as a consumer."""

    name: str
    topics: tuple[str, ...]
    compacted_topics: tuple[str, ...]

    @property
    def schema(self) -> str:
        return self.name.replace("-", "_")


def read_by(name: str, topics: list[dict]) -> tuple[str, ...]:
    return tuple(topic["name"] for topic in topics if name in topic.get("consumers", ()))


class Victims:
    """A stack (that of HOOKSWITCH_PORT_BASE, unless another one is given) with whatever services it has. Two threads do not touch one
    service."""

    def __init__(self, stack: Stack | None = None):
        self.stack = self._stack = stack or Stack.from_environment()
        self._services = {service.name: service for service in services.SERVICES}
        declared = yaml.safe_load((ROOT / "deploy/topics.yaml").read_text(encoding="utf-8"))["topics"]
        # A compacted topic tells what is, not what happened: it has no history to compare.
        told = [topic for topic in declared if topic.get("cleanup_policy") != "compact"]
        compacted = [topic for topic in declared if topic not in told]
        self.services = list(self._services)
        self.topics = [topic["name"] for topic in told]
        self.raw_topics = [name for name in self.topics if name.startswith(RAW)]
        self.domain_topics = [name for name in self.topics if not name.startswith(RAW)]
        consumers = [Consumer(name, read_by(name, told), read_by(name, compacted)) for name in self.services]
        self.consumers = [consumer for consumer in consumers if consumer.topics]
        self.instead: dict[str, dict[str, str]] = {}  # service → settings that it is started with in place of the stack's
        self.ready_s: list[float] = []  # from the start of a service that had ended to its being ready
        self.crashed: list[str] = []  # services that ended by a signal that nobody sent
        self.gave_up: list[str] = []  # services that ended by themselves, in order
        self._said_before: dict[str, int] = {}  # part → bytes in its log when it was started last

    def secrets(self) -> set[str]:
        """Every key and password of the stack."""
        lines = credentials.master_key_file(self._stack).read_text(encoding="ascii").splitlines()
        return {*credentials.load(self._stack).values(), *(line.split()[1] for line in lines)}

    def logs(self) -> list:
        own = {self._stack.log_file(part) for part in (*self.services, "kafka", "postgres")}
        # Also those of the services that a campaign has beside the stack's own.
        return sorted(own | {log for log in self._stack.logs.glob("*.log") if re.sub(r"-\d+$", "", log.stem) in self._services})

    def start(self, name: str, fault: str = "", part: str = "", instead: dict[str, str] | None = None) -> None:
        """`part`: the name of one more of the service beside the stack's own, which then needs its own ports in `instead`."""
        log = self._stack.log_file(part or name)
        self._said_before[part or name] = log.stat().st_size if log.exists() else 0
        own = {"HOOKSWITCH_FAULT": fault} | self.instead.get(name, {}) | (instead or {})
        try:
            services.start(self._stack, self._services[name], part, own)
        except Refusal:
            # On a busy machine it may have come to its step before anybody saw it run.
            ended = self.how_it_ended(part or name)
            if not fault or ended is None or ended.code != 128 + signal.SIGKILL:
                raise

    def runs(self, part: str) -> bool:
        return processes.pid_of(self._stack.run_folder(part)) is not None

    def how_it_ended(self, part: str) -> processes.Ended | None:
        return processes.how_it_ended(self._stack.run_folder(part))

    def note_end(self, name: str) -> None:
        """Of a service that has ended and is about to be started again: whether nobody had asked it to."""
        ended = self.how_it_ended(name)
        if ended and ended.code not in (0, 128 + signal.SIGKILL):
            (self.crashed if ended.code > 128 else self.gave_up).append(f"{name} {ended}")

    def bring_back(self, name: str, patience_s: float = 60) -> None:
        """Starts the service when it has ended, as an orchestrator would, and waits until it is ready."""
        began = time.monotonic()
        started = None
        while True:
            if not self.runs(name):
                self.note_end(name)
                self.start(name)
                started = time.monotonic()
            try:
                self.wait_ready(name, max(1.0, began + patience_s - time.monotonic()))
                if started:
                    self.ready_s.append(time.monotonic() - started)
                return
            except Refusal:
                if self.runs(name) or time.monotonic() > began + patience_s:
                    raise

    def wait_ready(self, name: str, patience_s: float = 60) -> None:
        services.wait(self._stack, self._services[name], patience_s)

    def is_ready(self, name: str) -> bool:
        return services.readiness(self._stack, self._services[name]).get("ready") is True

    def stop(self, name: str) -> None:
        if not self.runs(name):
            self.note_end(name)
        services.stop(self._stack, self._services[name])

    def send(self, name: str, which: signal.Signals) -> None:
        os.kill(self.pid(name), which)

    def kill(self, name: str) -> None:
        pid = self.pid(name)
        started = processes.started_at(pid)
        os.kill(pid, signal.SIGKILL)
        if not processes.gone(pid, started, 10):
            raise RuntimeError(f"{name} survives SIGKILL")

    def wait_struck(self, part: str, step: str, action: str, patience_s: float = 30) -> None:
        """Waits until a fault injected at `step` (service.step) has come about."""
        if action == "kill":
            return self.wait_death_by_kill(part, step, patience_s)
        self.wait_for(f"{step}:{action}", lambda: self.is_stopped(part) if action == "stop" else self.has_thrown(part, step),
                      patience_s, part)

    def wait_for(self, what: str, condition: Callable[[], bool], patience_s: float, part: str = "", every_s: float = 0.02) -> None:
        deadline = time.monotonic() + patience_s
        while not condition():
            if time.monotonic() > deadline:
                said = f"\n{processes.last_lines(self._stack.log_file(part))}" if part else ""
                raise RuntimeError(f"{what} did not come about within {patience_s:.0f} s{said}")
            time.sleep(every_s)

    def is_stopped(self, part: str) -> bool:
        """By SIGSTOP; one that has ended instead is a failure of the test."""
        pid = self.pid(part)
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[0] == "T"

    def has_thrown(self, part: str, step: str) -> bool:
        with self._stack.log_file(part).open("rb") as log:
            log.seek(self._said_before[part])
            return any(b"fault.thrown" in line and f'"{step}"'.encode() in line for line in log)

    def wait_death_by_kill(self, name: str, step: str, patience_s: float = 30) -> None:
        """Waits until the service has died at its step; anything but SIGKILL is a failure of the test."""
        folder = self._stack.run_folder(name)
        deadline = time.monotonic() + patience_s
        while processes.how_it_ended(folder) is None:
            if time.monotonic() > deadline:
                raise RuntimeError(f"{step} was never reached within {patience_s:.0f} s\n"
                                   f"{processes.last_lines(self._stack.log_file(name))}")
            time.sleep(0.02)
        ended = processes.how_it_ended(folder)
        if ended.code != 128 + signal.SIGKILL:
            raise RuntimeError(f"{step}: {name} was to be killed there, but {ended}\n"
                               f"{processes.last_lines(self._stack.log_file(name))}")

    def restart(self, part: str) -> None:
        module = {"kafka": broker, "postgres": database}[part]
        module.stop(self._stack)
        module.start(self._stack)
        module.wait(self._stack)

    def behind(self, service: str) -> int:
        """Messages of its topics that it has not read."""
        rows = report.lag(self._stack)
        if rows is None:
            raise RuntimeError("Kafka does not say what its groups have read")
        return sum(row["lag"] for row in rows if row["group"] == service)

    def wait_until_quiet(self, patience_s: float = 60) -> tuple[int, int]:
        """Waits until every consumer has read everything and said everything. Gives the lag, -1 when Kafka does not say, and the outbox
        rows that are left."""
        deadline = time.monotonic() + patience_s
        in_a_row = 0
        while True:
            rows = report.lag(self._stack)
            lag = sum(row["lag"] for row in rows) if rows is not None else -1
            unsaid = sum(self.outbox_rows(consumer) for consumer in self.consumers) + self.to_look_at()
            in_a_row = in_a_row + 1 if (lag, unsaid) == (0, 0) else 0
            # What one has said late, the next has to read: a chain of n consumers is quiet when it was so n times.
            if in_a_row == len(self.consumers) or time.monotonic() > deadline:
                return lag, unsaid
            time.sleep(0.2 if in_a_row == 0 else 0)

    def tail(self, topic: str) -> list:
        """Every event of a topic, as `hookswitch tail` prints it, in the order of each partition."""
        done = subprocess.run(["hookswitch", "tail", topic, "--from-beginning", "--until-end"],
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True,
                              env=environment.for_children(self._stack))
        return [json.loads(line) for line in done.stdout.splitlines()]

    def inbox(self, consumer: Consumer) -> dict:
        """Message id → outcome, for all that a service has taken in."""
        return dict(line.split("|") for line in self.rows(
            f"SELECT message_id, CASE outcome WHEN 0 THEN 'handled' ELSE 'dead' END FROM {consumer.schema}.inbox"))

    def outbox_rows(self, consumer: Consumer) -> int:
        return int(self.rows(f"SELECT count(*) FROM {consumer.schema}.outbox")[0])

    def to_look_at(self) -> int:
        """Webhooks of nobody's of which the directory has not asked whose they are since they came, or since what they wait for changed."""
        return int(self.rows("SELECT (SELECT count(*) FROM directory.unresolved_arrival) + "
                             "(SELECT count(*) FROM directory.entity_change) + (SELECT count(*) FROM directory.unresolved_failure)")[0])

    def waiting(self) -> set:
        """The ids of the webhooks that wait for an owner."""
        return set(self.rows("SELECT id FROM directory.unresolved_webhook"))

    def apply(self, company: dict) -> bool:
        """Tells the directory of a company, for which the workspace of all may speak; true when every service has it."""
        text = yaml.safe_dump({"companies": [company], "workspaces": [{"id": "default", "companies": [company["id"]]}]})
        done = subprocess.run(["hookswitch", "tenant", "apply", "-f", "-"], input=text, capture_output=True, text=True, check=False,
                              env=environment.for_children(self._stack))
        return done.returncode == 0

    def rows(self, sql: str) -> list:
        """What a superuser sees, columns divided by |."""
        return database.run_sql(self._stack, "hookswitch", sql).splitlines()

    def living_pid(self, name: str) -> int | None:
        return processes.pid_of(self._stack.run_folder(name))

    def pid(self, name: str) -> int:
        pid = self.living_pid(name)
        if pid is None:
            raise RuntimeError(f"{name} is not running: {self.how_it_ended(name)}")
        return pid
