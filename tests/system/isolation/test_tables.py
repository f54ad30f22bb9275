"""No table, view or function of any schema shows or changes a row of a tenant whose turn it is not. The walk takes what there is from
the server's catalogue, so that a new table is walked without being listed; what is open is listed here, with its reason."""

import io
import itertools
import re
import unittest
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import psycopg2
from canaries import CANARIES, Canary, other_than, seed
from catalogue import SCHEMAS, Catalogue, Relation, connect
from harness import ROOT
from intrusions import CONTEXTS, INSUFFICIENT_PRIVILEGE, Context, Intruder, Outcome, foreign_words
from reports import report

# Tables that an app role may read whatever app.tenants says. The runtime's own, in every schema:
RUNTIMES = {
    "inbox": "ids of handled messages, hashes that say nothing; a batch's are looked up whatever tenants it has",
    "outbox": "events on their way: whoever owns the partition publishes them, whatever tenants they are of",
    "attempt": "where a failing message lies, and how often it failed",
    "consumer_run": "which process began and ended when",
    "migration": "which migrations have run",
}
# A service's own, as (schema, table): reason.
SERVICES_OPEN = {
    ("booking", "uid_owner"): "whose a booking is, looked up for webhooks that do not say their tenant, so before there is one",
    ("booking", "waiting_webhook"): "webhooks until it is known whose they are: no tenant_id, row-level security by whose booking it is",
    ("call_processing", "forgotten"): "before which month calls are kept no more; one row at most, of no tenant",
    ("directory", "access_token"): "bearer tokens' digests; the operator gives them and takes them back, no tenant has a part in them",
    ("directory", "company_id"): "ids of companies: an operator's request learns here for which tenants to begin its transaction",
    ("directory", "provider_key"): "keys of workspaces, sealed; the operator's, no tenant has a part in them",
    ("directory", "entity_change"): "keys of entities that have changed and that unresolved webhooks wait for; gone when those were looked at",
    ("directory", "unresolved_arrival"): "ids of unresolved webhooks of which nobody has asked yet whose they are",
    ("directory", "unresolved_failure"): "ids of unresolved webhooks that could not be looked at, and when they are tried again",
    ("directory", "unresolved_key"): "what unresolved webhooks wait for: keys of entities that nobody owns, or not as the webhook says",
    ("directory", "unresolved_webhook"): "webhooks that are nobody's, so the operator's, until it is known whose they are; gone then",
    ("directory", "workspace"): "ids of workspaces; which companies they speak for lies guarded in workspace_company",
}
# Policies that ask for no tenant, as (table, policy): reason.
POLICIES_WITHOUT_TENANT = {
    ("booking.waiting_webhook", "laid_down"): "lets a row be laid down, not be read",
    ("booking.waiting_webhook", "too_old"): "the owner's, for what is to be deleted after 35 days",
}
# Guarded tables that nothing coming through the door fills, as (schema, table): reason.
NOT_SEEDED: dict[tuple[str, str], str] = {}

catalogue: Catalogue


def setUpModule():
    global catalogue
    seed()
    catalogue = Catalogue()


def tearDownModule():
    catalogue.superuser.close()


def is_open(relation: Relation) -> bool:
    return relation.name in RUNTIMES or (relation.schema, relation.name) in SERVICES_OPEN


def app(schema: str) -> str:
    return f"{schema}_app"


def guarded() -> list[Relation]:
    return [relation for relation in catalogue.relations if relation.is_table and relation.has_tenant and not is_open(relation)]


class Declared(unittest.TestCase):
    """What the catalogue says of itself."""

    def test_the_schemas_are_those_that_the_stack_makes_and_public_is_empty(self):
        self.assertEqual(sorted(catalogue.schemas), sorted(SCHEMAS))
        self.assertEqual([relation.path for relation in catalogue.of("public")], [])

    def test_every_table_is_guarded_or_open_on_purpose(self):
        unguarded = [relation.path for relation in catalogue.relations
                     if relation.is_table and not is_open(relation) and not (relation.has_tenant and relation.guarded)]
        self.assertEqual(unguarded, [], "give them a tenant_id and FORCE ROW LEVEL SECURITY, or name them here with the reason")

    def test_every_table_that_is_named_here_is_there(self):
        """A name that outlives its table would open the next one of that name."""
        there = {(relation.schema, relation.name) for relation in catalogue.relations if relation.is_table}
        self.assertEqual((SERVICES_OPEN.keys() | NOT_SEEDED.keys()) - there, set())
        self.assertEqual(RUNTIMES.keys() - {name for _, name in there}, set())

    def test_every_open_table_with_a_tenant_is_one_that_its_service_names(self):
        with_tenant = {(r.schema, r.name) for r in catalogue.relations if r.has_tenant and is_open(r) and r.name not in RUNTIMES}
        self.assertEqual(set(unguarded_of_definitions()), with_tenant)

    def test_every_policy_asks_for_the_tenants_of_the_transaction(self):
        policies = catalogue.rows("""
            SELECT c.oid::regclass::text, p.polname, p.polpermissive, pg_get_expr(p.polqual, c.oid), pg_get_expr(p.polwithcheck, c.oid)
            FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid""")
        self.assertTrue(policies)
        for table, name, permissive, using, check in policies:
            for expression in filter(None, (using, check)):
                if permissive and (table, name) not in POLICIES_WITHOUT_TENANT:
                    self.assertIn("current_setting('app.tenants'", expression, f"policy {name} of {table}")
                    self.assertIn("tenant_id = ANY", expression, f"policy {name} of {table}")
        covered = {table.replace('"', "") for table, *_ in policies}
        self.assertEqual({f"{r.schema}.{r.name}" for r in guarded()} - covered, set(), "tables without a policy")

    def test_views_have_the_rights_of_who_asks_and_nothing_is_kept_outside_the_guard(self):
        for relation in catalogue.relations:
            self.assertIn(relation.kind, "rpv", f"{relation.path}: row-level security does not reach into this kind")
            if relation.kind == "v":
                self.assertTrue({"security_invoker=true", "security_invoker=on"} & set(relation.options), relation.path)

    def test_a_function_with_its_owners_rights_pins_its_search_path(self):
        for _, function in catalogue.functions:
            if function.definer:
                self.assertTrue([s for s in function.settings if s.startswith("search_path=")], function.path)

    def test_app_roles_are_nobody(self):
        for schema in catalogue.schemas:
            role = app(schema)
            [flags] = catalogue.rows("SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication FROM pg_roles"
                                     " WHERE rolname = %s", (role,))
            self.assertEqual(flags, (False,) * 5, role)
            self.assertEqual(catalogue.rows("SELECT roleid::regrole FROM pg_auth_members WHERE member = %s::regrole", (role,)), [])
            owned = catalogue.rows("SELECT classid::regclass, objid FROM pg_shdepend WHERE deptype = 'o' AND refobjid = %s::regrole",
                                   (role,))
            self.assertEqual(owned, [], f"{role} owns something")

    def test_each_guarded_table_has_rows_of_both_canaries(self):
        """Or the walk would prove nothing."""
        for relation in guarded():
            if relation.is_partition or (relation.schema, relation.name) in NOT_SEEDED:
                continue
            for canary in CANARIES:
                self.assertGreater(catalogue.rows_of(relation, canary.tenant), 0,
                                   f"{relation.path} has no row of {canary.tenant}: seed it (canaries.py) or name it in NOT_SEEDED")


def unguarded_of_definitions() -> list[tuple[str, str]]:
    """What the services' ConsumerDefinitions name as `unguarded_tables`."""
    found = []
    for path in sorted(ROOT.glob("services/*/composition.cpp")):
        for names in re.findall(r"\.unguarded_tables\s*=\s*\{([^}]*)\}", path.read_text(encoding="utf-8")):
            found += [(path.parent.name.replace("-", "_"), name) for name in re.findall(r'"([^"]+)"', names)]
    return found


class Walk(unittest.TestCase):
    def test_a_role_sees_its_tenants_rows(self):
        """All of them, and nobody else's: the other tests would pass on a database that shows nothing to anybody."""
        for relation in guarded():
            with closing(connect(app(relation.schema))) as connection, connection.cursor() as cursor:
                cursor.execute("SELECT has_table_privilege(%s, 'SELECT')", (relation.path,))
                if not cursor.fetchone()[0]:
                    continue
                for canary in CANARIES:
                    cursor.execute("SELECT set_config('app.tenants', %s, true)", (canary.tenant,))
                    cursor.execute(f"SELECT tenant_id, count(*) FROM {relation.path} GROUP BY 1")
                    there = catalogue.rows_of(relation, canary.tenant)
                    self.assertEqual(dict(cursor.fetchall()), {canary.tenant: there} if there else {}, relation.path)

    def test_force_holds_the_owners_of_the_tables_too(self):
        for relation in guarded():
            with closing(connect(f"{relation.schema}_owner")) as connection, connection.cursor() as cursor:
                cursor.execute(f"SELECT count(*) FROM {relation.path}")
                self.assertEqual(cursor.fetchone()[0], 0, relation.path)

    def test_nobody_sees_or_changes_a_foreign_row_in_any_way(self):
        before = self.fingerprints()
        turns = itertools.product(CANARIES, CONTEXTS, catalogue.schemas)
        outcome = Outcome()
        with ThreadPoolExecutor(4) as pool:
            for one in pool.map(lambda turn: self.walk(*turn), turns):
                outcome += one
        report("attempts at rows of another tenant", outcome.tried, outcome.holes)
        self.assertEqual(outcome.holes, [])
        self.assertEqual(self.fingerprints(), before, "somebody's rows have changed")
        for kind in ("SELECT", "INSERT", "UPDATE", "DELETE", "COPY out", "COPY in", "SELECT through a view", "function"):
            self.assertGreater(outcome.tried[kind], 0, f"{kind} was never tried")

    @staticmethod
    def walk(victim: Canary, context: Context, schema: str) -> Outcome:
        outcome = Outcome()
        relations = catalogue.of(schema)
        with Intruder(catalogue, app(schema), context, victim.tenant, other_than(victim).tenant, outcome) as intruder:
            for relation in relations:
                if relation in guarded() or not relation.is_table:
                    intruder.try_relation(relation)
            for home, function in catalogue.functions:
                if home == schema:
                    intruder.try_function(function, relations)
        return outcome

    @staticmethod
    def fingerprints() -> dict:
        return {(relation.path, canary.tenant): catalogue.fingerprint(relation, canary.tenant)
                for relation in guarded() for canary in CANARIES}

    def test_no_service_reads_another_services_schema(self):
        tried, holes = Counter(), []
        for schema in catalogue.schemas:
            with closing(connect(app(schema))) as connection, connection.cursor() as cursor:
                for relation in catalogue.relations:
                    if relation.schema == schema:
                        continue
                    for kind, sql in (("SELECT", "SELECT 1 FROM {}"), ("INSERT", "INSERT INTO {} DEFAULT VALUES"),
                                      ("DELETE", "DELETE FROM {}"), ("COPY out", "COPY (SELECT * FROM {}) TO STDOUT")):
                        tried[kind] += 1
                        if not is_denied(connection, cursor, sql.format(relation.path)):
                            holes.append(f"{kind} {relation.path} as {app(schema)}")
                for home, function in catalogue.functions:
                    if home != schema:
                        tried["function"] += 1
                        nulls = ", ".join(f"NULL::{kind}" for kind in function.arguments)
                        if not is_denied(connection, cursor, f"SELECT {function.path}({nulls})"):
                            holes.append(f"function {function.path} as {app(schema)}")
        report("attempts at schemas of other services", tried, holes)
        self.assertEqual(holes, [])


def is_denied(connection, cursor, sql: str) -> bool:
    """True when the server says that the role may not. Whatever else happens is undone, and is no denial."""
    try:
        if sql.startswith("COPY"):
            cursor.copy_expert(sql, io.StringIO())
        else:
            cursor.execute(sql)
        return False
    except psycopg2.Error as error:
        return error.pgcode == INSUFFICIENT_PRIVILEGE
    finally:
        connection.rollback()


class LiftingTheGuard(unittest.TestCase):
    """An app role tries to become somebody who sees more."""

    def test_nothing_that_a_role_may_say_lifts_the_guard(self):
        tried, holes = Counter(), []
        for schema in catalogue.schemas:
            with closing(connect(app(schema))) as connection, connection.cursor() as cursor:
                for kind, sql in self.ways_out(schema):
                    tried[kind] += 1
                    if not is_denied(connection, cursor, sql):
                        holes.append(f"{kind}: {sql} as {app(schema)}")
        report("attempts at lifting the guard", tried, holes)
        self.assertEqual(holes, [])

    @staticmethod
    def ways_out(schema: str):
        role, owner = app(schema), f"{schema}_owner"
        for other in (owner, "postgres", "pg_read_all_data", "pg_read_server_files", "pg_execute_server_program"):
            yield "SET ROLE", f"SET ROLE {other}"
        yield "ALTER ROLE", f"ALTER ROLE {role} BYPASSRLS"
        yield "ALTER ROLE", f"ALTER ROLE {role} SUPERUSER"
        yield "CREATE", f"CREATE ROLE {role}_2"
        yield "CREATE", f"CREATE SCHEMA {role}_schema"
        yield "CREATE", f"CREATE TABLE {schema}.of_mine (a text)"
        yield "CREATE", "CREATE TABLE public.of_mine (a text)"
        yield "CREATE", "CREATE TEMPORARY TABLE of_mine (a text)"
        yield "CREATE", f"CREATE FUNCTION {schema}.of_mine() RETURNS text LANGUAGE sql AS 'SELECT 1::text'"
        yield "files", "SELECT pg_read_file('postgresql.conf')"
        yield "files", "SELECT pg_ls_dir('.')"
        yield "files", "COPY (SELECT 1) TO PROGRAM 'true'"
        yield "files", "SELECT lo_import('/etc/hostname')"
        yield "passwords", "SELECT rolpassword FROM pg_authid"
        yield "statistics", "SELECT stavalues1 FROM pg_statistic"
        yield "SET", "SET session_replication_role = replica"
        for relation in guarded():
            if relation.schema != schema:
                continue
            for change in ("DISABLE ROW LEVEL SECURITY", "NO FORCE ROW LEVEL SECURITY", f"OWNER TO {role}"):
                yield "ALTER TABLE", f"ALTER TABLE {relation.path} {change}"
            yield "policy", f"CREATE POLICY mine ON {relation.path} USING (true)"
            yield "policy", f"DROP POLICY tenants ON {relation.path}"
            yield "row_security off", f"SET row_security = off; SELECT 1 FROM {relation.path}"
            toast = catalogue.one("SELECT nullif(reltoastrelid, 0)::regclass::text FROM pg_class WHERE oid = %s::regclass",
                                  (relation.path,))
            if toast:
                yield "TOAST", f"SELECT chunk_data FROM {toast}"

    def test_the_planners_statistics_of_guarded_tables_are_hidden(self):
        catalogue.superuser.cursor().execute("ANALYZE")
        known = catalogue.one("SELECT count(*) FROM pg_stats WHERE attname = 'tenant_id' AND most_common_vals IS NOT NULL")
        self.assertGreater(known, 0, "there is nothing to hide")
        for schema in catalogue.schemas:
            with closing(connect(app(schema))) as connection, connection.cursor() as cursor:
                cursor.execute("SELECT tablename, most_common_vals::text, histogram_bounds::text FROM pg_stats"
                               " WHERE (schemaname, tablename) IN (SELECT * FROM unnest(%s, %s))",
                               ([r.schema for r in guarded()], [r.name for r in guarded()]))
                rows = cursor.fetchall()
            for canary in CANARIES:
                self.assertIsNone(foreign_words(rows, canary.tenant), schema)


if __name__ == "__main__":
    unittest.main()
