"""The sign-ins that last or lasted: from where, since when; the cookie holds no more than the id of one."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, select
from sqlalchemy.orm import Mapped, mapped_column

from app.records.columns import Code, Instant, Key, Line
from app.records.database import Base, reading
from app.rules.session import lasts_since


class UserSession(Base):
    """One sign-in of one person, in one browser."""

    __tablename__ = "sessions"
    id: Mapped[Key]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    epoch: Mapped[int]  # the user's at the sign-in: a change of password, role or block since then ends it
    began_at: Mapped[Instant]
    seen_at: Mapped[Instant]
    ended_at: Mapped[Instant | None]
    origin: Mapped[Code] = mapped_column(default="")
    browser: Mapped[Line] = mapped_column(default="")

    __table_args__ = (Index(None, "user_id", "ended_at"), Index(None, "began_at"))


def sessions_of(session_id: UUID, now: datetime) -> list[UserSession]:
    """The sign-ins that last now of whoever this one is of, the one seen last first."""
    began, seen = lasts_since(now)
    here = select(UserSession.user_id, UserSession.epoch).where(UserSession.id == session_id).subquery()
    query = select(UserSession).where(
        UserSession.user_id == here.c.user_id,
        UserSession.epoch == here.c.epoch,
        UserSession.ended_at.is_(None),
        UserSession.began_at > began,
        UserSession.seen_at > seen,
    )
    return list(reading().scalars(query.order_by(UserSession.seen_at.desc())))
