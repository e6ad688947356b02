"""The end of the term: advice, hearing, decision, end notice, and how the lease ended or went on."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.records.columns import Code, Instant, Json, Key, Words
from app.records.database import Base
from app.records.people import Person


class Advice(Base):
    """The advice of the provider or the municipality, in housing terms."""

    __tablename__ = "advices"
    id: Mapped[Key]
    trajectory_id: Mapped[UUID] = mapped_column(ForeignKey("trajectories.id"))
    part: Mapped[Code]
    advice: Mapped[Code]
    reasons: Mapped[Words]
    findings: Mapped[Json] = mapped_column(default=dict, server_default=text("'{}'"))  # condition or goal -> met …
    advised_on: Mapped[date]
    recorded_on: Mapped[date]
    by_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))

    __table_args__ = (UniqueConstraint("trajectory_id", "part"),)


class Hearing(Base):
    """The tenant was heard, or did not come although invited; what the tenant wants, and the officer's view."""

    __tablename__ = "hearings"
    id: Mapped[Key]
    trajectory_id: Mapped[UUID] = mapped_column(ForeignKey("trajectories.id"), index=True)
    heard_on: Mapped[date]
    appeared: Mapped[bool]
    invited_on: Mapped[date | None]
    tenant_view: Mapped[Words] = mapped_column(default="")
    tenant_wants: Mapped[Code] = mapped_column(default="", server_default=text("''"))  # stay · leave · not_said
    own_view: Mapped[Code] = mapped_column(default="", server_default=text("''"))  # an outcome · cannot_say
    findings: Mapped[Json] = mapped_column(default=dict, server_default=text("'{}'"))  # officer · tenant -> as above
    by_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    revision_id: Mapped[UUID | None] = mapped_column(ForeignKey("revisions.id"))  # empty: before the first decision


class JointMeeting(Base):
    """The parties, who saw it differently, at one table. What each said before stays where it stands."""

    __tablename__ = "joint_meetings"
    id: Mapped[Key]
    trajectory_id: Mapped[UUID] = mapped_column(ForeignKey("trajectories.id"), index=True)
    held_on: Mapped[date | None]  # empty: it was not held, and `words` say why
    came: Mapped[Code] = mapped_column(default="")  # tenant · care_provider · municipality, with spaces between
    result: Mapped[Code] = mapped_column(default="")  # agreed · still_differ
    outcome: Mapped[Code] = mapped_column(default="")  # what they agree on
    words: Mapped[Words] = mapped_column(default="")
    recorded_on: Mapped[date]
    by_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))


class Decision(Base):
    """One proposal for the end of the term; the newest counts, and only once a second person approved it."""

    __tablename__ = "decisions"
    id: Mapped[Key]
    trajectory_id: Mapped[UUID] = mapped_column(ForeignKey("trajectories.id"))
    number: Mapped[int]
    outcome: Mapped[Code]
    reasons: Mapped[Words]
    findings: Mapped[Json]  # per condition and housing goal: met · not_met · cannot_say
    table_advice: Mapped[Json]  # what the decision table advised, and why
    decided_on: Mapped[date]
    decided_by_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    verdict: Mapped[Code] = mapped_column(default="")  # approve · send_back
    verdict_reason: Mapped[Words] = mapped_column(default="")
    approved_on: Mapped[date | None]
    approved_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    explained_on: Mapped[date | None]
    confirmed_on: Mapped[date | None]  # the confirmation of conversion went out
    withdrawn_on: Mapped[date | None]  # and was withdrawn

    __table_args__ = (UniqueConstraint("trajectory_id", "number"),)


class EndNotice(Base):
    """One written end-of-term notice to one tenant. Only its receipt counts."""

    __tablename__ = "end_notices"
    id: Mapped[Key]
    trajectory_id: Mapped[UUID] = mapped_column(ForeignKey("trajectories.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"))
    round: Mapped[int] = mapped_column(default=1, server_default=text("1"))  # the how manieth to this tenant
    sent_on: Mapped[date]
    channels: Mapped[Code]
    track_and_trace: Mapped[Code] = mapped_column(default="", server_default=text("''"))
    received_on: Mapped[date | None]
    proof_kind: Mapped[Code] = mapped_column(default="", server_default=text("''"))
    proof: Mapped[Words] = mapped_column(default="")
    returned_on: Mapped[date | None]  # the letter came back
    returned_because: Mapped[Code] = mapped_column(default="", server_default=text("''"))
    recorded_on: Mapped[date | None]  # receipt, return or the lack of both was written down
    standing: Mapped[Code] = mapped_column(default="unproven")  # a code of rules/end_notice.py
    withdrawn_on: Mapped[date | None]  # the letter that withdraws it went out
    by_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)

    __table_args__ = (Index(None, "trajectory_id", "sent_on"),)


class LeavingPlan(Base):
    """Where somebody goes who must leave: the plan for housing and care."""

    __tablename__ = "leaving_plans"
    id: Mapped[Key]
    trajectory_id: Mapped[UUID] = mapped_column(ForeignKey("trajectories.id"), unique=True)
    planned_on: Mapped[date]
    housing_afterwards: Mapped[Words]
    care_afterwards: Mapped[Words]
    aftercare: Mapped[bool]
    by_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))


class KeyReturn(Base):
    """Whether the keys came back after the last day, and what followed when the tenant stayed on."""

    __tablename__ = "key_returns"
    id: Mapped[Key]
    trajectory_id: Mapped[UUID] = mapped_column(ForeignKey("trajectories.id"), unique=True)
    returned: Mapped[bool]
    returned_on: Mapped[date | None]
    stay_outcome: Mapped[Code] = mapped_column(default="")  # left_later · court · stays_with_approval
    stay_on: Mapped[date | None]
    stay_reason: Mapped[Words] = mapped_column(default="")
    by_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))


class Ending(Base):
    """How the fixed term ended: converted, left, or open-ended by lapse. One row, written once."""

    __tablename__ = "endings"
    id: Mapped[Key]
    trajectory_id: Mapped[UUID] = mapped_column(ForeignKey("trajectories.id"), unique=True)
    kind: Mapped[Code]  # conversion · tenancy_ended · open_ended_by_lapse · open_ended_by_approval · ended_early
    on: Mapped[date]  # the first day of the new state
    recorded_on: Mapped[date]
    at: Mapped[Instant]


class EarlyEnd(Base):
    """A trajectory that stops before its last day, and why; one row. `last_day` is the lease's new last day."""

    __tablename__ = "early_ends"
    id: Mapped[Key]
    trajectory_id: Mapped[UUID] = mapped_column(ForeignKey("trajectories.id"), unique=True)
    kind: Mapped[Code]  # a code of rules/early_end.py
    happened_on: Mapped[date]  # the notice was received, somebody died, the court ruled, the candidate said so
    last_day: Mapped[date | None]
    arranged: Mapped[Code] = mapped_column(default="")  # after a death: by_law · heirs_choose · housemate_stays
    remark: Mapped[Words] = mapped_column(default="")
    recorded_on: Mapped[date]
    by_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    at: Mapped[Instant]
