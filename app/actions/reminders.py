"""Planning reminders: the ledger follows the rules; a row with a known key is never planned twice."""

from __future__ import annotations

from hashlib import blake2s
from uuid import uuid4

from sqlalchemy import insert, select, update

from app.actions.deed import Deed
from app.records import Letter
from app.records.ledger import Ledger
from app.rules.reminders import planned


def plan_reminders(deed: Deed, ledger: Ledger) -> None:
    """Add what the rules now ask for and drop, with the reason, what they no longer do."""
    trajectory = ledger.trajectory
    wanted = {f"{trajectory.id.hex}:{row.key}": row for row in planned(ledger.case(), deed.today, deed.house.settings)}
    # The days still ahead shrink by themselves: the mark is of what is planned, not of what is left of it.
    mark = blake2s(
        "|".join(sorted({f"{row.occasion}:{row.about_on}:{row.role}" for row in wanted.values()})).encode(),
        digest_size=8,
    ).hexdigest()
    if mark == trajectory.plan_mark:
        return
    trajectory.plan_mark = mark
    standing = dict(
        deed.session.execute(
            select(Letter.key, Letter.state).where(Letter.trajectory_id == trajectory.id, Letter.task_id.is_(None))
        ).all()
    )
    stale = [key for key, state in standing.items() if state == "planned" and key not in wanted and _is_ours(key)]
    if stale:
        deed.session.execute(
            update(Letter)
            .where(Letter.key.in_(stale), Letter.state == "planned")
            .values(state="dropped", reason="no_longer_needed")
            .execution_options(synchronize_session=False)
        )
    again = [key for key in wanted if standing.get(key) == "dropped"]
    if again:  # a review moved away and back: the same key is wanted once more
        deed.session.execute(
            update(Letter)
            .where(Letter.key.in_(again), Letter.state == "dropped", Letter.reason == "no_longer_needed")
            .values(state="planned", reason="")
            .execution_options(synchronize_session=False)
        )
    new = [
        {
            "id": uuid4(),
            "key": key,
            "trajectory_id": trajectory.id,
            "kind": row.kind,
            "occasion": row.occasion,
            "role": row.role,
            "about_on": row.about_on,
            "due_on": row.due_on,
        }
        for key, row in wanted.items()
        if key not in standing
    ]
    if new:
        deed.session.execute(insert(Letter), new)


def _is_ours(key: str) -> bool:
    """Keys of planned reminders; letters about documents and overdue tasks have keys of their own."""
    return not key.startswith(("overdue:", "document:"))
