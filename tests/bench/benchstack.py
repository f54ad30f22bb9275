"""What the benchmarks share: a private stack of release builds, and the programs that load it. Benchmarks only."""

import json
import os
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests/fault"), str(ROOT / "deploy/local")]

import broker
import credentials
import database
import environment
import lifecycle
import processes
import report
import services
from private_stack import private_stack
from stack import say
from turns import Turns, through

BINARIES = Path(os.environ["HOOKSWITCH_BINARY_DIR"]) / "bin"
_instead: dict[str, dict[str, str]] = {}  # service → settings that it is started with in place of the stack's


@contextmanager
def no_stack_yet():
    """A stack of the release build on ports of its own, gone afterwards, of which nothing is started. Its broker has the heap that
    Kafka's own start script gives it: in a smaller one its pauses are what a p99 tells of (docs/decisions/0112)."""
    with private_stack() as stack:
        stack.binaries = BINARIES
        stack.kafka_heap = ("-Xms1g", "-Xmx1g")
        yield stack


@contextmanager
def release_stack():
    """A whole stack of the release build."""
    with no_stack_yet() as stack:
        lifecycle.start_everything(stack)
        yield stack


@contextmanager
def infrastructure_alone():
    """Kafka and PostgreSQL."""
    with no_stack_yet() as stack:
        lifecycle.start_infrastructure(stack)
        yield stack


@contextmanager
def consumer_alone(name: str):
    """Kafka, PostgreSQL and one consumer of the release build, its schema made."""
    with infrastructure_alone() as stack:
        start_service(stack, name)
        yield stack


def variables(stack) -> dict:
    return environment.variables(stack)


def pid(stack, part: str) -> int:
    return processes.pid_of(stack.run_folder(part))


def flag_words(flags: dict) -> list[str]:
    return [word for name, value in flags.items() for word in (f"--{name.replace('_', '-')}", str(value))]


def begin(program: str, secrets: dict | None = None, **flags) -> subprocess.Popen:
    """One of the bench programs, which dies with us; `secrets` are variables of its environment."""
    return subprocess.Popen(["setpriv", "--pdeathsig", "TERM", BINARIES / program, *flag_words(flags)], stdin=subprocess.DEVNULL,
                            stdout=subprocess.PIPE, text=True, env=os.environ | (secrets or {}))


def result_of(begun: subprocess.Popen) -> dict:
    """What a bench program prints is one JSON line."""
    said = begun.communicate()[0]
    if begun.returncode != 0:
        raise SystemExit(f"{begun.args[3].name} failed (exit code {begun.returncode}): {said}")
    return json.loads(said)


def measure(program: str, **flags) -> dict:
    return result_of(begin(program, **flags))


class Follower:
    """bench-webhook-topic, which reads the events while we measure; what it saw is there at the end."""

    def __init__(self, flags: dict):
        self._process = begin("bench-webhook-topic", mode="follow", **flags)
        if self._process.stdout.readline() != "following\n":
            raise SystemExit("the reader of the events did not start")

    def result(self) -> dict:
        return result_of(self._process)


def load(stack, **flags) -> dict:
    known = variables(stack)
    return measure("bench-webhook-load", port=stack.port("ingress"), key=known["HOOKSWITCH_RETELL_API_KEY"],
                   pid=pid(stack, "ingress"), **flags)


def service_names() -> list[str]:
    return [each.name for each in services.SERVICES]


def service(name: str):
    return next(each for each in services.SERVICES if each.name == name)


def start_service(stack, name: str) -> None:
    services.start(stack, service(name), instead=_instead.get(name))
    services.wait(stack, service(name))


def stop_postgres(stack) -> None:
    database.stop(stack)


def command(stack, *words: str) -> None:
    """The hookswitch command beside this stack; what it prints goes to stderr."""
    subprocess.run([BINARIES / "hookswitch", *words], check=True, stdin=subprocess.DEVNULL, stdout=sys.stderr,
                   env=environment.for_children(stack))


def stop_service(stack, name: str) -> None:
    services.stop(stack, service(name))


def restart_ms(stack, name: str) -> float:
    """Milliseconds from the start of the process until it is ready (asked each 30 ms)."""
    stop_service(stack, name)
    started = time.monotonic()
    start_service(stack, name)
    return (time.monotonic() - started) * 1000


@contextmanager
def counted_round_trips(stack, name: str, role: str):
    """Counts the round trips to PostgreSQL of a service that is started meanwhile. A one-element list, filled at the end."""
    turns, counted = Turns(stack.address("postgres")), []
    try:
        _instead[name] = {"HOOKSWITCH_POSTGRES_URL": through(credentials.postgres_url(stack, role), turns.address)}
        yield counted
    finally:
        del _instead[name]
        turns.close()
    counted.append(turns.taken)


def show(results: dict, as_json: bool) -> None:
    if as_json:
        print(json.dumps(results))
        return
    for name, value in results.items():
        print(f"{name}: {value:.3g}" if isinstance(value, float) else f"{name}: {value}")
