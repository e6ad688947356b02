"""A whole installation on either database with one trajectory in it, put at any point of its road in a moment.

The road is walked once per test process, by the rehearsal's own player; every stop on it is kept as a copy of the
database and the filed papers, and a test starts from such a copy.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import create_app
from app.actions.deed import Desk, House
from app.actions.documents import file_ordered
from app.actions.letters import post_due
from app.actions.region import Staff, furnish_region
from app.actions.rounds import wake_due
from app.actions.tasks import complete_task, form_choices
from app.actions.trajectories import add_beside
from app.config import Config
from app.house import hire_postman
from app.migrations import upgrade
from app.post import Postman
from app.records import Document, Event, Letter, Review, Run, Task, Trajectory, User, db
from app.records.answered import versions
from app.records.database import let_go, reading
from app.records.ledger import Ledger
from app.records.viewers import viewer_of
from app.rehearsal.cast import REGION, Cast, hire
from app.rehearsal.player import Player
from app.rehearsal.script import Script
from app.rehearsal.typist import type_out
from app.rules.permissions import Viewer
from app.web.mail_texts import write
from tests.postgres import Cluster

FIRST, LAST = date(2025, 3, 15), date(2027, 3, 14)
CARE_SECRET = "Zorggeheim: slaapt slecht en wil minder drinken"
ELSEWHERE = (
    type(REGION[0])(
        "association", "Woonstichting Elders", "Elders 1", "0000 ZA", "Elders", "", "wonen@elders.demo.invalid",
        (
            Staff("housing_officer", "Vera Vreemd", "vera@elders.demo.invalid"),
            Staff("team_lead", "Ton Vreemd", "ton@elders.demo.invalid"),
        ),
    ),
    type(REGION[0])(
        "care_provider", "Zorg Elders", "Elders 2", "0000 ZB", "Elders", "", "zorg@elders.demo.invalid",
        (Staff("support_worker", "Stef Vreemd", "stef@elders.demo.invalid"),),
    ),
    type(REGION[0])(
        "municipality", "Gemeente Elders", "Elders 3", "0000 ZC", "Elders", "", "gemeente@elders.demo.invalid",
        (Staff("municipal_officer", "Mo Vreemd", "mo@elders.demo.invalid"),),
    ),
    type(REGION[0])(
        "urgency_office", "Bureau Elders", "Elders 4", "0000 ZD", "Elders", "", "bureau@elders.demo.invalid",
        (Staff("urgency_officer", "Ulla Vreemd", "ulla@elders.demo.invalid"),),
    ),
)  # fmt: skip
COLLEAGUES = (
    ("housing_officer", "Carla Collega", "carla@deheuvel.demo.invalid"),
    ("support_worker", "Sam Collega", "sam@debrug.demo.invalid"),
)

# The stops on the road to conversion, in order: each is reached when this task is open.
STOPS: Mapping[str, str] = {
    "nominated": "nominate_candidate",
    "checking": "check_eligibility",
    "agreeing": "agree_as_association",
    "leasing": "prepare_lease",
    "signing": "sign_lease",
    "keys": "hand_over_keys",
    "startup": "check_startup_housing",
    "review": "confirm_goals",
    "meeting": "hold_review_meeting",
    "reporting": "confirm_review_meeting",
    "advising": "advise_as_provider",
    "hearing": "hold_hearing",
    "deciding": "decide_conversion",
    "approving": "approve_decision",
    "explaining": "explain_decision",
    "confirming": "confirm_conversion",
}
# The stops on the other road, from "deciding" on: not converted, with a co-tenant.
LEAVING: Mapping[str, str] = {
    "leaving": "plan_leaving",
    "notice": "send_end_notice",
    "receipt": "record_receipt",
    "returning": "return_keys",
    "staying": "handle_stay",
}
SCRIPT = Script(
    "scene",
    answers={
        "draft_care_contract": [{"goal_mental_health": CARE_SECRET}],
        "hold_review_meeting": [{"tenant_view": CARE_SECRET, "agreements": CARE_SECRET}],
        "confirm_goals": [{"goals.*.remark": CARE_SECRET}],
    },
    when={"send_end_notice": ["opened + 3 days"], "return_keys": ["opened + 2 days"]},
)
NOT_CONVERTED = {
    "decide_conversion": [{"outcome": "do_not_convert"}],
    "return_keys": [{"returned": "no"}],
    "handle_stay": [{"outcome": "court", "reason": "Wil niet weg."}],
}


@dataclass(slots=True)
class Stop:
    """What a test finds: the day it is and whose trajectory it is."""

    today: date
    trajectory_id: UUID


class Walker(Player):
    """A player who walks on until something is so."""

    def walk(self, reached: Callable[[], bool]) -> None:
        if self.today == date.min:
            self.today = self.first - timedelta(days=70)
        while not reached():
            self._live_the_day()
            if reached():
                return
            following = self.next_day()
            assert following is not None, "the road ended before the stop"
            self.today = following


@dataclass(slots=True)
class Site:
    """One installation on one kind of database; its tables are swapped under it between tests."""

    kind: str
    folder: Path
    config: Config
    app: Flask
    cluster: Cluster | None = None
    cast: Cast = field(init=False)
    stops: dict[str, Stop] = field(default_factory=dict)

    @classmethod
    def build(cls, kind: str, folder: Path, cluster: Cluster | None = None) -> Site:
        settings = {"DATABASE_URL": cluster.url(cluster.create_database())} if cluster else {}
        config = Config.scratch(folder, **settings)
        config.prepare()
        upgrade(config.database_url)
        site = cls(kind, folder, config, create_app(config), cluster)
        with site.app.app_context():
            site.cast = hire(site.desk(None, FIRST))
            furnish_region(site.desk(None, FIRST), ELSEWHERE, password="")
            site._hire_colleagues()
            site.keep("empty", Stop(FIRST, UUID(int=0)))
        return site

    @property
    def house(self) -> House:
        house: House = self.app.extensions["voorwaarts.house"]
        return house

    def desk(self, who: Viewer | None, on: date, at: time = time(9)) -> Desk:
        return Desk(self.house, who, on, datetime.combine(on, at, UTC))

    def go_to(self, stop: str) -> Stop:
        """Put the database and the papers as they were at this stop, walking there first when nobody has."""
        if stop not in self.stops:
            with self.app.app_context():
                self._walk_to(stop)
        self._restore(stop)
        return self.stops[stop]

    def keep(self, name: str, stop: Stop) -> None:
        """Keep a copy of everything as it is now, under this name."""
        self._let_go_of_all()
        kept = self.folder / "stops" / name
        kept.mkdir(parents=True)
        shutil.copytree(self.config.documents, kept / "documents")
        if self.cluster is None:
            _copy_sqlite(self._file, kept / "voorwaarts.db")
        else:
            self.cluster.ask(f"CREATE DATABASE {self._name}_{name} TEMPLATE {self._name}")
        self.stops[name] = stop

    def _walk_to(self, stop: str) -> None:
        if stop in LEAVING and "deciding" not in self.stops:
            self._walk_to("deciding")
        road = LEAVING if stop in LEAVING else STOPS
        start = "deciding" if stop in LEAVING else "empty"
        kept = [name for name in road if name in self.stops]
        self._restore(kept[-1] if kept else start)
        where = self.stops[kept[-1] if kept else start]
        script = Script("scene", answers={**SCRIPT.answers, **NOT_CONVERTED}, when=SCRIPT.when)
        walker = Walker(
            self.house, self.cast, script if road is LEAVING else SCRIPT, FIRST, LAST, hire_postman(self.config), write
        )
        if start != "empty" or kept:
            walker.today, walker.trajectory_id = where.today, where.trajectory_id
        if road is LEAVING and not kept:
            officer = self.desk(self.cast.players["housing_officer"], where.today)
            add_beside(officer, where.trajectory_id, "co_tenant", {"full_name": "Karim Medehuurder"})
        for name in list(road)[len(kept) :]:
            walker.walk(lambda name=name: _is_open(road[name]))  # type: ignore[misc]
            assert walker.trajectory_id is not None and not walker.refusals, walker.refusals
            self.keep(name, Stop(walker.today, walker.trajectory_id))
            if name == stop:
                return

    def _restore(self, name: str) -> None:
        self._let_go_of_all()
        kept = self.folder / "stops" / name
        shutil.rmtree(self.config.documents)
        shutil.copytree(kept / "documents", self.config.documents)
        shutil.rmtree(self.config.mail)
        self.config.mail.mkdir()
        if self.cluster is None:
            for ending in ("", "-wal", "-shm"):
                Path(f"{self._file}{ending}").unlink(missing_ok=True)
            shutil.copy(kept / "voorwaarts.db", self._file)
        else:
            self.cluster.drop_database(self._name)
            self.cluster.ask(f"CREATE DATABASE {self._name} OWNER voorwaarts TEMPLATE {self._name}_{name}")

    def _let_go_of_all(self) -> None:
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()

    def _hire_colleagues(self) -> None:
        """A second person with the same role at the same organisation, and a demo home more than the cast needs."""
        with self.desk(None, FIRST).deed() as deed:
            for role, name, email in COLLEAGUES:
                house = self.cast.players[role].organisation_id
                deed.session.add(User(organisation_id=house, role=role, name=name, email=email))

    @property
    def _file(self) -> Path:
        return Path(self.config.database_url.removeprefix("sqlite:///"))

    @property
    def _name(self) -> str:
        return self.config.database_url.rpartition("/")[2]


@dataclass(slots=True)
class Scene:
    """A test's own copy: the trajectory at its stop, and the people to do something with it."""

    site: Site
    today: date
    trajectory_id: UUID

    @property
    def house(self) -> House:
        return self.site.house

    @property
    def postman(self) -> Postman:
        return hire_postman(self.site.config)

    def viewer(self, who: str) -> Viewer:
        """By role: of this trajectory's parties; by e-mail: anybody."""
        if who in self.site.cast.players:
            return self.site.cast.players[who]
        user = fresh().scalars(select(User).where(User.email == who)).one()
        return viewer_of(user)

    def desk(self, who: str | None = None, on: date | None = None, at: time = time(9)) -> Desk:
        return self.site.desk(self.viewer(who) if who else None, on or self.today, at)

    def task(self, name: str, status: str = "open") -> Task:
        """The one task with this name; the newest when there are several."""
        let_go()
        found = reading().scalars(
            select(Task)
            .where(Task.trajectory_id == self.trajectory_id, Task.name == name, Task.status == status)
            .order_by(Task.opened_on.desc(), Task.done_at.desc())
        )
        task = found.first()
        assert task is not None, f"{name} is not {status}"
        return task

    def open_tasks(self) -> list[str]:
        let_go()
        query = select(Task.name).where(Task.trajectory_id == self.trajectory_id, Task.status == "open")
        return sorted(reading().scalars(query))

    def raw(self, task: Task, **said: Any) -> dict[str, list[str]]:
        """The task's form filled in as people would; `said` with __ for the dot in a name."""
        row = self.row
        form = self.house.form(task.name)
        answered = versions(reading(), task.id)[0].answer.data if task.status == "done" else None
        choices = form_choices(form, Ledger(reading(), row, self.today), answered)
        marks = {"S": FIRST, "E": LAST, "today": self.today, "opened": task.opened_on, "due": task.due_on}
        given = {**_usual(task.name), **{name.replace("__", "."): value for name, value in said.items()}}
        return type_out(task.name, form, choices, given, marks)

    def do(self, name: str, *, by: str | None = None, **said: Any) -> UUID:
        """Do the open task with this name; returns its id."""
        task = self.task(name)
        complete_task(self.desk(by or task.role), task.id, self.raw(task, **said))
        let_go()
        return task.id

    def work(self, on: date | None = None, at: time = time(9)) -> None:
        """Whole rounds of the worker until there is nothing left to do."""
        self.today = on or self.today
        desk = self.desk(at=at)
        while wake_due(desk) + file_ordered(desk) + post_due(desk, self.postman, write):
            pass
        let_go()

    @property
    def row(self) -> Trajectory:
        return fresh().get_one(Trajectory, self.trajectory_id)

    @property
    def run(self) -> Run:
        return fresh().scalars(select(Run).where(Run.trajectory_id == self.trajectory_id)).one()

    def letters(self, **where: Any) -> list[Letter]:
        return self._rows(Letter, Letter.due_on, **where)

    def documents(self, **where: Any) -> list[Document]:
        return self._rows(Document, Document.version, **where)

    def reviews(self, **where: Any) -> list[Review]:
        return self._rows(Review, Review.month, **where)

    def events(self, action: str) -> list[Event]:
        return self._rows(Event, Event.id, action=action)

    def mails(self) -> list[bytes]:
        """The letters that left the house as files, oldest first."""
        return [path.read_bytes() for path in sorted(self.site.config.mail.glob("*.eml"))]

    def _rows(self, table: Any, order: Any, **where: Any) -> list[Any]:
        let_go()
        query = select(table).where(table.trajectory_id == self.trajectory_id).filter_by(**where).order_by(order)
        return list(reading().scalars(query))


def fresh() -> Session:
    """For reading: everything that was committed up to now."""
    let_go()
    return reading()


@contextmanager
def stage(site: Site, stop: str) -> Iterator[Scene]:
    """The scene at a stop, inside the application's context."""
    where = site.go_to(stop)
    with site.app.app_context():
        yield Scene(site, where.today, where.trajectory_id)
    site._let_go_of_all()


def _usual(task: str) -> dict[str, Any]:
    if task == "check_eligibility":
        return {"legal_ground": "d"}
    said = SCRIPT.answers.get(task)
    return dict(said[0]) if said else {}


def _is_open(task: str) -> bool:
    let_go()
    found = reading().scalar(select(Task.id).where(Task.name == task, Task.status == "open").limit(1))
    let_go()
    return found is not None


def _copy_sqlite(source: Path, target: Path) -> None:
    """A whole copy, what still stands in the write-ahead log included."""
    with sqlite3.connect(source) as old, sqlite3.connect(target) as new:
        old.backup(new)
    old.close()
    new.close()
