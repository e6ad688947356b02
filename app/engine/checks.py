"""Goes over a folder of drawings and collects what is wrong; never changes or runs anything."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

from app.engine import expressions
from app.engine.decisions import check_table, outputs
from app.engine.drawing import BPMN, Drawing, Element, role_of
from app.engine.faults import Fault
from app.engine.folder import Folder
from app.engine.shape import check_shape
from app.engine.spiff import constant
from app.rules.forms import require_readable

_FORM = re.compile(r"forms/[A-Za-z0-9_-]+\.json")


@dataclass(frozen=True, slots=True)
class Known:
    """What a drawing may name: roles, facts, deadlines, and operators with their parameters."""

    lanes: frozenset[str]
    facts: frozenset[str]
    deadlines: frozenset[str]
    orders: Mapping[str, Collection[str]]


def check(folder: Folder, known: Known) -> list[Fault]:
    """Every fault in the folder; what SpiffWorkflow itself can't use is only looked for when we found nothing."""
    faults = [*folder.faults]
    for drawing in folder.drawings.values():
        faults.extend(check_shape(folder.roots[drawing.file], drawing))
        faults.extend(_check_drawing(folder, drawing, known))
    for file in folder.tables.values():
        faults.extend(check_table(file, folder.roots[file], known.facts))
    faults.extend(_same_tasks(folder))
    faults.extend(_circles(folder))
    faults.extend(_unused(folder))
    faults.extend(_forms(folder))
    return faults or list(_leaks(folder))


def _check_drawing(folder: Folder, drawing: Drawing, known: Known) -> Iterator[Fault]:
    yield from _lanes(folder, drawing, known)
    told = {name for table in _tables_of(folder, drawing) for name in outputs(folder.roots[table])}
    for element in drawing.elements.values():
        match element.kind:
            case "userTask":
                yield from _user_task(folder, drawing, element)
            case "serviceTask":
                yield from _order(drawing, element, known)
            case "callActivity" if not element.calls:
                yield Fault(drawing.file, element.id, "no_called")
            case "callActivity" if element.calls not in folder.drawings:
                yield Fault(drawing.file, element.id, "unknown_called", {"called": element.calls})
            case "businessRuleTask" if not element.table:
                yield Fault(drawing.file, element.id, "no_table")
            case "businessRuleTask" if element.table not in folder.tables:
                yield Fault(drawing.file, element.id, "unknown_table", {"table": element.table})
            case "intermediateCatchEvent" | "boundaryEvent":
                yield from _event(folder, drawing, element, known)
        for flow in element.outgoing:
            if flow.condition:
                yield from _condition(drawing, flow.id, flow.condition, known.facts | told, known.deadlines)


def _lanes(folder: Folder, drawing: Drawing, known: Known) -> Iterator[Fault]:
    placed: set[str] = set()
    for lane in folder.roots[drawing.file].iter(f"{{{BPMN}}}lane"):
        lane_id = lane.get("id", "")
        if role_of(lane_id) not in known.lanes:
            yield Fault(drawing.file, lane_id, "unknown_lane", {"lane": lane_id, "known": _listed(known.lanes)})
        for reference in lane.iterchildren(f"{{{BPMN}}}flowNodeRef"):
            element = (reference.text or "").strip()
            if element not in drawing.elements:
                yield Fault(drawing.file, lane_id, "lane_of_nothing", {"lane": lane_id, "target": element})
            elif element in placed:
                yield Fault(drawing.file, element, "several_lanes")
            placed.add(element)


def _user_task(folder: Folder, drawing: Drawing, task: Element) -> Iterator[Fault]:
    if not task.lane:
        yield Fault(drawing.file, task.id, "no_lane")
    if not task.form:
        yield Fault(drawing.file, task.id, "no_form")
    elif not _FORM.fullmatch(task.form):
        yield Fault(drawing.file, task.id, "form_outside", {"form": task.form})
    elif task.form not in folder.form_files:
        yield Fault(drawing.file, task.id, "form_missing", {"form": task.form})


def _order(drawing: Drawing, task: Element, known: Known) -> Iterator[Fault]:
    if task.order is None or not task.order.kind:
        yield Fault(drawing.file, task.id, "no_operator")
        return
    operator = task.order.kind
    if operator not in known.orders:
        yield Fault(drawing.file, task.id, "unknown_operator", {"operator": operator, "known": _listed(known.orders)})
        return
    wanted = set(known.orders[operator])
    for parameter in sorted(task.order.params.keys() - wanted):
        yield Fault(drawing.file, task.id, "unknown_parameter", {"operator": operator, "parameter": parameter})
    for parameter in sorted(wanted - task.order.params.keys()):
        yield Fault(drawing.file, task.id, "missing_parameter", {"operator": operator, "parameter": parameter})
    for text in task.order.params.values():
        try:
            constant(text)
        except expressions.BadExpression as bad:
            yield Fault(drawing.file, task.id, bad.code, bad.params)


def _event(folder: Folder, drawing: Drawing, event: Element, known: Known) -> Iterator[Fault]:
    node = next(iter(folder.roots[drawing.file].iterfind(f".//{{{BPMN}}}{event.kind}[@id='{event.id}']")), None)
    if node is None:
        return
    for timer in node.iterchildren(f"{{{BPMN}}}timerEventDefinition"):
        kinds = [child.tag for child in timer.iterchildren(f"{{{BPMN}}}*")]
        if kinds != [f"{{{BPMN}}}timeDate"] or not event.deadline:
            yield Fault(drawing.file, event.id, "not_a_deadline")
        elif event.deadline not in known.deadlines:
            yield Fault(drawing.file, event.id, "unknown_deadline", {"name": event.deadline})
    for message in node.iterchildren(f"{{{BPMN}}}messageEventDefinition"):
        if not event.message:
            yield Fault(drawing.file, event.id, "no_message", {"message": message.get("messageRef", "")})


def _condition(
    drawing: Drawing, flow: str, text: str, names: frozenset[str], deadlines: frozenset[str]
) -> Iterator[Fault]:
    try:
        expression = expressions.read(text)
    except expressions.BadExpression as bad:
        yield Fault(drawing.file, flow, bad.code, bad.params)
        return
    for name in sorted(expression.names - names):
        yield Fault(drawing.file, flow, "unknown_name", {"expression": text, "name": name})
    for name in sorted(expression.deadlines - deadlines):
        yield Fault(drawing.file, flow, "unknown_deadline", {"name": name})


def _tables_of(folder: Folder, drawing: Drawing) -> Iterator[str]:
    for element in drawing.elements.values():
        if element.kind == "businessRuleTask" and element.table in folder.tables:
            yield folder.tables[element.table]


def _same_tasks(folder: Folder) -> Iterator[Fault]:
    drawn: dict[str, str] = {}
    for drawing in folder.drawings.values():
        for element in drawing.elements.values():
            if element.kind == "userTask" and drawn.setdefault(element.id, drawing.file) != drawing.file:
                yield Fault(drawing.file, element.id, "same_task", {"other": drawn[element.id]})


def _circles(folder: Folder) -> Iterator[Fault]:
    calls = {
        name: sorted({element.calls for element in drawing.elements.values() if element.calls in folder.drawings})
        for name, drawing in folder.drawings.items()
    }
    told: set[frozenset[str]] = set()
    for name in calls:
        ahead = [[name]]
        while ahead:
            path = ahead.pop()
            for called in calls[path[-1]]:
                if called == name and frozenset(path) not in told:
                    told.add(frozenset(path))
                    circle = " → ".join([*path, called])
                    yield Fault(folder.drawings[name].file, name, "call_cycle", {"circle": circle})
                elif called not in path and len(path) <= len(calls):
                    ahead.append([*path, called])


def _unused(folder: Folder) -> Iterator[Fault]:
    elements = [element for drawing in folder.drawings.values() for element in drawing.elements.values()]
    # A file that could not be read at all may well be the one that uses them.
    if any(fault.file.endswith(".bpmn") for fault in folder.faults):
        return
    for form in sorted(folder.form_files - {element.form for element in elements}):
        yield Fault(form, "", "form_orphaned")
    for table in sorted(folder.tables.keys() - {element.table for element in elements}):
        yield Fault(folder.tables[table], table, "table_orphaned")


def _forms(folder: Folder) -> Iterator[Fault]:
    for name, form in folder.forms.items():
        try:
            Draft202012Validator.check_schema(form)
            if form.get("type") != "object":
                raise ValueError("its type is not object")
            require_readable(form)
        except SchemaError as reason:
            yield Fault(name, "", "form_not_schema", {"reason": reason.message[:300]})
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as reason:
            yield Fault(name, "", "form_not_schema", {"reason": str(reason)[:300]})


def _leaks(folder: Folder) -> Iterator[Fault]:
    """What the library complains about although we had nothing to say: its TypeErrors and KeyErrors as sentences."""
    for name, drawing in folder.drawings.items():
        try:
            _ = folder.definition(name).parsed
        except Exception as reason:
            said = " ".join(str(reason).split()) or "no reason given"
            yield Fault(drawing.file, name, "not_understood", {"reason": f"{type(reason).__name__}: {said}"[:300]})


def _listed(names: Collection[str]) -> str:
    return ", ".join(sorted(names))
