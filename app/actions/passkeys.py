"""Adding, using and removing a passkey: one's own alone, and with the password of now."""

from __future__ import annotations

from uuid import UUID, uuid4

from sqlalchemy import func, select

from app import passkeys
from app.actions.attempts import record_failure
from app.actions.credentials import prove
from app.actions.deed import Desk
from app.actions.links import plan_word
from app.errors import Fault, Invalid, NotFound, NotReady
from app.passkeys import Site
from app.records import Passkey, User
from app.records.database import reading
from app.rules.passkeys import LONGEST_ID, MOST


def add(desk: Desk, site: Site, challenge: str, answer: str, password: str, browser: str) -> UUID:
    """Keep the passkey that this browser just made. Raises Invalid with every fault, TooOften."""
    user = _proven(desk, password)
    new = passkeys.made(site, challenge, answer)
    if new is None or len(new.credential) > LONGEST_ID:
        raise Invalid(faults=[Fault("answer", "no_passkey_was_made")])
    with desk.deed() as deed:
        deed.session.get_one(User, user.id, with_for_update=True)
        there = select(func.count()).select_from(Passkey).where(Passkey.user_id == user.id)
        if (deed.session.scalar(there) or 0) >= MOST:
            raise Invalid(faults=[Fault("answer", "too_many_passkeys", {"max": MOST})])
        row = Passkey(
            id=uuid4(), user_id=user.id, credential=new.credential, public_key=new.public_key, uses=new.uses,
            browser=browser[:200], added_on=deed.today,
        )  # fmt: skip
        deed.session.add(row)
        plan_word(deed, user, "passkey_added")
        deed.happened("passkey_added", about=user.role, id=str(row.id))
        return row.id


def remove(desk: Desk, passkey_id: UUID, password: str) -> None:
    """This passkey of the person at this desk counts no longer. Raises NotFound, Invalid, TooOften."""
    user = _proven(desk, password)
    with desk.deed() as deed:
        own = select(Passkey).where(Passkey.id == passkey_id, Passkey.user_id == user.id)
        row = deed.session.scalar(own)
        if row is None:
            raise NotFound("no_such_passkey")
        deed.session.delete(row)
        plan_word(deed, user, "passkey_removed")
        deed.happened("passkey_removed", about=user.role, id=str(passkey_id))


def recognise(desk: Desk, site: Site, challenge: str, answer: str) -> User | None:
    """The person whose passkey answered, or None: no passkey of ours, no proof, or somebody who is blocked."""
    credential = passkeys.which(answer)
    with desk.deed() as deed:
        row = deed.session.scalar(select(Passkey).where(Passkey.credential == credential).with_for_update())
        user = deed.session.get_one(User, row.user_id) if row is not None else None
        if row is not None and user is not None and user.active:
            uses = passkeys.used(site, challenge, answer, row.public_key, row.uses)
            if uses is not None:
                row.uses, row.used_on = uses, deed.today
                return user
        record_failure(deed, "passkey", user.id if user else None)
    return None


def _proven(desk: Desk, password: str) -> User:
    """The person at this desk, once more: what is changed here outlasts the sign-in (ASVS 5.0, 7.5.1)."""
    if desk.actor is None:
        raise NotReady("needs_a_person")
    user = reading().get_one(User, desk.actor.id)
    if prove(desk, user.email, password) is None:
        raise Invalid(faults=[Fault("current", "password_is_wrong")])
    return user
