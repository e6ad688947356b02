"""Signing in and out; never says which part of a sign-in was wrong."""

from __future__ import annotations

from itertools import groupby

from flask import Blueprint, g, redirect, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user, login_user

from app.actions.people import sign_in
from app.actions.region import DEMO_PASSWORD
from app.actions.sessions import begin, end, note_failure
from app.records import User
from app.records.answered import demo_logins
from app.records.database import reading
from app.records.viewers import viewer_of
from app.web.desk import config, desk
from app.web.doors import anyone, enter
from app.web.places import local_path
from app.web.session import SignedIn, sent_out

DEMO_ENDING = ".demo.invalid"

blueprint = Blueprint("signing", __name__)


@blueprint.get("/sign-in")
@enter(anyone)
def page() -> ResponseReturnValue:
    back = local_path(request.args.get("next"))
    return redirect(back, 303) if g.viewer else _page(back)


@blueprint.post("/sign-in")
@enter(anyone)
def enter_house() -> ResponseReturnValue:
    back = local_path(request.form.get("next"))
    email = request.form.get("email", "")
    user = sign_in(email, request.form.get("password", ""))
    if user is None:
        note_failure(desk(), email)
        return _page(back, email, gettext("This e-mail address and this password do not belong together.")), 422
    left = getattr(current_user, "session_id", None)
    session.clear()  # what was there before signing in is somebody else's
    g.viewer = viewer_of(user)
    login_user(SignedIn(g.viewer, begin(desk(), user.epoch, request.user_agent.string, left)))
    return redirect(back, 303)


@blueprint.post("/sign-out")
@enter(anyone)
def leave() -> ResponseReturnValue:
    if g.viewer:
        end(desk(), current_user.session_id)
    return sent_out()


def _page(back: str, email: str = "", fault: str = "") -> str:
    return render_template(
        "signing/page.html",
        back=back,
        email=email,
        fault=fault,
        houses=_demo_houses(),
        password=DEMO_PASSWORD,
    )


def _demo_houses() -> list[tuple[str, str, list[User]]]:
    """(organisation, its kind, its people) that anyone may sign in as; only in the demonstration."""
    if not config().demo:
        return []
    people = demo_logins(reading(), DEMO_ENDING)
    by_house = groupby(people, lambda user: (user.organisation.name, user.organisation.kind))
    return [(name, kind, list(who)) for (name, kind), who in by_house]
