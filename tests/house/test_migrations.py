"""The migrations make the very tables the models ask for, on both databases, and may be run by anybody at any time."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, create_engine, inspect, text

from app.migrations import TooNew, _config, is_up_to_date, upgrade
from app.records import db
from app.records.database import engine_options

FRESH = pytest.mark.parametrize("fresh", ["sqlite", pytest.param("postgres", marks=pytest.mark.slow)])


@pytest.fixture
def address(tmp_path: Path, request: pytest.FixtureRequest) -> Callable[[str], str]:
    """Addresses of empty databases of a kind; asked for by a name of one's own."""

    def of(kind: str) -> str:
        if kind.startswith("sqlite"):
            return f"sqlite:///{tmp_path / kind}.db"
        cluster = request.getfixturevalue("postgres")
        return str(cluster.url(cluster.create_database()))

    return of


def opened(url: str) -> Engine:
    return create_engine(url, **engine_options(url))


@FRESH
def test_migrations_and_models_agree(fresh: str, address: Callable[[str], str]) -> None:
    url = address(fresh)
    upgrade(url)
    with opened(url).connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), db.metadata) == []


@FRESH
def test_migrated_tables_are_those_that_the_models_make(fresh: str, address: Callable[[str], str]) -> None:
    """Also what a comparison by Alembic overlooks: names, lengths, and that foreign keys are judged at the end."""
    migrated, made = address(fresh), address(f"{fresh}-made")
    upgrade(migrated)
    db.metadata.create_all(opened(made))
    said, wanted = told(opened(migrated)), told(opened(made))
    assert said.pop("alembic_version")
    assert said == wanted
    assert guards(opened(migrated)) == guards(opened(made)) != []
    keys = [key for table in said.values() for key in table["foreign_keys"]]
    assert keys and all("DEFERRED" in key for key in keys)


@FRESH
def test_a_second_time_there_is_nothing_to_do_and_rows_stay(fresh: str, address: Callable[[str], str]) -> None:
    url = address(fresh)
    assert upgrade(url)
    with opened(url).begin() as connection:
        connection.execute(text("INSERT INTO settings (name, value) VALUES ('days_ahead', '3')"))
    assert not upgrade(url)
    with opened(url).connect() as connection:
        assert is_up_to_date(connection)
        assert connection.scalar(text("SELECT value FROM settings")) == "3"


@FRESH
def test_of_many_who_migrate_at_once_one_does_it(fresh: str, address: Callable[[str], str]) -> None:
    url = address(fresh)
    with ThreadPoolExecutor(6) as crowd:
        did = list(crowd.map(lambda _: upgrade(url), range(6)))
    assert sorted(did) == [False] * 5 + [True]


@FRESH
def test_a_migration_that_fails_leaves_nothing_behind(fresh: str, address: Callable[[str], str]) -> None:
    url = address(fresh)
    with opened(url).begin() as connection:  # somebody else's table is in the way of one of the last of ours
        connection.execute(text("CREATE TABLE moves (said text)"))
    with pytest.raises(Exception, match="moves"):
        upgrade(url)
    assert inspect(opened(url)).get_table_names() == ["moves"]


@FRESH
def test_a_database_of_a_later_version_is_left_alone(fresh: str, address: Callable[[str], str]) -> None:
    url = address(fresh)
    upgrade(url)
    with opened(url).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(TooNew, match="9999"):
        upgrade(url)


def test_a_guardian_of_before_is_kept_as_a_curator_added_today(address: Callable[[str], str]) -> None:
    url = address("sqlite")
    with create_engine(url).connect() as connection:
        command.upgrade(_config(connection), "0012")
        connection.execute(text("PRAGMA foreign_keys=OFF"))
        for number, kind in enumerate(("guardian", "administrator", "co_tenant")):
            row = {"id": bytes([number]) * 16, "other": bytes(16), "kind": kind}
            sql = "INSERT INTO besides (id, trajectory_id, person_id, kind) VALUES (:id, :other, :other, :kind)"
            connection.execute(text(sql), row)
        command.upgrade(_config(connection), "0013")
        kept = connection.execute(text("SELECT kind, added_on = CURRENT_DATE FROM besides ORDER BY kind")).all()
    assert [tuple(one) for one in kept] == [("administrator", 1), ("co_tenant", 1), ("curator", 1)]


def told(engine: Engine) -> dict[str, dict[str, Any]]:
    """Everything the database itself says about its tables, in an order of ours."""
    looking = inspect(engine)
    return {
        table: {
            "columns": sorted(
                (one["name"], str(one["type"]), one["nullable"], str(one["default"]))
                for one in looking.get_columns(table)
            ),
            "primary_key": looking.get_pk_constraint(table),
            "foreign_keys": sorted(str(sorted(key.items(), key=str)) for key in looking.get_foreign_keys(table)),
            "unique": sorted(map(str, looking.get_unique_constraints(table))),
            "indexes": sorted(str(sorted(one.items(), key=str)) for one in looking.get_indexes(table)),
        }
        for table in looking.get_table_names()
    }


def guards(engine: Engine) -> list[tuple[Any, ...]]:
    """The triggers, as the database says them itself."""
    asked = {
        "sqlite": "SELECT tbl_name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name",
        "postgresql": "SELECT tgrelid::regclass::text, pg_get_triggerdef(oid) || pg_get_functiondef(tgfoid) "
        "FROM pg_trigger WHERE NOT tgisinternal ORDER BY tgname",
    }
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(asked[engine.dialect.name]))]
