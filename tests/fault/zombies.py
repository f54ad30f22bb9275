"""Services that stand still at a named step, others that take over meanwhile, and what becomes of it when the first ones go on.

Standing still takes long and costs nothing, so as much of it as can happens at the same time: the services' lanes side by side, and
within a lane a chain: the service stands still at one step, another of it takes over and stands still at the next one, and so on; the
last of the chain is sound. Then all go on, beside the one that has taken over their work."""

import random
import signal
import threading
import time
from dataclasses import dataclass, field

import faults
import kill_everything
import load
import outages
import report
from victims import Victims

CHAIN = 3  # that many stand still at a time; each is taken over 10 s later (session.timeout.ms)
WEBHOOKS = 80  # of each chain
SENT_OVER_S = 40.0  # the half of them, while the chain comes about
TAKEN_OVER_S = 90.0  # within so long the sound one has read everything: the frozen ones may hold locks for 15 s
BATCH = "2"  # messages, so that the first of a chain does not take the work of all
# Those that only the first of a chain comes to: after a crash; when another one joins.
FIRST_OF_CHAIN = (*faults.AFTER_A_CRASH, "revoking")
DOORS_FROM = 60  # offset of the ports of the doors that stand still, beside the stack's own one
ALONE = (*faults.WHEN_TOLD, *faults.PUBLISHING, *faults.LOOKING_AGAIN)  # steps of the directory that no chain comes to


@dataclass
class Told:
    """What the lanes have in common. Each takes parts of the story as it needs them."""

    victims: Victims
    freeze_s: float
    story: load.Load
    delivered: list = field(default_factory=list)
    struck: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    companies: list[dict] = field(default_factory=list)

    def send(self, webhooks: list, over_s: float = 0, door: str = "") -> None:
        self.delivered.extend(kill_everything.deliverer(door, give_up_after_s=2 * self.freeze_s + 120).deliver(webhooks, over_s))

    def in_background(self, work, *arguments) -> threading.Thread:
        def guarded() -> None:
            try:
                work(*arguments)
            except Exception as error:  # a violation of the run, which the other lanes go on with
                self.broken.append(f"{type(error).__name__}: {error}")
        thread = threading.Thread(target=guarded)
        thread.start()
        return thread

    def next_part(self) -> list:
        return self.story.parts.pop()

    def saw(self, service: str, step: str) -> None:
        self.struck.append(f"{service}.{step}")
        print(f"  {len(self.struck)}: {service} stands still at {step}", flush=True)


def steps_of(victims: Victims, service: str) -> list[str]:
    return [fault.step for fault in faults.named_steps(victims) if fault.service == service]


def chains_of(steps: list[str], rng: random.Random) -> list[list[str]]:
    """All steps in chains of at most CHAIN, with each of FIRST_OF_CHAIN at a beginning."""
    firsts = [step for step in steps if step in FIRST_OF_CHAIN]
    others = [step for step in steps if step not in FIRST_OF_CHAIN]
    rng.shuffle(others)
    chains = [firsts[nth:nth + 1] for nth in range(max(len(firsts), -(-len(steps) // CHAIN)))]
    for chain in chains:
        while others and len(chain) < CHAIN:
            chain.append(others.pop())
    return chains


def part_of(service: str, nth: int) -> str:
    """The stack's own one is the first of a chain."""
    return f"{service}-{nth}" if nth else service


def lag_of(victims: Victims, service: str) -> int:
    rows = report.lag(victims.stack)
    return sum(row["lag"] for row in rows if row["group"].endswith(service)) if rows is not None else -1


def wait_read(victims: Victims, service: str, what: str) -> None:
    victims.wait_for(what, lambda: lag_of(victims, service) == 0, TAKEN_OVER_S, every_s=0.5)  # asking is a process, and not cheap


def play_chain(told: Told, service: str, chain: list[str]) -> None:
    victims = told.victims
    (victims.kill if chain[0] in faults.AFTER_A_CRASH else victims.stop)(service)
    webhooks = told.next_part()
    told.send(webhooks[::2])
    sending = told.in_background(told.send, webhooks[1::2], SENT_OVER_S)
    for nth, step in enumerate([*chain, None]):
        start_one(victims, service, nth, step)
        if nth and chain[nth - 1] == "revoking":  # because this one joins
            wait_still(told, service, nth - 1, "revoking")
        if step == "revoking":
            victims.wait_ready(service)
        elif step:
            wait_still(told, service, nth, step)
    last = time.monotonic()
    wait_read(victims, service, f"another {service} to take over from those at {', '.join(chain)}")
    told.notes.append(f"{service} at {', '.join(chain)}: taken over within {time.monotonic() - last:.0f} s")
    time.sleep(max(0.0, last + told.freeze_s - time.monotonic()))  # a fault's duration
    for nth in range(len(chain)):
        victims.send(part_of(service, nth), signal.SIGCONT)
    sending.join()
    victims.bring_back(service)
    wait_read(victims, service, f"{service} to have read everything")
    for nth in range(1, len(chain) + 1):
        end_one(told, part_of(service, nth))
    victims.bring_back(service)


def start_one(victims: Victims, service: str, nth: int, step: str | None) -> None:
    instead = {"HOOKSWITCH_INSTANCE": str(nth), "HOOKSWITCH_BATCH_MESSAGES": BATCH}
    if nth:
        instead["HOOKSWITCH_ADMIN_PORT"] = "0"
        if service == faults.DIRECTORY:
            instead["HOOKSWITCH_HTTP_PORT"] = "0"
    victims.start(service, f"{service}.{step}:stop:1" if step else "", part_of(service, nth), instead)


def wait_still(told: Told, service: str, nth: int, step: str) -> None:
    told.victims.wait_struck(part_of(service, nth), f"{service}.{step}", "stop", TAKEN_OVER_S)
    told.saw(service, step)


def end_one(told: Told, part: str) -> None:
    """In order. It may have ended by itself when somebody had taken over, but must not have crashed."""
    if told.victims.runs(part):
        told.victims.send(part, signal.SIGTERM)
    told.victims.wait_for(f"the end of {part}", lambda: told.victims.how_it_ended(part) is not None, 40, part)
    ended = told.victims.how_it_ended(part)
    if ended.code:
        told.notes.append(f"{part} {ended}")
    if ended.code > 128:
        told.broken.append(f"{part} was to end in order, but {ended}")


def play_doors(told: Told, steps: list[str]) -> None:
    """A door for each step. Each webhook is acknowledged by the door that it was sent to, when it goes on."""
    victims, webhooks = told.victims, told.next_part()
    sending = []
    for nth, step in enumerate(steps):
        part, port = part_of(faults.DOOR, nth + 1), victims.stack.port_base + DOORS_FROM + nth
        victims.start(faults.DOOR, f"{faults.DOOR}.{step}:stop:1", part,
                      {"HOOKSWITCH_INSTANCE": str(nth + 1), "HOOKSWITCH_ADMIN_PORT": "0", "HOOKSWITCH_HTTP_PORT": str(port)})
        sending.append(told.in_background(told.send, webhooks[nth::len(steps)], 0, f"http://127.0.0.1:{port}"))
        if step in faults.ON_STOPPING:
            sending[-1].join()
            victims.send(part, signal.SIGTERM)
        victims.wait_struck(part, f"{faults.DOOR}.{step}", "stop", 30)
        told.saw(faults.DOOR, step)
    time.sleep(told.freeze_s)  # a fault's duration
    for nth in range(len(steps)):
        victims.send(part_of(faults.DOOR, nth + 1), signal.SIGCONT)
    for each in sending:
        each.join()
    for nth in range(len(steps)):
        end_one(told, part_of(faults.DOOR, nth + 1))


def play_alone(told: Told, steps: list[str], company: dict) -> None:
    """The directory stands still at one step after the other while it is told of a company, or looks at a webhook of nobody's."""
    victims, service = told.victims, faults.DIRECTORY
    victims.stop(service)
    looks = steps[0] in faults.LOOKING_AGAIN
    if looks:
        told.send(told.next_part())
    victims.start(service, ",".join(f"{service}.{step}:stop:{3 if looks else 1}" for step in steps))
    if not looks:
        # What an earlier life has left in the outbox may bring it to the step before it is ready.
        victims.wait_for("the directory to be ready, or to stand still", lambda: victims.is_stopped(service) or victims.is_ready(service), 60)
        told.companies.append(company)
    telling = told.in_background(victims.apply, company) if not looks else None
    for step in steps:
        wait_still(told, service, 0, step)
        time.sleep(told.freeze_s)  # a fault's duration
        victims.send(service, signal.SIGCONT)
    if telling:
        telling.join()
    victims.bring_back(service)


def play(victims: Victims, rng: random.Random, freeze_s: float, row, findings) -> tuple[load.Load, list]:
    without = (*ALONE, *faults.GIVING_BACK)
    chains = {consumer.name: chains_of([step for step in steps_of(victims, consumer.name) if step not in without], rng)
              for consumer in victims.consumers}
    parts = sum(map(len, chains.values())) + len(faults.LOOKING_AGAIN) + 1
    told = Told(victims, freeze_s, load.draw(rng, parts * WEBHOOKS, parts))

    def lane(*names: str) -> None:
        for name in names:
            for chain in chains[name]:
                play_chain(told, name, chain)

    def directory() -> None:
        lane(faults.DIRECTORY)
        play_alone(told, list(faults.GIVING_BACK), told.story.late)
        for step in ALONE:
            play_alone(told, [step], {"id": f"told-{time.time_ns()}", "name": "Zuruf", "time_zone": "Europe/Berlin"})

    # Billing reads what call-processing tells, so it stands still after it; what others there are have lanes of their own.
    after_one_another = ("call-processing", "billing")
    lanes = [told.in_background(lane, *after_one_another), told.in_background(directory),
             told.in_background(play_doors, told, steps_of(victims, faults.DOOR))]
    lanes += [told.in_background(lane, name) for name in chains if name not in (*after_one_another, faults.DIRECTORY)]
    for each in lanes:
        each.join()
    over = time.monotonic()
    end(told, row, findings, over)
    return told.story, told.delivered


def end(told: Told, row, findings, over: float) -> None:
    victims = told.victims
    for webhooks in told.story.parts:  # of lanes that broke
        told.send(webhooks)
    for name in victims.services:
        victims.bring_back(name)
    for company in told.companies:
        findings.expect(victims.apply(company), f"the directory does not take {company['id']}, or does not say so to everybody")
    lag, unsaid = victims.wait_until_quiet()
    row.backlog_gone_after_s = time.monotonic() - over
    outages.restart_services(victims)  # with the stack's own settings
    findings.expect((lag, unsaid) == (0, 0), f"in the end the consumers lag {lag} behind, {unsaid} rows are unsaid")
    findings.violations += told.broken
    named = {f"{fault.service}.{fault.step}" for fault in faults.named_steps(victims)}
    missed = sorted(named - set(told.struck))
    findings.expect(not missed, f"nobody stood still at {', '.join(missed)}")
    row.notes += [f"{len(set(told.struck))} of {len(named)} steps, {told.freeze_s:.0f} s or more at each", *told.notes]
