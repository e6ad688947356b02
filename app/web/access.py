"""Everything held about one person as one readable file; without who reported, and without the names of others.

It is made for who asks and kept nowhere. That it was made stands in the record.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Blueprint, current_app, render_template, request, send_file
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, gettext
from markupsafe import Markup

from app.errors import Fault
from app.records import Incident
from app.records.ledger import Ledger
from app.rules import forms
from app.rules.access import tells_who_reported
from app.rules.forms import Choice
from app.rules.permissions import PART_OF_ROLE, sees
from app.web.desk import the_viewer, today
from app.web.doors import enter
from app.web.everything import Section, everything
from app.web.filling import Filling
from app.web.folder import opened
from app.web.sentences import N_
from app.web.words import short_day, word

blueprint = Blueprint("access", __name__)

LOOKS = "export.css"  # put into the file: it is read where our pages are not
ASKED: dict[str, Any] = {
    "person": {"title": N_("About whom?"), "type": "string", "x-choices": "people"},
    "language": {
        "title": N_("In which language?"),
        "type": "string",
        "oneOf": [{"const": "nl", "title": "Nederlands"}, {"const": "en", "title": "English"}],
    },
    "kind": {
        "title": N_("What kind of file?"),
        "type": "string",
        "oneOf": [
            {"const": "html", "title": N_("To read and print")},
            {"const": "json", "title": N_("For another program (JSON)")},
        ],
    },
}


@blueprint.get("/trajectories/<uuid:trajectory_id>/everything")
@enter(*PART_OF_ROLE)
def page(trajectory_id: UUID) -> ResponseReturnValue:
    return _page(opened(trajectory_id))


@blueprint.post("/trajectories/<uuid:trajectory_id>/everything")
@enter(*PART_OF_ROLE)
def export(trajectory_id: UUID) -> ResponseReturnValue:
    ledger = opened(trajectory_id)
    read = forms.read(_form(ledger), request.form.to_dict(flat=False), _choices(ledger), today=today())
    if read.faults:
        return _page(ledger, read.faults), 422
    said = read.answers
    words = {one.number: said[name] for one in _reported(ledger) if (name := _name(one)) in said}
    with force_locale(said["language"]):
        sections = everything(ledger, the_viewer(), UUID(said["person"]), words)
        title = gettext("Everything held about you")
        content = _as_json(title, sections) if said["kind"] == "json" else _as_page(ledger, title, sections, said)
    kinds = {"json": "application/json", "html": "text/html; charset=utf-8"}
    name = f"{ledger.trajectory.reference}-{today().isoformat()}.{said['kind']}"
    return send_file(BytesIO(content.encode()), kinds[said["kind"]], as_attachment=True, download_name=name)


def _as_page(ledger: Ledger, title: str, sections: Sequence[Section], said: dict[str, Any]) -> str:
    # Only in this file: no page of ours has a style of its own.
    looks = Markup("<style>{}</style>").format(Markup(Path(current_app.static_folder or "", LOOKS).read_text()))
    return render_template(
        "access/file.html",
        title=title,
        looks=looks,
        sections=sections,
        language=said["language"],
        organisation=the_viewer().organisation,
        reference=ledger.trajectory.reference,
    )


def _as_json(title: str, sections: Iterable[Section]) -> str:
    told = [
        {"title": one.title, "remark": one.remark, "rows": [{"what": what, "said": said} for what, said in one.rows]}
        for one in sections
    ]
    return json.dumps({"title": title, "made_on": today().isoformat(), "sections": told}, ensure_ascii=False, indent=1)


def _form(ledger: Ledger) -> dict[str, Any]:
    """For each incident that neighbours reported a box for what happened, said without who reported it."""
    boxes = {
        _name(one): {
            "title": f"{gettext('Incident')} {one.number}, {short_day(one.happened_on)}",
            "description": gettext(
                "This was reported: “%(what)s”. Write what happened, without anything that tells who reported it. "
                "Left empty, the file says that the description is left out.",
                what=one.what,
            ),
            "type": "string",
            "maxLength": 2000,
            "x-widget": "textarea",
        }
        for one in _reported(ledger)
    }
    return {"type": "object", "properties": {**ASKED, **boxes}, "required": list(ASKED)}


def _name(incident: Incident) -> str:
    return f"incident_{incident.number}"


def _reported(ledger: Ledger) -> list[Incident]:
    """Incidents of which the file must not tell who reported them."""
    if not sees(the_viewer().part, "incidents"):
        return []
    return [one for one in ledger.incidents if tells_who_reported(one.sources.split())]


def _choices(ledger: Ledger) -> dict[str, list[Choice]]:
    row = ledger.trajectory
    beside = ledger.besides if the_viewer().part != "urgency_office" else []
    people = [Choice(str(row.tenant_id), row.tenant.full_name)]
    people += [Choice(str(one.person_id), f"{one.person.full_name}, {word(one.kind, 'beside')}") for one in beside]
    return {"people": people}


def _page(ledger: Ledger, faults: Sequence[Fault] = ()) -> str:
    start = {"person": str(ledger.trajectory.tenant_id), "language": the_viewer().language, "kind": "html"}
    filling = Filling(forms.fields(_form(ledger), _choices(ledger)), request.form if faults else start, faults)
    return render_template("access/page.html", row=ledger.trajectory, filling=filling, faults=bool(faults))
