"""Another consumer that does the job of call-processing, raced beside it on the same broker and the same PostgreSQL, loaded and timed by
the same program. It is started as `/bin/sh -c 'exec env COMMAND'` in a process group of its own, with KAFKA_BROKERS, IN_TOPIC (12
partitions as ours; key: the call's id, value: the webhook's body as Retell sends it), OUT_TOPIC (a record for each new webhook, with the
headers ce_id and ce_causationid, "CALL:EVENT"), GROUP, INSTANCE_ID, PG_URL (as superuser, a database of its own, made by the given SQL) and
BATCH_WAIT_MS=0, which asks for the lowest latency. It ends at SIGTERM, and keeps its group and its database from round to round, as ours
does."""

import os
import signal
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
        self._stack, self._command, self._log = stack, command, stack.log_file("beside")
        subprocess.run([benchstack.BINARIES / "hookswitch-topics", "create", "--kafka", stack.address("kafka"),
                        "--file", Path(__file__).with_name("beside_topics.yaml")], check=True, stdin=subprocess.DEVNULL)
        database.run_sql(stack, "postgres", "CREATE DATABASE beside")
        database.run_sql(stack, "beside", schema.read_text(encoding="utf-8"))
        self._environment = os.environ | {
            "KAFKA_BROKERS": stack.address("kafka"), "IN_TOPIC": IN_TOPIC, "OUT_TOPIC": OUT_TOPIC, "GROUP": "beside", "INSTANCE_ID": "0",
            "PG_URL": credentials.postgres_url(stack, "postgres", "beside"), "BATCH_WAIT_MS": "0"}

    def drain(self, run: str, calls: int) -> dict:
        """Everything waits in the topic before the process starts."""
        filled = benchstack.measure("bench-webhook-topic", mode="fill", **self._flags(run, calls))
        follower = benchstack.Follower(self._flags(run, calls))
        before = benchstack.postgres_counters(self._stack)
        started = time.time()
        with self._running() as process:
            seen = follower.result()
            if seen["missing"]:
                raise SystemExit(f"beside: {seen['missing']} events did not come in time")
            cpu_s = benchstack.family_cpu_seconds(process)
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
        with open(self._log, "ab") as log:
            process = subprocess.Popen(["setpriv", "--pdeathsig", "TERM", "/bin/sh", "-c", f"exec env {self._command}"],
                                       env=self._environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        try:
            yield process.pid
        finally:
            ended_by_itself = process.poll()
            self._stop(process)
            if ended_by_itself is not None:
                raise SystemExit(f"the consumer beside ended by itself, with {ended_by_itself}: {self._log.read_text(errors='replace')[-2000:]}")

    def _stop(self, process: subprocess.Popen) -> None:
        try:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(STOP_S_MAX)
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            raise SystemExit(f"the consumer beside did not stop within {STOP_S_MAX} s of SIGTERM") from None
