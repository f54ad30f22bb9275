"""Cal.com's side of the contract: appointments as chains of bookings, in the bodies that Cal.com sends about them, signed as it
does (contracts §3: X-Cal-Signature-256 is the plain hex HMAC-SHA256 of the body)."""

import hashlib
import hmac
import json
import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

from delivery import Door, Webhook

WITHOUT_CONSENT = 0.75  # the share of appointments that no host has to accept
ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
FIRST_DAY = datetime(2027, 1, 4, 7, 0, tzinfo=timezone.utc)
LENGTH = timedelta(minutes=30)
MOVES_MAX = 3


def sign(body: bytes, secret: str) -> str:
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def door(url: str, secret: str) -> Door:
    return Door(url, lambda body: {"X-Cal-Signature-256": sign(body, secret), "X-Cal-Webhook-Version": "2021-10-20"})


@dataclass(frozen=True)
class Company:
    """Whose calendar it is: what the directory must know for a booking to have an owner."""

    tenant: str
    organizer: int
    event_type: int


@dataclass(frozen=True)
class Booking:
    """What an appointment is at Cal.com until it is moved: one uid and one time."""

    uid: str
    number: int
    start: datetime

    @property
    def end(self) -> datetime:
        return self.start + LENGTH


@dataclass
class Appointment:
    """A chain's webhooks and what must be known of it when all of them have arrived, in whatever order."""

    tenant: str
    bookings: list[Booking] = field(default_factory=list)  # the first, then what it was moved to
    requested: bool = False  # the host had to accept the first one
    accepted: bool = True
    moved_by: list[str] = field(default_factory=list)  # customer or host, for each move
    status: str = "CONFIRMED"
    outcomes: set[str] = field(default_factory=set)  # of the last booking: cancelled, declined, needs_new_time, completed, no_show
    ended_by: str | None = None  # who cancelled it: customer or host
    paid: bool = False
    call_id: str | None = None  # the call in which it was made, when it is the same tenant's
    webhooks: list[Webhook] = field(default_factory=list)

    @property
    def standing(self) -> Booking:
        return self.bookings[-1]


def make_appointment(rng: random.Random, index: int, company: Company, calls: dict[str, str]) -> Appointment:
    """The appointment number `index`: its time differs from every other's. `calls`: call id → tenant; a part of the appointments
    say that one of these is theirs, some of them wrongly, naming a call of another company."""
    return _Chain(rng, index, company, calls).tell()


def _utc(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")


def _utc_ms(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%dT%H:%M:%S.") + f"{instant.microsecond // 1000:03d}Z"


class _Chain:
    """Plays one chain from its first booking on."""

    def __init__(self, rng: random.Random, index: int, company: Company, calls: dict[str, str]):
        self._rng = rng
        self._company = company
        self._index = index
        self._clock = FIRST_DAY - timedelta(days=40) + timedelta(seconds=index, milliseconds=rng.randrange(1000))
        self._made_at = self._clock
        self._chain = Appointment(tenant=company.tenant)
        self._customer = rng.choice(["Jana Weiß", "Yusuf Öztürk", "Zoë Ångström", "Hans-Jürgen Müller"])
        self._customer_mail = f"customer{index}@example.org"
        self._host_mail = f"host{company.organizer}@example.org"
        self._metadata = {"tenant_id": "somebody-else"}
        claimed = rng.choice(sorted(calls)) if calls and rng.random() < 0.6 else None
        if claimed is not None:
            self._metadata["retell_call_id"] = claimed
            self._chain.call_id = claimed if calls[claimed] == company.tenant else None

    def tell(self) -> Appointment:
        self._book()
        if not self._chain.accepted:
            return self._chain
        if self._rng.random() < 0.15:
            self._pay()
        for _ in range(self._rng.choice([0, 0, 1, 1, 2, MOVES_MAX])):
            self._move()
        self._end()
        return self._chain

    def _book(self) -> None:
        chain, first = self._chain, self._next_booking()
        if self._rng.random() < WITHOUT_CONSENT:
            self._send("BOOKING_CREATED", self._flat("ACCEPTED") | {"metadata": self._metadata})
            return
        chain.requested = True
        self._send("BOOKING_REQUESTED", self._flat("PENDING") | {"metadata": self._metadata})
        decision = self._rng.random()
        if decision < 0.7:
            # Not our metadata: contracts §3.3.
            self._send("BOOKING_CREATED", self._flat("ACCEPTED") | {"metadata": {"videoCallUrl": f"https://example.org/{first.uid}"}})
            return
        chain.accepted, chain.status = False, "AWAITING_HOST"
        if decision < 0.9:
            self._send("BOOKING_REJECTED", self._flat("REJECTED"))
            chain.status, chain.ended_by = "CANCELLED", "host"
            chain.outcomes.add("declined")

    def _pay(self) -> None:
        paid = {"price": 4500, "paymentId": self._index + 1, "paymentData": {"success": True, "refunded": False}}
        self._send("BOOKING_PAID", self._flat("ACCEPTED") | paid)
        self._chain.paid = True

    def _move(self) -> None:
        old = self._chain.standing
        self._next_booking()
        by = self._rng.choice(["customer", "host"])
        self._chain.moved_by.append(by)
        self._send("BOOKING_RESCHEDULED", self._flat("ACCEPTED") | {
            "metadata": self._metadata,
            "rescheduleId": old.number,
            "rescheduleUid": old.uid,
            "rescheduleStartTime": _utc(old.start),
            "rescheduleEndTime": _utc(old.end),
            "rescheduledBy": self._mail_of(by),
        })
        if self._rng.random() < 0.4:  # the late cancel of the old uid, which ends nothing
            self._send("BOOKING_CANCELLED", self._flat("CANCELLED", old) | self._cancellation(by, ask_for_new_time=False))

    def _end(self) -> None:
        chain, drawn = self._chain, self._rng.random()
        if drawn < 0.25:
            return
        if drawn < 0.55:
            chain.ended_by, ask = self._rng.choice([("customer", False), ("host", False), ("host", True)])
            self._send("BOOKING_CANCELLED", self._flat("CANCELLED") | self._cancellation(chain.ended_by, ask))
            chain.status = "NEEDS_NEW_TIME" if ask else "CANCELLED"
            chain.outcomes.add("needs_new_time" if ask else "cancelled")
            return
        if drawn < 0.85:
            self._meeting_ended()
        if drawn >= 0.75:
            self._no_show()

    def _meeting_ended(self) -> None:
        self._chain.status = "COMPLETED"
        self._chain.outcomes.add("completed")
        self._clock = max(self._clock, self._chain.standing.end)
        if self._rng.random() < 0.5:
            self._send("MEETING_ENDED", self._flat("ACCEPTED"))
            return
        booking = self._chain.standing
        self._send_body("MEETING_ENDED", {
            "id": booking.number,
            "uid": booking.uid,
            "userId": self._company.organizer,
            "eventTypeId": self._company.event_type,
            "title": self._title(),
            "description": None,
            "startTime": _utc_ms(booking.start),
            "endTime": _utc_ms(booking.end),
            "location": "Lindenstraße 12, 10969 Berlin",
            "status": "ACCEPTED",
            "createdAt": _utc_ms(self._made_at),
            "responses": {"name": self._customer, "email": self._customer_mail},
            "metadata": self._metadata,
        })

    def _no_show(self) -> None:
        """It has neither event type nor organizer: only the uid says whose it is."""
        self._chain.status = "NO_SHOW"
        self._chain.outcomes.add("no_show")
        self._clock = max(self._clock, self._chain.standing.start + timedelta(minutes=15))
        self._send("BOOKING_NO_SHOW_UPDATED", {
            "bookingUid": self._chain.standing.uid,
            "bookingId": self._chain.standing.number,
            "attendees": [{"email": self._customer_mail, "noShow": True}],
            "message": f"{self._customer_mail} marked as no-show",
        })

    def _next_booking(self) -> Booking:
        nth = len(self._chain.bookings)
        slot = self._index * (MOVES_MAX + 1) + nth
        start = FIRST_DAY + timedelta(days=slot // 20, minutes=30 * (slot % 20))
        uid = "".join(self._rng.choice(ALPHABET) for _ in range(22))
        booking = Booking(uid, 900_000 + slot, start)
        self._made_at = self._clock
        self._chain.bookings.append(booking)
        return booking

    def _send(self, trigger: str, payload: dict) -> None:
        self._send_body(trigger, {"createdAt": _utc_ms(self._clock), "payload": payload})
        if self._rng.random() < 0.08:  # a second subscription on another level: the same fact in other bytes
            later = self._clock + timedelta(milliseconds=self._rng.randint(1, 400))
            self._add(trigger, {"triggerEvent": trigger, "createdAt": _utc_ms(later), "payload": payload})

    def _send_body(self, trigger: str, rest: dict) -> None:
        self._add(trigger, {"triggerEvent": trigger} | rest)
        self._clock += timedelta(minutes=self._rng.randint(1, 600))

    def _add(self, trigger: str, body: dict) -> None:
        text = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        self._chain.webhooks.append(Webhook("calcom", self._chain.standing.uid, trigger, text))

    def _mail_of(self, who: str) -> str:
        return self._customer_mail if who == "customer" else self._host_mail

    def _cancellation(self, by: str, ask_for_new_time: bool) -> dict:
        return {"cancelledBy": self._mail_of(by), "cancellationReason": "Verhindert", "requestReschedule": ask_for_new_time}

    def _title(self) -> str:
        return f"Erstberatung zwischen Dr. Lena Brandt und {self._customer}"

    def _flat(self, status: str, booking: Booking | None = None) -> dict:
        """The calendar event spread flat, with the fields of booking and event type: what most triggers carry."""
        booking = booking or self._chain.standing
        language = {"locale": "de"}
        first_name, _, last_name = self._customer.partition(" ")
        return {
            "bookerUrl": "https://cal.com",
            "type": "erstberatung",
            "title": self._title(),
            "startTime": _utc(booking.start),
            "endTime": _utc(booking.end),
            "additionalNotes": "",
            "description": "",
            "customInputs": {},
            "eventTypeId": self._company.event_type,
            "hideCalendarNotes": False,
            "hideCalendarEventDetails": False,
            "hideOrganizerEmail": False,
            "schedulingType": None,
            "seatsPerTimeSlot": None,
            "seatsShowAttendees": False,
            "seatsShowAvailabilityCount": True,
            "customReplyToEmail": None,
            "organizer": {
                "id": self._company.organizer,
                "name": "Dr. Lena Brandt",
                "email": self._host_mail,
                "username": "lena-brandt",
                "timeZone": "Europe/Berlin",
                "language": language,
                "timeFormat": "HH:mm",
                "utcOffset": 60,
            },
            "responses": {
                "name": {"label": "your_name", "value": self._customer, "isHidden": False},
                "email": {"label": "email_address", "value": self._customer_mail, "isHidden": False},
                "location": {"label": "location", "value": {"optionValue": "", "value": "inPerson"}, "isHidden": False},
            },
            "userFieldsResponses": {},
            "attendees": [{
                "email": self._customer_mail,
                "name": self._customer,
                "firstName": first_name,
                "lastName": last_name,
                "timeZone": "Europe/Berlin",
                "language": language,
                "phoneNumber": "+4917604069012",
                "utcOffset": 60,
            }],
            "location": "Lindenstraße 12, 10969 Berlin",
            "destinationCalendar": None,
            "iCalUID": f"{self._chain.bookings[0].uid}@Cal.com",
            "iCalSequence": self._chain.bookings.index(booking),
            "requiresConfirmation": self._chain.requested,
            "uid": booking.uid,
            "appsStatus": [],
            "hashedLink": None,
            "assignmentReason": None,
            "bookingId": booking.number,
            "eventTitle": "Erstberatung",
            "eventDescription": None,
            "price": 0,
            "currency": "eur",
            "length": int(LENGTH.total_seconds() // 60),
            "smsReminderNumber": "+4917604069012",
            "status": status,
        }
