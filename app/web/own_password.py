"""Choosing another password oneself, with the one of now; never anybody else's."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_user

from app.actions.credentials import change_password
from app.errors import Invalid
from app.records import User
from app.records.database import reading
from app.rules.passwords import SHORTEST
from app.web import sentences
from app.web.desk import desk, the_viewer
from app.web.doors import enter, signed_in
from app.web.session import SignedIn

blueprint = Blueprint("own_password", __name__)


@blueprint.get("/password")
@enter(signed_in)
def page() -> ResponseReturnValue:
    return _page({})


@blueprint.post("/password")
@enter(signed_in)
def change() -> ResponseReturnValue:
    current, new = (request.form.get(name, "") for name in ("current", "password"))  # as typed, never tidied up
    try:
        fresh = change_password(desk(), current, new, request.user_agent.string)
    except Invalid as refused:
        return _page({one.field: sentences.fault(one) for one in refused.faults}), 422
    session.clear()
    login_user(SignedIn(g.viewer, fresh))
    flash(gettext("Your password is changed. Everywhere else you are signed out."), "ok")
    return redirect(url_for("sessions.page"), 303)


def _page(faults: Mapping[str, str]) -> str:
    user = reading().get_one(User, the_viewer().id)
    summary = [(f"#f-{name}", said) for name, said in faults.items()]
    return render_template(
        "own_password/page.html", faults=faults, summary=summary, email=user.email, shortest=SHORTEST
    )
