"""Noting who looked at what: a deed like any other, in the record."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from app.actions.deed import Desk


def note_look(desk: Desk, page: str, dossiers: Sequence[UUID], /, **asked: str) -> None:
    """Somebody saw a page with something of these dossiers: of one, it stands in that one's chain."""
    with desk.deed() as deed:
        deed.looked(page, dossiers, **asked)


def note_refusal(desk: Desk, page: str, /, **asked: str) -> None:
    """Somebody asked for what is not there for them; `asked` are the ids of the address."""
    with desk.deed() as deed:
        deed.looked(page, (), "refused", **asked)
