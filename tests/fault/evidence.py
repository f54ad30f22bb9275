"""What is kept of a run that violated something, beside the logs of the stack, which outlive it in build/test-logs."""

import json
import re
import shutil
import signal
from pathlib import Path

import outages
import processes
from victims import Victims


def keep(victims: Victims, name: str, violations: list, counts: dict, events: dict) -> Path:
    """The words, the counts, the logs up to now, the events of the run by topic, and the rows of every schema's own tables."""
    folder = victims.stack.logs / "evidence" / re.sub(r"\W+", "-", name)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "violations.txt").write_text("\n".join(violations) + "\n", encoding="utf-8")
    (folder / "counts.json").write_text(json.dumps(counts, indent=2, ensure_ascii=False), encoding="utf-8")
    for log in victims.stack.logs.glob("*.log"):
        shutil.copy(log, folder)
    for topic, found in events.items():
        with (folder / f"{topic}.jsonl").open("w", encoding="utf-8") as out:
            out.writelines(json.dumps(event, ensure_ascii=False) + "\n" for event in found)
    for consumer in victims.consumers:
        for table in ("inbox", "outbox", "attempt", "consumer_run"):
            try:
                rows = victims.rows(f"SELECT to_jsonb(t) - 'value' FROM {consumer.schema}.{table} t")
            except Exception as error:  # what else there is, is kept all the same
                rows = [str(error)]
            (folder / f"{consumer.schema}.{table}.jsonl").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return folder


def recover(victims: Victims) -> None:
    """Everything runs, so that the next fault meets a whole stack."""
    for part in ("kafka", "postgres", *victims.services):
        if victims.runs(part):
            for pid in outages.family(victims.pid(part)):
                processes.send(pid, signal.SIGCONT)
    for part in ("kafka", "postgres"):
        outages.start_again(victims, part)
    for name in victims.services:
        victims.bring_back(name)
    victims.wait_until_quiet()
