"""The ledgers are content with what a faultless suite says, and notice whatever is lost, doubled, swapped, altered or another
tenant's in it."""

import copy
import json
import random
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests/simulators"), str(ROOT / "tests/fault"), str(ROOT / "deploy/local")]

import billing_ledger
import bookings_ledger
import calls_ledger
import ledger
import load
import silence
from delivery import Delivered, Webhook


class Stored:
    """The rows that the ledgers ask for, as a faultless suite has stored them; `altered`: table → what it has instead."""

    def __init__(self, story: load.Load, altered: dict[str, list[str]] | None = None):
        accounts = [(call.call_id, *account, str(amount)) for call in story.calls for account, amount in
                    billing_ledger.wanted_accounts(call, story.companies[call.tenant]["plan"]).items()]
        self.tables = {
            "call_processing.call": [call.call_id for call in story.calls],
            "booking.booking": ["|".join((booking.uid, chain.tenant, f"id {chain.bookings[0].uid}", chain.standing.uid,
                                          chain.status.lower())) for chain in story.appointments for booking in chain.bookings],
            "booking.waiting_webhook": [],
            "billing.usage": [call.call_id for call in story.calls],
            "billing.usage u": ["|".join(line) for line in accounts],
            "billing.journal_line": ["lindenhof|EUR|1000000|1000000"],
        } | (altered or {})

    def rows(self, sql: str) -> list[str]:
        named = sql.partition(" FROM ")[2]
        return self.tables[max((table for table in self.tables if named.startswith(table)), key=len)]


def said(context: str, tenant: str, key: str, *facts: tuple[str, dict]) -> list[dict]:
    """An aggregate's events as `hookswitch tail` prints them: the name and the data of each."""
    return [{"key": key, "data": data, "headers": {
        "ce_id": f"{key}/{number}", "ce_type": f"hookswitch.{context}.v1.{name}", "ce_tenantid": tenant,
        "ce_sequence": str(number)}} for number, (name, data) in enumerate(facts, 1)]


def number(cents: str) -> dict:
    units, fraction = cents.split(".")
    return {"coefficient": units + fraction, "exponent": -len(fraction) - 2}


def calls_said(story: load.Load) -> list[dict]:
    events = []
    for call in story.calls:
        facts = [(kind, {}) for kind in sorted(call.lifecycle)]
        if call.total_cents:
            facts += [("CallAnalyzed", {"revision": 1, "summary": {"plain": call.summary}}),
                      ("CallCostReported", {"revision": 1, "total": number(call.total_cents)})]
        events += said("calls", call.tenant, call.call_id, *facts)
    return events


def bookings_said(story: load.Load) -> list[dict]:
    events = []
    for chain in story.appointments:
        standing = {"status": f"APPOINTMENT_STATUS_{chain.status}", "calcom_uid": chain.standing.uid,
                    **bookings_ledger.slot(chain.standing)}
        facts = []
        for (name, uid), fields in bookings_ledger.wanted_facts(chain).items():
            names = {"new_calcom_uid" if name == "AppointmentRescheduled" else "calcom_uid": uid} if uid else {}
            facts.append((name, {"withdrawn": False, "standing": dict(standing)} | names | fields))
        events += said("bookings", chain.tenant, f"appointment {chain.bookings[0].uid}", *facts)
    return events


def charges_said(story: load.Load) -> list[dict]:
    events = []
    for call in story.calls:
        facts = [("UsageRecorded", {"call_id": call.call_id, "connected": call.duration_ms is not None,
                                    "quantity_ms": str(call.duration_ms or 0)})]
        plan = story.companies[call.tenant]["plan"]
        charge = {"call_id": call.call_id, "revision": 1, "currency": "EUR", "net_e6": "0", "billable_ms": "0", "cost_currency": ""}
        if call.duration_ms is not None:
            charge |= {"net_e6": str(billing_ledger.price_e6(plan, call.duration_ms)),
                       "billable_ms": str(billing_ledger.billable_s(plan, call.duration_ms) * 1000),
                       "cost_currency": "USD", "cost": number(call.total_cents),
                       "cost_e6": str(billing_ledger.rounded(billing_ledger.Fraction(call.total_cents) * 10_000))}
        facts.append(("ChargePriced", charge))
        events += said("billing", call.tenant, f"usage {call.call_id}", *facts)
    return events


CONTEXTS = ((calls_ledger, calls_said), (bookings_ledger, bookings_said), (billing_ledger, charges_said))


def violations(known, story: load.Load, events: list[dict], stored: Stored) -> list[str]:
    findings = ledger.Findings()
    ledger.check_streams(findings, known.TOPIC, events)
    known.check(findings, story, events, stored)
    return findings.violations


def leaves(data: dict, path: tuple = ()):
    for name, value in data.items():
        if isinstance(value, dict):
            yield from leaves(value, (*path, name))
        else:
            yield (*path, name)


class LedgerTest(unittest.TestCase):
    def setUp(self) -> None:
        self.story = load.draw(random.Random(7), 120, 3)
        self.stored = Stored(self.story)

    def assert_noticed(self, known, events: list[dict], what: str) -> None:
        self.assertTrue(violations(known, self.story, events, self.stored), f"{known.SERVICE}: {what} is not noticed")

    def test_an_effect_without_a_message_and_a_message_without_one_are_noticed(self):
        for sent, before, inbox, wrong in (({"a"}, {"b"}, {"a", "b"}, 0), ({"a"}, set(), {"a", "b"}, 1), ({"a", "b"}, set(), {"a"}, 1)):
            findings = ledger.Findings()
            ledger.check_one_effect(findings, "billing", sent, dict.fromkeys(inbox, "handled"), before)
            self.assertEqual(len(findings.violations), wrong, findings.violations)

    def test_what_is_said_of_a_run_before_is_noticed(self):
        events = charges_said(self.story)
        for keys_before, wrong in (({"another"}, 0), ({"another", events[0]["key"]}, 1)):
            findings = ledger.Findings()
            ledger.check_nothing_late(findings, billing_ledger.TOPIC, events, keys_before)
            self.assertEqual(len(findings.violations), wrong, findings.violations)

    def test_what_is_right_is_right_also_when_repeated(self):
        for known, tell in CONTEXTS:
            events = tell(self.story)
            self.assertEqual(violations(known, self.story, events, self.stored), [])
            self.assertEqual(violations(known, self.story, events + events[::3], self.stored), [])

    def test_an_appointment_that_went_into_another_is_right_only_when_patience_has_ended(self):
        chain, events = self.story.appointments[0], bookings_said(self.story)
        whole = f"appointment {chain.bookings[0].uid}"
        standing = {"calcom_uid": chain.standing.uid}
        for into, patience_ends, right in ((whole, False, False), (whole, True, True), ("appointment of somebody", True, False)):
            self.story.patience_ends = patience_ends
            part = said("bookings", chain.tenant, "a part", ("AppointmentRescheduled", {"withdrawn": False, "standing": standing}),
                        ("AppointmentMerged", {"appointment_id": "a part", "into_appointment_id": into}))
            self.assertEqual(not violations(bookings_ledger, self.story, events + part, self.stored), right, (into, patience_ends))

    def test_an_event_lost_doubled_swapped_or_a_foreign_tenants_is_noticed(self):
        for known, tell in CONTEXTS:
            events = tell(self.story)
            for place in random.Random(3).sample(range(len(events)), 30):
                event = events[place]
                what = f"{event['headers']['ce_type']} of {event['key']}"
                self.assert_noticed(known, events[:place] + events[place + 1:], f"lost: {what}")
                doubled = copy.deepcopy(event)
                doubled["headers"]["ce_id"] += "again"
                self.assert_noticed(known, [*events, doubled], f"doubled: {what}")
                doubled["headers"] |= {"ce_sequence": str(1 + max(
                    int(other["headers"]["ce_sequence"]) for other in events if other["key"] == event["key"]))}
                if ledger.type_of(event) in (*calls_ledger.OF_A_LIFE, "UsageRecorded", "ChargePriced"):
                    self.assert_noticed(known, [*events, doubled], f"said again as new: {what}")
                foreign = copy.deepcopy(events)
                foreign[place]["headers"]["ce_tenantid"] = "aurora" if event["headers"]["ce_tenantid"] == "lindenhof" else "lindenhof"
                self.assert_noticed(known, foreign, f"a foreign tenant's: {what}")
                if place + 1 < len(events) and events[place + 1]["key"] == event["key"]:
                    swapped = events[:place] + [events[place + 1], event] + events[place + 2:]
                    self.assert_noticed(known, swapped, f"swapped: {what}")

    def test_an_aggregate_told_under_another_key_too_is_noticed(self):
        for known, tell in CONTEXTS[1:]:
            events = tell(self.story)
            twin = [copy.deepcopy(event) for event in events if event["key"] == events[0]["key"]]
            for event in twin:
                event["key"] += " twin"
                event["headers"]["ce_id"] += " twin"
            self.assert_noticed(known, events + twin, "a second aggregate")

    def test_an_altered_field_is_noticed(self):
        for known, tell in CONTEXTS:
            events = tell(self.story)
            for place in random.Random(5).sample(range(len(events)), 30):
                for path in leaves(events[place]["data"]):
                    if path[0] == "standing" and events[place + 1:place + 2] and events[place + 1]["key"] == events[place]["key"]:
                        continue  # only the last one holds
                    altered = copy.deepcopy(events)
                    inner = altered[place]["data"]
                    for name in path[:-1]:
                        inner = inner[name]
                    value = inner[path[-1]]
                    inner[path[-1]] = (not value) if isinstance(value, bool) else f"{value}1"
                    self.assert_noticed(known, altered, f"{path} altered in {events[place]['headers']['ce_type']}")

    def test_a_row_that_is_missing_doubled_or_altered_is_noticed(self):
        for table, lines in self.stored.tables.items():
            known, tell = next(each for each in CONTEXTS if each[0].SERVICE.replace("-", "_") == table.partition(".")[0])
            unlike = {"missing": lines[1:], "altered": [f"{lines[0]}1", *lines[1:]]} if lines else {
                "waiting": [self.story.appointments[0].bookings[0].uid]}
            if table == "billing.journal_line":
                del unlike["missing"]  # whose books there are follows from the usages
            if table in ("billing.usage", "booking.booking"):
                unlike["doubled"] = [f"{lines[0].replace('|id ', '|another id ')}", *lines]
            for what, altered in unlike.items():
                stored = Stored(self.story, {table: altered})
                self.assertTrue(violations(known, self.story, tell(self.story), stored), f"{table}: a row {what} is not noticed")

    def test_what_is_nobodys_waits_and_what_came_before_its_company_does_not(self):
        webhook = {name: Webhook("retell", name, "call_ended", name.encode()) for name in ("nobody", "early", "late", "known")}
        delivered = [Delivered(each, name, 1) for name, each in webhook.items()]

        def noticed(kept_apart: set, waiting: set) -> bool:
            findings = ledger.Findings()
            ledger.check_unresolved(findings, [webhook["nobody"]], {b"early", b"late"}, delivered, kept_apart, waiting)
            return bool(findings.violations)

        self.assertFalse(noticed({"nobody", "early"}, {"nobody", "of a run before"}))
        for kept_apart, waiting in (({"early"}, set()), ({"nobody"}, {"nobody"}), ({"nobody", "early", "known"}, {"nobody"}),
                                    ({"nobody", "early"}, set()), ({"nobody", "early"}, {"nobody", "early"})):
            self.assertTrue(noticed(kept_apart, waiting), (kept_apart, waiting))

    def test_a_word_or_a_secret_in_a_log_is_noticed(self):
        story = load.draw(random.Random(11), 60, 2)
        bodies = {webhook.body for webhook in story.deliveries}
        caller = next(word for word in silence.personal_words(bodies) if word.startswith("+49"))
        umlauts = next(word for word in silence.personal_words(bodies) if not word.isascii())
        for line, violations in (("nothing of it", 0), (f"from {caller}", 1), ("key=the-secret-itself.", 1),
                                 (f"value {caller.encode().hex()}00", 1), (f'"text":{json.dumps(umlauts)}', 1)):
            with tempfile.TemporaryDirectory() as folder:
                log = Path(folder, "ingress.log")
                log.write_text(f"first\n{line}\nlast\n", encoding="utf-8")
                findings = ledger.Findings()
                silence.check(findings, bodies, {"the-secret-itself"}, [log])
                self.assertEqual(len(findings.violations), violations, line)

    def test_what_a_call_costs(self):
        by_minutes = {"per_minute": "0.15", "increments": "60/60"}
        by_seconds = {"per_minute": "0.20", "increments": "60/1"}
        for plan, duration_ms, e6 in ((by_minutes, 1, 150_000), (by_minutes, 60_000, 150_000), (by_minutes, 60_001, 300_000),
                                      (by_seconds, 60_000, 200_000), (by_seconds, 60_001, 203_333), (by_seconds, 62_000, 206_667)):
            self.assertEqual(billing_ledger.price_e6(plan, duration_ms), e6, (plan, duration_ms))


if __name__ == "__main__":
    unittest.main()
