"""Running CTest labels and counting what came of them."""

import collections
import json
import subprocess
import threading
import xml.etree.ElementTree as ElementTree

import processes
from stack import ROOT, say

LINES_KEPT = 60  # of a failure
PATIENCE_S = 1500  # CTest's own, of a test that names none


def run(tally, preset: str, labels: set[str], environment: dict[str, str], handed_on: list[str]) -> None:
    """Runs the tests of a build that have one of `labels`. No such test is a failure, not a success."""
    say(f"== {preset}: {', '.join(sorted(labels))}")
    environment = processes.clean_environment() | environment
    chosen = ["--test-dir", str(ROOT / "build" / preset), "-L", f"^({'|'.join(sorted(labels))})$"]
    # What has figures to tell says them, also when all is well.
    if handed_on or labels <= {"campaign", "fault", "simulation"}:
        run_directly(tally, chosen, environment, handed_on)
        return
    results = ROOT / "build" / preset / "results.xml"
    results.unlink(missing_ok=True)
    # Most tests wait more than they work; what measures a whole stack, or kills parts of it, has the machine to itself.
    jobs = "1" if labels & {"system", "fault", "campaign"} else "3"
    subprocess.run(["ctest", *chosen, "--output-on-failure", "--no-tests=error", "-j", jobs,
                    "--output-junit", str(results)], stdin=subprocess.DEVNULL, env=environment, check=False)
    count(tally, preset, results)


def count(tally, preset: str, results) -> None:
    """What was not run counts as failed, unless the test itself said that it skips."""
    try:
        cases = ElementTree.parse(results).getroot().findall("testcase")
    except (OSError, ElementTree.ParseError) as error:
        tally.add(f"{preset}: CTest's results", str(error))
        return
    if not cases:
        tally.add(f"{preset}: CTest's results", "no test was run")
    for case in cases:
        if any("SKIP" in (skip.get("message") or "") for skip in case.findall("skipped")):
            continue
        failure = None if case.get("status") == "run" else case.findtext("system-out") or "it was not run"
        tally.add(f"{preset}: {case.get('name')}", failure)


def run_directly(tally, chosen: list[str], environment: dict[str, str], words: list[str]) -> None:
    """The tier's test programs themselves, with `words` after their own arguments."""
    listed = subprocess.run(["ctest", *chosen, "--show-only=json-v1"], capture_output=True, text=True, check=True)
    tests = json.loads(listed.stdout)["tests"]
    if not tests:
        tally.add("ctest", "no such test")
    for test in tests:
        properties = {entry["name"]: entry["value"] for entry in test.get("properties", [])}
        own = dict(pair.split("=", 1) for pair in properties.get("ENVIRONMENT", []) if "=" in pair)
        say(f"{test['name']} {' '.join(words)}")
        tally.add(test["name"], failure_of([*test["command"], *words], environment | own, properties))


def failure_of(command: list[str], environment: dict[str, str], properties: dict) -> str | None:
    """Runs a test program, whose output is shown as it comes; the end of it if it fails or takes too long. It is asked to end then, so
    that it can tidy up."""
    said: collections.deque[str] = collections.deque(maxlen=LINES_KEPT)
    with subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          errors="replace", cwd=properties.get("WORKING_DIRECTORY", ROOT)) as program:
        patience = threading.Timer(properties.get("TIMEOUT", PATIENCE_S), program.terminate)
        patience.start()
        try:
            for line in program.stdout:
                print(line, end="", flush=True)
                said.append(line)
        except BaseException:  # we are to end, and so is it
            program.terminate()
            raise
        finally:
            patience.cancel()
    return None if program.returncode == 0 else "".join([*said, f"exit code {program.returncode}\n"])
