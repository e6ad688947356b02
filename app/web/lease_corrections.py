"""Correcting the days of a signed lease: the days on paper, what moves, then a second person's task."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.actions.lease_corrections import LONGEST_REASON, propose_correction
from app.errors import Fault, Invalid, NotFound
from app.records.ledger import Ledger
from app.records.legal_dates import waiting_correction
from app.rules import forms
from app.rules import lease_correction as rules
from app.rules.permissions import PART_OF_ROLE, Viewer, may_correct_lease
from app.web.desk import desk, house, the_viewer, today
from app.web.doors import enter
from app.web.filling import Filling
from app.web.folder import opened
from app.web.moved_dates import moved_dates
from app.web.sentences import N_

blueprint = Blueprint("lease_corrections", __name__)


@blueprint.get("/trajectories/<uuid:trajectory_id>/lease-correction")
@enter(*PART_OF_ROLE)
def page(trajectory_id: UUID) -> ResponseReturnValue:
    ledger, bar = _opened(trajectory_id)
    if bar:
        return _back(trajectory_id)
    case = ledger.case()
    kept = {name: [getattr(case, name).isoformat()] for name in rules.DAYS}
    return _page(ledger, kept)


@blueprint.post("/trajectories/<uuid:trajectory_id>/lease-correction")
@enter(*PART_OF_ROLE)
def propose(trajectory_id: UUID) -> ResponseReturnValue:
    """First shown to be checked; done when it comes back with the tick of the second page."""
    ledger, bar = _opened(trajectory_id)
    if bar:
        return _back(trajectory_id)
    given = request.form.to_dict(flat=False)
    if request.form.get("back"):
        return _page(ledger, given)
    read = forms.read(_form(), given, {}, today=today())
    named = {fault.field for fault in read.faults}
    judged = rules.faults(read.answers, ledger.case(), today())
    faults = [*read.faults, *(fault for fault in judged if fault.field not in named)]
    if not faults and not request.form.get("checked"):
        return _check(ledger, read.answers)
    if not faults:
        try:
            propose_correction(desk(), trajectory_id, read.answers, read.answers["reason"])
            flash(gettext("It is proposed. Nothing moves before a second person has laid the lease beside it."), "ok")
            return _back(trajectory_id)
        except Invalid as refused:
            faults = refused.faults
    return _page(ledger, given, faults), 422


def barred(viewer: Viewer, ledger: Ledger) -> str | None:
    """Why this person can't propose a correction now, as a code; "" when they can, None when it is not theirs."""
    if not may_correct_lease(viewer) or ledger.trajectory.signed_on is None:
        return None
    waits = waiting_correction(ledger.session, ledger.trajectory.id) is not None
    return rules.barred(ledger.case()) or ("correction_is_waiting" if waits else "")


def _opened(trajectory_id: UUID) -> tuple[Ledger, str]:
    ledger = opened(trajectory_id, "lease")
    bar = barred(the_viewer(), ledger)
    if bar is None:
        raise NotFound("no_such_trajectory")
    return ledger, bar


def _back(trajectory_id: UUID) -> ResponseReturnValue:
    """To the dates, which say why nothing can be proposed now."""
    return redirect(url_for("legal_dates.page", trajectory_id=trajectory_id), 303)


def _form() -> dict[str, Any]:
    """The questions of signing, and why they are asked again."""
    signing = house().form("sign_lease")
    return {
        **signing,
        "properties": {**signing["properties"], "reason": REASON},
        "required": [*signing["required"], "reason"],
    }


def _page(ledger: Ledger, given: Mapping[str, list[str]], faults: Sequence[Fault] = ()) -> str:
    filling = Filling(forms.fields(_form(), {}), given, faults)
    return render_template(
        "lease_corrections/page.html", row=ledger.trajectory, filling=filling, faults=bool(faults)
    )


def _check(ledger: Ledger, answers: Mapping[str, Any]) -> str:
    case, settings = ledger.case(), ledger.settings
    signed_on, first, last = (date.fromisoformat(answers[name]) for name in rules.DAYS)
    after = rules.corrected(case, signed_on, first, last, settings)
    return render_template(
        "lease_corrections/check.html",
        row=ledger.trajectory,
        moved=moved_dates(case, after, today(), settings),
        kept=[(name, answers[name]) for name in (*rules.DAYS, "reason")],
        reason=answers["reason"],
    )


REASON = {
    "title": N_("What went wrong?"),
    "description": N_("For example: the last day was copied from the draft. Everybody who takes part can read this."),
    "type": "string",
    "minLength": 1,
    "maxLength": LONGEST_REASON,
    "x-widget": "textarea",
}
