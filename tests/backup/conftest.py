"""What the tests of backups share: a scene on either database, a place that is new, and people who go on working."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time
from pathlib import Path
from threading import Event as Signal
from threading import Thread

import pytest
from flask import Flask
from sqlalchemy import Engine, create_engine

from app import create_app
from app.actions.documents import keep_signed_copy
from app.actions.looks import note_look
from app.actions.tasks import claim_task, release_task
from app.actions.trajectories import start_trajectory
from app.config import Config
from app.records import db
from app.records.database import engine_options, let_go
from tests.actions.conftest import BOTH, Stand, at, on_sqlite, site, sites
from tests.actions.scene import Scene, Site

__all__ = ["BOTH", "Stand", "at", "on_sqlite", "site", "sites"]
NewPlace = Callable[[str], Config]


@pytest.fixture
def elsewhere(request: pytest.FixtureRequest, tmp_path: Path) -> NewPlace:
    """`elsewhere("postgres")`: an installation with nothing in it, with the keys of the scene's."""

    def of(kind: str) -> Config:
        site = request.getfixturevalue("sites")("sqlite" if kind == "sqlite" else "postgres")
        return new_place(request, site.config, kind, tmp_path / "new")

    return of


def new_place(request: pytest.FixtureRequest, config: Config, kind: str, folder: Path) -> Config:
    """Like another installation, in a folder and with a database of its own."""
    url = f"sqlite:///{folder / 'voorwaarts.db'}"
    if kind == "postgres":
        cluster = request.getfixturevalue("postgres")
        url = cluster.url(cluster.create_database()).replace("postgresql:", "postgresql+psycopg:")
    made = replace(config, instance=folder, anchors=folder / "anchors", database_url=url)
    made.prepare()
    return made


def opened(config: Config) -> Flask:
    return create_app(config)


@contextmanager
def connected(url: str) -> Iterator[Engine]:
    engine = create_engine(url, **engine_options(url))
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def going_on_in(scene: Scene, config: Config) -> Iterator[Scene]:
    """The same people and the same trajectory in another installation, inside its application."""
    app = opened(config)
    there = Site(scene.site.kind, config.instance, config, app)
    there.cast = scene.site.cast
    with app.app_context():
        yield Scene(there, scene.today, scene.trajectory_id)
        db.session.remove()
        db.engine.dispose()


def morning(scene: Scene) -> datetime:
    return datetime.combine(scene.today, time(9), UTC)


@dataclass
class Work:
    """People and a worker who go on and on: what each has done so often."""

    scene: Scene
    done: dict[str, int] = field(default_factory=dict)
    faults: list[BaseException] = field(default_factory=list)
    over: Signal = field(default_factory=Signal)

    @contextmanager
    def going_on(self) -> Iterator[Work]:
        """From before the block until after it."""
        lanes = (self._nominate, self._take_and_put_back, self._look, self._file)
        crowd = [Thread(target=self._live, args=(lane,)) for lane in lanes]
        for one in crowd:
            one.start()
        try:
            self.more(1)
            yield self
            self.more(1)
        finally:
            self.over.set()
            for one in crowd:
                one.join()
        assert not self.faults, self.faults

    def more(self, times: int) -> None:
        """Wait until each has done this much more."""
        before = dict(self.done)
        pause = Signal()
        while not self.faults and any(
            self.done.get(name, 0) < before.get(name, 0) + times for name in ("nominated", "taken", "looked", "filed")
        ):
            pause.wait(0.01)

    def _live(self, lane: Callable[[], str]) -> None:
        try:
            with self.scene.site.app.app_context():
                while not self.over.is_set():
                    name = lane()
                    self.done[name] = self.done.get(name, 0) + 1
                let_go()
        except BaseException as fault:
            self.faults.append(fault)

    def _nominate(self) -> str:
        name = {"full_name": f"Kandidaat {self.done.get('nominated', 0)}"}
        start_trajectory(self.scene.desk("urgency_officer"), name, self.scene.site.cast.contacts)
        return "nominated"

    def _take_and_put_back(self) -> str:
        officer, task = self.scene.desk("housing_officer"), self.scene.task("confirm_conditions").id
        claim_task(officer, task)
        release_task(officer, task)
        return "taken"

    def _look(self) -> str:
        note_look(self.scene.desk("support_worker"), "dossier.page", [self.scene.trajectory_id])
        return "looked"

    def _file(self) -> str:
        lease = self.scene.documents(name="fixed_term_lease")[0]
        content = f"%PDF- copy {self.done.get('filed', 0)}".encode()  # a file that was not there before
        keep_signed_copy(self.scene.desk("housing_officer"), lease.id, "signed.pdf", content)
        return "filed"
