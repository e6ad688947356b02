"""Planning reminders: the ledger follows the rules; a row with a known key is never planned twice."""

from __future__ import annotations

from datetime import date

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm.attributes import set_committed_value

from app.actions.deed import Deed
from app.records import Letter, Trajectory, straight
from app.records.ledger import Ledger
from app.rules.case import Case
from app.rules.reminders import mark, planned

STANDING = select(Letter.key, Letter.state).where(
    Letter.trajectory_id == bindparam("trajectory"), Letter.task_id.is_(None)
)
MARK = update(Trajectory).where(Trajectory.id == bindparam("trajectory"))


def plan_reminders(deed: Deed, ledger: Ledger, case: Case) -> None:
    """Add what the rules now ask for and drop, with the reason, what they no longer do."""
    trajectory, settings = ledger.trajectory, ledger.settings
    now = mark(case, settings)
    if now == trajectory.plan_mark:
        return
    straight.change(deed.session, MARK, trajectory=trajectory.id, plan_mark=now)
    set_committed_value(trajectory, "plan_mark", now)
    asked = {f"{trajectory.id.hex}:{row.key}": row for row in planned(case, date.min, settings)}
    wanted = {key: row for key, row in asked.items() if row.due_on >= deed.today}
    standing = {row.key: row.state for row in straight.ask(deed.session, STANDING, trajectory=trajectory.id)}
    # What was due before today and has not gone yet (the post was down) is still asked for.
    stale = [key for key, state in standing.items() if state == "planned" and key not in asked and _is_ours(key)]
    # The trajectory is named too: by its state alone a letter is one of very many.
    ours = Letter.trajectory_id == trajectory.id
    if stale:
        deed.session.execute(
            update(Letter)
            .where(ours, Letter.key.in_(stale), Letter.state == "planned")
            .values(state="dropped", reason="no_longer_needed")
            .execution_options(synchronize_session=False)
        )
    again = [key for key in wanted if standing.get(key) == "dropped"]
    if again:  # a review moved away and back: the same key is wanted once more
        deed.session.execute(
            update(Letter)
            .where(ours, Letter.key.in_(again), Letter.state == "dropped", Letter.reason == "no_longer_needed")
            .values(state="planned", reason="")
            .execution_options(synchronize_session=False)
        )
    new = [
        {
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
    straight.add(deed.session, Letter, *new)


def _is_ours(key: str) -> bool:
    """Keys of planned reminders; letters about documents, overdue tasks and incidents have their own."""
    return not key.startswith(("overdue:", "document:", "incident:"))
