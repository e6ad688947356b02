"""Putting right what is written of a person, with a reason; what stood there before stays to be read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.actions.rectification import FIELDS, LONGEST_REASON, correct_person, find_person
from app.errors import Fault, Invalid, NotFound
from app.records import Person
from app.records.dossiers import names_of
from app.records.ledger import Ledger
from app.records.people import corrections_of
from app.rules import forms
from app.rules.permissions import PART_OF_ROLE, may_correct_person
from app.web.beside import PERSON
from app.web.desk import desk, the_viewer, today
from app.web.doors import enter
from app.web.filling import Filling
from app.web.folder import opened
from app.web.sentences import N_

blueprint = Blueprint("rectify", __name__)

FORM: dict[str, Any] = {
    "type": "object",
    "properties": {
        **{name: {**PERSON["properties"][name], "description": ""} for name in FIELDS},  # type: ignore[index]
        "reason": {
            "title": N_("Why is it corrected?"),
            "description": N_("Everybody who takes part can read this, and what stood there before."),
            "type": "string",
            "minLength": 1,
            "maxLength": LONGEST_REASON,
            "x-widget": "textarea",
        },
    },
    "required": ["full_name", "reason"],
}


@blueprint.get("/trajectories/<uuid:trajectory_id>/people/<uuid:person_id>")
@enter(*PART_OF_ROLE)
def page(trajectory_id: UUID, person_id: UUID) -> ResponseReturnValue:
    ledger, person = _opened(trajectory_id, person_id)
    return _page(ledger, person, {name: _typed(person, name) for name in FIELDS})


@blueprint.post("/trajectories/<uuid:trajectory_id>/people/<uuid:person_id>")
@enter(*PART_OF_ROLE)
def correct(trajectory_id: UUID, person_id: UUID) -> ResponseReturnValue:
    ledger, person = _opened(trajectory_id, person_id)
    read = forms.read(FORM, request.form.to_dict(flat=False), {}, today=today())
    faults = list(read.faults)
    if not faults:
        try:
            correct_person(desk(), trajectory_id, person_id, read.answers, read.answers["reason"])
            flash(gettext("It is corrected. Letters and papers made from now on use it."), "ok")
            return redirect(url_for("rectify.page", trajectory_id=trajectory_id, person_id=person_id), 303)
        except Invalid as refused:
            faults = refused.faults
    return _page(ledger, person, request.form, faults), 422


def _opened(trajectory_id: UUID, person_id: UUID) -> tuple[Ledger, Person]:
    ledger = opened(trajectory_id)
    if not may_correct_person(the_viewer()):
        raise NotFound("no_such_person")
    return ledger, find_person(ledger, person_id)[0]


def _typed(person: Person, name: str) -> str:
    value = getattr(person, name)
    return str(value) if value is not None else ""


def _page(ledger: Ledger, person: Person, typed: Mapping[str, Any], faults: Sequence[Fault] = ()) -> str:
    corrections = corrections_of(ledger.session, person.id)
    return render_template(
        "rectify/page.html",
        row=ledger.trajectory,
        somebody=person,
        filling=Filling(forms.fields(FORM, {}), typed, faults),
        corrections=corrections,
        titles={name: FORM["properties"][name]["title"] for name in FIELDS},
        names=names_of(one.by_id for one in corrections),
        faults=bool(faults),
    )
