"""The demonstration: one start loads it, whatever happened to the start before; a second finds it; Ctrl-C stops it."""

from __future__ import annotations

import os
import signal
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import clock, create_app
from app.actions.region import DEMO_PASSWORD
from app.config import Config
from app.records import Organisation, Trajectory, db
from app.records.database import reading
from app.rehearsal import demo
from tests.operations.installation import eventually, free_port, installed
from tests.operations.visitor import Visitor

pytestmark = pytest.mark.slow  # real processes start and stop

LONG = 600  # seconds for a whole region, on a machine that has other things to do


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Flask]:
    config = Config.scratch(tmp_path, DEMO="1")
    config.prepare()
    app = create_app(config)
    with app.app_context():
        db.create_all()
        yield app
        db.session.remove()
        db.engine.dispose()


def load(app: Flask) -> None:
    demo.load(app, clock.today(), clock.now())


def count(table: type[db.Model]) -> int:  # type: ignore[name-defined]
    return reading().scalar(select(func.count()).select_from(table)) or 0


def test_what_was_stopped_halfway_is_loaded_anew_and_whole(empty: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second, *_ = demo.STORIES[-5:]
    monkeypatch.setattr(demo, "STORIES", [first, second, None])
    with pytest.raises(AttributeError):
        load(empty)
    assert count(Trajectory) == 2 and demo.is_wanted()
    letter = Path(empty.extensions["voorwaarts.config"].mail) / "20200101-000000-of-the-first-time.eml"
    letter.touch()

    monkeypatch.setattr(demo, "STORIES", [first])
    load(empty)
    assert (count(Trajectory), count(Organisation)) == (1, len(demo.REGION))
    assert not letter.exists()
    assert not demo.is_wanted()


def test_a_database_with_people_of_its_own_is_left_alone(empty: Flask) -> None:
    assert demo.is_wanted()
    with db.session.begin():
        db.session.add(Organisation(kind="association", name="Woonstichting Echt"))
    assert not demo.is_wanted()


def test_while_loading_commits_are_hasty_and_afterwards_safe_again(
    empty: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []
    ask = "PRAGMA synchronous"
    monkeypatch.setattr(
        demo, "_play_stories", lambda *_: seen.append(reading().connection().exec_driver_sql(ask).scalar_one())
    )
    load(empty)
    assert (seen, reading().connection().exec_driver_sql(ask).scalar_one()) == ([1], 2)


@pytest.mark.slow
def test_one_start_after_kill_9_is_enough_and_ctrl_c_stops_it_all(tmp_path: Path) -> None:
    with installed(tmp_path, PORT=str(free_port())) as site:
        del site.env["SECRET_KEY"], site.env["RECORD_KEY"]  # the demonstration makes its own
        first = site.start("demo")
        database = tmp_path / "instance" / "voorwaarts.db"
        eventually(lambda: trajectories(database) >= 2, "the first trajectories", LONG)
        first.kill()

        second = site.start("demo")
        eventually(lambda: "Stop with Ctrl-C" in second.said, "the region", LONG)
        assert trajectories(database) == len(demo.STORIES)
        lines = second.said.splitlines()
        assert f"Voorwaarts runs on http://localhost:{site.env['PORT']}" in lines
        logins = [line.split()[-1] for line in lines if "@" in line]
        assert len(logins) == sum(len(house.staff) for house in demo.REGION)
        page = Visitor().sign_in(int(site.env["PORT"]), logins[0], DEMO_PASSWORD)
        assert page.status == 200 and not page.address.endswith("/sign-in")
        assert second.ask_to_stop(signal.SIGINT) == 0
        assert left_behind(tmp_path) == []

        third = site.start("demo")
        eventually(lambda: "Stop with Ctrl-C" in third.said, "the second start")
        assert "Loading" not in third.said
        assert trajectories(database) == len(demo.STORIES)
        os.kill(child_of(third.process.pid, "worker"), signal.SIGKILL)
        assert third.process.wait(60) == 1
        assert third.said.endswith("worker stopped by itself (-9); everything is stopped.\n")
        assert left_behind(tmp_path) == []


def trajectories(database: Path) -> int:
    if not database.exists():
        return 0
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        try:
            (found,) = connection.execute("SELECT count(*) FROM trajectories").fetchone()
        except sqlite3.OperationalError:  # its tables are still being made
            return 0
    return int(found)


def child_of(parent: int, command: str) -> int:
    """The process that `parent` started with this command."""
    return next(
        number
        for number, words, above in _processes()
        if above == parent and words[:1] == [sys.executable] and words[-1:] == [command]
    )


def left_behind(folder: Path) -> list[int]:
    """Processes that still have this installation's settings."""
    mine = f"INSTANCE={folder / 'instance'}".encode()
    return [number for number, _, _ in _processes() if mine in _read(number, "environ")]


def _processes() -> list[tuple[int, list[str], int]]:
    found = []
    for number in (int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()):
        words = _read(number, "cmdline").decode(errors="replace").split("\0")[:-1]
        above = _read(number, "stat").rpartition(b")")[2].split()
        if words and above:
            found.append((number, words, int(above[1])))
    return found


def _read(number: int, name: str) -> bytes:
    try:
        return Path(f"/proc/{number}/{name}").read_bytes()
    except OSError:  # it is gone, or somebody else's
        return b""
