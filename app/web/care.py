"""Adding the care part after a take-over: the association’s file may not hold it, the municipality knows it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.actions.taking_over.care import add_care, lacks_care
from app.errors import Invalid, NotReady
from app.rules import forms
from app.rules.permissions import CARE_DOMAINS
from app.web.desk import desk, house, today
from app.web.doors import enter
from app.web.filling import Filling
from app.web.folder import opened

blueprint = Blueprint("care", __name__)

municipality = "municipal_officer"
ASKED = (*(f"goal_{domain}" for domain in CARE_DOMAINS), "care_decision_until")


@blueprint.get("/trajectories/<uuid:trajectory_id>/care")
@enter(municipality)
def page(trajectory_id: UUID) -> ResponseReturnValue:
    return _page(trajectory_id, Filling(forms.fields(_form(), {})))


@blueprint.post("/trajectories/<uuid:trajectory_id>/care")
@enter(municipality)
def add(trajectory_id: UUID) -> ResponseReturnValue:
    read = forms.read(_form(), request.form.to_dict(flat=False), {}, today=today())
    faults = list(read.faults)
    if not faults:
        try:
            add_care(desk(), trajectory_id, read.answers)
            flash(gettext("The care part is added. The housing association does not see it."), "ok")
            return redirect(url_for("dossier.page", trajectory_id=trajectory_id), 303)
        except Invalid as refused:
            faults = refused.faults
    return _page(trajectory_id, Filling(forms.fields(_form(), {}), request.form, faults)), 422


def _page(trajectory_id: UUID, filling: Filling) -> str:
    ledger = opened(trajectory_id, "care_goals")
    if not lacks_care(ledger):
        raise NotReady("care_is_there")
    return render_template("take_over/care.html", row=ledger.trajectory, filling=filling, faults=bool(filling.summary))


def _form() -> Mapping[str, Any]:
    """The questions about care of the care contract's own form."""
    contract = house().form("draft_care_contract")
    return {"type": "object", "properties": {name: contract["properties"][name] for name in ASKED}}
