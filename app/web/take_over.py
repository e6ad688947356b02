"""Taking over what runs already from a file: a template, a dry run with each fault on its line, then the doing of it.

For the team lead of a housing association. The leases are theirs and so is the file, which therefore holds nothing of
care; the application manager sees no dossier, and a file of forty dossiers is forty dossiers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app import sheets
from app.actions.taking_over import files
from app.actions.taking_over.looking import Told, decoded
from app.errors import Fault, Invalid, NotFound
from app.records import TakeOver
from app.records.database import reading
from app.records.take_overs import find, newest
from app.rules.take_over.columns import COLUMNS
from app.web import sentences
from app.web.desk import desk, the_viewer
from app.web.doors import enter
from app.web.take_over_words import example, explained, said

blueprint = Blueprint("take_over", __name__, url_prefix="/trajectories/take-over")

lead = "team_lead"
SHOWN = 200  # faults on the page; the file to download has all of them
OF_HEADINGS = ("column_of_bsn", "column_of_care", "column_twice", "columns_missing")


@blueprint.get("")
@enter(lead)
def page() -> ResponseReturnValue:
    return _page()


@blueprint.post("")
@enter(lead)
def put_in() -> ResponseReturnValue:
    """Look the file through; nothing is taken over yet."""
    given = request.files.get("file")
    content = given.read() if given is not None else b""
    try:
        if given is None or not content:
            raise Invalid(faults=[Fault("file", "missing")])
        take_over_id = files.put_in(desk(), given.filename or "", content)
    except Invalid as refused:
        return _page(refused.faults), 422
    return redirect(url_for("take_over.one", take_over_id=take_over_id), 303)


@blueprint.get("/template.xlsx")
@enter(lead)
def template_xlsx() -> ResponseReturnValue:
    """The headings, and a second sheet that says how each column is filled in."""
    head = [gettext("Column"), gettext("Needed"), gettext("How to fill it in"), gettext("Example")]
    needed = {True: gettext("yes"), False: gettext("no")}
    rows = [[one.heading, needed[one.needed], explained(one.code), example(one.code)] for one in COLUMNS]
    content = sheets.as_xlsx([
        (gettext("Trajectories"), [[one.heading for one in COLUMNS]]),
        (gettext("Explanation"), [head, *rows]),
    ])  # fmt: skip
    return _sent(content, sheets.XLSX, "voorwaarts-overname.xlsx")


@blueprint.get("/template.csv")
@enter(lead)
def template_csv() -> ResponseReturnValue:
    return _sent(sheets.as_csv([[one.heading for one in COLUMNS]]), "text/csv", "voorwaarts-overname.csv")


@blueprint.get("/<uuid:take_over_id>")
@enter(lead)
def one(take_over_id: UUID) -> ResponseReturnValue:
    row = _found(take_over_id)
    faults = [decoded(kept) for kept in row.faults["faults"]]
    return render_template(
        "take_over/file.html",
        row=row,
        faults=_lines(faults[:SHOWN]),
        headings_wrong=any(one.fault.code in OF_HEADINGS for one in faults),
        hidden=max(0, len(faults) - SHOWN),
        remarks=_lines([decoded(kept) for kept in row.faults["remarks"]]),
        unknown=row.faults["unknown"],
    )


@blueprint.post("/<uuid:take_over_id>")
@enter(lead)
def start(take_over_id: UUID) -> ResponseReturnValue:
    files.start(desk(), take_over_id)
    flash(gettext("The taking over has begun. You may leave this page: it goes on by itself."), "ok")
    return redirect(url_for("take_over.one", take_over_id=take_over_id), 303)


@blueprint.get("/<uuid:take_over_id>/faults.csv")
@enter(lead)
def faults_csv(take_over_id: UUID) -> ResponseReturnValue:
    """Every fault as a file, to go through beside the spreadsheet."""
    row = _found(take_over_id)
    head = [gettext("Line"), gettext("Column"), gettext("What it says"), gettext("What is wrong")]
    told = sorted(map(decoded, row.faults["faults"]), key=lambda one: one.line)
    rows = [[str(one.line), one.column, one.typed, said(one)] for one in told]
    return _sent(sheets.as_csv([head, *rows]), "text/csv", "voorwaarts-fouten.csv")


def _page(faults: Sequence[Fault] = ()) -> str:
    return render_template(
        "take_over/page.html",
        summary=[("#file", sentences.fault(one, gettext("The file"))) for one in faults],
        earlier=newest(the_viewer().organisation_id),
        largest=sheets.LARGEST_FILE,
        faults=bool(faults),
    )


def _found(take_over_id: UUID) -> TakeOver:
    row = find(reading(), the_viewer(), take_over_id)
    if row is None:
        raise NotFound("not_found")
    return row


def _lines(told: Sequence[Told]) -> list[Mapping[str, Any]]:
    return [
        {"line": one.line, "column": one.column, "typed": one.typed, "sentence": said(one)}
        for one in sorted(told, key=lambda one: one.line)
    ]


def _sent(content: bytes, media_type: str, name: str) -> ResponseReturnValue:
    return send_file(BytesIO(content), mimetype=media_type, as_attachment=True, download_name=name)
