"""A database as a whole, by what it says of itself: its tables, how many rows each has, and one hash of them.

It asks the database and not the models, so that one of an earlier version can be looked at as well. What it says is
the same on SQLite and PostgreSQL.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Column, Connection, DateTime, Inspector, MetaData, Table, Text, Uuid, cast, inspect, select

REVISION = "alembic_version"
AT_ONCE = 2_000
ROOM = 2**256


@dataclass(frozen=True, slots=True)
class Counted:
    """How many rows a table has, and a hash of them that does not care in which order they come."""

    rows: int
    hash: str


def tables(connection: Connection) -> list[Table]:
    """The tables, each after those that it points to."""
    metadata = MetaData()
    metadata.reflect(connection)
    return [table for table in metadata.sorted_tables if table.name != REVISION]


def names(connection: Connection) -> list[str]:
    """What the tables are called, the one with the revision too."""
    looking: Inspector = inspect(connection)
    return looking.get_table_names()


def is_vacant(connection: Connection) -> bool:
    """Whether there is no row in any table."""
    return not any(connection.execute(select(1).select_from(table).limit(1)).first() for table in tables(connection))


def columns(table: Table) -> list[Column[Any]]:
    """The columns in one order, whenever they were added."""
    return sorted(table.columns, key=lambda column: column.name)


def rows(connection: Connection, table: Table) -> Iterator[tuple[Any, ...]]:
    """The rows, with their columns in that order; JSON as the text that it is kept as."""
    asked = [cast(one, Text).label(one.name) if isinstance(one.type, JSON) else one for one in columns(table)]
    found = connection.execute(select(*asked), execution_options={"yield_per": AT_ONCE})
    for row in found:
        yield tuple(row)


def count(connection: Connection) -> dict[str, Counted]:
    """Every table's name, its rows and their hash."""
    return {table.name: _counted(connection, table) for table in tables(connection)}


def files_named(connection: Connection) -> list[str]:
    """The hashes of all filed documents that a row names."""
    found: set[str] = set()
    for table in tables(connection):
        if "content_hash" in table.columns:
            named = table.columns["content_hash"]
            found.update(connection.scalars(select(named).where(named != "").distinct()))
    return sorted(found)


def as_kept_in(column: Column[Any], value: Any) -> Any:
    """What this column of another kind of database takes for a value that came out of `rows`."""
    if isinstance(value, bytes) and isinstance(column.type, Uuid):
        return UUID(bytes=value)
    if isinstance(value, datetime) and isinstance(column.type, DateTime):
        return _in_utc(value)
    return value


def _counted(connection: Connection, table: Table) -> Counted:
    total, number = _number([column.name for column in columns(table)]), 0
    for row in rows(connection, table):
        total += _number([_plain(value) for value in row])
        number += 1
    return Counted(number, f"{total % ROOM:064x}")


def _number(values: list[Any]) -> int:
    said = json.dumps(values, separators=(",", ":"), ensure_ascii=False)
    return int.from_bytes(hashlib.sha256(said.encode(errors="surrogatepass")).digest(), "big")


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):  # an id on SQLite is its bytes
        return value.hex()
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, datetime):
        return _in_utc(value).isoformat(timespec="microseconds")
    return value.isoformat() if isinstance(value, date) else value


def _in_utc(moment: datetime) -> datetime:
    """SQLite forgets the zone, and it was UTC."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
