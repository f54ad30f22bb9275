"""A running stack seen from outside: its HTTP door, its topics, its processes. Addresses and keys come from the variables of
`./dev env`; `./dev test system` starts a stack and sets them."""

import http.client
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import yaml

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/simulators"))

from calcom import sign as calcom_signature  # noqa: E402
from retell import sign  # noqa: E402

SAMPLES = ROOT / "tests/contract/samples"
RAW = "hookswitch.webhooks.retell.v1"
CALLS = "hookswitch.calls.v1"
BILLING = "hookswitch.billing.v1"
BOOKINGS = "hookswitch.bookings.v1"
UNRESOLVED = "hookswitch.webhooks.unresolved.v1"
JSON = {"Content-Type": "application/json"}


def setting(name: str) -> str:
    try:
        return os.environ[name]
    except KeyError:
        raise AssertionError(f"{name} is not set: run this through ./dev test system") from None


def sample(name: str) -> dict:
    return json.loads((SAMPLES / name).read_text(encoding="utf-8"))


def encoded(body: dict) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def new_call_id() -> str:
    return "call_" + uuid.uuid4().hex


def call_body(event: str, call_id: str, **changes) -> bytes:
    """A sample webhook about another call; `changes` replace fields of the call, None removes one."""
    body = sample(f"retell_{event}.json")
    body["call"] |= {"call_id": call_id} | changes
    body["call"] = {name: value for name, value in body["call"].items() if value is not None}
    return encoded(body)


def workspace_keys(workspace: str, kind: str = "retell_api_keys") -> list[str]:
    """The keys of a workspace (calcom_secrets: those of Cal.com), from the file that ingress was given."""
    known = yaml.safe_load(Path(setting("HOOKSWITCH_WORKSPACES_FILE")).read_text(encoding="utf-8"))["workspaces"]
    return next((entry[kind] for entry in known if entry["id"] == workspace), [])


def master_key_file() -> Path:
    return Path(setting("HOOKSWITCH_WORKSPACES_FILE")).with_name("master.keys")


def credentials() -> dict[str, str]:
    """Every key and password of the stack."""
    drawn = json.loads(Path(setting("HOOKSWITCH_WORKSPACES_FILE")).with_name("credentials.json").read_text(encoding="utf-8"))
    return drawn | dict(line.split() for line in master_key_file().read_text(encoding="ascii").splitlines())


def post(path: str, body: bytes, headers: dict[str, str], timeout_s: float = 10) -> tuple[int, dict, bytes]:
    """Status, headers (lower case) and body of the answer."""
    url = urlsplit(setting("HOOKSWITCH_INGRESS_URL"))
    connection = http.client.HTTPConnection(url.hostname, url.port, timeout=timeout_s)
    try:
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    finally:
        connection.close()


def send_retell(body: bytes, key: str | None = None, path: str = "/webhooks/retell", headers: dict[str, str] | None = None):
    key = key or setting("HOOKSWITCH_RETELL_API_KEY")
    signature = {"X-Retell-Signature": sign(body, key, int(time.time() * 1000))}
    return post(path, body, JSON | signature | (headers or {}))


def send_calcom(body: bytes, secret: str | None = None, path: str = "/webhooks/calcom"):
    signature = calcom_signature(body, secret or setting("HOOKSWITCH_CALCOM_WEBHOOK_SECRET"))
    return post(path, body, JSON | {"X-Cal-Signature-256": signature})


def hookswitch(*words: str, given: str = "", token: str | None = None) -> subprocess.CompletedProcess:
    """The command, with `given` on its standard input; as whom, if not as the operator."""
    env = None if token is None else os.environ | {"HOOKSWITCH_ADMIN_TOKEN": token}
    return subprocess.run(["hookswitch", *words], input=given, capture_output=True, text=True, timeout=60, check=False, env=env)


def fetch(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def admin_urls() -> dict[str, str]:
    """By service."""
    return dict(port.split("=", 1) for port in setting("HOOKSWITCH_ADMIN_URLS").split(","))


def admin_url(service: str) -> str:
    return admin_urls()[service]


def tail(topic: str, key: str | None = None) -> list[dict]:
    """Everything on a topic now (with this key)."""
    done = subprocess.run(["hookswitch", "tail", topic, "--from-beginning", "--until-end",
                           *(["--key", key] if key else [])],
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, f"hookswitch tail {topic}: exit code {done.returncode}: {done.stderr}"
    return [json.loads(line) for line in done.stdout.splitlines()]


def wait_for(what: str, condition, patience_s: float = 20):
    """The condition's first true value; fails with what it last was."""
    deadline = time.monotonic() + patience_s
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {patience_s:.0f} s: {what}; last: {value!r}")
        time.sleep(0.05)


def events_of(call_id: str, *names: str, patience_s: float = 20) -> list[dict]:
    """The call's domain events, once there is one of each of these names."""
    def complete():
        events = tail(CALLS, call_id)
        return events if {type_of(event) for event in events} >= set(names) else None
    return wait_for(f"{', '.join(names)} of {call_id}", complete, patience_s)


def charges_of(call_id: str, *names: str, patience_s: float = 20) -> list[dict]:
    """What billing told of the call, once there is one event of each of these names; in the order of their sequence."""
    def complete():
        events = [event for event in tail(BILLING) if event["headers"]["ce_correlationid"] == call_id]
        events.sort(key=lambda event: int(event["headers"]["ce_sequence"]))
        return events if {type_of(event) for event in events} >= set(names) else None
    return wait_for(f"{', '.join(names)} of {call_id}", complete, patience_s)


def type_of(event: dict) -> str:
    return event["headers"]["ce_type"].rpartition(".")[2]


def _status_json() -> dict:
    done = subprocess.run([ROOT / "dev", "status", "--json"], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          check=False)
    return json.loads(done.stdout)


def status() -> dict[str, dict]:
    """./dev status --json, by part, with the folder of the logs under `logs`."""
    found = _status_json()
    return {part["name"]: part for part in found["parts"]} | {"logs": Path(found["logs"])}


def lag() -> list[dict] | None:
    """How far each consumer is behind on each of its topics; nothing when Kafka does not say."""
    return _status_json()["lag"]


def pid(part: str) -> int:
    return status()[part]["pid"]


def bring_back() -> None:
    """./dev up, which starts what is not running."""
    done = subprocess.run([ROOT / "dev", "up", "--detach", "--no-demo"], stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, check=False)
    assert done.returncode == 0, f"./dev up: exit code {done.returncode}: {done.stderr}"


@contextmanager
def frozen(part: str):
    """A part that hears and says nothing, though its connections stay open."""
    process = pid(part)
    os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        with suppress(ProcessLookupError):  # that it died is said by whatever waits for it
            os.kill(process, signal.SIGCONT)
