"""Goes over a folder of drawings and collects what is wrong; never changes or runs anything."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from app.engine.faults import Fault
from app.engine.folder import Folder


@dataclass(frozen=True, slots=True)
class Known:
    """What a drawing may name: roles, facts, deadlines, and operators with their parameters."""

    lanes: frozenset[str]
    facts: frozenset[str]
    deadlines: frozenset[str]
    orders: Mapping[str, Collection[str]]


def check(folder: Folder, known: Known) -> list[Fault]:
    """Every fault in the folder, in the order of files."""
    return folder.faults
