"""The incidents of a trajectory: reported, the steps after each, withdrawn; never which step comes next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from app.actions.incidents import LONGEST_REASON, report_incident, withdraw_incident
from app.actions.tasks import form_choices
from app.errors import Fault, Invalid, NotFound, NotReady
from app.records import Incident, Task
from app.records.database import reading
from app.records.dossiers import names_of, tasks_of
from app.records.ledger import Ledger
from app.rules import forms
from app.rules.escalation import Report
from app.rules.permissions import PART_OF_ROLE, may_report_incident
from app.web import cards, known
from app.web.desk import desk, the_viewer, today
from app.web.doors import enter
from app.web.filling import Filling, Raw
from app.web.folder import opened
from app.web.reasons import title
from app.web.sentences import N_
from app.web.words import first_capital, listed, tone, word

blueprint = Blueprint("incidents", __name__)

SOURCES = (
    ("own_observation", N_("Seen by the association itself")),
    ("rent_account", N_("The rent account")),
    ("neighbours", N_("Neighbours, by name or more than one")),
    ("police", N_("The police or the municipality’s inspectors")),
    ("inspection", N_("A home visit or technical inspection")),
    ("provider_remark", N_("A remark of the care provider")),
)
FORM: dict[str, Any] = {
    "type": "object",
    "properties": {
        "happened_on": {"title": N_("When did it happen?"), "type": "string", "format": "date", "x-past": True},
        "ground": {
            "title": N_("Which agreement was broken?"),
            "description": N_("A condition of the care contract, or serious violence or drugs."),
            "type": "string",
            "x-choices": "grounds",
            "x-missing": "incident_needs_ground",
        },
        "what": {
            "title": N_("What happened?"),
            "description": N_(
                "The tenant reads this in the report of the conversation. Plain words, facts with their dates. "
                "Name nobody who reported it, and write nothing about illness or treatment."
            ),
            "type": "string",
            "minLength": 1,
            "maxLength": 1500,
            "x-widget": "textarea",
        },
        "evidence": {
            "title": N_("What is the evidence?"),
            "description": N_("Only the association sees this."),
            "type": "string",
            "minLength": 1,
            "maxLength": 1500,
            "x-widget": "textarea",
        },
        "sources": {
            "title": N_("Where does it come from?"),
            "type": "array",
            "minItems": 1,
            "items": {"type": "string", "oneOf": [{"const": code, "title": said} for code, said in SOURCES]},
        },
        "first_step": {
            "title": N_("With which step does it begin?"),
            "description": N_("Steps may be skipped only for serious violence or drugs."),
            "type": "string",
            "oneOf": [
                {"const": "conversation", "title": N_("A conversation, as usual")},
                {"const": "yellow_card", "title": N_("Straight to a yellow card")},
                {"const": "red_card", "title": N_("Straight to a red card")},
            ],
        },
        "skip_reason": {
            "title": N_("Why are steps skipped?"),
            "description": N_("Say why a conversation or a warning is not enough."),
            "type": "string",
            "minLength": 1,
            "maxLength": 800,
            "x-widget": "textarea",
            "x-missing": "skipping_needs_reason",
        },
    },
    "required": ["happened_on", "ground", "what", "evidence", "sources", "first_step"],
    "if": {"properties": {"first_step": {"enum": ["yellow_card", "red_card"]}}, "required": ["first_step"]},
    "then": {"required": ["skip_reason"]},
}
WITHDRAWAL: dict[str, Any] = {
    "type": "object",
    "properties": {
        "reason": {
            "title": N_("Why is it withdrawn?"),
            "description": N_("If the tenant had a letter, this stands in the next one. Use plain words."),
            "type": "string",
            "minLength": 1,
            "maxLength": LONGEST_REASON,
            "x-widget": "textarea",
        }
    },
    "required": ["reason"],
}


@dataclass(frozen=True, slots=True)
class Shown:
    """One incident with its steps and what is open for it."""

    row: Incident
    ground: str
    sources: str
    state: str
    tone: str
    by: str
    steps: list[cards.Step]
    open_tasks: list[tuple[Task, str]]
    may_withdraw: bool


@blueprint.get("/trajectories/<uuid:trajectory_id>/incidents")
@enter(*PART_OF_ROLE)
def page(trajectory_id: UUID) -> ResponseReturnValue:
    ledger, viewer = opened(trajectory_id, "cards"), the_viewer()
    own = may_report_incident(viewer)
    shown = [_shown(ledger, row) for row in reversed(ledger.incidents)] if own else []
    return render_template(
        "incidents/page.html",
        row=ledger.trajectory,
        sentence=_sentence(ledger),
        shown=shown,
        cards=[] if own else cards.cards(ledger, viewer),
        own=own,
        may_report=own and ledger.trajectory.lease_runs(today()),
    )


@blueprint.get("/trajectories/<uuid:trajectory_id>/incidents/report")
@enter("housing_officer", "team_lead")
def report_page(trajectory_id: UUID) -> ResponseReturnValue:
    return _report(opened(trajectory_id, "incidents"))


@blueprint.post("/trajectories/<uuid:trajectory_id>/incidents")
@enter("housing_officer", "team_lead")
def report(trajectory_id: UUID) -> ResponseReturnValue:
    ledger = opened(trajectory_id, "incidents")
    read = forms.read(FORM, request.form.to_dict(flat=False), form_choices(FORM, ledger), today=today())
    faults = list(read.faults)
    if not faults:
        try:
            report_incident(desk(), trajectory_id, _as_report(read.answers))
        except Invalid as refused:
            faults = refused.faults
        else:
            flash(gettext("The incident is taken down. The first step after it is open now."), "ok")
            return redirect(url_for("incidents.page", trajectory_id=trajectory_id), 303)
    return _report(ledger, request.form, faults), 422


@blueprint.get("/incidents/<uuid:incident_id>/withdrawal")
@enter("housing_officer", "team_lead")
def withdrawal_page(incident_id: UUID) -> ResponseReturnValue:
    return _withdrawal(incident_id)


@blueprint.post("/incidents/<uuid:incident_id>/withdrawal")
@enter("housing_officer", "team_lead")
def withdraw(incident_id: UUID) -> ResponseReturnValue:
    read = forms.read(WITHDRAWAL, request.form.to_dict(flat=False), {}, today=today())
    faults = list(read.faults)
    if not faults:
        try:
            trajectory_id = withdraw_incident(desk(), incident_id, read.answers["reason"])
        except Invalid as refused:
            faults = refused.faults
        else:
            flash(gettext("The incident is withdrawn. Whoever heard of it hears this too."), "ok")
            return redirect(url_for("incidents.page", trajectory_id=trajectory_id), 303)
    return _withdrawal(incident_id, request.form, faults), 422

def _as_report(answers: dict[str, Any]) -> Report:
    return Report(
        happened_on=date.fromisoformat(answers["happened_on"]),
        ground=answers["ground"],
        what=answers["what"],
        evidence=answers["evidence"],
        sources=tuple(answers["sources"]),
        first_step=answers["first_step"],
        skip_reason=answers.get("skip_reason") or "",
    )


def _report(ledger: Ledger, typed: Raw | None = None, faults: Sequence[Fault] = ()) -> str:
    if not ledger.trajectory.lease_runs(today()):
        raise NotReady("no_lease_to_keep")
    fields = forms.fields(FORM, known.said(form_choices(FORM, ledger)))
    filling = Filling(fields, typed, faults)
    return render_template(
        "incidents/report.html", row=ledger.trajectory, filling=filling, faults=bool(filling.summary)
    )


def _withdrawal(incident_id: UUID, typed: Raw | None = None, faults: Sequence[Fault] = ()) -> str:
    incident = reading().get(Incident, incident_id)
    if incident is None:
        raise NotFound("no_such_incident")
    ledger = opened(incident.trajectory_id, "incidents")
    if incident.closed_on is not None:
        raise NotReady("incident_is_over")
    filling = Filling(forms.fields(WITHDRAWAL, {}), typed, faults)
    return render_template(
        "incidents/withdrawal.html",
        row=ledger.trajectory,
        one=_shown(ledger, incident),
        filling=filling,
        faults=bool(filling.summary),
    )


def _shown(ledger: Ledger, row: Incident) -> Shown:
    open_tasks = [one for one in tasks_of(row.trajectory_id) if one.run_id == row.run_id and one.status == "open"]
    outcome = row.outcome if row.closed_on else ""
    return Shown(
        row,
        word(row.ground, "breach"),
        first_capital(listed(word(one, "source") for one in row.sources.split())),
        first_capital(word(outcome, "incident_outcome") if outcome else gettext("going on")),
        (tone(outcome) if outcome else "warn"),
        names_of([row.reported_by_id]).get(row.reported_by_id, ""),
        cards.steps(ledger, row, the_viewer()),
        [(task, title(task.name)) for task in open_tasks],
        row.closed_on is None,
    )


def _sentence(ledger: Ledger) -> str:
    """The answer to why somebody came: whether a card stands, and how much goes on."""
    standing = [one.name.lower() for one in cards.cards(ledger, the_viewer()) if one.stands]
    if standing:
        return str(gettext("Now stands: %(cards)s. A card never ends a lease.", cards=listed(standing)))
    if not may_report_incident(the_viewer()):
        return str(gettext("No card stands."))
    going = sum(row.closed_on is None for row in ledger.incidents)
    if going:
        return str(
            ngettext("%(num)d incident goes on, no card stands.", "%(num)d incidents go on, no card stands.", going)
        )
    return str(gettext("Nothing goes on, and no card stands."))
