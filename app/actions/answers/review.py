"""Reviews and aftercare checks: what provider and officer saw, and the three-way meeting."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select

from app.actions.answers.given import Given, Record
from app.errors import NotReady
from app.records import Confirmation, Review


def confirm_goals(given: Given) -> None:
    day = given.day("last_visit_on")
    seen = _confirmed(given, "care_provider")
    for goal, one in (given.answers.get("goals") or {}).items():
        _confirm(given, seen, "care_provider", one, one["rating"], goal=UUID(goal)).on = day
    for condition, one in (given.answers.get("conditions") or {}).items():
        _confirm(given, seen, "care_provider", one, one["kept"], condition=UUID(condition)).on = day


def confirm_conditions(given: Given) -> None:
    day = given.day("checked_on")
    seen = _confirmed(given, "association")
    for condition, one in (given.answers.get("conditions") or {}).items():
        _confirm(given, seen, "association", one, one["kept"], condition=UUID(condition)).on = day


def meeting(given: Given) -> None:
    review = _review(given)
    held = given.answers["held"] == "yes"
    if given.correction and held != (review.held_on is not None):
        raise NotReady("correction_changes_the_path")
    review.held_on = given.day("held_on") if held else None
    review.outcome = given.answers["outcome"] if held else "not_held"
    review.reason = "" if held else given.words("reason")
    review.tenant_view = given.words("tenant_view") if held else ""
    review.agreements = given.words("agreements") if held else ""
    if not held:
        review.closed_on = given.deed.today


def aftercare(given: Given) -> None:
    check = _review(given) if given.correction else given.ledger.next_check()
    if check is None:
        raise NotReady("no_aftercare_left")
    given.task.review_id = check.id
    check.held_on = given.day("checked_on")
    check.closed_on = check.closed_on or given.deed.today
    check.outcome = given.answers["situation"]


def _review(given: Given) -> Review:
    review = given.deed.session.get(Review, given.task.review_id)
    if review is None:
        raise NotReady("no_review_going_on")
    return next((row for row in given.ledger.reviews if row.id == review.id), review)


def _confirmed(given: Given, part: str) -> dict[UUID | None, Confirmation]:
    """What this part confirmed before in this review: only a correction finds any."""
    if not given.correction:
        return {}
    rows = given.deed.session.scalars(
        select(Confirmation).where(Confirmation.review_id == given.task.review_id, Confirmation.part == part)
    )
    return {row.goal_id or row.condition_id: row for row in rows}


def _confirm(
    given: Given,
    seen: dict[UUID | None, Confirmation],
    part: str,
    one: Mapping[str, Any],
    mark: str,
    *,
    goal: UUID | None = None,
    condition: UUID | None = None,
) -> Confirmation:
    row = seen.get(goal or condition)
    if row is None:
        row = Confirmation(
            id=uuid4(),
            review_id=given.task.review_id,
            goal_id=goal,
            condition_id=condition,
            part=part,
            by_id=given.by_id,
        )
        given.deed.session.add(row)
    row.mark, row.remark = mark, one.get("remark") or ""
    return row


RECORD: Mapping[str, Record] = {
    "confirm_goals": confirm_goals,
    "confirm_conditions": confirm_conditions,
    "hold_review_meeting": meeting,
    "check_aftercare": aftercare,
}
