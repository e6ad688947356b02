"""Brings a database to the tables this version needs, and writes new migrations; never touches what rows say."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import DBAPIError

from app.config import ConfigError
from app.records.database import engine_options

HERE = Path(__file__).parent
LOCK = 7_271  # any number, as long as every process that migrates takes the same one


class Unreachable(ConfigError):
    """There is no answer from the database, or it doesn't let us in."""


class TooOld(ConfigError):
    """The database was not brought up to date yet."""


class TooNew(ConfigError):
    """The database was made by a later version of the program than this one."""


def upgrade(url: str) -> bool:
    """Bring the database at this address up to date; whether there was anything to do. In one transaction.

    Several processes may do it at once: one works, the others wait and find it done. Raises TooNew or Unreachable.
    """
    with reach(url) as engine:
        return _upgrade(engine)


def require_up_to_date(url: str) -> None:
    """Raises Unreachable, TooOld or TooNew when the program can't work with the database at this address."""
    with reach(url) as engine, engine.connect() as connection:
        if is_up_to_date(connection):
            return
        _require_known(connection)
        raise TooOld(["The database is not up to date; run: voorwaarts migrate"])


def is_up_to_date(connection: Connection) -> bool:
    """Whether the tables are those of this version."""
    return standing(connection) == _newest()


def standing(connection: Connection) -> str | None:
    """At which revision this database stands; None when it has no tables of ours."""
    return MigrationContext.configure(connection).get_current_revision()


def is_known(revision: str) -> bool:
    """Whether this version of the program knows the revision, or comes from before it."""
    return revision in {script.revision for script in ScriptDirectory(str(HERE)).walk_revisions()}


def make_at(connection: Connection, revision: str = "head") -> None:
    """The tables of a revision in a database without any, in the transaction that is open."""
    command.upgrade(_config(connection), revision)


@contextmanager
def reach(url: str) -> Iterator[Engine]:
    """An engine for the database at this address, once it answers. Raises Unreachable."""
    engine = create_engine(url, **engine_options(url))
    try:
        with engine.connect():
            pass
    except DBAPIError as fault:
        said = next(iter(str(fault.orig).splitlines()), type(fault.orig).__name__)
        place = f" ({engine.url.database})" if engine.dialect.name == "sqlite" else ""
        raise Unreachable([f"The database can't be reached: {said.rstrip('.')}{place}."]) from fault
    try:
        yield engine
    finally:
        engine.dispose()


def write_revision(url: str, message: str) -> None:
    """A new migration file: what the models have and the database at this address, brought up to date, has not."""
    engine = create_engine(url, **engine_options(url))
    number = 1 + len(list(ScriptDirectory(str(HERE)).walk_revisions()))
    with engine.connect() as connection:
        command.revision(_config(connection), message=message, autogenerate=True, rev_id=f"{number:04d}")
    engine.dispose()


def _upgrade(engine: Engine) -> bool:
    with engine.connect() as connection:
        if is_up_to_date(connection):
            return False
    with engine.connect() as connection:
        on_sqlite = connection.dialect.name == "sqlite"
        if on_sqlite:  # changing a table there means making it anew, which may not sweep away what points to it
            raw = connection.connection.driver_connection
            assert raw is not None
            raw.execute("PRAGMA foreign_keys=OFF")
        with connection.begin():
            if on_sqlite:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            else:
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
            if is_up_to_date(connection):
                return False
            _require_known(connection)
            command.upgrade(_config(connection), "head")
            if on_sqlite and (lost := connection.exec_driver_sql("PRAGMA foreign_key_check").first()):
                raise RuntimeError(f"after migrating, a row of {lost[0]} points nowhere; nothing was changed")
    return True


def _require_known(connection: Connection) -> None:
    revision = standing(connection)
    if revision is not None and not is_known(revision):
        raise TooNew([f"The database stands at {revision}, which this version of the program does not know."])


def _newest() -> str | None:
    return ScriptDirectory(str(HERE)).get_current_head()


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(HERE).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
