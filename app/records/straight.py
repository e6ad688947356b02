"""Rows read and written straight, for the street every finished task goes down: no bookkeeping, never a commit.

The session watches every object it holds, which is most of the time a small deed takes. Rows that nobody in the same
deed looks at again, and values that are only compared, don't need that. Each statement is built once: building it and
naming it for the cache costs more than running it. What the session still holds back is not flushed first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Executable, Insert, Row, insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.records.database import Base


def add(session: Session, table: type[Base], *rows: Mapping[str, Any]) -> None:
    """Add rows to a table, defaults filled in; all of them must name the same columns."""
    if rows:
        session.connection().execute(_insert(table), rows)


def add_unless_there(session: Session, table: type[Base], row: Mapping[str, Any]) -> None:
    """Add a row unless one with its key is there; of two deeds at once the second waits and finds the first's."""
    upsert = postgresql.insert if session.connection().dialect.name == "postgresql" else sqlite.insert
    session.connection().execute(upsert(table.__table__).on_conflict_do_nothing(), row)  # type: ignore[arg-type]


def change(session: Session, statement: Executable, **values: Any) -> int:
    """Run a prepared UPDATE; how many rows it changed."""
    return session.connection().execute(statement, values).rowcount


def ask(session: Session, statement: Executable, **values: Any) -> Sequence[Row[Any]]:
    """The rows a prepared SELECT of columns finds."""
    return session.connection().execute(statement, values).all()


@lru_cache
def _insert(table: type[Base]) -> Insert:
    return insert(table.__table__)  # type: ignore[arg-type]
