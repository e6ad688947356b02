"""Who looked at a dossier, day by day; never what they saw there."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import and_, func, or_, select

from app.records.database import reading
from app.records.events import Event
from app.records.people import Organisation, User


class Reading(NamedTuple):
    """That somebody saw one page with this dossier on one day, so many times."""

    on: date
    reader: str
    organisation: str
    page: str
    times: int


def readings(trajectory_id: UUID, most: int) -> list[Reading]:
    """The newest day first; lists on which the dossier stood count as well."""
    listed = and_(Event.action == "listed", Event.shown.contains(trajectory_id.hex))
    query = (
        select(Event.on, User.name, Organisation.name, Event.about, func.count())
        .join(User, User.id == Event.actor_id)
        .join(Organisation, Organisation.id == Event.organisation_id)
        .where(Event.look, or_(Event.trajectory_id == trajectory_id, listed))
        .group_by(Event.on, User.name, Organisation.name, Event.about)
        .order_by(Event.on.desc(), User.name, Event.about)
        .limit(most)
    )
    return [Reading(*row) for row in reading().execute(query)]
