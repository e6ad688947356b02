"""A user's row as the rules know people."""

from __future__ import annotations

from app.records.people import User
from app.rules.permissions import Viewer


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
