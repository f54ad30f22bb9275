"""The named steps of every service, read where they are named: so none can be forgotten."""

import re
from pathlib import Path

from stack import ROOT

MESSAGING = ROOT / "libs/messaging/src"
LITERAL = re.compile(r'"([\w-]+)\.(\w+)"')


def of(service: str, consumes: bool) -> list[str]:
    """Without the service's name before them."""
    sources = [path for path in sorted((ROOT / "services" / service).rglob("*.[ch]pp")) if "tests" not in path.parts]
    text = "".join(path.read_text(encoding="utf-8") for path in sources)
    found = own_steps(service, text)
    if consumes:
        found |= named_in(MESSAGING / "worker.cpp", r'service \+ "\.(\w+)"')
    if "messaging::OutboxThread" in text:
        found |= {f"outbox_{step}" for step in named_in(MESSAGING / "outbox_publisher.cpp", r'\breached\("(\w+)"\)')}
    return sorted(found)


def own_steps(service: str, text: str) -> set[str]:
    """Of `reached("service.step")`, and of the structures of names behind `reached(steps_.member)`."""
    found, members = set(), set()
    for argument in re.findall(r"[.>]reached\(([^)]*)\)", text):
        literal, member = LITERAL.fullmatch(argument), re.fullmatch(r"steps_\.(\w+)", argument)
        if literal and literal[1] == service:
            found.add(literal[2])
        elif member:
            members.add(member[1])
        else:
            raise RuntimeError(f"{service}: what step is reached({argument})?")
    listed = {step for names in re.findall(r"Steps \w+\{([^}]*)\}", text) for _, step in LITERAL.findall(names)}
    nameless = {member for member in members if not any(step.endswith(member) for step in listed)}
    if nameless:
        raise RuntimeError(f"{service}: no step is named for {', '.join(sorted(nameless))}")
    return found | listed


def named_in(source: Path, pattern: str) -> set[str]:
    found = set(re.findall(pattern, source.read_text(encoding="utf-8")))
    if not found:
        raise RuntimeError(f"{source.name} does not name its steps any more where this test looks for them")
    return found
