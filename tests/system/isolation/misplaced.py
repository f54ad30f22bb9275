"""Webhooks that hold a person's words where something else belongs: in each field of each sample, in each shape that may break what
reads it. Genuinely signed, so that every part of the way gets to see them."""

import json
from typing import Iterator

from canaries import CANARIES, Canary, booking_of, call_of, new_uid
from harness import encoded, new_call_id, sample

CALLS = ("call_started", "call_ended", "call_analyzed")
BOOKINGS = ("booking_created", "booking_rescheduled", "booking_cancelled", "booking_no_show_updated", "meeting_ended_flat")


def shapes(words: str) -> list:
    return [words, [words], {words: words}, f"{words}\u0000", words * 200]


def places(value, path: tuple = (), depth: int = 3) -> Iterator[tuple]:
    """Where something could stand instead: every member, and the first item of every array."""
    children = value.items() if isinstance(value, dict) else enumerate(value[:1]) if isinstance(value, list) else ()
    for name, child in children:
        yield path + (name,)
        if depth:
            yield from places(child, path + (name,), depth - 1)


def replaced(body: dict, path: tuple, value) -> dict:
    copy = json.loads(json.dumps(body))
    holder = copy
    for name in path[:-1]:
        holder = holder[name]
    holder[path[-1]] = value
    return copy


def misplaced_calls(canary: Canary) -> Iterator[bytes]:
    """Not in the call's id, by which a log names a call."""
    for event in CALLS:
        genuine = json.loads(call_of(canary, event, new_call_id()))
        for number, path in enumerate(places(genuine)):
            if path == ("call", "call_id"):
                continue
            words = canary.words()[number % len(canary.words())]
            for shape in shapes(words) if len(path) < 3 else shapes(words)[:2]:
                body = replaced(genuine, path, shape)
                if isinstance(body.get("call"), dict):
                    body["call"]["call_id"] = new_call_id()
                yield encoded(body)


def misplaced_bookings(canary: Canary) -> Iterator[bytes]:
    for name in BOOKINGS:
        genuine = json.loads(booking_of(canary, name, new_uid(canary)))
        for number, path in enumerate(places(genuine, depth=2)):
            words = canary.words()[number % len(canary.words())]
            for shape in shapes(words) if len(path) < 3 else shapes(words)[:1]:
                yield encoded(replaced(genuine, path, shape))


def not_json(canary: Canary) -> Iterator[bytes]:
    """Bodies that end or break in the middle of somebody's words."""
    for words in canary.words():
        whole = encoded({"event": "call_started", "call": {"call_id": new_call_id(), "to_number": words}})
        yield words.encode()
        yield whole[:-4]
        yield whole.replace(words.encode(), words.encode() + b"\xff")
        yield b'{"%s":1,"%s":2}' % (words.encode(), words.encode())
        yield encoded({"event": words, "call": {"call_id": new_call_id()}})
        yield encoded({"triggerEvent": words, "payload": {"uid": new_uid(canary)}})


def all_bodies() -> Iterator[tuple[str, bytes]]:
    caller_of, booker_of = CANARIES  # one has the odd calls, the other the odd bookings
    for body in misplaced_calls(caller_of):
        yield "retell", body
    for body in misplaced_bookings(booker_of):
        yield "calcom", body
    for canary in CANARIES:
        for body in not_json(canary):
            yield "retell", body
            yield "calcom", body
    yield "calcom", encoded(sample("calcom_ping.json"))
