"""Management for the application manager: organisations, people, homes, and what got stuck; never a dossier."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from math import ceil
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _l

from app import clock
from app.actions.identities import release as let_go_of_account
from app.actions.links import send_link
from app.actions.people import save_home, save_organisation, save_user
from app.actions.rounds import try_again
from app.actions.second_step import take_away
from app.errors import Fault, Invalid, NotAllowed, NotFound
from app.records import Home, Organisation, User
from app.records.account_mails import last_link
from app.records.database import reading
from app.records.identities import pinned_since
from app.records.management import PAGE, homes, keeps, organisations, stuck, users
from app.records.second_steps import second_step_of
from app.rules import forms
from app.rules.forms import Choice
from app.rules.typed import looks_like_bsn
from app.web.desk import desk, the_viewer, today
from app.web.doors import enter
from app.web.filling import Filling
from app.web.labels import letter_reason
from app.web.management_forms import HOME, ORGANISATION, USER
from app.web.sentences import sentence
from app.web.words import moment, word

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
        people=users(the_viewer())[1],
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
    return _list("people", partial(users, the_viewer()))


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
    if isinstance(row, User) and not keeps(the_viewer(), row.organisation_id):
        raise NotAllowed("kept_by_another_manager")
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
            invited = kind == "people" and row_id is None
            flash(gettext("Saved. A link to choose a password is on its way.") if invited else gettext("Saved."), "ok")
            return redirect(url_for(LISTS[kind]), 303)
        except Invalid as refused:
            faults = list(refused.faults)
    return _form(chosen, row_id, request.form, faults), 422


@blueprint.post("/management/people/<uuid:row_id>/account")
@enter(manager)
def release(row_id: UUID) -> ResponseReturnValue:
    """Let go of the account of the own organisation that was pinned to this person."""
    let_go_of_account(desk(), row_id)
    flash(gettext("At the next sign-in the e-mail address counts, once more."), "ok")
    return redirect(url_for("management.change", kind="people", row_id=row_id), 303)


@blueprint.post("/management/people/<uuid:row_id>/link")
@enter(manager)
def send_a_link(row_id: UUID) -> ResponseReturnValue:
    send_link(desk(), row_id)
    flash(gettext("A link to choose a password is on its way."), "ok")
    return redirect(url_for("management.change", kind="people", row_id=row_id), 303)


@blueprint.post("/management/people/<uuid:row_id>/second-step")
@enter(manager)
def take_away_second_step(row_id: UUID) -> ResponseReturnValue:
    take_away(desk(), row_id)
    flash(gettext("Done. This person is signed out everywhere, and sets it up at the next sign-in."), "ok")
    return redirect(url_for("management.change", kind="people", row_id=row_id), 303)


def _login(user: User) -> str:
    """How far somebody came with signing in."""
    link = last_link(user.id)
    if not user.active:
        return str(gettext("This person is blocked, and is signed out everywhere."))
    if link is not None and link.over_at is None and link.expires_at is not None and link.expires_at > clock.now():
        if link.state == "failed":
            return str(gettext("The mail with the link did not arrive. Is the e-mail address right?"))
        until = moment(link.expires_at)
        return str(gettext("A link to choose a password was mailed; it works until %(until)s.", until=until))
    if user.password_hash:
        return str(gettext("This person has a password."))
    return str(gettext("This person has no password yet, and there is no link that works."))


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
    user = reading().get(User, row_id) if kind.code == "people" and row_id else None
    login = _login(user) if user is not None else ""
    return render_template(
        "management/form.html",
        kind=kind,
        row_id=row_id,
        filling=filling,
        back=url_for(LISTS[kind.code]),
        pinned=pinned_since(row_id) if row_id and kind.code == "people" else None,
        faults=bool(faults),
        login=login,
        second_step=user is not None and user.id != the_viewer().id and second_step_of(user.id) is not None,
        may_send=login and user is not None and user.active,
    )


def _choices() -> dict[str, list[Choice]]:
    found = organisations()
    return {
        "organisations": [
            Choice(str(one.id), f"{one.name} ({word(one.kind, 'part')})")
            for one in found
            if keeps(the_viewer(), one.id)
        ],
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
    return save_user(desk(), row_id, _texts(answers))


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
