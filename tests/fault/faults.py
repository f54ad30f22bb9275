"""The faults of a run: which there are, and how each is brought about."""

import random
import signal
import time
from dataclasses import dataclass
from typing import Callable

import steps
from victims import Victims

DOOR = "ingress"
DIRECTORY = "directory"
ON_STOPPING = ("draining", "revoking")
AFTER_A_CRASH = ("attempt_recorded",)
# Steps that come when the directory is told of something, and those that publish it.
WHEN_TOLD = ("change_before_commit", "change_after_commit")
PUBLISHING = ("outbox_loaded", "outbox_produced", "outbox_reported", "outbox_removed")
# Come when webhooks are looked at again. The first two passings are those of a start, before any is looked at: what failed is to be tried
# again, and old ones are forgotten (give_back_thread.cpp).
LOOKING_AGAIN = ("give_back_before_commit", "give_back_after_commit")
# Come when a company is told of whose webhooks wait: tell_of_company() kills at them, one after the other.
GIVING_BACK = ("giving_back", "gave_back")
RANDOM_KILLS = 6  # of each service
FROZEN_S = (2, 5)  # shorter than a session, so that nobody is missed
# Steps that a consumer does not come to, because what it takes in it only keeps.
NEVER_REACHED = {DIRECTORY: ("produced", "reported", "removed")}


@dataclass(frozen=True)
class Fault:
    kind: str  # step, kill, freeze or restart
    service: str  # or the part to restart
    step: str = ""
    action: str = "kill"  # at a step: kill or throw

    def __str__(self) -> str:
        return f"{self.kind} {self.service}" + (f".{self.step}" if self.step else "") + (f" {self.action}" if self.action != "kill" else "")


def named_steps(victims: Victims, action: str = "kill") -> list[Fault]:
    """Of the door and of every consumer, but what is never come to."""
    consumers = {consumer.name for consumer in victims.consumers}
    return [Fault("step", service, step, action) for service in sorted(consumers | {DOOR}) for step in steps.of(service, service in consumers)
            if step not in NEVER_REACHED.get(service, ())]


def draw(rng: random.Random, victims: Victims) -> list[Fault]:
    faults = [fault for fault in named_steps(victims) if fault.step not in GIVING_BACK]
    faults += [Fault("kill", service) for service in victims.services for _ in range(RANDOM_KILLS)]
    faults += [Fault("restart", part) for part in ("kafka", "postgres")]
    rng.shuffle(faults)
    return faults


def strike(victims: Victims, fault: Fault, rng: random.Random, begin_sending: Callable[[], None]) -> None:
    """Brings the fault about while webhooks are sent, and the service back. Raises when it did not come about as named."""
    if fault.kind == "step":
        return strike_at_step(victims, fault, rng, begin_sending)
    begin_sending()
    if fault.kind == "kill":
        time.sleep(rng.random() * 0.2)  # the moment of a random kill
        victims.kill(fault.service)
        victims.start(fault.service)
        victims.wait_ready(fault.service)
    elif fault.kind == "freeze":
        victims.send(fault.service, signal.SIGSTOP)
        time.sleep(rng.uniform(*FROZEN_S))
        victims.send(fault.service, signal.SIGCONT)
    else:
        victims.restart(fault.service)


def tell_of_company(victims: Victims, company: dict, action: str = "kill") -> list[Fault]:
    """Tells the directory of a company whose webhooks wait, and strikes it twice while it gives them back; then tells it once more.
    Gives the faults that came about."""
    victims.stop(DIRECTORY)
    if action != "kill":
        return throw_while_told(victims, company)
    struck = [Fault("step", DIRECTORY, step) for step in GIVING_BACK]
    for fault in struck:
        victims.start(DIRECTORY, fault=f"{DIRECTORY}.{fault.step}:kill:1")
        if fault is struck[0]:
            victims.wait_ready(DIRECTORY)
            victims.apply(company)  # does not get an answer to all that it asks
        victims.wait_death_by_kill(DIRECTORY, f"{DIRECTORY}.{fault.step}")
    bring_back_and_tell(victims, company)
    return struck


def throw_while_told(victims: Victims, company: dict) -> list[Fault]:
    """As tell_of_company(); one that goes on gives all back in one life."""
    struck = [Fault("step", DIRECTORY, step, "throw") for step in GIVING_BACK]
    victims.start(DIRECTORY, fault=",".join(f"{DIRECTORY}.{fault.step}:throw:1" for fault in struck))
    victims.wait_ready(DIRECTORY)
    victims.apply(company)
    for fault in struck:
        victims.wait_struck(DIRECTORY, f"{DIRECTORY}.{fault.step}", "throw")
    bring_back_and_tell(victims, company)
    return struck


def strike_while_told(victims: Victims, fault: Fault, passing: int) -> None:
    """The directory is struck at the step while it is told of a company, or publishes it, and is told of it once more."""
    step = fault.step
    company = {"id": f"told-{time.time_ns()}", "name": "Zuruf", "time_zone": "Europe/Berlin"}
    victims.stop(DIRECTORY)
    first = step if step in WHEN_TOLD else WHEN_TOLD[-1]  # the change is committed, and nothing of it said
    action = fault.action if first == step else "kill"
    victims.start(DIRECTORY, fault=f"{DIRECTORY}.{first}:{action}:{passing if first == step else 1}")
    victims.wait_ready(DIRECTORY)
    victims.apply(company)
    victims.wait_struck(DIRECTORY, f"{DIRECTORY}.{first}", action)
    if first != step:
        victims.start(DIRECTORY, fault=f"{DIRECTORY}.{step}:{fault.action}:1")
        victims.wait_struck(DIRECTORY, f"{DIRECTORY}.{step}", fault.action)
    bring_back_and_tell(victims, company)


def bring_back_and_tell(victims: Victims, company: dict) -> None:
    victims.bring_back(DIRECTORY)
    if not victims.apply(company):  # true when it is published and every service has it
        raise RuntimeError("the directory does not take a company, or does not say so to everybody")


def strike_at_step(victims: Victims, fault: Fault, rng: random.Random, begin_sending: Callable[[], None]) -> None:
    """Restarts the service so that it is struck at the step, waits for that, brings it back when it has ended."""
    service, name = fault.service, f"{fault.service}.{fault.step}"
    if service == DIRECTORY and fault.step in WHEN_TOLD + PUBLISHING:
        begin_sending()
        return strike_while_told(victims, fault, rng.randint(1, 2))  # the company, and the workspace that speaks for it
    if fault.step in AFTER_A_CRASH:
        victims.kill(service)
        behind = victims.behind(service)
        begin_sending()
        # Only what waits when it starts can have ended the one before it.
        victims.wait_for(f"work for {service}", lambda: victims.behind(service) > behind, 30, service)
    else:
        victims.stop(service)
        begin_sending()  # only now, so that the dying process finds work
    victims.start(service, fault=f"{name}:{fault.action}:{passing_of(fault, rng)}")
    if fault.step in ON_STOPPING:
        victims.wait_ready(service)
        victims.send(service, signal.SIGTERM)
    victims.wait_struck(service, name, fault.action)
    if fault.step in ON_STOPPING:
        victims.wait_for(f"the end of {service}", lambda: not victims.runs(service), 30, service)
    victims.bring_back(service)


def passing_of(fault: Fault, rng: random.Random) -> int:
    """At which passing of the step it dies. A batch may take all that is sent, so a consumer dies at the first; a door has one passing a
    webhook."""
    if fault.service == DIRECTORY and fault.step in LOOKING_AGAIN:
        return 3
    return rng.randint(1, 3) if fault.service == DOOR and fault.step not in ON_STOPPING else 1
