"""A drawing with everything it calls, kept by the hash of its sources; never changes once made."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from typing import Any

from app.engine.drawing import Drawing, Element, parse_xml, read_drawing
from app.engine.spiff import DecisionTable, Parser

_MOST_KEPT = 64


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a definition's sources mean: SpiffWorkflow's specs by process id, our drawings, and its decision tables."""

    specs: dict[str, Any]
    drawings: dict[str, Drawing]
    tables: dict[str, DecisionTable]


class Definition:
    """The sources of one drawing, of all it calls and of their decision tables; `hash` names exactly these."""

    def __init__(self, drawing: str, sources: Mapping[str, str]) -> None:
        self.drawing = drawing
        self.sources: dict[str, str] = dict(sorted(sources.items()))
        content = json.dumps([drawing, self.sources], ensure_ascii=False)
        self.hash = hashlib.sha256(content.encode()).hexdigest()

    def to_bytes(self) -> bytes:
        return zlib.compress(json.dumps({"drawing": self.drawing, "sources": self.sources}).encode(), 6)

    @classmethod
    def from_bytes(cls, stored: bytes) -> Definition:
        document = json.loads(zlib.decompress(stored))
        return cls(document["drawing"], document["sources"])

    @property
    def parsed(self) -> Parsed:
        return _parsed(self)

    @cached_property
    def drawings(self) -> tuple[Drawing, ...]:
        """The drawing itself first, then what it calls, in the order a reader meets them."""
        found: list[Drawing] = []
        ahead = [self.drawing]
        while ahead:
            drawing = self.parsed.drawings[ahead.pop(0)]
            if drawing not in found:
                found.append(drawing)
                ahead.extend(element.calls for element in drawing.in_flow_order() if element.calls)
        return tuple(found)

    def elements(self) -> list[Element]:
        """Every element of every drawing, in flow order: the diagram in words."""
        return [element for drawing in self.drawings for element in drawing.in_flow_order()]

    def names(self, language: str) -> Mapping[str, str]:
        """Labels by element id, process id and role; where two drawings share an id, the outer one's."""
        return self._names["en" if language == "en" else "nl"]

    def title(self, step_name: str, language: str) -> str:
        """What a step is called; its own id when the drawing doesn't know it."""
        return self.names(language).get(step_name) or step_name

    def form(self, step_name: str) -> str:
        """The form file of a user task, such as `forms/match_home.json`; "" when there is none."""
        return self._forms.get(step_name, "")

    @cached_property
    def _names(self) -> dict[str, dict[str, str]]:
        return {language: self._labels(language) for language in ("nl", "en")}

    def _labels(self, language: str) -> dict[str, str]:
        labels: dict[str, str] = {}
        for drawing in self.drawings:
            labels.setdefault(drawing.name, drawing.en if language == "en" else drawing.nl)
            for element in drawing.elements.values():
                labels.setdefault(element.id, element.name(language))
            for role, (nl, en) in drawing.lanes.items():
                labels.setdefault(role, en if language == "en" else nl)
        return labels

    @cached_property
    def _forms(self) -> dict[str, str]:
        elements = [element for drawing in self.drawings for element in drawing.elements.values()]
        return {element.id: element.form for element in elements if element.kind == "userTask"}


_kept: OrderedDict[str, Parsed] = OrderedDict()
_keeping = Lock()


def _parsed(definition: Definition) -> Parsed:
    parsed = _kept.get(definition.hash)
    if parsed is not None:
        return parsed
    with _keeping:
        if definition.hash not in _kept:
            _kept[definition.hash] = parse(definition.drawing, definition.sources)
            if len(_kept) > _MOST_KEPT:
                _kept.popitem(last=False)
        return _kept[definition.hash]


def parse(drawing: str, sources: Mapping[str, str]) -> Parsed:
    """The sources as specs; they have been checked, so whatever is raised here is the library's own complaint."""
    parser = Parser()
    roots = {file: parse_xml(file, text) for file, text in sources.items()}
    drawings = {}
    for file, root in roots.items():
        if file.endswith(".dmn"):
            parser.add_dmn_xml(root, filename=file)
        else:
            parser.add_bpmn_xml(root, filename=file)
            drawn = read_drawing(file, root)
            drawings[drawn.name] = drawn
    specs = {drawing: parser.get_spec(drawing), **parser.get_subprocess_specs(drawing)}
    tables = {table: parser.get_engine(table, None) for table in parser.dmn_parsers}
    return Parsed(specs, drawings, tables)
