"""Other spans for a trajectory that runs: whether it may have them, what moves with them, and what is to be heeded.

A date of the law never moves by it, and nothing that has begun is undone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from app.rules import lease_correction
from app.rules.case import Case, ReviewState
from app.rules.course import current, upcoming
from app.rules.schedule import Settings, advice_due, advice_opens, aftercare_days, review_days, review_opens
from app.rules.spans import differing
from app.rules.timeline import ORDER, Moment, timeline

ESCALATION_SPANS = ("conversation_months", "warning_months", "card_months", "judging_days")


def barred(case: Case) -> str:
    """Why this trajectory can't get other spans now, as a code; "" when it can."""
    if case.closed_on is not None or case.stage == "closed":
        return "trajectory_is_over"
    return "lease_ends_early" if case.early_end is not None or case.stage == "ending" else ""


@dataclass(frozen=True, slots=True)
class Replan:
    """What other spans make of the reviews and aftercare checks that have not begun. Those keep their days."""

    dropped: tuple[str, ...] = ()  # ids of those that are planned no longer
    reviews: tuple[tuple[int, date], ...] = ()  # (month, day) of new ones
    checks: tuple[tuple[int, date], ...] = ()
    too_late: tuple[tuple[int, date], ...] = ()  # (month, day) of reviews that would have been before today
    kept: tuple[int, ...] = ()  # months of what the new spans do not have, and that stays all the same
    awaited: int = 0  # the month among them that stays because the process waits for one, and there is no other


def replan(case: Case, was: Settings, now: Settings, today: date, fixed: Collection[str] = ()) -> Replan:
    """`fixed`: ids of the reviews of which somebody once chose the day: those stay."""
    if case.first_day is None or case.last_day is None:
        return Replan()
    if case.stage == "aftercare":
        return _checks(case, case.last_day, was, now, today)
    same_months = now.review_months == was.review_months
    if case.stage != "tenancy" or (same_months and _same_end(case.last_day, was, now)):
        return Replan()
    plan = lease_correction.replan(case, case.first_day, case.last_day, now)
    dropped = [one for one in plan.dropped if one not in fixed]
    going = next((review for review in case.reviews if review.going_on), None)
    to_come = [review for review in case.reviews if review.opened_on is None and review.closed_on is None]
    after = max(today, going.planned_on if going else today)
    goes_on = going is not None or bool(to_come)  # else the last one is over, and the decision comes next
    wanted = dict(review_days(case.first_day, case.last_day, now))
    taken = {review.planned_on for review in case.reviews if review.id not in dropped}
    added = [(month, day) for month, day in plan.added if day not in taken]
    reviews = [(month, day) for month, day in added if goes_on and day > after]
    awaited = to_come[0] if to_come and going is None and not reviews and len(dropped) == len(to_come) else None
    if awaited is not None:
        dropped.remove(awaited.id)
    kept = [one for one in case.reviews if one.id not in dropped and one.closed_on is None]
    return Replan(
        tuple(dropped),
        reviews=tuple(reviews),
        too_late=tuple(one for one in added if one not in reviews),
        kept=tuple(review.month for review in kept if review.month not in wanted),
        awaited=awaited.month if awaited is not None else 0,
    )


def _same_end(last_day: date, was: Settings, now: Settings) -> bool:
    """Reviews are planned up to the advice."""
    return advice_opens(last_day, was) == advice_opens(last_day, now)


def _checks(case: Case, last_day: date, was: Settings, now: Settings, today: date) -> Replan:
    if now.aftercare_months == was.aftercare_months:
        return Replan()
    wanted = dict(aftercare_days(last_day, now))
    left = [check for check in case.aftercare if check.closed_on is None]
    begun = [check for check in left if check.planned_on - timedelta(days=was.aftercare_opens_days) <= today]
    free = [check for check in left if check not in begun]
    dropped = [check.id for check in free if check.month not in wanted]
    known = {check.month for check in case.aftercare}
    after = max([today, *(check.planned_on for check in begun)])
    added = [(month, day) for month, day in wanted.items() if month not in known] if left else []
    checks = [(month, day) for month, day in added if day > after]
    awaited = free[0] if free and not begun and not checks and len(dropped) == len(free) else None
    if awaited is not None:
        dropped.remove(awaited.id)
    return Replan(
        tuple(dropped),
        checks=tuple(checks),
        too_late=tuple(one for one in added if one not in checks),
        kept=tuple(check.month for check in left if check.id not in dropped and check.month not in wanted),
        awaited=awaited.month if awaited is not None else 0,
    )


def rescheduled(case: Case, plan: Replan) -> Case:
    """The trajectory as it would be, for a look beforehand."""
    reviews, checks = _with(case.reviews, plan, plan.reviews), _with(case.aftercare, plan, plan.checks)
    return replace(case, reviews=reviews, aftercare=checks)


def _with(there: tuple[ReviewState, ...], plan: Replan, added: tuple[tuple[int, date], ...]) -> tuple[ReviewState, ...]:
    kept = [one for one in there if one.id not in plan.dropped]
    new = [ReviewState(f"month_{month}", month, day) for month, day in added]
    return tuple(sorted([*kept, *new], key=lambda one: (one.planned_on, one.month)))


@dataclass(frozen=True, slots=True)
class Note:
    """Something to heed before it is done: a code, and the moment, month and day it is about."""

    code: str
    what: str = ""
    month: int = 0
    day: date | None = None


def notes(case: Case, was: Settings, now: Settings, today: date, plan: Replan) -> list[Note]:
    """What to heed, in one fixed order."""
    found = [*_past(case, was, now, today, plan), *_opening(case, was, now, today, plan), *_staying(case, plan)]
    found += [Note("review_day_has_passed", month=month, day=day) for month, day in plan.too_late]
    changed = {name for name, _, _ in differing(was, now)}
    if case.cards and changed.intersection(ESCALATION_SPANS):
        found.append(Note("steps_keep_their_term"))
    return found


def _past(case: Case, was: Settings, now: Settings, today: date, plan: Replan) -> Iterator[Note]:
    """Days that would lie in the past although what they are for is not done."""
    old = {(one.what, one.month): one.on for one in timeline(case, today, settings=was)}
    for one in timeline(rescheduled(case, plan), today, settings=now):
        moved = old.get((one.what, one.month)) != one.on
        if moved and one.on < today and one.state in ("late", "ahead", "open"):
            yield Note("day_has_passed", one.what, one.month, one.on)


def _opening(case: Case, was: Settings, now: Settings, today: date, plan: Replan) -> Iterator[Note]:
    """What would open at once, and what is open already and stays so."""
    if case.last_day is None or case.stage != "tenancy" or case.ending:
        return
    decided = case.decision is not None and case.decision.approved
    last = case.last_day
    if not decided and len(case.advices) < 2:
        yield from _turn("advice_opens", advice_opens(last, was), advice_opens(last, now), today)
        if not case.advices:
            yield from _turn("decision_opens", advice_due(last, was), advice_due(last, now), today)
    before, coming = upcoming(case.reviews), upcoming(rescheduled(case, plan).reviews)
    opened = before is not None and review_opens(before.planned_on, was) <= today  # or will be, by itself
    waits = coming is not None and current(case.reviews) is None and not opened
    if coming is not None and waits and review_opens(coming.planned_on, now) <= today:
        yield Note("opens_at_once", "review", coming.month)


def _turn(what: str, was: date, now: date, today: date) -> Iterator[Note]:
    if now <= today < was:
        yield Note("opens_at_once", what, day=now)
    elif was <= today < now:
        yield Note("stays_open", what, day=now)


def _staying(case: Case, plan: Replan) -> Iterator[Note]:
    for month in plan.kept:
        kind, there = ("aftercare", case.aftercare) if case.stage == "aftercare" else ("review", case.reviews)
        one = next(one for one in there if one.month == month and one.closed_on is None)
        begun = one.opened_on is not None or kind == "aftercare"  # of a check nobody writes down that it opened
        code = "next_stays" if month == plan.awaited else "begun_stays" if begun else "chosen_stays"
        yield Note(code, kind, month, one.planned_on)


Pair = tuple[Moment | None, Moment | None]


def moved(case: Case, was: Settings, now: Settings, today: date, plan: Replan) -> list[Pair]:
    """(before, after) of every date that moves, goes or comes, by day."""
    pairs = side_by_side(case, rescheduled(case, plan), was, now, today)
    return [(before, after) for before, after in pairs if before is None or after is None or before.on != after.on]


def side_by_side(before: Case, after: Case, was: Settings, now: Settings, today: date) -> list[Pair]:
    """(before, after) of every date that one of the two has, by the day it has afterwards, or had."""
    old = {(one.what, one.month): one for one in timeline(before, today, settings=was)}
    new = {(one.what, one.month): one for one in timeline(after, today, settings=now)}
    order = {key: (one.on, ORDER.index(one.what)) for key, one in [*old.items(), *new.items()]}
    return [(old.get(key), new.get(key)) for key in sorted(order, key=order.__getitem__)]
