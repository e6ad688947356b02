"""Putting a candidate forward: who it is and who takes part; the nomination's own questions are its first task."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.actions.trajectories import start_trajectory
from app.errors import Fault, Invalid
from app.records import User
from app.records.answered import contacts_to_choose, open_beside
from app.records.database import let_go, reading
from app.rules import forms
from app.rules.fields import Choice, Field, fields
from app.rules.permissions import ROLE_OF_PART, Viewer, may_nominate
from app.web.desk import desk, the_viewer, today
from app.web.doors import enter, signed_in
from app.web.filling import Filling, Raw
from app.web.sentences import N_
from app.web.task_page import plain

blueprint = Blueprint("nomination", __name__)

PARTS = ("urgency_office", "municipality", "care_provider", "association")
WHO, WHERE, PARTIES = N_("The candidate"), N_("How to reach the candidate"), N_("Who takes part")


def _text(title: str, group: str, most: int, **more: Any) -> dict[str, Any]:
    return {"type": "string", "title": title, "maxLength": most, "x-group": group, **more}


def _contact(title: str, part: str) -> dict[str, Any]:
    return {"type": "string", "title": title, "x-choices": part, "x-group": PARTIES}


FORM: dict[str, Any] = {
    "type": "object",
    "properties": {
        "full_name": _text(N_("First name and surname"), WHO, 120),
        "salutation": _text(N_("How to address the candidate in letters"), WHO, 60,
                            description=N_("What follows ‘Dear’. For example: mevrouw Voorbeeld.")),
        "birth_date": {"type": "string", "format": "date", "x-past": True, "title": N_("Date of birth"),
                       "description": N_("For example 12 March 1985 or 12-3-1985."), "x-group": WHO},
        "language": {"type": "string", "title": N_("Language of the letters"), "x-group": WHO,
                     "oneOf": [{"const": "nl", "title": N_("Dutch")}, {"const": "en", "title": N_("English")}]},
        "address": _text(N_("Street and number"), WHERE, 120,
                         description=N_("Where post reaches the candidate now; the shelter, for example.")),
        "postcode": _text(N_("Postcode"), WHERE, 10),
        "city": _text(N_("Town"), WHERE, 80),
        "phone": _text(N_("Phone number"), WHERE, 30),
        "email": _text(N_("E-mail address"), WHERE, 120, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$"),
        "urgency_office": _contact(N_("Urgency office"), "urgency_office"),
        "municipality": _contact(N_("Municipality"), "municipality"),
        "care_provider": _contact(N_("Care provider"), "care_provider"),
        "association": _contact(N_("Housing association"), "association"),
        "consent": {"type": "boolean", "const": True, "x-group": PARTIES,
                    "title": N_("The candidate agrees that these parties see this")},
    },
    "required": ["full_name", "language", *PARTS],
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Contacts:
    """Who may be chosen for one party, by organisation."""

    field: Field
    houses: Mapping[str, Sequence[User]]


@blueprint.get("/trajectories/new")
@enter(signed_in)
def page() -> ResponseReturnValue:
    return _page(_nominator())


@blueprint.post("/trajectories/new")
@enter(signed_in)
def start() -> ResponseReturnValue:
    viewer = _nominator()
    typed = plain(request.form.to_dict(flat=False))
    sheet = forms.read(FORM, typed, _choices(_users(viewer)), today())
    if sheet.faults:
        return _page(viewer, typed, sheet.faults), 422
    contacts = {part: UUID(sheet.answers[part]) for part in PARTS}
    person = {name: str(answer) for name, answer in sheet.answers.items() if name not in (*PARTS, "consent")}
    try:
        trajectory_id = start_trajectory(desk(), person, contacts)
    except Invalid as wrong:
        return _page(viewer, typed, wrong.faults), 422
    flash(gettext("The trajectory has begun. This is its first task."), "ok")
    return redirect(_first_task(trajectory_id), 303)


def _nominator() -> Viewer:
    viewer = the_viewer()
    if not may_nominate(viewer):
        abort(404)
    return viewer


def _page(viewer: Viewer, typed: Raw | None = None, faults: Sequence[Fault] = ()) -> str:
    users = _users(viewer)
    drawn = fields(FORM, _choices(users))
    form = Filling(drawn, typed if typed is not None else _at_first(viewer, users), faults)
    contacts = {field.name: Contacts(field, _houses(users[field.name])) for field in drawn if field.name in PARTS}
    return render_template("nomination/page.html", form=form, contacts=contacts, own=viewer.part)


def _users(viewer: Viewer) -> dict[str, list[User]]:
    """Who may be the contact of each party; for the nominating party that is somebody of its own."""
    return {
        part: contacts_to_choose(
            reading(), part, ROLE_OF_PART[part], viewer.organisation_id if part == viewer.part else None
        )
        for part in PARTS
    }


def _choices(users: Mapping[str, Sequence[User]]) -> dict[str, list[Choice]]:
    return {part: [Choice(str(user.id), user.name) for user in found] for part, found in users.items()}


def _houses(users: Sequence[User]) -> dict[str, list[User]]:
    houses: dict[str, list[User]] = {}
    for user in users:
        houses.setdefault(user.organisation.name, []).append(user)
    return houses


def _at_first(viewer: Viewer, users: Mapping[str, Sequence[User]]) -> dict[str, str]:
    """Oneself for one's own party, and whoever is the only one for another."""
    only = {part: str(found[0].id) for part, found in users.items() if len(found) == 1}
    return {**only, viewer.part: str(viewer.id), "language": "nl"}


def _first_task(trajectory_id: UUID) -> str:
    let_go()  # what this request read before the trajectory began does not know it
    first = next(iter(open_beside(reading(), trajectory_id)), None)
    return url_for("tasks.page", task_id=first.id) if first else f"/trajectories/{trajectory_id}"
