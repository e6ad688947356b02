"""Choosing a password with a mailed link, and asking for one; never says who has an account."""

from __future__ import annotations

from contextlib import suppress

from flask import Blueprint, flash, g, redirect, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user, logout_user

from app.actions.links import ask_link, choose_password, whose
from app.actions.sessions import end
from app.errors import Invalid, NotFound, TooOften
from app.rules.passwords import SHORTEST
from app.web import sentences
from app.web.desk import desk
from app.web.doors import anyone, enter
from app.web.mishaps import retry_after

blueprint = Blueprint("links", __name__)


@blueprint.get("/link/<token>")
@enter(anyone)
def page(token: str) -> ResponseReturnValue:
    """A mail server that follows links to look behind them does not use this one up: only choosing does."""
    return _page(token)


@blueprint.post("/link/<token>")
@enter(anyone)
def choose(token: str) -> ResponseReturnValue:
    try:
        choose_password(desk(), token, request.form.get("password", ""))
    except NotFound:
        return _page(token)
    except Invalid as refused:
        return _page(token, sentences.fault(refused.faults[0]))
    if g.viewer:  # perhaps somebody else; the person of the link is signed out everywhere already
        with suppress(NotFound):
            end(desk(), current_user.session_id)
    logout_user()
    session.clear()
    flash(gettext("Your password is set. Sign in with it."), "ok")
    return redirect("/sign-in", 303)


@blueprint.get("/sign-in/forgotten")
@enter(anyone)
def forgotten() -> ResponseReturnValue:
    return render_template("links/forgotten.html", asked=False, fault="", email="")


@blueprint.post("/sign-in/forgotten")
@enter(anyone)
def ask() -> ResponseReturnValue:
    email = request.form.get("email", "")
    try:
        ask_link(desk(), email)
    except TooOften as refused:
        page = render_template("links/forgotten.html", asked=False, fault=sentences.refusal(refused), email=email)
        return page, 429, {"Retry-After": retry_after(refused)}
    return render_template("links/forgotten.html", asked=True, fault="", email="")


def _page(token: str, fault: str = "") -> ResponseReturnValue:
    user = whose(desk(), token)
    if user is None:
        return render_template("links/over.html"), 404
    page = render_template("links/page.html", email=user.email, fault=fault, shortest=SHORTEST)
    return page, 422 if fault else 200
