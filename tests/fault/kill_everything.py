#!/usr/bin/python3
"""2,000 signed webhooks while everything is killed, then the proof that nothing was lost or doubled.

Runs against the stack of HOOKSWITCH_PORT_BASE (`./dev test fault` starts one). Exit 0: no violation."""

import argparse
import os
import random
import signal
import sys
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests/simulators"), str(ROOT / "tests/fault")]

import ledger
import retell
from victims import Victims

INGRESS_STEPS = ["accepted", "verified", "queued", "reported", "answered", "draining"]
CONSUMER_STEPS = ["polled", "begun", "inbox", "business", "outbox", "before_commit", "after_commit", "produced",
                  "reported", "removed", "offsets_committed", "revoking", "recovering", "attempt_recorded"]
ON_STOPPING = ("ingress.draining", "call-processing.revoking")
AFTER_A_CRASH = ("call-processing.attempt_recorded",)
COMPANIES = [
    retell.Company("lindenhof", "+493023125017", "agent_2c90d1b7e64f4a8f9b35107d6e"),
    retell.Company("aurora", "+498921555012", "agent_7be1a0c2d45f4f1b8a3360e9aa1"),
]


def draw_load(rng: random.Random, count: int) -> tuple:
    """`count` deliveries: distinct webhooks of calls of both tenants, a tenth of them repeats, shuffled."""
    mark = f"{rng.getrandbits(32):08x}{int(time.time()):x}"
    calls, webhooks = [], []
    while len(webhooks) < count * 9 // 10:
        call_id = f"call_fault_{mark}_{len(calls):05d}"
        call = retell.make_call(rng, call_id, rng.choice(COMPANIES), 1795421648400 + len(calls) * 1000)
        calls.append(call)
        webhooks += call.webhooks
    deliveries = webhooks + rng.choices(webhooks, k=count - len(webhooks))
    rng.shuffle(deliveries)
    return calls, deliveries


def draw_faults(rng: random.Random) -> list:
    faults = [("step", f"ingress.{step}") for step in INGRESS_STEPS]
    faults += [("step", f"call-processing.{step}") for step in CONSUMER_STEPS]
    faults += [("kill", service) for service in ("ingress", "call-processing") for _ in range(10)]
    faults += [("restart", "kafka"), ("restart", "postgres")]
    rng.shuffle(faults)
    return faults


def kill_at_step(victims: Victims, step: str, rng: random.Random, begin_sending) -> None:
    """Restarts the service so that it dies at the step, waits for its death, brings it back."""
    service = step.partition(".")[0]
    if step in AFTER_A_CRASH:
        victims.kill(service)
    else:
        victims.stop(service)
    begin_sending()  # only now, so that the dying process finds work
    # A batch may take all that is sent, so a consumer dies at the first passing; a door has one passing a webhook.
    nth = rng.randint(1, 3) if service == "ingress" and step not in ON_STOPPING else 1
    victims.start(service, fault=f"{step}:kill:{nth}")
    if step in ON_STOPPING:
        victims.wait_ready(service)
        victims.send(service, signal.SIGTERM)
    victims.wait_death_by_kill(service, step)
    victims.start(service)
    victims.wait_ready(service)


def strike(victims: Victims, fault: tuple, rng: random.Random, begin_sending) -> None:
    kind, target = fault
    if kind == "step":
        return kill_at_step(victims, target, rng, begin_sending)
    begin_sending()
    if kind == "kill":
        time.sleep(rng.random() * 0.2)  # the moment of a random kill
        victims.kill(target)
        victims.start(target)
        victims.wait_ready(target)
    else:
        victims.restart(target)


def run(seed: int, count: int) -> ledger.Findings:
    rng = random.Random(seed)
    calls, deliveries = draw_load(rng, count)
    faults = draw_faults(rng)
    victims = Victims()
    deliverer = retell.Deliverer(os.environ["HOOKSWITCH_INGRESS_URL"] + "/webhooks/retell",
                                 os.environ["HOOKSWITCH_RETELL_API_KEY"])
    delivered, errors = [], []

    def deliver(part: list) -> None:
        try:
            delivered.extend(deliverer.deliver(part))
        except Exception as error:  # raised again below, on the main thread
            errors.append(error)

    share = -(-len(deliveries) // len(faults))
    for index, fault in enumerate(faults):
        sender = threading.Thread(target=deliver, args=(deliveries[index * share:(index + 1) * share],))
        strike(victims, fault, rng, sender.start)
        sender.join()
        if errors:
            raise errors[0]
        print(f"  {index + 1:2d}/{len(faults)} {fault[0]} {fault[1]}: {len(delivered)} acknowledged", flush=True)
    findings = ledger.Findings()
    findings.counts["faults"] = len(faults)
    lag = victims.wait_until_quiet()
    findings.counts["lag in the end"] = lag
    findings.expect(lag == 0, f"call-processing still lags {lag} behind")
    examine(findings, victims, calls, delivered)
    return findings


def examine(findings: ledger.Findings, victims: Victims, calls: list, delivered: list) -> None:
    ours = {call.call_id for call in calls}
    raw = victims.tail("hookswitch.webhooks.retell.v1")
    ledger.check_acknowledged(findings, delivered, {event["headers"]["ce_id"] for event in raw})
    ledger.check_one_effect(findings, {each.accepted_id for each in delivered}, victims.inbox())
    ledger.check_calls(findings, calls, [e for e in victims.tail("hookswitch.calls.v1") if e["key"] in ours])
    stored = victims.stored_calls() & ours
    findings.counts["calls"] = len(calls)
    findings.counts["calls stored"] = len(stored)
    findings.expect(stored == ours, f"{len(ours - stored)} calls are not stored")
    left = victims.outbox_rows()
    findings.counts["outbox rows left"] = left
    findings.expect(left == 0, f"{left} rows are still in the outbox")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(2**31))
    parser.add_argument("--webhooks", type=int, default=2000)
    options = parser.parse_args()
    print(f"seed {options.seed}; again with: ./dev test fault --seed {options.seed}", flush=True)
    started = time.monotonic()
    findings = run(options.seed, options.webhooks)
    for name, value in findings.counts.items():
        print(f"{name}: {value}")
    print(f"seconds: {time.monotonic() - started:.0f}")
    for violation in findings.violations[:50]:
        print(f"VIOLATION {violation}")
    print(f"violations: {len(findings.violations)}")
    return 1 if findings.violations else 0


if __name__ == "__main__":
    sys.exit(main())
