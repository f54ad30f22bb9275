"""The verbs of the command, as its --help names them, and what each may be tried with against another company."""

import re
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Iterator

import yaml
from canaries import Canary, other_than
from harness import ROOT, hookswitch

# Verb → what is said after it, a try each; `{…}` is what Aim has. A verb that asks the directory needs a line here.
TRIES: dict[str, tuple[str, ...]] = {
    "tenant apply": ("-f {files}/of_victim.yaml", "-f {files}/of_victim.yaml --dry-run", "-f {files}/number.yaml", "-f {files}/agent.yaml",
                     "-f {files}/organizer.yaml", "-f {files}/event_type.yaml", "-f {files}/branch.yaml", "-f {files}/service.yaml",
                     "-f {files}/staff.yaml", "-f {files}/workspace.yaml"),
    "tenant get": ("{victim}",),
    "tenant list": ("", "--json"),
    "provider-key put": ("taken-over --workspace default --provider retell --key-file {files}/key",
                         "{provider_key} --workspace {workspace} --provider retell --key-file {files}/key --replace"),
    "provider-key list": ("--workspace default", "--workspace {workspace}"),
    "provider-key retire": ("{provider_key} --workspace {workspace}",),
    "provider-key delete": ("{provider_key} --workspace {workspace}",),
    "provider-key rewrap": ("",),
    "api-key put": ("a --company {victim} --provider calcom --key-file {files}/key",
                    "{victim} --company {victim} --provider calcom --key-file {files}/key --replace"),
    "api-key list": ("--company {victim}",),
    "api-key retire": ("{victim} --company {victim} --provider calcom",),
    "api-key delete": ("{victim} --company {victim} --provider calcom",),
    "api-key reseal": ("--company {victim}",),
    "token create": ("--company {victim}", "--company {victim} --permission write", "--operator --permission write"),
    "token list": ("",),
    "token revoke": ("{token}",),
    "unresolved list": ("", "--reason number_and_agent_disagree"),
    "unresolved release": ("{webhook}", "{webhook} --company {attacker}", "{webhook} --company {victim}", "--all --company {attacker}"),
}

# What is answered without a refusal, because it shows what is the asker's own, or only says what would be asked for.
ANSWERED = {("tenant list", ""), ("tenant list", "--json"), ("tenant apply", "-f {files}/of_victim.yaml --dry-run")}

BROKER = "Kafka's own doors let it in, not a company's token: who reaches the broker is the operator (test_probe.py has what is on its topics)"
SIGNED = "shows a provider's key and no token: test_probe.py tries the keys at every door"
# Verbs that ask the directory nothing, each with the reason why no company's token could be tried with it.
WITHOUT_DIRECTORY: dict[str, str] = {
    "webhook send": SIGNED,
    "webhook verify": "reckons with what it is given, and asks nobody",
    "tail": BROKER,
    "simulate calls": SIGNED,
    "dlq list": BROKER,
    "dlq show": BROKER,
    "dlq replay": BROKER,
    "dlq discard": BROKER,
}


@dataclass(frozen=True)
class Aim:
    """What a try names. Another company's, or the operator's."""

    canary: Canary
    files: str  # a folder with what write_files() has put there
    token: str  # id of a token of the victim's
    webhook: str  # id of one that waits for an owner
    workspace: str  # with a provider key of that id in it
    provider_key: str

    def words(self, template: str) -> list[str]:
        known = vars(self) | {"victim": self.canary.tenant, "attacker": other_than(self.canary).tenant}
        return shlex.split(template.format_map(known))


def write_files(folder: Path, victim: Canary) -> None:
    """Tenants files by which the other company takes over or changes what is the victim's, one thing each; and a key."""
    demo = yaml.safe_load((ROOT / "deploy/demo/tenants.yaml").read_text(encoding="utf-8"))["companies"]
    attacker = other_than(victim).tenant
    own = next({name: company[name] for name in ("id", "name", "time_zone")} for company in demo if company["id"] == attacker)
    things = {
        "number": {"numbers": [{"e164": victim.number}]}, "agent": {"agents": [victim.agent]},
        "organizer": {"calcom": {"organizers": [victim.organizer]}}, "event_type": {"calcom": {"event_types": [victim.event_type]}},
        "branch": {"branches": [{"id": victim.entity_id, "name": "Taken over", "time_zone": "Europe/Vienna"}]},
        "service": {"services": [{"id": victim.entity_id, "name": "Taken over", "duration_minutes": 5}]},
        "staff": {"staff": [{"id": victim.entity_id, "name": "Taken over"}]},
    }
    files = {name: {"companies": [own | thing]} for name, thing in things.items()}
    files["of_victim"] = {"companies": [{"id": victim.tenant, "name": "Taken over", "time_zone": "Europe/Vienna"}]}
    files["workspace"] = {"workspaces": [{"id": "default", "companies": [], "companies_removed": [attacker]}]}
    for name, content in files.items():
        (folder / f"{name}.yaml").write_text(yaml.safe_dump(content), encoding="utf-8")
    (folder / "key").write_text("a key of nobody's\n", encoding="ascii")


def help_of(*words: str) -> str:
    done = hookswitch(*words, "--help")
    assert done.returncode == 0, f"hookswitch {' '.join(words)} --help: {done.stderr}"
    return done.stdout


def verbs(*group: str) -> Iterator[tuple[str, str]]:
    """Each with its help."""
    text = help_of(*group)
    listed = re.search(r"^Subcommands:\n((?: .*\n)+)", text, re.MULTILINE)
    if not listed:
        yield " ".join(group), text
        return
    for name in re.findall(r"^ {2}(\S+)", listed.group(1), re.MULTILINE):
        yield from verbs(*group, name)


def asks_the_directory(help_text: str) -> bool:
    return "--directory-url" in help_text
