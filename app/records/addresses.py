"""To whom a letter goes: the people behind a role in a trajectory."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.records.letters import Letter
from app.records.people import User
from app.records.tasks import Task
from app.records.trajectories import Part
from app.rules.permissions import PART_OF_ROLE


def receivers(session: Session, letter: Letter) -> list[User]:
    """The one who has the task, else the contact with that role, else everyone with that role at the party."""
    if letter.task_id and letter.kind == "overdue":
        task = session.get(Task, letter.task_id)
        holder = session.get(User, task.assignee_id) if task and task.assignee_id else None
        if holder is not None and holder.active:
            return [holder]
    part = session.scalar(
        select(Part)
        .where(Part.trajectory_id == letter.trajectory_id, Part.part == PART_OF_ROLE[letter.role], Part.until.is_(None))
        .limit(1)
    )
    if part is None:
        return []
    if part.contact is not None and part.contact.active and part.contact.role == letter.role:
        return [part.contact]
    return list(
        session.scalars(
            select(User).where(
                User.organisation_id == part.organisation_id, User.role == letter.role, User.active.is_(True)
            )
        )
    )
