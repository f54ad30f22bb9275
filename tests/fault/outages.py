"""What can become of the surroundings of the services: of Kafka, of PostgreSQL, of the way to them. A fault begins, lasts and ends,
and says what must hold of the door meanwhile; what must hold afterwards is the same after every fault (campaign.py)."""

import signal
import time
from pathlib import Path

import broker
import credentials
import database
import processes
from gate import Gate
from stack import ROLES
from victims import Victims

DOOR = "ingress"
STOP_PATIENCE_S = 20


class Fault:
    """Nothing happens."""

    name = "nothing"
    lasts_s = 10.0
    acknowledges: bool | None = None  # whether the door acknowledges meanwhile; None: nothing is claimed
    possibly_persisted: bool | None = None  # whether Kafka takes what is not acknowledged; None: nothing is claimed
    patience_ends = False  # whether half an hour has passed for a service that waits so long for the beginning of an appointment
    may_crash = False  # a service may end by a signal of its own
    senders = 16
    answer_s = 8.0  # each answer at the door comes within so many seconds: Retell waits ten
    tried_again: tuple[int, ...] = ()  # statuses that are final for a provider, and are not the door's fault here

    def missing(self) -> str | None:
        """Why it cannot be brought about here."""
        return None

    def prepare(self, victims: Victims) -> None:
        """Before any webhook is sent."""

    def begin(self, victims: Victims) -> None:
        """It is there when this returns."""

    def hold(self, victims: Victims) -> None:
        time.sleep(self.lasts_s)  # a fault's duration, nothing is waited for

    def end(self, victims: Victims) -> None:
        """What was away is back when this returns. Also called when begin() failed."""

    def clear(self, victims: Victims) -> None:
        """What prepare() did is undone."""


def family(pid: int) -> list[int]:
    """A process and all that descend from it: PostgreSQL's sessions are processes of their own."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(stat.parent.name)] = int(stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[1])
        except OSError:
            continue
    found = [pid]
    for each in found:
        found += [child for child, parent in parents.items() if parent == each]
    return found


class Stopped(Fault):
    """A part is made to end and is started again when the fault is over."""

    def __init__(self, part: str, how: signal.Signals, lasts_s: float):
        self.name = f"{part} ended by {how.name}"
        self._part, self._how = part, how
        self.lasts_s = lasts_s
        self.acknowledges = part != "kafka"

    def begin(self, victims: Victims) -> None:
        if self._how == signal.SIGKILL:
            victims.kill(self._part)
        else:
            ended = processes.stop(victims.stack, self._part, self._how, STOP_PATIENCE_S)
            if ended != "stopped":
                raise RuntimeError(f"{self._part} did not end by {self._how.name}: {ended}")

    def end(self, victims: Victims) -> None:
        start_again(victims, self._part)


def start_again(victims: Victims, part: str) -> None:
    module = {"kafka": broker, "postgres": database}[part]
    if not victims.runs(part):
        module.start(victims.stack)
    module.wait(victims.stack)


class Frozen(Fault):
    """A part and all of its processes stand still."""

    def __init__(self, part: str, lasts_s: float):
        self.name = f"{part} frozen {lasts_s:.0f} s"
        self._part = part
        self.lasts_s = lasts_s
        self.acknowledges = part != "kafka"
        self._pids: list[int] = []

    def begin(self, victims: Victims) -> None:
        self._pids = family(victims.pid(self._part))
        for pid in self._pids:
            processes.send(pid, signal.SIGSTOP)

    def end(self, victims: Victims) -> None:
        for pid in self._pids:
            processes.send(pid, signal.SIGCONT)


class ConnectionsCut(Fault):
    """Every connection that the services have to PostgreSQL is ended by it, again and again."""

    name = "postgres cuts its connections"
    acknowledges = True
    CUTS = 10

    def hold(self, victims: Victims) -> None:
        roles = ", ".join(f"'{role}'" for role in ROLES)
        for _ in range(self.CUTS):
            victims.rows(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename IN ({roles})")
            time.sleep(self.lasts_s / self.CUTS)


class Gates:
    """A gate before Kafka for the door and one for everybody else, and one before PostgreSQL. The services are restarted behind them
    when the first fault needs them, and in front of them after the last one."""

    def __init__(self):
        self._gates: dict[str, Gate] = {}

    def open(self, victims: Victims) -> None:
        if self._gates:
            return
        kafka, postgres = victims.stack.address("kafka"), victims.stack.address("postgres")
        self._gates = {"door": Gate(kafka, True), "kafka": Gate(kafka, True), "postgres": Gate(postgres, False)}
        for name in victims.services:
            victims.instead[name] = {"HOOKSWITCH_KAFKA": self._gates["door" if name == DOOR else "kafka"].address}
        for schema in (consumer.schema for consumer in victims.consumers):
            victims.instead[schema.replace("_", "-")] |= {
                f"HOOKSWITCH_POSTGRES_{kind}URL": credentials.postgres_url(victims.stack, f"{schema}_{role}").replace(
                    postgres, self._gates["postgres"].address) for kind, role in (("", "app"), ("OWNER_", "owner"))}
        restart_services(victims)

    def set(self, names: tuple[str, ...], mode: str) -> None:
        for name in names:
            if name in self._gates:
                self._gates[name].set(mode)

    def close(self, victims: Victims) -> None:
        if not self._gates:
            return
        victims.instead.clear()
        restart_services(victims)
        for gate in self._gates.values():
            gate.close()
        self._gates = {}


def restart_services(victims: Victims) -> None:
    for name in reversed(victims.services):
        victims.stop(name)
    for name in victims.services:
        victims.start(name)
    for name in victims.services:
        victims.wait_ready(name)


class Gated(Fault):
    """The way to a part misbehaves."""

    def __init__(self, gates: Gates, part: str, mode: str, lasts_s: float = 10.0):
        self.name = f"way to {part}: {mode}"
        self._gates, self._mode = gates, mode
        self._names = {"kafka": ("door", "kafka"), "postgres": ("postgres",), "kafka from the door": ("door",)}[part]
        self.lasts_s = lasts_s
        self.acknowledges = True if part == "postgres" else None if mode in ("slow", "delay") else False
        self.possibly_persisted = True if part != "postgres" and mode == "swallow_answers" else None

    def prepare(self, victims: Victims) -> None:
        self._gates.open(victims)

    def begin(self, victims: Victims) -> None:
        self._gates.set(self._names, self._mode)

    def end(self, victims: Victims) -> None:
        self._gates.set(self._names, "forward")


def of_parts() -> list[Fault]:
    return [
        Stopped("kafka", signal.SIGTERM, 5), Stopped("kafka", signal.SIGKILL, 5), Frozen("kafka", 5), Frozen("kafka", 30),
        Stopped("postgres", signal.SIGINT, 3), Stopped("postgres", signal.SIGQUIT, 3), Stopped("postgres", signal.SIGKILL, 5),
        Frozen("postgres", 30), ConnectionsCut(),
    ]


def of_ways(gates: Gates) -> list[Fault]:
    modes = ("refuse", "reset", "half_open", "swallow_requests", "swallow_answers", "slow", "delay")
    return [*(Gated(gates, part, mode) for part in ("kafka", "postgres") for mode in modes),
            # What the door has sent is in Kafka or is not: POSSIBLY_PERSISTED.
            Gated(gates, "kafka from the door", "swallow_answers", 20)]
