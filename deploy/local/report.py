"""What ./dev status says: each part running, dead or stopped, healthy or not, and how far the consumers are behind."""

import json
import subprocess

import database
import processes
import services
from services import SERVICES
from stack import ROOT, Stack

ANSWER_S = 3  # how long a part may take to answer before it counts as away


def part_state(stack: Stack, part: str) -> dict:
    pid = processes.pid_of(stack.run_folder(part))
    if pid is not None:
        return {"name": part, "state": "running", "pid": pid, "healthy": True}
    ended = processes.how_it_ended(stack.run_folder(part))
    if ended is None:
        lost = (stack.run_folder(part) / "pid").exists()
        why = "gone without a trace (a restart of the machine?)" if lost else "never started"
        return {"name": part, "state": "dead" if lost else "stopped", "healthy": False, "why": why}
    state = "stopped" if ended.code in (0, 143) else "dead"
    return {"name": part, "state": state, "healthy": False, "why": str(ended), "exit_code": ended.code}


def collect(stack: Stack) -> dict:
    kafka, postgres = part_state(stack, "kafka"), part_state(stack, "postgres")
    behind = lag(stack) if kafka["healthy"] else None
    if kafka["healthy"] and behind is None:
        kafka |= {"healthy": False, "missing": {"answer": f"none within {ANSWER_S} s"}}
    if postgres["healthy"] and not database.answers(stack, ANSWER_S):
        postgres |= {"healthy": False, "missing": {"answer": f"none within {ANSWER_S} s"}}
    parts = [kafka, postgres]
    for service in SERVICES:
        state = part_state(stack, service.name)
        if state["state"] == "running":
            answer = services.readiness(stack, service)
            state["healthy"] = answer.get("ready") is True
            state["missing"] = answer.get("missing") or {}
        parts.append(state)
    return {
        "port_base": stack.port_base,
        "state_folder": str(stack.state),
        "logs": str(stack.logs),
        "healthy": all(part["healthy"] for part in parts),
        "parts": parts,
        "lag": behind,
    }


def lag(stack: Stack) -> list[dict] | None:
    """Messages not yet consumed, by group and topic; nothing when Kafka does not say."""
    command = [stack.binaries / "hookswitch-topics", "lag", "--kafka", stack.address("kafka"),
               "--file", ROOT / "deploy/topics.yaml"]
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
                              timeout=ANSWER_S)
    except (FileNotFoundError, subprocess.TimeoutExpired):
        return None
    return [json.loads(line) for line in done.stdout.splitlines()] if done.returncode == 0 else None


def as_text(found: dict) -> str:
    lines = [f"port base {found['port_base']}, data in {found['state_folder']}"]
    for part in found["parts"]:
        line = f"{part['name']:<16} {part['state']:<8}"
        if part["state"] == "running":
            line += f" pid {part['pid']:<8} {'healthy' if part['healthy'] else 'NOT HEALTHY'}"
            line += "".join(f"; {name}: {why}" for name, why in part.get("missing", {}).items())
        else:
            line += f" {part['why']}"
        lines.append(line)
    if found["lag"] is None:
        lines.append("consumer lag     unknown: Kafka does not answer")
    for row in found["lag"] or []:
        lines.append(f"lag {row['group']} on {row['topic']}: {row['lag']}")
    return "\n".join(lines)
