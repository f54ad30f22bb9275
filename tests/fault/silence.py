"""No secret and no word of a person is in a log, also not of a process that died or met a part that was away."""

import json
from collections import Counter
from pathlib import Path

import ledger

# Of whose values each is a person's; short ones could stand anywhere.
PERSONAL = {"from_number", "content", "email", "phoneNumber", "lastName"}
LENGTH_MIN = 6


def personal_words(bodies) -> set[str]:
    """What people said, and how to reach them, in the bodies of webhooks."""
    found: set[str] = set()

    def gather(value, name: str) -> None:
        if isinstance(value, dict):
            for key, inner in value.items():
                # {"email": {"label": …, "value": …}}
                gather(inner, name if key == "value" else key)
        elif isinstance(value, list):
            for inner in value:
                gather(inner, name)
        elif isinstance(value, str) and name in PERSONAL and len(value) >= LENGTH_MIN:
            found.add(value)

    for body in bodies:
        gather(json.loads(body), "")
    return found


def written(word: str) -> set[str]:
    """As it is, as it stands in JSON, and in hexadecimal, as PostgreSQL shows bytes."""
    return {word, json.dumps(word)[1:-1], json.dumps(word, ensure_ascii=False)[1:-1], word.encode().hex()}


class Search:
    """Many words in many lines: a line is looked at closely only where a word's beginning stands."""

    def __init__(self, words: set[str]):
        self._by_beginning: dict[str, list[str]] = {}
        for word in words:
            self._by_beginning.setdefault(word[:LENGTH_MIN], []).append(word)

    def first_in(self, line: str) -> str | None:
        pieces = {line[at:at + LENGTH_MIN] for at in range(len(line) - LENGTH_MIN + 1)}
        return next((word for piece in pieces & self._by_beginning.keys() for word in self._by_beginning[piece] if word in line), None)


def check(findings: ledger.Findings, bodies, secrets: set[str], logs: list[Path]) -> None:
    """`logs` of the whole run. Counts what was searched for and how many lines were read."""
    words = personal_words(bodies)
    findings.expect(bool(words) and bool(secrets) and bool(logs), "there was nothing to search, or to search for")
    findings.expect(all(len(secret) >= LENGTH_MIN for secret in secrets), "a secret is too short to be searched for")
    search = Search({form for word in words | secrets for form in written(word)})
    lines: Counter[str] = Counter()
    for log in logs:
        with log.open(encoding="utf-8", errors="replace") as text:
            for line in text:
                lines[log.stem] += 1
                told = search.first_in(line)
                findings.expect(told is None, f"{told!r} is in {log.name}: {line.strip()[:300]}")
        findings.expect(lines[log.stem] > 0, f"{log.name} is empty")
    findings.counts["words and secrets that no log holds"] = f"{len(words)} and {len(secrets)}, of {sum(lines.values())} lines"
