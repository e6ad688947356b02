"""The database itself: one Flask-SQLAlchemy object, the SQLite settings that keep it safe, and the writing engine.

Reading goes through `db.session`; writing only through the session that `app.actions.deed` opens with `writing`.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, Engine, MetaData, event
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, TimeoutError
from sqlalchemy.orm import DeclarativeBase, Session

from app.records.columns import Id

try:  # the wheel bundles an SQLite without the WAL-reset fault of releases before 3.51.3
    from pysqlite3 import dbapi2 as _driver
except ImportError:  # no wheel for this platform
    _driver = sqlite3
sqlite_driver: Any = _driver

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMES)


Base.registry.update_type_annotation_map({UUID: Id})


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})

PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "busy_timeout=15000",
    "foreign_keys=ON",
    "recursive_triggers=ON",
    "cache_size=-65536",
    "temp_store=MEMORY",
    "wal_autocheckpoint=4000",  # pages: copying the log back waits for the disk twice, and hot pages go once for many
)


def engine_options(url: str) -> dict[str, Any]:
    """What SQLAlchemy's create_engine gets for this address."""
    if url.startswith("sqlite"):
        # The default keeps 128 prepared statements, and preparing a long one again costs more than running it.
        connect = {"check_same_thread": False, "timeout": 15, "cached_statements": 512}
        return {"module": sqlite_driver, "connect_args": connect, "json_serializer": _written}
    # A database host that went silent is noticed in seconds, so that people get a page that says so.
    patience = {"connect_timeout": 5, "tcp_user_timeout": 15_000}
    pool = {"pool_pre_ping": True, "pool_size": 8, "max_overflow": 8}
    return {**pool, "connect_args": patience, "json_serializer": _written}


_written = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode


@event.listens_for(Engine, "connect")
def _prepare_connection(connection: Any, _record: Any) -> None:
    if not isinstance(connection, (sqlite3.Connection, sqlite_driver.Connection)):
        return
    connection.isolation_level = None  # we say BEGIN ourselves, see below
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


@event.listens_for(Session, "after_begin")
def _begin(session: Session, _transaction: Any, connection: Connection) -> None:
    # A write that starts as a read fails with "database is locked" when it turns into a write; IMMEDIATE makes
    # writers queue at the door instead. (Told by the session: an event of the engine slows every statement down.)
    if connection.dialect.name == "sqlite":
        send(connection, "BEGIN IMMEDIATE" if session.info.get("writes") else "BEGIN")
    if session.info.get("writes"):  # it has one transaction, and asking it each time takes as long as a statement
        session.info["connection"] = connection


def send(connection: Connection, text: str, *rows: Any) -> Any:
    """The driver's cursor after running a statement just as it is, once or for each of several rows of values.

    Raises SQLAlchemy's faults as it would itself, but without the values: those are about people.
    """
    dialect = connection.dialect
    driver, cursor = dialect.loaded_dbapi, connection.connection.cursor()
    try:
        if len(rows) > 1:
            cursor.executemany(text, rows)
        else:
            cursor.execute(text, *rows)
    except driver.Error as fault:
        gone = dialect.is_disconnect(fault, connection.connection, cursor)
        if gone:
            connection.invalidate(fault)
        told = DBAPIError.instance(text, None, fault, driver.Error, True, connection_invalidated=gone, dialect=dialect)
        raise told from fault
    return cursor


def connection_of(session: Session) -> Connection:
    """The connection this session's transaction is on."""
    connection: Connection = session.info.get("connection") or session.connection()
    return connection


def reading() -> Session:
    """This request's or round's session, for reading only."""
    session: Session = db.session()
    return session


def is_out_of_reach(fault: BaseException | None) -> bool:
    """Whether this is the database that can't be reached, rather than a mistake of ours."""
    return isinstance(fault, (OperationalError, InterfaceError, TimeoutError))


def end_reading() -> None:
    """End the reading and keep what was read: SQLite can't shorten its log while somebody reads, and a deed that
    writes next gets the same connection, with its pages and prepared statements still at hand."""
    transaction = reading().get_transaction()
    if transaction is not None:
        try:
            transaction.close()
        except DBAPIError:  # as below
            reading().invalidate()


def let_go() -> None:
    """End the reading, so that the next one sees what was written since; rows already read keep their values."""
    session = reading()
    session.expunge_all()
    try:
        session.rollback()
    except DBAPIError:  # the connection broke while we held it; the next one is new
        session.invalidate()


def writing() -> Session:
    """A session whose transaction takes the write lock from the start; only a deed opens one."""
    return Session(db.engine, expire_on_commit=False, info={"writes": True})


@contextmanager
def write_in_haste() -> Iterator[None]:
    """Meanwhile commits on SQLite don't wait for the disk: for what would be made anew after a power cut.

    Nothing can break by it: a power cut takes the last commits, never one from the middle.
    """
    engine = db.engine

    def hurry(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA synchronous=NORMAL")

    db.session.remove()
    engine.dispose()
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", hurry)
    try:
        yield
    finally:
        db.session.remove()
        engine.dispose()
        if engine.dialect.name == "sqlite":
            event.remove(engine, "connect", hurry)
