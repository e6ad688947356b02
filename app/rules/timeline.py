"""Every date of a trajectory with its reason and how it stands, in order; codes and days, never sentences."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from app.rules import notice
from app.rules.case import Case, EarlyEndState, ReviewState
from app.rules.course import deadlines, notice_in_force
from app.rules.dates import add_months
from app.rules.schedule import DEFAULT, Settings, advice_due, advice_opens, decision_due, term_ended, to_heed


@dataclass(frozen=True, slots=True)
class Moment:
    """One date. `what`, `state` and `because` are codes; `hangs_on` is the day it is counted from.

    state: done · open · late · ahead · passed · not_held · not_received · not_needed · unrecorded. `outcome` says how
    what is done turned out: the code of a review, a decision or an ending. `by_law`: nobody can move this day.
    """

    on: date
    what: str
    state: str
    because: str
    hangs_on: date | None = None
    month: int = 0
    outcome: str = ""
    by_law: bool = False
    review_id: str = ""
    heed: str = ""  # what to heed about this day, where somebody chose it


@dataclass(frozen=True, slots=True)
class Startup:
    """The start-up check: done on this day, or not (yet)."""

    done_on: date | None = None


def timeline(case: Case, today: date, startup: Startup = Startup(), settings: Settings = DEFAULT) -> list[Moment]:
    """Every date of the fixed term and after it, by day; empty as long as there is no lease."""
    if case.first_day is None or case.last_day is None:
        return []
    found = [
        *_start(case, case.first_day, today, startup, settings),
        *(_review(review, case, case.first_day, case.last_day, today) for review in case.reviews),
        *_decision(case, case.last_day, today, settings),
        *_window(case, case.last_day, today, settings),
        *_end(case, case.last_day, today),
        *(_check(check, case.last_day, today) for check in case.aftercare),
    ]
    if case.early_end is not None:
        found = [_overtaken(moment) for moment in found]
    return sorted(found, key=lambda moment: (moment.on, ORDER.index(moment.what)))


ORDER = (
    "first_day", "startup_check", "review", "advice_opens", "advice_due", "decision_due", "window_opens", "send_by",
    "window_closes", "early_last_day", "last_day", "term_ended", "aftercare",
)  # fmt: skip


def month_of(case: Case, today: date) -> tuple[int, int]:
    """Which month of the term this is, and how many there are; (0, 0) before the first day and without a lease."""
    if case.first_day is None or case.last_day is None or today < case.first_day:
        return 0, 0
    return _months(case.first_day, min(today, case.last_day)), _months(case.first_day, case.last_day)


def _months(first: date, on: date) -> int:
    """How many months from `first` have begun on that day."""
    begun = 1
    while add_months(first, begun) <= on:
        begun += 1
    return begun


def next_moment(moments: list[Moment], today: date) -> Moment | None:
    """The first date that is still to come and still counts."""
    return next((one for one in moments if one.on >= today and one.state in ("ahead", "open")), None)


def decided(case: Case) -> str:
    """The outcome of the decision once a second person approved it; "" before."""
    return case.decision.outcome if case.decision is not None and case.decision.approved else ""


def lapsed(case: Case, today: date) -> bool:
    """The window has closed without a decision or without a notice in force: the lease goes on without an end."""
    if case.last_day is None or case.ending or case.early_end or decided(case) in CONVERSIONS:
        return False
    return today > notice.window(case.last_day).safe_last and not notice_in_force(case)


CONVERSIONS = ("convert", "convert_with_aftercare")
NOT_DONE = ("ahead", "open", "late", "passed")
BECAUSE_EARLY = {"tenant_notice": "notice_received", "death": "after_a_death", "court": "court_ruled"}


def _start(case: Case, first: date, today: date, startup: Startup, settings: Settings) -> Iterator[Moment]:
    yield Moment(first, "first_day", "ahead" if today < first else "done", "lease_says")
    on = first + timedelta(days=settings.startup_due_days)
    known = deadlines(case, settings)
    opens, lapses = known["startup_check_opens"], known["startup_check_lapses"]
    if startup.done_on is not None:
        state = "done"
    elif case.taken_over_on is not None and lapses is not None and case.taken_over_on >= lapses:
        state = "unrecorded"  # whether it was done is known elsewhere
    elif lapses is not None and today >= lapses:
        state = "not_held"
    else:
        state = _standing(on, today, opened=opens is not None and today >= opens)
    yield Moment(on, "startup_check", state, "six_weeks_after_start", first)


def _review(review: ReviewState, case: Case, first: date, last: date, today: date) -> Moment:
    planned = add_months(first, review.month)
    moved = review.planned_on != planned
    because = "in_between" if review.extra else "moved" if moved else "months_after_start"
    closes = notice.window(last).safe_last
    return Moment(
        review.planned_on,
        "review",
        "unrecorded" if _before(review, case.taken_over_on) else _held(review, today),
        because,
        planned if moved else first,
        month=review.month,
        outcome=review.outcome,
        review_id=review.id,
        heed="" if review.held_on or review.closed_on else to_heed(review.planned_on, review.month, first, closes),
    )


def _decision(case: Case, last: date, today: date, settings: Settings) -> Iterator[Moment]:
    opens, due, decide = advice_opens(last, settings), advice_due(last, settings), decision_due(last, settings)
    outcome = decided(case)
    both = len(case.advices) == 2
    yield Moment(opens, "advice_opens", "ahead" if today < opens else "done", "before_advice_due", due)
    if both:
        state = "done"
    elif outcome or case.ending:
        state = "not_received"
    else:
        state = _standing(due, today, opened=today >= opens)
    yield Moment(due, "advice_due", state, "months_before_end", last)
    if outcome:
        state = "done"
    elif case.ending:
        state = "passed"
    else:
        ready = deadlines(case, settings)["decision_opens"]
        state = _standing(decide, today, opened=ready is not None and today >= ready)
    yield Moment(decide, "decision_due", state, "before_window_opens", notice.window(last).safe_first, outcome=outcome)


def _window(case: Case, last: date, today: date, settings: Settings) -> Iterator[Moment]:
    window = notice.window(last)
    send = notice.send_by(last, settings.delivery_working_days)
    outcome = decided(case)
    if outcome in CONVERSIONS or case.early_end is not None:
        opens = sends = closes = "not_needed"
    else:
        in_force = notice_in_force(case)
        opens = "ahead" if today < window.safe_first else "done"
        if in_force:
            closes = "done"
        else:
            closes = "passed" if today > window.safe_last else "open" if opens == "done" else "ahead"
        if in_force or (case.sent and not {"too_early", "returned"}.intersection(case.notices)):
            sends = "done"
        elif case.ending:
            sends = "passed"
        else:
            sends = "late" if today > send else "ahead"
    yield Moment(window.safe_first, "window_opens", opens, "law_three_months", last, by_law=True)
    yield Moment(send, "send_by", sends, "days_to_deliver", window.safe_last)
    yield Moment(window.safe_last, "window_closes", closes, "law_one_month", last, by_law=True)


def _end(case: Case, last: date, today: date) -> Iterator[Moment]:
    if case.early_end is not None:
        yield from _early_end(case.early_end, case.ending, today)
        return
    yield Moment(last, "last_day", "ahead" if today <= last else "done", "lease_says", by_law=True)
    after = term_ended(last)
    state = "done" if case.ending else "ahead" if today < after else "open"
    yield Moment(after, "term_ended", state, "day_after_last", last, outcome=case.ending, by_law=True)


def _overtaken(moment: Moment) -> Moment:
    """What an early end made needless; what is done stays done."""
    needless = moment.what not in ("first_day", "early_last_day", "term_ended") and moment.state in NOT_DONE
    return replace(moment, state="not_needed") if needless else moment


def _early_end(early: EarlyEndState, ending: str, today: date) -> Iterator[Moment]:
    """The last day that the lease got in place of its own, and the day after it."""
    because = BECAUSE_EARLY[early.kind]
    state = "ahead" if today <= early.last_day else "done"
    yield Moment(early.last_day, "early_last_day", state, because, early.happened_on, by_law=True)
    after = term_ended(early.last_day)
    state = "done" if ending else "ahead" if today < after else "open"
    yield Moment(after, "term_ended", state, "day_after_last", early.last_day, outcome=ending, by_law=True)


def _check(check: ReviewState, last: date, today: date) -> Moment:
    return Moment(
        check.planned_on,
        "aftercare",
        _held(check, today),
        "months_after_end",
        last,
        month=check.month,
        outcome=check.outcome,
        review_id=check.id,
    )


def _before(review: ReviewState, taken_over_on: date | None) -> bool:
    """Closed by the taking over itself, because no record of it came along."""
    return review.outcome == "not_held" and taken_over_on is not None and review.closed_on == taken_over_on


def _held(review: ReviewState, today: date) -> str:
    if review.outcome == "not_held":
        return "not_held"
    if review.held_on is not None:
        return "done"
    return _standing(review.planned_on, today, opened=review.going_on)


def _standing(due: date, today: date, *, opened: bool) -> str:
    if today > due:
        return "late"
    return "open" if opened else "ahead"
