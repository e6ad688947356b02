"""Who is in charge of whose people: an association's manager may not let themselves in at another association."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from app.actions.deed import Deed
from app.errors import NotAllowed
from app.records import Organisation
from app.records.people import kept_by
from app.rules.permissions import may_manage


def require_keeper(deed: Deed, organisation_id: UUID) -> None:
    """Raises NotAllowed for whoever is no application manager, and where the organisation has one of its own."""
    if not may_manage(deed.actor):
        raise NotAllowed("only_the_application_manager")
    query = select(Organisation.id).where(Organisation.id == organisation_id, kept_by(deed.actor.organisation_id))
    if deed.session.scalar(query) is None:
        raise NotAllowed("kept_by_another_manager")
