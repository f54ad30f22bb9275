"""The demo: its tenants, and one call played through the HTTP door the way Retell would."""

import json
import subprocess
import time

import environment
from stack import ROOT, Refusal, Stack, say

TENANTS = ROOT / "deploy/demo/tenants.yaml"
SAMPLES = ROOT / "tests/contract/samples"
WEBHOOKS = ("retell_call_started.json", "retell_call_ended.json", "retell_call_analyzed.json")
EVENTS = ("CallStarted", "CallEnded", "CallAnalyzed", "CallCostReported", "UsageRecorded", "ChargePriced")
TOPICS = ("hookswitch.calls.v1", "hookswitch.billing.v1")


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


def events_of(stack: Stack, call_id: str) -> dict[str, tuple[str, str]]:
    """The call's domain events on the bus: id → (name, the line as `hookswitch tail` prints it)."""
    lines = hookswitch(stack, "tail", *TOPICS, "--from-beginning", "--until-end").splitlines()
    events = [(json.loads(line), line) for line in lines]
    events.sort(key=lambda event: TOPICS.index(event[0]["topic"]))
    return {event["headers"]["ce_id"]: (event_name(event), line) for event, line in events
            if event["headers"].get("ce_correlationid") == call_id}


def play(stack: Stack, show) -> None:
    """Sends the call's three webhooks and gives each domain event to `show` as it comes out."""
    call_id = json.loads((SAMPLES / WEBHOOKS[0]).read_text(encoding="utf-8"))["call"]["call_id"]
    before = events_of(stack, call_id)
    for sample in WEBHOOKS:
        answer = hookswitch(stack, "webhook", "send", "--provider", "retell", "--file", str(SAMPLES / sample))
        say(f"  {sample}: {' '.join(answer.split())}")
    if before:
        say("  this call was played before: the webhooks are repeats, so nothing new comes out")
    shown: set[str] = set()
    deadline = time.monotonic() + 30
    while True:
        events = events_of(stack, call_id)
        for event_id, (_, line) in events.items():
            if event_id not in shown:
                show(line)
        shown |= events.keys()
        if {name for name, _ in events.values()} >= set(EVENTS):
            return
        if time.monotonic() > deadline:
            raise Refusal(f"the demo call's events did not all come out within 30 s; there: "
                          f"{sorted(name for name, _ in events.values())}, expected {list(EVENTS)}")
        time.sleep(0.05)
