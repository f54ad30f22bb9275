"""./dev test: the checks, the builds and the tests, on a private stack of their own, and one sum at the end."""

import itertools
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import coverage
import environment
import fuzzing
import lifecycle
import ctest
import credentials
from build_lane import Build, BuildLane
from private_stack import private_stack
from stack import ROOT, Refusal, Stack, say

# Unit and component tests run once in CI, with AddressSanitizer: docs/decisions/0080.
CI = ("checks", "simulation", "asan", "tsan", "contract", "system", "fault")
TIERS = (*CI, "unit", "component", "coverage", "fuzz", "campaign", "all")
# What the tiers against a whole stack run beside the stack itself.
WHOLE_STACK = (*lifecycle.TARGETS, "rating_answers", "retell_verdicts")
WHOLE_STACK_TIERS = {"contract", "system", "fault", "campaign"}
PRIVATE_STACK_TIERS = {"component", "asan", "coverage", *WHOLE_STACK_TIERS}
LONGEST_CHECK = "check-tidy"
WIDTH_OF_A_LINE = 400
HELP = """Builds and tests. Tiers: checks (layers, format, sizes, tidy, schemas, and tests of our tools), unit, component (real
Kafka and PostgreSQL), contract, system and fault (a whole stack), simulation, asan (unit and component tests with
AddressSanitizer), tsan (what links fakes only, with ThreadSanitizer), coverage (of unit and component tests; bar: 80 % of
lines), fuzz, campaign (every fault that we can bring about, an hour and a quarter), all. No tier: what CI runs, which is all but
campaign, coverage, fuzz, unit and component as they are shipped, and of tsan what has no threads. Words from the first option
on are handed to the tier's test programs: ./dev test simulation --seed 7.
Tests run on a stack of their own, which is removed afterwards; its logs stay in build/test-logs. Ends with what failed and
one line: N passed, N failed."""


class Tally:
    """What passed, and what failed with the end of what it said: a run's record may show its last lines only."""

    def __init__(self):
        self.passed = 0
        self.failures: list[tuple[str, str]] = []

    def add(self, name: str, failure: str | None) -> None:
        if failure is None:
            self.passed += 1
        else:
            self.failures.append((name, failure))

    def guard(self, what: str, action) -> bool:
        """Runs a step that everything after it needs; its refusal counts as a failure."""
        try:
            action()
            return True
        except Refusal as refusal:
            say(f"{what}: {refusal}")
            self.add(what, str(refusal))
            return False

    def close(self) -> int:
        """Says what failed, then the sum as the last line. Gives the exit code."""
        for name, failure in self.failures:
            print(f"FAILED {name}")
            for line in excerpt(failure.strip().splitlines()):
                print(f"    {line[:WIDTH_OF_A_LINE]}")
        print(f"{self.passed} passed, {len(self.failures)} failed", flush=True)
        return 1 if self.failures else 0


def excerpt(lines: list[str]) -> list[str]:
    """The end of what a failure said and, before it, Catch2's first finding, which may stand far above."""
    end = lines[-20:]
    above = lines[:-20]
    findings = [number for number, line in enumerate(above) if line.endswith("FAILED:")]
    return above[findings[0]:findings[0] + 12] + ["…"] + end if findings else end


def split_words(words: list[str]) -> tuple[list[str], list[str]]:
    tiers = list(itertools.takewhile(lambda word: not word.startswith("-"), words))
    handed_on = words[len(tiers):]
    return tiers, handed_on[1:] if handed_on[:1] == ["--"] else handed_on


def run(words: list[str]) -> int:
    tiers, handed_on = split_words(words)
    unknown = [tier for tier in tiers if tier not in TIERS]
    if unknown or (handed_on and len(tiers) != 1):
        say(f"./dev test: no such tier: {' '.join(unknown)}" if unknown
            else "./dev test: options are handed on to the programs of one tier; name it first")
        say(HELP)
        return 2
    wanted = set(TIERS[:-1] if "all" in tiers else tiers or CI)
    tally = Tally()
    lane = BuildLane(builds_of(wanted))
    lane.start()
    later = BuildLane(later_builds_of(wanted, threads_only=not tiers))
    if "checks" in wanted:
        run_checks(tally, lane)
    if wanted & PRIVATE_STACK_TIERS:
        with private_stack() as stack:
            on_private_stack(stack, wanted, handed_on, tally, lane, later)
    later.start()
    if (pure := wanted & {"unit", "simulation"}) and tally.guard("build", lambda: lane.wait("dev")):
        ctest.run(tally, "dev", pure, {}, handed_on)
    if "tsan" in wanted and tally.guard("tsan", lambda: later.wait("tsan")):
        # What has one thread by its design cannot race: CI's time is spent on what has more.
        ctest.run(tally, "tsan", {"unit", "component"} if tiers else {"threads"}, {}, handed_on)
    if "fuzz" in wanted and tally.guard("fuzz", lambda: later.wait("fuzz")):
        fuzzing.run(handed_on, tally.add)
    return tally.close()


def builds_of(wanted: set[str]) -> list[Build]:
    """What the tiers up to the system tier need, in the order in which they need it."""
    builds = []
    if "checks" in wanted:
        # clang-tidy needs the compile commands, what protoc generates and the precompiled headers.
        builds.append(Build("checks", "dev", ("hookswitch_schemas", "hookswitch_test_main", "hookswitch_standard_headers",
                                              "services/hookswitch/CMakeFiles/hookswitch.dir/cmake_pch.hxx.pch")))
    if wanted & PRIVATE_STACK_TIERS:
        builds.append(Build("topics", "dev", ("hookswitch-topics",)))
    if "asan" in wanted:
        builds.append(Build("asan", "asan", ("sanitizer_tests",)))
    if wanted & {"unit", "component"}:
        builds.append(Build("dev", "dev"))
    elif needed := (WHOLE_STACK if wanted & WHOLE_STACK_TIERS else ()) + (("simulation",) if "simulation" in wanted else ()):
        builds.append(Build("dev", "dev", needed))
    if "coverage" in wanted:
        builds.append(Build("coverage", "coverage", ("sanitizer_tests",)))
    return builds


def later_builds_of(wanted: set[str], threads_only: bool) -> list[Build]:
    """What is compiled beside the fault tier, which waits for most of its time; beside the system tier, which measures, nothing is."""
    builds = []
    if "tsan" in wanted:
        builds.append(Build("tsan", "tsan", ("threads_tests",) if threads_only else ("sanitizer_tests",)))
    if "fuzz" in wanted:
        builds.append(Build("fuzz", "fuzz", ("fuzzers",)))
    return builds


def run_checks(tally: Tally, lane: BuildLane) -> None:
    say("== checks")
    if not tally.guard("checks", lambda: lane.wait("checks")):
        return
    checks = sorted((ROOT / ".tools").glob("check-*"), key=lambda check: check.name != LONGEST_CHECK)
    with ThreadPoolExecutor(2) as pool:
        for check, done in zip(checks, pool.map(run_check, checks)):
            print(done.stdout, end="", flush=True)
            say(f"{check.name}: {'ok' if done.returncode == 0 else f'FAILED (exit code {done.returncode})'}")
            tally.add(check.name, None if done.returncode == 0 else done.stdout)
    ctest.run(tally, "dev", {"tools"}, {}, [])


def run_check(check: Path) -> subprocess.CompletedProcess:
    return subprocess.run([check], cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          errors="replace", check=False)


def on_private_stack(stack: Stack, wanted: set[str], handed_on: list[str], tally: Tally, lane: BuildLane,
                     later: BuildLane) -> None:
    if not tally.guard("topics", lambda: lane.wait("topics")):
        return
    if not tally.guard("Kafka and PostgreSQL", lambda: lifecycle.start_infrastructure(stack)):
        return
    parts = {
        "HOOKSWITCH_TEST_KAFKA": stack.address("kafka"),
        "HOOKSWITCH_TEST_POSTGRES_URL": credentials.postgres_url(stack, "postgres", "postgres"),
    }
    if "asan" in wanted and tally.guard("asan", lambda: lane.wait("asan")):
        ctest.run(tally, "asan", {"unit", "component"}, parts, handed_on)
    if "component" in wanted and tally.guard("build", lambda: lane.wait("dev")):
        ctest.run(tally, "dev", {"component"}, parts, handed_on)
    if "coverage" in wanted and tally.guard("coverage", lambda: lane.wait("coverage")):
        ctest.run(tally, "coverage", {"unit", "component"}, parts | coverage.environment(), handed_on)
        if tally.guard("coverage", coverage.report):
            tally.add("coverage", None)
    for tier in ("contract", "system", "fault", "campaign"):
        if tier not in wanted or not tally.guard(tier, lambda: lane.wait("dev")):
            continue
        if tier == "fault":
            later.start()
        # Each tier finds the whole stack up, whatever the one before left of it.
        if tally.guard(tier, lambda: lifecycle.start_everything(stack)):
            ctest.run(tally, "dev", {tier}, environment.for_children(stack) | parts, handed_on)
