"""Moving a trajectory that began elsewhere forward to where it stands: its steps answered by what the row says.

The same drawing is followed, and the same functions write what a step means. Nothing is made up on the way: a paper
that was made elsewhere is not made again, nobody is written to about days gone by, and an unrecorded review says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID, uuid4

from app.actions.answers import RECORD, Given
from app.actions.deed import Deed
from app.actions.orders import INVITATION, carry_out
from app.actions.process import begin_late
from app.records import Answer, Letter, Task, straight
from app.records.ledger import MAIN, Ledger
from app.records.tasks import TAKEN_OVER
from app.rules.case import CONTRACT_PARTIES
from app.rules.course import review_lapses
from app.rules.permissions import PART_OF_ROLE, role_of_lane
from app.rules.progress import Order, Step
from app.rules.schedule import meeting_day, review_opens
from app.rules.take_over.row import Row

AGREES = {"tenant": "agree_as_tenant", "care_provider": "agree_as_provider",
          "municipality": "agree_as_municipality", "association": "agree_as_association"}  # fmt: skip
BEFORE = "before_take_over"  # why a review was not held: nobody recorded it before the trajectory was taken over
SAID_SO = "file_says_so"


@dataclass(slots=True)
class Past:
    """What the row says of each step that is over, and the rows that stand for those steps."""

    deed: Deed
    ledger: Ledger
    row: Row
    said: Mapping[str, Mapping[str, Any]]
    run_id: UUID = field(default_factory=uuid4)
    tasks: list[dict[str, Any]] = field(default_factory=list)
    answers: list[dict[str, Any]] = field(default_factory=list)

    def answer(self, step: Step) -> bool:
        """Write what this step meant, where the row knows; whether it does."""
        said = self.said.get(step.name)
        if said is None:
            return False
        task = Task(id=uuid4(), name=step.name, review_id=None)
        RECORD[step.name](Given(self.deed, task, self.ledger, said))
        if step.name == "hand_over_keys":
            record_reviews(self.deed, self.ledger, self.row)
        self._keep(task.id, step, said)
        return True

    def _keep(self, task_id: UUID, step: Step, said: Mapping[str, Any]) -> None:
        deed, trajectory = self.deed, self.ledger.trajectory
        role = role_of_lane(step.lane, trajectory.nominated_by)
        seat = self.ledger.seat_of(PART_OF_ROLE[role], deed.today)
        assert seat is not None  # every party has a contact, or the line would have had a fault
        done = {"status": "done", "done_by_id": deed.actor.id, "done_on": deed.today, "done_at": deed.desk.now}
        opened = {"opened_on": deed.today, "due_on": deed.today, "because": "since_opened", "because_on": deed.today}
        own = {"id": task_id, "run_id": self.run_id, "step": step.id, "trajectory_id": trajectory.id}
        whose = {"name": step.name, "role": role, "organisation_id": seat.organisation_id}
        self.tasks.append({**own, **whose, **opened, **done})
        answer = {"task_id": task_id, "trajectory_id": trajectory.id, "version": 1, "data": dict(said)}
        by = {"by_id": deed.actor.id, "on": deed.today, "at": deed.desk.now, "reason": TAKEN_OVER}
        self.answers.append({**answer, **by})


def move_forward(deed: Deed, ledger: Ledger, row: Row, home_id: UUID) -> None:
    """Follow the drawing to where the trajectory stands today, with the row's answers to the steps that are over."""
    past = Past(deed, ledger, row, answers_of(row, home_id, deed))
    begin_late(deed, ledger, past.run_id, MAIN, past.answer, deliver)
    straight.add(deed.session, Task, *past.tasks)
    straight.add(deed.session, Answer, *past.answers)


def answers_of(row: Row, home_id: UUID, deed: Deed) -> dict[str, Mapping[str, Any]]:
    """Step -> what the row says of it. Without the keys where they were not handed over yet."""

    def only(*names: str) -> dict[str, Any]:
        return {name: row.answers[name] for name in names if name in row.answers}

    first, signed = row.day("first_day"), row.day("signed_on")
    assert first is not None and signed is not None
    agreed = {"agreed": "yes", "agreed_on": row.words("agreed_on") or signed.isoformat()}
    goals = {f"goal_{domain}": said for domain, said in row.goals.items()}
    contract = {"conditions": list(row.conditions), "administration": row.words("administration") or "none"}
    said: dict[str, Mapping[str, Any]] = {
        "nominate_candidate": {"consent_given": True, **only("consent_on", "consent_asked_by")},
        "check_eligibility": {"outcome": "eligible", **only("legal_ground", "evidence", "evidence_on")},
        "match_home": {"home_id": str(home_id)},
        "record_offer_answer": {"answer": "accepts"},
        "draft_care_contract": {**contract, **goals, **only("guidance_from")},
        **{AGREES[party]: agreed for party in CONTRACT_PARTIES},
        "prepare_lease": only("first_day", "last_day", "rent", "service_costs"),
        "sign_lease": only("signed_on", "first_day", "last_day"),
    }
    handed = row.day("keys_on") or (max(first, signed) if first <= deed.today else None)
    if handed is not None:
        said["hand_over_keys"] = {"handed_over_on": handed.isoformat()}
    return said


def record_reviews(deed: Deed, ledger: Ledger, row: Row) -> None:
    """The reviews as the row has them; one whose time is over and that nobody recorded counts as not held."""
    held = {one.month: one for one in row.held}
    for number, review in enumerate(ledger.reviews):
        one = held.get(review.month)
        if one is not None and one.on is not None:
            review.held_on = review.closed_on = one.on
            review.outcome = one.outcome
            continue
        if one is not None:
            review.outcome, review.reason, review.closed_on = "not_held", SAID_SO, min(review.planned_on, deed.today)
            continue
        case = ledger.case()
        later = replace(case, reviews=case.reviews[number + 1 :])
        if review_lapses(later, case.reviews[number], ledger.settings) <= deed.today:
            review.outcome, review.reason, review.closed_on = "not_held", BEFORE, deed.today


def deliver(deed: Deed, ledger: Ledger, order: Order) -> None:
    """What is ordered on the way to today: papers and letters of days gone by were somebody else's to send."""
    if order.kind == "file_document":
        return
    if order.kind == "send_letter":
        _invite(deed, ledger, order)
    elif order.params["what"] != "startup_check_lapsed":  # nobody here was to do it
        carry_out(deed, ledger, order)


def _invite(deed: Deed, ledger: Ledger, order: Order) -> None:
    """A review that opened before today: whoever ran it invited the tenant, perhaps for another day."""
    trajectory, settings = ledger.trajectory, ledger.settings
    review = next(r for r in ledger.reviews if r.kind == "review" and r.opened_on is None and r.closed_on is None)
    if review_opens(review.planned_on, settings) >= deed.today:
        carry_out(deed, ledger, order)
        return
    assert trajectory.first_day is not None  # there are reviews, so there is a lease
    review.opened_on = deed.today
    deed.session.add(
        Letter(
            id=uuid4(),
            key=f"document:{review.id.hex}:0",
            trajectory_id=trajectory.id,
            kind=INVITATION,
            occasion=f"{INVITATION}:{review.month}",
            role="tenant",
            about_on=meeting_day(review.planned_on, review.month, trajectory.first_day),
            due_on=review_opens(review.planned_on, settings),
            state="dropped",
            reason=TAKEN_OVER,
        )
    )
