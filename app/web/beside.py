"""The people of a dossier: who stands beside the tenant, and who is one's own contact; never who takes part."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.actions.trajectories import add_beside, change_contact
from app.errors import Fault, Invalid, NotFound
from app.records.dossiers import colleagues
from app.records.ledger import Ledger
from app.rules import forms
from app.rules.forms import Choice
from app.rules.permissions import PART_OF_ROLE, Viewer
from app.web.desk import as_uuid, desk, the_viewer, today
from app.web.doors import enter
from app.web.dossier import live_parts
from app.web.filling import Filling
from app.web.folder import opened
from app.web.sentences import N_
from app.web.words import word

blueprint = Blueprint("beside", __name__)

LINE = {"type": "string", "maxLength": 200}
PERSON = {
    "type": "object",
    "properties": {
        "kind": {
            "title": N_("Who is it?"),
            "description": N_(
                "A co-tenant gets every legal letter too. Who is married to the tenant or registered as a partner and "
                "lives there is a co-tenant by law (Civil Code 7:266). A curator and an administrator get the legal "
                "letters as well; an end-of-term notice counts only when the curator received it in time too."
            ),
            "type": "string",
            "oneOf": [
                {"const": "co_tenant", "title": N_("Co-tenant")},
                {"const": "partner", "title": N_("Spouse or registered partner who lives there")},
                {"const": "administrator", "title": N_("Administrator")},
                {"const": "budget_manager", "title": N_("Budget manager")},
                {"const": "curator", "title": N_("Curator (guardian)")},
                {"const": "mentor", "title": N_("Mentor")},
            ],
        },
        "full_name": {"title": N_("Name"), **LINE, "minLength": 1},
        "birth_date": {
            "title": N_("Date of birth"),
            "description": N_("Of a co-tenant: by name and date of birth we see whether there is another lease."),
            "type": "string",
            "format": "date",
            "x-past": True,
        },
        "salutation": {
            "title": N_("Salutation"),
            "description": N_("What follows “Dear” in a letter, for example: mevrouw Voorbeeld."),
            "type": "string",
            "maxLength": 60,
        },
        "organisation_name": {
            "title": N_("Organisation"),
            "description": N_("Of the curator, administrator or manager."),
            **LINE,
        },
        "phone": {"title": N_("Telephone"), "type": "string", "maxLength": 60},
        "email": {"title": N_("E-mail address"), **LINE},
        "address": {"title": N_("Street and number"), **LINE},
        "postcode": {"title": N_("Postcode"), "type": "string", "maxLength": 60},
        "city": {"title": N_("Town"), **LINE},
    },
    "required": ["kind", "full_name"],
}
CONTACT = {
    "type": "object",
    "properties": {
        "to": {"title": N_("Who becomes the contact?"), "type": "string", "x-choices": "colleagues"},
        "reason": {"title": N_("Why?"), "type": "string", "minLength": 1, "maxLength": 200},
    },
    "required": ["to", "reason"],
}


@blueprint.get("/trajectories/<uuid:trajectory_id>/people")
@enter(*PART_OF_ROLE)
def page(trajectory_id: UUID) -> ResponseReturnValue:
    return _page(trajectory_id)


@blueprint.post("/trajectories/<uuid:trajectory_id>/people")
@enter(*PART_OF_ROLE)
def add(trajectory_id: UUID) -> ResponseReturnValue:
    _opened(trajectory_id)
    read = forms.read(PERSON, request.form.to_dict(flat=False), {}, today=today())
    faults = list(read.faults)
    if not faults:
        try:
            add_beside(desk(), trajectory_id, str(read.answers["kind"]), read.answers)
            flash(gettext("%(name)s stands beside the tenant now.", name=read.answers["full_name"]), "ok")
            return redirect(url_for("beside.page", trajectory_id=trajectory_id), 303)
        except Invalid as refused:
            faults = refused.faults
    return _page(trajectory_id, person=faults), 422


@blueprint.post("/trajectories/<uuid:trajectory_id>/contact")
@enter(*PART_OF_ROLE)
def contact(trajectory_id: UUID) -> ResponseReturnValue:
    _opened(trajectory_id)
    choices = {"colleagues": _colleagues(the_viewer())}
    read = forms.read(CONTACT, request.form.to_dict(flat=False), choices, today=today())
    faults, to = list(read.faults), as_uuid(str(read.answers.get("to", "")))
    if not faults and to is not None:
        try:
            change_contact(desk(), trajectory_id, to, read.answers["reason"])
            flash(gettext("The contact of your organisation has changed."), "ok")
            return redirect(url_for("beside.page", trajectory_id=trajectory_id), 303)
        except Invalid as refused:
            faults = refused.faults
    return _page(trajectory_id, contact=faults), 422


def _opened(trajectory_id: UUID) -> Ledger:
    """The urgency office does not keep these people."""
    ledger = opened(trajectory_id)
    if the_viewer().part == "urgency_office":
        raise NotFound("no_such_trajectory")
    return ledger


def _page(trajectory_id: UUID, person: Sequence[Fault] = (), contact: Sequence[Fault] = ()) -> str:
    ledger = _opened(trajectory_id)
    person_form = Filling(forms.fields(PERSON, {}), request.form if person else {}, person)
    choices = {"colleagues": _colleagues(the_viewer())}
    contact_form = Filling(forms.fields(CONTACT, choices), request.form if contact else {}, contact)
    return render_template(
        "beside/page.html",
        row=ledger.trajectory,
        ledger=ledger,
        parties=live_parts(ledger),
        person_form=person_form,
        contact_form=contact_form,
        summary=person_form.summary or contact_form.summary,
        faults=bool(person or contact),
    )


def _colleagues(viewer: Viewer) -> list[Choice]:
    """Everybody at one's own organisation who does work in trajectories."""
    people = [one for one in colleagues(viewer.organisation_id) if one.role in PART_OF_ROLE]
    return [Choice(str(one.id), f"{one.name}, {word(one.role, 'role')}") for one in people]
