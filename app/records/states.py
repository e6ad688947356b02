"""Rows of a trajectory as the rules see them: each table's row becomes the state that a rule asks about."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from app.records.decisions import Decision, EarlyEnd, Hearing
from app.records.incidents import Measure
from app.records.reviews import Review
from app.records.revisions import Revision
from app.rules.case import DecisionState, EarlyEndState, HearingState, MeasureState, ReviewState, RevisionState


def review(row: Review | Row[Any]) -> ReviewState:
    return ReviewState(
        id=str(row.id),
        month=row.month,
        planned_on=row.planned_on,
        opened_on=row.opened_on,
        held_on=row.held_on,
        closed_on=row.closed_on,
        outcome=row.outcome,
        extra=bool(row.extra_reason),
    )


def early_end(rows: list[EarlyEnd]) -> EarlyEndState | None:
    """The early end of a lease; one before or after the lease is told by the outcome."""
    row = rows[-1] if rows else None
    return EarlyEndState(row.kind, row.happened_on, row.last_day) if row is not None and row.last_day else None


def hearing(row: Hearing | Row[Any]) -> HearingState:
    return HearingState(row.heard_on, row.tenant_wants, row.own_view, row.findings)


def decision(row: Decision | Row[Any]) -> DecisionState:
    return DecisionState(row.outcome, row.decided_on, row.verdict, row.approved_on)


def revision(row: Revision) -> RevisionState:
    return RevisionState(row.was_outcome, row.outcome, row.decided, row.decided_on, row.to_explain)


def measure(row: Measure) -> MeasureState:
    return MeasureState(
        kind=row.kind,
        heard_on=row.heard_on,
        proposed=row.proposed,
        decided_on=row.decided_on,
        verdict=row.verdict,
        given_on=row.given_on,
        recover_by=row.recover_by,
        expires_on=row.expires_on,
        recovered=row.recovered,
        ended_on=row.ended_on,
    )
