"""What somebody must know of a revised decision to do a task: what is proposed, what is in force, what still stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask_babel import gettext, ngettext

from app.records import Decision, Revision, Task
from app.records.dossiers import names_of
from app.records.ledger import Ledger
from app.records.revisions import revision_of, revisions_of
from app.rules import notice
from app.rules import revision as rules
from app.rules.case import Case
from app.rules.permissions import Viewer, sees
from app.rules.schedule import Settings
from app.web.beforehand import Known
from app.web.words import day, first_capital, word


@dataclass(frozen=True, slots=True)
class Proposal:
    """One revision in words: `state` is a code of the family "revision"."""

    row: Revision
    state: str
    proposed_by: str
    decided_by: str
    approved_by: str


@dataclass(frozen=True, slots=True)
class Decided:
    """One approved decision; `until` is the day another one came into force, None for what is in force."""

    row: Decision
    until: date | None
    decided_by: str
    approved_by: str


def proposals(ledger: Ledger) -> list[Proposal]:
    """Every revision that was proposed, the newest first."""
    found = revisions_of(ledger.session, ledger.trajectory.id)
    ids = {one for row, _ in found for one in (row.proposed_by_id, row.decided_by_id, row.approved_by_id)}
    names = names_of([one for one in ids if one is not None])
    return [
        Proposal(
            row,
            _state(row, done),
            _name(names, row.proposed_by_id),
            _name(names, row.decided_by_id),
            _name(names, row.approved_by_id),
        )
        for row, done in found
    ]


def decisions(ledger: Ledger) -> list[Decided]:
    """Every decision that was approved, the one in force first."""
    rows = [row for row in ledger.decisions if row.verdict == "approve"]
    names = names_of([one for row in rows for one in (row.decided_by_id, row.approved_by_id) if one is not None])
    later = [row.approved_on for row in rows[1:]] + [None]
    found = [
        Decided(row, until, _name(names, row.decided_by_id), _name(names, row.approved_by_id))
        for row, until in zip(rows, later, strict=True)
    ]
    return found[::-1]


def consequences(case: Case, today: date, settings: Settings) -> Iterator[tuple[str, bool]]:
    """(sentence, whether it is a warning): what each other outcome brings with it, and until when it is possible."""
    assert case.decision is not None and case.last_day is not None
    last = case.last_day
    if case.decision.outcome == rules.LEAVING:
        said = gettext("Convert: possible up to and including %(last)s, the last day of the lease.", last=day(last))
        yield said, False
        if case.sent:
            yield gettext(
                "An end-of-term notice has gone out. It and a confirmation of conversion exclude each other: it is "
                "withdrawn first, by a letter to each tenant who got one and with their agreement."
            ), False
        return
    closes = notice.window(last).safe_last
    if rules.closed_on(case, today) is not None:
        yield gettext(
            "Do not convert: no longer possible. By law the notice had to be received by %(closes)s, and none can be "
            "any more: after %(last)s the lease goes on without an end date.",
            closes=day(closes),
            last=day(last),
        ), True
        return
    yield gettext(
        "Do not convert: only while a notice can still be received in the notice window, up to and including "
        "%(closes)s. After that the lease goes on without an end date.",
        closes=day(closes),
    ), False
    left = rules.hurries(case, today, settings)
    if left is not None:
        yield ngettext(
            "The window closes in %(num)d day, less than the post is given. Hearing, decision, approval and delivery "
            "must all fit in that.",
            "The window closes in %(num)d days, less than the post is given. Hearing, decision, approval and delivery "
            "must all fit in that.",
            left,
        ), True
    if case.confirmed:
        yield gettext(
            "The conversion has been confirmed to the tenant. It and an end-of-term notice exclude each other: the "
            "confirmation is withdrawn first, by a letter to each tenant."
        ), False


def proposal(task: Task, ledger: Ledger, viewer: Viewer) -> Known | None:
    """What is proposed and why, beside the decision that is in force."""
    if viewer.part != "association":
        return None
    row = revision_of(ledger.session, task.run_id)
    rows = [
        (gettext("In force"), first_capital(word(row.was_outcome, "outcome"))),
        (gettext("Proposed"), first_capital(word(row.outcome, "outcome"))),
    ]
    name = _name(names_of([row.proposed_by_id]), row.proposed_by_id)
    by = gettext("%(name)s, %(day)s", name=name, day=day(row.proposed_on))
    return Known(gettext("What is proposed"), rows, str(by), row.reason)


def in_force(_task: Task, ledger: Ledger, viewer: Viewer) -> Known | None:
    """The decision as it was revised, where this task follows from it; the first one is read as its own answer."""
    if not revised(ledger) or not sees(viewer.part, "decision"):
        return None
    row = ledger.decisions[-1]
    rows = [
        (gettext("Decision"), first_capital(word(row.outcome, "outcome"))),
        (gettext("Decided on"), day(row.decided_on)),
    ]
    if viewer.part == "association":
        rows.append((gettext("Reasons"), row.reasons))
    return Known(gettext("The decision, as it was revised"), rows)


def revised(ledger: Ledger) -> bool:
    """Whether the decision in force came after one that was in force before."""
    return sum(row.verdict == "approve" for row in ledger.decisions) > 1


def _state(row: Revision, done: bool) -> str:
    if row.verdict:
        return {"approve": "made", "send_back": "sent_back"}[row.verdict]
    if row.decided == row.was_outcome:
        return "not_made"
    return "lapsed" if done else "waiting"


def _name(names: dict[UUID, str], one: UUID | None) -> str:
    return names.get(one, "") if one is not None else ""
