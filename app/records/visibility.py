"""The one query that decides who sees which trajectory; every list, page, file and search starts from it."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, false, or_, select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.records.trajectories import Part, Trajectory
from app.rules.permissions import Viewer


def is_visible(viewer: Viewer, today: date) -> ColumnElement[bool]:
    """A condition on Trajectory: the viewer's organisation has a live part in it. Application managers see none."""
    if viewer.role == "application_manager":
        return false()
    return exists().where(
        and_(
            Part.trajectory_id == Trajectory.id,
            Part.organisation_id == viewer.organisation_id,
            Part.since <= today,
            or_(Part.until.is_(None), Part.until >= today),
        )
    )


def visible(viewer: Viewer, today: date) -> Select[Trajectory]:
    return select(Trajectory).where(is_visible(viewer, today))


def find(session: Session, viewer: Viewer, today: date, trajectory_id: UUID) -> Trajectory:
    """The trajectory, if this viewer may see it. Raises NotFound: a stranger's id simply is not there."""
    row = session.scalar(visible(viewer, today).where(Trajectory.id == trajectory_id))
    if row is None:
        raise NotFound("no_such_trajectory")
    return row
