"""What must be true of calls, which call-processing tells of."""

from decimal import Decimal

from ledger import Findings, by_key, decimal_of, first_said, type_of

SERVICE = "call-processing"
TOPIC = "hookswitch.calls.v1"
OF_A_LIFE = ("CallStarted", "CallEnded", "CallNotConnected")


def check(findings: Findings, load, events: list, victims) -> None:
    said = by_key(events)
    for call in load.calls:
        check_call(findings, call, said.get(call.call_id, []))
    ours = {call.call_id for call in load.calls}
    strangers = said.keys() - ours
    findings.expect(not strangers, f"events tell of {len(strangers)} calls that never were")
    stored = set(victims.rows("SELECT call_id FROM call_processing.call")) & ours
    findings.counts["calls, of them stored"] = f"{len(ours)}, {len(stored)}"
    findings.expect(stored == ours, f"{len(ours - stored)} calls are not stored")


def check_call(findings: Findings, call, said: list) -> None:
    """Complete, and under its own tenant."""
    strangers = {event["headers"]["ce_tenantid"] for event in said} - {call.tenant}
    findings.expect(not strangers, f"{call.call_id}: an event carries the tenant {strangers}")
    distinct = first_said(said)
    types = [type_of(event) for event in distinct]
    for kind in OF_A_LIFE:
        wanted = 1 if kind in call.lifecycle else 0
        findings.expect(types.count(kind) == wanted, f"{call.call_id}: {types.count(kind)} × {kind}, expected {wanted}")
    check_latest(findings, call, distinct)


def check_latest(findings: Findings, call, distinct: list) -> None:
    """The last revisions are those that must hold, whatever the order of arrival."""
    costs = [event for event in distinct if type_of(event) == "CallCostReported"]
    analyses = [event for event in distinct if type_of(event) == "CallAnalyzed"]
    total = decimal_of(costs[-1]["data"]["total"]) if costs else None
    wanted = Decimal(call.total_cents) / 100 if call.total_cents else None
    findings.expect(total == wanted, f"{call.call_id}: the last cost is {total}, expected {wanted}")
    summary = analyses[-1]["data"]["summary"]["plain"] if analyses else None
    findings.expect(summary == call.summary, f"{call.call_id}: the last summary is {summary!r}, expected {call.summary!r}")
    for said in (costs, analyses):
        revisions = [int(event["data"]["revision"]) for event in said]
        findings.expect(revisions == list(range(1, len(said) + 1)), f"{call.call_id}: revisions {revisions}")
