"""The list of trajectories somebody may see: found by words and by stage, page by page; never across that line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import contains_eager

from app.records.database import reading
from app.records.people import Home, Person, User
from app.records.tasks import Task
from app.records.trajectories import Part, Trajectory
from app.records.visibility import visible
from app.rules.escalation import TASKS as ESCALATING
from app.rules.permissions import Viewer

STAGES = ("intake", "tenancy", "ending", "aftercare", "closed")
SORTS = ("tenant", "last_day", "reference")
PAGE = 50
MOST_WORDS = 6


@dataclass(frozen=True, slots=True)
class Found:
    """One page of trajectories, and how many there are in all."""

    rows: list[Trajectory]
    total: int


def find_trajectories(
    viewer: Viewer, today: date, *, words: str = "", stage: str = "", sort: str = "tenant", first: int = 0
) -> Found:
    """What this viewer may see, with every word in the tenant's name, the reference or the address."""
    query = visible(viewer, today).join(Trajectory.tenant).outerjoin(Trajectory.home)
    if stage in STAGES:
        query = query.where(Trajectory.stage == stage)
    elif stage == "":
        query = query.where(Trajectory.stage != "closed") if not words.strip() else query
    for word in words.split()[:MOST_WORDS]:
        query = query.where(or_(_says(word), _is_called(word, viewer)))
    total = reading().scalar(query.with_only_columns(func.count(), maintain_column_froms=True).order_by(None)) or 0
    loaded = query.options(contains_eager(Trajectory.tenant), contains_eager(Trajectory.home))
    rows = reading().scalars(_sorted(loaded, sort).offset(first).limit(PAGE))
    return Found(list(rows), total)


def next_tasks(trajectories: Sequence[Trajectory], viewer: Viewer) -> dict[UUID, Task]:
    """Trajectory's id -> its open task that is due first, of those this viewer's part may know of."""
    ids = [row.id for row in trajectories]
    query = select(Task).where(Task.trajectory_id.in_(ids), Task.status == "open").order_by(Task.due_on, Task.name)
    if viewer.part == "urgency_office":
        query = query.where(Task.role == viewer.role)
    if viewer.part != "association":
        query = query.where(Task.name.not_in(ESCALATING))
    found: dict[UUID, Task] = {}
    for task in reading().scalars(query):
        found.setdefault(task.trajectory_id, task)
    return found


def contacts(trajectories: Sequence[Trajectory], organisation_id: UUID) -> dict[UUID, User]:
    """Trajectory's id -> the contact of this organisation in it."""
    ids = [row.id for row in trajectories]
    query = select(Part).where(Part.trajectory_id.in_(ids), Part.organisation_id == organisation_id)
    return {part.trajectory_id: part.contact for part in reading().scalars(query) if part.contact is not None}


def _says(word: str) -> ColumnElement[bool]:
    """SQLite folds only plain letters, so a name is also looked for as typed and with a capital."""
    columns = (Person.full_name, Trajectory.reference, Home.street, Home.postcode, Home.city)
    spellings = {word, word.lower(), word.upper(), word[:1].upper() + word[1:]}
    return or_(*(column.icontains(one, autoescape=True) for column in columns for one in spellings))


def _is_called(word: str, viewer: Viewer) -> ColumnElement[bool]:
    """By what the viewer's own organisation calls it; of what others call it nobody learns anything."""
    own = (Part.trajectory_id == Trajectory.id, Part.organisation_id == viewer.organisation_id)
    return exists().where(*own, Part.reference.icontains(word, autoescape=True))


def _sorted(query: Select[Trajectory], sort: str) -> Select[Trajectory]:
    if sort == "last_day":
        return query.order_by(Trajectory.last_day.is_(None), Trajectory.last_day, Trajectory.reference)
    if sort == "reference":
        return query.order_by(Trajectory.reference.desc())
    return query.order_by(func.lower(Person.full_name), Trajectory.reference)
