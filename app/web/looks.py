"""Who looks is written down before the page goes out: pages say which dossiers they show, and it becomes one row.

A page of which the look can't be written down is not shown.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from flask import g, request

from app.actions.looks import note_look, note_refusal
from app.web.desk import desk


def showing(*dossiers: UUID) -> None:
    """This page shows something of these dossiers; whoever finds rows for a page says so."""
    g.setdefault("shown_dossiers", {}).update(dict.fromkeys(dossiers))


def note() -> None:
    """After a view has answered: one row for all that it showed."""
    shown: Iterable[UUID] = g.pop("shown_dossiers", ())
    if shown and g.get("viewer"):
        note_look(desk(), _page(), list(shown), **_asked())


def note_refused() -> None:
    """After a view found nothing there for this person under an id that was asked for."""
    if g.get("viewer") and _asked():
        note_refusal(desk(), _page(), **_asked())


def note_closed() -> None:
    """Somebody asked for a page that is not there for their role."""
    if g.get("viewer"):
        note_refusal(desk(), _page(), **_asked())


def _page() -> str:
    return request.endpoint or ""


def _asked() -> dict[str, str]:
    """The ids in the address; other words of it may be anything that somebody typed."""
    return {name: str(value) for name, value in (request.view_args or {}).items() if isinstance(value, UUID)}
