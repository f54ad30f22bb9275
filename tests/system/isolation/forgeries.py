"""Webhooks by which aurora, whose keys speak for aurora alone, tries to speak for lindenhof or to change what is lindenhof's. Generated:
every way of claiming times every kind of event."""

import itertools
import json
import time
from dataclasses import dataclass, field
from typing import Iterator

from canaries import AURORA, CALCOM_PATH, LINDENHOF, RETELL_PATH, Seeded, booking_of, call_of, new_uid
from harness import JSON, calcom_signature, encoded, new_call_id, sample, setting, sign, workspace_keys

OWN, VICTIM = AURORA, LINDENHOF
WORKSPACE = "aurora"
CALL_EVENTS = ("call_started", "call_ended", "call_analyzed", "call_ended_not_connected", "call_of_tomorrow")
BOOKINGS = ("booking_created", "booking_rescheduled", "booking_cancelled", "booking_no_show_updated", "meeting_ended_flat")
TRIGGERS = ("BOOKING_REQUESTED", "BOOKING_REJECTED", "BOOKING_PAID", "BOOKING_PAYMENT_INITIATED", "MEETING_STARTED", "RECORDING_READY",
            "OOO_CREATED", "A_TRIGGER_OF_TOMORROW")


@dataclass(frozen=True)
class Forgery:
    kind: str
    path: str
    body: bytes
    headers: dict[str, str]
    may_be_genuine: bool = True  # signed for the workspace that the path names; else a 2xx is a break-in
    method: str = "POST"
    what: str = field(default="", compare=False)


def retell(kind: str, body: bytes, path: str = RETELL_PATH.format(WORKSPACE), key: str | None = None, **options) -> Forgery:
    signature = sign(body, key or workspace_keys(WORKSPACE)[0], int(time.time() * 1000))
    headers = JSON | {"X-Retell-Signature": signature} | options.pop("headers", {})
    return Forgery(kind, path, body, headers, **options)


def calcom(kind: str, body: bytes, path: str = CALCOM_PATH.format(WORKSPACE), secret: str | None = None, **options) -> Forgery:
    secret = secret or workspace_keys(WORKSPACE, "calcom_secrets")[0]
    headers = JSON | {"X-Cal-Signature-256": calcom_signature(body, secret)} | options.pop("headers", {})
    return Forgery(kind, path, body, headers, **options)


def all_forgeries(seeded: Seeded) -> Iterator[Forgery]:
    """`seeded`: what the victim has."""
    yield from calls_that_claim()
    yield from inbound_questions_and_chats()
    yield from names_everywhere()
    yield from ambiguous_bodies()
    yield from spellings_of_a_number()
    yield from calls_of_the_victim(seeded)
    yield from bookings_that_claim(seeded)
    yield from other_paths()
    yield from other_signatures()


def call_named(event: str, **changes) -> bytes:
    """`changes` as in call_of(); an event that there is no sample of looks like call_ended."""
    if event in CALL_EVENTS[:4]:
        return call_of(OWN, event, changes.pop("call_id", new_call_id()), **changes)
    body = json.loads(call_of(OWN, "call_ended", changes.pop("call_id", new_call_id()), **changes))
    return encoded(body | {"event": event})


def calls_that_claim() -> Iterator[Forgery]:
    """Every combination of direction, numbers and agent that names the victim at least once."""
    numbers = (VICTIM.number, OWN.number, None)
    for event, direction, to, sender, agent in itertools.product(
            CALL_EVENTS, ("inbound", "outbound", "sideways", None), numbers, numbers, (VICTIM.agent, OWN.agent, None)):
        if {VICTIM.number, VICTIM.agent} & {to, sender, agent}:
            yield retell("Retell call that names the victim", call_named(
                event, direction=direction, to_number=to, from_number=sender, agent_id=agent, metadata={"tenant_id": VICTIM.tenant}))
    for event, agent in itertools.product(CALL_EVENTS, (VICTIM.agent, None)):
        yield retell("Retell web call that names the victim", call_named(
            event, call_type="web_call", direction=None, to_number=None, from_number=None, agent_id=agent))


def inbound_questions_and_chats() -> Iterator[Forgery]:
    for event, to, agent in itertools.product(("call_inbound", "chat_inbound"), (VICTIM.number, OWN.number), (VICTIM.agent, OWN.agent)):
        if VICTIM.number == to or VICTIM.agent == agent:
            asked = sample("retell_call_inbound.json")["call_inbound"] | {"to_number": to, "agent_id": agent, "call_id": new_call_id()}
            yield retell("Retell inbound that names the victim", encoded({"event": event, "event_timestamp": 1795421645120, event: asked}))
    for event in ("chat_started", "chat_ended", "chat_analyzed", "transcript_updated"):
        chat = {"chat_id": "chat_" + new_call_id()[5:], "agent_id": VICTIM.agent}
        yield retell("Retell chat that names the victim", encoded({"event": event, "chat": chat}))


def names_everywhere() -> Iterator[Forgery]:
    """A number of nobody, and the victim's name wherever a tenant could be looked for."""
    name = VICTIM.tenant
    places = [{"metadata": {key: name}} for key in ("tenant_id", "tenant", "tenantid", "company", "branch_id", "workspace", "app.tenants")]
    places += [{key: name} for key in ("tenant_id", "tenant", "tenantid", "ce_tenantid", "company", "workspace", "agent_name")]
    places += [{"retell_llm_dynamic_variables": {"tenant_id": name}}, {"custom_sip_headers": {"x-tenant": name}},
               {"collected_dynamic_variables": {"tenant_id": name}}]
    for event, place in itertools.product(CALL_EVENTS, places):
        yield retell("Retell call with the victim's name in a field", call_named(
            event, to_number="+4930999999", agent_id="agent_of_nobody", **place))
    for header in ("ce_tenantid", "ce-tenantid", "Ce-Tenantid", "X-Tenant", "X-Tenant-Id", "X-Workspace", "ce_workspace", "tracestate",
                   "baggage", "Forwarded", "X-Forwarded-Prefix", "X-Original-URL", "X-Rewrite-URL"):
        for value in (name, f"tenant={name}", "default", "/workspaces/default/webhooks/retell"):
            yield retell("Retell call with the victim's name in a header", call_named("call_started", to_number="+4930999999", agent_id=None),
                         headers={header: value})


def ambiguous_bodies() -> Iterator[Forgery]:
    """One field twice, or under a name that another parser reads otherwise."""
    fields = {"to_number": (OWN.number, VICTIM.number), "from_number": (OWN.number, VICTIM.number), "agent_id": (OWN.agent, VICTIM.agent),
              "direction": ("inbound", "outbound")}
    for (name, values), order in itertools.product(fields.items(), (1, -1)):
        first, second = values[::order]
        genuine = call_named("call_started", **{name: first})
        escaped = "\\u%04x" % ord(name[0]) + name[1:]
        for other in (name, escaped, name.upper(), f" {name}", f"{name}\\u0000"):
            twice = f'"{name}":"{first}","{other}":"{second}"'.encode()
            yield retell("Retell body with a field twice", genuine.replace(f'"{name}":"{first}"'.encode(), twice, 1))
    for whole in (b'"call"', b'"event"', b'"c\\u0061ll"'):
        genuine = call_named("call_started")
        other = call_named("call_started", to_number=VICTIM.number, agent_id=VICTIM.agent)
        yield retell("Retell body with a field twice", genuine[:-1] + b"," + whole + other[other.index(b":", 20):])


def spellings_of_a_number() -> Iterator[Forgery]:
    number = VICTIM.number
    for spelling in (number[1:], "00" + number[1:], f" {number}", f"{number} ", f"tel:{number}", f"sip:{number}@example.org",
                     f"{number[:3]} {number[3:]}", number.replace("+", "＋"), f"{number};ext=1", f"{number}\u0000", f"{number},{OWN.number}",
                     f"{OWN.number},{number}"):
        for direction in ("inbound", "outbound"):
            yield retell("Retell call with a number spelt otherwise", call_named(
                "call_started", to_number=spelling, from_number=spelling, direction=direction, agent_id=None))


def calls_of_the_victim(seeded: Seeded) -> Iterator[Forgery]:
    """All is aurora's own, but for the call's id."""
    for event, call_id in itertools.product(CALL_EVENTS, seeded.calls):
        yield retell("Retell webhook about a call of the victim's", call_named(event, call_id=call_id))
        yield retell("Retell webhook about a call of the victim's", call_named(
            event, call_id=call_id, direction="outbound", from_number=OWN.number, to_number=OWN.caller_number))


def bookings_that_claim(seeded: Seeded) -> Iterator[Forgery]:
    uids = (*seeded.uids, new_uid(OWN))
    for name, event_type, organizer, uid in itertools.product(
            BOOKINGS, (VICTIM.event_type, OWN.event_type, None), (VICTIM.organizer, OWN.organizer, None), uids):
        people = None if organizer is None else {"id": organizer, "name": OWN.host, "email": OWN.host_mail, "timeZone": "Europe/Berlin",
                                                 "language": {"locale": "de"}}
        changes = {"eventTypeId": event_type, "userId": organizer, "organizer": people, "metadata": {"tenant_id": VICTIM.tenant}}
        yield calcom("Cal.com webhook that names the victim's", booking_of(OWN, name, uid, **changes))
    for name, call_id in itertools.product(BOOKINGS, seeded.calls):
        claimed = {"retell_call_id": call_id, "call_id": call_id, "tenant_id": VICTIM.tenant}
        yield calcom("Cal.com webhook that claims a call of the victim's", booking_of(OWN, name, new_uid(OWN), metadata=claimed))
    for trigger, uid in itertools.product(TRIGGERS, uids):
        for changes in ({"eventTypeId": VICTIM.event_type}, {"eventTypeId": None, "organizer": None}, {"rescheduleUid": uid}):
            body = json.loads(booking_of(OWN, "booking_created", uid, **changes)) | {"triggerEvent": trigger}
            yield calcom("Cal.com webhook that names the victim's", encoded(body))


def other_paths() -> Iterator[Forgery]:
    """The own key at doors that are not the own workspace's, and roads that might lead there."""
    for provider, sign_it in (("retell", retell), ("calcom", calcom)):
        door = f"webhooks/{provider}"
        for path in (f"/{door}", f"/workspaces/default/{door}", f"/workspaces/lindenhof/{door}", f"/workspaces/aurora/../default/{door}",
                     f"/workspaces/aurora/..%2fdefault/{door}", f"/workspaces/aurora%2f..%2fdefault/{door}",
                     f"/workspaces/%2e%2e/{door}", f"/workspaces/aurora/%2e%2e/default/{door}", f"/workspaces/aurora/../../{door}",
                     f"/workspaces//default/{door}", f"//workspaces/default/{door}", f"/workspaces/default//{door}", f"/./{door}",
                     f"/workspaces/./default/{door}", f"/workspaces/DEFAULT/{door}", f"/workspaces/Default/{door}",
                     f"/workspaces/default%00/{door}", f"/workspaces/aurora%00default/{door}", f"/workspaces/default;aurora/{door}",
                     f"/workspaces/aurora,default/{door}", f"/workspaces/aurora;workspace=default/{door}", f"/workspaces/*/{door}",
                     f"/workspaces/%64efault/{door}", f"/workspaces/default%20/{door}", f"/workspaces/%20default/{door}",
                     f"/workspaces/aurora\\..\\default/{door}", f"/workspaces/%c0%ae%c0%ae/{door}", f"/workspaces/%252e%252e/{door}",
                     f"/workspaces/aurora/{door}/../../../default/{door}", f"/{door}?workspace=aurora", f"/{door}?workspace=default",
                     f"/{door}#/workspaces/aurora", f"/workspaces/default/{door}?workspace=aurora", f"/workspaces/{{workspace}}/{door}",
                     f"/workspaces/aurora/workspaces/default/{door}", f"/workspaces//{door}", f"/{door}/", f"/{door}/aurora",
                     f"http://127.0.0.1/workspaces/default/{door}", f"http://aurora@127.0.0.1/{door}"):
            for about in (VICTIM, OWN):
                if provider == "retell":
                    body = call_named("call_started", to_number=about.number, agent_id=about.agent)
                else:
                    body = booking_of(about if about is OWN else OWN, "booking_created", new_uid(OWN), eventTypeId=about.event_type,
                                      organizer={"id": about.organizer})
                yield sign_it(f"{provider}: own key at another door", body, path=path, may_be_genuine=False)
        for method in ("GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "POST ", "post", "PROPFIND"):
            yield sign_it(f"{provider}: another method", b"{}", may_be_genuine=False, method=method.strip() if method != "POST " else "POSTS")


def other_signatures() -> Iterator[Forgery]:
    """At the default workspace's door, which speaks for the victim: everything but its keys."""
    body = call_of(VICTIM, "call_started", new_call_id(), metadata={"who": OWN.caller})
    now, old = int(time.time() * 1000), int(time.time() * 1000) - 6 * 60 * 1000
    victims, own = setting("HOOKSWITCH_RETELL_API_KEY"), workspace_keys(WORKSPACE)[0]
    victims_secret, own_secret = setting("HOOKSWITCH_CALCOM_WEBHOOK_SECRET"), workspace_keys(WORKSPACE, "calcom_secrets")[0]
    genuine_of_another = sign(b'{"event":"call_started"}', victims, now)
    for value in (sign(body, own, now), sign(body, "", now), sign(body, victims[:-1], now), sign(body, victims, old),
                  sign(body, victims.upper(), now), sign(body + b" ", victims, now), genuine_of_another, genuine_of_another.upper(),
                  sign(body, victims, now).replace(f"v={now}", f"v={now + 1}"), sign(body, victims, now)[:-1], f"v={now},d=",
                  f"v={now}", "", "v=,d=", f"v={now},d={'0' * 64}", f"d={'0' * 64},v={now}", victims, own,
                  sign(body, VICTIM.tenant, now), f"v={now},d={calcom_signature(body, victims_secret)}"):
        for path in ("/webhooks/retell", "/workspaces/default/webhooks/retell"):
            yield Forgery("Retell signature that is not the workspace's", path, body, JSON | {"X-Retell-Signature": value}, False)
    booking = booking_of(VICTIM, "booking_created", new_uid(OWN))
    genuine = calcom_signature(b"{}", victims_secret)
    for value in (calcom_signature(booking, own_secret), calcom_signature(booking, ""), calcom_signature(booking, victims_secret[:-1]),
                  calcom_signature(booking + b" ", victims_secret), genuine, genuine[:-1], "", "0" * 64, f"sha256={genuine}",
                  "no-secret-provided", victims_secret, own_secret, calcom_signature(booking, victims), calcom_signature(booking, own)):
        for path in ("/webhooks/calcom", "/workspaces/default/webhooks/calcom"):
            yield Forgery("Cal.com signature that is not the workspace's", path, booking, JSON | {"X-Cal-Signature-256": value}, False)
    yield Forgery("Retell signature that is not the workspace's", "/webhooks/retell", body, JSON, False)
    yield Forgery("Cal.com signature that is not the workspace's", "/webhooks/calcom", booking, JSON, False)
