"""Signing in and out: the sign-ins that last are rows, so that each can be ended from anywhere."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Update, delete, update

from app.actions.deed import Deed, Desk
from app.errors import NotFound
from app.records import UserSession
from app.rules.session import KEPT


def begin(desk: Desk, epoch: int, browser: str, instead_of: UUID | None = None, second: str = "") -> UUID:
    """The person at this desk signed in; returns the id for the cookie. The sign-in it takes the place of is over.

    `second` is what was proved beside the password, "app" or "recovery_code", or in its place, "passkey" or "provider";
    nothing in the demonstration.
    """
    with desk.deed() as deed:
        if instead_of is not None:
            deed.session.execute(_ending(desk.now).where(UserSession.id == instead_of))
        said: dict[str, Any] = {"second": second} if second else {}
        deed.happened("signed_in", about=deed.actor.role, **said)
        return start(deed, deed.actor.id, epoch, browser)


def start(deed: Deed, user_id: UUID, epoch: int, browser: str) -> UUID:
    """A fresh sign-in as part of another deed; its id."""
    unguessable = UUID(bytes=secrets.token_bytes(16))  # of the 128 bits of a uuid4 six are fixed
    row = UserSession(
        id=unguessable, user_id=user_id, epoch=epoch, began_at=deed.desk.now, seen_at=deed.desk.now,
        origin=deed.desk.origin, browser=browser[:200],
    )  # fmt: skip
    deed.session.add(row)
    return row.id


def end_every(deed: Deed, user_id: UUID) -> int:
    """As part of another deed: whoever this is is signed out everywhere. How many sign-ins that ended."""
    ended = deed.session.execute(_ending(deed.desk.now).where(UserSession.user_id == user_id))
    return int(ended.rowcount)  # type: ignore[attr-defined]


def note_seen(desk: Desk, session_id: UUID) -> None:
    """Somebody is still there."""
    with desk.deed() as deed:
        deed.session.execute(update(UserSession).where(UserSession.id == session_id).values(seen_at=desk.now))


def end(desk: Desk, session_id: UUID) -> None:
    """End one sign-in of the person at this desk. Raises NotFound for somebody else's and for one that is over."""
    with desk.deed() as deed:
        own = UserSession.id == session_id, UserSession.user_id == deed.actor.id
        ended = deed.session.execute(_ending(desk.now).where(*own))
        if not ended.rowcount:  # type: ignore[attr-defined]
            raise NotFound("no_such_session")
        deed.happened("signed_out", about=deed.actor.role)


def end_all(desk: Desk) -> None:
    """End every sign-in of the person at this desk, this one too."""
    with desk.deed() as deed:
        deed.happened("signed_out_everywhere", about=deed.actor.role, count=end_every(deed, deed.actor.id))


def end_of_everybody(deed: Deed) -> None:
    """In this deed, end every sign-in of everybody."""
    deed.session.execute(_ending(deed.desk.now))


def forget_old(desk: Desk) -> int:
    """Let go of sign-ins of long ago; the record still knows when somebody signed in. Returns how many."""
    with desk.deed() as deed:
        old = delete(UserSession).where(UserSession.began_at < desk.now - KEPT)
        return int(deed.session.execute(old).rowcount)  # type: ignore[attr-defined]


def _ending(now: datetime) -> Update:
    return update(UserSession).where(UserSession.ended_at.is_(None)).values(ended_at=now)
