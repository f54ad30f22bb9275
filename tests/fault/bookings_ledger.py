"""What must be true of appointments, which booking tells of: one for each chain of bookings, and all that holds of it."""

from collections import defaultdict
from datetime import datetime

from ledger import Findings, by_key, first_said, type_of

SERVICE = "booking"
TOPIC = "hookswitch.bookings.v1"
# Names of an event's field that says by which booking it is the fact it is. An appointment is booked once.
BOOKING_OF = {"AppointmentRescheduled": "new_calcom_uid", "AppointmentBooked": None}


def check(findings: Findings, load, events: list, victims) -> None:
    appointments = by_key(events)
    of_uid = defaultdict(set)
    for appointment_id, said in appointments.items():
        for event in said:
            for uid in uids_of(event["data"]):
                of_uid[uid].add(appointment_id)
    seen, merged = set(), 0
    for chain in load.appointments:
        about = f"the appointment of {chain.bookings[0].uid}"
        ids = set().union(*(of_uid[booking.uid] for booking in chain.bookings))
        if load.patience_ends:
            gone = {each for each in ids if merged_into(appointments[each]) in ids}
            merged += len(gone)
            seen |= gone
            ids -= gone
        findings.expect(len(ids) == 1, f"{about}: {len(ids)} appointments are told of its {len(chain.bookings)} bookings")
        if len(ids) == 1:
            check_appointment(findings, about, chain, appointments[next(iter(ids))])
        seen |= ids
    findings.counts["chains of bookings, appointments told"] = f"{len(load.appointments)}, {len(seen)}"
    if merged:
        findings.counts["appointments that went into another"] = merged
    check_stored(findings, load.appointments, victims)
    strangers = appointments.keys() - seen
    findings.expect(not strangers, f"events tell of {len(strangers)} appointments that never were")


def check_stored(findings: Findings, chains: list, victims) -> None:
    """One appointment for each chain, found from each of its bookings, and no webhook left waiting for somebody to own it."""
    appointments_of, ours = defaultdict(set), {booking.uid for chain in chains for booking in chain.bookings}
    for line in victims.rows("SELECT b.uid, b.tenant_id, a.appointment_id, a.current_uid, a.status FROM booking.booking b"
                             " LEFT JOIN booking.appointment a USING (tenant_id, founder)"):
        uid, *appointment = line.split("|")
        appointments_of[uid].add(tuple(appointment))
    for chain in chains:
        found = set().union(*(appointments_of[booking.uid] for booking in chain.bookings))
        told = {(tenant, uid, status) for tenant, _, uid, status in found}
        wanted = {(chain.tenant, chain.standing.uid, chain.status.lower())}
        findings.expect(len(found) == 1 and told == wanted and all(appointments_of[booking.uid] for booking in chain.bookings),
                        f"the appointment of {chain.bookings[0].uid}: stored is {sorted(found)}, expected {sorted(wanted)}")
    waiting = ours & set(victims.rows("SELECT uid FROM booking.waiting_webhook"))
    findings.expect(not waiting, f"{len(waiting)} bookings have webhooks that still wait for an owner")


def merged_into(said: list) -> str | None:
    """The appointment that this one went into: its beginning came later than booking waits for it."""
    last = first_said(said)[-1]
    return last["data"]["into_appointment_id"] if type_of(last) == "AppointmentMerged" else None


def uids_of(data: dict) -> set:
    standing = data.get("standing") or {}
    return {standing.get("calcom_uid"), *(data.get(name) for name in ("calcom_uid", "old_calcom_uid", "new_calcom_uid"))} - {None, ""}


def check_appointment(findings: Findings, about: str, chain, said: list) -> None:
    strangers = {event["headers"]["ce_tenantid"] for event in said} - {chain.tenant}
    findings.expect(not strangers, f"{about}: an event carries the tenant {strangers}")
    distinct = first_said(said)
    findings.expect_fields(f"{about}, its standing", distinct[-1]["data"]["standing"], {
        "status": f"APPOINTMENT_STATUS_{chain.status}", "calcom_uid": chain.standing.uid, **slot(chain.standing)})
    latest = {fact_of(event): event["data"] for event in distinct}
    holding = {fact: data for fact, data in latest.items() if not data["withdrawn"]}
    wanted = wanted_facts(chain)
    findings.expect(holding.keys() == wanted.keys(),
                    f"{about}: told are {sorted(holding)}, expected {sorted(wanted)}")
    for fact in holding.keys() & wanted.keys():
        findings.expect_fields(f"{about}, {fact[0]}", holding[fact], wanted[fact])


def fact_of(event: dict) -> tuple:
    name = type_of(event)
    field = BOOKING_OF.get(name, "calcom_uid")
    return name, event["data"][field] if field else ""


def wanted_facts(chain) -> dict:
    """Fact → fields, for all that holds in the end."""
    first, last = chain.bookings[0], chain.standing
    facts = {}
    if chain.requested:
        facts["AppointmentAwaitingHost", first.uid] = {"old_calcom_uid": None, **slot(first)}
    if chain.accepted:
        facts["AppointmentBooked", ""] = {
            "calcom_uid": first.uid, "call_id": chain.call_id, "paid": chain.paid, "calcom_booking_id": first.number,
            **slot(first)}
    for old, new, by in zip(chain.bookings, chain.bookings[1:], chain.moved_by):
        facts["AppointmentRescheduled", new.uid] = {
            "old_calcom_uid": old.uid, "by": f"ACTOR_{by.upper()}", **slot(old, "old_"), **slot(new, "new_")}
    if chain.status == "CANCELLED":
        facts["AppointmentCancelled", last.uid] = {
            "by": f"ACTOR_{chain.ended_by.upper()}", "declined": "declined" in chain.outcomes}
    if "needs_new_time" in chain.outcomes:
        facts["AppointmentNeedsNewTime", last.uid] = {}
    if "completed" in chain.outcomes:
        facts["AppointmentCompleted", last.uid] = {"ended_at_ms": epoch_ms(last.end)}
    if "no_show" in chain.outcomes:
        facts["AppointmentNoShow", last.uid] = {"absent_attendees": 1}
    return facts


def slot(booking, prefix: str = "") -> dict:
    return {f"{prefix}start_ms": epoch_ms(booking.start), f"{prefix}end_ms": epoch_ms(booking.end)}


def epoch_ms(instant: datetime) -> int:
    return int(instant.timestamp()) * 1000
