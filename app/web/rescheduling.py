"""What other spans would do to a trajectory that runs, and to a lease of two years, shown before anything is done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from uuid import UUID

from app.actions.schedules import days_once_chosen
from app.records import Trajectory
from app.records.dossiers import tasks_of
from app.records.ledger import Ledger
from app.rules import reschedule
from app.rules.case import Case, ReviewState
from app.rules.dates import add_months
from app.rules.due import due
from app.rules.escalation import TASKS as ESCALATING
from app.rules.schedule import Settings, aftercare_days, review_days
from app.rules.spans import LEASE_MONTHS
from app.web.desk import the_viewer, today
from app.web.folder import may_know
from app.web.labels import moment_title
from app.web.moved_dates import Moved
from app.web.reasons import title
from app.web.sentences import sentence
from app.web.span_words import Heed, heeds
from app.web.words import day


@dataclass(frozen=True, slots=True)
class Look:
    """One trajectory with what would move: its dates, the days its open tasks are due, and what is to be heeded.

    `bar` says why it can't change now; then there is nothing to show.
    """

    row: Trajectory
    dates: list[Moved] = field(default_factory=list)
    tasks: list[Moved] = field(default_factory=list)
    heeds: list[Heed] = field(default_factory=list)
    bar: str = ""


def look(ledger: Ledger, wanted: Settings) -> Look:
    """What happens to this trajectory when it goes over to these spans today."""
    row, case, was = ledger.trajectory, ledger.case(), ledger.settings
    if code := reschedule.barred(case):
        return Look(row, bar=sentence(code))
    plan = reschedule.replan(case, was, wanted, today(), days_once_chosen(ledger.session, ledger))
    after = reschedule.rescheduled(case, plan)
    return Look(
        row,
        [_pair(pair) for pair in reschedule.moved(case, was, wanted, today(), plan)],
        _tasks(row.id, after, wanted),
        heeds(reschedule.notes(case, was, wanted, today(), plan)),
    )


def example(first: date, was: Settings, now: Settings) -> Sequence[Moved]:
    """Every date of a lease of two years that starts on this day, on the old spans and on the new."""
    before, after = _two_years(first, was), _two_years(first, now)
    return [_pair(pair) for pair in reschedule.side_by_side(before, after, was, now, first - timedelta(days=1))]


def _two_years(first: date, settings: Settings) -> Case:
    last = add_months(first, LEASE_MONTHS) - timedelta(days=1)
    case = Case(opened_on=first, stage="tenancy", signed_on=first, first_day=first, last_day=last)
    reviews = [ReviewState(f"month_{month}", month, on) for month, on in review_days(first, last, settings)]
    checks = [ReviewState(f"check_{month}", month, on) for month, on in aftercare_days(last, settings)]
    return replace(case, reviews=tuple(reviews), aftercare=tuple(checks))


def _pair(pair: reschedule.Pair) -> Moved:
    old, new = pair
    one = new or old
    assert one is not None  # every pair has one of the two
    return Moved(moment_title(one), day(old.on) if old else "", day(new.on) if new else "", one.by_law)


def _tasks(trajectory_id: UUID, after: Case, wanted: Settings) -> list[Moved]:
    """The open tasks whose due day moves."""
    found = []
    for task in tasks_of(trajectory_id):
        if task.status == "open" and task.name not in ESCALATING and may_know(the_viewer(), task):
            on = due(task.name, after, task.opened_on, wanted).on
            if on != task.due_on:
                found.append(Moved(title(task.name), day(task.due_on), day(on), False))
    return found
