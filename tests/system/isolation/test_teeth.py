"""The walk finds holes: here are some, made on purpose in a schema of their own and gone afterwards."""

import unittest
from collections import defaultdict
from contextlib import contextmanager

from canaries import AURORA, LINDENHOF
from catalogue import SCHEMAS, Catalogue, connect
from intrusions import CONTEXTS, Intruder, Outcome

HOLES = "isolation_holes"
ROLE = f"{SCHEMAS[0]}_app"
GUARD = "USING (tenant_id = ANY (string_to_array(nullif(current_setting('app.tenants', true), ''), ',')))"
TABLES = {  # name → what is wrong with it
    "sound": f"ALTER TABLE {{}} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; CREATE POLICY p ON {{}} {GUARD}",
    "never_guarded": "",
    "guarded_by_nothing": "ALTER TABLE {} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; CREATE POLICY p ON {} USING (true)",
    "unchecked": f"ALTER TABLE {{}} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; CREATE POLICY p ON {{}} {GUARD} WITH CHECK (true)",
    "of_the_session": ("ALTER TABLE {} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; CREATE POLICY p ON {} USING"
                       " (coalesce(current_setting('app.tenants', true), '') IN ('', tenant_id))"),
}
OTHERS = f"""
    CREATE VIEW {HOLES}.owners_view AS SELECT * FROM {HOLES}.sound;
    CREATE VIEW {HOLES}.askers_view WITH (security_invoker = true) AS SELECT * FROM {HOLES}.sound;
    CREATE FUNCTION {HOLES}.definer() RETURNS SETOF {HOLES}.sound SECURITY DEFINER LANGUAGE sql AS 'SELECT * FROM {HOLES}.sound';
    CREATE FUNCTION {HOLES}.invoker() RETURNS SETOF {HOLES}.sound LANGUAGE sql AS 'SELECT * FROM {HOLES}.sound';
    GRANT USAGE ON SCHEMA {HOLES} TO {ROLE};
    GRANT ALL ON ALL TABLES IN SCHEMA {HOLES} TO {ROLE}"""


@contextmanager
def holes():
    superuser = connect("postgres")
    superuser.autocommit = True
    with superuser.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA IF EXISTS {HOLES} CASCADE; CREATE SCHEMA {HOLES}")
        try:
            for table, wrong in TABLES.items():
                path = f"{HOLES}.{table}"
                cursor.execute(f"CREATE TABLE {path} (tenant_id text NOT NULL, words text);"
                               f"INSERT INTO {path} VALUES ('{LINDENHOF.tenant}', 'a'), ('{AURORA.tenant}', 'b');")
                if wrong:
                    cursor.execute(wrong.format(path, path))
            cursor.execute(OTHERS)
            yield
        finally:
            cursor.execute(f"DROP SCHEMA {HOLES} CASCADE")
            superuser.close()


class Teeth(unittest.TestCase):
    def test_every_hole_is_found_and_what_is_sound_is_not_blamed(self):
        with holes():
            catalogue = Catalogue()
            outcome = Outcome()
            for context in CONTEXTS:
                with Intruder(catalogue, ROLE, context, LINDENHOF.tenant, AURORA.tenant, outcome, keep=False) as intruder:
                    for relation in catalogue.of(HOLES):
                        intruder.try_relation(relation)
                    for home, function in catalogue.functions:
                        if home == HOLES:
                            intruder.try_function(function, catalogue.of(HOLES))
            catalogue.superuser.close()
        found = defaultdict(set)
        for kind, where, _ in outcome.holes:
            found[where].add(kind)
        truncate = {"TRUNCATE"}  # row-level security does not stop it: the grant must
        self.assertEqual(found["sound"], truncate)
        self.assertEqual(found["askers_view"], set())
        self.assertEqual(found["invoker"], set())
        everything = {"SELECT", "SELECT by a telling predicate", "SELECT FOR UPDATE", "COPY out", "INSERT", "INSERT over it", "UPDATE",
                      "UPDATE by a hidden predicate", "UPDATE to give away", "UPDATE to take", "DELETE", "DELETE by a hidden predicate"}
        self.assertEqual(found["never_guarded"], everything | truncate | {"COPY in"})
        self.assertEqual(found["guarded_by_nothing"], everything | truncate)
        self.assertGreaterEqual(found["unchecked"], {"INSERT", "INSERT over it", "UPDATE to give away"})
        self.assertGreaterEqual(found["of_the_session"], {"SELECT", "COPY out", "UPDATE", "DELETE", "INSERT"})
        self.assertGreaterEqual(found["owners_view"], {"SELECT through a view", "COPY out through a view"})
        self.assertEqual(found["definer"], {"function"})


if __name__ == "__main__":
    unittest.main()
