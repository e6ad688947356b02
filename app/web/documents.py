"""The papers of a dossier: read, made again, signed copies added; only those the viewer's part may see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.wrappers import Response

from app import files, pdf
from app.actions.documents import file_document, find_document, find_signed_copy, keep_signed_copy, make_again
from app.actions.letters import WORD
from app.errors import Fault, Invalid, NotReady, Refused
from app.records import Document, Trajectory
from app.records.database import reading
from app.records.dossiers import documents_of, names_of, signed_copies
from app.records.ledger import Ledger
from app.rules.permissions import may_see_document
from app.web import sentences
from app.web.desk import desk, house, the_viewer
from app.web.doors import enter, signed_in
from app.web.dossier import names_beside
from app.web.folder import opened
from app.web.labels import document_title
from app.web.looks import showing

blueprint = Blueprint("documents", __name__)

LARGEST_COPY = 10_000_000  # bytes; the whole request may be 12 MB


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper with its versions beside each other, the newest first."""

    title: str
    versions: list[Document]


@blueprint.get("/trajectories/<uuid:trajectory_id>/documents")
@enter(signed_in)
def all_of(trajectory_id: UUID) -> ResponseReturnValue:
    return _page(opened(trajectory_id, "documents"))


@blueprint.get("/documents/<uuid:document_id>")
@enter(signed_in)
def word_file(document_id: UUID) -> ResponseReturnValue:
    document, trajectory, content = _filed(document_id)
    return _sent(content, WORD, file_name(trajectory, document, "docx"))


@blueprint.get("/documents/<uuid:document_id>.pdf")
@enter(signed_in)
def pdf_file(document_id: UUID) -> ResponseReturnValue:
    document, trajectory, content = _filed(document_id)
    try:
        made = pdf.convert(content)
    except Refused as refused:
        return _without_pdf(document, trajectory, refused)
    return _sent(made, "application/pdf", file_name(trajectory, document, "pdf"))


@blueprint.post("/documents/<uuid:document_id>/versions")
@enter(signed_in)
def next_version(document_id: UUID) -> ResponseReturnValue:
    """A person waits, so the new version is filled at once."""
    new = make_again(desk(), document_id)
    file_document(desk(), new)
    document, _ = find_document(reading(), the_viewer(), desk(), new)
    flash(gettext("Version %(num)s stands beside the earlier one.", num=document.version), "ok")
    return _back(document)


@blueprint.post("/documents/<uuid:document_id>/signed-copies")
@enter(signed_in)
def add_signed_copy(document_id: UUID) -> ResponseReturnValue:
    document, _ = find_document(reading(), the_viewer(), desk(), document_id)
    given = request.files.get("file")
    content = given.stream.read(LARGEST_COPY + 1) if given is not None else b""
    try:
        if len(content) > LARGEST_COPY:
            raise Invalid(faults=[Fault("file", "copy_too_large", {"megabytes": LARGEST_COPY // 1_000_000})])
        keep_signed_copy(desk(), document_id, given.filename or "" if given is not None else "", content)
    except Invalid as refused:
        return _page(opened(document.trajectory_id, "documents"), refused.faults, document_id), 422
    flash(gettext("The signed copy is kept beside the document."), "ok")
    return _back(document)


@blueprint.get("/documents/signed/<uuid:copy_id>")
@enter(signed_in)
def signed_copy(copy_id: UUID) -> ResponseReturnValue:
    copy = find_signed_copy(reading(), the_viewer(), desk(), copy_id)
    document, trajectory = find_document(reading(), the_viewer(), desk(), copy.document_id)
    showing(trajectory.id)
    ending = copy.file_name.rpartition(".")[2]
    stem = file_name(trajectory, document, "").rstrip(".")
    return _sent(files.read(house().cabinet, copy.content_hash), copy.media_type, f"{stem}-signed.{ending}")


def file_name(trajectory: Trajectory, document: Document, ending: str) -> str:
    """What a downloaded file is called: reference, paper and version, never the name of a person."""
    kind, _, number = document.occasion.partition("_")
    of = f"-{kind}-{number}" if kind in ("month", "draft") else ""
    of += f"-{document.language}" if document.language != "nl" else ""
    return f"{trajectory.reference}-{document.name.replace('_', '-')}{of}-v{document.version}.{ending}"


def _filed(document_id: UUID) -> tuple[Document, Trajectory, bytes]:
    """The document and what it holds; one that was only ordered is made now, because a person waits."""
    document, trajectory = find_document(reading(), the_viewer(), desk(), document_id)
    if document.state != "filed":
        file_document(desk(), document_id)
        document, trajectory = find_document(reading(), the_viewer(), desk(), document_id)
    if document.state != "filed":
        raise NotReady("document_failed")
    showing(trajectory.id)
    return document, trajectory, files.read(house().cabinet, document.content_hash)


def _sent(content: bytes, media_type: str, name: str) -> Response:
    return send_file(BytesIO(content), mimetype=media_type, as_attachment=True, download_name=name)


def _without_pdf(document: Document, trajectory: Trajectory, refused: Refused) -> tuple[str, int]:
    """No PDF: say why and what to install, and give the Word file instead."""
    missing = refused.code == "pdf_not_available"
    page = render_template("documents/no_pdf.html", document=document, row=trajectory, missing=missing)
    return page, 503 if missing else 500


def _back(document: Document) -> ResponseReturnValue:
    return redirect(f"{url_for('documents.all_of', trajectory_id=document.trajectory_id)}#d-{document.id}", 303)


def _page(ledger: Ledger, faults: Sequence[Fault] = (), at: UUID | None = None) -> str:
    viewer = the_viewer()
    seen = [one for one in documents_of(ledger.trajectory.id) if may_see_document(viewer.part, one.name)]
    copies = signed_copies(seen)
    return render_template(
        "documents/page.html",
        row=ledger.trajectory,
        papers=_papers(seen, ledger),
        copies=copies,
        names=names_of(copy.by_id for several in copies.values() for copy in several),
        pdf_available=pdf.available(),
        largest=LARGEST_COPY,
        summary=[(f"#file-{at}", sentences.fault(one)) for one in faults],
        fault_at=at,
        faults=bool(faults),
    )


def _papers(seen: list[Document], ledger: Ledger) -> list[Paper]:
    people = names_beside(ledger)
    found: dict[tuple[str, str, str], list[Document]] = {}
    for document in seen:
        found.setdefault((document.name, document.occasion, document.language), []).append(document)
    return [
        Paper(document_title(several[0], people), sorted(several, key=lambda one: -one.version))
        for several in found.values()
    ]
