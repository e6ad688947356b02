"""The trajectory: who takes part, the home, the lease, the goals and the conditions; never the process."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.records.columns import Code, Instant, Key, Line, Words
from app.records.database import Base
from app.records.people import Home, Organisation, Person, User


class Trajectory(Base):
    """One candidate's way from nomination to a regular lease, or to another end."""

    __tablename__ = "trajectories"
    id: Mapped[Key]
    reference: Mapped[Code] = mapped_column(unique=True)
    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"), index=True)
    home_id: Mapped[UUID | None] = mapped_column(ForeignKey("homes.id"))
    nominated_by: Mapped[Code]  # the part that put the candidate forward
    opened_on: Mapped[date]
    created_at: Mapped[Instant]

    stage: Mapped[Code] = mapped_column(default="intake")  # intake · tenancy · aftercare · closed
    outcome: Mapped[Code] = mapped_column(default="")
    closed_on: Mapped[date | None]

    consent_on: Mapped[date | None]
    consent_asked_by: Mapped[Line] = mapped_column(default="")
    eligible: Mapped[bool | None]
    legal_ground: Mapped[Code] = mapped_column(default="")
    evidence: Mapped[Words] = mapped_column(default="")
    evidence_on: Mapped[date | None]
    rejection_reasons: Mapped[Words] = mapped_column(default="")
    offer_accepted: Mapped[bool | None]

    contract_round: Mapped[int] = mapped_column(default=0)
    guidance_from: Mapped[date | None]
    guidance_until: Mapped[date | None]  # until when care was planned, where the contract says so
    administration: Mapped[Code] = mapped_column(default="none")
    care_decision_until: Mapped[date | None]

    first_day: Mapped[date | None]
    last_day: Mapped[date | None] = mapped_column(index=True)
    signed_on: Mapped[date | None]
    keys_on: Mapped[date | None]
    rent_cents: Mapped[int] = mapped_column(default=0)
    service_cents: Mapped[int] = mapped_column(default=0)

    # What the planned reminders were last computed from; unchanged means: nothing to plan again.
    plan_mark: Mapped[Code] = mapped_column(default="")
    # The day on which it was taken over from a file; what lay before that day did not happen here.
    taken_over_on: Mapped[date | None]
    # How many were reported, so that nobody asks for the incidents of a trajectory without any.
    incidents: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    # The spans it runs on; those of its association when it began, and empty for the program's own.
    schedule_id: Mapped[UUID | None] = mapped_column(ForeignKey("schedules.id"))
    # How many ends and pauses of care were noted, for the same reason.
    care_notes: Mapped[int] = mapped_column(default=0, server_default=text("0"))

    tenant: Mapped[Person] = relationship(lazy="joined", innerjoin=True)
    home: Mapped[Home | None] = relationship(lazy="joined")

    def lease_runs(self, today: date) -> bool:
        """Whether the temporary lease is signed and not over, so that something can still happen under it."""
        return self.stage == "tenancy" and self.last_day is not None and today <= self.last_day


class Part(Base):
    """An organisation's part in a trajectory, from–to; no access before the candidate's consent, none after the end."""

    __tablename__ = "parts"
    id: Mapped[Key]
    trajectory_id: Mapped[UUID] = mapped_column(ForeignKey("trajectories.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    part: Mapped[Code]  # association · care_provider · municipality · urgency_office
    contact_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    since: Mapped[date | None]
    until: Mapped[date | None]
    reference: Mapped[str | None] = mapped_column(String(60))  # what this organisation calls the trajectory itself
    organisation: Mapped[Organisation] = relationship(lazy="joined", innerjoin=True)
    contact: Mapped[User | None] = relationship(lazy="joined")

    __table_args__ = (
        Index(None, "trajectory_id", "part"),
        Index(None, "organisation_id", "trajectory_id"),
        Index(None, "organisation_id", "reference", unique=True),
    )


class Beside(Base):
    """A person beside the tenant: co-tenant, partner, curator, mentor, financial administrator."""

    __tablename__ = "besides"
    id: Mapped[Key]
    trajectory_id: Mapped[UUID] = mapped_column(ForeignKey("trajectories.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"), index=True)
    kind: Mapped[Code]  # one of rules/beside.py
    added_on: Mapped[date | None]
    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)


class Goal(Base):
    """A goal of the care contract. `housing` goals are shared with the association, the others never are."""

    __tablename__ = "goals"
    id: Mapped[Key]
    trajectory_id: Mapped[UUID] = mapped_column(ForeignKey("trajectories.id"))
    domain: Mapped[Code]
    housing: Mapped[bool]
    words: Mapped[Line]
    round: Mapped[int]

    __table_args__ = (Index(None, "trajectory_id", "round"),)


class Condition(Base):
    """A condition of the care contract; its words are those of the library of conditions."""

    __tablename__ = "conditions"
    id: Mapped[Key]
    trajectory_id: Mapped[UUID] = mapped_column(ForeignKey("trajectories.id"))
    code: Mapped[Code]
    round: Mapped[int]

    __table_args__ = (Index(None, "trajectory_id", "round"),)


class Agreement(Base):
    """A party's yes or no to one draft of the care contract."""

    __tablename__ = "agreements"
    id: Mapped[Key]
    trajectory_id: Mapped[UUID] = mapped_column(ForeignKey("trajectories.id"))
    round: Mapped[int]
    party: Mapped[Code]  # tenant · care_provider · municipality · association
    agreed: Mapped[bool]
    agreed_on: Mapped[date]
    objection: Mapped[Words] = mapped_column(default="")
    by_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    at: Mapped[Instant]

    __table_args__ = (UniqueConstraint("trajectory_id", "round", "party"),)


class Counter(Base):
    """The last number given out per series, e.g. the references of one year."""

    __tablename__ = "counters"
    series: Mapped[Code] = mapped_column(primary_key=True)
    last: Mapped[int]
