"""Every operation of every service that describes its HTTP interface, taken from services/*/openapi.yaml, aimed at what is a company's."""

import http.client
import json
import re
from dataclasses import dataclass
from typing import Iterator
from urllib.parse import urlsplit

import yaml
from canaries import Canary
from harness import JSON, ROOT, setting

METHODS = ("get", "put", "post", "delete", "patch")
NOT_DESCRIBED = ("HEAD", "PATCH", "OPTIONS", "TRACE")


@dataclass(frozen=True)
class Operation:
    service: str
    method: str
    template: str  # "/v1/branches/{id}"
    path: str
    body: dict | None
    public: bool  # it says itself that it needs no token
    described: bool = True

    @property
    def url(self) -> str:
        return setting(f"HOOKSWITCH_{self.service.replace('-', '_').upper()}_URL")

    @property
    def writes(self) -> bool:
        return self.method not in ("GET", "HEAD", "OPTIONS", "TRACE")


Asked = tuple[str, Operation, int, str]  # kind of attempt, at what, status, headers and body of the answer


def ask(operation: Operation, attempts: list[tuple[str, str, dict[str, str]]]) -> list[Asked]:
    """Each attempt (kind, what is added to the path, headers) at the operation, one after the other on one connection as long as the
    server keeps it."""
    url = urlsplit(operation.url)
    connection = http.client.HTTPConnection(url.hostname, url.port, timeout=10)
    body = None if operation.body is None else json.dumps(operation.body).encode()
    asked = []
    try:
        for kind, added, headers in attempts:
            path = operation.path + (("&" if "?" in operation.path else "?") + added if added else "")
            connection.request(operation.method, path, body, (JSON if body else {}) | {
                name: value.encode("utf-8") for name, value in headers.items()})
            answer = connection.getresponse()
            asked.append((kind, operation, answer.status, f"{answer.headers}\n{answer.read().decode(errors='replace')}"))
        return asked
    finally:
        connection.close()


def services() -> list[str]:
    return [path.parent.name for path in sorted(ROOT.glob("services/*/openapi.yaml"))]


def operations(aim: Canary, token_id: str = "0" * 16) -> Iterator[Operation]:
    """At what is the company's, and at that token."""
    for service in services():
        yield from Description(service, aim, token_id).operations()


class Description:
    def __init__(self, service: str, aim: Canary, token_id: str):
        self.service, self.aim, self.token_id = service, aim, token_id
        self.whole = yaml.safe_load((ROOT / "services" / service / "openapi.yaml").read_text(encoding="utf-8"))

    def operations(self) -> Iterator[Operation]:
        for template, entry in self.whole["paths"].items():
            path = self.path(template)
            for method in METHODS:
                if method in entry:
                    said = entry[method]
                    schema = said.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
                    public = self.is_public(said)
                    yield Operation(self.service, method.upper(), template, path, self.example(schema, template) if schema else None,
                                    public)
                    if method == "get" and "{" not in template:
                        by_company = any(parameter.get("$ref", "").endswith("/Company") for parameter in said.get("parameters", ()))
                        yield Operation(self.service, "GET", template, f"{path}?company={self.aim.tenant}&limit=500", None, public,
                                        described=by_company)
            for method in NOT_DESCRIBED:
                if method.lower() not in entry:
                    public = method == "HEAD" and "get" in entry and self.is_public(entry["get"])
                    yield Operation(self.service, method, template, path, None, public, described=False)

    def is_public(self, said: dict) -> bool:
        return said.get("security", self.whole.get("security")) == []

    def path(self, template: str) -> str:
        """What belongs to the company, by the name of the collection."""
        aim = self.aim
        ids = {"companies": aim.tenant, "plans": aim.tenant, "workspaces": "default", "numbers": aim.number.replace("+", "%2B"),
               "agents": aim.agent, "organizers": str(aim.organizer), "event-types": str(aim.event_type), "tokens": self.token_id}
        collection = template.split("/")[2]
        return re.sub(r"\{\w+\}", ids.get(collection, aim.entity_id), template.replace("{provider}", "calcom"))

    def example(self, schema: dict, template: str, name: str = ""):
        """The smallest value that the schema takes, and that says the company where one can be said."""
        if "$ref" in schema:
            place = self.whole
            for part in schema["$ref"].lstrip("#/").split("/"):
                place = place[part]
            return self.example(place, template, name)
        known = {"company_id": self.aim.tenant, "number": self.aim.number, "e164": self.aim.number, "instant": "2026-11-25T00:00:00Z",
                 "at": "2026-11-25T00:00:00Z", "valid_from": "2030-01-01T00:00:00Z", "time_zone": "Europe/Berlin", "currency": "EUR",
                 "expires_at": "2030-01-01T00:00:00Z", "name": "taken over", "tenant": self.aim.tenant, "tenant_id": self.aim.tenant}
        if name in known:
            return known[name]
        if "enum" in schema:
            return schema["enum"][0]
        kind = schema.get("type", "object")
        kind = kind[0] if isinstance(kind, list) else kind
        if kind == "object":
            fields = schema.get("properties", {})
            return {field: self.example(fields[field], template, field) for field in schema.get("required", [])}
        if kind == "array":
            return [self.example(schema["items"], template)] * max(schema.get("minItems", 0), 1)
        return {"string": self.aim.entity_id, "integer": max(schema.get("minimum", 1), 1), "number": 1, "boolean": True}[kind]
