"""Configuring and building a preset, with what CMake and Ninja print as the progress."""

import os
import re
import subprocess
import sys
from pathlib import Path

from stack import ROOT, Refusal, locked_file, say


DIES_WITH_US = ("setpriv", "--pdeathsig", "TERM")


def run(command: list[str], lock) -> None:
    """The tool dies with us, and keeps the lock until it has: after a kill -9 no two builds write one folder."""
    done = subprocess.run([*DIES_WITH_US, *command], cwd=ROOT, stdin=subprocess.DEVNULL,
                          stdout=sys.stderr, pass_fds=(lock.fileno(),), check=False)
    require_success(command, done.returncode)


def require_success(command: list[str], exit_code: int) -> None:
    if exit_code != 0:
        raise Refusal(f"{command[0]} failed (exit code {exit_code}); what it said stands above")


def build(preset: str, targets: tuple[str, ...] = (), run_tool=run) -> Path:
    """Builds `targets` (everything, if none are named) of a CMake preset. Gives its build folder."""
    folder = ROOT / "build" / preset
    waiting = f"another build of {preset} is under way; waiting for it"
    with locked_file(ROOT / "build" / f".lock-{preset}", waiting) as lock:
        if not is_configured(folder):
            say(f"configuring {preset}")
            run_tool(["cmake", "--preset", preset, *(["--fresh"] if folder.exists() else [])], lock)
        say(f"building {preset}" + (f" ({', '.join(targets)})" if targets else ""))
        jobs = str(len(os.sched_getaffinity(0)))
        run_tool(["ninja", "-C", str(folder), "-j", jobs, *targets], lock)
    return folder


def is_configured(folder: Path) -> bool:
    """Ninja notices changed CMake files by itself, but neither changed presets nor a clone that has moved."""
    cache = folder / "CMakeCache.txt"
    if not (folder / "build.ninja").exists() or not cache.exists():
        return False
    if cache.stat().st_mtime < (ROOT / "CMakePresets.json").stat().st_mtime:
        return False
    home = re.search(r"^CMAKE_HOME_DIRECTORY:INTERNAL=(.*)$", cache.read_text(encoding="utf-8"), re.MULTILINE)
    return home is not None and Path(home[1]) == ROOT
