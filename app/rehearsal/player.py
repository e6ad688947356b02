"""Plays one trajectory day by day: the worker's round, then the people; from day to day on which something is due."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import func, select

from app.actions.deed import Desk, House
from app.actions.documents import file_ordered
from app.actions.letters import Write, post_due
from app.actions.rounds import wake_due
from app.actions.tasks import complete_task, form_choices
from app.actions.trajectories import add_beside, move_review, start_trajectory
from app.errors import Fault, Invalid, Refused
from app.post import Postman
from app.records import Letter, Review, Run, Task, Trajectory
from app.records.database import let_go, reading
from app.records.ledger import Ledger
from app.rehearsal.cast import Cast
from app.rehearsal.record import Record
from app.rehearsal.script import BadScript, Happening, Script, day_of
from app.rehearsal.typist import type_out
from app.rules.answers import grounds_for
from app.rules.permissions import Viewer

# The steps before the lease, laid this many days before its first day.
DAYS_BEFORE: Mapping[str, int] = {
    "nominate_candidate": 63,
    "check_eligibility": 49,
    "match_home": 35,
    "record_offer_answer": 28,
    "draft_care_contract": 24,
    "agree_as_tenant": 17,
    "agree_as_provider": 17,
    "agree_as_municipality": 17,
    "agree_as_association": 17,
    "prepare_lease": 14,
    "sign_lease": 7,
    "hand_over_keys": 0,
}
# When people do a task, where a script does not say: on the day it is due, but for these.
USUALLY: Mapping[str, str] = {
    "approve_decision": "opened + 2 days",
    "explain_decision": "opened + 3 days",
    "confirm_conversion": "opened + 2 days",
    "confirm_review_meeting": "opened + 2 days",
    "sign_regular_lease": "opened + 14 days",
    "plan_leaving": "opened + 14 days",
    "send_end_notice": "opened",
    "record_receipt": "opened + 2 days",
    "return_keys": "opened",
    "handle_stay": "opened + 3 days",
}
ROUNDS_A_DAY = 60


@dataclass(slots=True)
class Refusal:
    """A deed of the script that was refused, with the codes of its faults."""

    on: date
    task: str
    code: str
    faults: list[Fault]


@dataclass(slots=True)
class Player:
    """One trajectory being played. `first` is S of the lease, `last` its E."""

    house: House
    cast: Cast
    script: Script
    first: date
    last: date
    postman: Postman
    write: Write
    record: Record | None = None
    home: UUID | None = None
    works: bool = True  # whether the worker's round is ours to do
    today: date = date.min
    trajectory_id: UUID | None = None
    refusals: list[Refusal] = field(default_factory=list)
    _stuck: set[UUID] = field(default_factory=set)
    _turns: Counter[str] = field(default_factory=Counter)
    _happened: set[int] = field(default_factory=set)
    _worker_off_until: date = date.min

    def play(self, until: date | None = None) -> None:
        """Play to the end, or up to and including a day."""
        self.today = self.first - timedelta(days=DAYS_BEFORE["nominate_candidate"] + 7)
        while until is None or self.today <= until:
            self._live_the_day()
            following = self._next_day()
            if following is None:
                return
            self.today = following

    def desk(self, who: Viewer | None) -> Desk:
        """A desk at ten o'clock on the day that is being played."""
        return Desk(self.house, who, self.today, datetime.combine(self.today, time(9), UTC))

    def _live_the_day(self) -> None:
        if self.trajectory_id is None:
            self._start()
        for _ in range(ROUNDS_A_DAY):
            moved = self._worker_round() + self._happen() + self._people()
            self._note()
            if not moved:
                return
        raise BadScript("bad_script", reason=f"{self.script.name}: on {self.today} there is no end to what happens.")

    def _start(self) -> None:
        name = self.script.tenant.get("full_name", "Fatima el Amrani")
        person = {"salutation": "mevrouw El Amrani", "birth_date": "1991-04-12", "address": "Opvang De Haven, Kade 2",
                  "postcode": "0000 EA", "city": "Oostdorp", **self.script.tenant, "full_name": name}  # fmt: skip
        self.trajectory_id = start_trajectory(
            self.desk(self.cast.players["urgency_officer"]), person, self.cast.contacts
        )
        for someone in self.script.co_tenants:
            add_beside(self.desk(self.cast.players["housing_officer"]), self.trajectory_id, "co_tenant", someone)
        self._note()

    def _worker_round(self) -> int:
        if not self.works or self.today < self._worker_off_until:
            return 0
        desk = self.desk(None)
        done = wake_due(desk) + file_ordered(desk) + post_due(desk, self.postman, self.write)
        let_go()
        return done

    def _people(self) -> int:
        done = 0
        for task in self._open_tasks():
            if self._day_of(task) <= self.today:
                done += self._do(task)
        return done

    def _do(self, task: Task) -> int:
        session = reading()
        trajectory = session.get_one(Trajectory, task.trajectory_id)
        form = self.house.form(task.name)
        choices = form_choices(form, Ledger(session, trajectory, self.today))
        raw = type_out(task.name, form, choices, self._said(task), self._marks(task))
        let_go()
        try:
            complete_task(self.desk(self.cast.players[task.role]), task.id, raw)
        except Refused as refusal:
            faults = refusal.faults if isinstance(refusal, Invalid) else []
            self.refusals.append(Refusal(self.today, task.name, refusal.code, faults))
            self._stuck.add(task.id)
            if self.record is not None:
                self.record.refused(self.today, task.name, refusal.code, faults)
            return 0
        self._turns[task.name] += 1
        return 1

    def _said(self, task: Task) -> dict[str, object]:
        """This turn's answers; the last of a list is said again."""
        turns = self.script.answers.get(task.name)
        said = dict(turns[min(self._turns[task.name], len(turns) - 1)]) if turns else {}
        if task.name == "check_eligibility":
            grounds = grounds_for(self.first - timedelta(days=DAYS_BEFORE["sign_lease"]))
            said.setdefault("legal_ground", grounds[-1] if grounds else "old")
        if task.name == "match_home" and self.home is not None:
            said.setdefault("home_id", str(self.home))
        return said

    def _marks(self, task: Task) -> dict[str, date]:
        return {"S": self.first, "E": self.last, "today": self.today, "opened": task.opened_on, "due": task.due_on}

    def _day_of(self, task: Task) -> date:
        said = self.script.when.get(task.name)
        if said is None and task.name in DAYS_BEFORE:
            return max(task.opened_on, self.first - timedelta(days=DAYS_BEFORE[task.name]))
        return max(task.opened_on, day_of(said or USUALLY.get(task.name, "due"), self._marks(task)))

    def _happen(self) -> int:
        done = 0
        for number, one in enumerate(self.script.happens):
            if number not in self._happened and self._day(one) <= self.today:
                self._happened.add(number)
                self._carry_out(one)
                done += 1
        return done

    def _carry_out(self, one: Happening) -> None:
        if one.do == "worker_off":
            self._worker_off_until = self.today + timedelta(days=int(one.params["days"]))
            return
        marks = {"S": self.first, "E": self.last, "today": self.today}
        review_id = reading().scalar(
            select(Review.id).where(
                Review.trajectory_id == self.trajectory_id, Review.kind == "review", Review.month == one.params["month"]
            )
        )
        if review_id is None:
            raise BadScript(
                "bad_script", reason=f"{self.script.name}: there is no review of month {one.params['month']}."
            )
        desk = self.desk(self.cast.players["housing_officer"])
        move_review(desk, review_id, day_of(str(one.params["to"]), marks), str(one.params["reason"]))

    def _day(self, one: Happening) -> date:
        return day_of(one.on, {"S": self.first, "E": self.last, "today": self.today})

    def _next_day(self) -> date | None:
        """The next day on which the worker or somebody has something to do."""
        session, ours = reading(), self.trajectory_id
        days: list[date | None] = [self._day_of(task) for task in self._open_tasks()]
        days += [self._day(one) for number, one in enumerate(self.script.happens) if number not in self._happened]
        if self.works:
            planned = (Letter.trajectory_id == ours, Letter.state == "planned", Letter.due_on > self.today)
            open_now = (Task.trajectory_id == ours, Task.status == "open", Task.nudge_on > self.today)
            letters = select(func.min(Letter.due_on)).where(*planned)
            nudges = select(func.min(Task.nudge_on)).where(*open_now)
            wakes = select(func.min(Run.wake_on)).where(Run.trajectory_id == ours, Run.fault == "")
            worker = [session.scalar(query) for query in (letters, nudges, wakes)]
            days += [max(day, self._worker_off_until) for day in worker if day is not None]
        let_go()
        ahead = [day for day in days if day is not None and day > self.today]
        return min(ahead, default=None)

    def _open_tasks(self) -> Iterable[Task]:
        session = reading()
        rows = session.scalars(
            select(Task)
            .where(Task.trajectory_id == self.trajectory_id, Task.status == "open")
            .order_by(Task.due_on, Task.name)
            .execution_options(populate_existing=True)
        )
        found = [task for task in rows if task.name not in self.script.nobody and task.id not in self._stuck]
        let_go()
        return found

    def _note(self) -> None:
        if self.record is not None and self.trajectory_id is not None:
            self.record.note(self.today, self.trajectory_id)
