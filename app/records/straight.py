"""Rows read and written straight, for the street every finished task goes down: no bookkeeping, never a commit.

The session watches every object it holds, which is most of the time a small deed takes. Rows that nobody in the same
deed looks at again, and values that are only compared, don't need that. SQLAlchemy writes each statement once, for the
database at hand; from then on it goes to the driver as it is, with the values turned by the columns' own types. What
the session still holds back is not flushed first.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Dialect, Insert, Select, Update, insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from sqlalchemy.sql.schema import CallableColumnDefault, ScalarElementColumnDefault

from app.records.database import Base, connection_of, send

Values = Mapping[str, Any]
Turn = Callable[[Any], Any] | None


def add(session: Session, table: type[Base], *rows: Values) -> None:
    """Add rows to a table, defaults filled in; all of them must name the same columns."""
    if rows:
        statement, defaults = _insert(table, frozenset(rows[0]))
        _send(session, statement, [{**{name: make(None) for name, make in defaults}, **row} for row in rows])


def add_unless_there(session: Session, table: type[Base], row: Values) -> None:
    """Add a row unless one with its key is there; of two deeds at once the second waits and finds the first's."""
    upsert = postgresql.insert if connection_of(session).dialect.name == "postgresql" else sqlite.insert
    session.connection().execute(upsert(table.__table__).on_conflict_do_nothing(), row)  # type: ignore[arg-type]


def change(session: Session, statement: Update, **values: Any) -> int:
    """Run a prepared UPDATE; how many rows it changed."""
    cursor, _ = _send(session, statement, [values])
    return int(cursor.rowcount)


def ask(session: Session, statement: Select[Any, *tuple[Any, ...]], **values: Any) -> Sequence[Any]:
    """The rows a prepared SELECT of columns finds, as named tuples."""
    cursor, ready = _send(session, statement, [values])
    return [ready.row(found) for found in cursor.fetchall()]


class _Ready:
    """A statement as one database takes it: what its values become on the way in, and its columns on the way out.

    Statements with lists in them (IN) don't fit here: those are written anew for each length.
    """

    def __init__(self, statement: Any, given: tuple[str, ...], dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect, column_keys=list(given))
        self.text = str(compiled)
        self._places: list[str] | None = compiled.positiontup
        self._fixed = {name: bind.value for name, bind in compiled.binds.items() if not bind.required}
        types = {name: bind.type.dialect_impl(dialect) for name, bind in compiled.binds.items()}
        self._turns = [(name, turn) for name, of in types.items() if (turn := of.bind_processor(dialect))]
        columns = list(statement.selected_columns) if isinstance(statement, Select) else []
        self._out = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns]
        self._row: Any = namedtuple("Row", [column.key or "" for column in columns], rename=True)  # type: ignore[misc]

    def values(self, given: Values) -> Any:
        """As the driver takes them, by place or by name. Raises KeyError for one that is missing."""
        values = {**self._fixed, **given}
        for name, turn in self._turns:
            values[name] = turn(values[name])
        return values if self._places is None else [values[name] for name in self._places]

    def row(self, found: Sequence[Any]) -> Any:
        return self._row._make([turn(value) if turn else value for turn, value in zip(self._out, found, strict=True)])


def _send(session: Session, statement: Any, rows: Sequence[Values]) -> tuple[Any, _Ready]:
    """The cursor after running the statement."""
    connection = connection_of(session)
    ready = _ready(statement, tuple(rows[0]), connection.dialect)
    return send(connection, ready.text, *[ready.values(row) for row in rows]), ready


@lru_cache(maxsize=512)
def _ready(statement: Any, given: tuple[str, ...], dialect: Dialect) -> _Ready:
    return _Ready(statement, given, dialect)


@lru_cache(maxsize=256)
def _insert(table: type[Base], given: frozenset[str]) -> tuple[Insert, list[tuple[str, Callable[[Any], Any]]]]:
    """The INSERT for rows that name these columns, and what makes the values of the columns they leave out."""
    defaults = []
    for column in table.__table__.columns:
        if column.name not in given and isinstance(column.default, ScalarElementColumnDefault | CallableColumnDefault):
            value = column.default.arg
            defaults.append((column.name, value if column.default.is_callable else lambda _, value=value: value))
    return insert(table.__table__), defaults  # type: ignore[arg-type]
