"""Resident memory of the services during a run, and whether a process that lived long keeps to what it had."""

import statistics
import threading
import time
from pathlib import Path

import processes

EACH_S = 1
LIFE_MIN_S = 180  # of a process that is judged
GROWTH_MAX = 1.05


class Watch:
    """Looks at each service each second, whichever process it has just then."""

    def __init__(self, stack, names: list[str]):
        self._folders = {name: stack.run_folder(name) for name in names}
        self._lives: dict[tuple[str, int], list[tuple[float, float]]] = {}  # (name, pid) → (when, MiB) …
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> "Watch":
        self._thread.start()
        return self

    def __exit__(self, *_) -> None:
        self.end()

    def end(self) -> None:
        self._ended.set()
        self._thread.join()

    def last_lives(self) -> dict[str, list]:
        """Service → what its last process had, second by second. Once it has ended."""
        return {name: samples for (name, _), samples in self._lives.items()}

    def _look(self) -> None:
        while not self._ended.wait(EACH_S):
            for name, folder in self._folders.items():
                pid = processes.pid_of(folder)
                mib = resident_mib(pid) if pid is not None else None
                if mib is not None:
                    self._lives.setdefault((name, pid), []).append((time.monotonic(), mib))


def resident_mib(pid: int) -> float | None:
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except OSError:
        return None
    return next((int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS")), None)


def judge(findings, samples_of: dict[str, list]) -> None:
    """Two windows of a life, each a sixth of it: one behind its first third, in which it warms up, and its last one. The median of the
    later one is at most a twentieth above that of the earlier one."""
    for name, samples in samples_of.items():
        began, ended = samples[0][0], samples[-1][0]
        life = ended - began
        about = f"{name}: MiB resident early, late, at most; s of the process judged"
        if life < LIFE_MIN_S:
            findings.counts[about] = f"not judged: its last process lived for {life:.0f} s only"
            continue
        early = median_between(samples, began + life / 3, began + life / 2)
        late = median_between(samples, ended - life / 6, ended)
        most = max(mib for _, mib in samples)
        findings.counts[about] = f"{early:.1f}, {late:.1f} ({late / early:.3f}), {most:.1f}; {life:.0f}"
        findings.expect(late <= early * GROWTH_MAX, f"{name}: its memory grew from {early:.1f} to {late:.1f} MiB")


def median_between(samples: list, begin: float, end: float) -> float:
    return statistics.median(mib for when, mib in samples if begin <= when <= end)
