"""Where a trajectory is, as the drawing it follows and the same in words; never a step the viewer may not know of."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, abort, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext, ngettext
from lxml import etree
from werkzeug.wrappers import Response

from app.engine import run as engine
from app.engine.definition import Definition
from app.engine.drawing import NAMESPACES, Drawing, parse_xml
from app.errors import NotFound
from app.records import Definition as Kept
from app.records import Incident, Run, Task
from app.records.database import reading
from app.records.dossiers import run_of
from app.records.ledger import Ledger
from app.rules.escalation import LADDER, measure
from app.rules.permissions import Viewer
from app.web.course_of_steps import Course
from app.web.desk import house, the_viewer, today
from app.web.doors import enter, signed_in
from app.web.dossier import stand
from app.web.folder import opened
from app.web.standing import Standing
from app.web.words import distance, first_capital, short_day, word

blueprint = Blueprint("diagram", __name__)

# Drawings that the urgency office takes part in; the rest of the way is not its business.
OPEN_TO_URGENCY = ("conditional_tenancy", "intake")

DI, DC = "http://www.omg.org/spec/BPMN/20100524/DI", "http://www.omg.org/spec/DD/20100524/DC"
LETTER = 7.8  # the width of a letter beside a shape, as static/diagram.js draws them


@dataclass(frozen=True, slots=True)
class Step:
    """A step in words: when it was done last and how often, or who has it and until when."""

    name: str
    about: str


@blueprint.get("/trajectories/<uuid:trajectory_id>/diagram")
@blueprint.get("/trajectories/<uuid:trajectory_id>/diagram/<drawing>")
@enter(signed_in)
def page(trajectory_id: UUID, drawing: str = "") -> ResponseReturnValue:
    ledger = opened(trajectory_id)
    return _page(ledger, run_of(ledger.trajectory.id), drawing)


@blueprint.get("/incidents/<uuid:incident_id>/diagram")
@blueprint.get("/incidents/<uuid:incident_id>/diagram/<drawing>")
@enter("housing_officer", "team_lead")
def of_incident(incident_id: UUID, drawing: str = "") -> ResponseReturnValue:
    """The same for the steps after one incident."""
    ledger, incident = _incident(incident_id)
    return _page(ledger, reading().get(Run, incident.run_id), drawing, incident)


def _page(ledger: Ledger, run: Run | None, drawing: str, incident: Incident | None = None) -> str:
    viewer = the_viewer()
    standing = stand(ledger, viewer)
    definition, over, places = _followed(run)
    drawings = _drawings(definition, viewer)
    own = [task for task in standing.tasks if run is not None and task.run_id == run.id]
    course = Course(definition, own, over=over, places=places)
    shown = next((one for one in drawings if one.name == drawing), None)
    if drawing and shown is None:
        abort(404)
    shown = shown or _where_it_is(drawings, course)
    language = _language()
    names = definition.names(language)
    return render_template(
        "diagram/page.html",
        row=ledger.trajectory,
        drawings=[(one.name, names.get(one.name, one.name), _is_here(one, course)) for one in drawings],
        shown=shown.name,
        marks=_marks(shown, course, standing),
        done=[_done(names, name, tasks) for name, tasks in course.done_steps()],
        incident=incident,
        address_of=lambda name, ending="": _address(ledger, incident, name) + ending,
        now=[_now(standing, task) for task in own if task.status == "open"],
        following=_steps_left(ledger, incident) if incident is not None else _following(course, names, viewer),
        waiting=not course.open_tasks and not over,
    )


def _following(course: Course, names: Mapping[str, str], viewer: Viewer) -> list[str]:
    return [names.get(name, name) for name in course.following(4)] if viewer.part != "urgency_office" else []


def _steps_left(ledger: Ledger, incident: Incident) -> list[str]:
    """The steps that may still come: one drawing serves several of them, so the drawing alone can't say which."""
    ledger.about = incident
    at_hand = measure(ledger.case().incident)
    left = LADDER[LADDER.index(at_hand) + 1 :] if at_hand and incident.closed_on is None else ()
    return [first_capital(word(kind, "measure")) for kind in left]


def _address(ledger: Ledger, incident: Incident | None, drawing: str) -> str:
    """Where a drawing of the same run stands."""
    if incident is not None:
        return url_for("diagram.of_incident", incident_id=incident.id, drawing=drawing)
    return url_for("diagram.page", trajectory_id=ledger.trajectory.id, drawing=drawing)


def _incident(incident_id: UUID) -> tuple[Ledger, Incident]:
    incident = reading().get(Incident, incident_id)
    if incident is None:
        raise NotFound("no_such_incident")
    return opened(incident.trajectory_id, "incidents"), incident


@blueprint.get("/trajectories/<uuid:trajectory_id>/diagram/<drawing>.bpmn")
@enter(signed_in)
def source(trajectory_id: UUID, drawing: str) -> ResponseReturnValue:
    """The drawing itself, with its names in the language of the page."""
    ledger = opened(trajectory_id)
    return _source(run_of(ledger.trajectory.id), drawing)


@blueprint.get("/incidents/<uuid:incident_id>/diagram/<drawing>.bpmn")
@enter("housing_officer", "team_lead")
def source_of_incident(incident_id: UUID, drawing: str) -> ResponseReturnValue:
    _, incident = _incident(incident_id)
    return _source(reading().get(Run, incident.run_id), drawing)


def _source(run: Run | None, drawing: str) -> ResponseReturnValue:
    definition, _, _ = _followed(run)
    drawn = next((one for one in _drawings(definition, the_viewer()) if one.name == drawing), None)
    if drawn is None:
        abort(404)
    return Response(translated(definition.sources[drawn.file], _language()), mimetype="application/xml")


def translated(source: str, language: str) -> bytes:
    """The XML of a drawing with the names of one language in it: Dutch stands there, English beside it."""
    root = parse_xml("drawing.bpmn", source)
    if language == "en":
        for element in root.iter("{*}*"):
            english = element.find("b:extensionElements/s:properties/s:property[@name='en']", NAMESPACES)
            if english is not None and element.get("name"):
                element.set("name", english.get("value", ""))
    _make_room(root)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="utf-8"))


def _make_room(root: etree._Element) -> None:
    """Widen what stands beside a shape to its longest word: we draw larger letters than a modeller, and in English too.

    Each label keeps its middle. Without this the browser breaks words wherever the box ends.
    """
    names = {one.get("id"): one.get("name", "") for one in root.iter("{*}*") if one.get("name")}
    for label in root.iter(f"{{{DI}}}BPMNLabel"):
        box, drawn = label.find(f"{{{DC}}}Bounds"), label.getparent()
        if box is None or drawn is None:
            continue
        longest = max(map(len, names.get(drawn.get("bpmnElement"), "").split()), default=0)
        missing = longest * LETTER + 4 - float(box.get("width", "0"))
        if missing > 0:
            box.set("width", f"{float(box.get('width', '0')) + missing:g}")
            box.set("x", f"{float(box.get('x', '0')) - missing / 2:g}")


def _followed(run: Run | None) -> tuple[Definition, bool, set[str]]:
    """The drawing this run follows, with everything it calls, whether the run is over, and where it is in it."""
    if run is None:
        abort(404)
    kept = house().kept
    if run.definition_hash not in kept:
        row = reading().get_one(Kept, run.definition_hash)
        kept[run.definition_hash] = Definition.from_bytes(row.content)
    definition = kept[run.definition_hash]
    return definition, run.done, engine.restore(definition, run.state).places()


def _drawings(definition: Definition, viewer: Viewer) -> list[Drawing]:
    return [one for one in definition.drawings if viewer.part != "urgency_office" or one.name in OPEN_TO_URGENCY]


def _where_it_is(drawings: list[Drawing], course: Course) -> Drawing:
    """The drawing in which a step is open; the main one when none is."""
    return next((one for one in drawings if _is_here(one, course)), drawings[0])


def _is_here(drawing: Drawing, course: Course) -> bool:
    return any(name in course.open_tasks for name in drawing.elements)


def _marks(drawing: Drawing, course: Course, standing: Standing) -> str:
    """Element -> how it stands and a few words, as JSON that no browser runs."""
    marks: dict[str, dict[str, str]] = {}
    known = standing.viewer.part != "urgency_office"
    for element in drawing.elements.values():
        state = course.state(element)
        if state in ("done", "open") or (state == "possible" and known):
            marks[element.id] = {"state": state, "label": _label(course, element.id, state)}
    return json.dumps(marks).replace("<", "\\u003c")


def _label(course: Course, name: str, state: str) -> str:
    if state == "open" and name in course.open_tasks:
        return distance(course.open_tasks[name].due_on, today())
    times = len(course.done_tasks.get(name, ()))
    return str(ngettext("%(num)d time done", "%(num)d times done", times)) if times > 1 else ""


def _done(names: Mapping[str, str], name: str, tasks: list[Task]) -> Step:
    last = max((task.done_on for task in tasks if task.done_on), default=None)
    times = ngettext("%(num)d time, last", "%(num)d times, last", len(tasks)) if len(tasks) > 1 else ""
    return Step(names.get(name, name), f"{times} {short_day(last)}".strip())


def _now(standing: Standing, task: Task) -> Step:
    who = standing.who(task)
    return Step(standing.title(task), gettext("by %(who)s, %(due)s", who=who, due=distance(task.due_on, today())))


def _language() -> str:
    return "en" if str(get_locale()) == "en" else "nl"
