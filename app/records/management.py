"""What an application manager looks at: organisations, people, homes, the ledger, and what got stuck; no dossiers."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Row, func, or_, select, true

from app.records.database import reading
from app.records.documents import Document
from app.records.letters import Letter
from app.records.people import Home, Organisation, User, kept_by
from app.records.runs import Run
from app.records.trajectories import Trajectory
from app.rules.permissions import Viewer, may_see_letter

LETTER_STATES = ("planned", "posted", "failed", "dropped")
PAGE = 50


@dataclass(frozen=True, slots=True)
class Stuck:
    """Something that stepped aside: what it is, in which trajectory, and the code that says why."""

    what: str
    reference: str
    name: str
    fault: str


def organisations() -> list[Organisation]:
    return list(reading().scalars(select(Organisation).order_by(Organisation.kind, Organisation.name)))


def keeps(manager: Viewer, organisation_id: UUID) -> bool:
    """Whether this application manager is in charge of the people of this organisation."""
    query = select(Organisation.id).where(Organisation.id == organisation_id, kept_by(manager.organisation_id))
    return reading().scalar(query) is not None


def users(manager: Viewer, words: str = "", first: int = 0) -> tuple[list[User], int]:
    """One page of the people this manager is in charge of, by name, and how many there are."""
    query = select(User).join(Organisation, Organisation.id == User.organisation_id)
    query = query.where(kept_by(manager.organisation_id))
    for word in words.split():
        query = query.where(
            or_(*(column.icontains(word, autoescape=True) for column in (User.name, User.email, Organisation.name)))
        )
    total = reading().scalar(select(func.count()).select_from(query.subquery())) or 0
    return list(reading().scalars(query.order_by(User.name, User.id).offset(first).limit(PAGE))), total


def homes(words: str = "", first: int = 0) -> tuple[list[Home], int]:
    """One page of homes, by town and street, and how many there are."""
    query = select(Home)
    for word in words.split():
        query = query.where(
            or_(*(column.icontains(word, autoescape=True) for column in (Home.street, Home.postcode, Home.city)))
        )
    total = reading().scalar(select(func.count()).select_from(query.subquery())) or 0
    return list(reading().scalars(query.order_by(Home.city, Home.street, Home.id).offset(first).limit(PAGE))), total


def organisation(organisation_id: UUID) -> Organisation | None:
    return reading().get(Organisation, organisation_id)


def user(user_id: UUID) -> User | None:
    return reading().get(User, user_id)


def home(home_id: UUID) -> Home | None:
    return reading().get(Home, home_id)


def count_letters(part: str) -> dict[str, int]:
    """State -> how many letters are in it, of those that this part may see."""
    rows = reading().execute(select(Letter.state, func.count()).where(_in_sight(part)).group_by(Letter.state))
    return {row[0]: row[1] for row in rows}


def letters_page(part: str, state: str, first: int = 0) -> list[Row[tuple[Letter, str]]]:
    """(letter, reference of its trajectory), the latest day first."""
    query = select(Letter, Trajectory.reference).join(Trajectory, Trajectory.id == Letter.trajectory_id)
    query = query.where(_in_sight(part))
    if state:
        query = query.where(Letter.state == state)
    return list(reading().execute(query.order_by(Letter.due_on.desc(), Letter.id).offset(first).limit(PAGE)))


def _in_sight(part: str) -> ColumnElement[bool]:
    """Reminders of the care decision are for those who may know of care."""
    return true() if may_see_letter(part, "care_decision_ahead", "") else Letter.kind != "care_decision_ahead"


def stuck(limit: int = 100) -> list[Stuck]:
    """Runs that stepped aside, and documents and letters that failed."""
    runs = select(Trajectory.reference, Run.drawing, Run.fault).join(Run, Run.trajectory_id == Trajectory.id)
    papers = select(Trajectory.reference, Document.name, Document.fault).join(
        Document, Document.trajectory_id == Trajectory.id
    )
    letters = select(Trajectory.reference, Letter.kind, Letter.reason).join(
        Letter, Letter.trajectory_id == Trajectory.id
    )
    found: list[Stuck] = []
    for what, query in (
        ("run", runs.where(Run.fault != "")),
        ("document", papers.where(Document.state == "failed")),
        ("letter", letters.where(Letter.state == "failed")),
    ):
        rows = reading().execute(query.order_by(Trajectory.reference).limit(limit))
        found.extend(Stuck(what, reference, name, fault) for reference, name, fault in rows)
    return found
