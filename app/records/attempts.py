"""How full the buckets of failed sign-ins are; never what was typed."""

from __future__ import annotations

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.records.columns import Instant
from app.records.database import Base


class Attempts(Base):
    """The failures of one account or one address, as the moment at which they are all forgotten."""

    __tablename__ = "attempts"
    # Keyed with what the database does not hold: people type a password where the address belongs.
    bucket: Mapped[str] = mapped_column(String(64), primary_key=True)
    forgotten_at: Mapped[Instant]

    __table_args__ = (Index(None, "forgotten_at"),)
