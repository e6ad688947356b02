"""What a trajectory's rows are asked straight, without making objects of them: to look at only, never to change."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, bindparam, select

from app.records.decisions import Advice, Decision, Hearing
from app.records.people import User
from app.records.reviews import Review
from app.records.trajectories import Agreement, Condition, Goal, Part

SEATS = (
    select(Part.part, Part.until, Part.organisation_id, Part.contact_id, User.role, User.active)
    .outerjoin(User, User.id == Part.contact_id)
    .where(Part.trajectory_id == bindparam("trajectory"))
)


def _drafted(table: type[Goal | Condition]) -> Select[Any, *tuple[Any, ...]]:
    """The rows of one draft of the care contract. Nobody changes them: a next draft has rows of its own."""
    own = table.trajectory_id == bindparam("trajectory"), table.round == bindparam("draft")
    return select(*table.__table__.columns).where(*own)


REVIEWS = select(
    Review.id, Review.kind, Review.month, Review.planned_on, Review.opened_on, Review.held_on, Review.closed_on,
    Review.outcome, Review.extra_reason,
).where(Review.trajectory_id == bindparam("trajectory")).order_by(Review.planned_on, Review.month)  # fmt: skip
DECISIONS = (
    select(
        Decision.outcome, Decision.decided_on, Decision.verdict, Decision.approved_on, Decision.confirmed_on,
        Decision.withdrawn_on,
    )
    .where(Decision.trajectory_id == bindparam("trajectory"))
    .order_by(Decision.number)
)  # fmt: skip
ADVICES = select(Advice.part, Advice.advice, Advice.recorded_on, Advice.findings).where(
    Advice.trajectory_id == bindparam("trajectory")
)
HEARINGS = (
    select(Hearing.heard_on, Hearing.tenant_wants, Hearing.own_view, Hearing.findings)
    .where(Hearing.trajectory_id == bindparam("trajectory"), Hearing.revision_id.is_(None))
    .order_by(Hearing.heard_on)
)
AGREEMENTS = select(Agreement.party, Agreement.agreed).where(
    Agreement.trajectory_id == bindparam("trajectory"), Agreement.round == bindparam("draft")
)
GOALS, CONDITIONS = _drafted(Goal), _drafted(Condition)
