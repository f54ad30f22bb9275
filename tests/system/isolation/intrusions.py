"""What somebody who has an app role's connection may try, to get at rows of a tenant that is not his. Each try is a transaction of its
own that is committed if the server lets it (`keep`), so that what it did would be there to be found."""

import io
from collections import Counter
from dataclasses import dataclass, field
from typing import Callable, Iterator

import psycopg2
from catalogue import Catalogue, Function, Relation, connect

RUNTIMES_BEGIN = "SELECT set_config('app.tenants', %s, true)"  # as libs/postgres begins every transaction
INSUFFICIENT_PRIVILEGE = "42501"  # also: a row that its policy does not let in
NOT_WITH_ROW_SECURITY = "0A000"  # COPY FROM
WRONG_KIND = {"42809", "55000"}  # writing into what is no table


@dataclass(frozen=True)
class Context:
    """What a transaction finds set: none of it may show the victim's rows."""

    name: str
    session: Callable  # (connection, victim): what came before
    tenants: Callable[[str, str], str | None]  # (victim, other) → what the transaction sets; nothing: it sets nothing


def _fresh(connection, victim: str) -> None:
    """Nobody ever set tenants on this session."""


def _rolled_back(connection, victim: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(RUNTIMES_BEGIN, (victim,))
    connection.rollback()


def _left_behind(connection, victim: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.tenants', %s, false)", (victim,))
    connection.commit()


CONTEXTS = (
    Context("unset", _fresh, lambda victim, other: None),
    Context("empty", _fresh, lambda victim, other: ""),
    Context("the other tenant", _fresh, lambda victim, other: other),
    Context("after a rollback", _rolled_back, lambda victim, other: None),
    Context("session-level SET left, then the other", _left_behind, lambda victim, other: other),
    Context("session-level SET left, then none", _left_behind, lambda victim, other: ""),
    Context("a list without it", _fresh, lambda victim, other: f"{other},somebody-else,nobody"),
    Context("a list of look-alikes", _fresh, lambda victim, other: ",".join((
        f" {victim}", f"{victim} ", victim.upper(), f"{{{victim}}}", f'"{victim}"', f"'{victim}'", victim[:-1], victim + "x", "*", "%", "",
        "NULL", f"{victim};{victim}", f"{other}\n{victim}"))),
)


@dataclass
class Outcome:
    """How often each kind was tried, and each time that it got through."""

    tried: Counter = field(default_factory=Counter)
    holes: list = field(default_factory=list)

    def __iadd__(self, other: "Outcome") -> "Outcome":
        self.tried += other.tried
        self.holes += other.holes
        return self

    def add(self, kind: str, where: str, hole: str | None) -> None:
        self.tried[kind] += 1
        if hole:
            self.holes.append((kind, where, hole))


class Intruder:
    """One app role in one context, after the victim's rows."""

    def __init__(self, catalogue: Catalogue, role: str, context: Context, victim: str, other: str, outcome: Outcome,
                 keep: bool = True):
        self.catalogue, self.role, self.context, self.victim, self.other = catalogue, role, context, victim, other
        self.outcome = outcome
        self.connection = connect(role)
        context.session(self.connection, victim)
        self.end = self.connection.commit if keep else self.connection.rollback

    def __enter__(self):
        return self

    def __exit__(self, *error) -> None:
        self.connection.close()

    def attempt(self, kind: str, where: str, work: Callable, refusals: set[str]) -> None:
        """`work(cursor)` gives what it got hold of, or nothing. An error is a refusal only if it is one of `refusals`."""
        tenants = self.context.tenants(self.victim, self.other)
        with self.connection.cursor() as cursor:
            try:
                if tenants is not None:
                    cursor.execute(RUNTIMES_BEGIN, (tenants,))
                got = work(cursor)
                self.end()
            except psycopg2.Error as error:
                self.connection.rollback()
                got = None if error.pgcode in refusals else f"{error.pgcode} {error.diag.message_primary}"
        self.outcome.add(kind, where, got and f"{got} as {self.role}, app.tenants {self.context.name}")

    def try_relation(self, relation: Relation) -> None:
        for kind, work, refusals in attempts_on(self.catalogue, relation, self.role, self.victim, self.other):
            self.attempt(kind, relation.name, work, refusals)

    def try_function(self, function: Function, relations: list[Relation]) -> None:
        """Any way of calling it may end in an error; none may give a word of the victim's."""
        values = {"text": self.victim, "text[]": [self.victim], "integer": 1, "bigint": 1, "smallint": 1, "date": "2026-11-01",
                  "boolean": True, "jsonb": "{}", "uuid": "00000000-0000-0000-0000-000000000000",
                  "regclass": relations[0].path}
        parameters = [values.get(kind) for kind in function.arguments]
        places = ", ".join(f"%s::{kind}" for kind in function.arguments)

        called = f"{function.path}({places})"

        def call(cursor):
            cursor.execute(f"SELECT {called}" if function.returns == "trigger" else f"SELECT f::text FROM {called} AS f", parameters)
            return foreign_words(cursor.fetchall(), self.victim)

        not_callable = {"0A000"} if function.returns == "trigger" else set()
        self.attempt("function", function.name, call, {INSUFFICIENT_PRIVILEGE, "P0001"} | not_callable)


def foreign_words(rows: list[tuple], victim: str) -> str | None:
    found = [row for row in rows if any(victim in str(value) for value in row)]
    return f"{len(found)} rows" if found else None


def attempts_on(catalogue: Catalogue, relation: Relation, role: str, victim: str,
                other: str) -> Iterator[tuple[str, Callable, set[str]]]:
    """Kind, what is done, and which refusals are right."""
    through = "" if relation.is_table else " through a view"
    denied = {INSUFFICIENT_PRIVILEGE}
    written = denied | (set() if relation.is_table else WRONG_KIND)
    for kind, sql in reading(relation, victim):
        yield kind + through, showing(sql, victim), denied
    yield "COPY out" + through, copied_out(relation, victim), denied
    for kind, sql, parameters in writing(catalogue, relation, role, victim, other):
        yield kind + through, touching(sql, parameters), written
    if relation.has_tenant:
        yield "COPY in" + through, copied_in(relation, victim), written | {NOT_WITH_ROW_SECURITY}


def reading(relation: Relation, victim: str) -> Iterator[tuple[str, str]]:
    if not relation.has_tenant:  # a view that hides whose its rows are
        yield "SELECT", f"SELECT r::text FROM {relation.path} r"
        return
    yield "SELECT", f"SELECT tenant_id FROM {relation.path}"
    yield "SELECT", f"SELECT count(*), '{victim}' FROM {relation.path} WHERE tenant_id = '{victim}' HAVING count(*) > 0"
    # Division by zero, if the predicate ever sees a row that the policy hides.
    yield "SELECT by a telling predicate", (
        f"SELECT 1 FROM {relation.path} WHERE tenant_id = '{victim}' AND 1 / (length(tenant_id) - length(tenant_id)) = 1")
    if relation.is_table:
        yield "SELECT FOR UPDATE", f"SELECT tenant_id FROM {relation.path} FOR UPDATE"


def showing(sql: str, victim: str) -> Callable:
    def work(cursor):
        cursor.execute(sql)
        return foreign_words(cursor.fetchall(), victim)
    return work


def writing(catalogue: Catalogue, relation: Relation, role: str, victim: str, other: str) -> Iterator[tuple[str, str, tuple]]:
    """Only rows of the victim's are aimed at, and own ones only to give them away: nobody else's data changes."""
    if not relation.has_tenant:
        return
    columns = ", ".join(f'"{name}"' for name in relation.columns)
    row = catalogue.some_row(relation, victim)
    if row is None:
        yield "INSERT", f"INSERT INTO {relation.path} (tenant_id) VALUES (%s)", (victim,)
    else:
        record = f"SELECT {columns} FROM jsonb_populate_record(NULL::{relation.path}, %s::jsonb)"
        yield "INSERT", f"INSERT INTO {relation.path} ({columns}) {record}", (row,)
        if relation.kind in "rp":
            yield "INSERT over it", f"INSERT INTO {relation.path} ({columns}) {record} ON CONFLICT DO NOTHING", (row,)
    column = catalogue.changeable(relation, role)
    yield "UPDATE", f"UPDATE {relation.path} SET {column} = {column} WHERE tenant_id = %s", (victim,)
    yield "UPDATE by a hidden predicate", f"UPDATE {relation.path} SET {column} = {column} WHERE tenant_id <> ALL(%s)", ([other],)
    # Without WHERE, which would bring the policy for reading in.
    yield "UPDATE to give away", f"UPDATE {relation.path} SET tenant_id = %s", (victim,)
    yield "UPDATE to take", f"UPDATE {relation.path} SET tenant_id = %s WHERE tenant_id = %s", (other, victim)
    yield "DELETE", f"DELETE FROM {relation.path} WHERE tenant_id = %s", (victim,)
    yield "DELETE by a hidden predicate", f"DELETE FROM {relation.path} WHERE tenant_id <> ALL(%s)", ([other],)
    if relation.is_table:
        yield "TRUNCATE", f"TRUNCATE {relation.path}", ()


def touching(sql: str, parameters: tuple) -> Callable:
    def work(cursor):
        cursor.execute(sql, parameters)
        return f"{cursor.rowcount} rows" if cursor.rowcount > 0 or sql.startswith("TRUNCATE") else None
    return work


def copied_out(relation: Relation, victim: str) -> Callable:
    def work(cursor):
        sink = io.StringIO()
        what = "tenant_id" if relation.has_tenant else "*"
        cursor.copy_expert(f"COPY (SELECT {what} FROM {relation.path}) TO STDOUT", sink)
        if relation.kind == "r" and relation.has_tenant:
            cursor.copy_expert(f"COPY {relation.path} (tenant_id) TO STDOUT", sink)
        return foreign_words([(line,) for line in sink.getvalue().splitlines()], victim)
    return work


def copied_in(relation: Relation, victim: str) -> Callable:
    def work(cursor):
        cursor.copy_expert(f"COPY {relation.path} (tenant_id) FROM STDIN", io.StringIO(victim + "\n"))
        return f"{cursor.rowcount} rows" if cursor.rowcount > 0 else None
    return work
