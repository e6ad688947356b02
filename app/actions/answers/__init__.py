"""What a finished task means for the records: one function per task, in files by stretch of the road.

A task without a function here needs none: its answer is its whole record.
"""

from __future__ import annotations

from collections.abc import Mapping

from app.actions.answers import care_end, escalation, intake, lease, review, revision, term_end
from app.actions.answers.given import Given, Record

RECORD: Mapping[str, Record] = {
    **intake.RECORD,
    **lease.RECORD,
    **review.RECORD,
    **term_end.RECORD,
    **escalation.RECORD,
    **revision.RECORD,
    **care_end.RECORD,
}

__all__ = ["RECORD", "Given"]
