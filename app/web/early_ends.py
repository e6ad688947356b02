"""Reporting that a trajectory stops early: what happened and when, a page to check what follows, then the deed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.actions.early_ends import report_early_end
from app.errors import Fault, Invalid, NotFound
from app.records.choices import tenants
from app.records.ledger import Ledger
from app.rules import early_end, forms
from app.rules.forms import Choice
from app.rules.permissions import PART_OF_ROLE, Viewer, may_report_early_end
from app.web.desk import desk, the_viewer, today
from app.web.doors import enter
from app.web.filling import Filling
from app.web.folder import opened
from app.web.sentences import N_
from app.web.words import day, first_capital, word

blueprint = Blueprint("early_ends", __name__)

WHAT = {"title": N_("What happened?"), "type": "string", "x-choices": "kinds"}
WHO = {"title": N_("Who died?"), "type": "string", "x-choices": "tenants"}
ON = {
    "title": N_("When was that?"),
    "description": N_("The day it happened, or the day a notice was received; not the day you fill this in."),
    "type": "string",
    "format": "date",
    "x-past": True,
}
LAST_DAY = {
    "title": N_("What is the last day of the lease?"),
    "description": N_("The day that the judgment names."),
    "type": "string",
    "format": "date",
}
REMARK = {
    "title": N_("What else must be kept?"),
    "description": N_("Write nothing about illness or the cause of a death."),
    "type": "string",
    "maxLength": 800,
    "x-widget": "textarea",
}


@blueprint.get("/trajectories/<uuid:trajectory_id>/early-end")
@enter(*PART_OF_ROLE)
def page(trajectory_id: UUID) -> ResponseReturnValue:
    ledger, kinds = _opened(trajectory_id)
    return _page(ledger, kinds)


@blueprint.post("/trajectories/<uuid:trajectory_id>/early-end")
@enter(*PART_OF_ROLE)
def report(trajectory_id: UUID) -> ResponseReturnValue:
    """First shown to be checked; done when it comes back with the tick of the second page."""
    ledger, kinds = _opened(trajectory_id)
    if request.form.get("back"):
        return _page(ledger, kinds)
    schema, choices = _form(ledger, kinds)
    read = forms.read(schema, request.form.to_dict(flat=False), choices, today=today())
    faults = list(read.faults) or early_end.check(read.answers, ledger.case())
    if not faults and not request.form.get("checked"):
        return _check(ledger, read.answers)
    if not faults:
        try:
            report_early_end(desk(), trajectory_id, read.answers)
            flash(gettext("It is recorded. What hung on it has been closed; the history says what."), "ok")
            return redirect(url_for("dossier.page", trajectory_id=trajectory_id), 303)
        except Invalid as refused:
            faults = refused.faults
    return _page(ledger, kinds, faults), 422


def may_report(viewer: Viewer, ledger: Ledger) -> tuple[str, ...]:
    """What this person may report of this trajectory now."""
    return tuple(kind for kind in early_end.kinds(ledger.case()) if may_report_early_end(viewer, kind))


def _opened(trajectory_id: UUID) -> tuple[Ledger, tuple[str, ...]]:
    ledger = opened(trajectory_id)
    kinds = may_report(the_viewer(), ledger)
    if not kinds:
        raise NotFound("no_such_trajectory")
    return ledger, kinds


def _form(ledger: Ledger, kinds: Sequence[str]) -> tuple[dict[str, Any], dict[str, list[Choice]]]:
    choices = {"kinds": [Choice(kind, first_capital(word(kind, "early_end"))) for kind in kinds]}
    properties: dict[str, Any] = {"kind": WHAT, "on": ON}
    rules: list[dict[str, Any]] = []
    if "death" in kinds and ledger.co_tenants():
        choices["tenants"] = tenants(ledger)
        properties["who"] = WHO
        rules.append(_then("death", "who"))
    if "court" in kinds:
        properties["last_day"] = LAST_DAY
        rules.append(_then("court", "last_day"))
    schema: dict[str, Any] = {"type": "object", "properties": {**properties, "remark": REMARK}}
    return {**schema, "required": ["kind", "on"], "allOf": rules}, choices


def _then(kind: str, needed: str) -> dict[str, Any]:
    return {"if": {"properties": {"kind": {"const": kind}}, "required": ["kind"]}, "then": {"required": [needed]}}


def _page(ledger: Ledger, kinds: Sequence[str], faults: Sequence[Fault] = ()) -> str:
    schema, choices = _form(ledger, kinds)
    filling = Filling(forms.fields(schema, choices), request.form, faults)
    return render_template("early_ends/page.html", row=ledger.trajectory, filling=filling, faults=bool(faults))


def _check(ledger: Ledger, answers: Mapping[str, Any]) -> str:
    last = early_end.last_day_of(answers)
    goes_on = answers["kind"] == "death" and bool(ledger.co_tenants())
    return render_template(
        "early_ends/check.html",
        row=ledger.trajectory,
        answers=answers,
        on=date.fromisoformat(answers["on"]),
        kept=[(name, value) for name, value in request.form.items() if name in answers],
        name=next((one.label for one in tenants(ledger) if one.value == answers.get("who")), ""),
        last_day=last,
        goes_on=goes_on,
        why=why(str(answers["kind"])) if last and not goes_on else "",
    )


def why(kind: str) -> str:
    """The rule behind the last day, as a sentence with its source."""
    return str(gettext(WHY[kind])) if kind in WHY else ""


def told(ledger: Ledger) -> str:
    """What ended this lease early, as a sentence for the top of the dossier; "" where nothing did."""
    early = ledger.case().early_end
    if early is None:
        return ""
    said = str(gettext(TOLD[early.kind]))
    return said % {"day": day(early.happened_on), "last": day(early.last_day)}


WHY: Mapping[str, str] = {
    "tenant_notice": N_(
        "The lease ends on the first day on which rent is due, at least a month after the notice was received "
        "(article 7:271 of the Dutch Civil Code). The last day is the day before. Rent is due on the first of a month."
    ),
    "death": N_(
        "Without a co-tenant the lease ends at the end of the second month after the death (article 7:268 of the "
        "Dutch Civil Code). What you arrange with the relatives may change that; there is a task for it."
    ),
    "court": N_("The court ended the lease and named this day (article 7:231 of the Dutch Civil Code)."),
}
TOLD: Mapping[str, str] = {
    "tenant_notice": N_("The tenant gave notice, received on %(day)s: the last day of the lease is %(last)s."),
    "death": N_("The tenant died on %(day)s: the last day of the lease is %(last)s."),
    "court": N_("The court ended the lease on %(day)s: the last day is %(last)s."),
}
