"""Copies of the date rules with one fault planted in them; never touches the rules themselves."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import app.rules
from tests.rules.statement import Rules

HOME = Path(app.rules.__file__).parent
ORDER = ("dates", "term", "notice")
COPY = "rules_with_a_fault"


@dataclass(frozen=True)
class Plant:
    """In `module`, `text` (found there exactly once) becomes `fault`."""

    says: str
    module: str
    text: str
    fault: str


@contextmanager
def planted(plant: Plant | None) -> Iterator[Rules]:
    """The three modules compiled anew, one of them with the fault, importing each other and not the real ones."""
    package = ModuleType(COPY)
    package.__path__ = []
    sys.modules[COPY] = package
    try:
        yield Rules(*(_compiled(name, plant) for name in ORDER))
    finally:
        for name in (COPY, *(f"{COPY}.{name}" for name in ORDER)):
            sys.modules.pop(name, None)


def _compiled(name: str, plant: Plant | None) -> ModuleType:
    source = (HOME / f"{name}.py").read_text(encoding="utf-8")
    if plant is not None and plant.module == name:
        if source.count(plant.text) != 1:
            raise LookupError(f"{plant.says}: {plant.text!r} stands {source.count(plant.text)} times in {name}.py")
        source = source.replace(plant.text, plant.fault)
    module = ModuleType(f"{COPY}.{name}")
    sys.modules[module.__name__] = module
    exec(compile(source.replace("app.rules", COPY), f"{name} with a fault", "exec"), module.__dict__)
    return module
