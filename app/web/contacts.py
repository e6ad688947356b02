"""Noting a contact with the tenant: when and how. What was said is nobody else's, so there is no room for it."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.actions.silence import note_contact
from app.errors import Invalid, NotFound
from app.rules import forms
from app.rules.forms import Choice
from app.rules.permissions import PART_OF_ROLE, may_note_contact
from app.rules.silence import KINDS
from app.web.desk import desk, the_viewer, today
from app.web.doors import enter
from app.web.filling import Filling
from app.web.folder import opened
from app.web.sentences import N_
from app.web.words import first_capital, word

blueprint = Blueprint("contacts", __name__)

FORM: dict[str, Any] = {
    "type": "object",
    "properties": {
        "on": {"title": N_("When was the contact?"), "type": "string", "format": "date", "x-past": True},
        "kind": {
            "title": N_("What was it?"),
            "description": N_(
                "Only that there was contact is kept, for everybody who takes part; never what was said."
            ),
            "type": "string",
            "x-choices": "kinds",
        },
    },
    "required": ["on", "kind"],
}


@blueprint.get("/trajectories/<uuid:trajectory_id>/contacts/new")
@enter(*PART_OF_ROLE)
def page(trajectory_id: UUID) -> ResponseReturnValue:
    return _page(trajectory_id, Filling(forms.fields(FORM, _kinds())))


@blueprint.post("/trajectories/<uuid:trajectory_id>/contacts/new")
@enter(*PART_OF_ROLE)
def note(trajectory_id: UUID) -> ResponseReturnValue:
    read = forms.read(FORM, request.form.to_dict(flat=False), _kinds(), today=today())
    faults = list(read.faults)
    if not faults:
        try:
            note_contact(desk(), trajectory_id, date.fromisoformat(read.answers["on"]), read.answers["kind"])
            flash(gettext("The contact is noted."), "ok")
            return redirect(url_for("dossier.page", trajectory_id=trajectory_id), 303)
        except Invalid as refused:
            faults = refused.faults
    return _page(trajectory_id, Filling(forms.fields(FORM, _kinds()), request.form, faults)), 422


def _kinds() -> dict[str, list[Choice]]:
    return {"kinds": [Choice(kind, first_capital(word(kind, "contact"))) for kind in KINDS]}


def _page(trajectory_id: UUID, filling: Filling) -> str:
    row = opened(trajectory_id, "reviews").trajectory
    if not may_note_contact(the_viewer()) or row.closed_on is not None:
        raise NotFound("no_such_trajectory")
    return render_template("contacts/page.html", row=row, filling=filling, faults=bool(filling.summary))
