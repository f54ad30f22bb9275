"""Another program that does a service's job, raced beside it: started as `/bin/sh -c 'exec env COMMAND'` in a process group of its own, with
an environment that says where everything is, and ended by SIGTERM."""

import os
import signal
import subprocess
from contextlib import contextmanager
from pathlib import Path

import benchstack

WEBHOOKS, EVENTS = "bench.beside.webhooks", "bench.beside.events"
STOP_S_MAX = 30


def create_topics(stack) -> None:
    subprocess.run([benchstack.BINARIES / "hookswitch-topics", "create", "--kafka", stack.address("kafka"),
                    "--file", Path(__file__).with_name("beside_topics.yaml")], check=True, stdin=subprocess.DEVNULL)


@contextmanager
def running(command: str, environment: dict[str, str], log: Path):
    """Its process."""
    with open(log, "ab") as out:
        process = subprocess.Popen(["setpriv", "--pdeathsig", "TERM", "/bin/sh", "-c", f"exec env {command}"],
                                   env=os.environ | environment, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True)
    try:
        yield process
    finally:
        ended_by_itself = process.poll()
        stop(process)
        if ended_by_itself is not None:
            raise SystemExit(f"the program beside ended by itself, with {ended_by_itself}: {log.read_text(errors='replace')[-2000:]}")


def stop(process: subprocess.Popen) -> None:
    try:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(STOP_S_MAX)
    except ProcessLookupError:
        return
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise SystemExit(f"the program beside did not stop within {STOP_S_MAX} s of SIGTERM") from None
