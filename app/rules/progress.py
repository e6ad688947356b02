"""The words the engine and the records share; only shapes, never behaviour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

Primitive = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class World:
    """Everything a drawing may ask about, fixed for the length of one question."""

    today: date
    facts: Mapping[str, Primitive]
    deadlines: Mapping[str, date | None]


@dataclass(frozen=True, slots=True)
class Step:
    """A user task that is open now. `name` is its id in the drawing, `lane` the role that does it."""

    id: str
    name: str
    lane: str
    drawing: str
    data: Mapping[str, Primitive] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Order:
    """Something the drawing asks the actions to carry out: `kind` from the engine's list, constants as params."""

    kind: str
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a run stands: its state as bytes, the open steps, the deadlines it waits for, and whether it is over."""

    state: bytes
    steps: tuple[Step, ...]
    waits: tuple[str, ...]
    done: bool
