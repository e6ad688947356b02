"""Incidents and the steps taken after them: what happened, what it rests on, who decided; never what comes next."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.records.columns import Code, Instant, Key, Line, Words
from app.records.database import Base


class Incident(Base):
    """An incident or breach as it was reported, with the run of the escalation that is about it."""

    __tablename__ = "incidents"
    id: Mapped[Key]
    trajectory_id: Mapped[UUID] = mapped_column(ForeignKey("trajectories.id"))
    run_id: Mapped[UUID] = mapped_column(ForeignKey("runs.id"), unique=True)
    number: Mapped[int]  # counted per trajectory, from 1
    happened_on: Mapped[date]
    ground: Mapped[Code]  # a condition of the contract, serious_violence or drugs
    what: Mapped[Words]
    evidence: Mapped[Words]
    sources: Mapped[Line]  # codes, with spaces between
    first_step: Mapped[Code]
    skip_reason: Mapped[Words] = mapped_column(default="")
    reported_on: Mapped[date]
    reported_by_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    at: Mapped[Instant]
    withdrawn_on: Mapped[date | None]
    withdrawn_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    withdrawn_reason: Mapped[Words] = mapped_column(default="")
    closed_on: Mapped[date | None]
    outcome: Mapped[Code] = mapped_column(default="")  # settled · withdrawn · lapsed

    __table_args__ = (UniqueConstraint("trajectory_id", "number"),)


class Measure(Base):
    """One step after an incident: a conversation, a warning, a card. Given and not ended: it stands."""

    __tablename__ = "measures"
    id: Mapped[Key]
    trajectory_id: Mapped[UUID] = mapped_column(ForeignKey("trajectories.id"), index=True)
    incident_id: Mapped[UUID] = mapped_column(ForeignKey("incidents.id"))
    kind: Mapped[Code]  # conversation · warning · yellow_card · behaviour_order · red_card
    ground: Mapped[Code] = mapped_column(default="")
    reasons: Mapped[Words] = mapped_column(default="")
    evidence: Mapped[Words] = mapped_column(default="")
    sources: Mapped[Line] = mapped_column(default="")
    invited_on: Mapped[date | None]
    heard_on: Mapped[date | None]
    appeared: Mapped[bool | None]
    tenant_view: Mapped[Words] = mapped_column(default="")
    plan: Mapped[Words] = mapped_column(default="")  # what was agreed, or what must change
    recover_by: Mapped[date | None]
    proposed: Mapped[Code] = mapped_column(default="")  # give · do_not_give
    decided_on: Mapped[date | None]
    decided_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    verdict: Mapped[Code] = mapped_column(default="")  # approve · send_back
    verdict_reason: Mapped[Words] = mapped_column(default="")
    approved_on: Mapped[date | None]
    approved_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    given_on: Mapped[date | None]
    expires_on: Mapped[date | None]
    judged_on: Mapped[date | None]
    judged_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    recovered: Mapped[bool | None]
    judgment: Mapped[Words] = mapped_column(default="")
    ended_on: Mapped[date | None]
    ended_because: Mapped[Code] = mapped_column(default="")  # expired · next_step · not_given · settled …

    __table_args__ = (UniqueConstraint("incident_id", "kind"),)
