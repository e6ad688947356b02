"""One BPMN drawing as plain values: its elements, flows, lanes and names; never follows a reference out of its file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from app.engine.expressions import BadExpression, deadline_name
from app.engine.faults import Fault
from app.rules.progress import Order

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
SPIFF = "http://spiffworkflow.org/bpmn/schema/1.0/core"
NAMESPACES = {"b": BPMN, "s": SPIFF}
LARGEST = 500_000
MOST_TAGS = 5_000  # our largest has two thousand

NODES = {
    "startEvent",
    "endEvent",
    "userTask",
    "serviceTask",
    "businessRuleTask",
    "callActivity",
    "exclusiveGateway",
    "parallelGateway",
    "intermediateCatchEvent",
    "boundaryEvent",
}


@dataclass(frozen=True, slots=True)
class Flow:
    """A sequence flow; `condition` is "" when it has none."""

    id: str
    source: str
    target: str
    condition: str
    nl: str
    en: str


@dataclass(frozen=True, slots=True)
class Element:
    """A node of a drawing; what does not apply to its kind is ""."""

    id: str
    kind: str
    drawing: str
    nl: str
    en: str
    lane: str
    form: str = ""
    deadline: str = ""
    message: str = ""
    calls: str = ""
    table: str = ""
    attached_to: str = ""
    default: str = ""
    order: Order | None = None
    outgoing: tuple[Flow, ...] = ()

    def name(self, language: str) -> str:
        return self.en if language == "en" else self.nl


@dataclass(frozen=True, slots=True)
class Drawing:
    """One process: `name` is its id, `lanes` maps a role to the lane's names (nl, en)."""

    name: str
    file: str
    nl: str
    en: str
    elements: dict[str, Element]
    lanes: dict[str, tuple[str, str]]

    def in_flow_order(self) -> Iterator[Element]:
        """The elements as a reader follows them from the start, each once; what a boundary event opens comes last."""
        seen: set[str] = set()
        ahead = [element.id for element in reversed(self.elements.values()) if element.kind == "startEvent"]
        while ahead:
            element = self.elements.get(ahead.pop())
            if element is None or element.id in seen:
                continue
            seen.add(element.id)
            yield element
            guards = [other.id for other in self.elements.values() if other.attached_to == element.id]
            ahead.extend(reversed([*[flow.target for flow in element.outgoing], *guards]))


def parse_xml(file: str, text: str) -> etree._Element:
    """The root of an XML document; raises ValueError(Fault) when it is not plain XML."""
    if len(text) > LARGEST:
        raise ValueError(Fault(file, "", "too_large", {"megabytes": LARGEST // 1_000_000}))
    if text.count("<") > MOST_TAGS:
        raise ValueError(Fault(file, "", "too_many_tags", {"most": MOST_TAGS}))
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise ValueError(Fault(file, "", "has_doctype"))
    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True
    )
    try:
        root = etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError as reason:
        raise ValueError(Fault(file, "", "not_xml", {"reason": str(reason.msg)})) from None
    if root.getroottree().docinfo.doctype:
        raise ValueError(Fault(file, "", "has_doctype"))
    return root


def read_drawing(file: str, root: etree._Element) -> Drawing:
    """The one process of a BPMN document, as far as it can be read; checking it is not done here."""
    process = root.find(f"{{{BPMN}}}process")
    assert process is not None
    name = process.get("id", "")
    lanes, lane_of = _lanes(process)
    flows = [_flow(node) for node in process.iterchildren(f"{{{BPMN}}}sequenceFlow")]
    messages = {node.get("id"): node.get("name", "") for node in root.iterchildren(f"{{{BPMN}}}message")}
    elements = {}
    for node in process.iterchildren(*(f"{{{BPMN}}}{kind}" for kind in NODES)):
        element_id = node.get("id", "")
        leaving = tuple(flow for flow in flows if flow.source == element_id)
        elements[element_id] = _element(node, name, lane_of.get(element_id, ""), messages, leaving)
    participant = root.find(f".//{{{BPMN}}}participant")
    named = participant if participant is not None and participant.get("name") else process
    return Drawing(name, file, named.get("name", name), english(named) or named.get("name", name), elements, lanes)


def kind_of(node: etree._Element) -> str:
    return str(etree.QName(node).localname)


def english(node: etree._Element) -> str:
    return properties(node).get("en", "")


def properties(node: etree._Element) -> dict[str, str]:
    found = node.findall("b:extensionElements/s:properties/s:property", NAMESPACES)
    return {prop.get("name", ""): prop.get("value", "") for prop in found}


def text_of(node: etree._Element, path: str) -> str:
    return (node.findtext(path, "", NAMESPACES) or "").strip()


def role_of(lane: str) -> str:
    """A lane's id is its role; `role.2` is a second lane of the same role."""
    return lane.partition(".")[0]


def _lanes(process: etree._Element) -> tuple[dict[str, tuple[str, str]], dict[str, str]]:
    lanes, lane_of = {}, {}
    for lane in process.iter(f"{{{BPMN}}}lane"):
        role = role_of(lane.get("id", ""))
        lanes[role] = (lane.get("name", role), english(lane) or lane.get("name", role))
        for reference in lane.iterchildren(f"{{{BPMN}}}flowNodeRef"):
            lane_of[(reference.text or "").strip()] = role
    return lanes, lane_of


def _flow(node: etree._Element) -> Flow:
    return Flow(
        id=node.get("id", ""),
        source=node.get("sourceRef", ""),
        target=node.get("targetRef", ""),
        condition=text_of(node, "b:conditionExpression"),
        nl=node.get("name", ""),
        en=english(node),
    )


def _element(
    node: etree._Element, drawing: str, lane: str, messages: dict[str | None, str], outgoing: tuple[Flow, ...]
) -> Element:
    event = node.find("b:messageEventDefinition", NAMESPACES)
    operator = node.find("b:extensionElements/s:serviceTaskOperator", NAMESPACES)
    return Element(
        id=node.get("id", ""),
        kind=kind_of(node),
        drawing=drawing,
        nl=node.get("name", ""),
        en=english(node),
        lane=lane,
        form=properties(node).get("formJsonSchemaFilename", ""),
        deadline=_deadline(node),
        message=messages.get(event.get("messageRef"), "") if event is not None else "",
        calls=node.get("calledElement", ""),
        table=text_of(node, "b:extensionElements/s:calledDecisionId"),
        attached_to=node.get("attachedToRef", ""),
        default=node.get("default", ""),
        order=_order(operator) if operator is not None else None,
        outgoing=outgoing,
    )


def _deadline(node: etree._Element) -> str:
    """The name of the deadline an event waits for; "" when there is none or it is written in another way."""
    try:
        return deadline_name(text_of(node, "b:timerEventDefinition/b:timeDate"))
    except BadExpression:
        return ""


def _order(operator: etree._Element) -> Order:
    """The operator with its parameters as they are written, quotes and all."""
    parameters = operator.findall(".//s:parameter", NAMESPACES)
    return Order(operator.get("id", ""), {item.get("id", ""): item.get("value", "") for item in parameters})
