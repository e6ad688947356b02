"""A user's row as the rules know people."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from app.records import straight
from app.records.people import Organisation, User
from app.records.sessions import UserSession
from app.rules.permissions import Viewer
from app.rules.session import lasts_since

ACTIVE = (
    select(
        User.id, User.name, User.role, User.language, UserSession.seen_at,
        Organisation.id.label("organisation_id"), Organisation.name.label("organisation"), Organisation.kind,
    )
    .join(Organisation, Organisation.id == User.organisation_id)
    .join(UserSession, UserSession.user_id == User.id)
    .where(
        UserSession.id == bindparam("session_id"),
        UserSession.ended_at.is_(None),
        UserSession.epoch == User.epoch,
        UserSession.began_at > bindparam("began_after"),
        UserSession.seen_at > bindparam("seen_after"),
        User.active,
    )
)  # fmt: skip


def viewer_of(user: User) -> Viewer:
    organisation = user.organisation
    return Viewer(
        id=user.id,
        name=user.name,
        role=user.role,
        organisation_id=organisation.id,
        organisation=organisation.name,
        part=organisation.kind,
        language=user.language,
    )


def find_viewer(session: Session, session_id: UUID, now: datetime) -> tuple[Viewer, datetime] | None:
    """Whose sign-in this is, while it lasts, and when it was last seen; asked at every request, so straight."""
    began, seen = lasts_since(now)
    for row in straight.ask(session, ACTIVE, session_id=session_id, began_after=began, seen_after=seen):
        viewer = Viewer(
            id=row.id,
            name=row.name,
            role=row.role,
            organisation_id=row.organisation_id,
            organisation=row.organisation,
            part=row.kind,
            language=row.language,
        )
        return viewer, row.seen_at
    return None
