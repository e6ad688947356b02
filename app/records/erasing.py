"""Which rows and which words in them belong to which class of data, and taking them away; never whether that may be.

Every table that hangs on a trajectory or a person stands in GOES or in STAYS: a test of the house says which does not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlalchemy.orm import Session

from app.records.care import CareEnd, CarePause
from app.records.contacts import Contact
from app.records.database import Base
from app.records.decisions import (
    Advice,
    Decision,
    EarlyEnd,
    EndNotice,
    Hearing,
    JointMeeting,
    KeyReturn,
    LeavingPlan,
)
from app.records.documents import Document, NoticeProof, SignedCopy
from app.records.earlier import ToldLease
from app.records.incidents import Incident, Measure
from app.records.legal_dates import LeaseCorrection, LegalDate
from app.records.letters import Letter
from app.records.people import Person, PersonCorrection
from app.records.reviews import Confirmation, Move, Review
from app.records.revisions import Revision
from app.records.runs import Run
from app.records.schedules import Rescheduling
from app.records.tasks import Answer, Task
from app.records.trajectories import Agreement, Beside, Condition, Goal, Part, Trajectory

FINANCIAL_PAPERS = ("fixed_term_lease", "regular_lease")
CARE_PAPERS = ("care_contract_a", "care_contract_b", "review_report")
FINANCIAL_TASKS = ("prepare_lease", "sign_lease", "sign_regular_lease")
CARE_ROLES = ("support_worker", "municipal_officer")
# What each class is made of. What identifies somebody goes with the last class that is left.
IDENTITY = "identity"
CONTENT: Mapping[str, tuple[str, ...]] = {
    "tenancy": ("tenancy",),
    "financial": ("financial",),
    "care": ("care",),
    "rejected": ("tenancy", "financial"),
}


@dataclass(frozen=True, slots=True)
class Going:
    """Rows of one table that go with a class: as a whole, or only what `empties` says of them."""

    called: str  # what a dry run calls them
    of: str
    table: type[Base]
    where: Any = None  # a condition beside that of the trajectory
    empties: Mapping[str, Any] | None = None  # column -> what stays in it


def _paper(*names: str) -> Any:
    return Document.name.in_(names)


_NOT_LANDLORDS = Task.role.in_(CARE_ROLES)
_FINANCIAL = Task.name.in_(FINANCIAL_TASKS)
_LANDLORDS_TASK = ~_NOT_LANDLORDS & ~_FINANCIAL
_OTHER_PAPER = Document.name.not_in((*FINANCIAL_PAPERS, *CARE_PAPERS))
_EMPTY_TASK = {"draft": None, "draft_at": None, "draft_by_id": None, "data": None, "handed_over_because": ""}

# Rows that point to others stand before those.
GOES: tuple[Going, ...] = (
    Going("letters", "tenancy", Letter),
    Going("signed_copies", "tenancy", SignedCopy, _OTHER_PAPER),
    Going("papers", "tenancy", Document, _OTHER_PAPER),
    Going("proofs", "tenancy", NoticeProof),
    Going("notices", "tenancy", EndNotice),
    Going("steps", "tenancy", Measure),
    Going("incidents", "tenancy", Incident),
    Going("hearings", "tenancy", Hearing),
    Going("meetings", "tenancy", JointMeeting),
    Going("revisions", "tenancy", Revision),
    Going(
        "decisions", "tenancy", Decision, None,
        {"reasons": "", "findings": {}, "table_advice": {}, "verdict_reason": ""},
    ),
    Going("confirmations", "tenancy", Confirmation, Confirmation.part == "association"),
    Going("moves", "tenancy", Move),
    Going("reasons_of_reviews", "tenancy", Review, None, {"reason": "", "extra_reason": ""}),
    Going("corrections", "tenancy", LeaseCorrection),
    Going("legal_dates", "tenancy", LegalDate, None, {"reason": ""}),
    Going("reschedulings", "tenancy", Rescheduling, None, {"reason": ""}),
    Going("told_leases", "tenancy", ToldLease),
    Going("plans", "tenancy", LeavingPlan, None, {"housing_afterwards": ""}),
    Going("keys", "tenancy", KeyReturn, None, {"stay_reason": ""}),
    Going("early_ends", "tenancy", EarlyEnd, None, {"remark": ""}),
    Going("answers", "tenancy", Answer, _LANDLORDS_TASK),
    Going("drafts", "tenancy", Task, _LANDLORDS_TASK, _EMPTY_TASK),
    Going(
        "nomination", "tenancy", Trajectory, None,
        {"evidence": "", "rejection_reasons": "", "legal_ground": "", "evidence_on": None, "incidents": 0},
    ),
    Going("signed_copies", "financial", SignedCopy, _paper(*FINANCIAL_PAPERS)),
    Going("papers", "financial", Document, _paper(*FINANCIAL_PAPERS)),
    Going("answers", "financial", Answer, _FINANCIAL),
    Going("drafts", "financial", Task, _FINANCIAL, _EMPTY_TASK),
    Going("rent", "financial", Trajectory, None, {"rent_cents": 0, "service_cents": 0}),
    Going("signed_copies", "care", SignedCopy, _paper(*CARE_PAPERS)),
    Going("papers", "care", Document, _paper(*CARE_PAPERS)),
    Going("confirmations", "care", Confirmation),
    Going("advices", "care", Advice),
    Going("care_plans", "care", LeavingPlan, None, {"care_afterwards": ""}),
    Going("words_of_reviews", "care", Review, None, {"tenant_view": "", "agreements": ""}),
    Going("goals", "care", Goal),
    Going("conditions", "care", Condition),
    Going("agreements", "care", Agreement),
    Going("care_ends", "care", CareEnd),
    Going("care_pauses", "care", CarePause),
    Going("contacts", "care", Contact),
    Going("answers", "care", Answer, _NOT_LANDLORDS),
    Going("drafts", "care", Task, _NOT_LANDLORDS, _EMPTY_TASK),
    Going(
        "guidance", "care", Trajectory, None,
        {
            "administration": "none", "guidance_from": None, "guidance_until": None, "care_decision_until": None,
            "care_notes": 0,
        },
    ),
    Going("besides", IDENTITY, Beside),
    Going("process", IDENTITY, Run, None, {"state": b"", "fault": "", "wake_on": None}),
    Going("references", IDENTITY, Part, None, {"reference": None, "contact_id": None}),
    Going("home", IDENTITY, Trajectory, None, {"home_id": None, "consent_asked_by": ""}),
)  # fmt: skip
EMPTY_PERSON: Mapping[str, Any] = {
    "full_name": "", "salutation": "", "birth_date": None, "address": "", "postcode": "", "city": "", "phone": "",
    "email": "", "organisation_name": "",
}  # fmt: skip
WITH_A_PERSON = ("persons", "person_corrections")  # emptied, and gone, with who stands in no other trajectory
# What stays, and why: it says nothing of a person once the rest is gone, or has its own rule.
STAYS: Mapping[str, str] = {
    "endings": "how the term ended, a code and a day: what retention itself is counted from",
    "events": "the record: codes, ids and days; cut at an anchor after its own five years",
    "cuts": "where a chain of the record was cut: a number and a seal",
    "holds": "why something was kept longer",
    "removals": "what was removed, by whom",
}


def content(name: str, left: Iterable[str]) -> tuple[str, ...]:
    """What a class is made of; of the last one that is left, everything that there still is."""
    return CONTENT[name] if set(left) - {name, "access_log"} else ("tenancy", "financial", "care", IDENTITY)


def removed(session: Session, trajectory_id: UUID, parts: Iterable[str]) -> dict[str, int]:
    """How many rows there are to remove of these parts of a trajectory, by what they are called; nothing changes."""
    found: dict[str, int] = {}
    for going in _going(parts):
        count = session.scalar(select(func.count()).select_from(going.table).where(*_rows(going, trajectory_id))) or 0
        if count:
            found[going.called] = found.get(going.called, 0) + count
    if IDENTITY in parts:
        found["persons"] = len(_persons(session, trajectory_id))
    return found


def remove(session: Session, trajectory_id: UUID, parts: Iterable[str]) -> list[str]:
    """Take these parts of a trajectory away; the hashes of the files that nobody needs any more after it."""
    parts = tuple(parts)
    persons = _persons(session, trajectory_id) if IDENTITY in parts else []
    hashes = _hashes(session, trajectory_id, parts)
    for going in _going(parts):
        rows = _rows(going, trajectory_id)
        change = delete(going.table) if going.empties is None else update(going.table).values(**going.empties)
        session.execute(change.where(*rows), execution_options={"synchronize_session": False})
    if persons:
        session.execute(
            delete(PersonCorrection).where(PersonCorrection.person_id.in_(persons)),
            execution_options={"synchronize_session": False},
        )
        session.execute(
            update(Person).where(Person.id.in_(persons)).values(**EMPTY_PERSON),
            execution_options={"synchronize_session": False},
        )
    session.flush()
    session.expire_all()
    return sorted(hashes - set(still_needed(session, hashes)))


def still_needed(session: Session, hashes: Iterable[str]) -> set[str]:
    """Those of these files that some row still names."""
    wanted = list(hashes)
    return {
        found
        for table in (Document, SignedCopy, NoticeProof)
        for found in session.scalars(select(table.content_hash).where(table.content_hash.in_(wanted)))
    }


def _going(parts: Iterable[str]) -> list[Going]:
    wanted = set(parts)
    return [one for one in GOES if one.of in wanted]


def _rows(going: Going, trajectory_id: UUID) -> list[ColumnElement[bool]]:
    """The condition that says which rows of a table are meant."""
    table: Any = going.table
    more = [going.where] if going.where is not None else []
    if table is Trajectory:
        return [Trajectory.id == trajectory_id, *more]
    if table is SignedCopy:
        own = select(Document.id).where(Document.trajectory_id == trajectory_id, *more)
        return [SignedCopy.document_id.in_(own)]
    if table is NoticeProof:
        return [NoticeProof.notice_id.in_(select(EndNotice.id).where(EndNotice.trajectory_id == trajectory_id))]
    if table in (Move, Confirmation):
        return [table.review_id.in_(select(Review.id).where(Review.trajectory_id == trajectory_id)), *more]
    if table is Answer and more:
        return [Answer.task_id.in_(select(Task.id).where(Task.trajectory_id == trajectory_id, *more))]
    return [table.trajectory_id == trajectory_id, *more]


def _hashes(session: Session, trajectory_id: UUID, parts: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for going in _going(parts):
        if going.table in (Document, SignedCopy, NoticeProof) and going.empties is None:
            table: Any = going.table
            found.update(session.scalars(select(table.content_hash).where(*_rows(going, trajectory_id))))
    return found - {""}


def _persons(session: Session, trajectory_id: UUID) -> list[UUID]:
    """The people of this trajectory who stand in no other one."""
    besides = select(Beside.person_id).where(Beside.trajectory_id == trajectory_id)
    tenants = select(Trajectory.tenant_id).where(Trajectory.id == trajectory_id)
    elsewhere = or_(
        select(Trajectory.id).where(Trajectory.tenant_id == Person.id, Trajectory.id != trajectory_id).exists(),
        select(Beside.id).where(Beside.person_id == Person.id, Beside.trajectory_id != trajectory_id).exists(),
    )
    own = or_(Person.id.in_(besides), Person.id.in_(tenants))
    return list(session.scalars(select(Person.id).where(own, ~elsewhere)))
