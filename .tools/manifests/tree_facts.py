"""What the rest of the repository says that manifests must agree with."""

import re
from pathlib import Path

import yaml

from policy import Expected


def expected(root: Path) -> Expected:
    topics = yaml.safe_load((root / "deploy/topics.yaml").read_text(encoding="utf-8"))["topics"]
    version = re.search(r"^project\(\w+ VERSION (\S+)", (root / "CMakeLists.txt").read_text(encoding="utf-8"), re.MULTILINE)
    return Expected(
        services=frozenset(services(root)),
        schemas=frozenset(name for name in services(root) if (root / "services" / name / "migrations").is_dir()),
        sealing=frozenset(name for name in services(root) if takes_master_keys(root / "services" / name / "settings.cpp")),
        directory_readers=frozenset(name for name in services(root) if reads_directory(root / "services" / name)),
        consumers=frozenset(consumer for topic in topics for consumer in topic.get("consumers", [])),
        version=version[1] if version else "")


def takes_master_keys(settings: Path) -> bool:
    return settings.exists() and '"master-key-file"' in settings.read_text(encoding="utf-8")


def reads_directory(service: Path) -> bool:
    sources = [service / name for name in ("composition.cpp", "subscriptions.cpp")]
    return any("topics::directory" in source.read_text(encoding="utf-8") for source in sources if source.exists())


def services(root: Path) -> list[str]:
    """Every folder under services/ that makes a program, but the command, which nobody keeps running."""
    return sorted(path.parent.name for path in (root / "services").glob("*/main.cpp") if path.parent.name != "hookswitch")


def without_roles(root: Path, names: frozenset[str]) -> list[str]:
    """Services that keep a schema, and whose roles deploy/postgres-roles does not make."""
    wrong = []
    for name in sorted(names):
        file = root / f"deploy/postgres-roles/{name}.sql"
        text = file.read_text(encoding="utf-8") if file.exists() else ""
        schema = name.replace("-", "_")
        if not all(f"CREATE ROLE {schema}_{kind}'" in text for kind in ("owner", "app")):
            wrong.append(f"deploy/postgres-roles/{name}.sql does not make {schema}_owner and {schema}_app")
    return wrong
