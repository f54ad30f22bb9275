"""A company's token, at every operation of every HTTP interface: it shows and changes nothing of another company's and nothing of the
operator's, and one that may not write, has expired, was revoked or was altered opens no more than it should."""

import json
import unittest
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from canaries import CANARIES, Canary, other_than, seed
from catalogue import Catalogue
from harness import ROOT, setting, wait_for
from operations import Asked, Operation, ask, operations
from reports import report
from tokens import Token, make_brief_token, make_token, revoke

# What a company's token may do beside reading what is its own; everything else that writes is the operator's.
COMPANIES_WRITE = ("branches", "services", "staff")
COMPANIES_KEYS = "/v1/companies/{id}/api-keys/{provider}/{key}"
# POST that only asks.
QUESTIONS = {"/v1/resolve"}
DESCRIPTION = "/v1/openapi.yaml"  # the same for everybody, with the demo tenants' names in its examples
# Reading that is the operator's.
OPERATORS = {"/v1/tokens", "/v1/unpublished", "/v1/unresolved-webhooks", "/v1/workspaces/{id}/provider-keys"}

OTHERS_READ, OTHERS_WRITE = "another company's token that reads", "another company's token that writes"
OTHERS_CLAIM = "another company's token, for taking over"
OWN_READ, OWN_WRITE = "a token that reads, for writing", "a company's own token, at what is the operator's"
EXPIRED, REVOKED, ALTERED = "an expired token", "a revoked token", "an altered token"


class Keys:
    """A company's tokens, good and not."""

    def __init__(self, canary: Canary):
        self.read, self.write = make_token(canary.tenant, "read"), make_token(canary.tenant, "write")
        self.revoked, self.expired = make_token(canary.tenant, "write"), make_brief_token(canary.tenant, 2)
        revoke(self.revoked)
        [any_read] = [one for one in operations(canary) if one.path == f"/v1/companies/{canary.tenant}" and one.method == "GET"]
        wait_for("the expiry of a token", lambda: ask(any_read, [("", "", self.expired.headers)])[0][2] == 401)

    def revoke_all(self) -> None:
        for token in (self.read, self.write, self.expired):
            revoke(token)

    def altered(self) -> list[str]:
        """The value of Authorization."""
        good, other = self.write, self.read
        texts = [good.text[:-1], good.text + "A", good.text.upper(), good.text.replace("hs_", "HS_"), good.text.replace("hs_", ""),
                 good.text[:-43] + other.text[-43:], good.text[:-43] + "A" * 43, good.text[:-1] + ("A" if good.text[-1] != "A" else "B"),
                 good.id, f"{good.text} {other.text}", f"{good.text},{other.text}", f'"{good.text}"', f" {good.text}", f"{good.text}="]
        return [f"Bearer {text}" for text in texts] + [good.text, f"Basic {good.text}", f"Token {good.text}", f"Bearer:{good.text}"]


def asks(operation: Operation) -> bool:
    return not operation.writes or operation.template in QUESTIONS


def is_operators(operation: Operation) -> bool:
    is_companies = operation.template == COMPANIES_KEYS or operation.template.split("/")[2] in COMPANIES_WRITE
    return operation.template in OPERATORS or not (asks(operation) or is_companies)


def attempts(operation: Operation, own: Keys, others: Keys) -> list[tuple[str, str, dict[str, str]]]:
    tries: list[tuple[str, Token]] = [(OTHERS_READ, others.read), (OTHERS_WRITE, others.write), (EXPIRED, own.expired),
                                      (REVOKED, own.revoked)]
    if not asks(operation):
        tries.append((OWN_READ, own.read))
    if is_operators(operation):
        tries.append((OWN_WRITE, own.write))
    headers = [(kind, "", token.headers) for kind, token in tries]
    headers += [(ALTERED, "", {"Authorization": value}) for value in own.altered()]
    headers += [(ALTERED, f"access_token={own.write.text}", {}), (ALTERED, "", {"Cookie": f"token={own.write.text}"})]
    return headers


class ACompanysToken(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        seed()
        cls.catalogue = Catalogue()
        cls.keys = {canary.tenant: Keys(canary) for canary in CANARIES}
        cls.before = cls.catalogue.fingerprints_of("directory")
        aims = [(canary, operation) for canary in CANARIES
                for operation in operations(canary, cls.keys[canary.tenant].write.id) if not operation.public]
        with ThreadPoolExecutor(8) as pool:
            cls.asked = list(pool.map(lambda aim: (aim[0], cls.try_all(*aim)), aims))

    @classmethod
    def try_all(cls, victim: Canary, operation: Operation) -> list[Asked]:
        other = other_than(victim)
        asked = ask(operation, attempts(operation, cls.keys[victim.tenant], cls.keys[other.tenant]))
        claimed = json.loads(json.dumps(operation.body).replace(victim.tenant, other.tenant))
        if claimed != operation.body:
            asked += ask(replace(operation, body=claimed), [(OTHERS_CLAIM, "", cls.keys[other.tenant].write.headers)])
        return asked

    @classmethod
    def tearDownClass(cls):
        for keys in cls.keys.values():
            keys.revoke_all()
        cls.catalogue.superuser.close()

    def test_nothing_of_it_succeeds(self):
        holes, tried = [], Counter()
        for victim, asked in self.asked:
            for kind, operation, code, text in asked:
                tried[kind] += 1
                if not self.is_refused(victim, kind, operation, code, text):
                    holes.append(f"{kind}: {operation.method} {operation.path} answered {code}: {text[-300:]}")
        report("attempts at HTTP operations with a company's token", tried, holes)
        self.assertEqual(holes, [])
        for kind in (OTHERS_READ, OTHERS_WRITE, OTHERS_CLAIM, OWN_READ, OWN_WRITE, EXPIRED, REVOKED, ALTERED):
            self.assertGreater(tried[kind], 0, f"{kind} was never tried")
        self.assertGreater(tried.total(), 1000)

    def is_refused(self, victim: Canary, kind: str, operation: Operation, code: int, text: str) -> bool:
        if not operation.described and code in (404, 405):
            return True
        if kind in (EXPIRED, REVOKED, ALTERED):
            return code == 401
        if kind in (OWN_READ, OWN_WRITE):
            return code == 403
        if code in (403, 404) or (kind == OTHERS_CLAIM and code == 409):
            return not self.tells_of(victim, text)
        if not asks(operation) or code != 200 or is_operators(operation):
            return False
        if operation.template == DESCRIPTION:
            described = (ROOT / "services/directory/openapi.yaml").read_text(encoding="utf-8")
            return text.partition("\n\n")[2].strip() in ("", described.strip())
        if operation.template in QUESTIONS:  # which repeats what it was asked
            answer = json.loads(text.rpartition("\n")[2])
            return answer["company_id"] is None and answer["branch_ids"] == []
        return not self.tells_of(victim, text)

    @staticmethod
    def tells_of(victim: Canary, text: str) -> bool:
        return any(word in text for word in (*victim.words(), victim.tenant, victim.number[1:], victim.agent, victim.entity_id))

    def test_a_good_token_reads_what_is_its_companys(self):
        """Or all would be refused for another reason."""
        for canary in CANARIES:
            for operation in operations(canary):
                if operation.method != "GET" or operation.public or is_operators(operation) or operation.template == DESCRIPTION:
                    continue
                [(_, _, code, text)] = ask(operation, [("", "", self.keys[canary.tenant].read.headers)])
                self.assertEqual(code, 200, f"{operation.path}: {text}")
                self.assertTrue(self.tells_of(canary, text), f"{operation.path}: {text}")

    def test_nothing_has_changed(self):
        self.assertEqual(self.catalogue.fingerprints_of("directory"), self.before)

    def test_a_refusal_repeats_no_token(self):
        texts = [token.text for keys in self.keys.values() for token in (keys.read, keys.write, keys.revoked, keys.expired)]
        texts.append(setting("HOOKSWITCH_ADMIN_TOKEN"))
        for _, asked in self.asked:
            for kind, operation, code, text in asked:
                self.assertEqual([secret for secret in texts if secret in text], [], f"{kind}: {operation.path} answered {code}")


if __name__ == "__main__":
    unittest.main()
