"""Rows that the database itself lets nobody change, remove or put another in the place of; only a new one is taken.

But for one way: what a row of `cuts` covers may go. That row alone makes nothing right: the chain itself must say,
under a seal, that it was cut there, or whoever holds the record against its seals finds entries missing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import DDL, Connection, FromClause, event

# On SQLite a row put in the place of another one removes that without a word, unless the first trigger sees it.
_SQLITE = (
    "CREATE TRIGGER events_are_not_replaced BEFORE INSERT ON events "
    "WHEN EXISTS (SELECT 1 FROM events WHERE id = NEW.id OR (chain = NEW.chain AND number = NEW.number)) "
    "BEGIN SELECT RAISE(ABORT, 'the record is not changed'); END",
    "CREATE TRIGGER events_are_not_changed BEFORE UPDATE ON events "
    "BEGIN SELECT RAISE(ABORT, 'the record is not changed'); END",
    "CREATE TRIGGER events_are_not_removed BEFORE DELETE ON events "
    "WHEN NOT EXISTS (SELECT 1 FROM cuts WHERE chain = OLD.chain AND up_to >= OLD.number) "
    "BEGIN SELECT RAISE(ABORT, 'the record is not changed'); END",
)
_POSTGRESQL = (
    "CREATE FUNCTION leave_the_record() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN IF TG_OP = 'DELETE' THEN IF EXISTS "
    "(SELECT 1 FROM cuts WHERE chain = OLD.chain AND up_to >= OLD.number) THEN RETURN OLD; END IF; END IF; "
    "RAISE EXCEPTION 'the record is not changed' USING ERRCODE = 'integrity_constraint_violation'; END $$",
    "CREATE TRIGGER events_are_not_changed BEFORE UPDATE OR DELETE ON events "
    "FOR EACH ROW EXECUTE FUNCTION leave_the_record()",
    "CREATE TRIGGER events_are_not_emptied BEFORE TRUNCATE ON events "
    "FOR EACH STATEMENT EXECUTE FUNCTION leave_the_record()",
)
STATEMENTS = {"sqlite": _SQLITE, "postgresql": _POSTGRESQL}
_LIFT = {
    "sqlite": tuple(f"DROP TRIGGER events_are_not_{what}" for what in ("replaced", "changed", "removed")),
    "postgresql": ("DROP FUNCTION leave_the_record() CASCADE",),
}


def guard(table: FromClause) -> None:
    """From its making on the table is guarded, where it is made from the model; a migration says it itself."""
    for dialect, statements in STATEMENTS.items():
        for text in statements:
            event.listen(table, "after_create", DDL(text).execute_if(dialect=dialect))  # type: ignore[no-untyped-call]


@contextmanager
def lifted(connection: Connection) -> Iterator[None]:
    """Without the guard, until the end of it: for a region of invented people that is thrown away as a whole."""
    for text in _LIFT[connection.dialect.name]:
        connection.exec_driver_sql(text)
    yield
    for text in STATEMENTS[connection.dialect.name]:
        connection.exec_driver_sql(text)
