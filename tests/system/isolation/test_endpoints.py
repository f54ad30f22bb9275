"""Every operation of every HTTP interface, taken from its description, refuses whoever has no right to it and says nothing to him."""

import base64
import itertools
import unittest
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from canaries import CANARIES, seed
from catalogue import Catalogue
from harness import credentials, setting, workspace_keys
from operations import ask, operations, services
from reports import report

# Operations that nobody needs a token for, with the reason.
PUBLIC: dict[tuple[str, str, str], str] = {}


def without_right() -> list[tuple[str, str, dict[str, str]]]:
    """Kind, what is added to the path, and the headers: everything but a good token."""
    good = setting("HOOKSWITCH_ADMIN_TOKEN")
    basic = base64.b64encode(f"operator:{good}".encode()).decode()
    bearers = ["", " ", "null", "undefined", "garbage", "hs_0000000000000000_" + "A" * 43, "hs_0123456789abcdef_" + "_" * 43, good[:-1],
               good + "x", good.upper(), good[1:], f"{good} {good}", f"{good},{good}", f'"{good}"', good.replace(good[-1], "\u00e4"),
               CANARIES[0].tenant, "operator", "admin", "*", "a" * 8000, workspace_keys("default")[0],
               credentials()["directory_app"], "eyJhbGciOiJub25lIn0.eyJzdWIiOiJvcGVyYXRvciJ9."]
    kinds = [("garbage for a token", "", {"Authorization": f"Bearer {value}"}) for value in bearers]
    kinds += [("no token", "", {}), ("no token", "", {"Authorization": ""})]
    kinds += [("a good token in the wrong place", added, headers) for added, headers in (
        ("", {"Authorization": good}), ("", {"Authorization": f"Basic {basic}"}), ("", {"Authorization": f"Token {good}"}),
        ("", {"Authorization": f"Digest {good}"}), ("", {"Cookie": f"token={good}; Authorization=Bearer {good}"}),
        ("", {"X-Authorization": f"Bearer {good}"}), ("", {"Proxy-Authorization": f"Bearer {good}"}), ("", {"X-Api-Key": good}),
        ("access_token=" + good, {}), ("token=" + good, {}))]
    kinds += [("a header that claims who asks", "", {header: value}) for header, value in (
        ("X-Forwarded-User", "operator"), ("X-Tenant", CANARIES[0].tenant), ("X-Remote-User", "operator"),
        ("X-Forwarded-For", "127.0.0.1"), ("X-HTTP-Method-Override", "GET"), ("X-Original-URL", "/healthz/live"))]
    return kinds


class WithoutARight(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        assert services(), "no service describes an HTTP interface"
        seed()
        cls.catalogue = Catalogue()
        cls.tables = [relation for relation in cls.catalogue.relations
                      if relation.is_table and relation.has_tenant and not relation.is_partition]
        cls.before = cls.fingerprints()
        attempts = without_right()
        aims = [operation for canary in CANARIES for operation in operations(canary) if not operation.public]
        with ThreadPoolExecutor(8) as pool:
            cls.asked = list(itertools.chain.from_iterable(pool.map(lambda operation: ask(operation, attempts), aims)))

    @classmethod
    def tearDownClass(cls):
        cls.catalogue.superuser.close()

    @classmethod
    def fingerprints(cls) -> dict:
        return {(table.path, canary.tenant): cls.catalogue.fingerprint(table, canary.tenant) for table in cls.tables for canary in CANARIES}

    def test_what_needs_no_token_is_named_here(self):
        public = {(operation.service, operation.method, operation.template) for operation in operations(CANARIES[0])
                  if operation.public and operation.described}
        self.assertEqual(public, set(PUBLIC))

    def test_the_same_operations_work_for_who_has_the_right(self):
        """Or all would be refused for another reason."""
        good = [("the operator", "", {"Authorization": f"Bearer {setting('HOOKSWITCH_ADMIN_TOKEN')}"})]
        reads = [operation for operation in operations(CANARIES[0]) if operation.method == "GET" and operation.described
                 and not operation.public]
        self.assertTrue(reads)
        for operation in reads:
            [(_, _, code, text)] = ask(operation, good)
            self.assertEqual(code, 200, f"{operation.method} {operation.path}: {text}")

    def test_nobody_without_a_right_gets_anywhere(self):
        holes = [f"{kind}: {operation.method} {operation.path} answered {code}" for kind, operation, code, _ in self.asked
                 if code not in ((401,) if operation.described else (401, 404, 405))]
        report("attempts at HTTP operations without a right", Counter(kind for kind, *_ in self.asked), holes)
        self.assertEqual(holes, [])

    def test_a_refusal_says_nothing(self):
        secrets = [*credentials().values(), setting("HOOKSWITCH_ADMIN_TOKEN")]
        for kind, operation, code, text in self.asked:
            words = [*CANARIES[0].words(), *CANARIES[1].words(), *secrets, *(canary.tenant for canary in CANARIES)]
            self.assertEqual([word for word in words if word in text], [], f"{kind}: {operation.method} {operation.path}: {text}")

    def test_nothing_has_changed(self):
        self.assertEqual(self.fingerprints(), self.before)


if __name__ == "__main__":
    unittest.main()
