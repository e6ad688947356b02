"""What no landlord may know of a care contract, added by the municipality, once, after a take-over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from app.actions.deed import Desk
from app.actions.reminders import plan_reminders
from app.errors import Fault, Invalid, NotAllowed, NotReady
from app.records import Goal, straight
from app.records.ledger import Ledger
from app.records.visibility import find
from app.rules.answers import day
from app.rules.permissions import CARE_DOMAINS, may_add_care


def add_care(desk: Desk, trajectory_id: UUID, answers: Mapping[str, Any]) -> None:
    """Add the care goals and until when the care decision runs. `answers` as those of the care contract's form.

    Raises NotFound, NotAllowed, NotReady("care_is_there") where it was not taken over or has its care already, and
    Invalid when nothing was filled in.
    """
    with desk.deed() as deed:
        row = find(deed.session, deed.actor, deed.today, trajectory_id)
        if not may_add_care(deed.actor):
            raise NotAllowed("not_allowed")
        ledger = Ledger(deed.session, row, deed.today)
        if not lacks_care(ledger):
            raise NotReady("care_is_there")
        words = {domain: answers[f"goal_{domain}"] for domain in CARE_DOMAINS if answers.get(f"goal_{domain}")}
        row.care_decision_until = day(answers, "care_decision_until")
        if not words and row.care_decision_until is None:
            raise Invalid(faults=[Fault("care_decision_until", "missing", {"kind": "date"})])
        own = {"trajectory_id": row.id, "round": row.contract_round, "housing": False}
        straight.add(deed.session, Goal, *[{**own, "domain": domain, "words": said} for domain, said in words.items()])
        deed.happened("care_added", row)
        deed.session.flush()
        plan_reminders(deed, ledger, ledger.case())


def lacks_care(ledger: Ledger) -> bool:
    """Whether this was taken over, still runs, and nothing of its care was added yet."""
    row = ledger.trajectory
    here = row.taken_over_on is not None and row.stage in ("intake", "tenancy")
    return here and row.care_decision_until is None and all(goal.housing for goal in ledger.goals)
