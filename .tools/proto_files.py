"""Reads .proto files as this repository writes them, with their comments: one declaration a line, comments with //."""

import re
from dataclasses import dataclass, field
from pathlib import Path

FIELD = re.compile(r"(?P<label>optional |repeated )?(?P<type>[\w.]+|map<[^>]+>) (?P<name>\w+) = \d+(?: \[[^\]]*\])?;$")
VALUE = re.compile(r"(?P<name>[A-Z][A-Z0-9_]*) = \d+(?: \[[^\]]*\])?;$")
OPENING = re.compile(r"(?P<kind>message|enum|oneof) (?P<name>\w+) \{(?P<closed>\})?$")
PASSED_OVER = re.compile(r'(syntax = "proto3"|import "[^"]+"|option [^;]+|reserved [^;]+);$')


@dataclass
class Field:
    name: str
    type: str       # "int64", "optional int64", "CallCostItem"
    comment: str


@dataclass
class Declaration:
    kind: str       # message or enum
    name: str       # within the package; Outer.Inner when nested
    comment: str
    fields: list[Field] = field(default_factory=list)


@dataclass
class ProtoFile:
    package: str
    comment: str    # what stands by itself above the declarations
    declarations: list[Declaration]


class NotUnderstood(Exception):
    """A line that this reader, which knows the repository's own style only, cannot read."""


class _Reader:
    def __init__(self, path: Path):
        self.path = path
        self.file = ProtoFile("", "", [])
        self.open: list[Declaration | None] = []    # None: a oneof, whose fields are its message's
        self.oneofs: list[str] = []
        self.comment: list[str] = []

    def read(self, text: str) -> ProtoFile:
        for number, line in enumerate(text.splitlines(), 1):
            code, _, trailing = line.strip().partition("//")
            if not self.take(code.strip(), trailing.strip()):
                raise NotUnderstood(f"{self.path}:{number}: not understood: {line.strip()}")
        return self.file

    def take(self, code: str, trailing: str) -> bool:
        if not code:
            if trailing:
                self.comment.append(trailing)
            elif self.comment and not self.open:    # a comment by itself
                self.file.comment = " ".join(filter(None, [self.file.comment, *self.comment]))
                self.comment = []
            return True
        comment = " ".join([*self.comment, trailing]).strip()
        self.comment = []
        return self.declaration(code, comment)

    def declaration(self, code: str, comment: str) -> bool:
        package = re.match(r"package ([\w.]+);$", code)
        opening = OPENING.match(code)
        if package:
            self.file.package = package[1]
        elif opening:
            self.begin(opening, comment)
        elif code == "}" and self.open:
            if self.open.pop() is None:
                self.oneofs.pop()
        elif not PASSED_OVER.match(code):
            return bool(self.open) and self.member(code, comment)
        return True

    def begin(self, opening: re.Match, comment: str) -> None:
        if opening["kind"] == "oneof":
            self.oneofs.append(opening["name"])
            self.open.append(None)
            return
        outer = self.open[-1].name + "." if self.open and self.open[-1] else ""
        made = Declaration(opening["kind"], outer + opening["name"], comment)
        self.file.declarations.append(made)
        if not opening["closed"]:
            self.open.append(made)

    def member(self, code: str, comment: str) -> bool:
        owner = next(one for one in reversed(self.open) if one)
        found = (VALUE if owner.kind == "enum" else FIELD).match(code)
        if not found:
            return False
        kind = ""
        if owner.kind == "message":
            kind = (found["label"] or "") + found["type"]
            if self.oneofs:
                kind = f"one of {self.oneofs[-1]}: {kind}"
        owner.fields.append(Field(found["name"], kind, comment))
        return True


def read(path: Path) -> ProtoFile:
    """Throws NotUnderstood, which names the line."""
    return _Reader(path).read(path.read_text(encoding="utf-8"))
