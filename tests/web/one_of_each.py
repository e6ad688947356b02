"""A dossier with something behind every route: a paper and its signed copy, a proof, an incident, a file, a mail."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import select

from app.actions.care import note_pause
from app.actions.documents import keep_signed_copy
from app.actions.incidents import report_incident
from app.actions.notices import keep_proof
from app.actions.retention import hold_back
from app.records import (
    Document,
    EndNotice,
    Identity,
    Incident,
    NoticeProof,
    Passkey,
    Review,
    SignedCopy,
    TakeOver,
    Task,
    Trajectory,
    UserSession,
)
from app.records.database import let_go, reading, writing
from app.rules.escalation import Report
from tests import sheet
from tests.cast import Stage, refurnish

PDF = b"%PDF-1.7 a paper"
Dossier = tuple[Stage, dict[str, object]]  # the region, and the value of each name in an address


@pytest.fixture(scope="module")
def dossier(furnished: Stage) -> Iterator[Dossier]:
    """One for all tests of a module."""
    region = refurnish(furnished)
    region.answers["decide_conversion"] = {"outcome": "do_not_convert"}
    trajectory = region.at("record_receipt")
    with region.app.app_context():
        ids = _fill(region, trajectory)
    del region.answers["decide_conversion"]
    yield region, ids


def _fill(region: Stage, trajectory: UUID) -> dict[str, object]:
    officer, lead = region.desk("housing_officer"), region.desk("team_lead")
    told = "Harde muziek.", "Melding van buren.", ("neighbours",)
    report = Report(region.today, "no_nuisance", *told, "conversation", "")
    report_incident(officer, trajectory, report)
    paper = _one(select(Document.id).where(Document.name == "fixed_term_lease"))
    keep_signed_copy(officer, paper, "lease.pdf", PDF)
    notice = _one(select(EndNotice.id))
    keep_proof(officer, notice, PDF)
    browser = region.browser("team_lead")
    file = (io.BytesIO(sheet.as_xlsx(sheet.forty(region.today))), "veertig.xlsx")
    browser.post("/trajectories/take-over", data={"file": file}, content_type="multipart/form-data")
    note_pause(region.desk("support_worker"), trajectory, region.today, None)
    hold = hold_back(officer, trajectory, "tenancy", "Er loopt een rechtszaak.")
    mail = region.app.extensions["voorwaarts.config"].mail / "20260101-090000-000000.eml"
    mail.write_text("Subject: A reminder\n\nThere is a review soon.\n")
    assert lead.actor is not None
    return {
        "trajectory_id": trajectory,
        "task_id": _one(select(Task.id).where(Task.name == "record_receipt")),
        "document_id": paper,
        "copy_id": _one(select(SignedCopy.id)),
        "review_id": _one(select(Review.id).order_by(Review.planned_on)),
        "incident_id": _one(select(Incident.id)),
        "notice_id": notice,
        "proof_id": _one(select(NoticeProof.id)),
        "take_over_id": _one(select(TakeOver.id)),
        "session_id": _one(select(UserSession.id).where(UserSession.user_id == lead.actor.id)),
        "passkey_id": _passkey(lead.actor.id),
        "row_id": lead.actor.id,
        "organisation_id": lead.actor.organisation_id,
        "hold_id": hold,
        "person_id": _one(select(Trajectory.tenant_id)),
        "kept": "tenancy",
        "kind": "people",
        "drawing": "conditional_tenancy",
        "name": mail.stem,
        "filename": "mark.svg",
        "token": "0" * 64,
    }


def _passkey(user_id: UUID) -> UUID:
    key = {"credential": b"one", "public_key": b"", "uses": 0, "browser": "a browser", "added_on": date(2026, 1, 5)}
    let_go()
    pin = {"issuer": "https://id.example.invalid", "subject": "one", "since": date(2026, 1, 5)}
    with writing() as session:
        session.add(Passkey(id=user_id, user_id=user_id, **key))
        session.add(Identity(id=user_id, user_id=user_id, **pin))
        session.commit()
    return user_id


def _one(query: object) -> UUID:
    found = reading().scalars(query.limit(1)).one()  # type: ignore[attr-defined]
    assert isinstance(found, UUID)
    return found
