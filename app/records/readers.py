"""Who looked at a dossier, day by day; never what they saw there."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, select, union_all

from app.records.database import reading
from app.records.events import Event
from app.records.people import Organisation, User
from app.records.trajectories import Part


class Reading(NamedTuple):
    """That somebody saw one page with this dossier on one day, so many times."""

    on: date
    reader: str
    organisation: str
    page: str
    times: int


def readings(trajectory_id: UUID, most: int) -> list[Reading]:
    """The newest day first; lists of the parties on which the dossier stood count as well."""
    columns = (Event.on, Event.actor_id, Event.organisation_id, Event.about)
    parties = select(Part.organisation_id).where(Part.trajectory_id == trajectory_id)
    on_a_list = (Event.chain.in_(parties), Event.action == "listed", Event.shown.contains(trajectory_id.hex))
    looks = union_all(
        select(*columns).where(Event.trajectory_id == trajectory_id, Event.look), select(*columns).where(*on_a_list)
    ).subquery()
    query = (
        select(looks.c.on, User.name, Organisation.name, looks.c.about, func.count())
        .join(User, User.id == looks.c.actor_id)
        .join(Organisation, Organisation.id == looks.c.organisation_id)
        .group_by(looks.c.on, User.name, Organisation.name, looks.c.about)
        .order_by(looks.c.on.desc(), User.name, looks.c.about)
        .limit(most)
    )
    return [Reading(*row) for row in reading().execute(query)]
