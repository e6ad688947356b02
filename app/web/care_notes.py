"""Noting that guidance stops or pauses: on which days, and why as a code with what follows. Never a reason in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.actions.care import end_pause, note_care_end, note_pause
from app.errors import Fault, Invalid, NotFound
from app.records.ledger import Ledger
from app.rules import care_end, forms
from app.rules.forms import Choice
from app.rules.permissions import PART_OF_ROLE
from app.web.care_lines import care
from app.web.desk import desk, the_viewer, today
from app.web.doors import enter
from app.web.filling import Filling
from app.web.folder import opened
from app.web.sentences import N_

blueprint = Blueprint("care_notes", __name__)

# Each way says in one sentence what follows, and that the lease goes on.
WAYS: Mapping[str, str] = {
    "goals_met": N_(
        "The goals are met. The condition to accept guidance lapses from that day, the association tells the tenant, "
        "and the lease goes on."
    ),
    "refused": N_(
        "The tenant refuses guidance. The association talks with the tenant and weighs whether to report an incident; "
        "refusing never ends the lease by itself, and it goes on."
    ),
    "provider_stops": N_(
        "The care provider stops or goes bankrupt. The condition is suspended, for it is not the tenant’s fault; the "
        "municipality finds another provider, and the lease goes on."
    ),
    "decision_ends": N_(
        "The care decision (Wmo) ends. The municipality renews it, arranges other support or ends guidance, and the "
        "lease goes on."
    ),
}
FOLLOWS: Mapping[str, tuple[str, ...]] = {
    "goals_met": (
        N_("From that day the condition to accept guidance no longer counts. It stays visible."),
        N_("The housing association gets a task: confirm it to the tenant."),
        N_("The lease goes on, and the other conditions stay."),
    ),
    "refused": (
        N_("The municipality gets a message."),
        N_("The housing association gets a task: talk with the tenant and weigh whether to report an incident."),
        N_("The condition stays. Refusing never ends the lease by itself."),
    ),
    "provider_stops": (
        N_("From that day the condition to accept guidance does not count until another provider has taken over."),
        N_("The municipality gets a task: find another care provider, within two weeks."),
        N_("When that provider takes over, dossier and open tasks move to it; the old one no longer sees them."),
        N_("The lease goes on."),
    ),
    "decision_ends": (
        N_("The municipality gets a task: renew the decision, arrange other support or end guidance."),
        N_("Nothing changes for the tenant before that. The lease goes on."),
    ),
}
DAY: dict[str, Any] = {"type": "string", "format": "date"}
END: dict[str, Any] = {
    "type": "object",
    "properties": {
        "why": {"title": N_("Why does guidance stop?"), "type": "string", "x-choices": "ways"},
        "on": {
            "title": N_("On which day does it stop?"),
            "description": N_("The first day without guidance. It may lie ahead."),
            **DAY,
        },
    },
    "required": ["why", "on"],
}
PAUSE: dict[str, Any] = {
    "type": "object",
    "properties": {
        "since": {"title": N_("From which day does guidance pause?"), **DAY},
        "until": {
            "title": N_("Up to and including which day?"),
            "description": N_("Leave this open when nobody knows yet."),
            **DAY,
        },
    },
    "required": ["since"],
}
RESUMED: dict[str, Any] = {
    "type": "object",
    "properties": {
        "until": {"title": N_("What was the last day of the pause?"), "x-past": True, **DAY},
    },
    "required": ["until"],
}


@blueprint.get("/trajectories/<uuid:trajectory_id>/guidance-end")
@enter(*PART_OF_ROLE)
def end_page(trajectory_id: UUID) -> ResponseReturnValue:
    return _end_page(_opened(trajectory_id, "may_note_end"), {})


@blueprint.post("/trajectories/<uuid:trajectory_id>/guidance-end")
@enter(*PART_OF_ROLE)
def end(trajectory_id: UUID) -> ResponseReturnValue:
    """First shown to be checked; done when it comes back with the tick of the second page."""
    ledger = _opened(trajectory_id, "may_note_end")
    if request.form.get("back"):
        return _end_page(ledger, request.form)
    read = forms.read(END, request.form.to_dict(flat=False), _ways(), today=today())
    row, faults = ledger.trajectory, list(read.faults)
    assert row.last_day is not None  # there is a lease
    if not faults:
        why, on = str(read.answers["why"]), date.fromisoformat(read.answers["on"])
        faults = care_end.faults(why, on, ledger.care_began, row.last_day)
        if not faults and not request.form.get("checked"):
            return render_template("care_notes/check.html", row=row, why=why, on=on, follows=FOLLOWS[why])
        if not faults:
            note_care_end(desk(), trajectory_id, why, on)
            flash(gettext("It is noted. What follows from it stands under the open tasks."), "ok")
            return _back(trajectory_id)
    return _end_page(ledger, request.form, faults), 422


@blueprint.get("/trajectories/<uuid:trajectory_id>/guidance-pauses/new")
@enter(*PART_OF_ROLE)
def pause_page(trajectory_id: UUID) -> ResponseReturnValue:
    return _pause_page(_opened(trajectory_id, "may_note_pause"), PAUSE)


@blueprint.post("/trajectories/<uuid:trajectory_id>/guidance-pauses/new")
@enter(*PART_OF_ROLE)
def pause(trajectory_id: UUID) -> ResponseReturnValue:
    ledger = _opened(trajectory_id, "may_note_pause")
    read = forms.read(PAUSE, request.form.to_dict(flat=False), {}, today=today())
    faults = list(read.faults)
    if not faults:
        since, until = date.fromisoformat(read.answers["since"]), read.answers.get("until")
        try:
            note_pause(desk(), trajectory_id, since, date.fromisoformat(until) if until else None)
            flash(gettext("The pause is noted. The lease and the reviews stay where they are."), "ok")
            return _back(trajectory_id)
        except Invalid as refused:
            faults = refused.faults
    return _pause_page(ledger, PAUSE, faults), 422


@blueprint.get("/trajectories/<uuid:trajectory_id>/guidance-pauses/end")
@enter(*PART_OF_ROLE)
def resume_page(trajectory_id: UUID) -> ResponseReturnValue:
    return _pause_page(_opened(trajectory_id, "may_end_pause"), RESUMED)


@blueprint.post("/trajectories/<uuid:trajectory_id>/guidance-pauses/end")
@enter(*PART_OF_ROLE)
def resume(trajectory_id: UUID) -> ResponseReturnValue:
    ledger = _opened(trajectory_id, "may_end_pause")
    read = forms.read(RESUMED, request.form.to_dict(flat=False), {}, today=today())
    faults = list(read.faults)
    if not faults:
        try:
            end_pause(desk(), trajectory_id, date.fromisoformat(read.answers["until"]))
            flash(gettext("Guidance goes on again."), "ok")
            return _back(trajectory_id)
        except Invalid as refused:
            faults = refused.faults
    return _pause_page(ledger, RESUMED, faults), 422


def _opened(trajectory_id: UUID, what: str) -> Ledger:
    """The dossier, where this person may do this now."""
    ledger = opened(trajectory_id, "conditions")
    found = care(ledger, the_viewer())
    if found is None or not getattr(found, what):
        raise NotFound("no_such_trajectory")
    return ledger


def _ways() -> dict[str, list[Choice]]:
    return {"ways": [Choice(why, str(gettext(WAYS[why]))) for why in care_end.whys(the_viewer())]}


def _end_page(ledger: Ledger, given: Mapping[str, Any], faults: Sequence[Fault] = ()) -> str:
    filling = Filling(forms.fields(END, _ways()), given, faults)
    return render_template("care_notes/end.html", row=ledger.trajectory, filling=filling, faults=bool(faults))


def _pause_page(ledger: Ledger, form: Mapping[str, Any], faults: Sequence[Fault] = ()) -> str:
    filling = Filling(forms.fields(form, {}), request.form, faults)
    goes_on = form is RESUMED
    return render_template(
        "care_notes/pause.html", row=ledger.trajectory, filling=filling, faults=bool(faults), goes_on=goes_on
    )


def _back(trajectory_id: UUID) -> ResponseReturnValue:
    return redirect(url_for("dossier.page", trajectory_id=trajectory_id), 303)
