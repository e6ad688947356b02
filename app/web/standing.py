"""How a trajectory stands, for the top of its page: one badge, what is open, what can be done."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from uuid import UUID

from flask_babel import gettext

from app.records import Task
from app.records.answered import review_months
from app.records.ledger import Ledger
from app.rules import timeline
from app.rules.case import Case
from app.rules.permissions import Viewer, may_do, sees
from app.web.reasons import task_title
from app.web.words import first_capital, tone, word

STARTUP = ("check_startup_housing", "check_startup_care")


@dataclass(frozen=True)
class Standing:
    """`tasks` are those the viewer may know of."""

    viewer: Viewer
    today: date
    ledger: Ledger
    tasks: list[Task]
    organisations: dict[UUID, str] = field(default_factory=dict)

    @cached_property
    def case(self) -> Case:
        return self.ledger.case()

    @cached_property
    def moments(self) -> list[timeline.Moment]:
        """Every date of the two years; nothing for who may not see them."""
        if not self.sees("dates"):
            return []
        checks = [task for task in self.tasks if task.name in STARTUP and task.status == "done" and task.done_on]
        last = max((task.done_on for task in checks if task.done_on), default=None)
        done = last if len({task.name for task in checks}) == len(STARTUP) else None
        return timeline.timeline(self.case, self.today, timeline.Startup(done), self.ledger.settings)

    @cached_property
    def open_tasks(self) -> list[Task]:
        return [task for task in self.tasks if task.status == "open"]

    @cached_property
    def months(self) -> dict[UUID, int]:
        """Review's id -> its month, to say which review a task is about."""
        return review_months(self.ledger.session, {task.review_id for task in self.tasks if task.review_id})

    def sees(self, section: str) -> bool:
        return sees(self.viewer.part, section)

    def title(self, task: Task) -> str:
        return task_title(task, self.months)

    def who(self, task: Task) -> str:
        """Who has a task: you, a colleague, or the other party."""
        if task.assignee_id == self.viewer.id:
            return str(gettext("you"))
        if task.organisation_id == self.viewer.organisation_id and task.assignee is not None:
            return task.assignee.name
        if may_do(self.viewer, task.role, task.organisation_id):
            return str(gettext("you or a colleague"))
        return self.organisations.get(task.organisation_id) or word(task.role, "role")

    @property
    def mine(self) -> Task | None:
        """The viewer's own open task that is due first; else one that anybody in the team may take."""
        own = [task for task in self.open_tasks if may_do(self.viewer, task.role, task.organisation_id)]
        return next(
            (task for task in own if task.assignee_id == self.viewer.id),
            next((task for task in own if task.assignee_id is None), None),
        )

    @property
    def badge(self) -> tuple[str, str]:
        """(words, tone)"""
        row = self.ledger.trajectory
        if row.outcome:
            return first_capital(word(row.outcome, "result")), tone(row.outcome)
        if any(task.due_on < self.today for task in self.open_tasks):
            return str(gettext("Late")), "bad"
        decided = timeline.decided(self.case) if self.sees("decision") else ""
        if decided:
            words = gettext("Will be converted") if decided in timeline.CONVERSIONS else gettext("Will end")
            return str(words), "good" if decided in timeline.CONVERSIONS else "law"
        held = [review for review in self.case.reviews if review.held_on is not None]
        if held and self.sees("reviews"):
            return first_capital(word(held[-1].outcome, "rating")), tone(held[-1].outcome)
        return first_capital(word(row.stage, "stage")), ""


def address(ledger: Ledger) -> str:
    """Where the home is; where the candidate is now is nobody's business here."""
    home = ledger.trajectory.home
    return f"{home.street}, {home.city}" if home else ""
