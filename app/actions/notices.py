"""Proofs of end-of-term notices: scans and photos, kept whole and handed out only to who reads the legal papers."""

from __future__ import annotations

from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import files, scans
from app.actions.deed import Desk
from app.errors import Fault, Invalid, NotAllowed, NotFound
from app.records import EndNotice, NoticeProof, Trajectory
from app.records.visibility import is_visible
from app.rules.permissions import Viewer, may_keep_proof, may_see_document

PAPER = "end_notice"  # who may read the notice may read what proves it
MOST = 10  # of one notice


def keep_proof(desk: Desk, notice_id: UUID, content: bytes) -> UUID:
    """Keep a proof beside a notice: PDF, PNG or JPEG by what it is. What it was called is not kept.

    Raises NotFound for who may not see the notice, NotAllowed, Invalid on the field `file`.
    """
    with desk.deed() as deed:  # whoever may not keep it here puts no file in the cabinet either
        _notice(deed.session, deed.actor, desk, notice_id)
        if not may_keep_proof(deed.actor):
            raise NotAllowed("may_not_keep_proof")
    kind = scans.kind_of(content)
    if kind is None:
        raise Invalid(faults=[Fault("file", "not_a_proof" if content else "missing")])
    content_hash, _ = files.file(desk.house.cabinet, content)
    with desk.deed() as deed:
        notice, trajectory = _notice(deed.session, deed.actor, desk, notice_id)
        kept = list(deed.session.scalars(select(NoticeProof).where(NoticeProof.notice_id == notice.id)))
        there = next((one for one in kept if one.content_hash == content_hash), None)
        if there is not None:  # sent twice, kept once
            return there.id
        if len(kept) >= MOST:
            raise Invalid(faults=[Fault("file", "enough_proofs", {"most": MOST})])
        row = NoticeProof(
            id=uuid4(),
            notice_id=notice.id,
            media_type=kind.media_type,
            content_hash=content_hash,
            size=len(content),
            by_id=deed.actor.id,
            on=deed.today,
            at=desk.now,
        )
        deed.session.add(row)
        deed.happened("notice_proof_kept", trajectory, PAPER, hash=content_hash[:12])
        return row.id


def find_proof(session: Session, viewer: Viewer, desk: Desk, proof_id: UUID) -> tuple[NoticeProof, Trajectory]:
    """The proof and its trajectory, if the notice that it proves may be seen. Raises NotFound."""
    proof = session.get(NoticeProof, proof_id)
    if proof is None:
        raise NotFound("no_such_notice")
    return proof, _notice(session, viewer, desk, proof.notice_id)[1]


def find_notice(session: Session, viewer: Viewer, desk: Desk, notice_id: UUID) -> EndNotice:
    """The notice, if this viewer's part may see such papers. Raises NotFound."""
    return _notice(session, viewer, desk, notice_id)[0]


def _notice(session: Session, viewer: Viewer, desk: Desk, notice_id: UUID) -> tuple[EndNotice, Trajectory]:
    found = session.execute(
        select(EndNotice, Trajectory)
        .join(Trajectory, Trajectory.id == EndNotice.trajectory_id)
        .where(EndNotice.id == notice_id, is_visible(viewer, desk.today))
    ).first()
    if found is None or not may_see_document(viewer.part, PAPER):
        raise NotFound("no_such_notice")
    return found[0], found[1]
