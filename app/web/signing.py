"""Signing in and out; never says which part of a sign-in was wrong."""

from __future__ import annotations

from itertools import groupby

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from app.actions.credentials import prove
from app.actions.region import DEMO_PASSWORD
from app.actions.sessions import end
from app.errors import TooOften
from app.passkeys import to_use
from app.records import Organisation, User
from app.records.answered import demo_logins
from app.records.database import reading
from app.records.management import organisations
from app.web.desk import config, desk
from app.web.device import asked, site
from app.web.doors import anyone, enter
from app.web.halfway import go_halfway, let_in
from app.web.mishaps import retry_after
from app.web.places import local_path
from app.web.sentences import refusal
from app.web.session import sent_out

DEMO_ENDING = ".demo.invalid"

blueprint = Blueprint("signing", __name__)


@blueprint.get("/sign-in")
@enter(anyone)
def page() -> ResponseReturnValue:
    back = local_path(request.args.get("next"))
    return redirect(back, 303) if g.viewer else sign_in_page(back)


@blueprint.post("/sign-in")
@enter(anyone)
def enter_house() -> ResponseReturnValue:
    back = local_path(request.form.get("next"))
    email = request.form.get("email", "")
    try:
        user = prove(desk(), email, request.form.get("password", ""))
    except TooOften as refused:
        return sign_in_page(back, email, refusal(refused)), 429, {"Retry-After": retry_after(refused)}
    if user is None:
        fault = gettext("This e-mail address and this password do not belong together.")
        return sign_in_page(back, email, fault), 422
    if signs_in_elsewhere(user):
        return sent_elsewhere(back, email)
    if not config().demo:
        go_halfway(user, back)
        return redirect(url_for("second_step.code_page"), 303)
    let_in(user)
    return redirect(back, 303)


def signs_in_elsewhere(user: User) -> bool:
    """Whether only the account of the own organisation counts for this person."""
    return any(one.only and one.organisation == user.organisation_id for one in config().providers)


def sent_elsewhere(back: str, email: str = "") -> ResponseReturnValue:
    fault = gettext("Your organisation signs in with its own account. Choose it below.")
    return sign_in_page(back, email, fault, elsewhere=True), 422


@blueprint.post("/sign-out")
@enter(anyone)
def leave() -> ResponseReturnValue:
    if g.viewer:
        end(desk(), current_user.session_id)
    return sent_out()


def sign_in_page(back: str, email: str = "", fault: str = "", *, elsewhere: bool = False) -> str:
    """`elsewhere`: the fault is about an organisation's own account, and not about what was typed here."""
    return render_template(
        "signing/page.html",
        back=back,
        email=email,
        fault=fault,
        elsewhere=elsewhere,
        passkey=to_use(site(), asked()),
        providers=_with_provider(),
        houses=_demo_houses(),
        password=DEMO_PASSWORD,
    )


def _with_provider() -> list[Organisation]:
    """The organisations whose people may sign in with the account they have there."""
    ids = {one.organisation for one in config().providers}
    return [one for one in organisations() if one.id in ids] if ids else []


def _demo_houses() -> list[tuple[str, str, list[User]]]:
    """(organisation, its kind, its people) that anyone may sign in as; only in the demonstration."""
    if not config().demo:
        return []
    people = demo_logins(reading(), DEMO_ENDING)
    by_house = groupby(people, lambda user: (user.organisation.name, user.organisation.kind))
    return [(name, kind, list(who)) for (name, kind), who in by_house]
