"""What must be true of topics that are too long to be held. They are read record by record, without the values; of a record only
its ids are kept."""

from collections import Counter
from typing import NamedTuple

import benchstack
import ledger

HEADERS = ("ce_id", "ce_sequence", "ce_type", "ce_tenantid", "ce_causationid")


class Record(NamedTuple):
    """As bench-record-headers prints it: all of it is text, and empty where the record lacks it."""

    partition: str
    offset: str
    ms: str
    key: str
    id: str
    sequence: str
    type: str
    tenant: str
    cause: str


def lines(stack, topic: str):
    with benchstack.begin("bench-record-headers", kafka=stack.address("kafka"), topic=topic, headers=",".join(HEADERS)) as reader:
        yield from reader.stdout
    if reader.returncode != 0:
        raise SystemExit(f"{topic} could not be read (exit code {reader.returncode})")


def records(stack, topic: str):
    return (Record(*line[:-1].split("\t")) for line in lines(stack, topic))


def examine(findings: ledger.Findings, stack, victims, services: set) -> tuple[set, Counter]:
    """What must be true of the `services` alike: one effect of each message, and each aggregate's events in order. Gives the ids on the
    raw topics and how many different events of each type there are."""
    ids, kinds = {}, Counter()
    for topic in victims.raw_topics:
        ids[topic] = set()
        count = 0
        for record in records(stack, topic):
            ids[topic].add(record.id)
            count += 1
        findings.counts[f"{topic}: records, of them distinct"] = f"{count}, {len(ids[topic])}"
    for topic in victims.domain_topics:
        streams = ledger.Streams(topic)
        for record in records(stack, topic):
            if streams.take(record.id, record.key, int(record.sequence), record.tenant or None):
                kinds[record.type.rpartition(".")[2]] += 1
        streams.check(findings)
        ids[topic] = streams.ids
    for consumer in victims.consumers:
        if consumer.name in services:
            sent = set().union(*(ids[topic] for topic in consumer.topics))
            others = {record.id for topic in consumer.compacted_topics for record in records(stack, topic)}
            ledger.check_one_effect(findings, consumer.name, sent, victims.inbox(consumer), others)
    return set().union(*(ids[topic] for topic in victims.raw_topics)), kinds


def keep(stack, victims, folder) -> None:
    """The records of every topic as lines, for whoever looks for what went wrong."""
    for topic in victims.topics:
        with (folder / f"{topic}.tsv").open("w", encoding="utf-8") as file:
            file.writelines(lines(stack, topic))


def close(findings: ledger.Findings) -> int:
    """Says every violation, at most fifty. Gives the exit code."""
    for violation in findings.violations[:50]:
        print(f"VIOLATION {violation}")
    return 1 if findings.violations else 0
