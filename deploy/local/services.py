"""The services of the local stack: what each is given, and whether it is up."""

import json
import os
import signal
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Callable

import credentials
import processes
from stack import Refusal, Stack


@dataclass(frozen=True)
class Service:
    name: str
    settings: Callable[[Stack], dict[str, str]]


def ingress_settings(stack: Stack) -> dict[str, str]:
    return {
        "HOOKSWITCH_HTTP_ADDRESS": "127.0.0.1",
        "HOOKSWITCH_HTTP_PORT": str(stack.port("ingress")),
        "HOOKSWITCH_WORKSPACES_FILE": str(credentials.workspaces_file(stack)),
        "HOOKSWITCH_MASTER_KEY_FILE": str(credentials.master_key_file(stack)),
    }


def consumer_settings(schema: str) -> Callable[[Stack], dict[str, str]]:
    """Those of a service that keeps a schema."""
    return lambda stack: {
        "HOOKSWITCH_POSTGRES_URL": credentials.postgres_url(stack, f"{schema}_app"),
        "HOOKSWITCH_POSTGRES_OWNER_URL": credentials.postgres_url(stack, f"{schema}_owner"),
    }


def directory_settings(stack: Stack) -> dict[str, str]:
    return consumer_settings("directory")(stack) | {
        "HOOKSWITCH_HTTP_ADDRESS": "127.0.0.1",
        "HOOKSWITCH_HTTP_PORT": str(stack.port("directory")),
        "HOOKSWITCH_ADMIN_TOKEN": credentials.ensure(stack)["admin_token"],
        "HOOKSWITCH_MASTER_KEY_FILE": str(credentials.master_key_file(stack)),
    }


# In the order in which they start; stopped in reverse.
SERVICES = (
    Service("directory", directory_settings),
    Service("ingress", ingress_settings),
    Service("call-processing", consumer_settings("call_processing")),
    Service("booking", consumer_settings("booking")),
    Service("billing", consumer_settings("billing")),
)


def start(stack: Stack, service: Service, part: str = "", instead: dict[str, str] | None = None) -> None:
    """`part`: the name of one more of this service, beside the stack's own; `instead`: settings that this one has in place of those
    of the stack."""
    common = {
        "HOOKSWITCH_INSTANCE": "0",
        "HOOKSWITCH_ADMIN_ADDRESS": "127.0.0.1",
        "HOOKSWITCH_ADMIN_PORT": str(stack.port(f"{service.name} admin")),
        "HOOKSWITCH_KAFKA": stack.address("kafka"),
    }
    processes.spawn(stack, part or service.name, [str(stack.binaries / service.name)],
                    processes.clean_environment() | common | service.settings(stack) | (instead or {}))


def stop(stack: Stack, service: Service) -> str | None:
    return processes.stop(stack, service.name, signal.SIGTERM, 30)


def runs_an_old_build(stack: Stack, service: Service) -> bool:
    """True when the binary has been built anew since the service started."""
    pid = processes.pid_of(stack.run_folder(service.name))
    try:
        running, built = os.stat(f"/proc/{pid}/exe"), os.stat(stack.binaries / service.name)
    except OSError:
        return False
    return (running.st_ino, running.st_mtime_ns) != (built.st_ino, built.st_mtime_ns)


def readiness(stack: Stack, service: Service) -> dict:
    return readiness_at(stack.address(f"{service.name} admin"))


def readiness_at(address: str) -> dict:
    """What /healthz/ready answers, or {"ready": False, "missing": {…}} when nobody answers."""
    url = f"http://{address}/healthz/ready"
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return {"ready": True} | json.load(answer)
    except urllib.error.HTTPError as error:
        try:
            return {"ready": False} | json.load(error)
        except ValueError:
            return {"ready": False, "missing": {"admin port": f"answers {error.code}"}}
    except (OSError, ValueError):
        return {"ready": False, "missing": {"admin port": "does not answer"}}


def wait(stack: Stack, service: Service, patience_s: float = 60) -> None:
    deadline = time.monotonic() + patience_s
    answer: dict = {}
    while time.monotonic() < deadline:
        alive = processes.pid_of(stack.run_folder(service.name)) is not None
        answer = readiness(stack, service) if alive else {}
        if answer.get("ready") is True:
            return
        if not alive:
            break
        time.sleep(0.03)
    why = processes.how_it_ended(stack.run_folder(service.name)) or f"missing: {json.dumps(answer.get('missing'))}"
    raise Refusal(f"{service.name} is not ready ({why}). The end of its log, {stack.log_file(service.name)}:\n"
                  f"{processes.last_lines(stack.log_file(service.name))}")
