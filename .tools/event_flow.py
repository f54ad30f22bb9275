"""Who says and who hears what on the bus, as the code has it: topics.yaml, topics.hpp, each service's subscriptions.cpp, and
where its code names the topic that it writes to."""

import re
from dataclasses import dataclass, field
from pathlib import Path

import yaml

CONSTANT = re.compile(r'string_view (\w+) =\s*"([^"]+)";')
LINE = re.compile(r'Subscription\{\s*(?:\w+::)*topics::(\w+),\s*"([^"]+)",\s*(\w+)\s*\}')
NAMED = re.compile(r"\btopics::(\w+)")
# `topic = topics::x`, `x_topic(topics::x)`, `return {std::string(topics::x), …`
WRITTEN = re.compile(r"(?:\b\w*topic\s*(?:=(?!=)|\()|\breturn\s*\{)\s*(?:std::string\(\s*)?(?:events::)?topics::(\w+)")


@dataclass(frozen=True)
class Subscription:
    service: str
    event: str      # ce_event of a webhook, ce_type of a domain event
    handler: str


@dataclass
class Topic:
    name: str
    declared: dict
    writers: list[str] = field(default_factory=list)
    readers: list[str] = field(default_factory=list)    # without a line in subscriptions.cpp
    subscriptions: list[Subscription] = field(default_factory=list)


@dataclass
class Service:
    name: str
    folder: Path
    sources: dict[Path, str]    # without tests

    def enters(self, what: str) -> str | None:
        return self.sources.get(self.folder / what)

    def mentions(self, message: str) -> bool:
        """Some code of it names that protobuf message: proto::CallEnded."""
        return any(re.search(rf"::{message}\b", text) for text in self.sources.values())


def services(root: Path) -> list[Service]:
    found = []
    for folder in sorted(path for path in (root / "services").iterdir() if path.is_dir()):
        sources = {path: path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*.?pp"))
                   if "tests" not in path.relative_to(folder).parts}
        found.append(Service(folder.name, folder, sources))
    return found


def topics(root: Path, all_services: list[Service], wrong: list[str]) -> list[Topic]:
    """In the order of topics.yaml. What does not fit together goes into `wrong`."""
    declared = yaml.safe_load((root / "deploy/topics.yaml").read_text(encoding="utf-8"))["topics"]
    by_name = {entry["name"]: Topic(entry["name"], entry) for entry in declared}
    header = (root / "libs/events/include/hookswitch/events/topics.hpp").read_text(encoding="utf-8")
    by_constant = {constant: by_name[name] for constant, name in CONSTANT.findall(header) if name in by_name}
    for service in all_services:
        _add_subscriptions(service, by_constant, wrong)
        _add_writers_and_readers(service, by_constant)
    for topic in by_name.values():
        subscribed = {line.service for line in topic.subscriptions}
        for name in subscribed ^ set(topic.declared.get("consumers") or []):
            wrong.append(f"{topic.name}: {name} is in only one of topics.yaml's consumers and {name}'s subscriptions.cpp")
    return list(by_name.values())


def _add_subscriptions(service: Service, by_constant: dict[str, Topic], wrong: list[str]) -> None:
    table = service.enters("subscriptions.cpp") or ""
    lines = LINE.findall(table)
    if len(lines) != len(re.findall(r"\bSubscription\{", table)):
        wrong.append(f"services/{service.name}/subscriptions.cpp: a line is not Subscription{{topics::t, \"event\", handler}}")
    for constant, event, handler in lines:
        if constant in by_constant:
            by_constant[constant].subscriptions.append(Subscription(service.name, event, handler))
        else:
            wrong.append(f"services/{service.name}/subscriptions.cpp: topics.yaml has no topic for topics::{constant}")


def _add_writers_and_readers(service: Service, by_constant: dict[str, Topic]) -> None:
    written, named = set(), set()
    for path, text in service.sources.items():
        if path.name != "subscriptions.cpp":
            written |= set(WRITTEN.findall(text))
            named |= set(NAMED.findall(text))
    # What nothing can enter is a command: it looks at everything.
    has_door = service.enters("subscriptions.cpp") or service.enters("routes.cpp")
    for constant, topic in by_constant.items():
        if constant in written:
            topic.writers.append(service.name)
        elif constant in named and has_door and all(line.service != service.name for line in topic.subscriptions):
            topic.readers.append(service.name)
