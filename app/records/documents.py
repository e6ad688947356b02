"""Documents of a dossier and proofs of notices. A filed document never changes; a next version stands beside it."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.records.columns import Code, Instant, Key, Line
from app.records.database import Base


class Document(Base):
    """A paper made from a template, or a signed copy that somebody put in."""

    __tablename__ = "documents"
    id: Mapped[Key]
    trajectory_id: Mapped[UUID] = mapped_column(ForeignKey("trajectories.id"))
    name: Mapped[Code]  # the template's name
    occasion: Mapped[Code] = mapped_column(
        default=""
    )  # which one of its kind: the review's id, the tenant's id, the round
    version: Mapped[int] = mapped_column(default=1)
    language: Mapped[str] = mapped_column(String(5), default="nl")
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"))
    review_id: Mapped[UUID | None] = mapped_column(ForeignKey("reviews.id"))
    state: Mapped[Code] = mapped_column(default="ordered")  # ordered · filed · failed
    fault: Mapped[Line] = mapped_column(default="")
    ordered_on: Mapped[date]
    filed_on: Mapped[date | None]
    filed_at: Mapped[Instant | None]
    claimed_until: Mapped[Instant | None]
    content_hash: Mapped[str] = mapped_column(String(64), default="")
    template_hash: Mapped[str] = mapped_column(String(64), default="")
    size: Mapped[int] = mapped_column(default=0)

    __table_args__ = (
        UniqueConstraint("trajectory_id", "name", "occasion", "version", "language"),
        Index(None, "state", "claimed_until"),
    )


class SignedCopy(Base):
    """A signed copy of a document, put in by hand; stands beside the document it signs."""

    __tablename__ = "signed_copies"
    id: Mapped[Key]
    document_id: Mapped[UUID] = mapped_column(ForeignKey("documents.id"), index=True)
    file_name: Mapped[Line]
    media_type: Mapped[Code]
    content_hash: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    by_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    on: Mapped[date]
    at: Mapped[Instant]


class NoticeProof(Base):
    """A scan or photo that proves an end-of-term notice: a receipt, a signature, the envelope that came back."""

    __tablename__ = "notice_proofs"
    id: Mapped[Key]
    notice_id: Mapped[UUID] = mapped_column(ForeignKey("end_notices.id"), index=True)
    media_type: Mapped[Code]
    content_hash: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    by_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    on: Mapped[date]
    at: Mapped[Instant]
