"""The lease: drawn up, signed, keys handed over. The first and last day are those of the signed lease."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from uuid import uuid4

from sqlalchemy import select

from app.actions.answers.given import Given, Record, cents
from app.actions.lease_corrections import judge_correction
from app.actions.legal_clock import keep_term
from app.records import Review, ToldLease
from app.records.earlier import earlier_leases, hold_association
from app.records.ledger import Ledger
from app.rules.case import Case
from app.rules.earlier_lease import ENDED
from app.rules.schedule import review_days


def prepare(given: Given) -> None:
    _term(given)
    given.trajectory.rent_cents = cents(given.answers["rent"])
    given.trajectory.service_cents = cents(given.answers["service_costs"])
    if "earlier_lease" not in given.answers:  # a lease that was taken over: nobody was asked
        return
    own = given.trajectory.id
    row = given.deed.session.scalar(select(ToldLease).where(ToldLease.trajectory_id == own))
    if row is None:
        row = ToldLease(id=uuid4(), trajectory_id=own)
        given.deed.session.add(row)
    row.answer, row.by_id = given.answers["earlier_lease"], given.by_id
    row.ended_on = given.day_or_none("earlier_last_day") if row.answer in ENDED else None


def sign(given: Given) -> None:
    given.trajectory.signed_on = given.day("signed_on")
    _term(given)
    keep_term(given.deed, given.ledger)


def keys(given: Given) -> None:
    """The keys are handed over: the two years run, counted from the first day of the signed lease."""
    row = given.trajectory
    row.keys_on = given.day("handed_over_on")
    if given.correction:
        return
    row.stage = "tenancy"
    first, last = _both(given)
    reviews = [
        Review(id=uuid4(), trajectory_id=row.id, kind="review", month=month, planned_on=day)
        for month, day in review_days(first, last, given.ledger.settings)
    ]
    given.deed.session.add_all(reviews)
    given.ledger.hold(reviews=reviews)


def judge(given: Given) -> None:
    verdict, reason = given.answers["verdict"], given.words("reason")
    judge_correction(given.deed, given.ledger, given.task.run_id, verdict, reason)


def look_back(task: str, ledger: Ledger) -> Case:
    """The case with the leases before this one; while one is signed nobody signs another with the same association."""
    if task == "sign_lease":
        hold_association(ledger)
    return replace(ledger.case(), earlier=earlier_leases(ledger))


def _term(given: Given) -> None:
    given.trajectory.first_day = given.day("first_day")
    given.trajectory.last_day = given.day("last_day")


def _both(given: Given) -> tuple[date, date]:
    first, last = given.trajectory.first_day, given.trajectory.last_day
    assert first is not None and last is not None  # signing came first in the drawing
    return first, last


RECORD: Mapping[str, Record] = {
    "prepare_lease": prepare,
    "sign_lease": sign,
    "hand_over_keys": keys,
    "approve_lease_correction": judge,
}
