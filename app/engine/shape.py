"""Checks how one drawing is put together: which parts it has and how they hang together; never what they refer to."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from lxml import etree

from app.engine.drawing import BPMN, NAMESPACES, NODES, Drawing, Element, english, kind_of
from app.engine.faults import Fault

_BESIDE_NODES = {
    "documentation",
    "extensionElements",
    "laneSet",
    "sequenceFlow",
    "textAnnotation",
    "association",
    "group",
}
_INSIDE_NODES = {"documentation", "extensionElements", "incoming", "outgoing"}
# The library gives its own parts these names, and dots; an element so called would silently become that part.
_RESERVED = {"Start", "End", "Root", "StartEventSplit", "StartEventJoin"}
_ID = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_LOOPS = {"standardLoopCharacteristics", "multiInstanceLoopCharacteristics"}
_EVENTS = {
    "intermediateCatchEvent": {"timerEventDefinition"},
    "boundaryEvent": {"timerEventDefinition", "messageEventDefinition"},
}
_SPLITTERS = {"exclusiveGateway", "parallelGateway"}
_NAMED = ("participant", "process", "lane", "sequenceFlow", *sorted(NODES))


def check_shape(root: etree._Element, drawing: Drawing) -> Iterator[Fault]:
    """What is wrong with the drawing by itself."""
    process = root.find("b:process", NAMESPACES)
    if process.get("isExecutable", "true") != "true":
        yield Fault(drawing.file, drawing.name, "not_executable")
    yield from _parts(drawing.file, process)
    yield from _names(drawing.file, root)
    flows = [(node.get("id", ""), node.get("sourceRef", ""), node.get("targetRef", "")) for node in _flows(process)]
    for flow, source, target in flows:
        if source not in drawing.elements:
            yield Fault(drawing.file, flow, "flow_from_nowhere", {"source": source})
        elif drawing.elements[source].kind == "endEvent":
            yield Fault(drawing.file, flow, "flow_out_of_end")
        if target not in drawing.elements:
            yield Fault(drawing.file, flow, "flow_to_nowhere", {"target": target})
        elif drawing.elements[target].kind in {"startEvent", "boundaryEvent"}:
            yield Fault(drawing.file, flow, "flow_into_start", {"kind": _said(drawing.elements[target].kind)})
    for element in drawing.elements.values():
        yield from _leaving(drawing, element)
        yield from _guarding(drawing, element)
    yield from _reach(drawing)


def _parts(file: str, process: etree._Element) -> Iterator[Fault]:
    ids: Counter[str] = Counter()
    for node in process.iterchildren():
        kind, element = kind_of(node), node.get("id", "")
        if kind == "scriptTask":
            yield Fault(file, element, "script")
        elif kind not in NODES and kind not in _BESIDE_NODES:
            yield Fault(file, element, "unsupported", {"kind": _said(kind)})
        elif kind in NODES or kind == "sequenceFlow":
            ids[element] += 1
            if not element:
                yield Fault(file, "", "no_id", {"kind": _said(kind)})
            elif not _ID.fullmatch(element) or element in _RESERVED:
                yield Fault(file, element, "reserved_id")
        if kind in NODES:
            yield from _inside(file, node, kind)
    for element, count in ids.items():
        if element and count > 1:
            yield Fault(file, element, "same_id")
    for code in ("s:preScript", "s:postScript"):
        for script in process.iterfind(f".//{code}", NAMESPACES):
            yield Fault(file, script.getparent().getparent().get("id", ""), "script")


def _inside(file: str, node: etree._Element, kind: str) -> Iterator[Fault]:
    element, events = node.get("id", ""), []
    for child in node.iterchildren(f"{{{BPMN}}}*"):
        part = kind_of(child)
        if part.endswith("EventDefinition"):
            events.append(part)
        elif part in _LOOPS:
            yield Fault(file, element, "loop_marker")
        elif part not in _INSIDE_NODES:
            yield Fault(file, element, "unsupported", {"kind": _said(part)})
    allowed = _EVENTS.get(kind, set())
    for event in events:
        if event not in allowed:
            yield Fault(file, element, "unsupported_event", {"kind": _said(kind), "event": _said(event)})
    if allowed and len(events) != 1:
        yield Fault(file, element, "one_event", {"kind": _said(kind), "count": len(events)})


def _names(file: str, root: etree._Element) -> Iterator[Fault]:
    for kind in _NAMED:
        for node in root.iter(f"{{{BPMN}}}{kind}"):
            name, element = node.get("name", "").strip(), node.get("id", "")
            if name and not english(node):
                yield Fault(file, element, "no_english", {"kind": _said(kind), "name": name})
            elif not name and kind == "userTask":
                yield Fault(file, element, "no_name", {"kind": _said(kind)})


def _flows(process: etree._Element) -> Iterator[etree._Element]:
    return iter(process.iterchildren(f"{{{BPMN}}}sequenceFlow"))


def _leaving(drawing: Drawing, element: Element) -> Iterator[Fault]:
    outgoing, kind = element.outgoing, _said(element.kind)
    if element.kind == "endEvent":
        return
    if not outgoing:
        yield Fault(drawing.file, element.id, "dead_end", {"kind": kind})
    if element.kind == "exclusiveGateway":
        yield from _choosing(drawing, element)
        return
    if len(outgoing) > 1 and element.kind not in _SPLITTERS:
        yield Fault(drawing.file, element.id, "several_outgoing", {"count": len(outgoing), "kind": kind})
    for flow in outgoing:
        if flow.condition:
            yield Fault(drawing.file, element.id, "condition_not_asked", {"flow": flow.id})


def _choosing(drawing: Drawing, gateway: Element) -> Iterator[Fault]:
    outgoing = gateway.outgoing
    if gateway.default and gateway.default not in {flow.id for flow in outgoing}:
        yield Fault(drawing.file, gateway.id, "unknown_default", {"default": gateway.default})
        return
    if not gateway.default and (len(outgoing) > 1 or any(flow.condition for flow in outgoing)):
        yield Fault(drawing.file, gateway.id, "no_default")
        return
    for flow in outgoing:
        is_default = flow.id == gateway.default or len(outgoing) == 1
        if is_default and flow.condition:
            yield Fault(drawing.file, gateway.id, "condition_on_default", {"flow": flow.id})
        elif not is_default and not flow.condition:
            yield Fault(drawing.file, gateway.id, "no_condition", {"flow": flow.id})


def _guarding(drawing: Drawing, event: Element) -> Iterator[Fault]:
    if event.kind != "boundaryEvent":
        return
    guarded = drawing.elements.get(event.attached_to)
    if guarded is None or guarded.kind not in {"userTask", "callActivity"}:
        yield Fault(drawing.file, event.id, "attached_to_nothing", {"target": event.attached_to or "nothing"})
    join = _join_ahead(drawing, event)
    if join:
        yield Fault(drawing.file, event.id, "boundary_into_join", {"join": join})


def _join_ahead(drawing: Drawing, event: Element) -> str:
    """The parallel join that the path of a boundary event runs into before it could merge with the ordinary path."""
    arriving = Counter(flow.target for element in drawing.elements.values() for flow in element.outgoing)
    here, seen = event, {event.id}
    while len(here.outgoing) == 1:
        ahead = drawing.elements.get(here.outgoing[0].target)
        if ahead is None or ahead.id in seen:
            return ""
        if arriving[ahead.id] > 1:
            return ahead.id if ahead.kind == "parallelGateway" else ""
        seen.add(ahead.id)
        here = ahead
    return ""


def _reach(drawing: Drawing) -> Iterator[Fault]:
    starts = [element for element in drawing.elements.values() if element.kind == "startEvent"]
    if not starts:
        yield Fault(drawing.file, drawing.name, "no_start")
        return
    if len(starts) > 1:
        yield Fault(drawing.file, drawing.name, "several_starts", {"count": len(starts)})
    if not any(element.kind == "endEvent" for element in drawing.elements.values()):
        yield Fault(drawing.file, drawing.name, "no_end")
    reached = {element.id for element in drawing.in_flow_order()}
    for element in drawing.elements.values():
        if element.id not in reached and not _hangs_loose(drawing, element):
            yield Fault(drawing.file, element.id, "unreachable")


def _hangs_loose(drawing: Drawing, element: Element) -> bool:
    """A boundary event attached to nothing is named as that, once."""
    return element.kind == "boundaryEvent" and element.attached_to not in drawing.elements


def _said(kind: str) -> str:
    """`userTask` as people write it: user task."""
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in kind)
