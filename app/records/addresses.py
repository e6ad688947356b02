"""To whom a letter goes: the people behind a role in a trajectory."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.records.letters import Letter
from app.records.people import User
from app.records.tasks import Task
from app.records.trajectories import Part
from app.rules.permissions import PART_OF_ROLE


def receivers(session: Session, letter: Letter) -> list[User]:
    """The one who has the task, else the contact with that role, else everyone with that role at the party."""
    task = session.get(Task, letter.task_id) if letter.task_id and letter.kind == "overdue" else None
    if task is not None:
        holder = session.get(User, task.assignee_id) if task.assignee_id else None
        if holder is not None and holder.active:
            return [holder]
    part = session.scalar(
        select(Part)
        .where(Part.trajectory_id == letter.trajectory_id, Part.part == PART_OF_ROLE[letter.role], Part.until.is_(None))
        .limit(1)
    )
    if task is not None and (part is None or part.organisation_id != task.organisation_id):
        return _team(session, task.organisation_id, letter.role)  # asked to take over, and not in it yet
    if part is None:
        return []
    if part.contact is not None and part.contact.active and part.contact.role == letter.role:
        return [part.contact]
    return _team(session, part.organisation_id, letter.role)


def _team(session: Session, organisation_id: UUID, role: str) -> list[User]:
    own = (User.organisation_id == organisation_id, User.role == role, User.active.is_(True))
    return list(session.scalars(select(User).where(*own)))
