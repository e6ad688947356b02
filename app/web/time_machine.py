"""The demonstration's time machine: moves the business day on; never back, and never outside the demonstration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.actions.time_machine import travel
from app.errors import Fault, Invalid
from app.records.settings import days_ahead
from app.rules import forms
from app.rules.dates import add_days
from app.web.desk import config, desk, today
from app.web.doors import enter, signed_in
from app.web.filling import Filling
from app.web.sentences import N_

blueprint = Blueprint("time_machine", __name__)

FORM = {
    "type": "object",
    "properties": {
        "to": {"title": N_("To which day?"), "type": "string", "format": "date"},
    },
    "required": ["to"],
}
STEPS = (1, 7, 30, 91)


@blueprint.get("/time-machine")
@enter(signed_in)
def page() -> ResponseReturnValue:
    _only_in_demo()
    return _page()


@blueprint.post("/time-machine")
@enter(signed_in)
def go() -> ResponseReturnValue:
    """By a button with a number of days, else to the day that was typed."""
    _only_in_demo()
    days, faults = _wanted()
    if not faults:
        try:
            travel(desk(), days)
            return redirect(url_for("time_machine.page", moved=days), 303)  # the notice has links, so it is no flash
        except Invalid as refused:
            faults = [Fault("to", one.code, one.params) for one in refused.faults]
    return _page(request.form, faults), 422


def _wanted() -> tuple[int, list[Fault]]:
    step = request.form.get("days", "")
    if step.isdigit() and len(step) < 6:
        return int(step), []
    read = forms.read(FORM, request.form.to_dict(flat=False), {}, today=today())
    if read.faults:
        return 0, list(read.faults)
    to = date.fromisoformat(read.answers["to"])
    return (to - today()).days, [] if to > today() else [Fault("to", "day_must_be_later", {"today": today()})]


def _only_in_demo() -> None:
    if not config().demo:
        abort(404)


def _page(values: Mapping[str, str] | None = None, faults: Sequence[Fault] = ()) -> str:
    ahead = days_ahead()
    return render_template(
        "time_machine/page.html",
        filling=Filling(forms.fields(FORM, {}), values, faults),
        steps=[(days, add_days(today(), days)) for days in STEPS],
        ahead=ahead,
        moved=request.args.get("moved", 0, type=int) if request.method == "GET" else 0,
        faults=bool(faults),
    )
