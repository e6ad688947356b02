"""The spans of a housing association: chosen by its team lead, shown beforehand on an example and on what runs.

Nothing that runs goes over to them unless it is ticked, and what is ticked is shown before it is done.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from app.actions.schedules import choose_spans, follow_association
from app.errors import Fault, Invalid, NotFound, NotReady, Refused
from app.records import Trajectory
from app.records.database import let_go, reading
from app.records.dossiers import names_of
from app.records.ledger import Ledger
from app.records.schedules import chosen_by, current, settings_of
from app.records.visibility import visible
from app.rules import forms, spans
from app.rules.dates import add_months
from app.rules.schedule import DEFAULT, Settings, out_of_spans
from app.web import sentences
from app.web.desk import as_uuid, desk, the_viewer, today
from app.web.doors import enter
from app.web.filling import Filling
from app.web.rescheduling import example, look
from app.web.sentences import N_
from app.web.span_words import FORM, REASON, changes, typed

blueprint = Blueprint("schedules", __name__, url_prefix="/schedule")

lead = "team_lead"
MOST = 25  # trajectories that go over at once: each is a deed of its own, and all of them are looked at first
EXAMPLE: dict[str, Any] = {
    "type": "object",
    "properties": {"example": {"title": N_("First day of the example"), "type": "string", "format": "date"}},
    "required": ["example"],
}
FOLLOWING: dict[str, Any] = {"type": "object", "properties": {"reason": REASON}, "required": ["reason"]}


@blueprint.get("")
@enter(lead)
def page() -> ResponseReturnValue:
    _, standing = current(reading(), the_viewer().organisation_id)
    return _page(typed(standing))


@blueprint.post("")
@enter(lead)
def choose() -> ResponseReturnValue:
    """First shown to be checked; done when it comes back with the tick of the second page."""
    _, standing = current(reading(), the_viewer().organisation_id)
    given = request.form.to_dict(flat=False)
    if request.form.get("back"):
        return _page(given)
    read = forms.read(FORM, given, {}, today=today())
    wanted, judged = spans.chosen(standing, read.answers)
    named = {fault.field for fault in read.faults}
    faults = [*read.faults, *(fault for fault in judged if fault.field not in named)]
    if not faults and wanted == standing:
        faults = [Fault("", "same_spans")]
    if faults:
        return _page(given, faults), 422
    ticked, shown = _ticked(), _shown()
    if request.form.get("save") and ticked <= shown.keys():
        seen = as_uuid(request.form.get("seen", ""))
        choose_spans(desk(), wanted, read.answers["reason"], seen)
        flash(gettext("The spans are chosen. Trajectories that start from now on run on them."), "ok")
        _let_follow(ticked, shown, read.answers["reason"])
        return redirect(url_for("schedules.page"), 303)
    return _check(standing, wanted, given, ticked)


@blueprint.get("/trajectories")
@enter(lead)
def running() -> ResponseReturnValue:
    """What runs on other spans than the association has now."""
    return _running({})


@blueprint.post("/trajectories")
@enter(lead)
def let_follow() -> ResponseReturnValue:
    given = request.form.to_dict(flat=False)
    read = forms.read(FOLLOWING, given, {}, today=today())
    ticked, shown = _ticked(), _shown()
    faults = read.faults if ticked else [Fault("follow", "tick_one"), *read.faults]
    if faults:
        return _running(given, faults, ticked), 422
    if request.form.get("save") and ticked <= shown.keys():
        _let_follow(ticked, shown, read.answers["reason"])
        return redirect(url_for("schedules.running"), 303)
    return _running(given, ticked=ticked)


def _page(given: Mapping[str, Any], faults: Sequence[Fault] = ()) -> str:
    association_id = the_viewer().organisation_id
    filling = Filling(forms.fields(FORM, {}), given, faults)
    rows = chosen_by(reading(), association_id)
    befores = [*(out_of_spans(row.spans) for row in rows[1:]), DEFAULT]
    earlier = [(row, changes(before, out_of_spans(row.spans))) for row, before in zip(rows, befores, strict=False)]
    return render_template(
        "schedules/page.html",
        filling=filling,
        faults=bool(faults),
        association=the_viewer().organisation,
        earlier=earlier,
        names=names_of(row.by_id for row in rows),
        others=len(_elsewhere(current(reading(), association_id)[1])),
    )


def _check(standing: Settings, wanted: Settings, given: Mapping[str, list[str]], ticked: set[UUID]) -> str:
    month = add_months(today().replace(day=1), 1)
    day_typed = given.get("example") or [f"1-{month.month}-{month.year}"]
    read = forms.read(EXAMPLE, {"example": day_typed}, {}, today=today())
    first = date.fromisoformat(read.answers["example"]) if not read.faults else today()
    seen, _ = current(reading(), the_viewer().organisation_id)
    return render_template(
        "schedules/check.html",
        changes=changes(standing, wanted),
        reason=given["reason"][-1],
        kept=[(name, given[name][-1]) for name in FORM["properties"]],
        seen=request.form.get("seen") or seen or "",
        example=example(first, standing, wanted),
        filling=Filling(forms.fields(EXAMPLE, {}), {"example": day_typed}, read.faults),
        faults=bool(read.faults),
        **_follow_list(wanted, ticked),
    )


def _running(given: Mapping[str, list[str]], faults: Sequence[Fault] = (), ticked: set[UUID] | None = None) -> str:
    _, standing = current(reading(), the_viewer().organisation_id)
    filling = Filling(forms.fields(FOLLOWING, {}), given, [fault for fault in faults if fault.field != "follow"])
    wrong = [sentences.fault(fault) for fault in faults if fault.field == "follow"]
    return render_template(
        "schedules/running.html",
        filling=filling,
        wrong=wrong,
        summary=[*(("#follow", one) for one in wrong), *filling.summary],
        faults=bool(faults),
        **_follow_list(standing, ticked or set()),
    )


def _follow_list(wanted: Settings, ticked: set[UUID]) -> dict[str, Any]:
    """What runs on other spans, and for what is ticked what would move."""
    rows = _elsewhere(wanted)
    most = [row.id for row in rows if row.id in ticked][:MOST]
    looks = {row.id: look(Ledger(reading(), row, today()), wanted) for row in rows if row.id in most}
    return {"rows": rows, "looks": looks, "too_many": len(ticked) > MOST, "most": MOST}


def _elsewhere(wanted: Settings) -> list[Trajectory]:
    """This association's running trajectories on other spans than these, by the tenant's name."""
    going = visible(the_viewer(), today()).where(
        Trajectory.closed_on.is_(None), Trajectory.stage.in_(("intake", "tenancy", "aftercare"))
    )
    rows = [row for row in reading().scalars(going) if settings_of(reading(), row.schedule_id) != wanted]
    return sorted(rows, key=lambda row: (row.tenant.full_name, row.reference))


def _ticked() -> set[UUID]:
    return {one for text in request.form.getlist("follow") if (one := as_uuid(text)) is not None}


def _shown() -> dict[UUID, UUID | None]:
    """The trajectories whose dates were shown -> the schedule that each ran on then."""
    parts = [text.partition(":") for text in request.form.getlist("shown")]
    return {one: as_uuid(schedule) for text, _, schedule in parts if (one := as_uuid(text)) is not None}


def _let_follow(ticked: set[UUID], shown: Mapping[UUID, UUID | None], reason: str) -> None:
    """One deed for each; what can't go over now stays as it is, and is told."""
    done = 0
    for one in sorted(ticked):
        let_go()
        try:
            follow_association(desk(), one, reason, shown[one])
            done += 1
        except (NotReady, NotFound, Invalid) as refused:
            row = reading().scalar(visible(the_viewer(), today()).where(Trajectory.id == one))
            name = row.reference if row is not None else str(gettext("A trajectory"))
            flash(gettext("%(name)s stays on its spans: %(why)s", name=name, why=_why(refused)), "warning")
    let_go()
    if done:
        flash(ngettext("%(num)d trajectory went over.", "%(num)d trajectories went over.", done), "ok")


def _why(refused: Refused) -> str:
    return sentences.fault(refused.faults[0]) if isinstance(refused, Invalid) else sentences.refusal(refused)
