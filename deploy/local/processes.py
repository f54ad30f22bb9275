"""Starting, recognising and stopping the processes of a stack. keep.sh records pid and end; nothing restarts by itself."""

import contextlib
import os
import signal
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from stack import ROOT, Refusal, Stack

KEEPER = ROOT / "deploy/local/keep.sh"


@dataclass
class Ended:
    code: int
    at: float

    def __str__(self) -> str:
        when = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(self.at))
        if self.code > 128:
            try:
                return f"killed by {signal.Signals(self.code - 128).name} at {when}"
            except ValueError:
                pass
        return f"exited with code {self.code} at {when}"


def started_at(pid: int) -> str | None:
    """The start time of a living process in clock ticks since boot, as /proc has it. One whose first thread has died lives,
    and holds its ports, until its last one has."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return None
    threads = int(fields[17])
    return None if fields[0] in "ZX" and threads <= 1 else fields[19]


def pid_of(run_folder: Path) -> int | None:
    """The pid of the process started for this folder, if it still lives."""
    try:
        pid, start, boot = (run_folder / "pid").read_text(encoding="ascii").split()
    except (OSError, ValueError):
        return None
    if boot != Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip():
        return None
    return int(pid) if started_at(int(pid)) == start else None


def how_it_ended(run_folder: Path) -> Ended | None:
    try:
        turn = (run_folder / "turn").read_text(encoding="ascii")
        code, at = (run_folder / f"exit.{turn}").read_text(encoding="ascii").split()
    except (OSError, ValueError):
        return None
    return Ended(int(code), float(at))


def spawn(stack: Stack, part: str, command: list[str], environment: dict[str, str]) -> int:
    """Starts a part in a session of its own, detached from this process and its terminal. Gives its pid."""
    folder = stack.run_folder(part)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pid").unlink(missing_ok=True)
    for said in folder.glob("exit.*"):
        said.unlink(missing_ok=True)
    turn = str(time.monotonic_ns())
    (folder / "turn").write_text(turn, encoding="ascii")
    with open(stack.log_file(part), "ab") as log:
        subprocess.Popen(
            ["/bin/sh", str(KEEPER), str(folder), turn, *command],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/", env=environment, start_new_session=True)
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        pid = pid_of(folder)
        if pid is not None:
            return pid
        if how_it_ended(folder) is not None:
            break
        time.sleep(0.005)
    raise Refusal(f"{part} did not start: {how_it_ended(folder)}\n{last_lines(stack.log_file(part))}")


def stop(stack: Stack, part: str, how: signal.Signals, patience_s: float) -> str | None:
    """Asks a part to end, then makes it. Says what happened, nothing if it was not running."""
    pid = pid_of(stack.run_folder(part))
    if pid is None:
        return None
    start = started_at(pid)
    send(pid, how)
    send(pid, signal.SIGCONT)  # a frozen process would not hear the signal before it
    if gone(pid, start, patience_s):
        return "stopped"
    send(pid, signal.SIGKILL)
    if gone(pid, start, 10):
        return f"killed, it had not stopped within {patience_s:.0f} s"
    raise Refusal(f"{part} (pid {pid}) survives SIGKILL")


def send(pid: int, which: signal.Signals) -> None:
    """Nothing happens when the process has ended meanwhile."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, which)


def gone(pid: int, start: str | None, patience_s: float) -> bool:
    deadline = time.monotonic() + patience_s
    while started_at(pid) == start and start is not None:
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def last_lines(path: Path, count: int = 20) -> str:
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return "(no log)"
    return "\n".join("    " + line for line in lines[-count:])


def port_is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def clean_environment() -> dict[str, str]:
    """What a part inherits: nothing of ours but what a person sets on purpose for one run."""
    passed = ("HOOKSWITCH_FAULT", "HOOKSWITCH_LOG_LEVEL", "HOOKSWITCH_WORKERS", "HOOKSWITCH_BATCH_MESSAGES")
    return {name: value for name, value in os.environ.items()
            if not name.startswith(("HOOKSWITCH_", "PG")) or name in passed}
