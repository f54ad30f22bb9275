"""The running stack as a fault test needs it: start with a fault, kill, restart, and look inside afterwards."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "deploy/local"))

import broker
import database
import environment
import processes
import report
import services
from stack import Stack


class Victims:
    """The stack of HOOKSWITCH_PORT_BASE. Used by one thread."""

    def __init__(self):
        self._stack = Stack.from_environment()
        self._services = {service.name: service for service in services.SERVICES}

    def start(self, name: str, fault: str = "") -> None:
        os.environ["HOOKSWITCH_FAULT"] = fault  # processes.clean_environment hands it on
        try:
            services.start(self._stack, self._services[name])
        finally:
            del os.environ["HOOKSWITCH_FAULT"]

    def wait_ready(self, name: str) -> None:
        services.wait(self._stack, self._services[name])

    def stop(self, name: str) -> None:
        services.stop(self._stack, self._services[name])

    def send(self, name: str, which: signal.Signals) -> None:
        os.kill(self._pid(name), which)

    def kill(self, name: str) -> None:
        pid = self._pid(name)
        started = processes.started_at(pid)
        os.kill(pid, signal.SIGKILL)
        if not processes.gone(pid, started, 10):
            raise RuntimeError(f"{name} survives SIGKILL")

    def wait_death_by_kill(self, name: str, step: str, patience_s: float = 30) -> None:
        """Waits until the service has died at its step; anything but SIGKILL is a failure of the test."""
        folder = self._stack.run_folder(name)
        deadline = time.monotonic() + patience_s
        while processes.how_it_ended(folder) is None:
            if time.monotonic() > deadline:
                raise RuntimeError(f"{step} was never reached within {patience_s:.0f} s")
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

    def wait_until_quiet(self, patience_s: float = 60) -> int:
        """Waits until call-processing has read everything and said everything. Gives the lag that is left."""
        deadline = time.monotonic() + patience_s
        while True:
            rows = report.lag(self._stack)
            lag = sum(row["lag"] for row in rows) if rows is not None else -1
            if lag == 0 and self.outbox_rows() == 0:
                return 0
            if time.monotonic() > deadline:
                return lag
            time.sleep(0.2)

    def tail(self, topic: str) -> list:
        """Every event of a topic, as `hookswitch tail` prints it, in the order of each partition."""
        done = subprocess.run(["hookswitch", "tail", topic, "--from-beginning", "--until-end"],
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True,
                              env=environment.for_children(self._stack))
        return [json.loads(line) for line in done.stdout.splitlines()]

    def inbox(self) -> dict:
        """Message id → outcome, for all that call-processing has taken in."""
        return dict(line.split("|") for line in self._rows(
            "SELECT message_id, CASE outcome WHEN 0 THEN 'handled' ELSE 'dead' END FROM call_processing.inbox"))

    def stored_calls(self) -> set:
        return set(self._rows("SELECT call_id FROM call_processing.call"))

    def outbox_rows(self) -> int:
        return int(self._rows("SELECT count(*) FROM call_processing.outbox")[0])

    def _rows(self, sql: str) -> list:
        return database.run_sql(self._stack, "hookswitch", sql).splitlines()

    def _pid(self, name: str) -> int:
        pid = processes.pid_of(self._stack.run_folder(name))
        if pid is None:
            raise RuntimeError(f"{name} is not running: {processes.how_it_ended(self._stack.run_folder(name))}")
        return pid
