"""The command line of ./dev. Exit 0: good; 1: the answer is no; 2: wrong use. Data on stdout, words on stderr."""

import argparse
import json
import os
import signal
import sys

import benches
import environment
import lifecycle
import report
import testing
from services import SERVICES
from stack import Refusal, Stack, WrongUse, say

UP = """Sets everything up and plays the demo: installs missing Debian packages (as root, or with sudo), builds, starts Kafka,
PostgreSQL and every service, loads the demo tenants, sends the webhooks of the demo call and its appointment through the HTTP door
and prints the domain events that come out, as JSON lines. Returns then; the processes stay in the background until ./dev down.
Run again, it brings back what is not running and restarts what has been built anew. HOOKSWITCH_PORT_BASE
(8080) moves all ports, so that two stacks live side by side."""


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="./dev", description="Everything one does with a clone of Hookswitch.")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str, summary: str, description: str | None = None) -> argparse.ArgumentParser:
        return commands.add_parser(name, help=summary, description=description or summary)

    up = command("up", "set up, build, start, play the demo call", UP)
    up.add_argument("--detach", action="store_true", help="do not print the demo call's events and where everything is")
    up.add_argument("--fresh", action="store_true", help="stop and forget all data of this stack first")
    up.add_argument("--no-demo", action="store_true", help="do not play the demo call")
    down = command("down", "stop the services, then Kafka and PostgreSQL")
    down.add_argument("--purge", action="store_true", help="remove the stack's data, keys and logs, too")
    status = command("status", "what runs, healthy or not, consumer lag; exit 1 unless all is healthy")
    status.add_argument("--json", action="store_true", help="as one JSON object")
    logs = command("logs", "follow the logs of all parts or of one")
    logs.add_argument("service", nargs="?", choices=["kafka", "postgres", *(service.name for service in SERVICES)])
    command("env", 'print export lines for a shell: eval "$(./dev env)"')
    test = command("test", "build and test; no tier: everything that CI runs", testing.HELP)
    test.add_argument("words", nargs=argparse.REMAINDER, metavar="TIER… [OPTION…]", help=" | ".join(testing.TIERS))
    bench = command("bench", "run a benchmark; no name: all", benches.HELP)
    bench.add_argument("words", nargs=argparse.REMAINDER, metavar="NAME [--json] [OPTION…]",
                       help=f"there are: {', '.join(benches.names()) or 'none yet'}")
    bench.add_argument("--json", action="store_true", help="results as JSON")
    return top


def follow_logs(stack: Stack, service: str | None) -> int:
    files = [str(stack.log_file(service))] if service else sorted(str(path) for path in stack.logs.glob("*.log"))
    if not files:
        raise Refusal("no logs yet; ./dev up starts what writes them")
    os.execvp("tail", ["tail", "-n", "50", "-F", *files])


def show_status(stack: Stack, as_json: bool) -> int:
    found = report.collect(stack)
    print(json.dumps(found) if as_json else report.as_text(found))
    return 0 if found["healthy"] else 1


def run(arguments: argparse.Namespace) -> int:
    stack = Stack.from_environment()
    match arguments.command:
        case "up":
            lifecycle.up(stack, arguments.fresh, arguments.detach, not arguments.no_demo)
        case "down":
            lifecycle.down(stack, arguments.purge)
        case "status":
            return show_status(stack, arguments.json)
        case "logs":
            return follow_logs(stack, arguments.service)
        case "env":
            print(environment.export_lines(stack))
        case "test":
            return testing.run(arguments.words)
        case "bench":
            return benches.run((["--json"] if arguments.json else []) + arguments.words)
    return 0


def main() -> int:
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    arguments = parser().parse_args()
    try:
        return run(arguments)
    except Refusal as refusal:
        say(f"./dev {arguments.command}: {refusal}")
        return 2 if isinstance(refusal, WrongUse) else 1
    except BrokenPipeError:  # whoever read our output has gone; nothing more can be said there
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
