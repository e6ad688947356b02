"""Correcting the days of a signed lease where they were copied wrongly: whether it may be, and what moves with it.

The paper decides: a correction makes the record equal to the signed lease, it never changes the lease.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from app.errors import Fault
from app.rules import answers as rules
from app.rules.case import Case, ReviewState
from app.rules.dates import add_months
from app.rules.schedule import DEFAULT, Settings, review_days

DAYS = ("signed_on", "first_day", "last_day")
CONVERSIONS = ("convert", "convert_with_aftercare")


def barred(case: Case) -> str:
    """Why these days can't be corrected now, as a code; "" when they can."""
    if case.signed_on is None:
        return "lease_not_signed"
    if case.early_end is not None or case.ending or case.stage not in ("intake", "tenancy"):
        return "lease_is_over"
    if case.sent:
        return "notice_names_the_last_day"
    if case.decision is not None and case.decision.approved and case.decision.outcome in CONVERSIONS:
        return "conversion_names_the_last_day"
    return ""


def faults(days: Mapping[str, Any], case: Case, today: date) -> list[Fault]:
    """What is wrong with the days of a proposal, ISO text as in the form of signing, of which it keeps every rule."""
    if all(rules.day(days, name) == getattr(case, name) for name in DAYS):
        return [Fault("last_day", "nothing_changes")]
    return rules.check("sign_lease", days, case, today)


@dataclass(frozen=True, slots=True)
class Replan:
    """What other days of the lease make of the planned reviews. What has begun stays, and so does what was moved."""

    moved: Mapping[str, date]  # review's id -> its new day
    dropped: tuple[str, ...]  # ids of those that no longer fit in
    added: tuple[tuple[int, date], ...]  # (month, day)


def replan(case: Case, first: date, last: date, settings: Settings = DEFAULT) -> Replan:
    """The reviews under a lease from `first` up to and including `last`; `case` has the days that were kept before."""
    wanted = dict(review_days(first, last, settings)) if case.stage == "tenancy" else {}
    moved: dict[str, date] = {}
    dropped = []
    for review in case.reviews:
        if review.opened_on is not None or review.closed_on is not None or _was_moved(review, case, first, last):
            continue
        if review.month not in wanted:
            dropped.append(review.id)
        elif review.planned_on != wanted[review.month]:
            moved[review.id] = wanted[review.month]
    known = {review.month for review in case.reviews}
    return Replan(moved, tuple(dropped), tuple((month, day) for month, day in wanted.items() if month not in known))


def corrected(case: Case, signed_on: date, first: date, last: date, settings: Settings = DEFAULT) -> Case:
    """The trajectory as it would be with these days: for a look beforehand."""
    plan = replan(case, first, last, settings)
    kept = [
        replace(review, planned_on=plan.moved.get(review.id, review.planned_on))
        for review in case.reviews
        if review.id not in plan.dropped
    ]
    added = [ReviewState(f"month_{month}", month, day) for month, day in plan.added]
    reviews = tuple(sorted([*kept, *added], key=lambda review: (review.planned_on, review.month)))
    return replace(case, signed_on=signed_on, first_day=first, last_day=last, reviews=reviews)


def _was_moved(review: ReviewState, case: Case, first: date, last: date) -> bool:
    """Somebody chose this day, and it still lies in the lease."""
    assert case.first_day is not None  # there are reviews, so there is a lease
    chosen = review.extra or review.planned_on != add_months(case.first_day, review.month)
    return chosen and first <= review.planned_on <= last
