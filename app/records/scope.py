"""For whom rows are read and written at this moment: said at the door, by web, worker, console and deed; never a query.

Whoever said nothing sees no dossier at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar, Token
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from app.rules.permissions import Viewer


@dataclass(frozen=True, slots=True)
class Scope:
    """An organisation on a business day, or the whole region. Without a day there is no dossier in sight."""

    organisation: UUID | None = None
    on: date | None = None
    whole: bool = False


NOBODY = Scope()
WHOLE = Scope(whole=True)

_now: ContextVar[Scope] = ContextVar("scope", default=NOBODY)


def scope_of(viewer: Viewer | None, today: date) -> Scope:
    """What somebody may reach; an application manager has an organisation, and no dossiers."""
    if viewer is None:
        return NOBODY
    return Scope(viewer.organisation_id, None if viewer.role == "application_manager" else today)


def now() -> Scope:
    return _now.get()


def turn_to(scope: Scope) -> Token[Scope]:
    """From here on; the token is what `turn_back` asks for."""
    return _now.set(scope)


def turn_back(token: Token[Scope]) -> None:
    _now.reset(token)


@contextmanager
def acting(scope: Scope) -> Iterator[None]:
    """For this one, until the end of the block."""
    token = _now.set(scope)
    try:
        yield
    finally:
        _now.reset(token)


@contextmanager
def beyond_sight() -> Iterator[None]:
    """The whole region, until the end of the block: for what the program itself must know, whoever asks."""
    with acting(WHOLE):
        yield
