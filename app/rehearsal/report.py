"""A played rehearsal as JSON for programs: what happened by day, and how every row ended up; changes nothing."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.records import (
    Decision,
    Document,
    EarlyEnd,
    Ending,
    EndNotice,
    Incident,
    JointMeeting,
    Letter,
    Measure,
    Move,
    Review,
    Revision,
    Task,
    Trajectory,
)
from app.records.database import reading
from app.records.ledger import Ledger
from app.records.schedules import settings_of
from app.rehearsal.player import Player
from app.rehearsal.record import Entry, occasion_of
from app.rules import notice, term
from app.rules.disagreement import View, views
from app.rules.escalation import LADDER
from app.rules.schedule import (
    DEFAULT,
    Settings,
    advice_due,
    advice_opens,
    aftercare_days,
    as_spans,
    decision_due,
    review_days,
    term_ended,
    too_early_for_guidance,
)

FINDINGS = ("met", "not_met", "cannot_say")
FORMAT = 1  # of the JSON; goes up when a name in it changes or goes

_REVIEW = "month planned_on opened_on held_on closed_on outcome reason"
_INCIDENT = "number ground happened_on reported_on first_step withdrawn_on closed_on outcome"
_STEP = "kind ground heard_on decided_on approved_on given_on recover_by expires_on recovered ended_on ended_because"
_DECISION = "number outcome decided_on verdict approved_on explained_on confirmed_on withdrawn_on"
_REVISION = "was_outcome outcome proposed_on decided decided_on verdict approved_on"


def spans_of(player: Player) -> Settings:
    """The spans on which the trajectory runs at the end of the play."""
    row = reading().get(Trajectory, player.trajectory_id) if player.trajectory_id else None
    return settings_of(reading(), row.schedule_id if row is not None else None)


def legal_dates(first: date, last: date, settings: Settings = DEFAULT) -> dict[str, date]:
    """What the law says about a lease with this first and last day; sending by is our own, in time for the law."""
    window = notice.window(last)
    return {
        "first_day": first,
        "last_day": last,
        "latest_end": term.latest_end(first),
        "literal_first": window.literal_first,
        "literal_last": window.literal_last,
        "safe_first": window.safe_first,
        "safe_last": window.safe_last,
        "send_by": notice.send_by(last, settings.delivery_working_days),
        "open_ended_from": term_ended(last),
    }


def own_dates(last: date, settings: Settings = DEFAULT) -> dict[str, date]:
    """The days that are our own, counted from the last one."""
    return {
        "advice_opens": advice_opens(last, settings),
        "advice_due": advice_due(last, settings),
        "decision_due": decision_due(last, settings),
    }


def entries(player: Player) -> list[Entry]:
    """What happened, with the legal dates and our own standing among it on their days."""
    assert player.record is not None
    happened = list(player.record.entries)
    if not any(entry.kind == "task_done" and entry.what == "sign_lease" for entry in happened):
        return happened
    legal = legal_dates(player.first, player.last, spans_of(player))
    dates = {**legal, **own_dates(player.last, spans_of(player))}
    del dates["latest_end"]
    stopped = next((entry.on for entry in happened if entry.kind == "early_end_reported"), date.max)
    dates = {what: on for what, on in dates.items() if on <= stopped}  # what lay ahead then counts no more
    days = [Entry(on, "legal_date" if what in legal else "own_date", what) for what, on in dates.items()]
    return sorted([*days, *happened], key=lambda entry: entry.on)  # a sort keeps the order within a day


def as_json(player: Player) -> str:
    """The whole rehearsal as one JSON object; dates are ISO dates. Its names are told in docs/rehearsals.md."""
    return json.dumps(whole(player), default=_plain, ensure_ascii=False, indent=1)


def whole(player: Player) -> dict[str, Any]:
    """What `as_json` writes, as mappings with dates in them."""
    session = reading()
    row = session.get_one(Trajectory, player.trajectory_id)
    ending = session.scalar(select(Ending).where(Ending.trajectory_id == row.id))
    early = session.scalar(select(EarlyEnd).where(EarlyEnd.trajectory_id == row.id))
    people = player.record.people if player.record else {}
    spans = spans_of(player)
    ledger = Ledger(session, row, player.today)
    return {
        "format": FORMAT,
        "rehearsal": player.script.name,
        "about": player.script.about,
        "reference": row.reference,
        "outcome": row.outcome,
        "stage": row.stage,
        "closed_on": row.closed_on,
        "early_end": _named(early, "kind happened_on last_day arranged") if early else None,
        "ending": {"kind": ending.kind, "on": ending.on} if ending else None,
        "first_day": player.first,
        "last_day": player.last,
        "tenants": 1 + len(ledger.co_tenants()),
        "represented_by": [one.kind for one in ledger.representatives()],
        "signed_on": row.signed_on,
        "legal_ground": row.legal_ground,
        "pointed_out": _pointed_out(player),
        "legal_dates": legal_dates(player.first, player.last, spans),
        "own_dates": own_dates(player.last, spans),
        "own_spans": as_spans(spans),
        "planned_reviews": [{"month": month, "on": on} for month, on in review_days(player.first, player.last, spans)],
        "planned_aftercare": [{"month": month, "on": on} for month, on in aftercare_days(player.last, spans)],
        "tasks": [_task(task) for task in _all(Task, row, Task.opened_on, Task.due_on, Task.name)],
        "reviews": _reviews(row, "review"),
        "aftercare": _reviews(row, "aftercare"),
        "views": [_view(one) for one in views(ledger.case())],
        "joint_meetings": [_named(one, "held_on came result outcome") for one in _meetings(row)],
        "decisions": [_named(one, _DECISION) for one in _all(Decision, row, Decision.number)],
        "revisions": [_named(one, _REVISION) for one in _all(Revision, row, Revision.proposed_on)],
        "end_notices": sorted(
            (_notice(one, people) for one in _all(EndNotice, row, EndNotice.round)),
            key=lambda one: (one["round"], one["sent_on"], one["to"]),
        ),
        "incidents": [_incident(one) for one in _all(Incident, row, Incident.number)],
        "documents": sorted(
            (_document(one, people) for one in _all(Document, row, Document.ordered_on, Document.version)),
            key=lambda one: (one["ordered_on"], one["document"], one["for"]),
        ),
        "letters": [
            _letter(one, player)
            for one in _all(Letter, row, Letter.due_on, Letter.kind, Letter.about_on, Letter.role)
        ],
        "refusals": [
            {"date": one.on, "what": one.task, "code": one.code, "sentence": one.sentence,
             "faults": [{"field": fault.field, "code": fault.code} for fault in one.faults]}
            for one in player.refusals
        ],
        "entries": [{"date": one.on, "kind": one.kind, "what": one.what, **one.details} for one in entries(player)],
    }  # fmt: skip


def _view(one: View) -> dict[str, Any]:
    """How one party saw the end of the term; of conditions and goals how many, for their ids are others each time."""
    counted = Counter(one.findings.values())
    return {"party": one.party, "outcome": one.outcome, **{code: counted[code] for code in FINDINGS}}


def _meetings(row: Trajectory) -> list[JointMeeting]:
    return _all(JointMeeting, row, JointMeeting.recorded_on)


def _pointed_out(player: Player) -> list[str]:
    return ["end_before_startup_check"] if too_early_for_guidance(player.first, player.last, spans_of(player)) else []


def _task(task: Task) -> dict[str, Any]:
    lapsed = task.status == "lapsed"
    return {
        "task": task.name,
        "role": task.role,
        "month": _month(task),
        "status": task.status,
        **_named(task, "opened_on due_on because"),
        "hangs_on": task.because_on,
        "done_on": None if lapsed else task.done_on,
        "lapsed_on": task.done_on if lapsed else None,
    }


def _month(task: Task) -> int | None:
    review = reading().get(Review, task.review_id) if task.review_id else None
    return review.month if review else None


def _reviews(row: Trajectory, kind: str) -> list[dict[str, Any]]:
    moves: dict[UUID, list[dict[str, Any]]] = {}
    for move in reading().scalars(select(Move).order_by(Move.at)):
        moves.setdefault(move.review_id, []).append({"from": move.was_on, "to": move.now_on, "reason": move.reason})
    found = [one for one in _all(Review, row, Review.planned_on, Review.month) if one.kind == kind]
    return [{**_named(one, _REVIEW), "moves": moves.get(one.id, [])} for one in found]


def _notice(one: EndNotice, people: Mapping[UUID, str]) -> dict[str, Any]:
    to = people.get(one.person_id, "")
    told = _named(one, "round sent_on received_on proof_kind returned_on returned_because standing withdrawn_on")
    return {"to": to, "channels": one.channels.split(), **told}


def _incident(one: Incident) -> dict[str, Any]:
    own = reading().scalars(select(Measure).where(Measure.incident_id == one.id))
    steps = sorted(own, key=lambda step: LADDER.index(step.kind))
    return {**_named(one, _INCIDENT), "steps": [_named(step, _STEP) for step in steps]}


def _document(one: Document, people: Mapping[UUID, str]) -> dict[str, Any]:
    return {
        "document": one.name,
        "occasion": occasion_of(one.occasion),
        "for": people.get(one.person_id, "") if one.person_id else "",
        **_named(one, "version language state ordered_on filed_on content_hash template_hash"),
    }


def _letter(one: Letter, player: Player) -> dict[str, Any]:
    return {
        "letter": one.kind,
        "task": _task_of(one),
        "to": one.role,
        "for": _whose_paper(one, player),
        "occasion": occasion_of(one.occasion),
        "about_on": one.about_on,
        "planned_for": one.due_on,
        "settled_on": player.record.since.get(("letter", one.id)) if player.record else None,
        **_named(one, "state reason recipients"),
    }


def _whose_paper(one: Letter, player: Player) -> str:
    """Which tenant the paper is for that this letter brings."""
    document = reading().get(Document, one.document_id) if one.document_id else None
    people = player.record.people if player.record else {}
    return people.get(document.person_id, "") if document is not None and document.person_id else ""


def _task_of(one: Letter) -> str:
    task = reading().get(Task, one.task_id) if one.task_id else None
    return task.name if task else ""


def _all(table: Any, row: Trajectory, *order: Any) -> list[Any]:
    return list(reading().scalars(select(table).where(table.trajectory_id == row.id).order_by(*order)))


def _named(row: Any, names: str) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names.split()}


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
