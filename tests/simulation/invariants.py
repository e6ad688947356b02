"""What holds in an installation at every moment, whoever did what and whatever broke: read from its rows and its runs.

The days of the law are counted with the second statement of it in tests/rules. The rules of ours are only asked to be
held against that.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import combinations
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions.deed import House
from app.engine import run as engine
from app.engine.definition import Definition as Drawing
from app.records import (
    Beside,
    CareEnd,
    Decision,
    Definition,
    EarlyEnd,
    Ending,
    EndNotice,
    Incident,
    LeaseCorrection,
    LegalDate,
    Letter,
    Measure,
    Part,
    Person,
    Review,
    Revision,
    Run,
    Task,
    Trajectory,
)
from app.records.database import let_go, reading
from app.records.ledger import Ledger
from app.records.legal_dates import kept_dates
from app.rules import legal_clock
from tests.rules.statement import posting_days, safe_days, same_day

DAY = timedelta(days=1)
OF_THE_LEASE = ("tenant_notice", "death", "court")
ABOUT_THE_TERM = {  # a reminder's occasion -> the legal date it is about, "" for days of our own
    "window_opens": "window_opens",
    "window_closes": "window_closes",
    "send_by": "send_by",
    "proof": "",
    "advice": "",
    "decision": "",
}
DROPPED_FOR = {
    "no_longer_needed",
    "review_moved",
    "its_day_has_passed",
    "a_later_one_goes_out",
    "task_is_finished",
}

Said = Iterator[str]


@dataclass
class Eye:
    """Looks at everything that was kept; remembers the open steps of a state, which never changes."""

    house: House
    _drawings: dict[str, Drawing] = field(default_factory=dict)
    _steps: dict[bytes, frozenset[tuple[str, str]]] = field(default_factory=dict)

    def broken(self, today: date) -> list[str]:
        """Everything that is wrong, as sentences; empty when all is well."""
        let_go()
        rows = _all(reading())
        found = [said for law in LAWS for said in law(rows)]
        found += self._list_and_process_agree(rows)
        found += self._the_rules_say_the_same(rows, today)
        let_go()
        return found

    def _list_and_process_agree(self, rows: Rows) -> Said:
        listed: dict[UUID, set[tuple[str, str]]] = {run.id: set() for run in rows.of(Run)}
        for task in rows.of(Task):
            if task.status == "open":
                listed[task.run_id].add((task.step, task.name))
        for run in rows.of(Run):
            if run.fault:
                yield f"{run.drawing} got stuck: {run.fault}"
            steps = self._open_steps(run, rows.session)
            for _, name in sorted(listed[run.id] - steps):
                yield f"{name} is on the list, and {run.drawing} knows nothing of it"
            for _, name in sorted(steps - listed[run.id]):
                yield f"{run.drawing} waits for {name}, and it is on nobody's list"
            if run.done and steps:
                yield f"{run.drawing} is done, and waits for {sorted(name for _, name in steps)}"

    def _open_steps(self, run: Run, session: Session) -> frozenset[tuple[str, str]]:
        if run.state not in self._steps:
            if run.definition_hash not in self._drawings:
                content = session.get_one(Definition, run.definition_hash).content
                self._drawings[run.definition_hash] = Drawing.from_bytes(content)
            live = engine.restore(self._drawings[run.definition_hash], run.state)
            self._steps[run.state] = frozenset((step.id, step.name) for step in live.steps())
        return self._steps[run.state]

    def _the_rules_say_the_same(self, rows: Rows, today: date) -> Said:
        for row in rows.of(Trajectory):
            if row.signed_on is not None:
                ledger = Ledger(rows.session, row, today)
                said = {one.name: one.on for one in legal_clock.legal_dates(ledger.case(), ledger.settings)}
                yield from _differences("the rules", row, said, rows)


@dataclass(frozen=True)
class Rows:
    """All rows there are, by table, and those of one trajectory."""

    session: Session
    by_table: Mapping[Any, Sequence[Any]]

    def of(self, table: Any, row: Trajectory | None = None) -> list[Any]:
        return [one for one in self.by_table[table] if row is None or one.trajectory_id == row.id]


TABLES = (
    Beside, CareEnd, Decision, EarlyEnd, Ending, EndNotice, Incident, LeaseCorrection, Letter, Measure, Part, Person,
    Review, Revision, Run, Task,
)  # fmt: skip


def _all(session: Session) -> Rows:
    found = {table: session.scalars(select(table)).unique().all() for table in TABLES}
    found[Trajectory] = session.scalars(select(Trajectory).order_by(Trajectory.reference)).unique().all()
    found[LegalDate] = [one for row in found[Trajectory] for one in kept_dates(session, row.id) if not one.replaced_at]
    return Rows(session, found)


def one_conditional_lease_a_person_at_a_time(rows: Rows) -> Said:
    """Of two leases of the same person with the same association neither begins before the other is over."""
    for one, other in combinations((row for row in rows.of(Trajectory) if row.signed_on is not None), 2):
        if _landlord(rows, one) != _landlord(rows, other):
            continue
        if not _tenants(rows, one) & _tenants(rows, other):
            continue
        (first, over), (second, gone) = _term(rows, one), _term(rows, other)
        if first <= gone and second <= over:
            yield f"{one.reference} and {other.reference}: one person, two conditional leases from {first} and {second}"


def nothing_lies_after_the_latest_end(rows: Rows) -> Said:
    for row in rows.of(Trajectory):
        if row.first_day is None or row.last_day is None:
            continue
        latest = _latest_end(row.first_day)
        for what, on in _days_of_the_term(rows, row):
            if on > latest:
                yield f"{row.reference}: {what} on {on} lies after {latest}, two years from {row.first_day}"
    for one in rows.of(LeaseCorrection):
        if one.last_day > _latest_end(one.first_day):
            yield f"a lease until {one.last_day} was proposed, longer than two years from {one.first_day}"


def the_legal_dates_are_those_of_the_law(rows: Rows) -> Said:
    for row in rows.of(Trajectory):
        kept = rows.of(LegalDate, row)
        for name, times in Counter(one.name for one in kept).items():
            if times > 1:
                yield f"{row.reference}: {name} is kept {times} times, and none of them is replaced"
        yield from _differences("the rows", row, {one.name: one.on for one in kept}, rows)


def every_letter_has_a_reason(rows: Rows) -> Said:
    """It is about something that is there; and what did not go out says why."""
    for row in rows.of(Trajectory):
        wanted = _legal_dates(row, rows)
        tasks = {one.id for one in rows.of(Task, row)}
        months = {str(one.month) for one in rows.of(Review, row)}
        numbers = {str(one.number) for one in rows.of(Incident, row)}
        called = any(one.name == "hold_joint_meeting" for one in rows.of(Task, row))
        refusals = {one.id.hex for one in rows.of(CareEnd, row) if one.why == "refused"}
        for letter in rows.of(Letter, row):
            says = f"{row.reference}: {letter.kind} to the {letter.role} about {letter.occasion}"
            head, _, tail = letter.occasion.partition(":")
            about = {
                "overdue": letter.task_id in tasks,
                "review": tail in months,
                "review_invitation": tail in months and (letter.state == "dropped" or letter.document_id is not None),
                "joint_meeting": called and (letter.role != "tenant" or letter.document_id is not None),
                "care_decision": row.care_decision_until is not None or letter.state != "planned",
                "care_refused_told": tail in refusals,
                **dict.fromkeys(ABOUT_THE_TERM, row.signed_on is not None),
            }.get(head, head in numbers)
            if not about:
                yield f"{says} is about nothing"
            on = wanted.get(ABOUT_THE_TERM.get(head, ""))
            if letter.state == "planned" and on is not None and letter.about_on != on:
                yield f"{says} will speak of {letter.about_on}, not of {on}"
            if letter.state == "dropped" and letter.reason not in DROPPED_FOR:
                yield f"{says} was dropped for {letter.reason!r}"
            if letter.state == "failed":
                yield f"{says} failed: {letter.reason}"
            if letter.state == "posted" and (letter.posted_on is None or letter.posted_on < letter.due_on):
                yield f"{says} was posted on {letter.posted_on}, before {letter.due_on}"


def who_decides_never_approves(rows: Rows) -> Said:
    for table in (Decision, Measure):
        for one in rows.of(table):
            if one.approved_by_id is not None and one.approved_by_id == one.decided_by_id:
                yield f"a {table.__name__.lower()} was approved by whoever decided it"
            if one.approved_on is not None and one.approved_by_id is None:
                yield f"a {table.__name__.lower()} was approved by nobody"
    for one in rows.of(LeaseCorrection):
        if one.decided_by_id is not None and one.decided_by_id == one.proposed_by_id:
            yield "a correction of the lease was judged by whoever proposed it"
    for one in rows.of(Revision):
        if one.approved_by_id is not None and one.approved_by_id in (one.proposed_by_id, one.decided_by_id):
            yield "a revised decision was approved by whoever proposed or decided it"
    for one in rows.of(LegalDate):
        if one.approved_by_id is not None and one.approved_by_id == one.by_id:
            yield f"{one.name} was changed and approved by the same person"


def a_confirmation_and_a_notice_exclude_each_other(rows: Rows) -> Said:
    for row in rows.of(Trajectory):
        confirmed = [one for one in rows.of(Decision, row) if one.confirmed_on and not one.withdrawn_on]
        noticed = [one for one in rows.of(EndNotice, row) if not one.withdrawn_on]
        if confirmed and noticed:
            yield f"{row.reference}: conversion was confirmed, and a notice of {noticed[0].sent_on} stands"


def one_provider_at_a_time_has_all_the_work_of_care(rows: Rows) -> Said:
    """Whoever is asked to take over has that question, and nothing else of the trajectory."""
    for row in rows.of(Trajectory):
        live = [one.organisation_id for one in rows.of(Part, row) if one.part == "care_provider" and one.until is None]
        if len(live) != 1:
            yield f"{row.reference} has {len(live)} care providers"
        for task in rows.of(Task, row):
            theirs = task.status == "open" and task.role == "support_worker" and task.name != "take_over_care"
            if theirs and task.organisation_id not in live:
                yield f"{task.name} of {row.reference} lies with who is no longer its care provider"


LAWS = (
    a_confirmation_and_a_notice_exclude_each_other,
    one_provider_at_a_time_has_all_the_work_of_care,
    one_conditional_lease_a_person_at_a_time,
    nothing_lies_after_the_latest_end,
    the_legal_dates_are_those_of_the_law,
    every_letter_has_a_reason,
    who_decides_never_approves,
)


def _differences(who: str, row: Trajectory, said: Mapping[str, date], rows: Rows) -> Said:
    wanted = _legal_dates(row, rows)
    for name in sorted(wanted.keys() | said.keys()):
        if said.get(name) != wanted.get(name):
            yield f"{row.reference}: {name} is {said.get(name)} in {who}, and {wanted.get(name)} by the law"


def _legal_dates(row: Trajectory, rows: Rows) -> dict[str, date]:
    """What the law makes of the signed lease, and of what ended it early."""
    if row.signed_on is None or row.first_day is None or row.last_day is None:
        return {}
    safe = safe_days(row.last_day)
    found = {
        "last_day": row.last_day,
        "latest_end": _latest_end(row.first_day),
        "window_opens": safe[0],
        "window_closes": safe[-1],
        "send_by": posting_days(row.last_day, 5),
        "term_ended": row.last_day + DAY,
    }
    for early in rows.of(EarlyEnd, row):
        if early.kind in OF_THE_LEASE:
            found |= _after_an_early_end(early)
    return found


def _after_an_early_end(early: EarlyEnd) -> dict[str, date]:
    happened = early.happened_on
    month = happened.replace(day=1)
    if early.kind == "tenant_notice":
        rent_days = (same_day(month, months) for months in (1, 2))
        by_law = next(on for on in rent_days if on >= same_day(happened, 1)) - DAY
        return {"early_last_day": max(by_law, early.last_day or by_law)}  # a tenant may ask for a later one
    if early.kind == "court":
        return {"early_last_day": early.last_day} if early.last_day else {}
    found = {
        "ends_by_law": same_day(month, 3) - DAY,
        "heirs_may_choose": same_day(month, 2) - DAY,
        "housemate_until": same_day(happened, 6),
    }
    arranged = {"heirs_choose": "heirs_may_choose", "housemate_stays": "housemate_until"}
    return {"early_last_day": found[arranged.get(early.arranged, "ends_by_law")], **found}


def _days_of_the_term(rows: Rows, row: Trajectory) -> Iterator[tuple[str, date]]:
    """What must lie inside the two years."""
    yield "the last day", row.last_day  # type: ignore[misc]
    for legal in rows.of(LegalDate, row):
        if legal.name in ("last_day", "latest_end", "window_opens", "window_closes", "send_by"):
            yield legal.name, legal.on
        if legal.name == "term_ended":
            yield "the day before the term is over", legal.on - DAY
    for review in rows.of(Review, row):
        if review.kind == "review":
            yield f"review {review.month}", review.planned_on
    for one in rows.of(Measure, row):
        if one.recover_by is not None:
            yield f"a recovery term of a {one.kind}", one.recover_by


def _latest_end(first: date) -> date:
    return same_day(first, 24) - DAY


def _term(rows: Rows, row: Trajectory) -> tuple[date, date]:
    """First and last day of the conditional lease as it ran."""
    endings, early = rows.of(Ending, row), rows.of(EarlyEnd, row)
    last = early[0].last_day if early and early[0].last_day else row.last_day
    return row.first_day, endings[0].on - DAY if endings else last  # type: ignore[return-value]


def _landlord(rows: Rows, row: Trajectory) -> UUID:
    return next(one.organisation_id for one in rows.of(Part, row) if one.part == "association")  # type: ignore[no-any-return]


def _tenants(rows: Rows, row: Trajectory) -> set[tuple[str, date]]:
    """Who rents: the tenant and whoever was added as a co-tenant; each nomination writes its own rows of a person."""
    ids = {row.tenant_id, *(one.person_id for one in rows.of(Beside, row) if one.kind == "co_tenant")}
    return {(_name(one.full_name), one.birth_date) for one in rows.of(Person) if one.id in ids and one.birth_date}


def _name(full_name: str) -> str:
    plain = unicodedata.normalize("NFKD", full_name.casefold()).encode("ascii", "ignore").decode()
    return "".join(one for one in plain if one.isalpha())
