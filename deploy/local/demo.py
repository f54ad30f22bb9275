"""The demo: its tenants, and a call and its appointment played through the HTTP door the way Retell and Cal.com would."""

import json
import subprocess
import time
from dataclasses import dataclass
from typing import Callable

import environment
from stack import ROOT, Refusal, Stack, say

TENANTS = ROOT / "deploy/demo/tenants.yaml"
SAMPLES = ROOT / "tests/contract/samples"
CALL = "call_5d1e0c77aa3b49f2b6c8e4d9f01"  # the samples'
BOOKINGS = {"3kVqgP7nXbW2sLdTf9RzQe", "9hTcB4mYxKpE6vNwJr2ZsD"}


@dataclass(frozen=True)
class Act:
    """Webhooks that are sent, and the events that have to come out because of them."""
    provider: str
    webhooks: tuple[str, ...]
    topics: tuple[str, ...]
    events: tuple[str, ...]
    is_of_it: Callable[[dict], bool]


ACTS = (
    Act("retell", ("retell_call_started", "retell_call_ended", "retell_call_analyzed"),
        ("hookswitch.calls.v1", "hookswitch.billing.v1"),
        ("CallStarted", "CallEnded", "CallAnalyzed", "CallCostReported", "UsageRecorded", "ChargePriced"),
        lambda event: event["headers"].get("ce_correlationid") == CALL),
    Act("calcom", ("calcom_booking_created", "calcom_booking_rescheduled", "calcom_booking_cancelled"),
        ("hookswitch.bookings.v1",), ("AppointmentBooked", "AppointmentRescheduled", "AppointmentCancelled"),
        lambda event: event["data"].get("standing", {}).get("calcom_uid") in BOOKINGS),
)


def hookswitch(stack: Stack, *arguments: str) -> str:
    done = subprocess.run([stack.binaries / "hookswitch", *arguments], env=environment.for_children(stack),
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Refusal(f"hookswitch {arguments[0]} {arguments[1]} failed (exit code {done.returncode}): "
                      f"{done.stderr.strip()} {done.stdout.strip()}")
    return done.stdout


def load_tenants(stack: Stack) -> None:
    for line in hookswitch(stack, "tenant", "apply", "-f", str(TENANTS)).splitlines():
        say(f"  {line}")


def event_name(event: dict) -> str:
    return event["headers"]["ce_type"].rpartition(".")[2]


def events_of(stack: Stack, act: Act) -> dict[str, tuple[str, str]]:
    """The act's domain events on the bus: id → (name, the line as `hookswitch tail` prints it)."""
    lines = hookswitch(stack, "tail", *act.topics, "--from-beginning", "--until-end", "--tenant", "lindenhof").splitlines()
    events = [(json.loads(line), line) for line in lines]
    events.sort(key=lambda event: act.topics.index(event[0]["topic"]))
    return {event["headers"]["ce_id"]: (event_name(event), line) for event, line in events if act.is_of_it(event)}


def play(stack: Stack, show) -> None:
    """Sends the webhooks of each act and gives each domain event to `show` as it comes out."""
    for act in ACTS:
        play_act(stack, act, show)


def play_act(stack: Stack, act: Act, show) -> None:
    before = events_of(stack, act)
    for sample in act.webhooks:
        answer = hookswitch(stack, "webhook", "send", "--provider", act.provider, "--file", str(SAMPLES / f"{sample}.json"))
        say(f"  {sample}: {' '.join(answer.split())}")
    if before:
        say("  this was played before: the webhooks are repeats, so nothing new comes out")
    shown: set[str] = set()
    deadline = time.monotonic() + 30
    while True:
        events = events_of(stack, act)
        for event_id, (_, line) in events.items():
            if event_id not in shown:
                show(line)
        shown |= events.keys()
        if {name for name, _ in events.values()} >= set(act.events):
            return
        if time.monotonic() > deadline:
            raise Refusal(f"the demo's events did not all come out within 30 s; there: "
                          f"{sorted(name for name, _ in events.values())}, expected {list(act.events)}")
        time.sleep(0.05)
