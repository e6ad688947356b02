"""The one query that decides who sees which trajectory; every list, page, file and search starts from it."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, false, or_, select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.records.database import reading
from app.records.tasks import Task
from app.records.trajectories import Part, Trajectory
from app.rules.care_end import TAKE_OVER_CARE
from app.rules.permissions import Viewer


def _in_sight(organisation: Any, on: Any) -> ColumnElement[bool]:
    return exists().where(
        Part.trajectory_id == Trajectory.id,
        Part.organisation_id == organisation,
        Part.since <= on,
        or_(Part.until.is_(None), Part.until >= on),
    )


# For a statement that is built once; `sight` hands it who looks, and when.
IN_SIGHT = _in_sight(bindparam("seen_by"), bindparam("seen_on"))


# Of a task: whoever sees its trajectory, and the provider that is asked to take over, of that one task alone.
ASKED = and_(Task.name == TAKE_OVER_CARE, Task.status == "open")
TASK_IN_SIGHT = or_(IN_SIGHT, and_(ASKED, Task.organisation_id == bindparam("seen_by")))


def sight(viewer: Viewer, today: date) -> dict[str, Any]:
    """What IN_SIGHT and TASK_IN_SIGHT ask for. Application managers see none."""
    return {"seen_by": None if viewer.role == "application_manager" else viewer.organisation_id, "seen_on": today}


def is_visible(viewer: Viewer, today: date) -> ColumnElement[bool]:
    """A condition on Trajectory: the viewer's organisation has a live part in it. Application managers see none."""
    return false() if viewer.role == "application_manager" else _in_sight(viewer.organisation_id, today)


def task_is_visible(viewer: Viewer, today: date) -> ColumnElement[bool]:
    """A condition on Task and its Trajectory: as TASK_IN_SIGHT."""
    asked = and_(ASKED, Task.organisation_id == viewer.organisation_id)
    return false() if viewer.role == "application_manager" else or_(is_visible(viewer, today), asked)


def asked_of(viewer: Viewer, trajectory_id: UUID) -> UUID | None:
    """The task in which this viewer's organisation is asked to take over this trajectory."""
    own = (Task.trajectory_id == trajectory_id, Task.organisation_id == viewer.organisation_id)
    return reading().scalar(select(Task.id).where(ASKED, *own, Task.role == viewer.role))


def visible(viewer: Viewer, today: date) -> Select[Trajectory]:
    return select(Trajectory).where(is_visible(viewer, today))


def find(session: Session, viewer: Viewer, today: date, trajectory_id: UUID) -> Trajectory:
    """The trajectory, if this viewer may see it. Raises NotFound: a stranger's id simply is not there."""
    row = session.scalar(visible(viewer, today).where(Trajectory.id == trajectory_id))
    if row is None:
        raise NotFound("no_such_trajectory")
    return row
