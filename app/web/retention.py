"""How long what is held of somebody is kept and why, holding it back, and removing it by two people; never the data."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.actions import retention as deeds
from app.errors import Fault
from app.records import Document, Removal, Trajectory
from app.records.database import reading
from app.records.dossiers import documents_of, names_of
from app.records.erasing import FINANCIAL_PAPERS
from app.records.ledger import Ledger
from app.records.retention import closed_before, find_held, holds_of, removals_of
from app.rules import forms
from app.rules.dates import add_months
from app.rules.forms import Choice
from app.rules.permissions import PART_OF_ROLE
from app.rules.retention import CLASSES, SHORTEST, Kept
from app.web.desk import desk, house, the_viewer, today
from app.web.doors import enter
from app.web.filling import Filling
from app.web.looks import showing
from app.web.retention_words import CALLED, GOES_ON, SINCE, WENT, WHAT
from app.web.sentences import N_, sentence
from app.web.words import day

blueprint = Blueprint("retention", __name__)

FEW = 50
REASON: dict[str, Any] = {
    "type": "string",
    "minLength": 1,
    "maxLength": deeds.LONGEST_REASON,
    "x-widget": "textarea",
}
HOLD: dict[str, Any] = {
    "type": "object",
    "properties": {
        "kept": {"title": N_("What may not be removed?"), "type": "string", "x-choices": "kept"},
        "reason": {
            "title": N_("Why?"),
            "description": N_("For example: a court case goes on. Everybody who holds this dossier can read it."),
            **REASON,
        },
    },
    "required": ["kept", "reason"],
}
LIFT: dict[str, Any] = {
    "type": "object",
    "properties": {"reason": {"title": N_("Why may it go now?"), **REASON}},
    "required": ["reason"],
}
VERDICT: dict[str, Any] = {
    "type": "object",
    "properties": {
        "verdict": {
            "title": N_("Your judgement"),
            "type": "string",
            "oneOf": [
                {"const": "approve", "title": N_("Remove it for good")},
                {"const": "send_back", "title": N_("Send it back: it stays")},
            ],
        },
        "reason": {"title": N_("Why does it stay?"), **REASON},
    },
    "required": ["verdict"],
    "if": {"properties": {"verdict": {"const": "send_back"}}, "required": ["verdict"]},
    "then": {"required": ["reason"]},
}


@dataclass(frozen=True, slots=True)
class KeptRow:
    """One class as the page shows it; `state` is what came of it, or why it can't go now."""

    name: str
    called: str
    what: str
    until: date | None
    why: str
    past: bool
    waits: bool
    gone: date | None


@dataclass(frozen=True, slots=True)
class DueRow:
    """A dossier that is over and of which something may be removed."""

    row: Trajectory
    past: list[tuple[str, str]]  # class, and what it is called
    waits: bool


@blueprint.get("/retention")
@enter(*PART_OF_ROLE)
def due() -> ResponseReturnValue:
    found = [_due(row) for row in closed_before(the_viewer(), today(), add_months(today(), -SHORTEST), FEW)]
    rows = [one for one in found if one.past]
    showing(*(one.row.id for one in rows))
    return render_template("retention/due.html", rows=rows, more=len(found) == FEW)


@blueprint.get("/trajectories/<uuid:trajectory_id>/retention")
@enter(*PART_OF_ROLE)
def page(trajectory_id: UUID) -> ResponseReturnValue:
    return _page(_held(trajectory_id))


@blueprint.post("/trajectories/<uuid:trajectory_id>/retention/holds")
@enter(*PART_OF_ROLE)
def hold(trajectory_id: UUID) -> ResponseReturnValue:
    ledger = _held(trajectory_id)

    def act(said: Mapping[str, Any]) -> str:
        deeds.hold_back(desk(), trajectory_id, said["kept"], said["reason"])
        return str(gettext("It is held back."))

    return _done(ledger, HOLD, _choices(ledger), act) or (_page(ledger, faults=_faults(HOLD, _choices(ledger))), 422)


@blueprint.post("/trajectories/<uuid:trajectory_id>/retention/holds/<uuid:hold_id>/end")
@enter(*PART_OF_ROLE)
def lift(trajectory_id: UUID, hold_id: UUID) -> ResponseReturnValue:
    ledger = _held(trajectory_id)
    deeds.require_hold(ledger, the_viewer(), hold_id)

    def act(said: Mapping[str, Any]) -> str:
        deeds.lift_hold(desk(), trajectory_id, hold_id, said["reason"])
        return str(gettext("Nothing holds it back any more."))

    return _done(ledger, LIFT, {}, act) or (_page(ledger, lifting=hold_id, faults=_faults(LIFT, {})), 422)


@blueprint.get("/trajectories/<uuid:trajectory_id>/retention/<kept>")
@enter(*PART_OF_ROLE)
def removal_page(trajectory_id: UUID, kept: str) -> ResponseReturnValue:
    return _removal(_held(trajectory_id), kept)


@blueprint.post("/trajectories/<uuid:trajectory_id>/retention/<kept>")
@enter(*PART_OF_ROLE)
def propose(trajectory_id: UUID, kept: str) -> ResponseReturnValue:
    deeds.propose_removal(desk(), trajectory_id, kept)
    flash(gettext("It is proposed. Nothing goes before a second person of your organisation has looked."), "ok")
    return redirect(url_for("retention.page", trajectory_id=trajectory_id), 303)


@blueprint.post("/trajectories/<uuid:trajectory_id>/retention/<kept>/verdict")
@enter(*PART_OF_ROLE)
def judge(trajectory_id: UUID, kept: str) -> ResponseReturnValue:
    ledger = _held(trajectory_id)

    def act(said: Mapping[str, Any]) -> str:
        deeds.judge_removal(desk(), trajectory_id, kept, said["verdict"], said.get("reason", ""))
        return str(gettext("It is removed.") if said["verdict"] == "approve" else gettext("It stays."))

    return _done(ledger, VERDICT, {}, act) or (_removal(ledger, kept, _faults(VERDICT, {})), 422)


def _held(trajectory_id: UUID) -> Ledger:
    """Also where the dossier itself may not be seen any more: what is left of it is still this organisation's."""
    row = find_held(reading(), the_viewer(), today(), trajectory_id)
    showing(row.id)
    return Ledger(reading(), row, today())


def _done(
    ledger: Ledger, form: Mapping[str, Any], choices: Mapping[str, Sequence[Choice]], act: Callable[..., str]
) -> ResponseReturnValue | None:
    """Back to the page with what was done; nothing when the form has faults."""
    read = forms.read(form, request.form.to_dict(flat=False), choices, today=today())
    if read.faults:
        return None
    flash(act(read.answers), "ok")
    return redirect(url_for("retention.page", trajectory_id=ledger.trajectory.id), 303)


def _faults(form: Mapping[str, Any], choices: Mapping[str, Sequence[Choice]]) -> list[Fault]:
    return forms.read(form, request.form.to_dict(flat=False), choices, today=today()).faults


def _page(ledger: Ledger, lifting: UUID | None = None, faults: Sequence[Fault] = ()) -> str:
    rows, holds = kept_rows(ledger), holds_of(ledger.session, ledger.trajectory.id)
    typed = request.form if faults else {}
    placing = Filling(forms.fields(HOLD, _choices(ledger)), {} if lifting else typed, () if lifting else faults)
    lifts = {
        one.id: Filling(forms.fields(LIFT, {}), typed if one.id == lifting else {}, faults if one.id == lifting else ())
        for one in holds
        if one.lifted_on is None and one.organisation_id == the_viewer().organisation_id
    }
    people = [one.by_id for one in holds] + [one.lifted_by_id for one in holds]
    return render_template(
        "retention/page.html",
        row=ledger.trajectory,
        seen=_is_seen(ledger),
        rows=rows,
        holds=holds,
        called={name: gettext(words) for name, words in CALLED.items()},
        names=names_of(people),
        placing=placing,
        lifts=lifts,
        papers=_papers(ledger, rows),
        summary=placing.summary or next((one.summary for one in lifts.values() if one.summary), []),
        faults=bool(faults),
    )


def kept_rows(ledger: Ledger) -> list[KeptRow]:
    """The classes that the viewer's own organisation holds of this trajectory, or held."""
    removals = removals_of(ledger.session, ledger.trajectory.id)
    own = [one for one in deeds.left(ledger) if the_viewer().part in one.keeping.parts]
    there = {one.keeping.name for one in own}
    gone = [
        one
        for one in removals
        if one.verdict == "approve" and one.kept not in there and the_viewer().part in CLASSES[one.kept].parts
    ]
    return [_row(one, removals) for one in own] + [_gone(one) for one in gone]


def _row(kept: Kept, removals: Sequence[Removal]) -> KeptRow:
    name = kept.keeping.name
    why = gettext(SINCE[name], since=day(kept.since)) if kept.since else gettext(GOES_ON[name])
    waits = any(one.kept == name and not one.verdict for one in removals)
    called, what = gettext(CALLED[name]), gettext(WHAT[name])
    past = kept.is_past(today())
    return KeptRow(name, called, what, kept.until, why, past, waits, None)


def _gone(removal: Removal) -> KeptRow:
    name = removal.kept
    called, what = gettext(CALLED[name]), gettext(WHAT[name])
    return KeptRow(name, called, what, removal.kept_until, "", False, False, removal.decided_on)


def _removal(ledger: Ledger, name: str, faults: Sequence[Fault] = ()) -> str:
    """What would go and what stays, and why; then the one thing that this person may do about it."""
    viewer = the_viewer()
    kept = deeds.find_kept(ledger, viewer, name)
    waiting, bar = deeds.waiting(ledger, name), deeds.why_not(ledger, kept)
    mine = waiting is not None and waiting.proposed_by_id == viewer.id
    theirs = waiting is not None and waiting.organisation_id != viewer.organisation_id
    others = [one for one in deeds.left(ledger) if one.keeping.name != name]
    return render_template(
        "retention/removal.html",
        row=ledger.trajectory,
        seen=_is_seen(ledger),
        one=_row(kept, []),
        goes=[(gettext(WENT[called]), count) for called, count in deeds.would_go(house(), ledger, name).items()],
        stays=[(gettext(CALLED[one.keeping.name]), one.until) for one in others],
        bar=sentence(bar) if bar else "",
        waiting=waiting,
        proposed_by=names_of([waiting.proposed_by_id]).get(waiting.proposed_by_id, "") if waiting else "",
        own=sentence("own_removal") if mine else sentence("removal_is_of_another") if theirs else "",
        filling=Filling(forms.fields(VERDICT, {}), request.form if faults else {}, faults),
        faults=bool(faults),
    )


def _is_seen(ledger: Ledger) -> bool:
    """Whether the dossier itself may still be opened."""
    part = ledger.part_of(the_viewer().part, today())
    return part is not None and part.organisation_id == the_viewer().organisation_id


def _choices(ledger: Ledger) -> dict[str, list[Choice]]:
    own = [one for one in kept_rows(ledger) if one.gone is None]
    return {"kept": [Choice(one.name, one.called) for one in own]}


def _papers(ledger: Ledger, rows: Sequence[KeptRow]) -> list[Document]:
    """The leases, for who may not open the dossier any more and must still be able to show them."""
    kept_longer = any(one.name == "financial" and one.gone is None for one in rows)
    if not kept_longer or all(one.gone is None for one in rows):
        return []
    return [one for one in documents_of(ledger.trajectory.id) if one.name in FINANCIAL_PAPERS and one.content_hash]


def _due(row: Trajectory) -> DueRow:
    ledger = Ledger(reading(), row, today())
    rows = [one for one in kept_rows(ledger) if one.past and one.gone is None]
    return DueRow(row, [(one.name, one.called) for one in rows], any(one.waits for one in rows))
