"""What must be true after a fault run, compared from three sides: what was acknowledged at the door, what the schema of
call-processing holds, and what lies on the topics."""

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

CALLS = "hookswitch.calls.v1."


@dataclass
class Findings:
    """Counts for the report, and every violation in words."""

    counts: dict = field(default_factory=dict)
    violations: list = field(default_factory=list)

    def expect(self, holds: bool, words: str) -> None:
        if not holds:
            self.violations.append(words)


def decimal_of(number: dict) -> Decimal:
    """A hookswitch.money.v1.Decimal as `hookswitch tail` prints it."""
    return Decimal(number.get("coefficient", "0")).scaleb(int(number.get("exponent", 0)))


def check_acknowledged(findings: Findings, delivered: list, raw_ids: set) -> None:
    """Durable before acknowledged: every id that was answered with 202 is on the raw topic."""
    accepted = {each.accepted_id for each in delivered}
    findings.counts["webhooks sent"] = len(delivered)
    findings.counts["tries that were needed"] = sum(each.tries for each in delivered)
    findings.counts["distinct webhooks acknowledged"] = len(accepted)
    missing = accepted - raw_ids
    findings.expect(not missing, f"{len(missing)} acknowledged webhooks are not on the raw topic, one is {next(iter(missing), '')}")


def check_one_effect(findings: Findings, accepted: set, inbox: dict) -> None:
    """Each acknowledged webhook stands in the inbox once, as handled."""
    missing = [each for each in accepted if each not in inbox]
    findings.counts["webhooks with an effect"] = len(accepted) - len(missing)
    findings.expect(not missing, f"{len(missing)} acknowledged webhooks had no effect, one is {missing[:1]}")
    dead = [each for each in accepted if inbox.get(each, "handled") != "handled"]
    findings.expect(not dead, f"{len(dead)} webhooks became dead letters, one is {dead[:1]}")


def check_calls(findings: Findings, calls: list, events: list) -> None:
    """Each call's events: once or more under one id, first said in the order of ce_sequence, without a gap, and complete."""
    by_call = defaultdict(list)
    for event in events:
        by_call[event["key"]].append(event)
    findings.counts["domain events on the topic"] = len(events)
    findings.counts["distinct domain events"] = len({event["headers"]["ce_id"] for event in events})
    for call in calls:
        check_call(findings, call, by_call.get(call.call_id, []))


def check_call(findings: Findings, call, said: list) -> None:
    first = {}
    for event in said:
        first.setdefault(event["headers"]["ce_id"], event)
    distinct = list(first.values())
    sequence = [int(event["headers"]["ce_sequence"]) for event in distinct]
    findings.expect(sequence == list(range(1, len(distinct) + 1)),
                    f"{call.call_id}: events were first said in the order {sequence}")
    strangers = {event["headers"]["ce_tenantid"] for event in said} - {call.tenant}
    findings.expect(not strangers, f"{call.call_id}: an event carries the tenant {strangers}")
    types = [event["headers"]["ce_type"] for event in distinct]
    for kind in ("CallStarted", "CallEnded", "CallNotConnected"):
        wanted = 1 if CALLS + kind in call.lifecycle else 0
        findings.expect(types.count(CALLS + kind) == wanted,
                        f"{call.call_id}: {types.count(CALLS + kind)} × {kind}, expected {wanted}")
    check_latest(findings, call, distinct)


def check_latest(findings: Findings, call, distinct: list) -> None:
    """The last revisions are those that must hold, whatever the order of arrival."""
    costs = [event for event in distinct if event["headers"]["ce_type"] == CALLS + "CallCostReported"]
    analyses = [event for event in distinct if event["headers"]["ce_type"] == CALLS + "CallAnalyzed"]
    total = decimal_of(costs[-1]["data"]["total"]) if costs else None
    wanted = Decimal(call.total_cents) / 100 if call.total_cents else None
    findings.expect(total == wanted, f"{call.call_id}: the last cost is {total}, expected {wanted}")
    summary = analyses[-1]["data"]["summary"]["plain"] if analyses else None
    findings.expect(summary == call.summary, f"{call.call_id}: the last summary is {summary!r}, expected {call.summary!r}")
    for said in (costs, analyses):
        revisions = [int(event["data"]["revision"]) for event in said]
        findings.expect(revisions == list(range(1, len(said) + 1)), f"{call.call_id}: revisions {revisions}")
