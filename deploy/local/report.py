"""What ./dev status says: each part running, dead or stopped, healthy or not, and how far the consumers are behind."""

import json
import subprocess

import processes
import services
from services import SERVICES
from stack import ROOT, Stack


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
    parts = [part_state(stack, "kafka"), part_state(stack, "postgres")]
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
        "lag": lag(stack) if parts[0]["state"] == "running" else None,
    }


def lag(stack: Stack) -> list[dict] | None:
    """Messages not yet consumed, by group and topic; nothing when Kafka does not say."""
    if not (stack.binaries / "hookswitch-topics").exists():
        return None
    done = subprocess.run(
        [stack.binaries / "hookswitch-topics", "lag", "--kafka", stack.address("kafka"),
         "--file", ROOT / "deploy/topics.yaml"],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
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
