"""A folder of drawings as it lies on disk, and the faults of what could not be read; never judges a drawing."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lxml import etree

from app.engine.definition import Definition
from app.engine.drawing import BPMN, LARGEST, Drawing, kind_of, parse_xml, read_drawing
from app.engine.faults import Fault


@dataclass(slots=True)
class Folder:
    """`drawings` by process id, `tables` (decision id -> file), `forms` by file name, with the XML behind them."""

    texts: dict[str, str] = field(default_factory=dict)
    roots: dict[str, etree._Element] = field(default_factory=dict)
    drawings: dict[str, Drawing] = field(default_factory=dict)
    tables: dict[str, str] = field(default_factory=dict)
    forms: dict[str, dict[str, Any]] = field(default_factory=dict)
    form_files: set[str] = field(default_factory=set)
    faults: list[Fault] = field(default_factory=list)

    @classmethod
    def read(cls, path: Path) -> Folder:
        folder = cls()
        for file in sorted(path.glob("*.dmn")):
            folder._read_table(file)
        for file in sorted(path.glob("*.bpmn")):
            folder._read_drawing(file)
        for file in sorted(path.glob("forms/*.json")):
            folder._read_form(file)
        if not folder.drawings and not folder.faults:
            folder._fault(path.name, "no_drawings")
        return folder

    def definition(self, drawing: str) -> Definition:
        """The drawing with the sources of everything it calls and consults."""
        sources: dict[str, str] = {}
        ahead = [drawing]
        while ahead:
            drawn = self.drawings[ahead.pop()]
            if drawn.file in sources:
                continue
            sources[drawn.file] = self.texts[drawn.file]
            for element in drawn.elements.values():
                if element.kind == "callActivity":
                    ahead.append(element.calls)
                elif element.kind == "businessRuleTask":
                    sources[self.tables[element.table]] = self.texts[self.tables[element.table]]
        return Definition(drawing, sources)

    def _fault(self, file: str, code: str, element: str = "", **params: object) -> None:
        self.faults.append(Fault(file, element, code, params))

    def _read_xml(self, path: Path) -> etree._Element | None:
        text = self._read_text(path, path.name)
        if text is None:
            return None
        try:
            root = parse_xml(path.name, text)
        except ValueError as fault:
            self.faults.append(fault.args[0])
            return None
        self.texts[path.name] = text
        self.roots[path.name] = root
        return root

    def _read_text(self, path: Path, name: str) -> str | None:
        if path.stat().st_size > LARGEST:
            self._fault(name, "too_large", megabytes=LARGEST // 1_000_000)
            return None
        try:
            return path.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError:
            self._fault(name, "not_text")
            return None

    def _read_drawing(self, path: Path) -> None:
        root = self._read_xml(path)
        if root is None:
            return
        if root.tag != f"{{{BPMN}}}definitions":
            self._fault(path.name, "not_bpmn")
            return
        processes = list(root.iterchildren(f"{{{BPMN}}}process"))
        if len(processes) != 1:
            code = "several_processes" if processes else "no_process"
            self._fault(path.name, code, count=len(processes))
            return
        name = processes[0].get("id", "")
        if not name:
            self._fault(path.name, "no_id", kind="process")
        elif name in self.drawings:
            self._fault(path.name, "same_process", name, other=self.drawings[name].file)
        else:
            self.drawings[name] = read_drawing(path.name, root)

    def _read_table(self, path: Path) -> None:
        root = self._read_xml(path)
        if root is None:
            return
        decisions = [node for node in root.iterchildren() if kind_of(node) == "decision"]
        tables = [
            node for decision in decisions for node in decision.iterchildren() if kind_of(node) == "decisionTable"
        ]
        if kind_of(root) != "definitions" or len(decisions) != 1 or len(tables) != 1 or not decisions[0].get("id"):
            self._fault(path.name, "not_dmn")
            return
        name = decisions[0].get("id")
        if name in self.tables:
            self._fault(path.name, "same_table", name, other=self.tables[name])
            return
        self.tables[name] = path.name

    def _read_form(self, path: Path) -> None:
        name = f"forms/{path.name}"
        self.form_files.add(name)
        text = self._read_text(path, name)
        if text is None:
            return
        try:
            form = json.loads(text)
        except (ValueError, RecursionError) as reason:
            self._fault(name, "form_not_json", reason=str(reason))
            return
        if not isinstance(form, dict):
            self._fault(name, "form_not_schema", reason="it is not an object")
            return
        self.forms[name] = form
