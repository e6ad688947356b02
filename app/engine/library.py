"""Reads the folder of drawings, tables and forms, and names everything that is wrong with it; never runs one."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.engine.checks import Known, check
from app.engine.definition import Definition
from app.engine.faults import BrokenDrawings
from app.engine.folder import Folder
from app.errors import NotFound

__all__ = ["BrokenDrawings", "Library", "read"]


@dataclass(frozen=True, slots=True)
class Library:
    """The drawings that may be started now, and the forms of their steps."""

    definitions: Mapping[str, Definition]
    forms: Mapping[str, dict[str, Any]]
    roots: tuple[str, ...] = ()  # the drawings that no other drawing calls, in order of their names

    def definition(self, drawing: str) -> Definition:
        """The newest definition of a process, by its id."""
        if drawing not in self.definitions:
            raise NotFound("no_such_drawing", drawing=drawing)
        return self.definitions[drawing]

    def title(self, step: str, language: str) -> str:
        """What a step of any drawing that may be started is called; its own id when none knows it."""
        names = (self.definitions[root].names(language) for root in self.roots)
        return next((known[step] for known in names if step in known), step)

    def form(self, file: str) -> dict[str, Any]:
        """A form by its file name as the drawing writes it, such as `forms/match_home.json`."""
        if file not in self.forms:
            raise NotFound("no_such_form", form=file)
        return self.forms[file]


def read(
    folder: Path,
    *,
    lanes: Collection[str],
    facts: Collection[str],
    deadlines: Collection[str],
    orders: Mapping[str, Collection[str]],
) -> Library:
    """The library in `folder`; BrokenDrawings with every fault found.

    `lanes` are the roles, `facts` and `deadlines` the names a condition may read, `orders` the operators a service
    task may name with their parameters.
    """
    contents = Folder.read(folder)
    faults = check(contents, Known(frozenset(lanes), frozenset(facts), frozenset(deadlines), orders))
    if faults:
        raise BrokenDrawings(faults)
    called = {element.calls for drawing in contents.drawings.values() for element in drawing.elements.values()}
    roots = tuple(sorted(contents.drawings.keys() - called))
    return Library({name: contents.definition(name) for name in contents.drawings}, contents.forms, roots)
