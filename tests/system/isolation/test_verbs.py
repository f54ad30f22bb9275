"""A company's token in the hands of the command: each verb that asks the directory is tried against another company and against the
operator. None shows or changes anything of theirs, and no verb is left out."""

import json
import re
import tempfile
import unittest
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

import yaml
from canaries import CANARIES, Canary, call_of, other_than, seed, settle
from catalogue import Catalogue
from harness import ROOT, hookswitch, new_call_id, send_retell, wait_for
from reports import report
from tokens import make_token, revoke
from verbs import ANSWERED, TRIES, WITHOUT_DIRECTORY, Aim, asks_the_directory, verbs, write_files

# How the command says that the directory has refused.
REFUSED = re.compile(r"status (403|404|409|412)\b|there is no company|changed by somebody else")
WORKSPACE, PROVIDER_KEY = "canary-workspace", "canary-key"


def operator(*words: str, given: str = "") -> str:
    done = hookswitch(*words, given=given)
    assert done.returncode == 0, f"hookswitch {' '.join(words)}: exit code {done.returncode}: {done.stderr}"
    return done.stdout


def waiting_webhook() -> str:
    """The id of one that only the operator can give to somebody."""
    first, second = CANARIES
    status, _, answer = send_retell(call_of(first, "call_started", new_call_id(), agent_id=second.agent))
    assert status == 202, answer
    webhook = json.loads(answer)["id"]
    wait_for("the webhook waits for an owner", lambda: webhook in operator("unresolved", "list"))
    return webhook


def hidden(victim: Canary) -> list[str]:
    companies = yaml.safe_load((ROOT / "deploy/demo/tenants.yaml").read_text(encoding="utf-8"))["companies"]
    name = next(company["name"] for company in companies if company["id"] == victim.tenant)
    return [*victim.words(), name, victim.tenant, victim.number, victim.agent, str(victim.organizer), str(victim.event_type)]


class EveryVerb(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        seed()
        cls.verbs = dict(verbs())
        cls.catalogue = Catalogue()
        cls.addClassCleanup(cls.catalogue.superuser.close)
        operator("tenant", "apply", "-f", "-", given=f"workspaces: [{{id: {WORKSPACE}, companies: [{CANARIES[0].tenant}]}}]")
        operator("provider-key", "put", PROVIDER_KEY, "--workspace", WORKSPACE, "--provider", "retell", given="a key of the tests")
        cls.addClassCleanup(operator, "provider-key", "delete", PROVIDER_KEY, "--workspace", WORKSPACE)
        cls.tokens = {(canary, may): make_token(canary.tenant, may) for canary in CANARIES for may in ("read", "write")}
        cls.addClassCleanup(lambda: [revoke(token) for token in cls.tokens.values()])
        webhook = waiting_webhook()
        settle()
        wait_for("the directory has looked at all that waits", lambda: cls.catalogue.one(
            "SELECT (SELECT count(*) FROM directory.unresolved_arrival) + (SELECT count(*) FROM directory.entity_change)") == 0)
        cls.before = cls.catalogue.fingerprints_of("directory")
        with ExitStack() as folders:
            cls.tried = [tried for victim in CANARIES for tried in cls.try_all(
                Aim(victim, folders.enter_context(tempfile.TemporaryDirectory()), cls.tokens[victim, "write"].id, webhook,
                    WORKSPACE, PROVIDER_KEY))]

    @classmethod
    def try_all(cls, aim: Aim) -> list[tuple]:
        """(victim, verb, what was said after it, all that was said, what came of it) for both tokens of the other company."""
        write_files(Path(aim.files), aim.canary)
        tried = []
        for verb, template in ((verb, template) for verb, tries in TRIES.items() for template in tries):
            words = [*verb.split(), *aim.words(template)]
            said = " ".join(words) + "".join(Path(word).read_text("utf-8") for word in words if word.startswith(aim.files))
            for may in ("read", "write"):
                done = hookswitch(*words, token=cls.tokens[other_than(aim.canary), may].text)
                tried.append((aim.canary, verb, template, said, done))
        return tried

    def test_no_verb_is_left_out(self):
        asking = {verb for verb, text in self.verbs.items() if asks_the_directory(text)}
        self.assertEqual(asking, set(TRIES), "verbs.py: TRIES has not what the command has")
        self.assertEqual(set(self.verbs) - asking, set(WITHOUT_DIRECTORY), "verbs.py: WITHOUT_DIRECTORY has not what the command has")

    def test_none_gets_anywhere(self):
        holes = []
        for victim, verb, template, said, done in self.tried:
            seen = [word for word in hidden(victim) if word in done.stdout + done.stderr and word not in said]
            answered = (verb, template) in ANSWERED and done.returncode == 0
            if seen or not (answered or (done.returncode == 1 and REFUSED.search(done.stderr))):
                holes.append(f"{verb} {template} against {victim.tenant}: exit code {done.returncode}, shows {seen}: {done.stderr}")
        report("attempts at the command's verbs with another company's token", Counter(verb for _, verb, *_ in self.tried), holes)
        self.assertEqual(holes, [])

    def test_what_is_answered_shows_what_is_ones_own(self):
        """Or all would be refused for another reason."""
        for canary in CANARIES:
            token = self.tokens[canary, "read"].text
            self.assertIn(canary.tenant, hookswitch("tenant", "list", token=token).stdout)
            got = hookswitch("tenant", "get", canary.tenant, token=token)
            self.assertEqual(got.returncode, 0, got.stderr)
            self.assertIn(canary.agent, got.stdout)

    def test_nothing_has_changed(self):
        self.assertEqual(self.catalogue.fingerprints_of("directory"), self.before)


if __name__ == "__main__":
    unittest.main()
