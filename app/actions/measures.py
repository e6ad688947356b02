"""What an escalation orders: a letter to each tenant, word to the other parties, steps that stop counting."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

from app.actions.deed import Deed
from app.actions.documents import order_document
from app.records import Incident, Letter, Measure
from app.records.ledger import Ledger
from app.rules.beside import MUST_RECEIVE, REPRESENTS

PAPERS = ("conversation_report", "warning", "yellow_card", "behaviour_order", "red_card", "measure_withdrawn")
TOLD = ("support_worker", "municipal_officer")
TO_TENANT, TO_REPRESENTATIVE = "incident_letter", "representative_letter"
NOT_ABOUT_THE_LEASE = ("conversation_report",)  # what was talked about is not an administrator's business


def file_measure_paper(deed: Deed, ledger: Ledger, name: str) -> None:
    """Order the paper of a step and its letter, to every tenant and who represents them apart: each must know."""
    tenants = [ledger.trajectory.tenant_id, *(beside.person_id for beside in ledger.co_tenants())]
    for person_id in tenants:
        _write_to(deed, ledger, name, person_id, TO_TENANT)
    for beside in ledger.representatives(MUST_RECEIVE if name in NOT_ABOUT_THE_LEASE else REPRESENTS):
        _write_to(deed, ledger, name, beside.person_id, TO_REPRESENTATIVE)


def tell_parties(deed: Deed, ledger: Ledger) -> None:
    """Care provider and municipality hear that there is a card or an order, and no more of it than that."""
    measure = _last(ledger)
    assert measure is not None  # it was approved a moment ago
    _tell(deed, ledger, f"{measure.kind}_told", measure.recover_by)


def tell_withdrawal(deed: Deed, ledger: Ledger) -> None:
    """Who heard of a card hears that it was withdrawn."""
    _tell(deed, ledger, "withdrawal_told", None)


def expire(deed: Deed, ledger: Ledger) -> None:
    """The step that stands no longer counts."""
    measure = _last(ledger)
    if measure is not None and measure.ended_on is None:
        measure.ended_on, measure.ended_because = deed.today, "expired"


def lapse(deed: Deed, ledger: Ledger) -> None:
    """The lease is over, and with it the conditions that were broken."""
    about(ledger).outcome = "lapsed"
    end_steps(deed, ledger, "lapsed")


def end_steps(deed: Deed, ledger: Ledger, because: str) -> None:
    """Whatever stands or is being considered in this incident is over."""
    for measure in ledger.steps_of(about(ledger)):
        if measure.ended_on is None:
            measure.ended_on, measure.ended_because = deed.today, because


def close_incident(deed: Deed, ledger: Ledger) -> None:
    """The run of this incident is over."""
    incident = about(ledger)
    incident.closed_on = deed.today
    incident.outcome = incident.outcome or "settled"
    end_steps(deed, ledger, incident.outcome)


def about(ledger: Ledger) -> Incident:
    """The incident that is being dealt with."""
    assert ledger.about is not None  # an escalation is always about one
    return ledger.about


def _last(ledger: Ledger) -> Measure | None:
    steps = ledger.steps_of(about(ledger))
    return steps[-1] if steps else None


def _write_to(deed: Deed, ledger: Ledger, name: str, person_id: UUID, kind: str) -> None:
    occasion = f"incident_{about(ledger).number}:{person_id.hex}"
    row = _letter(deed, ledger, f"{name}:{person_id.hex}", kind, "tenant")
    row.document_id = order_document(deed, ledger, name, occasion=occasion, person_id=person_id)
    deed.session.add(row)


def _tell(deed: Deed, ledger: Ledger, kind: str, until: date | None) -> None:
    for role in TOLD:
        row = _letter(deed, ledger, kind, kind, role)
        row.about_on = until if until is not None and until >= deed.today else None
        deed.session.add(row)


def _letter(deed: Deed, ledger: Ledger, what: str, kind: str, role: str) -> Letter:
    """A letter about this incident, planned for today; one to each for each thing it has to say."""
    number, trajectory_id = about(ledger).number, ledger.trajectory.id
    return Letter(
        id=uuid4(),
        key=f"incident:{trajectory_id.hex}:{number}:{what}:{role}",
        trajectory_id=trajectory_id,
        kind=kind,
        occasion=f"{number}:{what}",
        role=role,
        due_on=deed.today,
    )
