"""Where care stops or pauses: days and codes only, never why in words; and the one query for what a trajectory has."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.records.columns import Code, Instant, Key
from app.records.database import Base
from app.rules.care_clock import Pause
from app.rules.case import CareEndState


class CareEnd(Base):
    """Somebody noted that care stops, with the run that is about it and what it did to the condition of guidance."""

    __tablename__ = "care_ends"
    id: Mapped[Key]
    trajectory_id: Mapped[UUID] = mapped_column(ForeignKey("trajectories.id"), index=True)
    run_id: Mapped[UUID] = mapped_column(ForeignKey("runs.id"), unique=True)
    why: Mapped[Code]  # goals_met · refused · provider_stops · decision_ends
    on: Mapped[date]
    noted_on: Mapped[date]
    noted_by_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    at: Mapped[Instant]
    lapses_from: Mapped[date | None]  # the condition of guidance no longer holds
    suspended_from: Mapped[date | None]
    resumed_on: Mapped[date | None]
    asked_on: Mapped[date | None]
    successor_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisations.id"))  # who was asked last
    handover: Mapped[bool | None]
    accepted: Mapped[bool | None]
    outcome: Mapped[Code] = mapped_column(default="")  # told · agreements · incident · goes_on · renewed · moved …
    closed_on: Mapped[date | None]

    def state(self) -> CareEndState:
        """As the rules see it."""
        return CareEndState(
            why=self.why,
            on=self.on,
            lapses_from=self.lapses_from,
            suspended_from=self.suspended_from,
            resumed_on=self.resumed_on,
            asked_on=self.asked_on,
            handover=self.handover,
            accepted=self.accepted,
            outcome=self.outcome,
            closed=self.closed_on is not None,
        )


class CarePause(Base):
    """Care pauses: from when until when. There is no room for a reason, and so nobody can read one."""

    __tablename__ = "care_pauses"
    id: Mapped[Key]
    trajectory_id: Mapped[UUID] = mapped_column(ForeignKey("trajectories.id"), index=True)
    since: Mapped[date]
    until: Mapped[date | None]
    noted_on: Mapped[date]
    noted_by_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    at: Mapped[Instant]

    def days(self) -> Pause:
        """As the rules see it."""
        return Pause(self.since, self.until)
