"""Writes down what changed on each day of a rehearsal, by looking at the rows; never what should have changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, event, select
from sqlalchemy.orm import Session

from app.errors import Fault
from app.records import (
    Advice,
    Decision,
    Document,
    EarlyEnd,
    Ending,
    EndNotice,
    Hearing,
    Incident,
    JointMeeting,
    KeyReturn,
    LeavingPlan,
    Letter,
    Measure,
    Review,
    Revision,
    Task,
    Trajectory,
    db,
)
from app.records.database import let_go, reading


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened: the day, what kind of thing, its name, and its particulars as codes and dates."""

    on: date
    kind: str
    what: str
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Look:
    """How one row stands now. A `state` unlike the one before is an entry; an empty one is not worth a word yet."""

    of: tuple[str, Any]
    kind: str
    what: str
    state: tuple[Any, ...]
    details: Mapping[str, Any]


class Record:
    """The entries of one rehearsal, in the order they happened."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.people: dict[UUID, str] = {}  # who a paper is for: tenant, co_tenant_1 …
        self.since: dict[tuple[str, Any], date] = {}  # (what, row) -> the day it came to stand as it does
        self._seen: dict[tuple[str, Any], tuple[Any, ...]] = {}
        self._written = True  # since the last look
        event.listen(db.engine, "commit", self._note_commit)

    def _note_commit(self, _connection: Connection) -> None:
        self._written = True

    def note(self, today: date, trajectory_id: UUID) -> None:
        """Write down every row that is new or different since the last look."""
        if not self._written:
            return
        new: list[Entry] = []
        for look in _looks(reading(), trajectory_id, self.people):
            before = self._seen.get(look.of)
            if look.state and look.state != before:
                self._seen[look.of], self.since[look.of] = look.state, today
                moved = look.kind in MOVED and before is not None and before[0] == look.state[0]
                new.append(Entry(today, f"{look.kind}_{'moved' if moved else look.state[0]}", look.what, look.details))
        let_go()
        self._written = False
        self.entries += sorted(new, key=_rank)

    def happened(self, today: date, what: str, details: Mapping[str, Any]) -> None:
        """Write down what the script let happen by itself."""
        self.entries.append(Entry(today, "happened", what, details))

    def refused(self, today: date, what: str, code: str, sentence: str, faults: Sequence[Fault]) -> None:
        """Write down that somebody wanted something that may not be."""
        listed = [{"field": fault.field, "code": fault.code} for fault in faults]
        self.entries.append(Entry(today, "refused", what, {"code": code, "sentence": sentence, "faults": listed}))


MOVED = ("task", "review", "early_end")  # what has a day that may move
# What follows from what, within one look: first what people did, then where it leads, then the paper and the post.
RANK = (
    "task_done",
    "task_lapsed",
    "_made",
    "_sent",
    "stage_",
    "review_",
    "aftercare_",
    "task_opened",
    "document_",
    "letter_",
)


def _rank(entry: Entry) -> tuple[int, str]:
    """Papers and notices to several tenants by tenant: their rows come in any order."""
    place = next((place for place, mark in enumerate(RANK) if mark in entry.kind), 3)
    tenant = entry.details.get("for", entry.details.get("to", "")) if "letter" not in entry.kind else ""
    return place, tenant


def _looks(session: Session, ours: UUID, people: Mapping[UUID, str]) -> Iterator[Look]:
    months, names = {}, {}
    for row in _rows(session, ours, Review, "id kind month planned_on opened_on held_on closed_on outcome reason"):
        months[row.id] = row.month
        yield _review(row)
    for row in _rows(session, ours, Task, "id name status due_on role because because_on review_id opened_on"):
        month, names[row.id] = months.get(row.review_id), row.name
        yield Look(
            ("task", row.id),
            "task",
            row.name,
            ("opened" if row.status == "open" else row.status, row.due_on),
            {"role": row.role, "month": month, "due": row.due_on, "because": row.because, "hangs_on": row.because_on},
        )
    for row in _rows(session, ours, Document, "id name state occasion version person_id fault"):
        state = () if row.state == "ordered" else (row.state,)
        details = {
            "occasion": occasion_of(row.occasion), "version": row.version, "for": people.get(row.person_id, ""),
            "fault": row.fault,
        }  # fmt: skip
        yield Look(("document", row.id), "document", row.name, state, details)
    for row in _rows(session, ours, Letter, "id kind state role occasion task_id about_on due_on reason"):
        state = () if row.state == "planned" else (row.state,)
        details = {
            "to": row.role, "occasion": occasion_of(row.occasion), "task": names.get(row.task_id, ""),
            "about": row.about_on, "planned_for": row.due_on, "reason": row.reason,
        }  # fmt: skip
        yield Look(("letter", row.id), "letter", row.kind, state, details)
    for row in _rows(session, ours, EarlyEnd, "id kind happened_on last_day arranged"):
        told = {"happened": row.happened_on, "last_day": row.last_day, "arranged": row.arranged}
        yield Look(("early", row.id), "early_end", row.kind, ("reported", row.last_day), told)
    if session.scalar(select(Trajectory.incidents).where(Trajectory.id == ours)):
        yield from _incidents(session, ours)
    if END_OF_TERM.intersection(names.values()):
        yield from _end_of_term(session, ours, people)
    for stage, outcome in session.execute(select(Trajectory.stage, Trajectory.outcome).where(Trajectory.id == ours)):
        yield Look(("stage", 0), "stage", stage, ("reached", stage, outcome), {"outcome": outcome})


# It begins with one of these tasks.
END_OF_TERM = {"advise_as_provider", "advise_as_municipality", "hold_hearing", "collect_keys"}


def _review(row: Row[Any]) -> Look:
    if row.closed_on:
        state = "done" if row.held_on else "not_held"
    else:
        state = "held" if row.held_on else "opened" if row.opened_on else "planned"
    details = {
        "month": row.month, "planned": row.planned_on, "held": row.held_on, "outcome": row.outcome, "why": row.reason,
    }  # fmt: skip
    return Look((row.kind, row.id), row.kind, f"month_{row.month}", (state, row.planned_on), details)


def _end_of_term(session: Session, ours: UUID, people: Mapping[UUID, str]) -> Iterator[Look]:
    for row in _rows(session, ours, Advice, "id part advice"):
        yield Look(("advice", row.id), "advice", row.part, ("given", row.advice), {"advice": row.advice})
    for row in _rows(session, ours, Hearing, "id heard_on appeared"):
        what = "tenant_heard" if row.appeared else "tenant_did_not_come"
        yield Look(("hearing", row.id), "hearing", what, ("held",), {"heard": row.heard_on})
    for row in _rows(session, ours, JointMeeting, "id held_on result outcome"):
        state = "held" if row.held_on else "not_held"
        told = {"held": row.held_on, "outcome": row.outcome}
        yield Look(("joint_meeting", row.id), "joint_meeting", row.result or "not_held", (state,), told)
    asked = "id was_outcome outcome decided verdict decided_on approved_on"
    for row in _rows(session, ours, Revision, asked):
        yield from _revision(row)
    asked = "id number outcome verdict decided_on approved_on explained_on confirmed_on withdrawn_on table_advice"
    for row in _rows(session, ours, Decision, asked):
        yield from _decision(row)
    for row in _rows(session, ours, LeavingPlan, "id aftercare"):
        yield Look(("plan", row.id), "leaving_plan", "leaving_plan", ("made",), {"aftercare": row.aftercare})
    asked = "id person_id round sent_on received_on standing proof returned_on returned_because withdrawn_on"
    for row in _rows(session, ours, EndNotice, asked):
        sent = {"to": people.get(row.person_id, ""), "sent": row.sent_on}
        yield Look(("notice", row.id), "end_notice", "end_notice", ("sent",), sent)
        withdrawn = (row.standing,) if row.withdrawn_on else ()
        told = {**sent, "withdrawn": row.withdrawn_on}
        yield Look(("notice_back", row.id), "end_notice", "end_notice", withdrawn, told)
        tested = (row.standing,) if not withdrawn and (row.standing != "unproven" or row.proof) else ()
        how = {"received": row.received_on, "returned": row.returned_on, "why": row.returned_because}
        yield Look(("receipt", row.id), "end_notice", "receipt", tested, {**sent, **how})
    for row in _rows(session, ours, KeyReturn, "id returned returned_on stay_outcome stay_on"):
        keys = ("returned" if row.returned else "not_returned",)
        yield Look(("keys", row.id), "keys", "keys", keys, {"returned": row.returned_on})
        stay = ("ended",) if row.stay_outcome else ()
        yield Look(("stay", row.id), "stay", row.stay_outcome, stay, {"on": row.stay_on})
    for row in _rows(session, ours, Ending, "id kind on"):
        yield Look(("ending", row.id), "term", row.kind, ("ended",), {"from": row.on})


def _incidents(session: Session, ours: UUID) -> Iterator[Look]:
    numbers = {}
    for row in _rows(session, ours, Incident, "id number ground happened_on first_step closed_on outcome"):
        numbers[row.id] = row.number
        what, details = f"incident_{row.number}", {"ground": row.ground, "happened": row.happened_on}
        yield Look(("incident", row.id), "incident", what, ("reported",), {**details, "first_step": row.first_step})
        closed = (row.outcome,) if row.closed_on else ()
        yield Look(("incident_over", row.id), "incident", what, closed, details)
    asked = "id incident_id kind ground proposed decided_on verdict given_on recover_by expires_on recovered"
    for row in _rows(session, ours, Measure, f"{asked} ended_on ended_because"):
        about = {"incident": numbers[row.incident_id], "ground": row.ground}
        verdict = {"send_back": ("sent_back",)}.get(row.verdict, ())
        yield Look(("measure_back", row.id), "measure", row.kind, (*verdict, row.decided_on) if verdict else (), about)
        given = ("given",) if row.given_on else ()
        days = {"given": row.given_on, "recover_by": row.recover_by, "expires": row.expires_on}
        yield Look(("measure", row.id), "measure", row.kind, given, {**about, **days})
        judged = {True: ("recovered",), False: ("not_recovered",)}.get(row.recovered, ())
        yield Look(("measure_judged", row.id), "measure", row.kind, judged, about)
        ended = ("ended",) if row.ended_on else ()
        yield Look(("measure_over", row.id), "measure", row.kind, ended, {**about, "why": row.ended_because})


def _decision(row: Row[Any]) -> Iterator[Look]:
    number = {"number": row.number, "outcome": row.outcome}
    advised = {name: (row.table_advice or {}).get(name, "") for name in ("advised_outcome", "advised_because")}
    yield Look(
        ("decision", row.id), "decision", row.outcome, ("made",), {**number, **advised, "decided": row.decided_on}
    )
    verdict = {"approve": ("approved",), "send_back": ("sent_back",)}.get(row.verdict, ())
    yield Look(("verdict", row.id), "decision", row.outcome, verdict, {**number, "approved": row.approved_on})
    told = ("explained",) if row.explained_on else ()
    yield Look(("told", row.id), "decision", row.outcome, told, {**number, "explained": row.explained_on})
    confirmed = ("confirmed",) if row.confirmed_on else ()
    yield Look(("confirmed", row.id), "conversion", row.outcome, confirmed, {**number, "sent": row.confirmed_on})
    withdrawn = ("withdrawn",) if row.withdrawn_on else ()
    told_so = {**number, "withdrawn": row.withdrawn_on}
    yield Look(("confirmation_back", row.id), "conversion", row.outcome, withdrawn, told_so)


def _revision(row: Row[Any]) -> Iterator[Look]:
    about = {"was": row.was_outcome, "proposed": row.outcome}
    yield Look(("revision", row.id), "revision", row.outcome, ("proposed",), about)
    decided = () if not row.decided else ("decided",) if row.decided != row.was_outcome else ("not_made",)
    yield Look(("revision_decided", row.id), "revision", row.decided, decided, {**about, "decided": row.decided_on})
    verdict = {"approve": ("approved",), "send_back": ("sent_back",)}.get(row.verdict, ())
    yield Look(("revision_judged", row.id), "revision", row.decided, verdict, {**about, "approved": row.approved_on})


def occasion_of(kept: str) -> str:
    """Which one of its kind, without the keys of rows: those are others in every rehearsal."""
    return ":".join(part for part in kept.split(":") if len(part) != KEY)


KEY = 32  # letters of a row's key


def _rows(session: Session, ours: UUID, table: Any, names: str) -> Sequence[Row[Any]]:
    """These columns of the trajectory's rows in this table, in an order that is the same every time."""
    columns = [getattr(table, name) for name in names.split()]
    return session.execute(select(*columns).where(table.trajectory_id == ours).order_by(*ORDER[table])).all()


ORDER: Mapping[Any, tuple[Any, ...]] = {
    EarlyEnd: (EarlyEnd.at,),
    Review: (Review.planned_on, Review.month),
    Task: (Task.opened_on, Task.due_on, Task.name),
    Document: (Document.ordered_on, Document.name, Document.version),
    Letter: (Letter.due_on, Letter.kind, Letter.about_on, Letter.role),
    Advice: (Advice.part,),
    Hearing: (Hearing.heard_on,),
    JointMeeting: (JointMeeting.recorded_on,),
    Decision: (Decision.number,),
    Revision: (Revision.proposed_on,),
    LeavingPlan: (LeavingPlan.planned_on,),
    EndNotice: (EndNotice.round, EndNotice.sent_on),
    KeyReturn: (KeyReturn.returned_on,),
    Ending: (Ending.on,),
    Incident: (Incident.number,),
    Measure: (Measure.decided_on, Measure.kind, Measure.ground),
}
