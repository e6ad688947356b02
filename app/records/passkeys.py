"""The public halves of people's passkeys; the private one never leaves their device."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, select
from sqlalchemy.orm import Mapped, mapped_column

from app.records.columns import Key, Line
from app.records.database import Base, reading
from app.rules.passkeys import LONGEST_ID


class Passkey(Base):
    """One passkey of one person, with the browser it was made in, by which they know it again."""

    __tablename__ = "passkeys"
    id: Mapped[Key]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    credential: Mapped[bytes] = mapped_column(LargeBinary(LONGEST_ID), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    uses: Mapped[int] = mapped_column(BigInteger)  # as its device counts them; many count none
    browser: Mapped[Line]
    added_on: Mapped[date]
    used_on: Mapped[date | None]


def passkeys_of(user_id: UUID) -> list[Passkey]:
    """The passkeys of one person, the newest first."""
    query = select(Passkey).where(Passkey.user_id == user_id)
    return list(reading().scalars(query.order_by(Passkey.added_on.desc(), Passkey.id)))
