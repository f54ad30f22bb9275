"""./dev bench: the benchmarks are the executables tests/bench/<name>; each prints what it measures."""

import os
import subprocess

import build
import lifecycle
import processes
from stack import ROOT, Refusal, say

FOLDER = ROOT / "tests/bench"
LONG = ("soak",)  # run only when they are named
HELP = f"""Runs the benchmark tests/bench/NAME, or all of them (but {', '.join(LONG)}), on a release build (no fault steps). Words after the
name are handed to it; each answers to --help."""


def names() -> list[str]:
    return sorted(path.name for path in FOLDER.glob("*") if path.is_file() and os.access(path, os.X_OK))


def run(words: list[str]) -> int:
    name = words[0] if words and not words[0].startswith("-") else None
    handed_on = words[1:] if name else words
    if name is not None and name not in names():
        say(f"./dev bench: no benchmark {name!r}; there are: {', '.join(names()) or 'none'}")
        return 2
    if not names():
        raise Refusal("there are no benchmarks yet")
    # Whoever only asks what there is to say has nothing built.
    folder = ROOT / "build/release" if wants_help(handed_on) else build.build("release", (*lifecycle.TARGETS, "bench_programs"))
    failed = 0
    for bench in [name] if name else [each for each in names() if each not in LONG]:
        say(f"== bench {bench}")
        failed += run_one([FOLDER / bench, *handed_on], {"HOOKSWITCH_SOURCE_DIR": str(ROOT),
                                                         "HOOKSWITCH_BINARY_DIR": str(folder)}) != 0
    return 1 if failed else 0


def wants_help(words: list[str]) -> bool:
    return "--help" in words or "-h" in words


def run_one(command: list, environment: dict[str, str]) -> int:
    """Runs a benchmark. It ends, and removes its stack, when we are stopped."""
    with subprocess.Popen(["setpriv", "--pdeathsig", "TERM", *command], cwd=ROOT, stdin=subprocess.DEVNULL,
                          env=processes.clean_environment() | environment) as bench:
        while True:
            try:
                return bench.wait()
            except KeyboardInterrupt:  # it has been told, too
                continue
