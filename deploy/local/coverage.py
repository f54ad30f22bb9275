"""Which lines of our code the unit and component tests reach, library by library and service by service."""

import json
import os
import shutil
import subprocess
from collections import defaultdict

from stack import ROOT, Refusal, say

BUILD = ROOT / "build/coverage"
PROFILES = BUILD / "profiles"
PERCENT_MIN = 80


def environment() -> dict[str, str]:
    """For the tests: where each process writes what it has counted."""
    shutil.rmtree(PROFILES, ignore_errors=True)
    PROFILES.mkdir(parents=True)
    return {"LLVM_PROFILE_FILE": str(PROFILES / "%m-%p.profraw")}


def run(*command) -> str:
    done = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        raise Refusal(f"{command[0]} failed (exit code {done.returncode}); what it said stands above")
    return done.stdout


def lines_by_file() -> dict[str, tuple[int, int]]:
    """Lines reached and lines there, of each file of ours that is not a test."""
    counted = BUILD / "counted.profdata"
    run("llvm-profdata-16", "merge", "-sparse", "-o", counted, *PROFILES.glob("*.profraw"))
    programs = [path for folder in ("tests", "bin") for path in sorted((BUILD / folder).iterdir())
                if path.is_file() and os.access(path, os.X_OK)]
    objects = [word for program in programs for word in ("-object", program)]
    report = json.loads(run("llvm-cov-16", "export", "-summary-only", f"-instr-profile={counted}", *objects))
    lines = {file["filename"].removeprefix(f"{ROOT}/"): file["summary"]["lines"] for file in report["data"][0]["files"]}
    return {name: (counted["covered"], counted["count"]) for name, counted in lines.items() if is_ours(name)}


def is_ours(name: str) -> bool:
    parts = name.split("/")
    return parts[0] in ("libs", "services") and "tests" not in parts and parts[1] != "testkit"


def sources() -> list[str]:
    return [name for name in run("git", "ls-files", "*.cpp").splitlines() if is_ours(name)]


def percent(files) -> float:
    reached, there = (sum(column) for column in zip(*files))
    return 100 * reached / there


def report() -> None:
    """Says it; refuses when it is too little."""
    files = lines_by_file()
    by_part = defaultdict(list)
    for name, lines in files.items():
        by_part["/".join(name.split("/")[:2])].append(lines)
    for part, lines in sorted(by_part.items()):
        say(f"  {percent(lines):5.1f} %  {part}")
    say("  least reached:")
    for name, lines in sorted(files.items(), key=lambda entry: entry[1][0] - entry[1][1])[:12]:
        say(f"  {percent([lines]):5.1f} %  {name}: {lines[1] - lines[0]} lines not")
    apart = [name for name in sources() if name not in files]
    say(f"  in no test's program, so not counted: {', '.join(apart) or 'none'}")
    whole = percent(files.values())
    print(f"coverage: {whole:.1f} % of {sum(there for _, there in files.values())} lines", flush=True)
    if whole < PERCENT_MIN:
        raise Refusal(f"{whole:.1f} % of our lines are reached; {PERCENT_MIN} % are promised")
