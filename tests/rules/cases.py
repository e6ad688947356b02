"""Cases for the tables of rules: a lease of two years from 15 March 2025, and what has happened in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from app.rules.case import AdviceState, Case, DecisionState, ReviewState
from app.rules.schedule import aftercare_days, review_days

FIRST, LAST = date(2025, 3, 15), date(2027, 3, 14)


def lease(first: date = FIRST, last: date = LAST, **more: Any) -> Case:
    """A running lease with all its reviews ahead."""
    reviews = tuple(ReviewState(str(month), month, day) for month, day in review_days(first, last))
    case = Case(
        opened_on=date(2025, 1, 6), stage="tenancy", eligible=True, offer_accepted=True, legal_ground="d",
        signed_on=date(2025, 3, 7), first_day=first, last_day=last, reviews=reviews,
    )  # fmt: skip
    return replace(case, **more)


def review(case: Case, month: int, **changes: Any) -> Case:
    """The same case with this review changed."""
    return replace(case, reviews=tuple(replace(row, **changes) if row.month == month else row for row in case.reviews))


def checks(last: date = LAST) -> tuple[ReviewState, ...]:
    return tuple(ReviewState(f"a{month}", month, day) for month, day in aftercare_days(last))


def decision(outcome: str, verdict: str = "approve", approved_on: date | None = date(2026, 12, 4)) -> DecisionState:
    return DecisionState(outcome, date(2026, 12, 1), verdict, approved_on)


def advices(**given: tuple[str, date]) -> dict[str, AdviceState]:
    return {part: AdviceState(advice, on) for part, (advice, on) in given.items()}
