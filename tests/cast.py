"""A small region for tests: one organisation of every kind and a second one of each, played through the real actions.

    stage = cast.furnish(tmp_path)                      # an app with people in it
    trajectory = stage.start()                          # nominated by the municipality
    stage.play(trajectory, until="sign_lease")          # every task done on its day until this one is open
    page = stage.browser("housing_officer").get("/")    # signed in
    trajectory = stage.at("sign_lease")                 # the first two in one, where a test begins with them

Nothing is mocked: the answers go through the forms, the process and the database. Every name is invented. What a test
begins with is furnished and played once in each test process; after that its database and papers are copied.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from app import clock, create_app
from app.actions import rounds
from app.actions.deed import Desk
from app.actions.region import Dwelling, House, Staff, furnish_region
from app.actions.sessions import begin
from app.actions.tasks import complete_task, form_choices
from app.actions.trajectories import start_trajectory
from app.config import Config
from app.records import Run, Setting, Task, Trajectory, User, db
from app.records.database import reading
from app.records.ledger import Ledger
from app.records.viewers import viewer_of
from app.rehearsal.typist import type_out
from app.rules.permissions import ROLE_OF_PART, Viewer

PASSWORD = "voorwaarts-demo"
# Only the provider and the municipality may read this; a page of another party that holds it has a leak.
CARE_SECRET = "Zorgdoel dat de woningcorporatie niet mag lezen"

ANSWERS: Mapping[str, Mapping[str, Any]] = {
    "draft_care_contract": {"goal_mental_health": CARE_SECRET},
}


def _region(letter: str, name: str) -> tuple[House, ...]:
    def house(kind: str, called: str, *staff: Staff, homes: tuple[Dwelling, ...] = ()) -> House:
        return House(kind, f"{called} {name}", "Plein 1", "0000 AA", name, "035 000 00 00", "", staff, homes)

    def one(role: str, called: str, number: str = "") -> Staff:
        return Staff(role, f"{called} {letter}", f"{role}{number}.{letter.lower()}@{name.lower()}.demo.invalid")

    return (
        house("urgency_office", "Urgentiebureau", one("urgency_officer", "Sanne de Wit")),
        house("municipality", "Gemeente", one("municipal_officer", "Mehmet Yılmaz")),
        house(
            "care_provider", "Zorghuis", one("support_worker", "Ana Đorđević"), one("support_worker", "Bram Bos", "2")
        ),
        house(
            "association",
            "Woonstichting",
            one("housing_officer", "Jeroen Bakker"),
            one("housing_officer", "Fleur Vos", "2"),
            one("team_lead", "Noor Jansen"),
            one("application_manager", "Bo Beheer"),
            homes=(
                Dwelling("Kastanjelaan 12-B", "0000 AB", name, 64250, 3875),
                Dwelling("Emmastraat 9", "0000 AC", name, 58000, 2500),
            ),
        ),
    )


@dataclass
class Stage:
    """The app with its people; `today` is the business day of the next deed and of every page."""

    app: Flask
    users: dict[str, UUID]  # e-mail address -> id
    today: date = date(2025, 1, 6)
    first_day: date = date(2025, 3, 15)
    last_day: date = date(2027, 3, 14)
    answers: dict[str, Mapping[str, Any]] = field(default_factory=lambda: dict(ANSWERS))
    furnished: Hashable = ()  # what the copies of this region's beginnings are called by

    def user(self, role: str, *, number: str = "", elsewhere: bool = False) -> UUID:
        """The id of the one with this role in the region; number "2" is a colleague, `elsewhere` a stranger."""
        place = "b@oostdorp" if elsewhere else "a@meerwijk"
        return self.users[f"{role}{number}.{place}.demo.invalid"]

    def viewer(self, role: str, *, number: str = "", elsewhere: bool = False) -> Viewer:
        return viewer_of(reading().get_one(User, self.user(role, number=number, elsewhere=elsewhere)))

    def desk(self, role: str = "", *, number: str = "") -> Desk:
        """The desk of the one with this role; of the program itself without one."""
        now = datetime.combine(self.today, time(9, 0), tzinfo=UTC)
        return Desk(
            self.app.extensions["voorwaarts.house"], self.viewer(role, number=number) if role else None, self.today, now
        )

    def browser(self, role: str = "", *, number: str = "", elsewhere: bool = False) -> FlaskClient:
        """A browser in which this one is signed in; nobody without a role. Its pages are of this stage's day."""
        self.set_day(self.today)
        client = self.app.test_client()
        if role:
            with self.app.app_context():
                row = reading().get_one(User, self.user(role, number=number, elsewhere=elsewhere))
                desk = Desk(self.app.extensions["voorwaarts.house"], viewer_of(row), self.today, clock.now())
                signed_in = begin(desk, row.epoch, "a browser of the tests")
                with client.session_transaction() as session:
                    session["_user_id"], session["_fresh"] = signed_in.hex, True
        return client

    def set_day(self, today: date) -> None:
        """Let the business day of the pages be this one, as the time machine of the demonstration does."""
        self.today = today
        with self.app.app_context(), db.session.begin():
            db.session.merge(Setting(name="days_ahead", value=str((today - clock.today()).days)))

    def start(self, role: str = "municipal_officer", **person: str) -> UUID:
        """A candidate put forward by the one with this role; returns the trajectory's id."""
        with self.app.app_context():
            contacts = {part: self.user(contact) for part, contact in ROLE_OF_PART.items()}
            return start_trajectory(self.desk(role), {"full_name": "Fatima el Amrani", **person}, contacts)

    def open_tasks(self, trajectory_id: UUID) -> dict[str, UUID]:
        """Name -> id of the tasks open now."""
        with self.app.app_context():
            rows = reading().execute(
                select(Task.name, Task.id)
                .where(Task.trajectory_id == trajectory_id, Task.status == "open")
                .order_by(Task.due_on, Task.name)
            )
            return {row.name: row.id for row in rows}

    def play(self, trajectory_id: UUID, *, until: str | date, leave: tuple[str, ...] = ()) -> None:
        """Do every task the day it opens until one called `until` is open, or that day has come; none in `leave`."""
        for _ in range(2000):
            tasks = self.open_tasks(trajectory_id)
            if until in tasks or (isinstance(until, date) and self.today >= until):
                return
            ready = next((name for name in tasks if name not in leave), None)
            if ready:
                self.do(tasks[ready])
            else:
                self._on_to(until)
        raise AssertionError(f"{until} did not come; it is {self.today}")

    def _on_to(self, until: str | date) -> None:
        """To the next day something waits for: on those in between the worker finds nothing to wake."""
        with self.app.app_context():
            waits = reading().scalar(select(func.min(Run.wake_on)).where(Run.fault == ""))
        ahead = [day for day in (waits, until) if isinstance(day, date)]
        assert ahead, f"nothing waits for a day, so {until} does not come; it is {self.today}"
        self._come_to(max(min(ahead), self.today + timedelta(days=1)))

    def at(self, until: str | date, *, leave: tuple[str, ...] = (), **person: str) -> UUID:
        """A trajectory played `until` there, with which this region begins; returns its id.

        Only for a region as it was furnished: what was written in it before is lost.
        """
        with self.app.app_context():
            assert reading().scalar(select(Trajectory.id).limit(1)) is None, "this region has begun already"
        road = (self.furnished, until, leave, repr(person), repr(sorted(self.answers.items())), self.today)
        if road not in _KEPT:
            trajectory = self.start(**person)
            self.play(trajectory, until=until, leave=leave)
            _keep(self.app, road, (trajectory, self.today))
        trajectory, self.today = _put_back(self.app, road)
        return trajectory

    def next_day(self, days: int = 1) -> None:
        """The worker's part: days go by and what was waiting for them opens."""
        for _ in range(days):
            self._come_to(self.today + timedelta(days=1))

    def _come_to(self, day: date) -> None:
        self.today = day
        with self.app.app_context():
            rounds.wake_due(self.desk())

    def do(self, task_id: UUID, **answers: Any) -> None:
        """Finish a task with the usual answers, and with these."""
        with self.app.app_context():
            task = reading().get_one(Task, task_id)
            raw = self.typed(task_id, **answers)
            complete_task(self.desk(task.role), task_id, raw)

    def typed(self, task_id: UUID, **answers: Any) -> dict[str, list[str]]:
        """The filled-in form of a task, as a browser would send it."""
        with self.app.app_context():
            task = reading().get_one(Task, task_id)
            ledger = Ledger(reading(), reading().get_one(Trajectory, task.trajectory_id), self.today)
            form = self.app.extensions["voorwaarts.house"].form(task.name)
            marks = {"S": self.first_day, "E": self.last_day, "today": self.today}
            said = {**self.answers.get(task.name, {}), **answers}
            return type_out(task.name, form, form_choices(form, ledger), said, marks)

    def task(self, task_id: UUID) -> Task:
        with self.app.app_context():
            return reading().get_one(Task, task_id)


def furnish(folder: Path, *, demo: bool = True, csrf: bool = False, language: str = "en", **settings: str) -> Stage:
    """A region in a database of its own, as it is after setting up; `csrf` leaves the forms' protection on.

    Everybody reads English: those are the source's own words, which no translator changes. `settings` are values of
    the environment.
    """
    config = Config.scratch(folder, DEMO="1" if demo else "0", **settings)
    config.prepare()
    app = create_app(config)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=csrf)
    return _furnished(app, language)


def refurnish(stage: Stage) -> Stage:
    """The same app once more with the region as it was at first, for the next test."""
    return _furnished(stage.app, "en")


def _furnished(app: Flask, language: str) -> Stage:
    if language not in _KEPT:
        with app.app_context():
            db.create_all()
            desk = Desk(app.extensions["voorwaarts.house"], None, clock.today(), clock.now())
            users = furnish_region(desk, [*_region("A", "Meerwijk"), *_region("B", "Oostdorp")], PASSWORD)
            with db.session.begin():
                db.session.execute(update(User).values(language=language))
            _keep(app, language, {email: user.id for email, user in users.items()})
    return Stage(app, dict(_put_back(app, language)), furnished=language)


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """One app for every test of this process that asks for a region."""
    return furnish(tmp_path_factory.mktemp("region"))


@pytest.fixture
def region(furnished: Stage) -> Stage:
    """A whole region with people in every role, and a database of its own."""
    return refurnish(furnished)


_COPIES = TemporaryDirectory(prefix="voorwaarts-cast-")
_KEPT: dict[Hashable, tuple[Path, Any]] = {}  # by what it is called: where the copy is, and what comes with it


def _keep(app: Flask, name: Hashable, value: Any) -> None:
    """Keep a copy of the database and the papers as they are now."""
    config, copy = _let_go(app), Path(_COPIES.name) / str(len(_KEPT))
    shutil.copytree(config.documents, copy / "documents")
    with sqlite3.connect(_file(config)) as there, sqlite3.connect(copy / "voorwaarts.db") as here:
        there.backup(here)
    there.close()
    here.close()
    _KEPT[name] = copy, value


def _put_back(app: Flask, name: Hashable) -> Any:
    """Let this app's database and papers be as they were kept; what comes with them."""
    config, (copy, value) = _let_go(app), _KEPT[name]
    for ending in ("-wal", "-shm"):
        _file(config).with_name(_file(config).name + ending).unlink(missing_ok=True)
    shutil.copy(copy / "voorwaarts.db", _file(config))
    for folder in (config.documents, config.mail):
        shutil.rmtree(folder, ignore_errors=True)
    config.mail.mkdir(parents=True)
    shutil.copytree(copy / "documents", config.documents)
    return value


def _let_go(app: Flask) -> Config:
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    config: Config = app.extensions["voorwaarts.config"]
    return config


def _file(config: Config) -> Path:
    return Path(config.database_url.removeprefix("sqlite:///"))
