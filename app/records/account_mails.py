"""Mails to somebody about their own account: a link to choose a password, or word of what changed."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, select
from sqlalchemy.orm import Mapped, mapped_column

from app.records.columns import Code, Instant, Key, Line
from app.records.database import Base, reading
from app.records.people import User


class AccountMail(Base):
    """One mail. The link in it is worked out from its id and the house's key; here is only what recognises it."""

    __tablename__ = "account_mails"
    id: Mapped[Key]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    kind: Mapped[Code]  # invited · forgotten · password_changed
    made_at: Mapped[Instant]
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    expires_at: Mapped[Instant | None]
    over_at: Mapped[Instant | None]  # used, or another link took its place
    state: Mapped[Code] = mapped_column(default="planned")  # planned · posted · failed · dropped
    reason: Mapped[Line] = mapped_column(default="")
    attempts: Mapped[int] = mapped_column(default=0)
    retry_at: Mapped[Instant | None]
    claimed_until: Mapped[Instant | None]

    __table_args__ = (Index(None, "user_id", "made_at"), Index(None, "state"))


def find_link(token_hash: str, now: datetime) -> User | None:
    """Whose link this is, while it may be used."""
    query = select(User).join(AccountMail, AccountMail.user_id == User.id)
    return reading().scalar(
        query.where(
            AccountMail.token_hash == token_hash,
            AccountMail.over_at.is_(None),
            AccountMail.expires_at > now,
            User.active,
        )
    )


def last_link(user_id: UUID) -> AccountMail | None:
    """The link that was mailed last to this person."""
    query = select(AccountMail).where(AccountMail.user_id == user_id, AccountMail.token_hash.is_not(None))
    return reading().scalar(query.order_by(AccountMail.made_at.desc()).limit(1))
