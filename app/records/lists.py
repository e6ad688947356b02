"""Lists of tasks: mine and my team's, with the counts that the page and the menu share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, func, select
from sqlalchemy.orm import contains_eager, joinedload

from app.records.database import reading
from app.records.people import User
from app.records.tasks import Task
from app.records.trajectories import Trajectory
from app.records.visibility import task_is_visible
from app.rules.permissions import Viewer

WHOSE = ("mine", "team", "nobody")
PAGE = 50


@dataclass(frozen=True, slots=True)
class Counts:
    """How many tasks are late, due within a week, and later."""

    late: int
    week: int
    later: int

    @property
    def all(self) -> int:
        return self.late + self.week + self.later


def whose_tasks(viewer: Viewer, whose: str) -> ColumnElement[bool]:
    """Open tasks of this person, of the team (same role at the same organisation), or of nobody in the team."""
    if whose == "mine":
        return and_(Task.assignee_id == viewer.id, Task.status == "open")
    team = and_(Task.organisation_id == viewer.organisation_id, Task.role == viewer.role, Task.status == "open")
    return and_(team, Task.assignee_id.is_(None)) if whose == "nobody" else team


def week_end(today: date) -> date:
    """The last day of "this week": six days on, so a week counting today."""
    return today + timedelta(days=6)


def count_tasks(viewer: Viewer, today: date, whose: str) -> Counts:
    late = func.sum(case((Task.due_on < today, 1), else_=0))
    week = func.sum(case((and_(Task.due_on >= today, Task.due_on <= week_end(today)), 1), else_=0))
    row = reading().execute(select(func.count(), late, week).select_from(Task).where(whose_tasks(viewer, whose))).one()
    total, late_count, week_count = row[0], row[1] or 0, row[2] or 0
    return Counts(late_count, week_count, total - late_count - week_count)


def count_urgent(viewer: Viewer, today: date) -> int:
    """The number beside My work: my tasks that are late or due this week."""
    return (
        reading().scalar(
            select(func.count()).select_from(Task).where(whose_tasks(viewer, "mine"), Task.due_on <= week_end(today))
        )
        or 0
    )


def tasks_page(viewer: Viewer, today: date, whose: str, *, first: int = 0, size: int = PAGE) -> list[Task]:
    """One page of open tasks, the soonest due first, each with its trajectory, tenant, home and who has it."""
    query: Select[Task] = (
        select(Task)
        .join(Task.trajectory)
        .join(Trajectory.tenant)
        .outerjoin(Trajectory.home)
        .options(
            contains_eager(Task.trajectory).contains_eager(Trajectory.tenant),
            contains_eager(Task.trajectory).contains_eager(Trajectory.home),
            joinedload(Task.assignee).lazyload(User.organisation),
        )
        .where(Task.id.in_(_page_of_ids(viewer, whose, first, size)), task_is_visible(viewer, today))
        .order_by(Task.due_on, Task.id)
    )
    return list(reading().scalars(query))


def _page_of_ids(viewer: Viewer, whose: str, first: int, size: int) -> list[UUID]:
    """The index alone finds the page; only its rows are then read whole."""
    return list(
        reading().scalars(
            select(Task.id).where(whose_tasks(viewer, whose)).order_by(Task.due_on, Task.id).offset(first).limit(size)
        )
    )


def next_due(viewer: Viewer, whose: str, after: date) -> date | None:
    """The first due day after this one, None when nothing is planned after it."""
    return reading().scalar(select(func.min(Task.due_on)).where(whose_tasks(viewer, whose), Task.due_on > after))
