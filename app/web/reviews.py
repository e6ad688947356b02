"""Moving a review to another day, and planning one in between, with a reason; never whether that day may be."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.actions.reviews import move_review, plan_review
from app.errors import Invalid, NotFound, NotReady
from app.records import Review
from app.records.database import reading
from app.records.dossiers import moves_of, names_of
from app.records.ledger import Ledger
from app.rules import forms
from app.rules.permissions import PART_OF_ROLE, Viewer, may_move_review
from app.web.desk import desk, the_viewer, today
from app.web.doors import enter
from app.web.filling import Filling
from app.web.folder import opened
from app.web.sentences import N_
from app.web.words import day

blueprint = Blueprint("reviews", __name__)

FORM: dict[str, Any] = {
    "type": "object",
    "properties": {
        "to": {"title": N_("To which day does it move?"), "type": "string", "format": "date"},
        "reason": {
            "title": N_("Why?"),
            "description": N_("For example: the support worker is ill. Everybody who takes part can read this."),
            "type": "string",
            "minLength": 1,
            "maxLength": 200,
            "x-widget": "textarea",
        },
    },
    "required": ["to", "reason"],
}
NEW = {
    **FORM,
    "properties": {
        **FORM["properties"],
        "to": {"title": N_("On which day is it?"), "type": "string", "format": "date"},
    },
}


@blueprint.get("/reviews/<uuid:review_id>/move")
@enter(*PART_OF_ROLE)
def page(review_id: UUID) -> ResponseReturnValue:
    return _page(review_id, Filling(forms.fields(FORM, {})))


@blueprint.post("/reviews/<uuid:review_id>/move")
@enter(*PART_OF_ROLE)
def move(review_id: UUID) -> ResponseReturnValue:
    read = forms.read(FORM, request.form.to_dict(flat=False), {}, today=today())
    faults = list(read.faults)
    if not faults:
        try:
            to = date.fromisoformat(read.answers["to"])
            trajectory_id = move_review(desk(), review_id, to, read.answers["reason"])
            flash(gettext("The review moved to %(day)s. What hangs on it moved along.", day=day(to)), "ok")
            return redirect(url_for("dossier.page", trajectory_id=trajectory_id), 303)
        except Invalid as refused:
            faults = refused.faults
    return _page(review_id, Filling(forms.fields(FORM, {}), request.form, faults)), 422


@blueprint.get("/trajectories/<uuid:trajectory_id>/reviews/new")
@enter(*PART_OF_ROLE)
def new(trajectory_id: UUID) -> ResponseReturnValue:
    return _new_page(trajectory_id, Filling(forms.fields(NEW, {})))


@blueprint.post("/trajectories/<uuid:trajectory_id>/reviews/new")
@enter(*PART_OF_ROLE)
def plan(trajectory_id: UUID) -> ResponseReturnValue:
    read = forms.read(NEW, request.form.to_dict(flat=False), {}, today=today())
    faults = list(read.faults)
    if not faults:
        try:
            on = date.fromisoformat(read.answers["to"])
            plan_review(desk(), trajectory_id, on, read.answers["reason"])
            flash(gettext("A review in between is planned on %(day)s.", day=day(on)), "ok")
            return redirect(url_for("dossier.page", trajectory_id=trajectory_id), 303)
        except Invalid as refused:
            faults = refused.faults
    return _new_page(trajectory_id, Filling(forms.fields(NEW, {}), request.form, faults)), 422


def may_plan(viewer: Viewer, ledger: Ledger) -> bool:
    """Whether this person may plan a review in between now."""
    return may_move_review(viewer) and ledger.trajectory.lease_runs(today())


def _new_page(trajectory_id: UUID, filling: Filling) -> str:
    ledger = opened(trajectory_id, "reviews")
    if not may_plan(the_viewer(), ledger):
        raise NotFound("no_such_trajectory")
    return render_template("reviews/new.html", row=ledger.trajectory, filling=filling, faults=bool(filling.summary))


def _page(review_id: UUID, filling: Filling) -> str:
    review = reading().get(Review, review_id)
    if review is None:
        raise NotFound("no_such_review")
    ledger = opened(review.trajectory_id, "reviews")
    if not may_move_review(the_viewer()) or review.kind != "review":
        raise NotFound("no_such_review")
    if review.closed_on or review.held_on:
        raise NotReady("review_is_over")
    moves = moves_of([review]).get(review.id, [])
    return render_template(
        "reviews/move.html",
        row=ledger.trajectory,
        review=review,
        moves=moves,
        names=names_of(one.by_id for one in moves),
        filling=filling,
        faults=bool(filling.summary),
    )
