"""What docs/subscribe.md tells its readers: files to make, commands to type, and what comes out."""

import re
import shlex
from dataclasses import dataclass
from pathlib import Path

BLOCK = re.compile(r"(?:^`(?P<name>[^`\n]+)`\n)?^```(?P<language>\w*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Language:
    files: dict[str, str]
    prepare: str            # a shell script, installing aside
    pins: set[str]          # what its installing commands name, such as kafkajs@2.2.4
    start: list[str]        # the command that runs the subscriber
    variables: dict[str, str]


def sections(page: Path) -> dict[str, str]:
    """The text below each heading of the second level."""
    parts = re.split(r"^## (.+)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2]))


def language(section: str) -> Language:
    """A section has one block of commands, one file, and one command that starts it."""
    files, scripts = {}, []
    for block in BLOCK.finditer(section):
        if block["name"]:
            files[block["name"]] = block["text"]
        elif block["language"] == "sh":
            scripts.append(block["text"])
    prepare, start = scripts
    installing = re.compile(r"^(?:pip|npm) install (?:--save-dev )?(.*)$\n?", re.MULTILINE)
    pins = {pin for line in installing.findall(prepare) for pin in line.split()}
    words = shlex.split(start)
    variables = dict(word.split("=", 1) for word in words if re.match(r"[A-Z]+=", word))
    return Language(files, installing.sub("", prepare), pins, words[len(variables):], variables)


def printed(section: str) -> list[str]:
    """The lines of the block without a language: what comes out."""
    return next(block["text"] for block in BLOCK.finditer(section) if not block["language"]).splitlines()
