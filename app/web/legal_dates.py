"""Why a date is what it is: rule, what goes in, source, and the readings of the law; the page a lawyer prints."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from app.records.dossiers import moves_of, names_of
from app.records.legal_dates import corrections_of
from app.rules import notice
from app.rules.schedule import advice_due, advice_opens, decision_due
from app.web.clock_lines import clock_lines
from app.web.desk import the_viewer
from app.web.doors import enter, signed_in
from app.web.dossier import date_rows, stand
from app.web.folder import opened
from app.web.lease_corrections import barred
from app.web.own_spans import told
from app.web.sentences import sentence

blueprint = Blueprint("legal_dates", __name__)


@blueprint.get("/trajectories/<uuid:trajectory_id>/dates")
@enter(signed_in)
def page(trajectory_id: UUID) -> ResponseReturnValue:
    ledger = opened(trajectory_id, "dates")
    row, settings = ledger.trajectory, ledger.settings
    moves = moves_of(ledger.reviews)
    said = [(review, move) for review in ledger.reviews for move in moves.get(review.id, [])]
    dates = {}
    if row.first_day is not None and row.last_day is not None:
        dates = {
            "window": notice.window(row.last_day),
            "advice_opens": advice_opens(row.last_day, settings),
            "advice_due": advice_due(row.last_day, settings),
            "decision_due": decision_due(row.last_day, settings),
        }
    clock, old = clock_lines(ledger)
    may_correct = barred(the_viewer(), ledger)
    corrections = corrections_of(ledger.session, row.id)
    own = told(ledger)
    people = [move.by_id for _, move in said] + [one.by for one in old] + [one.approved_by for one in old]
    people += [one.proposed_by_id for one in corrections] + [one.by for one in own["span_changes"]]
    return render_template(
        "dossier/dates.html",
        row=row,
        settings=settings,
        rows=date_rows(stand(ledger, the_viewer())),
        moves=said,
        names=names_of(people),
        clock=clock,
        old=old,
        corrections=corrections,
        may_correct=may_correct,
        why_not=sentence(may_correct) if may_correct else "",
        **dates,
        **own,
    )
