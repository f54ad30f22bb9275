"""Everything on every topic of the stack, as `hookswitch tail` shows it."""

import json
import re
import subprocess

import yaml
from harness import ROOT


def topics() -> list[str]:
    """Those that deploy/topics.yaml declares, with the dead-letter and retry topics that follow from it."""
    declared = yaml.safe_load((ROOT / "deploy/topics.yaml").read_text(encoding="utf-8"))["topics"]
    names = []
    for topic in declared:
        names.append(topic["name"])
        names += [f"{topic['name']}.{service}.{kind}" for service in topic.get("consumers", []) for kind in ("dlq", "retry")]
    return names


def everything(*options: str) -> list[dict]:
    done = subprocess.run(["hookswitch", "tail", *topics(), "--from-beginning", "--until-end", *options],
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def as_text(record: dict) -> str:
    return json.dumps(record, ensure_ascii=False)


def is_domain_event(record: dict) -> bool:
    return re.fullmatch(r"hookswitch\.(?!webhooks\.|directory\.)[a-z]+\.v\d+", record["topic"]) is not None
