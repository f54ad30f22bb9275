"""What a fault run sends: calls and appointments of all demo tenants, as the providers tell of them."""

import random
import time
from dataclasses import dataclass

import yaml

import calcom
import retell
from delivery import Webhook
from stack import ROOT

FIRST_CALL_MS = 1795421648400
REPEATED = 10  # one delivery of so many is a repeat


@dataclass
class Load:
    """What happened at the providers, and the deliveries that tell it, shuffled and with repeats."""

    calls: list[retell.Call]
    appointments: list[calcom.Appointment]
    deliveries: list[Webhook]
    companies: dict[str, dict]  # tenant → its entry in deploy/demo/tenants.yaml


def draw(rng: random.Random, count: int) -> Load:
    """`count` deliveries, half of each provider's webhooks, of every company that has a number and a calendar."""
    text = (ROOT / "deploy/demo/tenants.yaml").read_text(encoding="utf-8")
    companies = {company["id"]: company for company in yaml.safe_load(text)["companies"]}
    mark = f"{rng.getrandbits(32):08x}{int(time.time()):x}"
    distinct = count - count // REPEATED
    calls = draw_calls(rng, distinct // 2, mark, list(companies.values()))
    told = sum(len(call.webhooks) for call in calls)
    appointments = draw_appointments(rng, distinct - told, calls, list(companies.values()))
    webhooks = [webhook for story in (*calls, *appointments) for webhook in story.webhooks]
    deliveries = webhooks + rng.choices(webhooks, k=max(0, count - len(webhooks)))
    rng.shuffle(deliveries)
    return Load(calls, appointments, deliveries, companies)


def draw_calls(rng: random.Random, webhooks: int, mark: str, companies: list[dict]) -> list[retell.Call]:
    callees = [retell.Company(company["id"], company["numbers"][0]["e164"], company["agents"][0]) for company in companies]
    calls: list[retell.Call] = []
    while sum(len(call.webhooks) for call in calls) < webhooks:
        call_id = f"call_fault_{mark}_{len(calls):05d}"
        calls.append(retell.make_call(rng, call_id, rng.choice(callees), FIRST_CALL_MS + len(calls) * 1000))
    return calls


def draw_appointments(rng: random.Random, webhooks: int, calls: list, companies: list[dict]) -> list[calcom.Appointment]:
    calendars = [calcom.Company(company["id"], company["calcom"]["organizers"][0], company["calcom"]["event_types"][0])
                 for company in companies]
    call_owners = {call.call_id: call.tenant for call in calls}
    appointments: list[calcom.Appointment] = []
    while sum(len(appointment.webhooks) for appointment in appointments) < webhooks:
        appointments.append(calcom.make_appointment(rng, len(appointments), rng.choice(calendars), call_owners))
    return appointments
