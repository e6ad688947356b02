"""A small region with one officer per role, and trajectories played through the real actions; every name is invented."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app import create_app
from app.actions import rounds
from app.actions.deed import Desk
from app.actions.tasks import complete_task, form_choices
from app.actions.trajectories import start_trajectory
from app.config import Config
from app.errors import Invalid
from app.records import Home, Organisation, Run, Setting, Task, Trajectory, User, db
from app.records.database import reading
from app.records.ledger import Ledger
from app.rules import forms
from app.rules.fields import Field
from app.rules.permissions import Viewer
from app.web.desk import viewer_of

# Said by nobody but the provider and the municipality; a page of another party that holds it has a leak.
CARE_SECRET = "Zorggeheim: slaapt slecht en wil minder drinken"
PEOPLE = (
    ("urgency_officer", "urgency_office", "Ulla Urgentie"),
    ("municipal_officer", "municipality", "Mees Gemeenten"),
    ("support_worker", "care_provider", "Ana Đorđević"),
    ("housing_officer", "association", "Jeroen Bakker"),
    ("team_lead", "association", "Noor Jansen"),
    ("application_manager", "association", "Bo Beheer"),
)
ORGANISATIONS = {
    "urgency_office": "Urgentiebureau Meerwijk (demo)",
    "municipality": "Gemeente Meerwijk (demo)",
    "care_provider": "De Brug (demo)",
    "association": "Woonstichting De Heuvel (demo)",
}
ANSWERS: dict[str, dict[str, Any]] = {
    "check_eligibility": {"legal_ground": "d", "evidence": "Eerdere huurovereenkomst ontbonden wegens achterstand."},
    "draft_care_contract": {
        "conditions": ["rent_on_time", "guidance_accepted", "no_nuisance", "home_kept_clean"],
        "goal_housing": "Zelf het huishouden bijhouden",
        "goal_finances": "De post samen met de begeleider openen",
        "goal_mental_health": CARE_SECRET,
    },
    "confirm_conversion": {},
}


@dataclass
class Region:
    """The app with its people by role; `today` is the business day of the next deed."""

    app: Flask
    folder: Path
    users: dict[str, UUID] = field(default_factory=dict)
    strangers: dict[str, UUID] = field(default_factory=dict)
    homes: list[UUID] = field(default_factory=list)
    today: date = date(2025, 1, 6)

    def viewer(self, role: str) -> Viewer:
        return viewer_of(reading().get_one(User, self.users[role]))

    def desk(self, role: str | None = None) -> Desk:
        """The desk of the officer with this role; of the program itself when there is none."""
        now = datetime(self.today.year, self.today.month, self.today.day, 10, 0, tzinfo=UTC)
        actor = self.viewer(role) if role else None
        return Desk(self.app.extensions["voorwaarts.house"], actor, self.today, now)

    def client(self, role: str, *, stranger: bool = False) -> FlaskClient:
        """A browser in which this officer is signed in."""
        who = (self.strangers if stranger else self.users)[role]
        client = self.app.test_client()
        with self.app.app_context():
            epoch = reading().get_one(User, who).epoch
        with client.session_transaction() as session:
            session["_user_id"], session["_fresh"] = f"{who.hex}.{epoch}", True
        return client

    def start(self, name: str = "Fatima el Amrani", **person: str) -> UUID:
        with self.app.app_context():
            contacts = {
                "urgency_office": self.users["urgency_officer"],
                "municipality": self.users["municipal_officer"],
                "care_provider": self.users["support_worker"],
                "association": self.users["housing_officer"],
            }
            return start_trajectory(self.desk("municipal_officer"), {"full_name": name, **person}, contacts)

    def play(self, trajectory: UUID, until: str | date, answers: Mapping[str, Any] | None = None) -> None:
        """Do every task on its due day, until one with this name is open or this day has come; None: nobody does it."""
        for _ in range(400):
            with self.app.app_context():
                tasks = list(
                    reading().scalars(
                        select(Task)
                        .where(Task.trajectory_id == trajectory, Task.status == "open")
                        .order_by(Task.due_on, Task.name)
                    )
                )
                known = {**ANSWERS, **(answers or {})}
                willing = [task for task in tasks if known.get(task.name, {}) is not None]
                wakes = reading().scalar(select(Run.wake_on).where(Run.trajectory_id == trajectory))
                if until in [task.name for task in tasks] or (isinstance(until, date) and self.today >= until):
                    return
                ahead = [day for day in (wakes, *(task.due_on for task in willing)) if day is not None]
                if not ahead and isinstance(until, date):
                    self.today = until
                    return
                if not ahead:
                    raise AssertionError(f"{until} never came: nothing happens any more")
                self.today = max(self.today, min([*ahead, *([until] if isinstance(until, date) else [])]))
                if wakes is not None and wakes <= self.today:
                    rounds.wake_due(self.desk())
                elif willing and willing[0].due_on <= self.today:
                    self.do(willing[0], known.get(willing[0].name, {}))
        raise AssertionError(f"{until} never came; it is {self.today}")

    def do(self, task: Task, answers: Mapping[str, Any]) -> None:
        form = self.app.extensions["voorwaarts.house"].form(task.name)
        trajectory = reading().get_one(Trajectory, task.trajectory_id)
        choices = form_choices(form, Ledger(reading(), trajectory, self.today))
        raw: dict[str, list[str]] = {}
        for one in forms.fields(form, choices):
            _fill(one, raw, answers, self.today, trajectory)
        role = task.role
        try:
            complete_task(self.desk(role), task.id, raw)
        except Invalid as refused:
            raise AssertionError(f"{task.name} on {self.today}: {refused.faults}") from refused
        reading().rollback()

    def set_clock(self) -> None:
        """Let the pages see the region's day too."""
        ahead = (self.today - date.today()).days  # noqa: DTZ011
        with self.app.app_context(), db.session.begin():
            db.session.merge(Setting(name="days_ahead", value=str(ahead)))


def _fill(one: Field, raw: dict[str, list[str]], answers: Mapping[str, Any], today: date, row: Trajectory) -> None:
    if one.parts:
        for part in one.parts:
            _fill(part, raw, answers, today, row)
        return
    last = one.name.rpartition(".")[2]
    given = answers.get(one.name, answers.get(last))
    if given is not None:
        raw[one.name] = [str(value) for value in given] if isinstance(given, list | tuple) else [str(given)]
    elif last in ("first_day", "last_day"):
        raw[one.name] = [DATES[last].isoformat()]
    elif one.required or one.needed_when:
        words = {
            "date": today.isoformat(),
            "boolean": "on",
            "money": "612,50",
            "integer": "2",
            "number": "2",
        }
        choice = one.options[0].value if one.options else "Volgens afspraak."
        if not (one.needed_when and last in ("objection", "reason", "reasons", "invited_on", "remark")):
            raw[one.name] = [words.get(one.kind, choice)]


DATES = {"first_day": date(2025, 3, 15), "last_day": date(2027, 3, 14)}


def build(folder: Path, *, demo: bool = True) -> Region:
    config = Config.scratch(folder, DEMO="1" if demo else "0")
    config.prepare()
    region = Region(create_app(config), folder)
    with region.app.app_context():
        db.create_all()
        with db.session.begin():
            organisations = {
                kind: Organisation(id=uuid4(), kind=kind, name=name, city="Meerwijk", phone="035 000 00 00")
                for kind, name in ORGANISATIONS.items()
            }
            others = {kind: Organisation(id=uuid4(), kind=kind, name=f"Andere {kind} (demo)") for kind in ORGANISATIONS}
            db.session.add_all([*organisations.values(), *others.values()])
            db.session.flush()
            for number, (role, kind, name) in enumerate(PEOPLE):
                for house, where, mail in ((organisations, region.users, "demo"), (others, region.strangers, "elders")):
                    user = User(
                        id=uuid4(),
                        organisation_id=house[kind].id,
                        role=role,
                        name=name if house is organisations else f"Vreemde {role}",
                        email=f"{role}@{mail}.example",
                        phone=f"035 000 00 0{number}",
                    )
                    db.session.add(user)
                    where[role] = user.id
            for number in range(12, 24, 2):
                home = Home(
                    id=uuid4(),
                    association_id=organisations["association"].id,
                    street=f"Kastanjelaan {number}-B",
                    postcode="1234 AB",
                    city="Meerwijk",
                    rent_cents=61250,
                )
                db.session.add(home)
                region.homes.append(home.id)
    return region
