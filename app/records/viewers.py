"""A user's row as the rules know people."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from app.records import straight
from app.records.people import Organisation, User
from app.rules.permissions import Viewer

ACTIVE = (
    select(
        User.id, User.name, User.role, User.language, User.epoch,
        Organisation.id.label("organisation_id"), Organisation.name.label("organisation"), Organisation.kind,
    )
    .join(Organisation, Organisation.id == User.organisation_id)
    .where(User.id == bindparam("user"), User.active)
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


def find_viewer(session: Session, user_id: UUID) -> tuple[Viewer, int] | None:
    """Somebody active, with the epoch of their sign-ins; asked at every request, so straight."""
    for row in straight.ask(session, ACTIVE, user=user_id):
        viewer = Viewer(
            id=row.id,
            name=row.name,
            role=row.role,
            organisation_id=row.organisation_id,
            organisation=row.organisation,
            part=row.kind,
            language=row.language,
        )
        return viewer, row.epoch
    return None
