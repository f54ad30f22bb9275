"""Rules of the runtime's contract (design, section 5) that only a whole running process can keep or break."""

import os
import platform
import re
import time
import unittest
from pathlib import Path
from urllib.parse import urlsplit

from harness import call_body, events_of, new_call_id, pid, send_retell, setting, status

CONSUMERS = sorted(name for name, part in status().items()
                   if isinstance(part, dict) and name not in ("kafka", "postgres", "ingress"))


def remote_ports(process: int) -> set[int]:
    """The ports that a process has connected to; not those it was called on."""
    own = set()
    for entry in Path(f"/proc/{process}/fd").iterdir():
        try:
            own.add(os.readlink(entry))
        except OSError:
            continue  # closed meanwhile
    listening, remote = set(), {}
    for family in ("tcp", "tcp6"):
        for line in Path(f"/proc/{process}/net/{family}").read_text(encoding="ascii").splitlines()[1:]:
            fields = line.split()
            if f"socket:[{fields[9]}]" not in own:
                continue
            local, far = (int(fields[i].rpartition(":")[2], 16) for i in (1, 2))
            if far == 0:
                listening.add(local)
            else:
                remote[far] = local
    return {far for far, local in remote.items() if local not in listening}


def cpu_ns(process: int) -> int:
    """CPU time of all threads, user and system."""
    return sum(int(task.joinpath("schedstat").read_text(encoding="ascii").split()[0])
               for task in Path(f"/proc/{process}/task").iterdir())


class Rule7OutsideCallsAreEffects(unittest.TestCase):
    def test_rule_7_a_service_that_handles_messages_speaks_with_kafka_and_postgres_only(self):
        allowed = {int(setting("HOOKSWITCH_KAFKA").rpartition(":")[2]), urlsplit(setting("HOOKSWITCH_POSTGRES_URL")).port}
        processes = {name: pid(name) for name in CONSUMERS}
        seen = {name: set() for name in CONSUMERS}
        for _ in range(5):
            call_id = new_call_id()
            for event in ("call_started", "call_ended", "call_analyzed"):
                self.assertEqual(send_retell(call_body(event, call_id))[0], 202)
                for name, process in processes.items():
                    seen[name] |= remote_ports(process)
            events_of(call_id, "CallStarted", "CallEnded", "CallAnalyzed", "CallCostReported")
        for name, ports in seen.items():
            self.assertTrue(ports, f"{name}: no connection was seen at all")
            self.assertEqual(ports - allowed, set(), f"{name} has called somebody out")


class NoCoreDumps(unittest.TestCase):
    def test_no_service_may_leave_a_core(self):
        for name in ("ingress", *CONSUMERS):
            limits = Path(f"/proc/{pid(name)}/limits").read_text(encoding="ascii").splitlines()
            size = next(line for line in limits if line.startswith("Max core file size")).split()[4:6]
            # One byte (docs/decisions/0109), or nothing where whoever started it does not allow even that.
            self.assertIn(size, (["1", "1"], ["0", "0"]), name)


def time_slice_ns(task: Path) -> int | None:
    """The kernel's slice for a thread; None where /proc does not tell."""
    try:
        lines = task.joinpath("sched").read_text(encoding="ascii").splitlines()
    except FileNotFoundError:
        return None
    return next((int(line.rpartition(":")[2]) for line in lines if line.startswith("se.slice")), None)


class ShortTimeSlices(unittest.TestCase):
    def test_every_thread_of_ingress_has_a_short_time_slice(self):
        kernel = tuple(int(number) for number in re.findall(r"\d+", platform.release())[:2])
        if kernel < (6, 12) or time_slice_ns(Path("/proc/self")) is None:
            self.skipTest("the kernel gives no time slices that are asked for, or does not tell of them")
        slices = {(task.name, task.joinpath("comm").read_text(encoding="utf-8").strip()): time_slice_ns(task)
                  for task in Path(f"/proc/{pid('ingress')}/task").iterdir()}
        self.assertEqual(set(slices.values()), {400_000}, slices)  # docs/decisions/0114


class Rule10Idle(unittest.TestCase):
    WINDOW_S = 10
    PERCENT_MAX = 0.5

    def test_rule_10_a_service_that_nobody_asks_anything_takes_less_than_half_a_percent_of_a_core(self):
        processes = {name: pid(name) for name in ("ingress", *CONSUMERS)}
        # The quietest of three windows: the first may still hold what tests before left to do.
        least = dict.fromkeys(processes, 100.0)
        for _ in range(3):
            before = {name: cpu_ns(process) for name, process in processes.items()}
            begun = time.monotonic_ns()
            time.sleep(self.WINDOW_S)
            spent_ns = time.monotonic_ns() - begun
            for name, process in processes.items():
                least[name] = min(least[name], (cpu_ns(process) - before[name]) / spent_ns * 100)
            if max(least.values()) < self.PERCENT_MAX:
                break
        for name, percent in least.items():
            self.assertLess(percent, self.PERCENT_MAX, f"percent of a core at rest, {name}: {least}")


if __name__ == "__main__":
    unittest.main()
