"""Documents: ordered in a deed, filled and filed by the worker or at once when a person waits; signed copies."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, and_, bindparam, func, or_, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app import files, logs, scans
from app.actions.deed import Deed, Desk
from app.actions.document_facts import gather
from app.errors import Fault, Invalid, NotAllowed, NotFound, Refused
from app.paper import apart
from app.records import Document, Person, Review, SignedCopy, Task, Trajectory, straight
from app.records.database import let_go, reading
from app.records.erasing import FINANCIAL_PAPERS
from app.records.ledger import Ledger
from app.records.retention import left_to
from app.records.visibility import is_visible
from app.rules.permissions import BINDING, Viewer, may_see_document

CLAIM = timedelta(minutes=2)
FIRST_LANGUAGE = "nl"
NEWEST = select(
    func.max(Document.version),
    func.coalesce(
        select(Person.language).where(Person.id == bindparam("person")).scalar_subquery(), FIRST_LANGUAGE
    ),
).where(
    Document.trajectory_id == bindparam("trajectory"),
    Document.name == bindparam("name"),
    Document.occasion == bindparam("occasion"),
)
WAITING = (
    select(Document.id)
    .where(
        Document.state == "ordered",
        or_(Document.claimed_until.is_(None), Document.claimed_until < bindparam("now")),
    )
    .limit(1)
)

# The documents a task's answers stand in: a correction makes a next version of those that were made.
DOCUMENTS_OF: Final[Mapping[str, tuple[str, ...]]] = {
    "check_eligibility": ("rejection", "fixed_term_lease"),
    "prepare_lease": ("fixed_term_lease",),
    "confirm_goals": ("review_report",),
    "confirm_conditions": ("review_report",),
    "hold_review_meeting": ("review_report",),
    "confirm_review_meeting": ("review_report",),
}


def order_document(
    deed: Deed,
    ledger: Ledger,
    name: str,
    *,
    occasion: str = "",
    review: Review | None = None,
    person_id: UUID | None = None,
) -> UUID:
    """Order a document in its reader's language; a second order of the same occasion is a next version.

    What binds is Dutch: where the reader has another language, a translation is ordered beside it. Returns the id of
    the one the reader reads.
    """
    trajectory = ledger.trajectory
    own = {"trajectory": trajectory.id, "person": person_id or trajectory.tenant_id}
    ((newest, language),) = straight.ask(deed.session, NEWEST, **own, name=name, occasion=occasion)
    languages = {FIRST_LANGUAGE, language} if name in BINDING else {language}
    rows = [
        {
            "id": uuid4(),
            "trajectory_id": trajectory.id,
            "name": name,
            "occasion": occasion,
            "version": 1 + (newest or 0),
            "language": one,
            "person_id": person_id,
            "review_id": review.id if review is not None else None,
            "ordered_on": deed.today,
        }
        for one in sorted(languages, key=lambda one: one == language)
    ]
    straight.add(deed.session, Document, *rows)
    return UUID(str(rows[-1]["id"]))


def order_again(deed: Deed, ledger: Ledger, task: Task) -> None:
    """After a correction: a next version of each document that these answers stand in."""
    names = DOCUMENTS_OF.get(task.name, ())
    rows = deed.session.scalars(
        select(Document).where(Document.trajectory_id == task.trajectory_id, Document.name.in_(names))
    )
    occasions = {(row.name, row.occasion): row for row in rows if row.review_id == task.review_id}
    for (name, occasion), row in occasions.items():
        review = next((r for r in ledger.reviews if r.id == row.review_id), None)
        order_document(deed, ledger, name, occasion=occasion, review=review, person_id=row.person_id)


def make_again(desk: Desk, document_id: UUID) -> UUID:
    """A next version of a document, with the facts of today. The one that was filed stays as it is."""
    with desk.deed() as deed:
        row, trajectory = find_document(deed.session, deed.actor, desk, document_id)
        if deed.actor.part == "urgency_office" and row.name != "rejection":
            raise NotAllowed("may_not_make_document")
        ledger = Ledger(deed.session, trajectory, deed.today)
        review = next((r for r in ledger.reviews if r.id == row.review_id), None)
        new = order_document(deed, ledger, row.name, occasion=row.occasion, review=review, person_id=row.person_id)
        deed.happened("document_ordered_again", trajectory, row.name)
        return new


def find_document(session: Session, viewer: Viewer, desk: Desk, document_id: UUID) -> tuple[Document, Trajectory]:
    """The document and its trajectory, if this viewer's part may see this kind. Raises NotFound."""
    found = session.execute(
        select(Document, Trajectory)
        .join(Trajectory, Trajectory.id == Document.trajectory_id)
        .where(Document.id == document_id, or_(is_visible(viewer, desk.today), _is_left(viewer)))
    ).first()
    if found is None or not may_see_document(viewer.part, found[0].name):
        raise NotFound("no_such_document")
    return found[0], found[1]


def file_ordered(desk: Desk, limit: int = 20) -> int:
    """Fill and file documents that were ordered; how many. One that can't be filled steps aside and says why."""
    let_go()
    waiting = reading().execute(WAITING, {"now": desk.now}).first()
    let_go()
    if waiting is None:  # as in most rounds, which should hold up nobody
        return 0
    with desk.deed() as deed:
        ready = select(Document.id).where(Document.state == "ordered", _unclaimed(desk))
        ready = ready.order_by(Document.ordered_on, Document.id).limit(limit)
        claimed = list(
            deed.session.scalars(
                update(Document)
                .where(Document.id.in_(ready), Document.state == "ordered", _unclaimed(desk))
                .values(claimed_until=desk.now + CLAIM)
                .returning(Document.id)
            )
        )
    for document_id in claimed:
        file_document(desk, document_id)
    return len(claimed)


def file_document(desk: Desk, document_id: UUID) -> None:
    """Fill one ordered document and file it: the file first, then the row. Doing it twice files it once.

    One that can't be filled is marked as failed, with the reason. Raises NotReady("disk_full"): it stays ordered.
    """
    let_go()  # it may have been ordered a moment ago
    session = reading()
    document = session.get(Document, document_id)
    if document is None or document.state == "filed":
        return
    trajectory = session.get_one(Trajectory, document.trajectory_id)
    try:
        facts = gather(session, document, Ledger(session, trajectory, desk.today), document.ordered_on)
        let_go()  # filling takes a while
        filled = apart.fill(document.name, document.language, facts, desk.house.templates)
    except SQLAlchemyError:
        raise
    except Exception as fault:  # whatever is wrong with this one, the others go on
        _give_up(desk, document, trajectory, fault)
        return
    content_hash, _ = files.file(desk.house.cabinet, filled.content)
    with desk.deed() as deed:
        filed = deed.session.execute(
            update(Document)
            .where(Document.id == document_id, Document.state != "filed")
            .values(
                state="filed",
                fault="",
                filed_on=desk.today,
                filed_at=desk.now,
                claimed_until=None,
                content_hash=content_hash,
                template_hash=filled.template_hash,
                size=len(filled.content),
            )
        )
        if filed.rowcount == 1:  # type: ignore[attr-defined]
            deed.happened("document_filed", trajectory, document.name, hash=content_hash[:12])


def _give_up(desk: Desk, document: Document, trajectory: Trajectory, fault: Exception) -> None:
    code = fault.code if isinstance(fault, Refused) else type(fault).__name__
    logs.note("voorwaarts.documents", "document can't be filled", level="error", kind=document.name, code=code)
    with desk.deed() as deed:
        failed = deed.session.execute(
            update(Document)
            .where(Document.id == document.id, Document.state == "ordered")
            .values(state="failed", fault=code, claimed_until=None)
        )
        if failed.rowcount == 1:  # type: ignore[attr-defined]
            deed.happened("document_failed", trajectory, document.name, why=code)


def keep_signed_copy(desk: Desk, document_id: UUID, file_name: str, content: bytes) -> UUID:
    """Put a signed copy beside a document: PDF, PNG or JPEG by what it is, not by what it is called."""
    ending = file_name.rsplit(".", 1)[-1].lower()
    if not content:
        raise Invalid(faults=[Fault("file", "missing")])
    kind = scans.kind_of(content)
    if kind is None or kind.ending != ending.replace("jpeg", "jpg"):
        raise Invalid(faults=[Fault("file", "not_a_signed_copy")])
    with desk.deed() as deed:  # whoever may not see the document puts no file in the cabinet either
        find_document(deed.session, deed.actor, desk, document_id)
    content_hash, _ = files.file(desk.house.cabinet, content)
    with desk.deed() as deed:
        document, trajectory = find_document(deed.session, deed.actor, desk, document_id)
        row = SignedCopy(
            id=uuid4(),
            document_id=document.id,
            file_name=f"{document.name}-signed.{ending}",
            media_type=kind.media_type,
            content_hash=content_hash,
            size=len(content),
            by_id=deed.actor.id,
            on=deed.today,
            at=desk.now,
        )
        deed.session.add(row)
        deed.happened("signed_copy_kept", trajectory, document.name, hash=content_hash[:12])
        return row.id


def find_signed_copy(session: Session, viewer: Viewer, desk: Desk, copy_id: UUID) -> SignedCopy:
    """The signed copy, if the document it signs may be seen. Raises NotFound."""
    copy = session.get(SignedCopy, copy_id)
    if copy is None:
        raise NotFound("no_such_document")
    find_document(session, viewer, desk, copy.document_id)
    return copy


def _is_left(viewer: Viewer) -> ColumnElement[bool]:
    """A lease stays seven years, also with who removed the rest and opens the dossier no more."""
    return and_(left_to(viewer), Document.name.in_(FINANCIAL_PAPERS))


def _unclaimed(desk: Desk) -> ColumnElement[bool]:
    return or_(Document.claimed_until.is_(None), Document.claimed_until < desk.now)
