"""Calling the parties to one table because they see the end of the term differently; never who is right."""

from __future__ import annotations

from uuid import UUID, uuid4

from app.actions.deed import Deed
from app.actions.documents import order_document
from app.records import Letter
from app.records.ledger import Ledger
from app.rules.beside import MUST_RECEIVE
from app.rules.disagreement import joint_meeting_lapses

INVITATION = "joint_meeting_invitation"
CALLED = "joint_meeting_called"
TO_REPRESENTATIVE = "representative_letter"
PARTIES = ("support_worker", "municipal_officer")


def invite(deed: Deed, ledger: Ledger) -> None:
    """A letter to each tenant and curator apart, and word to provider and municipality.

    To nobody where there is no time left.
    """
    before = joint_meeting_lapses(ledger.case(), ledger.settings)
    if before is None or before <= deed.today:
        return
    tenants = (ledger.trajectory.tenant_id, *(beside.person_id for beside in ledger.co_tenants()))
    curators = [beside.person_id for beside in ledger.representatives(MUST_RECEIVE)]
    for person_id in (*tenants, *curators):
        row = _letter(deed, ledger, INVITATION if person_id in tenants else TO_REPRESENTATIVE, "tenant", person_id)
        row.document_id = order_document(deed, ledger, INVITATION, occasion=row.occasion, person_id=person_id)
        row.about_on = before
        deed.session.add(row)
    for role in PARTIES:
        row = _letter(deed, ledger, CALLED, role)
        row.about_on = before
        deed.session.add(row)


def _letter(deed: Deed, ledger: Ledger, kind: str, role: str, person_id: UUID | None = None) -> Letter:
    """Planned for today; one to each after each hearing."""
    whom = person_id.hex if person_id is not None else role
    occasion = f"joint_meeting:{len(ledger.hearings)}:{whom}"
    trajectory_id = ledger.trajectory.id
    return Letter(
        id=uuid4(),
        key=f"{occasion}:{trajectory_id.hex}",
        trajectory_id=trajectory_id,
        kind=kind,
        occasion=occasion,
        role=role,
        due_on=deed.today,
    )
