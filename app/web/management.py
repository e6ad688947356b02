"""Management for the application manager: organisations, people, homes, and what got stuck; never a dossier."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _l

from app.actions.people import SHORTEST_PASSWORD, save_home, save_organisation, save_user
from app.actions.rounds import try_again
from app.errors import Fault, Invalid, NotFound
from app.records import Home, Organisation, User
from app.records.database import reading
from app.records.management import PAGE, homes, organisations, stuck, users
from app.rules import forms
from app.rules.forms import Choice
from app.rules.typed import looks_like_bsn
from app.web.desk import desk, today
from app.web.doors import enter
from app.web.filling import Filling
from app.web.labels import letter_reason
from app.web.management_forms import HOME, ORGANISATION, USER
from app.web.sentences import sentence
from app.web.words import word

blueprint = Blueprint("management", __name__)

manager = "application_manager"
Values = dict[str, str | list[str]]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of thing that is kept here: how it is called, its form, and how a row of it is typed back."""

    table: type[Organisation | User | Home]
    form: Mapping[str, Any]
    code: str
    new: LazyString
    change: LazyString
    button: LazyString
    typed: Callable[[Any], Values]
    save: Callable[[UUID | None, Mapping[str, Any]], UUID]


@blueprint.get("/management")
@enter(manager)
def page() -> ResponseReturnValue:
    return render_template(
        "management/page.html",
        organisations=organisations(),
        people=users()[1],
        homes=homes()[1],
        stuck=stuck(),
        letter_reason=letter_reason,
    )


@blueprint.post("/management/tries")
@enter(manager)
def again() -> ResponseReturnValue:
    try_again(desk())
    flash(gettext("The worker tries again what got stuck. Look here again in a minute."), "ok")
    return redirect(url_for("management.page"), 303)


@blueprint.get("/management/people")
@enter(manager)
def people() -> ResponseReturnValue:
    return _list("people", users)


@blueprint.get("/management/homes")
@enter(manager)
def dwellings() -> ResponseReturnValue:
    return _list("homes", homes)


@blueprint.get("/management/<kind>/new")
@enter(manager)
def new(kind: str) -> ResponseReturnValue:
    values: Values = {"language": "nl", "kind": "apartment", "active": "on"} if kind != "organisations" else {}
    return _form(_kind(kind), None, values)


@blueprint.get("/management/<kind>/<uuid:row_id>")
@enter(manager)
def change(kind: str, row_id: UUID) -> ResponseReturnValue:
    chosen = _kind(kind)
    row = reading().get(chosen.table, row_id)
    if row is None:
        raise NotFound("not_found")
    return _form(chosen, row_id, chosen.typed(row))


@blueprint.post("/management/<kind>/new")
@blueprint.post("/management/<kind>/<uuid:row_id>")
@enter(manager)
def save(kind: str, row_id: UUID | None = None) -> ResponseReturnValue:
    chosen = _kind(kind)
    read = forms.read(chosen.form, request.form.to_dict(flat=False), _choices(), today=today())
    faults = list(read.faults)
    if not faults:
        try:
            chosen.save(row_id, read.answers)
            flash(gettext("Saved."), "ok")
            return redirect(url_for(LISTS[kind]), 303)
        except Invalid as refused:
            faults = [_password_said(one) for one in refused.faults]
    return _form(chosen, row_id, request.form, faults), 422


def _password_said(fault: Fault) -> Fault:
    """The password has no field in the form's schema, so a missing one is said in its own words."""
    if fault.field == "password" and fault.code == "missing":
        return Fault("password", "password_too_short", {"min": SHORTEST_PASSWORD})
    return fault


def _list(kind: str, find: Callable[[str, int], tuple[Sequence[Any], int]]) -> str:
    words = request.args.get("q", "").strip()[:100]
    if looks_like_bsn(words):
        flash(sentence("bsn_is_not_searched"), "warning")
        words = ""
    page_number = max(request.args.get("page", 1, type=int), 1)
    rows, total = find(words, (page_number - 1) * PAGE)
    return render_template(
        f"management/{kind}.html",
        rows=rows,
        total=total,
        words=words,
        names={one.id: one.name for one in organisations()},
        number=page_number,
        last=max(1, ceil(total / PAGE)),
        address_of=lambda n: url_for(LISTS[kind], q=words or None, page=n),
    )


def _form(kind: Kind, row_id: UUID | None, values: Any, faults: Sequence[Fault] = ()) -> str:
    filling = Filling(forms.fields(kind.form, _choices()), values, faults)
    return render_template(
        "management/form.html",
        kind=kind,
        row_id=row_id,
        filling=filling,
        back=url_for(LISTS[kind.code]),
        faults=bool(faults),
    )


def _choices() -> dict[str, list[Choice]]:
    found = organisations()
    return {
        "organisations": [Choice(str(one.id), f"{one.name} ({word(one.kind, 'part')})") for one in found],
        "associations": [Choice(str(one.id), one.name) for one in found if one.kind == "association"],
    }


def _kind(code: str) -> Kind:
    if code not in KINDS:
        raise NotFound("not_found")
    return KINDS[code]


def _organisation(row: Organisation) -> Values:
    return {name: getattr(row, name) for name in ("kind", "name", "address", "postcode", "city", "phone", "email")}


def _user(row: User) -> Values:
    said: Values = {name: getattr(row, name) for name in ("name", "email", "role", "phone", "language")}
    ticked = {name: "on" for name in ("bundle_mail", "active") if getattr(row, name)}
    return {**said, "organisation_id": str(row.organisation_id), **ticked}


def _home(row: Home) -> Values:
    said: Values = {name: getattr(row, name) for name in ("street", "postcode", "city", "kind")}
    sums = {"rent": _typed_sum(row.rent_cents), "service_costs": _typed_sum(row.service_cents)}
    return {**said, **sums, "association_id": str(row.association_id)}


def _typed_sum(cents: int) -> str:
    return f"{cents // 100},{cents % 100:02d}"


def _save_organisation(row_id: UUID | None, answers: Mapping[str, Any]) -> UUID:
    return save_organisation(desk(), row_id, _texts(answers))


def _save_user(row_id: UUID | None, answers: Mapping[str, Any]) -> UUID:
    password = request.form.get("password", "")  # as typed: a password is never tidied up
    return save_user(desk(), row_id, {**_texts(answers), "password": password})


def _save_home(row_id: UUID | None, answers: Mapping[str, Any]) -> UUID:
    rent, service = (round(float(answers.get(name) or 0) * 100) for name in ("rent", "service_costs"))
    return save_home(desk(), row_id, _texts(answers), rent, service)


def _texts(answers: Mapping[str, Any]) -> dict[str, str]:
    """Everything as text, as these deeds take it; a box that is not ticked is empty."""
    return {name: "" if value in (None, False) else str(value) for name, value in answers.items()}


KINDS: Mapping[str, Kind] = {
    "organisations": Kind(
        Organisation, ORGANISATION, "organisations", _l("New organisation"), _l("Change the organisation"),
        _l("Save the organisation"), _organisation, _save_organisation,
    ),
    "people": Kind(
        User, USER, "people", _l("New person"), _l("Change the person"), _l("Save the person"), _user, _save_user
    ),
    "homes": Kind(Home, HOME, "homes", _l("New home"), _l("Change the home"), _l("Save the home"), _home, _save_home),
}  # fmt: skip
LISTS = {"organisations": "management.page", "people": "management.people", "homes": "management.dwellings"}
