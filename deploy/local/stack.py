"""One local stack: where its files lie and which ports it has. Everything else is given one of these."""

import fcntl
import hashlib
import os
import shutil
import sys
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DEFAULT_PORT_BASE = 8080
# Offsets from the port base. Those of services to come are kept free.
PORTS = {
    "ingress": 0,
    "directory": 4,
    "ingress admin": 20,
    "call-processing admin": 22,
    "booking admin": 24,
    "billing admin": 26,
    "directory admin": 28,
    "kafka": 40,
    "kafka controller": 41,
    "postgres": 42,
}
# The schemas that services keep. Each has two roles: <schema>_owner migrates it; <schema>_app, which row-level security
# binds, does the work.
SCHEMAS = ("call_processing", "booking", "billing", "directory")
ROLES = tuple(f"{schema}_{kind}" for schema in SCHEMAS for kind in ("owner", "app"))


class Refusal(Exception):
    """The answer is no, for a reason that the person at the keyboard can act on."""


class WrongUse(Refusal):
    """What was asked for makes no sense."""


def say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def states_folder() -> Path:
    """Where the stacks of this user keep their data. Root's must be reachable by the user postgres, so not in /root."""
    if os.geteuid() == 0:
        return Path("/var/lib/hookswitch")
    return Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local/state") / "hookswitch"


def clone_mark() -> str:
    return hashlib.sha256(str(ROOT).encode()).hexdigest()[:10]


class Stack:
    """Two stacks of one machine differ in the clone or in the port base, and share nothing."""

    def __init__(self, port_base: int):
        if not 1024 <= port_base <= 65000:
            raise WrongUse(f"HOOKSWITCH_PORT_BASE must be between 1024 and 65000, not {port_base}")
        self.port_base = port_base
        self.state = states_folder() / f"{clone_mark()}-{port_base}"
        self.logs = self.state / "logs"
        self.binaries = ROOT / "build/dev/bin"
        self.kafka_heap = ("-Xms128m", "-Xmx512m")

    @classmethod
    def from_environment(cls) -> "Stack":
        text = os.environ.get("HOOKSWITCH_PORT_BASE") or str(DEFAULT_PORT_BASE)
        if not text.isdigit():
            raise WrongUse(f"HOOKSWITCH_PORT_BASE is not a port number: {text!r}")
        return cls(int(text))

    def port(self, name: str) -> int:
        return self.port_base + PORTS[name]

    def address(self, name: str) -> str:
        return f"127.0.0.1:{self.port(name)}"

    def run_folder(self, part: str) -> Path:
        return self.state / "run" / part

    def log_file(self, part: str) -> Path:
        return self.logs / f"{part}.log"

    def make_folders(self) -> None:
        for folder in (self.state.parent, self.state):
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(0o755)
        self.logs.mkdir(exist_ok=True)

    @contextmanager
    def locked(self):
        """One ./dev at a time changes a stack. The kernel frees the lock when its holder dies; children do not inherit it."""
        self.make_folders()
        with locked_file(self.state / "lock", "another ./dev is busy with this stack; waiting for it"):
            yield

    def place_beside(self, name: str) -> Path:
        """A new folder to make something in that is renamed to `name` when complete; what killed runs left is cleared."""
        for left in self.state.glob(f"{name}.new-*"):
            shutil.rmtree(left, ignore_errors=True)
        new = self.state / f"{name}.new-{os.getpid()}"
        new.mkdir(mode=0o700)
        return new

    def purge(self) -> None:
        shutil.rmtree(self.state, ignore_errors=True)
        if self.state.exists():
            raise Refusal(f"cannot remove all of {self.state}")


@contextmanager
def locked_file(path: Path, waiting: str):
    """Holds an exclusive flock on `path`, yields the open file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "a", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(waiting)
            fcntl.flock(file, fcntl.LOCK_EX)
        yield file


def write_private(path: Path, text: str) -> None:
    """Writes a file that only its owner reads, all of it or nothing."""
    new = path.with_name(path.name + ".new")
    new.unlink(missing_ok=True)
    with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    new.rename(path)
