"""What scripts outside need to talk to a running stack: the variables that ./dev env prints."""

import json
import os
import shlex

import credentials
import processes
from services import SERVICES
from stack import Refusal, Stack


def variables(stack: Stack) -> dict[str, str]:
    known = credentials.load(stack)
    if known is None:
        raise Refusal(f"there is no stack at port base {stack.port_base} yet; ./dev up makes it")
    parts = ["kafka", "postgres", *(service.name for service in SERVICES)]
    pids = {part: processes.pid_of(stack.run_folder(part)) for part in parts}
    return {
        "HOOKSWITCH_PORT_BASE": str(stack.port_base),
        "HOOKSWITCH_INGRESS_URL": f"http://{stack.address('ingress')}",
        "HOOKSWITCH_DIRECTORY_URL": f"http://{stack.address('directory')}",
        "HOOKSWITCH_ADMIN_TOKEN": known["admin_token"],
        "HOOKSWITCH_CALL_PROCESSING_URL": f"http://{stack.address('call-processing admin')}",
        "HOOKSWITCH_BILLING_URL": f"http://{stack.address('billing admin')}",
        "HOOKSWITCH_BOOKING_URL": f"http://{stack.address('booking admin')}",
        "HOOKSWITCH_ADMIN_URLS": ",".join(f"{service.name}=http://{stack.address(service.name + ' admin')}" for service in SERVICES),
        "HOOKSWITCH_KAFKA": stack.address("kafka"),
        "HOOKSWITCH_POSTGRES_URL": credentials.postgres_url(stack, "postgres"),
        "HOOKSWITCH_RETELL_API_KEY": known["retell_default"],
        "HOOKSWITCH_CALCOM_WEBHOOK_SECRET": known["calcom_default"],
        "HOOKSWITCH_WORKSPACES_FILE": str(credentials.workspaces_file(stack)),
        "HOOKSWITCH_PIDS": json.dumps({part: pid for part, pid in pids.items() if pid is not None}),
    }


def export_lines(stack: Stack) -> str:
    lines = [f"export {name}={shlex.quote(value)}" for name, value in variables(stack).items()]
    lines.append(f'export PATH={shlex.quote(str(stack.binaries))}:"$PATH"')
    return "\n".join(lines)


def for_children(stack: Stack) -> dict[str, str]:
    """The environment of a command that acts on the stack, such as `hookswitch` or a system test."""
    path = f"{stack.binaries}:{os.environ.get('PATH', '')}"
    return processes.clean_environment() | variables(stack) | {"PATH": path}
