"""What the checks have in common: the repository's own text files, and saying what is wrong and where."""

import os
import sys
from pathlib import Path

# Not written by hand, or not part of the repository.
SKIPPED = {".git", "build", "node_modules", "__pycache__", ".venv", ".local"}


def root() -> Path:
    """The tree to look at: the first argument (selftest gives one), else the repository."""
    paths = [word for word in sys.argv[1:] if not word.startswith("-")]
    return Path(paths[0]).resolve() if paths else Path(__file__).resolve().parents[1]


def files(*endings: str, names: tuple[str, ...] = ()) -> list[Path]:
    """Files with one of these endings or names (all, when neither is given), in a stable order, relative to root()."""
    found = []
    for folder, folders, entries in os.walk(root()):
        folders[:] = sorted(name for name in folders if name not in SKIPPED)
        for entry in sorted(entries):
            if entry in SKIPPED:  # a work tree's .git is a file
                continue
            if entry.endswith(endings) or entry in names or not (endings or names):
                found.append((Path(folder) / entry).relative_to(root()))
    return found


def read(path: Path) -> str | None:
    """The file's text; nothing for what is not text."""
    try:
        return (root() / path).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None


def finish(violations: list[str], looked_at: int) -> None:
    """Ends the check: 0 when all is well; 1 with every violation; 1 as well when there was nothing to look at."""
    for violation in violations:
        print(violation)
    if looked_at == 0:
        print("nothing to look at: is this the repository?")
    sys.exit(1 if violations or looked_at == 0 else 0)
