"""A tenant tries everything that is reachable from outside to read, say or change what is another's. Nothing of it succeeds."""

import http.client
import json
import subprocess
import unittest
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import urlsplit

import bus
from canaries import AURORA, CANARIES, LINDENHOF, Seeded, other_than, seed, settle
from catalogue import Catalogue
from forgeries import OWN, VICTIM, WORKSPACE, Forgery, all_forgeries
from harness import credentials, setting
from reports import report

LEAST = 1000
seeded: dict[str, Seeded] = {}


@dataclass(frozen=True)
class Answer:
    status: int  # 0: the connection was closed without one
    headers: str
    body: bytes

    def accepted_id(self) -> str | None:
        try:
            return json.loads(self.body)["id"] if self.status == 202 else None
        except (ValueError, KeyError):
            return None


def setUpModule():
    seeded.update(seed())


def send(forgery: Forgery) -> Answer:
    url = urlsplit(setting("HOOKSWITCH_INGRESS_URL"))
    connection = http.client.HTTPConnection(url.hostname, url.port, timeout=10)
    try:
        connection.request(forgery.method, forgery.path, forgery.body, forgery.headers)
        answer = connection.getresponse()
        return Answer(answer.status, str(answer.headers), answer.read())
    except (ConnectionError, http.client.HTTPException):
        return Answer(0, "", b"")
    finally:
        connection.close()


class AuroraForges(unittest.TestCase):
    """Sent once, looked at from every side."""

    @classmethod
    def setUpClass(cls):
        cls.catalogue = Catalogue()
        cls.tables = [relation for relation in cls.catalogue.relations
                      if relation.is_table and relation.has_tenant and not relation.is_partition]
        cls.before = cls.fingerprints()
        cls.forgeries = list(all_forgeries(seeded[VICTIM.tenant]))
        with ThreadPoolExecutor(8) as pool:
            cls.answers = list(pool.map(send, cls.forgeries))
        settle()
        cls.ids = {answer.accepted_id(): forgery for forgery, answer in zip(cls.forgeries, cls.answers) if answer.accepted_id()}
        cls.records = bus.everything()

    @classmethod
    def tearDownClass(cls):
        cls.catalogue.superuser.close()

    @classmethod
    def fingerprints(cls) -> dict:
        return {table.path: cls.catalogue.fingerprint(table, VICTIM.tenant) for table in cls.tables}

    def test_no_forgery_speaks_for_another_tenant_or_workspace(self):
        holes = [f"{forgery.kind}: {forgery.method} {forgery.path} answered {answer.status}"
                 for forgery, answer in zip(self.forgeries, self.answers) if not forgery.may_be_genuine and 200 <= answer.status < 300]
        came_of = 0
        for record in self.records:
            headers = record["headers"]
            forgery = self.ids.get(headers.get("ce_id")) or self.ids.get(headers.get("ce_causationid"))
            if forgery is None:
                continue
            came_of += 1
            if headers.get("ce_tenantid") not in (OWN.tenant, None) or headers.get("ce_workspace") not in (WORKSPACE, None):
                holes.append(f"{forgery.kind}: on {record['topic']} as {headers.get('ce_tenantid')}: {forgery.body[:300]!r}")
        report("attempts at webhooks of another tenant", Counter(forgery.kind for forgery in self.forgeries), holes)
        self.assertEqual(holes, [])
        self.assertGreaterEqual(len(self.forgeries), LEAST)
        self.assertGreater(came_of, 0, "nothing that was accepted was found on the bus")
        self.assertFalse([answer for answer in self.answers if answer.status in (0, 500, 502)], "a forgery brought the door out of step")

    def test_none_of_the_victims_rows_has_changed(self):
        self.assertEqual(self.fingerprints(), self.before)

    def test_nobody_else_says_anything_about_a_call_of_the_victims(self):
        mine = set(seeded[VICTIM.tenant].calls)
        about = [record for record in self.records if record["key"] in mine and bus.is_domain_event(record)]
        self.assertEqual({record["headers"]["ce_tenantid"] for record in about}, {VICTIM.tenant})
        self.assertEqual([record for record in about if record["headers"].get("ce_causationid") in self.ids], [])

    def test_no_event_of_the_forgers_is_linked_to_a_call_of_the_victims(self):
        mine = seeded[VICTIM.tenant].calls
        linked = [record for record in self.records if bus.is_domain_event(record) and record["headers"]["ce_tenantid"] == OWN.tenant
                  and any(call_id in bus.as_text(record) for call_id in mine)]
        self.assertEqual(linked, [])

    def test_no_answer_repeats_a_word_or_a_key(self):
        forbidden = [*LINDENHOF.words(), *AURORA.words(), LINDENHOF.uid_prefix, AURORA.uid_prefix, *credentials().values()]
        for forgery, answer in zip(self.forgeries, self.answers):
            text = answer.headers + answer.body.decode(errors="replace")
            for word in forbidden:
                self.assertFalse(word in text, f"{forgery.kind}: the answer says {word!r}")

    def test_a_refused_forgery_replayed_is_refused_again(self):
        letters = {record["headers"]["ce_id"] for record in self.records
                   if record["topic"].endswith(".dlq") and record["headers"].get("ce_id") in self.ids and "dlq_reason" in record["headers"]}
        self.assertTrue(letters, "no forgery became a dead letter, so nothing was tried")
        for letter in sorted(letters)[:10]:
            done = subprocess.run(["hookswitch", "dlq", "replay", letter], stdin=subprocess.DEVNULL, capture_output=True, check=False)
            self.assertEqual(done.returncode, 0, done.stderr)
        settle()
        self.assertEqual(self.fingerprints(), self.before)


class Topics(unittest.TestCase):
    """What a subscriber reads: each record is of whose number, agent or words are in it."""

    @classmethod
    def setUpClass(cls):
        cls.records = bus.everything()

    def test_the_words_of_one_company_never_come_under_the_name_of_the_other(self):
        looked_at, holes = Counter(), []
        for record in self.records:
            tenant = record["headers"].get("ce_tenantid")
            for canary in CANARIES:
                if tenant == canary.tenant:
                    looked_at[f"{record['topic']} of {tenant}"] += 1
                    text = bus.as_text(record)
                    holes += [f"{record['topic']} {record['headers']['ce_id']} of {tenant} says {word!r}"
                              for word in other_than(canary).words() if word in text]
        report("records searched for the other's words", looked_at, holes, "found")
        self.assertEqual(holes, [])
        for canary in CANARIES:
            self.assertTrue([name for name in looked_at if name.endswith(f"calls.v1 of {canary.tenant}")])

    def test_every_domain_event_is_of_the_owner_of_the_number_in_it(self):
        owner = {canary.number: canary.tenant for canary in CANARIES}
        looked_at = Counter()
        for record in filter(bus.is_domain_event, self.records):
            data, tenant = record["data"], record["headers"]["ce_tenantid"]
            ours = {"CALL_DIRECTION_INBOUND": "to_number", "CALL_DIRECTION_OUTBOUND": "from_number"}.get(data.get("direction"))
            number = (data.get(ours) or {}).get("plain") if ours else None
            if number in owner:
                looked_at[tenant] += 1
                self.assertEqual(tenant, owner[number], bus.as_text(record))
        for canary in CANARIES:
            self.assertGreater(looked_at[canary.tenant], 0)

    def test_everything_about_one_call_or_booking_is_of_one_company(self):
        tenants: dict[tuple, set] = {}
        for record in filter(bus.is_domain_event, self.records):
            tenants.setdefault((record["topic"], record["key"]), set()).add(record["headers"]["ce_tenantid"])
        self.assertTrue(tenants)
        self.assertEqual({key: names for key, names in tenants.items() if len(names) != 1}, {})

    def test_what_has_no_owner_names_none(self):
        unresolved = [record for record in self.records if record["topic"] == "hookswitch.webhooks.unresolved.v1"]
        self.assertTrue(unresolved)
        self.assertEqual([record for record in unresolved if "ce_tenantid" in record["headers"]], [])

    def test_who_asks_for_one_tenant_gets_no_other(self):
        for canary in CANARIES:
            records = bus.everything("--tenant", canary.tenant)
            self.assertTrue(records)
            self.assertEqual({record["headers"].get("ce_tenantid") for record in records}, {canary.tenant})
            text = "\n".join(map(bus.as_text, records))
            self.assertEqual([word for word in other_than(canary).words() if word in text], [])


if __name__ == "__main__":
    unittest.main()
