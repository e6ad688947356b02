"""One's own passkeys: a device that signs in without a password; adding, removing and using one."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.actions import passkeys as deeds
from app.errors import Fault, Invalid, NotFound
from app.passkeys import to_make
from app.records import User
from app.records.database import reading
from app.records.passkeys import passkeys_of
from app.web import sentences
from app.web.desk import desk, the_viewer
from app.web.device import answered, asked, site
from app.web.doors import anyone, enter, signed_in
from app.web.halfway import let_in
from app.web.places import local_path
from app.web.sessions import browser_name
from app.web.signing import sent_elsewhere, sign_in_page, signs_in_elsewhere

blueprint = Blueprint("passkeys", __name__)


@blueprint.get("/passkeys")
@enter(signed_in)
def page() -> ResponseReturnValue:
    return _page()


@blueprint.post("/passkeys")
@enter(signed_in)
def add() -> ResponseReturnValue:
    challenge, answer = answered(), request.form.get("answer", "")
    try:
        browser = request.user_agent.string
        deeds.add(desk(), site(), challenge, answer, request.form.get("current", ""), browser)
    except Invalid as refused:
        return _page(refused.faults), 422
    flash(gettext("The passkey is kept. From now on you sign in with it, without a password."), "ok")
    return redirect(url_for("passkeys.page"), 303)


@blueprint.get("/passkeys/<uuid:passkey_id>/removal")
@enter(signed_in)
def removal_page(passkey_id: UUID) -> ResponseReturnValue:
    return _removal(passkey_id)


@blueprint.post("/passkeys/<uuid:passkey_id>/removal")
@enter(signed_in)
def remove(passkey_id: UUID) -> ResponseReturnValue:
    try:
        deeds.remove(desk(), passkey_id, request.form.get("current", ""))
    except Invalid as refused:
        return _removal(passkey_id, refused.faults), 422
    flash(gettext("The passkey is removed. Remove it on your device as well."), "ok")
    return redirect(url_for("passkeys.page"), 303)


@blueprint.post("/sign-in/passkey")
@enter(anyone)
def use() -> ResponseReturnValue:
    """Signed in with a passkey; what the device said was written into the form by the page's script."""
    back = local_path(request.form.get("next"))
    if g.viewer:
        return redirect(back, 303)
    user = deeds.recognise(desk(), site(), answered(), request.form.get("answer", ""))
    if user is None:
        fault = gettext("We do not know this passkey. Sign in with your password, and look at your passkeys.")
        return sign_in_page(back, fault=fault), 422
    if signs_in_elsewhere(user):
        return sent_elsewhere(back)
    let_in(user, "passkey")
    return redirect(back, 303)


def _page(faults: Sequence[Fault] = ()) -> str:
    viewer = the_viewer()
    rows, user = passkeys_of(viewer.id), reading().get_one(User, viewer.id)
    return render_template(
        "passkeys/page.html",
        rows=[(row, browser_name(row.browser)) for row in rows],
        email=user.email,
        ask=to_make(site(), asked(), viewer.id, user.email, viewer.name, [row.credential for row in rows]),
        elsewhere=signs_in_elsewhere(user),
        **_said(faults),
    )


def _removal(passkey_id: UUID, faults: Sequence[Fault] = ()) -> str:
    viewer = the_viewer()
    row = next((one for one in passkeys_of(viewer.id) if one.id == passkey_id), None)
    if row is None:
        raise NotFound("no_such_passkey")
    user = reading().get_one(User, viewer.id)
    return render_template(
        "passkeys/removal.html", row=row, browser=browser_name(row.browser), email=user.email, **_said(faults)
    )


def _said(faults: Sequence[Fault]) -> dict[str, object]:
    said = {one.field: sentences.fault(one) for one in faults}
    anchors = {"current": "#f-current", "answer": "#add"}
    return {"faults": said, "summary": [(anchors[name], words) for name, words in said.items()]}
