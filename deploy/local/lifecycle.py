"""Bringing a stack up and down, part by part; what runs already is left alone."""

import signal

import broker
import build
import credentials
import database
import demo
import processes
import services
from services import SERVICES
from stack import PORTS, Refusal, Stack, say

PARTS = {"kafka", "postgres", *(service.name for service in SERVICES)}
TARGETS = ("hookswitch", "hookswitch-topics", *(service.name for service in SERVICES))


def running(stack: Stack, part: str) -> bool:
    return processes.pid_of(stack.run_folder(part)) is not None


def check_ports(stack: Stack) -> None:
    """Names every port that somebody else has, before anything is started."""
    taken = [f"{stack.port(name)} ({name})" for name in PORTS
             if not running(stack, name.split()[0]) and not processes.port_is_free(stack.port(name))]
    if taken:
        raise Refusal(f"taken by another process: port {', '.join(taken)}. Free it, or choose other ports: "
                      f"all are offsets from HOOKSWITCH_PORT_BASE (now {stack.port_base})")


def start_infrastructure(stack: Stack) -> None:
    """Kafka with its topics and PostgreSQL with its roles; both begin at once, then each is waited for."""
    credentials.ensure(stack)
    for part, module in (("postgres", database), ("kafka", broker)):
        if not running(stack, part):
            say(f"starting {part}")
            module.start(stack)
    database.wait(stack)
    database.prepare(stack)
    broker.wait(stack)
    broker.create_topics(stack)


def start_services(stack: Stack) -> None:
    for service in SERVICES:
        if running(stack, service.name) and services.runs_an_old_build(stack, service):
            say(f"{service.name} has been built anew: restarting it")
            services.stop(stack, service)
        if not running(stack, service.name):
            say(f"starting {service.name}")
            services.start(stack, service)
    for service in SERVICES:
        services.wait(stack, service)


def start_everything(stack: Stack) -> None:
    """The whole stack with its demo tenants, without the demo call."""
    check_ports(stack)
    start_infrastructure(stack)
    start_services(stack)
    say("loading the demo tenants")
    demo.load_tenants(stack)


def up(stack: Stack, fresh: bool, detach: bool, play_demo: bool = True) -> None:
    build.build("dev", TARGETS)
    with stack.locked():
        if fresh:
            stop_everything(stack)
            stack.purge()
            stack.make_folders()
        start_everything(stack)
        if play_demo:
            say("playing the demo call and its appointment")
            demo.play(stack, (lambda line: None) if detach else (lambda line: print(line, flush=True)))
    if not detach:
        say(where_everything_is(stack))


def stop_everything(stack: Stack) -> None:
    for service in reversed(SERVICES):
        report(service.name, services.stop(stack, service))
    # Further instances that a benchmark has started.
    for part in {folder.name for folder in stack.run_folder("").glob("*")} - PARTS:
        report(part, processes.stop(stack, part, signal.SIGTERM, 30))
    report("kafka", broker.stop(stack))
    report("postgres", database.stop(stack))


def report(part: str, outcome: str | None) -> None:
    if outcome is not None:
        say(f"{part}: {outcome}")


def down(stack: Stack, purge: bool) -> None:
    if not stack.state.exists():
        return
    with stack.locked():
        stop_everything(stack)
        if purge:
            stack.purge()


def where_everything_is(stack: Stack) -> str:
    health = ", ".join(f"http://{stack.address(f'{service.name} admin')}/healthz/ready" for service in SERVICES)
    return f"""
Hookswitch is up, in the background (./dev down stops it).
  webhooks     http://{stack.address("ingress")}/webhooks/retell and /webhooks/calcom
  directory    http://{stack.address("directory")}/v1 (its description: /v1/openapi.yaml, with the token that ./dev env gives)
  Kafka        {stack.address("kafka")}
  PostgreSQL   {stack.address("postgres")}, database hookswitch
  health       {health}, and /metrics there
  logs         {stack.logs}
  data, keys   {stack.state}
Next: eval "$(./dev env)" puts keys, addresses and the command hookswitch into this shell; ./dev status; ./dev logs."""
