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
STRANGE = 20  # one of so many is about a number or a calendar that no company has
NOBODY_CALLED = retell.Company("", "+493099999999", "agent_of_nobody")
NOBODY_BOOKED = calcom.Company("", 99999999, 99999999)


@dataclass
class Load:
    """What happened at the providers, and the deliveries that tell it, shuffled, with repeats and in parts. Each part tells the whole of
    a call and of an appointment, so that every service has work in it."""

    calls: list[retell.Call]
    appointments: list[calcom.Appointment]
    strangers: list[Webhook]  # what no company has a part in
    parts: list[list[Webhook]]
    companies: dict[str, dict]  # tenant → its entry in deploy/demo/tenants.yaml, and the late one
    late: dict  # the entry of a company that the directory hears of in the middle of the run
    patience_ends: bool = False  # a clock was half an hour wrong, so booking may not have waited for the beginning of an appointment

    @property
    def deliveries(self) -> list[Webhook]:
        return [webhook for part in self.parts for webhook in part]

    def bodies_of(self, tenant: str) -> set[bytes]:
        """Of all webhooks that are the tenant's."""
        return {webhook.body for told in (*self.calls, *self.appointments) if told.tenant == tenant for webhook in told.webhooks}


def draw(rng: random.Random, count: int, parts: int) -> Load:
    """`count` deliveries, half of each provider's, of the calls and appointments of every company, and some of nobody's."""
    text = (ROOT / "deploy/demo/tenants.yaml").read_text(encoding="utf-8")
    companies = {company["id"]: company for company in yaml.safe_load(text)["companies"]}
    mark = f"{rng.getrandbits(32):08x}{int(time.time()):x}"
    late = late_company(rng, mark)
    companies[late["id"]] = late
    distinct = count - count // REPEATED - count // STRANGE
    calls = draw_calls(rng, distinct // 2, mark, list(companies.values()))
    told = sum(len(call.webhooks) for call in calls)
    appointments = draw_appointments(rng, distinct - told, calls, list(companies.values()))
    strangers = draw_strangers(rng, count // STRANGE, mark)
    connected = [call for call in calls if call.tenant != late["id"] and call.duration_ms is not None]
    booked = [appointment for appointment in appointments if appointment.tenant != late["id"]]
    of_part = [call.webhooks + appointment.webhooks for call, appointment in zip(connected, booked)][:parts]
    apart = {id(webhook) for webhooks in of_part for webhook in webhooks}
    known = [webhook for story in (*calls, *appointments) for webhook in story.webhooks if id(webhook) not in apart]
    known += rng.choices(known, k=max(0, count - len(known) - len(apart) - len(strangers)))
    rng.shuffle(known)
    return Load(calls, appointments, strangers, mixed(rng, in_parts(interspersed(known, strangers), parts), of_part), companies, late)


def in_parts(deliveries: list[Webhook], parts: int) -> list[list[Webhook]]:
    ends = [len(deliveries) * nth // parts for nth in range(parts + 1)]
    return [deliveries[start:end] for start, end in zip(ends, ends[1:])]


def mixed(rng: random.Random, parts: list[list[Webhook]], more: list[list[Webhook]]) -> list[list[Webhook]]:
    if len(more) != len(parts):
        raise ValueError(f"{len(parts)} parts, but a call and an appointment for {len(more)} only: send more webhooks")
    return [rng.sample(together, len(together)) for together in ([*part, *own] for part, own in zip(parts, more))]


def late_company(rng: random.Random, mark: str) -> dict:
    """One that has what no other one has, also of an earlier run."""
    once = int(time.time()) * 100 + rng.randrange(100)
    return {"id": f"late-{mark}", "name": "Spätberufene", "time_zone": "Europe/Berlin", "numbers": [{"e164": f"+49{once}"}],
            "agents": [f"agent_{mark}"], "calcom": {"organizers": [once], "event_types": [once]},
            "plan": {"currency": "EUR", "per_minute": "0.18", "increments": "30/6"}}


def interspersed(many: list, few: list) -> list:
    """`few` spread evenly among `many`, so that each part has some of both."""
    starts = [nth * len(many) // len(few) for nth in range(len(few) + 1)]
    return [each for start, end, one in zip(starts, starts[1:], few) for each in (*many[start:end], one)]


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


def draw_strangers(rng: random.Random, webhooks: int, mark: str) -> list[Webhook]:
    strangers: list[Webhook] = []
    while len(strangers) < webhooks:
        call = retell.make_call(rng, f"call_stranger_{mark}_{len(strangers):05d}", NOBODY_CALLED, FIRST_CALL_MS)
        appointment = calcom.make_appointment(rng, len(strangers), NOBODY_BOOKED, {})
        # Without that of a no-show, which does not say whose it is.
        strangers += call.webhooks + [each for each in appointment.webhooks if each.event != "BOOKING_NO_SHOW_UPDATED"]
    rng.shuffle(strangers)
    return strangers
