"""Drawings in a few lines of text, for tests: one line per element, `a > b` for a flow."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from xml.sax.saxutils import quoteattr

from app.engine.definition import Definition

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core" targetNamespace="urn:test">'
)
KINDS = {
    "start": "startEvent",
    "end": "endEvent",
    "user": "userTask",
    "service": "serviceTask",
    "table": "businessRuleTask",
    "call": "callActivity",
    "choice": "exclusiveGateway",
    "fork": "parallelGateway",
    "timer": "intermediateCatchEvent",
    "boundary": "boundaryEvent",
}


def bpmn(process: str, text: str) -> str:
    """`text` drawn as BPMN.

    start s | end e | user a @role | service f kind name='value' | table r decision | call c process
    choice g default=flow | fork p | timer t deadline | boundary b on a timer deadline | boundary b on a message name
    a > b | a > b : condition          (flows are named a_b)
    """
    elements: list[str] = []
    flows: list[str] = []
    lanes: dict[str, list[str]] = {}
    messages: set[str] = set()
    for line in filter(None, (line.strip() for line in text.splitlines())):
        if ">" in line.partition(":")[0]:
            flows += _flows(line)
            continue
        kind, element, *rest = line.split()
        elements.append(_element(kind, element, rest, messages))
        for word in rest:
            if word.startswith("@"):
                lanes.setdefault(word[1:], []).append(element)
    return (
        HEAD
        + "".join(f'<bpmn:message id="{name}" name="{name}" />' for name in sorted(messages))
        + f'<bpmn:process id="{process}" name="{process} nl" isExecutable="true">{properties(en=process)}'
        + "<bpmn:laneSet>"
        + "".join(_lane(role, names) for role, names in lanes.items())
        + "</bpmn:laneSet>"
        + "".join(elements)
        + "".join(flows)
        + "</bpmn:process></bpmn:definitions>"
    )


def properties(**values: str) -> str:
    inside = "".join(f"<spiffworkflow:property name={quoteattr(k)} value={quoteattr(v)} />" for k, v in values.items())
    return extensions(f"<spiffworkflow:properties>{inside}</spiffworkflow:properties>")


def extensions(inside: str) -> str:
    return f"<bpmn:extensionElements>{inside}</bpmn:extensionElements>"


def _lane(role: str, names: list[str]) -> str:
    refs = "".join(f"<bpmn:flowNodeRef>{name}</bpmn:flowNodeRef>" for name in names)
    return f'<bpmn:lane id="{role}" name="{role} nl">{properties(en=role)}{refs}</bpmn:lane>'


def _flows(line: str) -> list[str]:
    path, _, condition = line.partition(":")
    stops = [stop.strip() for stop in path.split(">")]
    inside = f"<bpmn:conditionExpression>{_escaped(condition.strip())}</bpmn:conditionExpression>" if condition else ""
    return [
        f'<bpmn:sequenceFlow id="{a}_{b}" sourceRef="{a}" targetRef="{b}">{inside}</bpmn:sequenceFlow>'
        for a, b in pairwise(stops)
    ]


def _element(kind: str, element: str, rest: list[str], messages: set[str]) -> str:
    attributes = {"id": element}
    own = properties()
    inside = ""
    if kind == "user":
        attributes["name"] = f"{element} nl"
        own = properties(en=f"{element} en", formJsonSchemaFilename=f"forms/{element}.json")
    elif kind == "service":
        own = _operator(rest)
    elif kind == "table":
        own = (
            "<bpmn:extensionElements>"
            f"<spiffworkflow:calledDecisionId>{rest[0]}</spiffworkflow:calledDecisionId>"
            "</bpmn:extensionElements>"
        )
    elif kind == "call":
        attributes["calledElement"] = rest[0]
    elif kind == "choice" and rest:
        attributes["default"] = rest[0].removeprefix("default=")
    elif kind == "timer":
        inside = _timer(rest[0])
    elif kind == "boundary":
        attributes["attachedToRef"] = rest[1]
        if rest[2] == "timer":
            inside = _timer(rest[3])
        else:
            messages.add(rest[3])
            inside = f'<bpmn:messageEventDefinition messageRef="{rest[3]}" />'
    tag = KINDS[kind]
    written = " ".join(f"{key}={quoteattr(value)}" for key, value in attributes.items())
    return f"<bpmn:{tag} {written}>{own}{inside}</bpmn:{tag}>"


def _timer(name: str) -> str:
    expression = f'<bpmn:timeDate>deadline("{name}")</bpmn:timeDate>'
    return f"<bpmn:timerEventDefinition>{expression}</bpmn:timerEventDefinition>"


def _operator(rest: list[str]) -> str:
    kind, *params = rest
    inside = "".join(
        f'<spiffworkflow:parameter id="{name}" type="str" value={quoteattr(value)} />'
        for name, value in (param.split("=", 1) for param in params)
    )
    return (
        f'<bpmn:extensionElements><spiffworkflow:serviceTaskOperator id="{kind}">'
        f"<spiffworkflow:parameters>{inside}</spiffworkflow:parameters>"
        "</spiffworkflow:serviceTaskOperator></bpmn:extensionElements>"
    )


def dmn(decision: str, inputs: str, outputs: str, *rows: str, hit: str = "FIRST") -> str:
    """A decision table; a row is its cells separated by `|`, inputs first."""
    columns = [name.strip() for name in inputs.split("|")]
    results = [name.strip() for name in outputs.split("|")]
    head = "".join(
        f'<input id="i{n}"><inputExpression id="e{n}"><text>{_escaped(name)}</text></inputExpression></input>'
        for n, name in enumerate(columns)
    ) + "".join(f'<output id="o{n}" name="{name}" />' for n, name in enumerate(results))
    rules = ""
    for number, row in enumerate(rows):
        cells = [cell.strip() for cell in row.split("|")]
        rules += f'<rule id="r{number}">'
        for place, text in enumerate(cells):
            tag = "inputEntry" if place < len(columns) else "outputEntry"
            rules += f'<{tag} id="c{number}_{place}"><text>{_escaped(text)}</text></{tag}>'
        rules += "</rule>"
    return (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d">'
        f'<decision id="{decision}" name="{decision}"><decisionTable id="t" hitPolicy="{hit}">{head}{rules}'
        "</decisionTable></decision></definitions>"
    )


def define(drawing: str, *, tables: tuple[str, ...] = (), **drawings: str) -> Definition:
    """A Definition of sketches, unchecked; keywords are process ids."""
    sources = {f"{name}.bpmn": bpmn(name, text) for name, text in drawings.items()}
    for table in tables:
        match = re.search(r'decision id="(\w+)"', table)
        assert match is not None
        sources[f"{match[1]}.dmn"] = table
    return Definition(drawing, sources)


def write(folder: Path, *, forms: bool = True, tables: tuple[str, ...] = (), **drawings: str) -> Path:
    """The sketches as files, with a form for every user task."""
    (folder / "forms").mkdir(exist_ok=True)
    for name, text in drawings.items():
        (folder / f"{name}.bpmn").write_text(bpmn(name, text))
        for task in re.findall(r"^\s*user (\w+)", text, re.MULTILINE) if forms else ():
            (folder / "forms" / f"{task}.json").write_text('{"type": "object", "properties": {}}')
    for number, table in enumerate(tables):
        (folder / f"table{number}.dmn").write_text(table)
    return folder


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
