"""The pages of a task: fill it in, keep a draft, take it, hand it over, correct it; never decides what follows."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.actions import tasks as deeds
from app.errors import Fault, Invalid, NotFound, NotReady
from app.records.answered import colleagues, open_beside
from app.records.database import let_go, reading
from app.rules.fields import Choice, Field
from app.web import sentences
from app.web.desk import as_uuid, desk
from app.web.doors import enter, signed_in
from app.web.filling import Filling, Raw
from app.web.known import short_term
from app.web.mishaps import STATUS_OF_CODE
from app.web.places import local_path
from app.web.sentences import N_
from app.web.task_page import TaskPage, plain
from app.web.words import day, word

blueprint = Blueprint("tasks", __name__, url_prefix="/tasks")


@blueprint.get("/<uuid:task_id>")
@enter(signed_in)
def page(task_id: UUID) -> ResponseReturnValue:
    shown = TaskPage.open(task_id)
    return _form(shown) if shown.mine and shown.task.status == "open" else _read(shown)


@blueprint.post("/<uuid:task_id>/completion")
@enter(signed_in)
def complete(task_id: UUID) -> ResponseReturnValue:
    typed = plain(request.form.to_dict(flat=False))
    try:
        trajectory_id = deeds.complete_task(desk(), task_id, typed)
    except Invalid as wrong:
        return _form(TaskPage.open(task_id), typed, wrong.faults), 422
    except NotReady as refused:
        return _too_late(task_id, typed, refused)
    # The page that follows looks what is next: by then it is known for certain.
    return redirect(f"/trajectories/{trajectory_id}?done={task_id.hex}", 303)


@blueprint.get("/<uuid:task_id>/completion")
@enter(signed_in)
def completion_page(task_id: UUID) -> ResponseReturnValue:
    """Somebody asked again for the page of a form that came back with faults: that is the task."""
    TaskPage.open(task_id)
    return redirect(url_for("tasks.page", task_id=task_id), 303)


@blueprint.post("/<uuid:task_id>/draft")
@enter(signed_in)
def draft(task_id: UUID) -> ResponseReturnValue:
    """Kept while somebody types (then only the line beside the buttons is new), or to go on with later."""
    typed = plain(request.form.to_dict(flat=False))
    left_out = deeds.keep_draft(desk(), task_id, typed)
    shown = _anew(task_id)
    if left_out:
        told = sentences.sentence("draft_without_bsn")
        if request.headers.get("HX-Request"):
            return render_template("tasks/saved.html", at=shown.task.draft_at, told=told)
        return _form(shown, typed, [Fault(name, "looks_like_bsn") for name in left_out], told), 422
    if request.headers.get("HX-Request"):
        return render_template("tasks/saved.html", at=shown.task.draft_at)
    flash(gettext("The draft of ‘%(task)s’ is kept. You find it in My work.", task=shown.title), "ok")
    return redirect("/", 303)


@blueprint.post("/<uuid:task_id>/claim")
@enter(signed_in)
def claim(task_id: UUID) -> ResponseReturnValue:
    deeds.claim_task(desk(), task_id)
    flash(gettext("‘%(task)s’ is yours now.", task=_anew(task_id).title), "ok")
    return _back(task_id)


@blueprint.post("/<uuid:task_id>/release")
@enter(signed_in)
def release(task_id: UUID) -> ResponseReturnValue:
    deeds.release_task(desk(), task_id)
    flash(gettext("‘%(task)s’ is back with the team.", task=_anew(task_id).title), "ok")
    return _back(task_id)


@blueprint.get("/<uuid:task_id>/hand-over")
@enter(signed_in)
def hand_over_page(task_id: UUID) -> ResponseReturnValue:
    shown = TaskPage.open(task_id)
    return _hand_over(shown) if shown.may_hand_over else redirect(url_for("tasks.page", task_id=task_id), 303)


@blueprint.post("/<uuid:task_id>/hand-over")
@enter(signed_in)
def hand_over(task_id: UUID) -> ResponseReturnValue:
    typed = plain(request.form.to_dict(flat=False))
    to, reason = as_uuid(request.form.get("to", "")), request.form.get("reason", "")
    missing = [Fault(name, "missing") for name, given in (("to", to), ("reason", reason.strip())) if not given]
    if missing or to is None:
        return _hand_over(TaskPage.open(task_id), typed, missing), 422
    try:
        deeds.hand_over_task(desk(), task_id, to, reason)
    except Invalid as wrong:
        return _hand_over(TaskPage.open(task_id), typed, wrong.faults), 422
    shown = _anew(task_id)
    flash(gettext("‘%(task)s’ now belongs to %(name)s.", task=shown.title, name=shown.name_of(to)), "ok")
    return redirect("/", 303)


@blueprint.get("/<uuid:task_id>/correction")
@enter(signed_in)
def correction_page(task_id: UUID) -> ResponseReturnValue:
    shown = TaskPage.open(task_id)
    return _correct(shown) if shown.may_correct else redirect(url_for("tasks.page", task_id=task_id), 303)


@blueprint.post("/<uuid:task_id>/correction")
@enter(signed_in)
def correct(task_id: UUID) -> ResponseReturnValue:
    typed = plain(request.form.to_dict(flat=False))
    if typed.pop("only_show", None):  # from the page of somebody who was not first: these answers, in that form
        return _correct(TaskPage.open(task_id), typed)
    try:
        deeds.correct_task(desk(), task_id, typed, request.form.get("correction_reason", ""))
    except Invalid as wrong:
        return _correct(TaskPage.open(task_id), typed, wrong.faults), 422
    except NotReady as refused:
        if refused.code in STATUS_OF_CODE:
            raise
        return _correct(_anew(task_id), typed, told=sentences.refusal(refused)), 409
    flash(gettext("‘%(task)s’ is corrected. The first answer stays visible.", task=_anew(task_id).title), "ok")
    return redirect(url_for("tasks.page", task_id=task_id), 303)


def _form(shown: TaskPage, typed: Raw | None = None, faults: Sequence[Fault] = (), told: str = "") -> str:
    form = shown.form(typed, faults)
    return render_template("tasks/form.html", shown=shown, task=shown.task, form=form, told=told)


def _read(shown: TaskPage) -> str:
    return render_template("tasks/read.html", shown=shown, task=shown.task)


def _correct(shown: TaskPage, typed: Raw | None = None, faults: Sequence[Fault] = (), told: str = "") -> str:
    form = shown.correction(typed, faults)
    return render_template("tasks/correction.html", shown=shown, task=shown.task, form=form, told=told)


def _hand_over(shown: TaskPage, typed: Raw | None = None, faults: Sequence[Fault] = ()) -> str:
    team = colleagues(reading(), shown.task.organisation_id, shown.task.role, but=shown.task.assignee_id)
    fields = [
        Field("to", "choice", N_("Who takes over?"), options=tuple(Choice(str(one.id), one.name) for one in team),
              required=True, handed_in="colleagues"),
        Field("reason", "textarea", N_("Why do you hand it over?"),
              N_("It stays with the task, for your own organisation."), required=True, maxlength=200),
    ]  # fmt: skip
    return render_template("tasks/hand_over.html", shown=shown, task=shown.task, form=Filling(fields, typed, faults))


def _too_late(task_id: UUID, typed: Raw, refused: NotReady) -> ResponseReturnValue:
    """Somebody was first: both answers beside each other, or the form again where the task is still open."""
    if refused.code in STATUS_OF_CODE:
        raise refused
    shown = _anew(task_id)
    because = sentences.refusal(refused)
    if shown.task.status == "open":
        return _form(shown, typed, told=because), 409
    return render_template("tasks/clash.html", shown=shown, task=shown.task, typed=typed, because=because), 409


def _anew(task_id: UUID) -> TaskPage:
    """The task as it is after a deed: what this request read before it is no longer so."""
    let_go()
    return TaskPage.open(task_id)


def _back(task_id: UUID) -> ResponseReturnValue:
    return redirect(local_path(request.form.get("next"), url_for("tasks.page", task_id=task_id)), 303)


@blueprint.app_template_global()
def told_of_task() -> str:
    """What was done, as the address says, and what is next for whom; nothing where it is not so, or not theirs."""
    task_id = as_uuid(request.args.get("done", ""))
    if task_id is None or g.get("mishap") or g.get("viewer") is None:
        return ""
    try:
        shown = TaskPage.open(task_id)
    except NotFound:
        return ""
    if shown.task.status != "done":
        return ""
    said = [gettext("‘%(task)s’ is done.", task=shown.title), _next(shown)]
    if shown.task.name in ("prepare_lease", "sign_lease"):
        said.append(short_term(shown.trajectory.first_day, shown.trajectory.last_day, shown.ledger.settings))
    return " ".join(one for one in said if one)


def _next(shown: TaskPage) -> str:
    """The next step, as far as this person may know of it; their own first."""
    waiting = [TaskPage(task, shown.trajectory, shown.viewer) for task in open_beside(reading(), shown.trajectory.id)]
    own = next((one for one in waiting if one.mine), None)
    if own is not None:
        return str(gettext("Next for you: ‘%(task)s’, due on %(day)s.", task=own.title, day=day(own.task.due_on)))
    other = next((one for one in waiting if one.may_be_seen), None)
    if other is not None:
        role = word(other.task.role, "role")
        return str(
            gettext(
                "Next: ‘%(task)s’, by the %(role)s of %(organisation)s.",
                task=other.title,
                role=role,
                organisation=other.organisation,
            )
        )
    if shown.trajectory.closed_on is not None:
        return str(gettext("With that the trajectory is finished."))
    return str(gettext("Nothing is waiting now: the next step opens on its own day."))
