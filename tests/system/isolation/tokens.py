"""Bearer tokens of the directory service, made and revoked by the operator through `hookswitch token`, as people do."""

import json
import urllib.request
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from harness import JSON, encoded, hookswitch, setting


@dataclass(frozen=True)
class Token:
    id: str
    text: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.text}"}


def command(*words: str) -> str:
    done = hookswitch("token", *words)
    assert done.returncode == 0, f"hookswitch token {words[0]}: exit code {done.returncode}: {done.stderr}"
    return done.stdout


def make_token(company: str, permission: str) -> Token:
    made = json.loads(command("create", "--company", company, "--permission", permission, "--label", "isolation test"))
    return Token(made["id"], made["token"])


def make_brief_token(company: str, seconds: int) -> Token:
    """Briefer than the command makes one."""
    expires_at = (datetime.now(timezone.utc) + timedelta(seconds=seconds)).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    body = encoded({"company_id": company, "permission": "write", "expires_at": expires_at})
    request = urllib.request.Request(setting("HOOKSWITCH_DIRECTORY_URL") + "/v1/tokens", body, headers=JSON | {
        "Authorization": f"Bearer {setting('HOOKSWITCH_ADMIN_TOKEN')}"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        made = json.load(answer)
    return Token(made["id"], made["token"])


def revoke(token: Token) -> None:
    command("revoke", token.id)
