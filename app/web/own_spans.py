"""Own spans for one trajectory: typed with a reason, shown date by date, then done; or back to the association's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.actions.schedules import choose_own_spans
from app.errors import Fault, Invalid, NotFound, NotReady
from app.records.ledger import Ledger
from app.records.schedules import changes_of, current, scope_of, settings_of
from app.rules import forms, reschedule, spans
from app.rules.permissions import PART_OF_ROLE, may_reschedule
from app.web.desk import as_uuid, desk, the_viewer, today
from app.web.doors import enter
from app.web.filling import Filling
from app.web.folder import opened
from app.web.rescheduling import look
from app.web.span_words import FORM, changes, typed

blueprint = Blueprint("own_spans", __name__)


@blueprint.get("/trajectories/<uuid:trajectory_id>/spans")
@enter(*PART_OF_ROLE)
def page(trajectory_id: UUID) -> ResponseReturnValue:
    ledger = _opened(trajectory_id)
    return _page(ledger, typed(ledger.settings))


@blueprint.post("/trajectories/<uuid:trajectory_id>/spans")
@enter(*PART_OF_ROLE)
def choose(trajectory_id: UUID) -> ResponseReturnValue:
    """First shown to be checked; done when it comes back with the tick of the second page."""
    ledger = _opened(trajectory_id)
    given = request.form.to_dict(flat=False)
    if request.form.get("back"):
        return _page(ledger, given)
    if request.form.get("common"):
        _, common = current(ledger.session, the_viewer().organisation_id)
        return _page(ledger, {**typed(common), "reason": given.get("reason", [])})
    read = forms.read(FORM, given, {}, today=today())
    wanted, judged = spans.chosen(ledger.settings, read.answers)
    named = {fault.field for fault in read.faults}
    faults = [*read.faults, *(fault for fault in judged if fault.field not in named)]
    if not faults and wanted == ledger.settings:
        faults = [Fault("", "same_spans")]
    if not faults and not request.form.get("checked"):
        return render_template(
            "schedules/own_check.html",
            row=ledger.trajectory,
            changes=changes(ledger.settings, wanted),
            would=look(ledger, wanted),
            kept=[(name, given[name][-1]) for name in FORM["properties"]],
            seen=ledger.trajectory.schedule_id or "",
            reason=read.answers["reason"],
        )
    if not faults:
        try:
            seen = as_uuid(request.form.get("seen", ""))
            choose_own_spans(desk(), trajectory_id, wanted, read.answers["reason"], seen)
            flash(gettext("The spans of this trajectory changed. What hangs on them moved along."), "ok")
            return redirect(url_for("legal_dates.page", trajectory_id=trajectory_id), 303)
        except Invalid as refused:
            faults = refused.faults
    return _page(ledger, given, faults), 422


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a trajectory's spans, as the page of its dates tells it."""

    on: date
    by: UUID
    reason: str
    spans: list[tuple[str, str, str]]


def told(ledger: Ledger) -> dict[str, Any]:
    """What the page of the dates says about the spans of this trajectory; who may change them is told where."""
    session, row = ledger.session, ledger.trajectory
    lines = [
        Change(
            one.made_on,
            one.by_id,
            one.reason,
            changes(settings_of(session, one.was_id), settings_of(session, one.now_id)),
        )
        for one in changes_of(session, row.id)
    ]
    may = may_reschedule(the_viewer()) and not reschedule.barred(ledger.case())
    return {"span_changes": lines, "spans_of": scope_of(session, row.schedule_id), "may_reschedule": may}


def _opened(trajectory_id: UUID) -> Ledger:
    ledger = opened(trajectory_id, "dates")
    if not may_reschedule(the_viewer()):
        raise NotFound("no_such_trajectory")
    if code := reschedule.barred(ledger.case()):
        raise NotReady(code)
    return ledger


def _page(ledger: Ledger, given: Mapping[str, Any], faults: Sequence[Fault] = ()) -> str:
    _, common = current(ledger.session, the_viewer().organisation_id)
    return render_template(
        "schedules/own.html",
        row=ledger.trajectory,
        filling=Filling(forms.fields(FORM, {}), given, faults),
        faults=bool(faults),
        association=the_viewer().organisation,
        differs=changes(ledger.settings, common),
    )
