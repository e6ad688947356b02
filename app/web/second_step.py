"""The second step of signing in: setting it up, a code each time, fresh recovery codes; not in the demonstration."""

from __future__ import annotations

import segno
from flask import Blueprint, abort, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from flask_login import logout_user

from app.actions import second_step as deeds
from app.errors import Invalid, TooOften
from app.records import User
from app.records.second_steps import codes_left, second_step_of
from app.rules.second_step import RECOVERY_CODES, address_of, written
from app.web import sentences
from app.web.desk import config, desk, the_viewer
from app.web.doors import anyone, enter, signed_in
from app.web.halfway import let_in, who_is_halfway
from app.web.mishaps import retry_after

blueprint = Blueprint("second_step", __name__)

FEW = 3  # recovery codes: then it is time for fresh ones


@blueprint.get("/sign-in/code")
@enter(anyone)
def code_page() -> ResponseReturnValue:
    user = who_is_halfway()
    if user is None:
        return redirect("/sign-in", 303)
    if second_step_of(user.id) is None:
        return redirect(url_for("second_step.set_up_page"), 303)
    return render_template("second_step/code.html", fault="")


@blueprint.post("/sign-in/code")
@enter(anyone)
def code() -> ResponseReturnValue:
    user = who_is_halfway()
    if user is None:
        return redirect("/sign-in", 303)
    try:
        how = deeds.prove(desk(), user.id, request.form.get("code", ""))
    except (Invalid, TooOften) as refused:
        said, status = _said(refused)
        return render_template("second_step/code.html", fault=said), *status
    back = let_in(user, how)
    if how == "recovery_code":
        left = codes_left(user.id)
        flash(ngettext("You have %(num)d recovery code left.", "You have %(num)d recovery codes left.", left), "info")
    return redirect(back, 303)


@blueprint.get("/sign-in/second-step")
@enter(anyone)
def set_up_page() -> ResponseReturnValue:
    user = who_is_halfway()
    if user is None or second_step_of(user.id) is not None:
        return redirect("/sign-in" if user is None else url_for("second_step.code_page"), 303)
    return _set_up(user)


@blueprint.post("/sign-in/second-step")
@enter(anyone)
def set_up() -> ResponseReturnValue:
    user = who_is_halfway()
    if user is None:
        return redirect("/sign-in", 303)
    try:
        codes = deeds.confirm(desk(), user.id, request.form.get("code", ""))
    except (Invalid, TooOften) as refused:
        said, status = _said(refused)
        return _set_up(user, said), *status
    back = let_in(user, "app")
    return render_template("second_step/codes.html", codes=codes, back=back)


@blueprint.get("/second-step")
@enter(signed_in)
def page() -> ResponseReturnValue:
    return _page()


@blueprint.post("/second-step/codes")
@enter(signed_in)
def renew() -> ResponseReturnValue:
    _not_in_the_demonstration()
    try:
        codes = deeds.renew_codes(desk(), request.form.get("code", ""))
    except (Invalid, TooOften) as refused:
        said, status = _said(refused)
        return _page(said), *status
    return render_template("second_step/codes.html", codes=codes, back=url_for("second_step.page"))


@blueprint.post("/second-step/end")
@enter(signed_in)
def start_anew() -> ResponseReturnValue:
    _not_in_the_demonstration()
    try:
        deeds.start_anew(desk(), request.form.get("code", ""))
    except (Invalid, TooOften) as refused:
        said, status = _said(refused)
        return _page("", said), *status
    logout_user()
    session.clear()
    flash(gettext("Sign in with your password. After that you set up the other app."), "ok")
    return redirect("/sign-in", 303)


def _page(renew_fault: str = "", end_fault: str = "") -> str:
    _not_in_the_demonstration()
    row, left = second_step_of(the_viewer().id), codes_left(the_viewer().id)
    return render_template(
        "second_step/page.html", since=row.confirmed_at if row else None, left=left, few=left <= FEW,
        all=RECOVERY_CODES, renew_fault=renew_fault, end_fault=end_fault,
    )  # fmt: skip


def _set_up(user: User, fault: str = "") -> str:
    secret = deeds.offer(desk(), user.id)
    size, path = _picture(address_of(secret, user.email))
    return render_template(
        "second_step/set_up.html", secret=written(secret).upper().replace("-", " "), size=size, path=path, fault=fault
    )


def _picture(text: str) -> tuple[int, str]:
    """The QR code of a text: its size in modules with the quiet border, and one path of dark modules."""
    rows = list(segno.make(text, micro=False, error="m").matrix_iter(border=4))
    dark = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, module in enumerate(row) if module)
    return len(rows), dark


def _said(refused: Invalid | TooOften) -> tuple[str, tuple[int, dict[str, str]]]:
    if isinstance(refused, TooOften):
        return sentences.refusal(refused), (429, {"Retry-After": retry_after(refused)})
    return sentences.fault(refused.faults[0]), (422, {})


def _not_in_the_demonstration() -> None:
    if config().demo:
        abort(404)
