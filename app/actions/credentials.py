"""Proving who one is, and choosing another password; never how long a sign-in lasts."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from app.actions import attempts
from app.actions.deed import Desk
from app.actions.links import end_links, plan_word
from app.actions.passwords import hash_password, is_right, require_good
from app.actions.sessions import end_every, start
from app.errors import Fault, Invalid, NotReady
from app.records import User
from app.records.database import reading


def prove(desk: Desk, email: str, password: str) -> User | None:
    """The user with this address and password, or None; blocked users are nobody.

    Raises TooOften after too many failures, of this account or from this address, and NotReady("busy").
    """
    room = attempts.take_room(desk, email)
    user = reading().scalar(select(User).where(User.email == email.strip().lower()))
    known = user is not None and user.active
    try:
        right = is_right(user.password_hash if known and user is not None else "", password)
    except NotReady:
        attempts.give_back(desk, room, right=False)
        raise
    if right:
        attempts.give_back(desk, room)
        return user
    with desk.deed() as deed:
        attempts.record_failure(deed, "known" if user else "unknown", user.id if user else None)
    return None


def change_password(desk: Desk, current: str, new: str, browser: str) -> UUID:
    """The person at this desk chooses another password, with the one of now; returns the id of a fresh sign-in.

    Every sign-in of before is over. Raises Invalid for a password that is wrong or not good enough, TooOften.
    """
    if desk.actor is None:
        raise NotReady("needs_a_person")
    user = reading().get_one(User, desk.actor.id)
    require_good(new, user.name, user.email, user.organisation.name)
    if new == current:
        raise Invalid(faults=[Fault("password", "password_stays_the_same")])
    if prove(desk, user.email, current) is None:
        raise Invalid(faults=[Fault("current", "password_is_wrong")])
    new_hash = hash_password(new)
    with desk.deed() as deed:
        now = deed.session.get_one(User, user.id, with_for_update=True)
        if now.password_hash != user.password_hash:
            raise NotReady("somebody_was_first")
        now.password_hash, now.epoch = new_hash, now.epoch + 1
        end_every(deed, now.id)
        end_links(deed, now.id)
        plan_word(deed, now, "password_changed")
        deed.happened("password_changed", about=now.role, user=str(now.id))
        return start(deed, now.id, now.epoch, browser)
