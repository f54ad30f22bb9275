"""Another consumer that does the job of call-processing, raced beside it on the same broker and the same PostgreSQL, loaded and timed by
the same program. It is started (beside_process.py) with KAFKA_BROKERS, IN_TOPIC (12 partitions as ours; key: the call's id, value: the
webhook's body as Retell sends it), OUT_TOPIC (a record for each new webhook, with the headers ce_id and ce_causationid, "CALL:EVENT"),
GROUP, INSTANCE_ID, PG_URL (as superuser, a database of its own, made by the given SQL) and BATCH_WAIT_MS=0, which asks for the lowest
latency. It keeps its group and its database from round to round, as ours does."""

import time
from contextlib import contextmanager
from pathlib import Path

import benchstack
import beside_process
import costs
from benchstack import credentials, database
from beside_process import EVENTS, WEBHOOKS


class Beside:
    def __init__(self, stack, command: str, schema: Path):
        self._stack, self._command, self._log = stack, command, stack.log_file("beside")
        beside_process.create_topics(stack)
        database.run_sql(stack, "postgres", "CREATE DATABASE beside")
        database.run_sql(stack, "beside", schema.read_text(encoding="utf-8"))
        self._environment = {
            "KAFKA_BROKERS": stack.address("kafka"), "IN_TOPIC": WEBHOOKS, "OUT_TOPIC": EVENTS, "GROUP": "beside", "INSTANCE_ID": "0",
            "PG_URL": credentials.postgres_url(stack, "postgres", "beside"), "BATCH_WAIT_MS": "0"}

    def drain(self, run: str, calls: int) -> dict:
        """Everything waits in the topic before the process starts."""
        filled = benchstack.measure("bench-webhook-topic", mode="fill", **self._flags(run, calls))
        follower = benchstack.Follower(self._flags(run, calls))
        before = costs.postgres_counters(self._stack)
        started = time.time()
        with beside_process.running(self._command, self._environment, self._log) as process:
            seen = follower.result()
            if seen["missing"]:
                raise SystemExit(f"beside: {seen['missing']} events did not come in time")
            cpu_s = costs.family_cpu_seconds(process.pid)
        after = costs.postgres_counters(self._stack)
        return {"seconds": seen["last_event_ms"] / 1000 - started, "cpu_us_per_webhook": cpu_s * 1e6 / filled["webhooks"],
                "postgres_cpu_us_per_webhook": (after["cpu_s"] - before["cpu_s"]) * 1e6 / filled["webhooks"]}

    @contextmanager
    def paced(self, run: str, calls: int):
        """The flags of the load, and the process that is to be measured."""
        with beside_process.running(self._command, self._environment, self._log) as process:
            yield self._flags(run, calls), process.pid

    def _flags(self, run: str, calls: int) -> dict:
        return {"kafka": self._stack.address("kafka"), "topic": WEBHOOKS, "events_topic": EVENTS, "run": run, "calls": calls,
                "samples": benchstack.ROOT / "tests/contract/samples", "cause": "key-and-event", "events_a_call": 3}
