"""SQLite: a copy of a database in use, what is wrong with one, and a new file that takes the place of the old one."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, make_url

from app.backup.archive import DATABASES, Archive, Damaged, Manifest, Refusal
from app.backup.comparing import differences
from app.migrations import reach
from app.records import whole
from app.records.database import sqlite_driver

BESIDE = ("-wal", "-shm", "-journal")
IN_USE = "The database is in use by another process; stop the web and the worker first. Nothing was changed."


def path_of(url: str) -> Path:
    """The file of a database."""
    return Path(make_url(url).database or "")


def dump(connection: Connection, path: Path) -> None:
    """Copy the database as this connection's transaction sees it; others go on writing meanwhile."""
    source = connection.connection.driver_connection
    assert source is not None
    with closing(sqlite_driver.connect(str(path))) as target:
        source.backup(target)
        target.execute("PRAGMA journal_mode=DELETE")  # one file, with nothing beside it


def faults_in(path: Path, manifest: Manifest) -> list[str]:
    """What is wrong with a copy, in sentences."""
    with reach(f"sqlite:///{path}") as engine, engine.connect() as connection:
        said = [row[0] for row in connection.exec_driver_sql("PRAGMA integrity_check(5)")]
        if said != ["ok"]:
            return [f"The database in it is broken: {one}." for one in said]
        lost = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchmany(5)
        faults = [f"The database in it is not whole: a row of {row[0]} points to nothing in {row[2]}." for row in lost]
        return faults + differences(manifest.tables, whole.count(connection))


@contextmanager
def alone(url: str) -> Iterator[Connection]:
    """The database, while nobody else has it open; nothing is written. Raises Refusal when somebody has."""
    with reach(url) as engine, engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA locking_mode=EXCLUSIVE")
        connection.exec_driver_sql("PRAGMA busy_timeout=1000")
        raw = connection.connection.driver_connection
        assert raw is not None
        try:
            raw.execute("BEGIN IMMEDIATE")
        except sqlite_driver.OperationalError as fault:
            raise Refusal([IN_USE]) from fault
        try:
            yield connection
        finally:
            raw.execute("ROLLBACK")  # others may enter when the connection is closed


@dataclass
class Stage:
    """A database file that is made ready beside the one in use, and then takes its place."""

    at: str
    now: datetime

    @property
    def path(self) -> Path:
        return path_of(self.at)

    @property
    def coming(self) -> Path:
        return self.path.with_name(f"{self.path.name}.coming")

    @property
    def url(self) -> str:
        """The address of the one that is made ready."""
        return f"sqlite:///{self.coming}"

    @contextmanager
    def open(self) -> Iterator[Stage]:
        """One at a time; what is not in its place at the end is gone."""
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder = os.open(self.path.parent, os.O_RDONLY)
        try:
            try:
                fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as fault:
                raise Refusal(["Another restore is under way here; wait until it has ended."]) from fault
            self._clear()
            try:
                yield self
            finally:
                self._clear()
        finally:
            os.close(folder)

    def is_taken(self) -> bool:
        """Whether there are rows where it is to come."""
        if not self.path.exists() or not self.path.stat().st_size:
            return False
        with reach(self.at) as engine, engine.connect() as connection:
            return not whole.is_vacant(connection)

    def require_nobody(self) -> None:
        """Raises Refusal when somebody has the database open that it is to take the place of."""
        with alone(self.at):
            pass

    def fill(self, archive: Archive, manifest: Manifest, _scratch: Path) -> None:
        """Raises Damaged when what came out is not what went in."""
        self.coming.touch(mode=0o600)
        archive.take_out(DATABASES["sqlite"], self.coming)
        if faults := faults_in(self.coming, manifest):
            raise Damaged(faults)

    def take_place(self) -> str:
        """Put it in the place of the other one; where that is kept, "" when there was nothing in it."""
        taken = self.is_taken()
        kept = self.path.with_name(f"{self.path.name}.before-{self.now:%Y%m%d-%H%M%S}") if taken else None
        with closing(sqlite_driver.connect(str(self.coming), isolation_level=None)) as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            database.execute("PRAGMA journal_mode=DELETE")
        _sync(self.coming)
        if self.path.exists():
            self._set_aside(kept)
        else:
            self.coming.replace(self.path)
        _sync(self.path.parent)
        return str(kept) if kept else ""

    def _set_aside(self, kept: Path | None) -> None:
        """Held for ourselves until the other one stands in its place, and with nothing of it left in the log."""
        with closing(sqlite_driver.connect(str(self.path), isolation_level=None, timeout=1)) as database:
            try:
                database.execute("PRAGMA journal_mode=DELETE")
                database.execute("BEGIN EXCLUSIVE")
            except sqlite_driver.OperationalError as fault:
                raise Refusal([IN_USE]) from fault
            if kept is not None:
                os.link(self.path, kept)
            self.coming.replace(self.path)

    def _clear(self) -> None:
        for ending in ("", *BESIDE):
            self.coming.with_name(self.coming.name + ending).unlink(missing_ok=True)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
