"""The end-of-term notices of a trajectory with their proofs: read, added and downloaded; never sent from here."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.wrappers import Response

from app import files, scans
from app.actions.notices import PAPER, find_notice, find_proof, keep_proof
from app.errors import Fault, Invalid, NotFound
from app.records import NoticeProof
from app.records.database import reading
from app.records.dossiers import names_of, proofs_of
from app.records.ledger import Ledger
from app.rules import notice
from app.rules.permissions import may_keep_proof, may_see_document
from app.web import sentences
from app.web.desk import desk, house, the_viewer, today
from app.web.doors import enter
from app.web.folder import opened
from app.web.looks import showing
from app.web.notice_lines import to_tenants
from app.web.words import day

blueprint = Blueprint("notices", __name__)

READERS = ("housing_officer", "team_lead")
LARGEST = 10_000_000  # bytes; the whole request may be 12 MB


@blueprint.get("/trajectories/<uuid:trajectory_id>/notices")
@enter(*READERS)
def page(trajectory_id: UUID) -> ResponseReturnValue:
    return _page(_opened(trajectory_id))


@blueprint.post("/notices/<uuid:notice_id>/proofs")
@enter(*READERS)
def add_proof(notice_id: UUID) -> ResponseReturnValue:
    row = find_notice(reading(), the_viewer(), desk(), notice_id)
    given = request.files.get("file")
    content = given.stream.read(LARGEST + 1) if given is not None else b""
    try:
        if len(content) > LARGEST:
            raise Invalid(faults=[Fault("file", "copy_too_large", {"megabytes": LARGEST // 1_000_000})])
        keep_proof(desk(), notice_id, content)
    except Invalid as refused:
        return _page(_opened(row.trajectory_id), refused.faults, notice_id), 422
    flash(gettext("The proof is kept beside the notice."), "ok")
    return redirect(f"{url_for('notices.page', trajectory_id=row.trajectory_id)}#n-{notice_id}", 303)


@blueprint.get("/notices/proofs/<uuid:proof_id>")
@enter(*READERS)
def proof(proof_id: UUID) -> Response:
    """Always a download, never shown within a page of ours, and called by reference and not by name."""
    row, trajectory = find_proof(reading(), the_viewer(), desk(), proof_id)
    showing(trajectory.id)
    content = files.read(house().cabinet, row.content_hash)
    name = f"{trajectory.reference}-end-notice-proof-{row.content_hash[:6]}.{_ending(row)}"
    return send_file(BytesIO(content), mimetype=row.media_type, as_attachment=True, download_name=name)


def _opened(trajectory_id: UUID) -> Ledger:
    ledger = opened(trajectory_id, "decision")
    if not may_see_document(the_viewer().part, PAPER):
        raise NotFound("no_such_trajectory")
    return ledger


def _ending(row: NoticeProof) -> str:
    return next(kind.ending for kind in scans.KINDS if kind.media_type == row.media_type)


def _page(ledger: Ledger, faults: Sequence[Fault] = (), at: UUID | None = None) -> str:
    proofs = proofs_of([one.id for one in ledger.notices])
    return render_template(
        "notices/page.html",
        row=ledger.trajectory,
        tenants=to_tenants(ledger, today()),
        sentence=_sentence(ledger),
        proofs=proofs,
        ending=_ending,
        names=names_of(one.by_id for several in proofs.values() for one in several),
        may_keep=may_keep_proof(the_viewer()),
        largest=LARGEST,
        summary=[(f"#file-{at}", sentences.fault(one, gettext("Scan or photo of the proof"))) for one in faults],
        fault_at=at,
        faults=bool(faults),
    )


def _sentence(ledger: Ledger) -> str:
    last = ledger.trajectory.last_day
    if last is None:
        return ""
    safe = notice.window(last)
    return str(
        gettext(
            "Each tenant has a notice of their own. It counts when it is received from %(first)s up to and including "
            "%(last)s; without proof it does not count.",
            first=day(safe.safe_first),
            last=day(safe.safe_last),
        )
    )
