"""Reviews and aftercare checks: what provider and officer saw, and the three-way meeting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.actions.answers.given import Given, Record
from app.errors import NotReady
from app.records import Confirmation, Review, straight


def confirm_goals(given: Given) -> None:
    goals, conditions = given.answers.get("goals") or {}, given.answers.get("conditions") or {}
    seen = [("goal_id", goal, one["rating"], one) for goal, one in goals.items()]
    seen += [("condition_id", condition, one["kept"], one) for condition, one in conditions.items()]
    _confirm(given, "care_provider", given.day("last_visit_on"), seen)


def confirm_conditions(given: Given) -> None:
    conditions = given.answers.get("conditions") or {}
    seen = [("condition_id", condition, one["kept"], one) for condition, one in conditions.items()]
    _confirm(given, "association", given.day("checked_on"), seen)


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


def _confirm(given: Given, part: str, on: date, seen: Sequence[tuple[str, str, str, Mapping[str, Any]]]) -> None:
    """What one party saw of each goal or condition: (which of the two, its id, the mark, what more was filled in)."""
    there = _confirmed_before(given, part)
    new = []
    for about, about_id, mark, one in seen:
        row = there.get(UUID(about_id))
        if row is not None:
            row.mark, row.remark, row.on = mark, one.get("remark") or "", on
            continue
        about_both = {"goal_id": None, "condition_id": None, about: UUID(about_id)}
        said = {"mark": mark, "remark": one.get("remark") or "", "by_id": given.by_id, "on": on}
        new.append({"review_id": given.task.review_id, "part": part, **about_both, **said})
    straight.add(given.deed.session, Confirmation, *new)


def _confirmed_before(given: Given, part: str) -> dict[UUID | None, Confirmation]:
    """What this part confirmed before in this review: only a correction finds any."""
    if not given.correction:
        return {}
    rows = given.deed.session.scalars(
        select(Confirmation).where(Confirmation.review_id == given.task.review_id, Confirmation.part == part)
    )
    return {row.goal_id or row.condition_id: row for row in rows}


RECORD: Mapping[str, Record] = {
    "confirm_goals": confirm_goals,
    "confirm_conditions": confirm_conditions,
    "hold_review_meeting": meeting,
    "check_aftercare": aftercare,
}
