"""Two companies whose every word can be told apart, and their data, brought in through the real door. The words are the same in each
run, so that a test of its own can look for them afterwards, wherever they do not belong."""

import os
import urllib.request
from dataclasses import dataclass

from harness import (JSON, calcom_signature, call_body, encoded, lag, new_call_id, post, sample, send_retell, setting,
                     wait_for, workspace_keys)

CALCOM_PATH = "/workspaces/{}/webhooks/calcom"
RETELL_PATH = "/workspaces/{}/webhooks/retell"


@dataclass(frozen=True)
class Canary:
    """What the directory knows of a company (deploy/demo/tenants.yaml), and the people who call it."""

    tenant: str
    number: str
    agent: str
    event_type: int
    organizer: int
    caller: str
    caller_number: str
    caller_mail: str
    host: str
    host_mail: str
    spoken: str
    uid_prefix: str  # whoever has a booking's uid can cancel the booking

    @property
    def entity_id(self) -> str:
        """Of its branch, service and staff in the directory."""
        return f"canary-{self.tenant}"

    @property
    def api_key(self) -> str:
        """Of the company at Cal.com, in which a word of its own would be found."""
        return f"cal_{self.spoken}"

    def words(self) -> tuple[str, ...]:
        """What only this company may ever be told."""
        return (self.caller, self.caller_number, self.caller_number[1:], self.caller_mail, self.host, self.host_mail, self.spoken)


LINDENHOF = Canary(
    tenant="lindenhof", number="+493023125017", agent="agent_2c90d1b7e64f4a8f9b35107d6e", event_type=2204518, organizer=4711,
    caller="Zebulon Quarkblatt", caller_number="+4917655501234", caller_mail="zebulon.quarkblatt@canary.example",
    host="Dr. Lena Kolibrandt", host_mail="lena.kolibrandt@canary.example", spoken="Quittenmarmeladenkanarie",
    uid_prefix="uidKanarieLinde")
AURORA = Canary(
    tenant="aurora", number="+498921555012", agent="agent_7be1a0c2d45f4f1b8a3360e9aa1", event_type=2204777, organizer=4822,
    caller="Ottilie Wunderkerz", caller_number="+4917655509876", caller_mail="ottilie.wunderkerz@canary.example",
    host="Mira Zaunkönigin", host_mail="mira.zaunkoenigin@canary.example", spoken="Dampfnudelpapagei",
    uid_prefix="uidKanarieAurora")
CANARIES = (LINDENHOF, AURORA)


def other_than(canary: Canary) -> Canary:
    return AURORA if canary is LINDENHOF else LINDENHOF


def call_of(canary: Canary, event: str, call_id: str, **changes) -> bytes:
    """A webhook of Retell about a call that the canary's caller makes, with words in every place where a person's may stand."""
    said = f"Agent: Guten Tag!\nUser: {canary.caller} hier, {canary.spoken}, {canary.caller_mail}\n"
    about = {
        "to_number": canary.number, "from_number": canary.caller_number, "agent_id": canary.agent, "agent_name": canary.host,
        "metadata": {"tenant_id": canary.tenant, "caller": canary.caller},
        "retell_llm_dynamic_variables": {"caller": canary.caller},
        "custom_sip_headers": {"x-caller": canary.caller_number},
    }
    if event != "call_started":
        about["transcript"] = said
        about["transcript_object"] = [{"role": "user", "content": said, "words": [{"word": canary.spoken, "start": 1, "end": 2}]}]
        about["transcript_with_tool_calls"] = about["transcript_object"]
    if event == "call_analyzed":
        about["call_analysis"] = {
            "call_summary": f"{canary.caller} fragt nach {canary.spoken}", "in_voicemail": False, "user_sentiment": "Positive",
            "call_successful": True, "custom_analysis_data": {"mail": canary.caller_mail}}
    return call_body(event, call_id, **(about | changes))


def outbound_call_of(canary: Canary, event: str, call_id: str, **changes) -> bytes:
    return call_of(canary, event, call_id, direction="outbound", from_number=canary.number, to_number=canary.caller_number,
                   **changes)


def booking_of(canary: Canary, name: str, uid: str, **changes) -> bytes:
    """A webhook of Cal.com about a booking of the canary's; `changes` replace fields of its payload, None removes one."""
    body = sample(f"calcom_{name}.json")
    fields = body.get("payload", body)
    people = {"email": canary.caller_mail, "name": canary.caller, "timeZone": "Europe/Berlin", "language": {"locale": "de"},
              "phoneNumber": canary.caller_number}
    known = {
        "uid": uid, "bookingUid": uid, "eventTypeId": canary.event_type, "userId": canary.organizer, "attendees": [people],
        "organizer": {"id": canary.organizer, "name": canary.host, "email": canary.host_mail, "timeZone": "Europe/Berlin",
                      "language": {"locale": "de"}},
        "responses": {"name": canary.caller, "email": canary.caller_mail}, "title": f"{canary.host} und {canary.caller}",
        "smsReminderNumber": canary.caller_number, "iCalUID": f"{uid}@Cal.com", "message": f"{canary.caller_mail} did not come",
        "metadata": {"tenant_id": canary.tenant},
    }
    fields |= {field: value for field, value in known.items() if field in fields}
    fields |= changes
    for field in [field for field, value in fields.items() if value is None and field in changes]:
        del fields[field]
    return encoded(body)


def new_uid(canary: Canary) -> str:
    return canary.uid_prefix + new_call_id()[-8:]


def send_calcom_as(workspace: str, secret: str, body: bytes):
    return post(CALCOM_PATH.format(workspace), body, JSON | {"X-Cal-Signature-256": calcom_signature(body, secret)})


def send_retell_as(workspace: str, key: str, body: bytes):
    return send_retell(body, key, RETELL_PATH.format(workspace))


@dataclass(frozen=True)
class Seeded:
    """What a canary has now."""

    canary: Canary
    calls: tuple[str, ...]
    uids: tuple[str, ...]


def seed() -> dict[str, Seeded]:
    """Both canaries' entities, calls and bookings, by tenant, once every service has worked them off."""
    for canary in CANARIES:
        _declare(canary)
    key, secret = workspace_keys("default")[0], workspace_keys("default", "calcom_secrets")[0]
    seeded = {canary.tenant: _send_all(canary, key, secret) for canary in CANARIES}
    settle()
    return seeded


def _declare(canary: Canary) -> None:
    """What belongs to the company beside deploy/demo/tenants.yaml."""
    if "HOOKSWITCH_DIRECTORY_URL" not in os.environ:
        return
    of = {"company_id": canary.tenant}
    for path, entity in ((f"/v1/branches/{canary.entity_id}", of | {"name": f"Filiale {canary.spoken}", "time_zone": "Europe/Berlin"}),
                         (f"/v1/services/{canary.entity_id}", of | {"name": canary.spoken, "duration_minutes": 30,
                                                                    "branch_ids": [canary.entity_id]}),
                         (f"/v1/staff/{canary.entity_id}", of | {"name": canary.host, "branch_ids": [canary.entity_id],
                                                                 "service_ids": [canary.entity_id]}),
                         (f"/v1/companies/{canary.tenant}/api-keys/calcom/{canary.tenant}", {"key": canary.api_key})):
        request = urllib.request.Request(setting("HOOKSWITCH_DIRECTORY_URL") + path, encoded(entity), method="PUT", headers=JSON | {
            "Authorization": f"Bearer {setting('HOOKSWITCH_ADMIN_TOKEN')}"})
        with urllib.request.urlopen(request, timeout=10) as answer:
            assert answer.status in (200, 201), path


def settle() -> None:
    """Waits until no consumer is behind."""
    def nothing_behind():
        behind = lag()
        return behind is not None and all(row["lag"] == 0 for row in behind)
    wait_for("nothing behind", nothing_behind, patience_s=30)


def _send_all(canary: Canary, key: str, secret: str) -> Seeded:
    talked, missed, outbound, web = (new_call_id() for _ in range(4))
    newer = {"call_cost": {"combined_cost": 99.5, "total_duration_seconds": 175, "product_costs": [
        {"product": "elevenlabs_tts", "cost": 99.5, "unit_price": 0.1}]}}
    bodies = [call_of(canary, event, talked) for event in ("call_started", "call_ended", "call_analyzed")]
    bodies += [call_of(canary, "call_analyzed", talked, **newer),
               outbound_call_of(canary, "call_ended_not_connected", missed),
               outbound_call_of(canary, "call_started", outbound), outbound_call_of(canary, "call_ended", outbound),
               call_of(canary, "call_started", web, call_type="web_call", from_number=None, to_number=None, direction=None)]
    for body in bodies:
        answer = send_retell_as("default", key, body)
        assert answer[0] == 202, answer
    kept, moved, cancelled = (new_uid(canary) for _ in range(3))
    claimed = {"tenant_id": canary.tenant, "retell_call_id": talked}
    created = booking_of(canary, "booking_created", kept, metadata=claimed)
    bookings = [created, booking_of(canary, "booking_no_show_updated", kept),
                created.replace(b"BOOKING_CREATED", b"A_TRIGGER_OF_TOMORROW"),
                booking_of(canary, "booking_created", cancelled), booking_of(canary, "booking_cancelled", cancelled),
                booking_of(canary, "booking_rescheduled", moved, rescheduleUid=kept, metadata=claimed),
                booking_of(canary, "meeting_ended_flat", moved)]
    for body in bookings:
        answer = send_calcom_as("default", secret, body)
        assert answer[0] == 202, answer
    return Seeded(canary, (talked, missed, outbound, web), (kept, moved, cancelled))
