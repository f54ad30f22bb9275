"""Resident memory of the services during a run, and whether a process keeps to what it had."""

import statistics
import threading
import time
from pathlib import Path

import processes

EACH_S = 1
SAMPLES_MIN = 20  # in each of the times that are compared
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


def judge(findings, samples_of: dict[str, list], compared: list) -> None:
    """`compared`: two times (begin, end). In the later one the median is at most a twentieth above that of the earlier one. Nobody is
    judged when these are too short for that; otherwise whoever has not lived in both is a violation, too."""
    for name, samples in samples_of.items():
        about = f"{name}: MiB resident early, late, at most; s that its last process lived"
        early, late = ([mib for when, mib in samples if begin <= when <= end] for begin, end in compared)
        lived_s = samples[-1][0] - samples[0][0]
        if min(len(early), len(late)) < SAMPLES_MIN:
            findings.counts[about] = f"not judged; {lived_s:.0f}"
            long_enough = min(end - begin for begin, end in compared) > 2 * SAMPLES_MIN * EACH_S
            born_late = samples[0][0] > compared[0][0] + 2 * EACH_S
            findings.expect(not (long_enough and born_late), f"{name}: its process did not live through both times that are compared")
            continue
        before, after = statistics.median(early), statistics.median(late)
        findings.counts[about] = f"{before:.1f}, {after:.1f} ({after / before:.3f}), {max(mib for _, mib in samples):.1f}; {lived_s:.0f}"
        findings.expect(after <= before * GROWTH_MAX, f"{name}: its memory grew from {before:.1f} to {after:.1f} MiB")
