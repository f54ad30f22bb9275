"""What must be true of charges, which billing tells of: one for each call that ended, to the millionth, and of nothing for
one that never connected.

The price is reckoned here from the plans as a person writes them and from the call's length, with exact fractions; nothing is
taken over from what billing says or how it reckons."""

from collections import defaultdict
from fractions import Fraction

from ledger import Findings, by_key, decimal_of, first_said, type_of

SERVICE = "billing"
TOPIC = "hookswitch.billing.v1"
E6 = 1_000_000
COST_CURRENCY = "USD"  # Retell's


def check(findings: Findings, load, events: list, victims) -> None:
    of_call: dict = {}
    for usage_id, said in by_key(events).items():
        of_call.setdefault(said[0]["data"]["call_id"], {})[usage_id] = said
    charged = {True: 0, False: 0}  # connected or not
    for call in load.calls:
        usages = of_call.get(call.call_id, {})
        findings.expect(len(usages) == 1, f"{call.call_id}: {len(usages)} usages, expected 1")
        for said in usages.values():
            check_usage(findings, call, load.companies[call.tenant], first_said(said))
            charged[call.duration_ms is not None] += any(type_of(event) == "ChargePriced" for event in said)
    connected = sum(call.duration_ms is not None for call in load.calls)
    findings.counts["connected calls that ended, charges told"] = f"{connected}, {charged[True]}"
    findings.counts["calls that never connected, charges of nothing"] = f"{len(load.calls) - connected}, {charged[False]}"
    check_books(findings, load, victims)
    strangers = of_call.keys() - {call.call_id for call in load.calls}
    findings.expect(not strangers, f"{len(strangers)} calls are charged that never were")


def check_books(findings: Findings, load, victims) -> None:
    """Each call's accounts hold what it costs and what it costs us, and the books of each company are balanced."""
    held = defaultdict(dict)
    for line in victims.rows("SELECT u.call_id, u.tenant_id, j.account, j.currency, sum(j.amount_e6) FROM billing.usage u"
                             " JOIN billing.journal_line j USING (usage_id) GROUP BY 1, 2, 3, 4 HAVING sum(j.amount_e6) <> 0"):
        call_id, *account, amount = line.split("|")
        held[call_id][tuple(account)] = int(amount)
    for call in load.calls:
        wanted = wanted_accounts(call, load.companies[call.tenant]["plan"])
        findings.expect(held[call.call_id] == wanted, f"{call.call_id}: its accounts hold {held[call.call_id]}, expected {wanted}")
    usages = victims.rows("SELECT call_id FROM billing.usage")
    ours = {call.call_id for call in load.calls}
    findings.expect(sorted(call_id for call_id in usages if call_id in ours) == sorted(ours), "not one usage is stored for each call")
    for line in victims.rows("SELECT tenant_id, currency, sum(amount_e6) FILTER (WHERE amount_e6 > 0),"
                             " -sum(amount_e6) FILTER (WHERE amount_e6 < 0) FROM billing.journal_line GROUP BY 1, 2"):
        tenant, currency, debits, credits = line.split("|")
        findings.counts[f"books of {tenant} in {currency}, debits and credits in millionths"] = f"{debits}, {credits}"
        findings.expect(debits == credits, f"the books of {tenant} in {currency}: debits {debits}, credits {credits}")


def wanted_accounts(call, plan: dict) -> dict:
    """(tenant, account, currency) → millionths, debits positive."""
    if call.duration_ms is None:
        return {}
    net, cost = price_e6(plan, call.duration_ms), rounded(Fraction(call.total_cents) / 100 * E6)
    return {
        (call.tenant, "receivable", plan["currency"]): net, (call.tenant, "revenue_usage", plan["currency"]): -net,
        (call.tenant, "provider_cost", COST_CURRENCY): cost, (call.tenant, "provider_accrual", COST_CURRENCY): -cost,
    }


def check_usage(findings: Findings, call, company: dict, said: list) -> None:
    strangers = {event["headers"]["ce_tenantid"] for event in said} - {call.tenant}
    findings.expect(not strangers, f"{call.call_id}: a charge carries the tenant {strangers}")
    named = {event["data"]["call_id"] for event in said} - {call.call_id}
    findings.expect(not named, f"{call.call_id}: its usage's events name the calls {named}")
    usages = [event["data"] for event in said if type_of(event) == "UsageRecorded"]
    findings.expect(len(usages) == 1, f"{call.call_id}: {len(usages)} × UsageRecorded, expected 1")
    connected = call.duration_ms is not None
    for usage in usages:
        findings.expect_fields(f"{call.call_id}, usage", usage, {"connected": connected, "quantity_ms": call.duration_ms or 0})
    charges = [event for event in said if type_of(event) != "UsageRecorded"]
    kinds = [type_of(event) for event in charges]
    repriced = len(kinds) - 1 if connected else 0
    findings.expect(kinds == ["ChargePriced"] + ["ChargeRepriced"] * repriced, f"{call.call_id}: charges {kinds}")
    findings.expect([int(event["data"]["revision"]) for event in charges] == list(range(1, len(charges) + 1)),
                    f"{call.call_id}: the revisions of its charge are not 1, 2, 3 …")
    if charges:
        check_latest(findings, call, company["plan"], charges[-1]["data"])


def check_latest(findings: Findings, call, plan: dict, charge: dict) -> None:
    """The last revision is the one that must hold. A call that never connected is charged with nothing."""
    connected = call.duration_ms is not None
    cost = Fraction(call.total_cents) / 100 if connected else None
    findings.expect_fields(f"{call.call_id}, charge", charge, {
        "currency": plan["currency"],
        "net_e6": price_e6(plan, call.duration_ms) if connected else 0,
        "billable_ms": billable_s(plan, call.duration_ms) * 1000 if connected else 0,
        "cost_currency": COST_CURRENCY if connected else "",
        "cost_e6": rounded(cost * E6) if connected else None,
        "margin_e6": None,  # nothing is converted
    })
    told = charge.get("cost")
    findings.expect((Fraction(decimal_of(told)) if told else None) == cost,
                    f"{call.call_id}: the provider's cost is {told}, expected {cost}")


def billable_s(plan: dict, duration_ms: int) -> int:
    """The first increment, and as many of the next ones as it takes to cover the call."""
    first, following = (int(part) for part in plan["increments"].split("/"))
    billable = first
    while billable * 1000 < duration_ms:
        billable += following
    return billable


def price_e6(plan: dict, duration_ms: int) -> int:
    return rounded(Fraction(plan["per_minute"]) * billable_s(plan, duration_ms) / 60 * E6)


def rounded(exact: Fraction) -> int:
    """Half away from zero; the amounts here are not negative."""
    return int(exact + Fraction(1, 2))
