"""Links to choose a password with: for who is invited and for who forgot theirs. Used once, and for a short time."""

from __future__ import annotations

import hashlib
import hmac
from uuid import UUID, uuid4

from sqlalchemy import delete, select, update

from app.actions import attempts
from app.actions.deed import Deed, Desk, House
from app.actions.keeping import require_keeper
from app.actions.passwords import hash_password, require_good
from app.actions.sessions import end_every
from app.errors import NotFound
from app.records import AccountMail, User
from app.records.account_mails import find_link
from app.records.database import let_go
from app.rules.links import LASTS
from app.rules.session import KEPT


def token_of(house: House, mail_id: UUID) -> str:
    """What stands in the link. Whoever reads the database can't work it out: the key is not in it."""
    return hmac.digest(house.record_key, b"link:" + mail_id.bytes, "sha256").hex()


def plan_link(deed: Deed, user: User, kind: str) -> None:
    """As part of another deed: a mail with a fresh link, which takes the place of those before it."""
    end_links(deed, user.id)
    mail_id = uuid4()
    deed.session.add(
        AccountMail(
            id=mail_id,
            user_id=user.id,
            kind=kind,
            made_at=deed.desk.now,
            token_hash=_hash(token_of(deed.house, mail_id)),
            expires_at=deed.desk.now + LASTS[kind],
        )
    )
    deed.happened(f"link_{kind}", about=user.role, user=str(user.id))


def plan_word(deed: Deed, user: User, kind: str) -> None:
    """As part of another deed: a mail that says what changed, so that nobody else changes it unseen."""
    deed.session.add(AccountMail(id=uuid4(), user_id=user.id, kind=kind, made_at=deed.desk.now))


def end_links(deed: Deed, user_id: UUID) -> None:
    """As part of another deed: no link of before may be used any more."""
    links = update(AccountMail).where(
        AccountMail.user_id == user_id, AccountMail.token_hash.is_not(None), AccountMail.over_at.is_(None)
    )
    deed.session.execute(links.values(over_at=deed.desk.now))


def send_link(desk: Desk, user_id: UUID) -> None:
    """The application manager sends somebody a fresh link; the password stays as it is until it is used."""
    with desk.deed() as deed:
        user = deed.session.get(User, user_id, with_for_update=True)
        if user is None or not user.active:
            raise NotFound("no_such_user")
        require_keeper(deed, user.organisation_id)
        plan_link(deed, user, "invited")


def ask_link(desk: Desk, email: str) -> None:
    """Somebody forgot their password. What comes of it is only seen in their mail; raises TooOften for everybody alike.

    A second factor stays asked for, and whoever is signed in stays so until the link is used.
    """
    typed = email.strip().lower()
    attempts.take(desk, [("link", f"link:{typed}"), ("links", f"links:{attempts.place(desk)}")])
    with desk.deed() as deed:
        query = select(User).where(User.email == typed, User.active).with_for_update()
        user = deed.session.scalars(query).one_or_none()
        if user is not None:
            plan_link(deed, user, "forgotten")


def choose_password(desk: Desk, token: str, password: str) -> None:
    """Whoever has the link chooses the password; every sign-in and every link of before is over.

    Raises NotFound for a link that is used, too old, of somebody who is blocked, or none; Invalid for a poor password.
    """
    let_go()
    user = find_link(_hash(token), desk.now)
    if user is None:
        raise NotFound("no_such_link")
    require_good(password, user.name, user.email, user.organisation.name)
    new_hash = hash_password(password)
    with desk.deed() as deed:
        used = deed.session.execute(
            update(AccountMail)
            .where(
                AccountMail.token_hash == _hash(token), AccountMail.over_at.is_(None), AccountMail.expires_at > desk.now
            )
            .values(over_at=desk.now)
        )
        now = deed.session.get_one(User, user.id, with_for_update=True)
        if not used.rowcount or not now.active:  # type: ignore[attr-defined]
            raise NotFound("no_such_link")
        now.password_hash, now.epoch = new_hash, now.epoch + 1
        end_every(deed, now.id)
        end_links(deed, now.id)
        plan_word(deed, now, "password_changed")
        deed.happened("password_chosen", about=now.role, user=str(now.id))


def whose(desk: Desk, token: str) -> User | None:
    """Whose link this is, while it may be used."""
    return find_link(_hash(token), desk.now)


def forget_mails(desk: Desk) -> int:
    """Let go of mails of long ago; the record still knows of them. Returns how many."""
    with desk.deed() as deed:
        gone = deed.session.execute(delete(AccountMail).where(AccountMail.made_at < desk.now - KEPT))
        return int(gone.rowcount)  # type: ignore[attr-defined]


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
