"""The simulator of Cal.com sends the fields that Cal.com sends: those of the samples, no more and no fewer. What a company's own
booking form asks (`responses`) and what was put into `metadata` differ from booking to booking."""

import json
import random
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/simulators"))

import calcom

OWN = ("responses", "metadata")
SAMPLES = {"BOOKING_CREATED": "booking_created", "BOOKING_RESCHEDULED": "booking_rescheduled",
           "BOOKING_CANCELLED": "booking_cancelled", "BOOKING_NO_SHOW_UPDATED": "booking_no_show_updated",
           "MEETING_ENDED": "meeting_ended_flat"}


def fields(value, path: str = "") -> set:
    if isinstance(value, dict):
        inner = (({f"{path}/{name}"} if name in OWN else fields(part, f"{path}/{name}")) for name, part in value.items())
    elif isinstance(value, list):
        inner = (fields(part, f"{path}/[]") for part in value)
    else:
        inner = ()
    return {path}.union(*inner)


def main() -> int:
    rng = random.Random(1)
    bodies = [(webhook.event, json.loads(webhook.body)) for index in range(300) for webhook in
              calcom.make_appointment(rng, index, calcom.Company("lindenhof", 4711, 2204518), {"call_1": "lindenhof"}).webhooks]
    wrong = 0
    for event, name in SAMPLES.items():
        sample = json.loads((ROOT / f"tests/contract/samples/calcom_{name}.json").read_text(encoding="utf-8"))
        alike = [fields(body) for of, body in bodies if of == event and ("payload" in body) == ("payload" in sample)]
        differing = set().union(*(found ^ fields(sample) for found in alike))
        print(f"{event}: {len(alike)} bodies, other fields than in the sample: {sorted(differing) or 'none'}")
        wrong += bool(differing) or not alike
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
