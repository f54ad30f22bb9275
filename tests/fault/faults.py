"""The faults of a run: which there are, and how each is brought about."""

import random
import re
import signal
import time
from dataclasses import dataclass
from typing import Callable

from stack import ROOT
from victims import Victims

DOOR = "ingress"
ON_STOPPING = ("draining", "revoking")
AFTER_A_CRASH = ("attempt_recorded",)
RANDOM_KILLS = 6  # of each service
# Steps that a consumer does not come to, because what it takes in it only keeps.
NEVER_REACHED = {"directory": ("produced", "reported", "removed")}
GIVING_BACK = "directory.giving_back"


@dataclass(frozen=True)
class Fault:
    kind: str  # step, kill or restart
    service: str  # or the part to restart
    step: str = ""

    def __str__(self) -> str:
        return f"{self.kind} {self.service}" + (f".{self.step}" if self.step else "")


def named_steps(victims: Victims) -> list[Fault]:
    """Every named step of the door and of every consumer, read where they are named: so a new one cannot be forgotten."""
    worker = (ROOT / "libs/messaging/src/worker.cpp").read_text(encoding="utf-8")
    of_consumers = re.findall(r'service \+ "\.(\w+)"', worker)
    door = "".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "services" / DOOR).rglob("*.cpp"))
                   if "tests" not in path.parts)
    of_door = sorted(set(re.findall(rf'reached\("{DOOR}\.(\w+)"\)', door)))
    if not of_consumers or not of_door:
        raise RuntimeError("the named steps are no longer named where this test looks for them")
    return [Fault("step", DOOR, step) for step in of_door] + [
        Fault("step", consumer.name, step) for consumer in victims.consumers for step in of_consumers
        if step not in NEVER_REACHED.get(consumer.name, ())]


def draw(rng: random.Random, victims: Victims) -> list[Fault]:
    faults = named_steps(victims)
    faults += [Fault("kill", service) for service in victims.services for _ in range(RANDOM_KILLS)]
    faults += [Fault("restart", part) for part in ("kafka", "postgres")]
    rng.shuffle(faults)
    return faults


def strike(victims: Victims, fault: Fault, rng: random.Random, begin_sending: Callable[[], None]) -> None:
    """Brings the fault about while webhooks are sent, and the service back. Raises when it did not come about as named."""
    if fault.kind == "step":
        return kill_at_step(victims, fault, rng, begin_sending)
    begin_sending()
    if fault.kind == "kill":
        time.sleep(rng.random() * 0.2)  # the moment of a random kill
        victims.kill(fault.service)
        victims.start(fault.service)
        victims.wait_ready(fault.service)
    else:
        victims.restart(fault.service)


def tell_of_company(victims: Victims, company: dict) -> None:
    """Tells the directory of a company whose webhooks wait, and kills it while it gives them back; then tells it once more."""
    victims.stop("directory")
    victims.start("directory", fault=f"{GIVING_BACK}:kill:1")
    victims.wait_ready("directory")
    victims.apply(company)  # does not get an answer to all that it asks
    victims.wait_death_by_kill("directory", GIVING_BACK)
    victims.start("directory")
    victims.wait_ready("directory")
    if not victims.apply(company):
        raise RuntimeError("the directory does not take the company")


def kill_at_step(victims: Victims, fault: Fault, rng: random.Random, begin_sending: Callable[[], None]) -> None:
    """Restarts the service so that it dies at the step, waits for its death, brings it back."""
    service, name = fault.service, f"{fault.service}.{fault.step}"
    if fault.step in AFTER_A_CRASH:
        victims.kill(service)
    else:
        victims.stop(service)
    begin_sending()  # only now, so that the dying process finds work
    # A batch may take all that is sent, so a consumer dies at the first passing; a door has one passing a webhook.
    nth = rng.randint(1, 3) if service == DOOR and fault.step not in ON_STOPPING else 1
    victims.start(service, fault=f"{name}:kill:{nth}")
    if fault.step in ON_STOPPING:
        victims.wait_ready(service)
        victims.send(service, signal.SIGTERM)
    victims.wait_death_by_kill(service, name)
    victims.start(service)
    victims.wait_ready(service)
