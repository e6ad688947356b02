"""Room for a try: taken before a password is looked at, given back when it was right. It holds for all processes."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.actions.deed import Deed, Desk
from app.errors import TooOften
from app.records import Attempts, User, UserSession, straight
from app.records.database import reading
from app.rules.attempts import LIMITS, network

EPOCH = datetime.fromisoformat("2000-01-01T00:00:00+00:00")


@dataclass(frozen=True, slots=True)
class Room:
    """The room that was taken, to be given back."""

    buckets: Sequence[tuple[str, str]]  # the name of its limit, its key


def take_room(desk: Desk, email: str) -> Room:
    """Room for one try at this account from this desk's address. Raises TooOften with the moment there is room again.

    Whether there is such an account makes no difference. Somebody who signed in from this address before has a bucket
    of their own for it, so strangers elsewhere who try and try don't keep them out where they work.
    """
    typed = email.strip().lower()
    own = f"account:{typed}:{place(desk)}" if _signed_in_before(typed, desk.origin) else f"account:{typed}"
    return take(desk, [("account", own), ("address", f"address:{place(desk)}")])


def take(desk: Desk, buckets: Sequence[tuple[str, str]]) -> Room:
    """Room in each of these buckets: the name of its limit, and what it is of. Raises TooOften when one is full."""
    room = Room([(name, _key(desk, what)) for name, what in buckets])
    with desk.deed() as deed:
        again_at = _take(deed.session, room.buckets, desk.now)
    if again_at is not None:
        raise TooOften("too_many_tries", again_at=again_at)
    return room


def place(desk: Desk) -> str:
    """Where this desk is, as it counts."""
    return network(desk.origin)


def give_back(desk: Desk, room: Room, *, right: bool = True) -> None:
    """It does not count. When it was right, the failures of the account before it are forgotten as well."""
    with desk.deed() as deed:
        for name, key in sorted(room.buckets, key=lambda one: one[1]):
            held = deed.session.scalars(select(Attempts).where(Attempts.bucket == key).with_for_update()).one_or_none()
            if held is not None:
                forgiven = right and name in ("account", "code")
                held.forgotten_at = EPOCH if forgiven else held.forgotten_at - LIMITS[name].step


def record_failure(deed: Deed, about: str, user_id: UUID | None = None, action: str = "sign_in_failed") -> None:
    """Somebody could not sign in. What was typed is not kept: people type a password where the address belongs.

    Somebody who tries without end may not fill the record, so only so many a day go into it.
    """
    if _take(deed.session, [("recorded", _key(deed.desk, "recorded"))], deed.desk.now) is None:
        details = {"user": str(user_id)} if user_id else {}
        deed.happened(action, None, about, "refused", **details)


def forget_attempts(desk: Desk) -> int:
    """Let go of what is forgotten; how many."""
    with desk.deed() as deed:
        gone = deed.session.execute(delete(Attempts).where(Attempts.forgotten_at < desk.now))
        return int(gone.rowcount)  # type: ignore[attr-defined]


def _take(session: Session, buckets: Sequence[tuple[str, str]], now: datetime) -> datetime | None:
    """Count one failure in each bucket, or in none when one is full: then the moment at which all have room."""
    for _, key in sorted(buckets, key=lambda one: one[1]):  # in one order, so that no two wait for each other
        straight.add_unless_there(session, Attempts, {"bucket": key, "forgotten_at": EPOCH})
    query = select(Attempts).where(Attempts.bucket.in_([key for _, key in buckets]))
    held = {row.bucket: row for row in session.scalars(query.order_by(Attempts.bucket).with_for_update())}
    full = [at for name, key in buckets if (at := LIMITS[name].again_at(held[key].forgotten_at, now))]
    if full:
        return max(full)
    for name, key in buckets:
        held[key].forgotten_at = LIMITS[name].after_one(held[key].forgotten_at, now)
    return None


def _signed_in_before(email: str, origin: str) -> bool:
    query = select(UserSession.id).join(User, User.id == UserSession.user_id)
    return reading().scalar(query.where(User.email == email, UserSession.origin == origin).limit(1)) is not None


def _key(desk: Desk, what: str) -> str:
    return hmac.digest(desk.house.record_key, f"attempts:{what}".encode(), "sha256").hex()
