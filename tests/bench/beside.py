"""Another consumer that does the job of call-processing, raced beside it on the same broker and the same PostgreSQL, loaded and timed by
the same program. It is started as `/bin/sh -c 'exec COMMAND'` with KAFKA_BROKERS, IN_TOPIC (key: the call's id, value: the webhook's body
as Retell sends it), OUT_TOPIC (a record for each new webhook, with the headers ce_id and ce_causationid, "CALL:EVENT"), GROUP,
INSTANCE_ID, PG_URL (a database of its own, made by the given SQL) and BATCH_WAIT_MS=0, which asks for the lowest latency; it ends at
SIGTERM. It keeps its group and its database from round to round, as ours does."""

import os
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

import benchstack
from benchstack import credentials, database

IN_TOPIC, OUT_TOPIC = "bench.beside.webhooks", "bench.beside.events"
STOP_S_MAX = 30


class Beside:
    def __init__(self, stack, command: str, schema: Path):
        self._stack, self._command = stack, command
        subprocess.run([benchstack.BINARIES / "hookswitch-topics", "create", "--kafka", stack.address("kafka"),
                        "--file", Path(__file__).with_name("beside_topics.yaml")], check=True, stdin=subprocess.DEVNULL)
        database.run_sql(stack, "postgres", "CREATE DATABASE beside")
        database.run_sql(stack, "beside", schema.read_text(encoding="utf-8"))
        url = credentials.postgres_url(stack, "postgres", "").rstrip("/")
        self._environment = os.environ | {
            "KAFKA_BROKERS": stack.address("kafka"), "IN_TOPIC": IN_TOPIC, "OUT_TOPIC": OUT_TOPIC, "GROUP": "beside", "INSTANCE_ID": "0",
            "PG_URL": f"{url}/beside", "BATCH_WAIT_MS": "0"}

    def drain(self, run: str, calls: int) -> dict:
        """Everything waits in the topic before the process starts."""
        filled = benchstack.measure("bench-webhook-topic", mode="fill", **self._flags(run, calls))
        follower = benchstack.Follower(self._flags(run, calls))
        before = benchstack.postgres_counters(self._stack)
        started = time.time()
        with self._running() as process:
            seen = follower.result()
            cpu_s = benchstack.family_cpu_seconds(process)
        if seen["missing"]:
            raise SystemExit(f"beside: {seen['missing']} events did not come in time")
        after = benchstack.postgres_counters(self._stack)
        return {"seconds": seen["last_event_ms"] / 1000 - started, "cpu_us_per_webhook": cpu_s * 1e6 / filled["webhooks"],
                "postgres_cpu_us_per_webhook": (after["cpu_s"] - before["cpu_s"]) * 1e6 / filled["webhooks"]}

    @contextmanager
    def paced(self, run: str, calls: int):
        """The flags of the load, and the process that is to be measured."""
        with self._running() as process:
            yield self._flags(run, calls), process

    def _flags(self, run: str, calls: int) -> dict:
        return {"kafka": self._stack.address("kafka"), "topic": IN_TOPIC, "events_topic": OUT_TOPIC, "run": run, "calls": calls,
                "samples": benchstack.ROOT / "tests/contract/samples", "cause": "key-and-event", "events_a_call": 3}

    @contextmanager
    def _running(self):
        with open(self._stack.log_file("beside"), "ab") as log, subprocess.Popen(
                ["setpriv", "--pdeathsig", "TERM", "/bin/sh", "-c", f"exec {self._command}"], env=self._environment,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log) as process:
            try:
                yield process.pid
                if process.poll() is not None:
                    raise SystemExit(f"the consumer beside ended by itself ({process.returncode})")
            finally:
                process.terminate()
                try:
                    process.wait(STOP_S_MAX)
                except subprocess.TimeoutExpired:
                    process.kill()
