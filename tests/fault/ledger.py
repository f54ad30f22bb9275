"""What must be true after a fault run of every service alike, compared from three sides: what was acknowledged at the door, what
the services' schemas hold, and what lies on the topics."""

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal


@dataclass
class Findings:
    """Counts for the report, and every violation in words."""

    counts: dict = field(default_factory=dict)
    violations: list = field(default_factory=list)

    def expect(self, holds: bool, words: str) -> None:
        if not holds:
            self.violations.append(words)

    def expect_fields(self, about: str, data: dict, wanted: dict) -> None:
        """Each field of `wanted` is as wanted; one that is absent or null is None."""
        found = {name: plain(data.get(name)) for name in wanted}
        wrong = {name: (found[name], value) for name, value in wanted.items() if found[name] != value}
        self.expect(not wrong, f"{about}: " + ", ".join(f"{name} is {is_!r}, expected {value!r}"
                                                        for name, (is_, value) in wrong.items()))


def plain(value):
    """A field as `hookswitch tail` prints it, with 64-bit integers, which come as strings of digits, as numbers."""
    return int(value) if isinstance(value, str) and value.lstrip("-").isdigit() else value


def decimal_of(number: dict) -> Decimal:
    """A hookswitch.money.v1.Decimal as `hookswitch tail` prints it."""
    return Decimal(number.get("coefficient", "0")).scaleb(int(number.get("exponent", 0)))


def type_of(event: dict) -> str:
    return event["headers"]["ce_type"].rpartition(".")[2]


def first_said(events: list) -> list:
    """Each event once, in the order in which they were first said."""
    first: dict = {}
    for event in events:
        first.setdefault(event["headers"]["ce_id"], event)
    return list(first.values())


def check_acknowledged(findings: Findings, delivered: list, raw_ids: set) -> None:
    findings.counts["webhooks sent"] = len(delivered)
    findings.counts["tries that were needed"] = sum(each.tries for each in delivered)
    check_durable(findings, {each.accepted_id for each in delivered}, raw_ids)


def check_durable(findings: Findings, accepted: set, raw_ids: set) -> None:
    """Durable before acknowledged: every id that was answered with 202 is on a raw topic."""
    findings.counts["distinct webhooks acknowledged"] = len(accepted)
    missing = accepted - raw_ids
    findings.expect(not missing, f"{len(missing)} acknowledged webhooks are not on a raw topic, one is {next(iter(missing), '')}")


def check_unresolved(findings: Findings, strangers: list, late: set, delivered: list, kept_apart: set, waiting: set) -> None:
    """What is nobody's is kept apart and waits for an owner; of the rest only what had none yet was kept apart, and it does not wait
    any more. `late`: bodies of the company that came late; the others are ids."""
    bodies = {webhook.body for webhook in strangers}
    nobodys = {each.accepted_id for each in delivered if each.webhook.body in bodies}
    of_late = {each.accepted_id for each in delivered if each.webhook.body in late}
    given_back = kept_apart - nobodys
    findings.counts["webhooks of nobody's, kept apart"] = f"{len(nobodys)}, {len(nobodys & kept_apart)}"
    findings.counts["webhooks of a company that came late, of them given back"] = f"{len(of_late)}, {len(given_back)}"
    findings.expect(nobodys <= kept_apart, f"{len(nobodys - kept_apart)} webhooks are nobody's and were not kept apart")
    findings.expect(given_back <= of_late, f"{len(given_back - of_late)} webhooks were kept apart and are somebody's")
    findings.expect(bool(given_back), "nothing came before its company did")
    waiting = waiting & kept_apart
    findings.expect(waiting == nobodys, f"{len(nobodys - waiting)} webhooks of nobody's do not wait for an owner, "
                                        f"{len(waiting - nobodys)} that have one do")


def check_one_effect(findings: Findings, service: str, sent: set, inbox: dict, others: set = frozenset()) -> None:
    """Each message that a service is sent stands in its inbox, as handled; beside them stand at most `others`."""
    unheard = sorted(inbox.keys() - sent - others)
    findings.expect(not unheard, f"{service}: {len(unheard)} effects of messages that are on no topic, one is {unheard[:1]}")
    missing = sorted(sent - inbox.keys())
    findings.counts[f"{service}: messages, of them with an effect"] = f"{len(sent)}, {len(sent) - len(missing)}"
    findings.expect(not missing, f"{service}: {len(missing)} messages had no effect, one is {missing[:1]}")
    dead = sorted(each for each in sent if inbox.get(each, "handled") != "handled")
    findings.expect(not dead, f"{service}: {len(dead)} messages became dead letters, one is {dead[:1]}")


def check_nothing_late(findings: Findings, topic: str, events: list, keys_before: set) -> None:
    """Nothing more is said of what runs before had told."""
    late = [f"{type_of(event)} of {event['key']}" for event in events if event["key"] in keys_before]
    findings.expect(not late, f"{topic}: {len(late)} events of what runs before had told, one is {late[:1]}")


def check_streams(findings: Findings, topic: str, events: list) -> None:
    streams = Streams(topic)
    for event in events:
        headers = event["headers"]
        streams.take(headers["ce_id"], event["key"], int(headers["ce_sequence"]), headers.get("ce_tenantid"))
    streams.check(findings)


class Streams:
    """Each aggregate's events on a topic: first said in the order of ce_sequence, without a gap, all of one tenant. Taken event by event,
    each partition in its order; of an event only what this needs is kept."""

    def __init__(self, topic: str):
        self.ids: set = set()
        self.events = 0
        self._topic = topic
        self._sequence_of = defaultdict(list)
        self._tenants_of = defaultdict(set)

    def take(self, event_id: str, key: str, sequence: int, tenant: str | None) -> bool:
        """False when the event was said before."""
        self.events += 1
        self._tenants_of[key].add(tenant)
        if event_id in self.ids:
            return False
        self.ids.add(event_id)
        self._sequence_of[key].append(sequence)
        return True

    def check(self, findings: Findings) -> None:
        findings.counts[f"{self._topic}: events, of them distinct"] = f"{self.events}, {len(self.ids)}"
        for key, sequence in self._sequence_of.items():
            findings.expect(sequence == list(range(1, len(sequence) + 1)),
                            f"{self._topic} {key}: events were first said in the order {sequence}")
            tenants = self._tenants_of[key]
            findings.expect(len(tenants) == 1 and None not in tenants, f"{self._topic} {key}: its events carry the tenants {tenants}")


def by_key(events: list) -> dict:
    keyed = defaultdict(list)
    for event in events:
        keyed[event["key"]].append(event)
    return keyed
