"""Which account at an organisation's own provider is whose here; never a password or a token."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, func, select
from sqlalchemy.orm import Mapped, mapped_column

from app.records.columns import Key, Line
from app.records.database import Base, reading

LONGEST_SUBJECT = 255  # OpenID Connect Core 1.0, 2


class Identity(Base):
    """An account that was seen once and counts from then on: whoever comes with another one is somebody else."""

    __tablename__ = "identities"
    id: Mapped[Key]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    issuer: Mapped[Line]
    subject: Mapped[str] = mapped_column(String(LONGEST_SUBJECT))
    since: Mapped[date]

    __table_args__ = (
        Index(None, "issuer", "subject", unique=True),
        Index(None, "user_id", "issuer", unique=True),
    )


def pinned_since(user_id: UUID) -> date | None:
    """Since when an account of the own organisation counts for this person; None where none does."""
    return reading().scalar(select(func.max(Identity.since)).where(Identity.user_id == user_id))
