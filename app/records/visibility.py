"""The one query that decides who sees which trajectory; every list, page, file and search starts from it."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, bindparam, exists, false, or_, select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.records.trajectories import Part, Trajectory
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


def sight(viewer: Viewer, today: date) -> dict[str, Any]:
    """What IN_SIGHT asks for. Application managers see none."""
    return {"seen_by": None if viewer.role == "application_manager" else viewer.organisation_id, "seen_on": today}


def is_visible(viewer: Viewer, today: date) -> ColumnElement[bool]:
    """A condition on Trajectory: the viewer's organisation has a live part in it. Application managers see none."""
    return false() if viewer.role == "application_manager" else _in_sight(viewer.organisation_id, today)


def visible(viewer: Viewer, today: date) -> Select[Trajectory]:
    return select(Trajectory).where(is_visible(viewer, today))


def find(session: Session, viewer: Viewer, today: date, trajectory_id: UUID) -> Trajectory:
    """The trajectory, if this viewer may see it. Raises NotFound: a stranger's id simply is not there."""
    row = session.scalar(visible(viewer, today).where(Trajectory.id == trajectory_id))
    if row is None:
        raise NotFound("no_such_trajectory")
    return row
