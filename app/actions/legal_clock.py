"""Keeping the legal clock: the only writer of its rows, when what a date is made of was recorded or changed."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import bindparam, select, update

from app.actions.deed import Deed, Desk
from app.records import LegalDate, Trajectory, straight
from app.records.ledger import Ledger
from app.rules import legal_clock as rules

IN_FORCE = select(LegalDate.name, LegalDate.on, LegalDate.rule, LegalDate.version, LegalDate.inputs).where(
    LegalDate.trajectory_id == bindparam("trajectory"), LegalDate.replaced_at.is_(None)
)
WITHOUT = select(Trajectory).where(
    Trajectory.signed_on.is_not(None),
    ~select(LegalDate.id).where(LegalDate.trajectory_id == Trajectory.id).exists(),
)


def keep_term(deed: Deed, ledger: Ledger, reason: str = "", proposed_by: UUID | None = None) -> None:
    """The signed lease was recorded, or corrected by two people: the dates that follow from it."""
    _keep(deed, ledger, rules.of_the_term(ledger.case(), ledger.settings), reason, proposed_by)


def keep_early_end(deed: Deed, ledger: Ledger) -> None:
    """The lease ends early, or on another of the days that the law knows: the dates that follow from that."""
    _keep(deed, ledger, rules.of_the_early_end(ledger.case()))


def keep_missing(desk: Desk) -> int:
    """Keep the dates of leases that were signed before this program kept them; for how many. For an upgrade."""
    with desk.deed() as deed:
        rows = deed.session.scalars(WITHOUT).all()
        for row in rows:
            ledger = Ledger(deed.session, row, deed.today)
            keep_term(deed, ledger)
            keep_early_end(deed, ledger)
        return len(rows)


def _keep(
    deed: Deed, ledger: Ledger, dates: Sequence[rules.LegalDate], reason: str = "", proposed_by: UUID | None = None
) -> None:
    trajectory = ledger.trajectory
    deed.session.flush()
    standing = {
        row.name: (row.on, row.rule, row.version, row.inputs)
        for row in straight.ask(deed.session, IN_FORCE, trajectory=trajectory.id)
    }
    new = [one for one in dates if standing.get(one.name) != (one.on, one.rule, one.version, one.kept_inputs)]
    gone = [one.name for one in new if one.name in standing]
    if gone:
        ours = (LegalDate.trajectory_id == trajectory.id, LegalDate.name.in_(gone), LegalDate.replaced_at.is_(None))
        deed.session.execute(update(LegalDate).where(*ours).values(replaced_at=deed.desk.now))
    actor = deed.desk.actor.id if deed.desk.actor else None
    rows = [
        {
            "trajectory_id": trajectory.id,
            "name": one.name,
            "on": one.on,
            "rule": one.rule,
            "version": one.version,
            "inputs": one.kept_inputs,
            "reason": reason,
            "set_on": deed.today,
            "set_at": deed.desk.now,
            "by_id": proposed_by or actor,
            "approved_by_id": actor if proposed_by else None,
        }
        for one in new
    ]
    straight.add(deed.session, LegalDate, *rows)
    for one in new:
        if one.name in standing:
            was = standing[one.name][0]
            deed.happened("legal_date_set", trajectory, one.name, was=was.isoformat(), now=one.on.isoformat())

