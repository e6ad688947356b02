"""Posting mails about accounts: claimed first and marked after, each by itself, again while the server is down."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_, select, update

from app.actions.deed import Desk
from app.actions.letters import CLAIM, LONGEST_WAIT
from app.actions.links import token_of
from app.post import Mail, PostDown, Postman, PostRefused, ServerDown
from app.records import AccountMail, User
from app.records.database import let_go, reading

log = logging.getLogger("voorwaarts.letters")


@dataclass(frozen=True, slots=True)
class Said:
    """What a mail about an account may say."""

    kind: str
    name: str
    organisation: str
    language: str
    token: str  # "" where there is no link in it
    until: datetime | None


Write = Callable[[Said], tuple[str, str]]  # subject, body


def post_account_mails(desk: Desk, postman: Postman, write: Write, limit: int = 50) -> int:
    """Post what is planned; how many went out. A link that is over by now is dropped."""
    let_go()
    if reading().scalar(select(AccountMail.id).where(*_due(desk)).limit(1)) is None:
        return 0
    posted = 0
    for mail in _claim(desk, limit):
        try:
            posted += _post(desk, postman, write, mail)
        except ServerDown:  # each try may take long, and would fail as well: their claims run out by themselves
            break
    return posted


def _post(desk: Desk, postman: Postman, write: Write, mail: AccountMail) -> int:
    if mail.over_at is not None or (mail.expires_at is not None and mail.expires_at <= desk.now):
        _mark(desk, mail, state="dropped", reason="its_day_has_passed")
        return 0
    let_go()
    user = reading().get_one(User, mail.user_id)
    token = token_of(desk.house, mail.id) if mail.token_hash else ""
    domain = postman.sender.rpartition("@")[2].strip(">") or "localhost"
    try:
        said = Said(mail.kind, user.name, user.organisation.name, user.language, token, mail.expires_at)
        subject, body = write(said)
        postman.post(Mail([user.email], subject, body, f"<{mail.id.hex}@{domain}>"), desk.now)
    except PostRefused as fault:
        _mark(desk, mail, state="failed", reason=f"refused:{fault}"[:200])
        return 0
    except PostDown as fault:
        wait = min(timedelta(minutes=2 ** min(mail.attempts, 10)), LONGEST_WAIT)
        again = desk.now + wait
        _mark(desk, mail, attempts=mail.attempts + 1, retry_at=again, reason=f"server_down:{fault}"[:200])
        if isinstance(fault, ServerDown):
            raise
        return 0
    except (LookupError, TypeError, ValueError) as fault:  # a text that can't be made must not hold up the others
        log.exception("account mail can't be posted")
        _mark(desk, mail, state="failed", reason=type(fault).__name__)
        return 0
    _mark(desk, mail, state="posted", reason="")
    return 1


def _claim(desk: Desk, limit: int) -> list[AccountMail]:
    with desk.deed() as deed:
        oldest = select(AccountMail.id).where(*_due(desk)).order_by(AccountMail.made_at).limit(limit)
        claimed = deed.session.scalars(
            update(AccountMail)
            .where(AccountMail.id.in_(oldest), *_due(desk))
            .values(claimed_until=desk.now + CLAIM)
            .returning(AccountMail)
            .execution_options(populate_existing=True)
        )
        return list(claimed)


def _mark(desk: Desk, mail: AccountMail, **values: object) -> None:
    with desk.deed() as deed:
        row = update(AccountMail).where(AccountMail.id == mail.id)
        deed.session.execute(row.values(claimed_until=None, **values))


def _due(desk: Desk) -> tuple[ColumnElement[bool], ...]:
    return (
        AccountMail.state == "planned",
        or_(AccountMail.claimed_until.is_(None), AccountMail.claimed_until < desk.now),
        or_(AccountMail.retry_at.is_(None), AccountMail.retry_at <= desk.now),
    )
