"""Cal.com's webhooks, from the HTTP door to the appointments that subscribers read: one chain of bookings, one appointment,
whatever the order."""

import json
import random
import re
import unittest
import uuid
from pathlib import Path

from harness import (BOOKINGS, call_body, encoded, events_of, new_call_id, sample, send_calcom, send_retell, setting, tail,
                     type_of, wait_for)

SAMPLES = {"BOOKING_CREATED": "created", "BOOKING_RESCHEDULED": "rescheduled", "BOOKING_CANCELLED": "cancelled",
           "BOOKING_NO_SHOW_UPDATED": "no_show_updated"}


def body(trigger: str, uid: str, **changes) -> bytes:
    """The sample about another booking; `changes` replace fields of the payload, None removes one."""
    made = sample(f"calcom_booking_{SAMPLES[trigger]}.json")
    made["payload"] |= {"bookingUid" if trigger == "BOOKING_NO_SHOW_UPDATED" else "uid": uid} | changes
    made["payload"] = {name: value for name, value in made["payload"].items() if value is not None}
    return encoded(made)


def new_uid() -> str:
    return uuid.uuid4().hex[:22]


def appointments_of(*uids: str) -> dict[str, list[dict]]:
    """The events about appointments that have gone through these bookings, by appointment."""
    found: dict[str, list[dict]] = {}
    for event in tail(BOOKINGS):
        if event["data"].get("standing", {}).get("calcom_uid") in uids:
            found.setdefault(event["key"], []).append(event)
    return found


def only_appointment(*uids: str, told: set[str]) -> list[dict]:
    """The events of the one appointment, once these have come out and its standing is that of the last booking."""
    def complete():
        found = appointments_of(*uids)
        events = next(iter(found.values())) if len(found) == 1 else []
        return events if {type_of(event) for event in events} >= told else None
    return wait_for(f"{', '.join(sorted(told))} of {uids}", complete)


def workspace_secret(workspace: str) -> str:
    text = Path(setting("HOOKSWITCH_WORKSPACES_FILE")).read_text(encoding="utf-8")
    return re.search(rf"- id: {workspace}\n.*\n\s+calcom_secrets: \[([^\],]*)", text)[1].strip()


class Appointments(unittest.TestCase):
    def send(self, webhook: bytes, **options):
        status, _, answer = send_calcom(webhook, **options)
        self.assertEqual(status, 202, answer)

    def test_booked_moved_twice_cancelled_and_absent_in_any_order_is_one_appointment(self):
        endings = []
        for seed in range(6):
            a, b, c = (new_uid() for _ in range(3))
            root = f"{a}@Cal.com"
            webhooks = [body("BOOKING_CREATED", a, iCalUID=root),
                        body("BOOKING_RESCHEDULED", b, rescheduleUid=a, iCalUID=root),
                        body("BOOKING_RESCHEDULED", c, rescheduleUid=b, iCalUID=root),
                        body("BOOKING_CANCELLED", c, iCalUID=root), body("BOOKING_NO_SHOW_UPDATED", c)]
            if seed:
                webhooks.append(random.Random(seed).choice(webhooks))
                random.Random(seed).shuffle(webhooks)
            for webhook in webhooks:
                self.send(webhook)
            told = {"AppointmentBooked", "AppointmentRescheduled", "AppointmentCancelled", "AppointmentNoShow"}
            events = wait_for("the last booking's facts", lambda: self.complete(only_appointment(a, b, c, told=told), b, c))
            last = max(events, key=lambda event: int(event["headers"]["ce_sequence"]))
            standing = last["data"]["standing"]
            self.assertEqual((standing["status"], standing["calcom_uid"]), ("APPOINTMENT_STATUS_CANCELLED", c))
            sequences = [int(event["headers"]["ce_sequence"]) for event in events]
            self.assertEqual(sequences, list(range(1, len(events) + 1)))
            places = {a: "a", b: "b", c: "c"}
            facts = {(type_of(event), places[event["data"].get("new_calcom_uid", c)]): event for event in events}
            endings.append(sorted(fact for fact, event in facts.items() if not event["data"]["withdrawn"]))
        self.assertEqual(len({json.dumps(ending) for ending in endings}), 1, endings)

    @staticmethod
    def complete(events: list[dict], *moved_to: str):
        moves = {event["data"]["new_calcom_uid"] for event in events if type_of(event) == "AppointmentRescheduled"}
        return events if moves >= set(moved_to) else None

    def test_an_appointment_is_linked_to_its_tenants_call_only(self):
        call_id, foreign, uid, other = new_call_id(), new_call_id(), new_uid(), new_uid()
        send_retell(call_body("call_started", call_id))
        send_retell(call_body("call_started", foreign, to_number="+498921555012", agent_id="agent_7be1a0c2d45f4f1b8a3360e9aa1"))
        events_of(call_id, "CallStarted")
        events_of(foreign, "CallStarted")
        self.send(body("BOOKING_CREATED", uid, metadata={"retell_call_id": call_id}))
        self.send(body("BOOKING_CREATED", other, metadata={"retell_call_id": foreign, "tenant_id": "aurora"}))

        def linked():
            events = only_appointment(uid, told={"AppointmentBooked"})
            return events if events[-1]["data"].get("call_id") else None
        self.assertEqual(wait_for("the link", linked)[-1]["headers"]["ce_correlationid"], call_id)
        events = only_appointment(other, told={"AppointmentBooked"})
        self.assertEqual({event["headers"]["ce_tenantid"] for event in events}, {"lindenhof"})
        self.assertEqual([event["data"].get("call_id") for event in events], [None])

    def test_a_workspace_speaks_only_for_its_own_bookings(self):
        uid = new_uid()
        self.send(body("BOOKING_CREATED", uid))
        only_appointment(uid, told={"AppointmentBooked"})
        self.send(body("BOOKING_NO_SHOW_UPDATED", uid), secret=workspace_secret("aurora"),
                  path="/workspaces/aurora/webhooks/calcom")
        marker = new_uid()  # the same partition would be better, but the next one from the owner is proof enough
        self.send(body("BOOKING_CREATED", marker))
        only_appointment(marker, told={"AppointmentBooked"})
        self.send(body("BOOKING_CANCELLED", uid))
        events = only_appointment(uid, told={"AppointmentBooked", "AppointmentCancelled"})
        self.assertNotIn("AppointmentNoShow", {type_of(event) for event in events})
        self.send(body("BOOKING_NO_SHOW_UPDATED", uid))
        only_appointment(uid, told={"AppointmentBooked", "AppointmentCancelled", "AppointmentNoShow"})


if __name__ == "__main__":
    unittest.main()
