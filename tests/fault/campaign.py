"""The fault campaign: one fault after the other on a whole stack, each with webhooks of its own before, during and after it, each
followed by the comparison of what was acknowledged, what the schemas hold and what lies on the topics, and by the proof of recovery.
Runs against the stack of HOOKSWITCH_PORT_BASE; `./dev test campaign` starts one and sets the variables."""

import argparse
import json
import random
import signal
import sys
import threading
import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests/simulators"), str(ROOT / "tests/fault"), str(ROOT / "deploy/local")]

import evidence
import faults
import kill_everything
import ledger
import load
import outages
import shortages
import silence
import zombies
from bounds import ACCEPTING_S, BACKLOG_S
from delivery import Delivered, Webhook
from stack import Refusal
from victims import Victims

START_S = 120.0  # Kafka and PostgreSQL may take so long to start on a busy machine, which is no fault of the services
UNDER_WAY_S = 0.3  # what was under way when a fault began has come to its end after so many seconds
REACTION_S = 2.5  # within so many seconds of a fault's beginning an answer may still be one from before it


@dataclass
class Row:
    """What a run was and what came of it; seconds are None where nothing was measured."""

    name: str
    seed: int
    webhooks: int = 0
    tries: int = 0
    longest_answer_s: float | None = None
    accepting_after_s: float | None = None
    ready_after_s: float | None = None  # the longest from the start of a service that had ended
    backlog_gone_after_s: float | None = None
    possibly_persisted: bool | None = None  # whether what nobody acknowledged is to be in Kafka; None: nothing is claimed
    seconds: float = 0
    notes: list[str] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        def said(value: float | None) -> str:
            return "–" if value is None else f"{value:.1f}"
        return (f"{self.name} (seed {self.seed}): {self.webhooks} webhooks in {self.tries} tries, longest answer "
                f"{said(self.longest_answer_s)} s; accepting after {said(self.accepting_after_s)} s, restart to ready "
                f"{said(self.ready_after_s)}, backlog gone {said(self.backlog_gone_after_s)}; {self.seconds:.0f} s; "
                f"violations: {len(self.violations)}")


class Campaign:
    """Runs of one stack, which knows from run to run what lies on the topics already."""

    def __init__(self, victims: Victims):
        self.victims = victims
        self.rows: list[Row] = []
        self.bodies: set[bytes] = set()
        self.book = victims.stack.logs / "campaign.jsonl"
        said = self.book.read_text(encoding="utf-8").splitlines() if self.book.exists() else []
        self.played = {(row["name"], row["seed"]) for row in map(json.loads, said)}
        self.known = {topic: kill_everything.ids_and_keys(victims.tail(topic)) for topic in victims.topics}

    def run(self, name: str, seed: int, play) -> None:
        """`play(row, findings, rng)` gives the story that it told and what of it was acknowledged."""
        row, findings = Row(name, seed), ledger.Findings()
        if (name, seed) in self.played:
            raise Refusal(f"{name} with seed {seed} was run on this stack before: its webhooks would be repeats. Take a fresh stack, or another seed")
        self.played.add((name, seed))
        began = time.monotonic()
        events: dict = {}
        self.victims.ready_s.clear()
        self.victims.crashed.clear()
        self.victims.gave_up.clear()
        try:
            story, delivered = play(row, findings, random.Random(f"{seed} {name}"))
            row.webhooks, row.tries = len(delivered), sum(each.tries for each in delivered)
            self.bodies |= {webhook.body for webhook in story.deliveries}
            kill_everything.check_services(findings, self.victims)
            row.ready_after_s = max(self.victims.ready_s, default=None)
            row.notes += [f"gave up: {ended}" for ended in self.victims.gave_up]
            known = self.known
            events = self.new_events()
            unacknowledged = unacknowledged_in(events, delivered, self.victims.raw_topics)
            row.notes.append(f"taken by Kafka and not acknowledged: {unacknowledged}")
            findings.expect(not row.possibly_persisted or unacknowledged > 0, "nothing was in Kafka that nobody had acknowledged")
            twice = {topic: len(found) - len({event["headers"]["ce_id"] for event in found}) for topic, found in events.items()}
            row.notes.append("said more than once: " + (", ".join(f"{count} on {topic}" for topic, count in twice.items() if count) or "nothing"))
            kill_everything.examine(findings, self.victims, story, delivered, dict(events), known)
        except Exception as error:  # is told of, and the next fault has its turn
            findings.violations.append(f"{type(error).__name__}: {error}")
        row.seconds = time.monotonic() - began
        row.violations = findings.violations
        self.rows.append(row)
        print(row, flush=True)
        for words in row.violations[:20]:
            print(f"  VIOLATION {words}", flush=True)
        for words in row.notes:
            print(f"  {words}", flush=True)
        with self.book.open("a", encoding="utf-8") as kept:
            kept.write(json.dumps(asdict(row), ensure_ascii=False) + "\n")
        if row.violations:
            print(f"  kept: {evidence.keep(self.victims, f'{seed} {name}', row.violations, findings.counts, events)}", flush=True)
            evidence.recover(self.victims)
            self.new_events()

    def new_events(self) -> dict:
        """What no run before has put on the topics. From now on it is known."""
        tails = {topic: self.victims.tail(topic) for topic in self.victims.topics}
        new = {topic: [event for event in tail if event["headers"].get("ce_id") not in self.known[topic][0]] for topic, tail in tails.items()}
        self.known = {topic: kill_everything.ids_and_keys(tail) for topic, tail in tails.items()}
        return new

    def listen_to_logs(self) -> None:
        """No log of the whole campaign holds a word of a person or a secret."""
        findings = ledger.Findings()
        logs = [log for log in self.victims.logs() if log.stat().st_size > 0]
        silence.check(findings, self.bodies, self.victims.secrets(), logs)
        row = Row("silence of all logs", 0, violations=findings.violations)
        row.notes += [f"{name}: {value}" for name, value in findings.counts.items()]
        self.rows.append(row)
        print("\n".join([str(row), *row.notes, *(f"  VIOLATION {words}" for words in row.violations[:20])]), flush=True)


def unacknowledged_in(events: dict, delivered: list[Delivered], raw_topics: list[str]) -> int:
    """Records of webhooks beyond the answers that acknowledged them; without those that were kept apart, which come twice."""
    taken = Counter(event["headers"]["ce_id"] for topic in raw_topics if topic != kill_everything.UNRESOLVED for event in events[topic])
    taken -= Counter(each.accepted_id for each in delivered)
    apart = {event["headers"]["ce_id"] for event in events[kill_everything.UNRESOLVED]}
    return sum(count for webhook, count in taken.items() if webhook not in apart)


@dataclass
class Sender:
    """A provider whose tries are written down: (status, when it began, how long it took)."""

    fault: outages.Fault
    tries: list[tuple[int, float, float]] = field(default_factory=list)
    delivered: list[Delivered] = field(default_factory=list)
    errors: list[Exception] = field(default_factory=list)

    def __post_init__(self):
        self._provider = kill_everything.deliverer(
            threads=self.fault.senders, give_up_after_s=self.fault.lasts_s + START_S + BACKLOG_S, tried_again=self.fault.tried_again,
            on_try=lambda *tried: self.tries.append(tried))

    def deliver(self, webhooks: list[Webhook], over_s: float = 0) -> None:
        self.delivered += self._provider.deliver(webhooks, over_s)

    def begin(self, webhooks: list[Webhook], over_s: float) -> threading.Thread:
        def deliver() -> None:
            try:
                self.deliver(webhooks, over_s)
            except Exception as error:  # raised again by join()
                self.errors.append(error)
        thread = threading.Thread(target=deliver)
        thread.start()
        return thread

    def join(self, thread: threading.Thread) -> None:
        thread.join()
        if self.errors:
            raise self.errors[0]

    def first_acknowledged_after(self, instant: float) -> float | None:
        """Seconds from `instant` to the end of the first try that was acknowledged then."""
        ends = [began + took for status, began, took in self.tries if 200 <= status < 300 and began + took >= instant]
        return min(ends) - instant if ends else None


def episode(campaign: Campaign, fault: outages.Fault, webhooks: int):
    """The fault as a run: a third of the webhooks before, a third spread over it, a third after it."""
    victims = campaign.victims

    def play(row: Row, findings: ledger.Findings, rng: random.Random):
        story = load.draw(rng, webhooks, 3)
        story.patience_ends = fault.patience_ends
        row.possibly_persisted = fault.possibly_persisted
        before, during, after = story.parts
        sender = Sender(fault)
        fault.prepare(victims)
        try:
            sender.deliver(before)
            thread = sender.begin(during, fault.lasts_s + REACTION_S)
            try:
                fault.begin(victims)
                began = time.monotonic()
                fault.hold(victims)
                ended = time.monotonic()
            finally:
                fault.end(victims)
            over = time.monotonic()
            sender.deliver(after[:1])
            for name in victims.services:
                victims.bring_back(name)
            sender.join(thread)
            if fault.may_crash:
                row.notes += victims.crashed
                victims.crashed.clear()
            expect_meanwhile(row, findings, fault, sender, began, ended)
            row.accepting_after_s = sender.first_acknowledged_after(over)
            findings.expect(row.accepting_after_s is not None and row.accepting_after_s <= ACCEPTING_S,
                            f"acknowledged again only after {row.accepting_after_s} s")
            expect_quiet(row, findings, victims, over)
            if not victims.apply(story.late):
                findings.violations.append("the directory does not take a company after the fault, or does not say so to everybody")
            sender.deliver(after[1:])
            lag, unsaid = victims.wait_until_quiet()
            findings.expect((lag, unsaid) == (0, 0), f"in the end the consumers lag {lag} behind, {unsaid} rows are unsaid")
        finally:
            fault.clear(victims)
        return story, sender.delivered

    return play


def expect_meanwhile(row: Row, findings: ledger.Findings, fault: outages.Fault, sender: Sender, began: float, ended: float) -> None:
    meanwhile = [(status, took) for status, start, took in sender.tries if start >= began and start + took <= ended]
    # Also those without an answer: a connection that is refused or reset takes no time, one that says nothing takes the sender's patience.
    row.longest_answer_s = max((took for _, start, took in sender.tries if start >= began - REACTION_S), default=None)
    findings.expect((row.longest_answer_s or 0) <= fault.answer_s, f"an answer took {row.longest_answer_s} s")
    row.notes.append(f"meanwhile: {len(meanwhile)} tries, of them answered {sum(1 for status, _ in meanwhile if status)}, "
                     f"acknowledged {sum(200 <= status < 300 for status, _ in meanwhile)}")
    if fault.acknowledges is None:
        return
    judged = [status for status, start, took in sender.tries
              if start >= began + UNDER_WAY_S and start + took <= ended and status not in fault.tried_again]
    good = sum(200 <= status < 300 for status in judged)
    findings.expect(bool(judged), "nobody tried during the fault")
    findings.expect(good == (len(judged) if fault.acknowledges else 0), f"of {len(judged)} tries during the fault {good} were acknowledged")


def expect_quiet(row: Row, findings: ledger.Findings, victims: Victims, over: float) -> None:
    lag, unsaid = victims.wait_until_quiet(max(1.0, BACKLOG_S - (time.monotonic() - over)))
    row.backlog_gone_after_s = time.monotonic() - over
    findings.expect(lag == 0, f"the consumers still lag {lag} behind {row.backlog_gone_after_s:.0f} s after the fault")
    findings.expect(unsaid == 0, f"{unsaid} rows are still in an outbox {row.backlog_gone_after_s:.0f} s after the fault")


def every_step(campaign: Campaign, action: str):
    """Each named step of each service is struck once while webhooks are sent."""
    victims = campaign.victims

    def play(row: Row, findings: ledger.Findings, rng: random.Random):
        named = faults.named_steps(victims, action)
        drawn = [fault for fault in named if fault.step not in faults.GIVING_BACK]
        rng.shuffle(drawn)
        story = load.draw(rng, 30 * len(drawn), len(drawn))
        told = kill_everything.play(victims, rng, story, drawn, action)
        over = time.monotonic()
        kill_everything.check_faults(findings, told.struck, named)
        row.notes.append(f"{len(told.struck)} steps")
        row.accepting_after_s = max(told.acknowledged_after_s)
        findings.expect(row.accepting_after_s <= ACCEPTING_S, f"after a fault all was acknowledged only after {row.accepting_after_s} s")
        for name in victims.services:
            victims.bring_back(name)
        expect_quiet(row, findings, victims, over)
        return story, told.delivered

    return play


def zombie_run(campaign: Campaign, freeze_s: float):
    victims = campaign.victims

    def play(row: Row, findings: ledger.Findings, rng: random.Random):
        return zombies.play(victims, rng, freeze_s, row, findings)

    return play


def runs(campaign: Campaign, gates: outages.Gates, options) -> tuple[list[tuple], int]:
    """(name, seed, how to play it), in the order in which they are played; how many cannot be played here."""
    seeds = [options.seed + nth for nth in range(options.seeds)]
    found = [(f"{action} at every step", seed, every_step(campaign, action)) for action in ("kill", "throw") for seed in seeds]
    skipped = 0
    for fault in (*outages.of_parts(), *shortages.every(), *outages.of_ways(gates)):
        why = fault.missing()
        if why:
            print(f"SKIPPED {fault.name}: {why}", flush=True)
            skipped += 1
            continue
        found += [(fault.name, options.seed + nth, episode(campaign, fault, options.webhooks)) for nth in range(options.times)]
    found += [("freeze at every step", seed, zombie_run(campaign, options.freeze_s)) for seed in seeds]
    return [each for each in found if not options.only or any(word in each[0] for word in options.only)], skipped


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(2**31))
    parser.add_argument("--seeds", type=int, default=3, help="each step is struck with so many seeds, from --seed on")
    parser.add_argument("--times", type=int, default=1, help="each fault of the surroundings comes so often")
    parser.add_argument("--only", action="append", metavar="NAME", help="runs whose name holds this; may be repeated")
    parser.add_argument("--freeze-s", type=float, default=45, help="how long a service stands still at a step")
    parser.add_argument("--webhooks", type=int, default=600, help="of each fault of the surroundings")
    parser.add_argument("--list", action="store_true", help="only name the runs")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))  # what is mounted is unmounted
    began = time.monotonic()
    campaign, gates = Campaign(Victims()), outages.Gates()
    print(f"seed {options.seed}; again with: ./dev test campaign --seed {options.seed} [--only NAME]", flush=True)
    planned, skipped = runs(campaign, gates, options)
    if options.list:
        print("\n".join(name for name, _, _ in planned))
        return 0
    in_gates = False
    for name, seed, play in planned:
        if in_gates and not name.startswith("way to "):
            gates.close(campaign.victims)
        in_gates = name.startswith("way to ")
        campaign.run(name, seed, play)
    gates.close(campaign.victims)
    if campaign.bodies:
        campaign.listen_to_logs()
    violations = sum(len(row.violations) for row in campaign.rows)
    print("worst s to acknowledging · from restart to ready · to no backlog: " +
          " · ".join(worst(campaign.rows, name) for name in ("accepting_after_s", "ready_after_s", "backlog_gone_after_s")))
    print(f"runs: {len(campaign.rows)}, of them with violations: {sum(bool(row.violations) for row in campaign.rows)}; "
          f"skipped: {skipped}; webhooks: {sum(row.webhooks for row in campaign.rows)}; "
          f"violations: {violations}; {time.monotonic() - began:.0f} s", flush=True)
    return 1 if violations or not planned else 0


def worst(rows: list[Row], name: str) -> str:
    measured = [(value, row.name) for row in rows if (value := getattr(row, name)) is not None]
    return "{:.1f} ({})".format(*max(measured)) if measured else "–"


if __name__ == "__main__":
    sys.exit(main())
