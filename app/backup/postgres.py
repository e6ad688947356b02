"""PostgreSQL: pg_dump of one moment, what such a dump holds, and new tables that take the place of those in use.

The new ones are made ready in a schema of their own, out of sight of whoever works; taking the place is a matter of
names, in one transaction.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import psycopg
from psycopg.conninfo import make_conninfo
from sqlalchemy import Connection, Engine, MetaData, Table, inspect, make_url, text

from app.backup.archive import DATABASES, Archive, Damaged, Manifest, Refusal
from app.backup.comparing import differences
from app.backup.words import reason
from app.migrations import make_at, reach
from app.records import whole
from app.records.whole import Counted

COMING = "voorwaarts_coming"
OURS = "voorwaarts backup"  # how we call ourselves to the server
LOCK = 7_272
COPY = re.compile(rb'COPY (?:\w+|"[^"]+")\.(\w+|"[^"]+") \(([\w", ]+)\) FROM stdin;\n')
END = b"\\.\n"
Fill = Callable[[Connection], Mapping[str, Counted]]


def dump(connection: Connection, path: Path) -> None:
    """What this connection's transaction sees, in pg_dump's custom format; others go on writing meanwhile."""
    snapshot = connection.scalar(text("SELECT pg_export_snapshot()"))
    schema = connection.scalar(text("SELECT current_schema()"))
    words = ("--format=custom", "--no-owner", "--no-privileges", f"--schema={schema}", f"--snapshot={snapshot}")
    with _program("pg_dump", *words, f"--file={path}", engine=connection.engine):
        pass


def lines_in(path: Path) -> dict[str, Counted]:
    """Every table's name in a dump, its rows as they stand there and a hash of them; it is read to its end."""
    return {table: _added_up(rows) for table, _, rows in _blocks(path)}


def lines_of(connection: Connection) -> dict[str, Counted]:
    """The same, of the tables themselves."""
    connection.execute(text("SET LOCAL datestyle = 'ISO'"))
    connection.execute(text("SET LOCAL timezone = 'UTC'"))
    found = {}
    for name in whole.names(connection):
        columns = ", ".join(f'"{one["name"]}"' for one in inspect(connection).get_columns(name))
        with _raw(connection).cursor().copy(f'COPY "{name}" ({columns}) TO STDOUT'.encode()) as rows:
            found[name] = _added_up(bytes(row) for row in rows)
    return found


def faults_in(path: Path, manifest: Manifest) -> list[str]:
    """What is wrong with a dump, as far as can be seen without a server, in sentences."""
    held = {name: Counted(one.rows, "") for name, one in lines_in(path).items() if name != whole.REVISION}
    return differences({name: Counted(one.rows, "") for name, one in manifest.tables.items()}, held)


@dataclass
class Stage:
    """Tables that are made ready in a schema of their own, and then take the place of those in use."""

    at: str
    now: datetime
    engine: Engine = field(init=False)

    @property
    def url(self) -> str:
        """The address of those that are made ready."""
        url = make_url(self.at)
        there = url.query.get("options", "")
        options = f"{there if isinstance(there, str) else ' '.join(there)} -csearch_path={COMING}".strip()
        return url.update_query_dict({"options": options}).render_as_string(hide_password=False)

    @contextmanager
    def open(self) -> Iterator[Stage]:
        """One at a time; what is not in its place at the end is gone."""
        named = make_url(self.at).update_query_dict({"application_name": OURS})
        address = named.render_as_string(hide_password=False)
        with reach(address) as self.engine, self.engine.connect() as guard:
            if not guard.scalar(text("SELECT pg_try_advisory_lock(:lock)"), {"lock": LOCK}):
                raise Refusal(["Another restore or move is under way here; wait until it has ended."])
            guard.commit()
            self._clear()
            guard.execute(text(f"CREATE SCHEMA {COMING}"))
            guard.commit()
            try:
                yield self
            finally:
                self._clear()
                guard.invalidate()  # and with the connection goes the lock

    def is_taken(self) -> bool:
        """Whether there are rows where it is to come."""
        with self.engine.connect() as connection:
            return not whole.is_vacant(connection)

    def require_nobody(self) -> None:
        """Raises Refusal when somebody else is connected as we are."""
        query = (
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usename = current_user "
            "AND backend_type = 'client backend' AND application_name <> :ours"
        )
        with self.engine.connect() as connection:
            others = connection.scalar(text(query), {"ours": OURS}) or 0
        if others:
            connections = "one other connection" if others == 1 else f"{others} other connections"
            raise Refusal(
                [f"There is {connections} to the database; stop every web and worker first. Nothing was changed."]
            )

    def fill(self, archive: Archive, manifest: Manifest, scratch: Path) -> None:
        """Raises Damaged when what came out is not what went in."""
        dumped = scratch / "taken-out"
        archive.take_out(DATABASES["postgresql"], dumped)

        def put(connection: Connection) -> Mapping[str, Counted]:
            there = set(whole.names(connection))
            for table, columns, rows in _blocks(dumped):
                if table not in there:
                    raise Damaged([f"There is a table {table} in it that is none of ours."])
                if table == whole.REVISION:
                    continue  # made with the tables
                with _raw(connection).cursor().copy(f'COPY "{table}" ({columns}) FROM STDIN'.encode()) as copy:
                    for row in rows:
                        copy.write(row)
            return manifest.tables

        self.make(put, manifest.revision)

    def make(self, put: Fill, revision: str = "head") -> None:
        """The tables of this revision, filled by `put`, which says what they should have come to. One transaction.

        Raises Damaged when they did not.
        """
        with reach(self.url) as engine, engine.begin() as connection:
            make_at(connection, revision)
            wanted = put(connection)
            connection.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
            for table in whole.tables(connection):
                _go_on_counting(connection, table)
            if faults := differences(wanted, whole.count(connection)):
                raise Damaged(faults)
            connection.execute(text("ANALYZE"))

    def take_place(self) -> str:
        """Put them in the place of the others; the schema in which those are kept, "" when there were no rows."""
        taken = self.is_taken()
        if taken:
            self.require_nobody()
        kept = f"before_{self.now:%Y%m%d_%H%M%S}"
        with self.engine.begin() as connection:
            connection.execute(text("SET LOCAL lock_timeout = '10s'"))
            here = str(connection.scalar(text("SELECT current_schema()")))
            connection.execute(text(f'CREATE SCHEMA "{kept}"'))
            functions = _functions(connection, COMING)
            _carry(connection, here, kept, functions & _functions(connection, here))
            _carry(connection, COMING, here, functions)
            if not taken:
                connection.execute(text(f'DROP SCHEMA "{kept}" CASCADE'))
        return kept if taken else ""

    def _clear(self) -> None:
        with self.engine.begin() as connection:
            connection.execute(text(f"DROP SCHEMA IF EXISTS {COMING} CASCADE"))


def copy_rows(source: Connection, target: Connection) -> None:
    """Every row of one database into the tables of another, each table after those that it points to."""
    for table in whole.tables(target):
        columns = whole.columns(table)
        named = ", ".join(f'"{column.name}"' for column in columns)
        rows = whole.rows(source, Table(table.name, MetaData(), autoload_with=source))
        try:
            with _raw(target).cursor().copy(f'COPY "{table.name}" ({named}) FROM STDIN'.encode()) as copy:
                for row in rows:
                    copy.write_row(list(map(whole.as_kept_in, columns, row)))
        except psycopg.DataError as fault:
            raise Refusal([f"PostgreSQL does not take a row of {table.name}: {reason(fault)}."]) from fault


def _go_on_counting(connection: Connection, table: Table) -> None:
    """The next number the database gives out comes after the highest there is."""
    for column in table.primary_key.columns:
        place = {"table": f'"{table.name}"', "column": column.name}
        if connection.scalar(text("SELECT pg_get_serial_sequence(:table, :column)"), place):
            highest = f'SELECT max("{column.name}") FROM "{table.name}"'
            reached = f"SELECT setval(pg_get_serial_sequence(:table, :column), ({highest}))"
            connection.execute(text(reached), place)


def _functions(connection: Connection, schema: str) -> set[str]:
    query = "SELECT proname FROM pg_proc JOIN pg_namespace n ON n.oid = pronamespace WHERE nspname = :schema"
    return set(connection.scalars(text(query), {"schema": schema}))


def _carry(connection: Connection, schema: str, to: str, functions: set[str]) -> None:
    """Every table, with its keys, triggers and the sequence of its numbers, and the functions of the triggers."""
    for name in inspect(connection).get_table_names(schema):
        connection.execute(text(f'ALTER TABLE "{schema}"."{name}" SET SCHEMA "{to}"'))
    for name in sorted(functions):
        connection.execute(text(f'ALTER FUNCTION "{schema}"."{name}"() SET SCHEMA "{to}"'))


def _blocks(path: Path) -> Iterator[tuple[str, str, Iterator[bytes]]]:
    """(table, its columns, its rows as COPY takes them) of a dump, one after the other."""
    with _program("pg_restore", "--data-only", "--file=-", str(path)) as lines:
        for line in lines:
            if found := COPY.fullmatch(line):
                table, columns = (part.decode() for part in found.groups())
                rows = iter(lambda: next(lines, END), END)
                yield table.strip('"'), columns, rows
                for _ in rows:  # what was left of them
                    pass


def _added_up(rows: Iterator[bytes]) -> Counted:
    """Rows may come in any order."""
    number, total = 0, 0
    for row in rows:
        number += 1
        total += int.from_bytes(hashlib.sha256(row).digest(), "big")
    return Counted(number, f"{total % whole.ROOM:064x}")


@contextmanager
def _program(name: str, *words: str, engine: Engine | None = None) -> Iterator[Iterator[bytes]]:
    """What a program of PostgreSQL says, line by line; raises Refusal when it isn't there or ends with a fault."""
    found = shutil.which(name)
    if found is None:
        raise Refusal([f"{name} is not on this machine; install it with: apt-get install postgresql-client"])
    env = {**os.environ, "PGTZ": "UTC"}
    if engine is not None:
        url = engine.url
        words = (*words, f"--dbname={_conninfo(url.translate_connect_args(username='user'), url.query)}")
        env |= {"PGPASSWORD": str(url.password)} if url.password else {}
    with TemporaryFile() as complaints:
        process = subprocess.Popen(
            [found, *words], env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=complaints
        )
        assert process.stdout is not None
        try:
            with process.stdout as lines:
                yield iter(lines)
                for _ in lines:  # so that it can come to its end
                    pass
        except BaseException:
            process.kill()
            process.wait()
            raise
        if process.wait():
            complaints.seek(0)
            said = complaints.read().decode(errors="replace").strip().splitlines() or [f"{name}: it stopped"]
            raise Refusal([f"{said[0].rstrip('.')}."])


def _conninfo(parts: Mapping[str, Any], query: Mapping[str, Any]) -> str:
    """The address for a program; its password goes another way, where the list of processes doesn't show it."""
    names = {"database": "dbname"}
    said = {names.get(name, name): value for name, value in parts.items() if name != "password"}
    return make_conninfo(**{**said, **query, "connect_timeout": 10})


def _raw(connection: Connection) -> psycopg.Connection[Any]:
    raw = connection.connection.driver_connection
    assert isinstance(raw, psycopg.Connection)
    return raw
