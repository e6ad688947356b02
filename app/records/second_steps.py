"""What somebody signs in with beside the password; no code and no secret that works is in here."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ForeignKey, String, func, select
from sqlalchemy.orm import Mapped, mapped_column

from app.records.columns import Instant
from app.records.database import Base, reading
from app.records.people import User


class SecondStep(Base):
    """The app of one person. Its secret is worked out from the salt and the house's key, which is not in here."""

    __tablename__ = "second_steps"
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), primary_key=True)
    salt: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[Instant]
    confirmed_at: Mapped[Instant | None]  # the first right code; until then it counts for nothing
    last_step: Mapped[int] = mapped_column(default=0)  # of the clock: a code of it or of before is used


class RecoveryCode(Base):
    """A code on paper for who has no app at hand, as its hash; used once."""

    __tablename__ = "recovery_codes"
    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    used_at: Mapped[Instant | None]


def second_step_of(user_id: UUID) -> SecondStep | None:
    """Somebody's second step, once it is confirmed."""
    found = reading().get(SecondStep, user_id, populate_existing=True)
    return found if found is not None and found.confirmed_at is not None else None


def codes_left(user_id: UUID) -> int:
    """How many recovery codes were not used yet."""
    query = select(func.count()).where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
    return reading().scalar(query) or 0


def halfway(user_id: UUID, epoch: int) -> User | None:
    """Who proved their password, while nothing about them has changed since."""
    user = reading().get(User, user_id, populate_existing=True)
    return user if user is not None and user.active and user.epoch == epoch else None
