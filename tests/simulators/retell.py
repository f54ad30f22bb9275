"""Retell's side of the contract: realistic calls, signed as Retell does (contracts: signature v=…,d=…)."""

import hashlib
import hmac
import json
import random
import time
from dataclasses import dataclass, field

from delivery import Door, Webhook


def sign(body: bytes, api_key: str, now_ms: int) -> str:
    """The X-Retell-Signature of a body: HMAC-SHA256 over the body followed by the decimal milliseconds."""
    digest = hmac.new(api_key.encode(), body + str(now_ms).encode(), hashlib.sha256).hexdigest()
    return f"v={now_ms},d={digest}"


def door(url: str, api_key: str) -> Door:
    """Each try is signed anew: the signature has the time in it."""
    return Door(url, lambda body: {"X-Retell-Signature": sign(body, api_key, int(time.time() * 1000))})


@dataclass(frozen=True)
class Company:
    """Who is called: what the directory must know for the call to have an owner."""

    tenant: str
    number: str
    agent: str


@dataclass
class Call:
    """A call's webhooks and what must be known of it when all of them have arrived, in whatever order."""

    call_id: str
    tenant: str
    webhooks: list = field(default_factory=list)
    lifecycle: set = field(default_factory=set)  # what it is told as, each once
    duration_ms: int | None = None  # of a connected call; nothing when it never connected
    total_cents: str | None = None  # of the cost that must hold in the end
    summary: str | None = None  # of the analysis that must hold in the end


def _turns(rng: random.Random, count: int) -> list:
    words = "guten Tag ich hätte gern einen Termin am Donnerstag vormittag passt zehn Uhr dreißig vielen Dank".split()
    turns = []
    clock = 0.4
    for index in range(count):
        content = " ".join(rng.choice(words) for _ in range(rng.randint(4, 18)))
        timed = []
        for word in content.split():
            timed.append({"word": word, "start": round(clock, 3), "end": round(clock + 0.3, 3)})
            clock += 0.34
        turns.append({"role": "agent" if index % 2 == 0 else "user", "content": content, "words": timed})
    return turns


def _encode(event: str, call: dict) -> bytes:
    return json.dumps({"event": event, "call": call}, ensure_ascii=False, separators=(",", ":")).encode()


def _webhook(call_id: str, event: str, body: bytes) -> Webhook:
    return Webhook("retell", call_id, event, body)


def _cents(rng: random.Random) -> str:
    return f"{rng.randint(1, 90)}.{rng.randint(1, 9999999):07d}"


def make_call(rng: random.Random, call_id: str, company: Company, started_ms: int) -> Call:
    """One call of a random kind: most are ordinary, some never connect, some get a corrected cost or a second analysis."""
    call = Call(call_id=call_id, tenant=company.tenant)
    base = {
        "call_id": call_id,
        "call_type": "phone_call",
        "agent_id": company.agent,
        "agent_version": rng.randint(1, 9),
        "from_number": f"+4917{rng.randint(10**8, 10**9 - 1)}",
        "to_number": company.number,
        "direction": "inbound",
        "metadata": {"tenant_id": "somebody-else"},
        "start_timestamp": started_ms,
    }
    if rng.random() < 0.1:
        return _never_connected(call, base)
    duration_ms = rng.randint(5_000, 600_000)
    ended = base | {
        "call_status": "ended",
        "end_timestamp": started_ms + duration_ms,
        "duration_ms": duration_ms,
        "disconnection_reason": rng.choice(["user_hangup", "agent_hangup", "call_transfer", "a_reason_of_tomorrow"]),
        "transcript_object": _turns(rng, rng.randint(2, 40)),
    }
    ended["transcript"] = "".join(f"{t['role'].title()}: {t['content']}\n" for t in ended["transcript_object"])
    cents = _cents(rng)
    ended["call_cost"] = _cost(cents, duration_ms)
    analyzed = ended | {"call_analysis": _analysis("first")}
    call.webhooks = [
        _webhook(call_id, "call_started", _encode("call_started", base | {"call_status": "ongoing"})),
        _webhook(call_id, "call_ended", _encode("call_ended", ended)),
        _webhook(call_id, "call_analyzed", _encode("call_analyzed", analyzed)),
    ]
    call.lifecycle = {"CallStarted", "CallEnded"}
    call.total_cents, call.summary, call.duration_ms = cents, "first", duration_ms
    if rng.random() < 0.1:
        _correct(call, analyzed, cents, duration_ms)
    return call


def _never_connected(call: Call, base: dict) -> Call:
    gone = {k: v for k, v in base.items() if k != "start_timestamp"} | {
        "call_status": "not_connected",
        "disconnection_reason": "dial_no_answer",
        "end_timestamp": base["start_timestamp"],
    }
    call.webhooks = [_webhook(call.call_id, "call_ended", _encode("call_ended", gone))]
    call.lifecycle = {"CallNotConnected"}
    return call


def _correct(call: Call, analyzed: dict, cents: str, duration_ms: int) -> None:
    """A later call_analyzed with a higher cost and another summary; event_timestamp says that it is the newer one."""
    units, fraction = cents.split(".")
    call.total_cents = f"{int(units) + 1}.{fraction}"
    call.summary = "second"
    newer = analyzed | {"call_cost": _cost(call.total_cents, duration_ms), "call_analysis": _analysis("second")}
    body = json.dumps(
        {"event": "call_analyzed", "event_timestamp": newer["end_timestamp"] + 60_000, "call": newer},
        ensure_ascii=False,
        separators=(",", ":"),
    ).encode()
    call.webhooks.append(_webhook(call.call_id, "call_analyzed", body))


def _analysis(summary: str) -> dict:
    return {
        "call_summary": summary,
        "in_voicemail": False,
        "user_sentiment": "Positive",
        "call_successful": True,
        "custom_analysis_data": {"appointment_requested": True},
    }


def _cost(cents: str, duration_ms: int) -> dict:
    return {
        "product_costs": [{"product": "elevenlabs_tts", "unit_price": 0.1166667, "cost": float(cents)}],
        "total_duration_seconds": -(-duration_ms // 1000),
        "total_duration_unit_price": 0.1166667,
        "combined_cost": float(cents),
    }
