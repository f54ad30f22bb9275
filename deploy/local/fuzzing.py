"""./dev test fuzz: each libFuzzer target for a minute, beginning with its corpus and with what earlier runs have found."""

import subprocess
import time
from pathlib import Path

import processes
from stack import ROOT, say

BUILD = ROOT / "build/fuzz"
SECONDS_EACH = 60
SECONDS_OF_AN_INPUT = 25
# Freed memory is watched as long as it takes to free as much again; the default is 256 MiB, out of every cache's reach.
ENVIRONMENT = {"ASAN_OPTIONS": "quarantine_size_mb=16"}


def run(handed_on: list[str], add) -> None:
    """Says of each target what came of it: add(name, nothing or what failed)."""
    fuzzers = sorted((BUILD / "fuzz").glob("*_fuzz"))
    if not fuzzers:
        add("fuzz", "there is no fuzz target")
    for fuzzer in fuzzers:
        say(f"== fuzz {fuzzer.name}")
        add(f"fuzz {fuzzer.name}", run_one(fuzzer, handed_on))


def run_one(fuzzer: Path, handed_on: list[str]) -> str | None:
    """What failed, with the paths of the inputs that show it, or nothing."""
    corpus, found = BUILD / "corpus" / fuzzer.name, BUILD / "found" / fuzzer.name
    for folder in (corpus, found):
        folder.mkdir(parents=True, exist_ok=True)
    arguments = fuzzer.with_name(fuzzer.name + ".arguments").read_text(encoding="utf-8").split("\n")
    max_len, seeds = arguments[:2]
    begun = time.time()
    done = subprocess.run(
        [fuzzer, f"-artifact_prefix={found}/", max_len, f"-max_total_time={SECONDS_EACH}", f"-timeout={SECONDS_OF_AN_INPUT}",
         "-print_final_stats=1", *handed_on, corpus, found, seeds],
        stdin=subprocess.DEVNULL, env=processes.clean_environment() | ENVIRONMENT, check=False)
    if done.returncode == 0:
        return None
    inputs = [str(each) for each in sorted(found.iterdir()) if each.stat().st_mtime >= begun - 1]
    if not inputs:
        return f"exit code {done.returncode}, and no input was kept: see above"
    return f"found: {' '.join(inputs)}; to see it again: {fuzzer} {inputs[0]}"
