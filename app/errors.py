"""What can be refused, as codes with values; never HTTP, never sentences for people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field as made
from typing import Any


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with one field. `field` is its dotted name ("goals.3.rating"), "" for the whole form."""

    field: str
    code: str
    params: dict[str, Any] = made(default_factory=dict)


class Refused(Exception):
    """The base of every refusal; `code` names the sentence, `params` fill it."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params


class NotFound(Refused):
    """It is not there, or not there for this person: the two look alike on purpose."""


class NotAllowed(Refused):
    """It is there, but this person may not do this to it."""


class NotReady(Refused):
    """It can't be done now: somebody was first, or something has to come before it."""


class TooOften(Refused):
    """It was tried too often; `again_at` among its params is the moment from which it may be tried again."""


class Invalid(Refused):
    """The input is not whole or not right; `faults` names every fault at once."""

    def __init__(self, code: str = "invalid", faults: Sequence[Fault] = (), **params: Any) -> None:
        super().__init__(code, **params)
        self.faults = list(faults)
