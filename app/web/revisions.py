"""The decision on conversion, every one there was, and proposing another; hearing and approval are tasks after that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.actions.revisions import LONGEST_REASON, barred, propose_revision
from app.errors import Fault, Invalid, NotFound
from app.records.ledger import Ledger
from app.rules import forms
from app.rules import revision as rules
from app.rules.forms import Choice
from app.rules.permissions import may_revise_decision
from app.web.about_revisions import consequences, decisions, proposals
from app.web.desk import desk, house, the_viewer, today
from app.web.doors import enter
from app.web.filling import Filling
from app.web.folder import opened
from app.web.sentences import N_, sentence
from app.web.words import first_capital, word

blueprint = Blueprint("revisions", __name__)

FORM: dict[str, Any] = {
    "type": "object",
    "properties": {
        "outcome": {"title": N_("What do you propose instead?"), "type": "string", "x-choices": "outcomes"},
        "reason": {
            "title": N_("Why must it be decided again?"),
            "description": N_("One or two sentences. The second person reads this, and so may the tenant."),
            "type": "string",
            "minLength": 1,
            "maxLength": LONGEST_REASON,
            "x-widget": "textarea",
        },
    },
    "required": ["outcome", "reason"],
}


@blueprint.get("/trajectories/<uuid:trajectory_id>/decisions")
@enter("housing_officer", "team_lead")
def page(trajectory_id: UUID) -> ResponseReturnValue:
    return _page(_opened(trajectory_id))


@blueprint.post("/trajectories/<uuid:trajectory_id>/decisions")
@enter("housing_officer", "team_lead")
def propose(trajectory_id: UUID) -> ResponseReturnValue:
    ledger = _opened(trajectory_id)
    given = request.form.to_dict(flat=False)
    read = forms.read(FORM, given, _outcomes(ledger), today=today())
    faults = list(read.faults)
    if not faults:
        try:
            propose_revision(desk(), trajectory_id, read.answers["outcome"], read.answers["reason"])
            flash(gettext("It is proposed. The decision stays in force until a second person approves another."), "ok")
            return redirect(url_for("revisions.page", trajectory_id=trajectory_id), 303)
        except Invalid as refused:
            faults = refused.faults
    return _page(ledger, given, faults), 422


def _opened(trajectory_id: UUID) -> Ledger:
    ledger = opened(trajectory_id, "decision")
    if not any(row.verdict == "approve" for row in ledger.decisions):
        raise NotFound("no_such_trajectory")
    return ledger


def _outcomes(ledger: Ledger) -> dict[str, list[Choice]]:
    """Every outcome but the one in force; another fixed term is none. What is too late is refused with the reason."""
    case = ledger.case()
    now = case.decision.outcome if case.decision else ""
    open_ = [one for one in rules.OUTCOMES if one != now]
    return {"outcomes": [Choice(one, first_capital(word(one, "outcome"))) for one in open_]}


def _page(ledger: Ledger, given: Mapping[str, list[str]] | None = None, faults: Sequence[Fault] = ()) -> str:
    case, why_not = ledger.case(), barred(house(), ledger, today())
    filling = Filling(forms.fields(FORM, _outcomes(ledger)), given, faults)
    return render_template(
        "revisions/page.html",
        row=ledger.trajectory,
        decisions=decisions(ledger),
        proposals=proposals(ledger),
        filling=filling,
        faults=bool(faults),
        may_propose=may_revise_decision(the_viewer()) and not why_not,
        why_not=sentence(why_not) if why_not else "",
        consequences=list(consequences(case, today(), ledger.settings)) if not why_not else [],
    )
