"""Everything moves from SQLite to PostgreSQL in one go: the same rows, the same record, and people work on there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import IntegrityError

from app import clock
from app.actions.audit import anchor, verify
from app.actions.deed import Desk
from app.backup.archive import Refusal
from app.backup.moving import move
from app.config import Config
from app.migrations import upgrade
from app.records import Event, Task, Trajectory, User, db, whole
from app.records.database import reading
from app.rehearsal import demo
from tests.actions.scene import Scene, fresh
from tests.backup.conftest import Stand, connected, going_on_in, morning, opened
from tests.postgres import Cluster

pytestmark = pytest.mark.slow
NOW = datetime(2027, 1, 2, 9, tzinfo=UTC)


@pytest.fixture
def scene(on_sqlite: Stand) -> Scene:
    return on_sqlite("review")


@pytest.fixture
def target(postgres: Cluster) -> Iterator[str]:
    """The address of an empty database, as the settings say it."""
    name = postgres.create_database()
    yield postgres.url(name).replace("postgresql:", "postgresql+psycopg:")
    postgres.drop_database(name)


def counted(url: str) -> dict[str, whole.Counted]:
    with connected(url) as engine, engine.connect() as connection:
        return whole.count(connection)


def names(url: str) -> list[str]:
    """Every table in the database, in whatever schema."""
    with connected(url) as engine, engine.connect() as connection:
        query = "SELECT schemaname || '.' || tablename FROM pg_tables WHERE schemaname !~ '^pg_|^information_schema'"
        return sorted(connection.scalars(text(query)))


def let_go_of(scene: Scene) -> None:
    fresh()
    scene.site._let_go_of_all()


def test_the_invented_region_moves_with_every_row(tmp_path: Path, target: str) -> None:
    config = Config.scratch(tmp_path / "region", DEMO="1", LOG_LEVEL="error")
    config.prepare()
    upgrade(config.database_url)
    app = opened(config)
    with app.app_context():
        demo.load(app, clock.today(), clock.now())
        anchor(Desk(app.extensions["voorwaarts.house"], None, clock.today(), clock.now()), config.anchors)
        db.session.remove()
        db.engine.dispose()
    before = counted(config.database_url)
    moved = move(config, target, NOW)
    assert moved.tables == before == counted(config.database_url)
    assert moved.lost == [] and moved.verdict.flaws == [] and moved.verdict.anchors == 1
    now = counted(target)
    assert {name for name in now if now[name] != before[name]} == {"events", "chains"}
    assert now["trajectories"].rows > 10 and now["events"].rows == before["events"].rows + 1
    assert {name.partition(".")[0] for name in names(target)} == {"public"}


def test_a_task_is_completed_there_and_the_record_is_guarded_and_goes_on(scene: Scene, target: str) -> None:
    let_go_of(scene)
    move(scene.site.config, target, morning(scene))
    with going_on_in(scene, replace(scene.site.config, database_url=target)) as there:
        last = fresh().scalar(select(func.max(Event.id)))
        there.do("confirm_goals")
        there.do("confirm_conditions")
        there.work(there.today + timedelta(days=1))
        assert fresh().scalar(select(func.min(Event.id)).where(Event.id > last)) == (last or 0) + 1
        assert verify(there.house, there.site.config.anchors).flaws == []
        fresh()
        for statement in ("UPDATE events SET about = ''", "DELETE FROM events", "TRUNCATE events"):
            with pytest.raises(IntegrityError, match="record is not changed"), db.engine.begin() as connection:
                connection.execute(text(statement))
        nobody = insert(Task.__table__).values({**_a_row(Task), "id": None})  # a key still may not be empty
        with pytest.raises(IntegrityError), db.engine.begin() as connection:
            connection.execute(nobody)


def _a_row(table: type[Task]) -> dict[str, object]:
    row = fresh().execute(select(table.__table__).limit(1)).one()
    fresh()
    return dict(row._mapping)


def test_the_tables_are_those_that_the_migrations_make(scene: Scene, target: str, postgres: Cluster) -> None:
    from tests.house.test_migrations import guards, told

    let_go_of(scene)
    move(scene.site.config, target, morning(scene))
    made = postgres.url(postgres.create_database()).replace("postgresql:", "postgresql+psycopg:")
    upgrade(made)
    with connected(target) as moved, connected(made) as fresh_one:
        assert told(moved) == told(fresh_one)
        assert guards(moved) == guards(fresh_one) != []


def test_nothing_is_moved_while_somebody_has_the_database_open(scene: Scene, target: str) -> None:
    reading().scalar(select(func.count()).select_from(Trajectory))
    with pytest.raises(Refusal, match="stop the web and the worker"):
        move(scene.site.config, target, morning(scene))
    assert names(target) == []
    let_go_of(scene)
    assert move(scene.site.config, target, morning(scene)).verdict.flaws == []


def test_a_database_with_rows_is_not_moved_into(scene: Scene, target: str) -> None:
    let_go_of(scene)
    upgrade(target)
    with psycopg.connect(target.replace("+psycopg", "")) as connection:
        connection.execute("INSERT INTO settings (name, value) VALUES ('note', 'mine')")
    with pytest.raises(Refusal, match="name an empty one"):
        move(scene.site.config, target, morning(scene))
    assert counted(target)["settings"].rows == 1
    with psycopg.connect(target.replace("+psycopg", "")) as connection:
        connection.execute("DELETE FROM settings")
    move(scene.site.config, target, morning(scene))  # tables without rows are in nobody's way
    assert counted(target)["trajectories"].rows > 0


def test_only_from_sqlite_to_postgresql(scene: Scene, target: str, tmp_path: Path) -> None:
    config = scene.site.config
    with pytest.raises(Refusal, match="PostgreSQL already"):
        move(replace(config, database_url=target), target, NOW)
    with pytest.raises(Refusal, match="one of PostgreSQL"):
        move(config, f"sqlite:///{tmp_path / 'other.db'}", NOW)
    with pytest.raises(Refusal, match="There is no database at"):
        move(replace(config, database_url=f"sqlite:///{tmp_path / 'none.db'}"), target, NOW)
    assert not (tmp_path / "none.db").exists()


@pytest.mark.parametrize("name, why", [("x" * 201, "value too long"), ("a\0b", "users")])
def test_what_postgresql_does_not_take_is_said_and_nothing_stays_behind(
    scene: Scene, target: str, name: str, why: str
) -> None:
    """SQLite takes a text of any length; PostgreSQL looks."""
    with scene.desk().deed() as deed:
        deed.session.query(User).filter(User.email == "sam@debrug.demo.invalid").update({"name": name})
    let_go_of(scene)
    before = counted(scene.site.config.database_url)
    with pytest.raises(Refusal, match=f"does not take a row of users.*{why}|{why}") as refused:
        move(scene.site.config, target, morning(scene))
    assert name not in str(refused.value)
    assert names(target) == []
    assert counted(scene.site.config.database_url) == before
