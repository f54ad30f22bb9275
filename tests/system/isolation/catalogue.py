"""What lies in the services' database, as its own catalogue says; and connections to it under a role of one's choice."""

import functools
import sys
from dataclasses import dataclass
from urllib.parse import urlsplit

import psycopg2

from harness import ROOT, credentials, setting

sys.path.insert(0, str(ROOT / "deploy/local"))

from stack import SCHEMAS  # noqa: E402

SYSTEMS_OWN = "n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'"


def connect(role: str):
    """A real connection of that role, with the password that its service was given."""
    url = urlsplit(setting("HOOKSWITCH_POSTGRES_URL"))
    return psycopg2.connect(host=url.hostname, port=url.port, dbname=url.path[1:], user=role, password=credentials()[role],
                            application_name="isolation test")


@dataclass(frozen=True)
class Relation:
    """A table, a partition or a view."""

    schema: str
    name: str
    kind: str  # as pg_class.relkind has it
    is_partition: bool
    guarded: bool  # row-level security, forced
    columns: tuple[str, ...]  # but generated ones
    options: tuple[str, ...]

    @property
    def path(self) -> str:
        return f'"{self.schema}"."{self.name}"'

    @property
    def is_table(self) -> bool:
        return self.kind in "rpf"

    @property
    def has_tenant(self) -> bool:
        return "tenant_id" in self.columns


@dataclass(frozen=True)
class Function:
    path: str
    name: str
    returns: str
    arguments: tuple[str, ...]  # types
    definer: bool  # runs with its owner's rights
    settings: tuple[str, ...]


class Catalogue:
    """Read once, as the superuser."""

    def __init__(self):
        self.superuser = connect("postgres")
        self.superuser.autocommit = True
        self.schemas = [name for name, in self.rows(f"SELECT nspname FROM pg_namespace n WHERE {SYSTEMS_OWN} ORDER BY 1")
                        if name != "public"]
        self.relations = [Relation(*row[:5], tuple(row[5]), tuple(row[6] or ())) for row in self.rows(f"""
            SELECT n.nspname, c.relname, c.relkind::text, c.relispartition, c.relrowsecurity AND c.relforcerowsecurity,
                   (SELECT array_agg(attname::text ORDER BY attnum) FROM pg_attribute
                    WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped AND attgenerated = '' AND attidentity <> 'a'),
                   c.reloptions
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE {SYSTEMS_OWN} AND c.relkind IN ('r', 'p', 'v', 'm', 'f') ORDER BY 1, 2""")]
        self.functions = [(row[0], Function(*row[1:4], tuple(row[4]), row[5], tuple(row[6] or ()))) for row in self.rows(f"""
            SELECT n.nspname, format('%I.%I', n.nspname, p.proname), p.proname, format_type(p.prorettype, NULL),
                   (SELECT coalesce(array_agg(format_type(type, NULL) ORDER BY place), '{{}}')
                    FROM unnest(p.proargtypes) WITH ORDINALITY AS a(type, place)), p.prosecdef, p.proconfig
            FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE {SYSTEMS_OWN} ORDER BY 1, 2""")]

    def rows(self, sql: str, parameters=None) -> list[tuple]:
        with self.superuser.cursor() as cursor:
            cursor.execute(sql, parameters)
            return cursor.fetchall()

    def one(self, sql: str, parameters=None):
        return self.rows(sql, parameters)[0][0]

    def of(self, schema: str) -> list[Relation]:
        return [relation for relation in self.relations if relation.schema == schema]

    def rows_of(self, relation: Relation, tenant: str) -> int:
        return self.one(f"SELECT count(*) FROM {relation.path} WHERE tenant_id = %s", (tenant,))

    @functools.cache
    def some_row(self, relation: Relation, tenant: str) -> str | None:
        """A genuine row of the tenant's as JSON: from the table itself or, for an empty partition, from its parent."""
        source = relation.path
        if relation.is_partition:
            source = self.one("SELECT inhparent::regclass::text FROM pg_inherits WHERE inhrelid = %s::regclass", (relation.path,))
        found = self.rows(f"SELECT to_jsonb(r)::text FROM {source} r WHERE tenant_id = %s LIMIT 1", (tenant,))
        return found[0][0] if found else None

    @functools.cache
    def changeable(self, relation: Relation, role: str) -> str:
        """A column that the role may update, if there is one."""
        found = self.rows("SELECT quote_ident(attname) FROM pg_attribute WHERE attrelid = %s::regclass AND attname = ANY(%s)"
                          " AND has_column_privilege(%s, attrelid, attnum, 'UPDATE') ORDER BY attnum LIMIT 1",
                          (relation.path, list(relation.columns), role))
        return found[0][0] if found else "tenant_id"

    def fingerprint(self, relation: Relation, tenant: str) -> str:
        """Changes whenever one of the tenant's rows does."""
        return self.one(f"SELECT md5(coalesce(string_agg(r::text, '|' ORDER BY r::text), '')) FROM {relation.path} r"
                        " WHERE tenant_id = %s", (tenant,))

    def fingerprints_of(self, schema: str) -> dict[str, str]:
        """By table: changes whenever a row does. Without what the schema's outbox and runtime have under way."""
        def keeps_what_was_said(relation: Relation) -> bool:
            return relation.is_table and relation.name not in ("outbox", "inbox", "attempt", "consumer_run")
        return {relation.path: self.one(f"SELECT md5(coalesce(string_agg(r::text, '|' ORDER BY r::text), '')) FROM {relation.path} r")
                for relation in self.of(schema) if keeps_what_was_said(relation)}
