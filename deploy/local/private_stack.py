"""A stack for one run of tests: on ports that nobody has, gone afterwards."""

import shutil
import socket
from contextlib import contextmanager

import credentials
import lifecycle
import processes
from stack import PORTS, ROLES, ROOT, Refusal, Stack, clone_mark, say, states_folder

PORT_BASES = range(18080, 30080, 100)  # below the ports that the kernel hands out
MARK = "private"


def claim(port_base: int) -> socket.socket | None:
    """A claim on a port base, valid on the whole machine and freed by the kernel when its holder dies."""
    claimed = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        claimed.bind(f"\0hookswitch-tests-{port_base}")
    except OSError:
        claimed.close()
        return None
    return claimed


@contextmanager
def private_stack():
    """A stack that is removed at the end, however that comes; its logs are kept in build/test-logs."""
    remove_abandoned()
    stack, claimed = choose()
    say(f"the tests' own stack has the port base {stack.port_base}")
    try:
        stack.make_folders()
        (stack.state / MARK).touch()
        # Roles belong to the whole server: tests that make databases of their own log in as these, too.
        credentials.preset(stack, {role: f"{role}_password" for role in ROLES})
        yield stack
    finally:
        kept = ROOT / "build/test-logs"
        shutil.rmtree(kept, ignore_errors=True)
        if stack.logs.exists():
            shutil.copytree(stack.logs, kept)
        remove(stack)
        claimed.close()


def choose() -> tuple[Stack, socket.socket]:
    for port_base in PORT_BASES:
        claimed = claim(port_base)
        if claimed is None:
            continue
        if all(processes.port_is_free(port_base + offset) for offset in PORTS.values()):
            return Stack(port_base), claimed
        claimed.close()
    raise Refusal("no free ports for a test stack")


def remove(stack: Stack) -> None:
    lifecycle.stop_everything(stack)
    stack.purge()


def remove_abandoned() -> None:
    """What a killed run of tests in this clone has left."""
    for mark in states_folder().glob(f"{clone_mark()}-*/{MARK}"):
        port_base = int(mark.parent.name.rpartition("-")[2])
        claimed = claim(port_base)
        if claimed is not None:
            say(f"removing what a killed run of tests has left at port base {port_base}")
            remove(Stack(port_base))
            claimed.close()
