"""Keys and passwords of a stack: drawn once, kept in a file that only its owner reads."""

import json
import secrets

from stack import ROLES, Stack, write_private

KINDS = {
    "postgres": lambda: secrets.token_hex(16),
    **{role: lambda: secrets.token_hex(16) for role in ROLES},
    "admin_token": lambda: secrets.token_hex(32),
    # The default workspace has two valid keys, as it is while a key is being rotated.
    "retell_default": lambda: "key_" + secrets.token_hex(16),
    "retell_default_next": lambda: "key_" + secrets.token_hex(16),
    "retell_aurora": lambda: "key_" + secrets.token_hex(16),
    "calcom_default": lambda: secrets.token_hex(24),
    "calcom_aurora": lambda: secrets.token_hex(24),
}


def ensure(stack: Stack) -> dict[str, str]:
    """The stack's credentials, drawing those that it does not have yet."""
    known = load(stack) or {}
    if known.keys() != KINDS.keys():
        known = {kind: known.get(kind) or draw() for kind, draw in KINDS.items()}
        write_private(stack.state / "credentials.json", json.dumps(known, indent=2) + "\n")
    if not master_key_file(stack).exists():
        write_private(master_key_file(stack), f"first {secrets.token_hex(32)}\n")
    text = workspaces_text(known)
    if not workspaces_file(stack).exists() or workspaces_file(stack).read_text(encoding="utf-8") != text:
        write_private(workspaces_file(stack), text)
    return known


def preset(stack: Stack, known: dict[str, str]) -> None:
    """Before a stack starts: these of its credentials; ensure() draws those that it has not."""
    write_private(stack.state / "credentials.json", json.dumps((load(stack) or {}) | known) + "\n")


def load(stack: Stack) -> dict[str, str] | None:
    try:
        return json.loads((stack.state / "credentials.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None


def workspaces_file(stack: Stack):
    return stack.state / "workspaces.yaml"


def master_key_file(stack: Stack):
    """Under these provider keys are sealed. Drawn once; whoever rotates them changes the file, and it stays."""
    return stack.state / "master.keys"


def one_retell_key() -> dict[str, str]:
    """For preset(): nobody rotates the default workspace's key, as mostly."""
    key = KINDS["retell_default"]()
    return {"retell_default": key, "retell_default_next": key}


def workspaces_text(known: dict[str, str]) -> str:
    retell_default = dict.fromkeys((known["retell_default"], known["retell_default_next"]))
    return f"""# Provider keys of the local stack's workspaces, drawn by ./dev up. Several keys are valid at a time.
workspaces:
  - id: default
    retell_api_keys: [{", ".join(retell_default)}]
    calcom_secrets: [{known["calcom_default"]}]
  - id: aurora
    retell_api_keys: [{known["retell_aurora"]}]
    calcom_secrets: [{known["calcom_aurora"]}]
"""


def postgres_url(stack: Stack, role: str, database: str = "hookswitch") -> str:
    known = load(stack) or {}
    return f"postgresql://{role}:{known[role]}@{stack.address('postgres')}/{database}"
