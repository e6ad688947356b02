"""Plays one trajectory day by day: the worker's round, then the people; from day to day on which something is due."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import BindParameter, bindparam, func, select

from app.actions.deed import Desk, House
from app.actions.documents import file_ordered
from app.actions.letters import Write, post_due
from app.actions.rounds import wake_due
from app.actions.silence import notice_silence
from app.actions.tasks import complete_task, form_choices
from app.actions.trajectories import add_beside, start_trajectory
from app.errors import Refused
from app.post import Postman
from app.records import Beside, Letter, Person, Run, Task, Trajectory
from app.records.answered import versions
from app.records.database import let_go, reading
from app.records.ledger import Ledger
from app.rehearsal import happenings
from app.rehearsal.cast import Cast
from app.rehearsal.days import BadScript, day_of
from app.rehearsal.habits import first_of_all, signing_day, usual_day
from app.rehearsal.happenings import PostmanAway
from app.rehearsal.record import Record
from app.rehearsal.refusal import Refusal, refusal
from app.rehearsal.script import NEVER, Script
from app.rehearsal.typist import type_out
from app.rules.answers import grounds_for
from app.rules.beside import REPRESENTS
from app.rules.permissions import ROLE_OF_PART, Viewer

ROUNDS_A_DAY = 60
MOST_DAYS = 2000  # on which something happens; a whole trajectory has about seventy
OURS: BindParameter[UUID] = bindparam("trajectory")
OPEN_TASKS = (
    select(Task)
    .where(Task.trajectory_id == OURS, Task.status == "open")
    .order_by(Task.due_on, Task.name)
    .execution_options(populate_existing=True)
)
# The first letter that waits, the first task to bring up again, the first waking.
WORKER_DAYS = select(
    select(func.min(Letter.due_on)).where(Letter.trajectory_id == OURS, Letter.state == "planned").scalar_subquery(),
    select(func.min(Task.nudge_on)).where(Task.trajectory_id == OURS, Task.status == "open").scalar_subquery(),
    select(func.min(Run.wake_on)).where(Run.trajectory_id == OURS, Run.fault == "").scalar_subquery(),
)


@dataclass(slots=True)
class Player:
    """One trajectory being played. `first` is S of the lease, `last` its E: of the signed lease once there is one.

    `works`: whether the worker's round is ours to do.
    """

    house: House
    cast: Cast
    script: Script
    first: date
    last: date
    postman: Postman
    write: Write
    record: Record | None = None
    home: UUID | None = None
    works: bool = True
    today: date = date.min
    trajectory_id: UUID | None = None
    refusals: list[Refusal] = field(default_factory=list)
    worker_off_until: date = date.min
    mail_off_until: date = date.min
    _stuck: set[UUID] = field(default_factory=set)
    _turns: dict[UUID, int] = field(default_factory=dict)  # task -> the how manieth of its name it is
    _seen: Counter[str] = field(default_factory=Counter)
    _happened: set[int] = field(default_factory=set)
    _ahead: list[date] = field(default_factory=list)  # when the tasks will be done that were open at the last look
    _called: dict[str, str] = field(default_factory=dict)  # id of a goal, condition or tenant -> its name in a script

    def play(self, until: date | None = None) -> None:
        """Play to the end, or up to and including a day."""
        self.today = first_of_all(self.first)
        for _ in range(MOST_DAYS):
            if until is not None and self.today > until:
                return
            self._live_the_day()
            following = self.next_day()
            if following is None:
                return
            self.today = following
        raise BadScript(f"{self.script.name}: on {self.today} it still has no end.")

    def desk(self, who: Viewer | None) -> Desk:
        """A desk at ten o'clock on the day that is being played."""
        return Desk(self.house, who, self.today, datetime.combine(self.today, time(9), UTC))

    def marks(self) -> dict[str, date]:
        """The days a script may count from."""
        return {"S": self.first, "E": self.last, "today": self.today}

    def id_called(self, name: str) -> str:
        """The id of what a script calls by this name, a goal, condition or tenant; the name when there is none."""
        return next((one for one, called in self._called.items() if called == name), name)

    def refuse(self, what: str, refused: Refused, form: Mapping[str, object] | None = None) -> None:
        """Keep that this was refused; the play goes on without it."""
        one = refusal(self.today, what, refused, form)
        self.refusals.append(one)
        if self.record is not None:
            self.record.refused(one.on, one.task, one.code, one.sentence, one.faults)

    def _live_the_day(self) -> None:
        if self.trajectory_id is None:
            self._start()
        for _ in range(ROUNDS_A_DAY):
            self._worker_round()
            self._note()
            if not self.act():
                return
        raise BadScript(f"{self.script.name}: on {self.today} there is no end to what happens.")

    def act(self) -> int:
        """What happens by itself and what people do now, on the day that is being played; how many things that were."""
        if self.trajectory_id is None:
            self._start()
        happened = self._happen()
        self._note()
        done = self._people()
        self._note()
        return happened + done

    def _start(self) -> None:
        name = self.script.tenant.get("full_name", "Fatima el Amrani")
        person = {"salutation": "mevrouw El Amrani", "birth_date": "1991-04-12", "address": "Opvang De Haven, Kade 2",
                  "postcode": "0000 EA", "city": "Oostdorp", **self.script.tenant, "full_name": name}  # fmt: skip
        nominator = self.cast.players[ROLE_OF_PART[self.script.nominated_by]]
        self.trajectory_id = start_trajectory(self.desk(nominator), person, self.cast.contacts)
        self._name_people()
        self._note()

    def _name_people(self) -> None:
        """What a script and a report call the tenants."""
        session = reading()
        row = session.get_one(Trajectory, self.trajectory_id)
        beside = select(Person.id, Beside.kind).join(Beside, Beside.person_id == Person.id)
        names, counted = {row.tenant_id: "tenant"}, Counter[str]()
        for one, kind in session.execute(beside.where(Beside.trajectory_id == row.id).order_by(Person.full_name)):
            called = kind if kind in REPRESENTS else "co_tenant"
            counted[called] += 1
            names[one] = f"{called}_{counted[called]}"
        let_go()
        self._called |= {str(one): name for one, name in names.items()}
        if self.record is not None:
            self.record.people = names

    def _worker_round(self) -> None:
        if not self.works or self.today < self.worker_off_until:
            return
        desk, away = self.desk(None), self.today < self.mail_off_until
        postman = PostmanAway(self.postman.sender, None, self.postman.folder) if away else self.postman
        wake_due(desk)
        notice_silence(desk)
        file_ordered(desk)
        post_due(desk, postman, self.write)
        let_go()

    def _happen(self) -> int:
        done = 0
        for number, one in enumerate(self.script.happens):
            if number not in self._happened and day_of(one.on, self.marks()) <= self.today:
                self._happened.add(number)
                happenings.carry_out(self, one)
                done += 1
        return done

    def _people(self) -> int:
        return sum(self._do(task) for task, day in self._open_tasks() if day <= self.today)

    def _do(self, task: Task) -> int:
        form = self.house.form(task.name)
        raw = self.fill_in(task, self._said(task))
        try:
            complete_task(self.desk(self.cast.who(task.role, task.organisation_id)), task.id, raw)
        except Refused as refused:
            self._stuck.add(task.id)
            self.refuse(task.name, refused, form)
            return 0
        if task.name == "nominate_candidate":
            self._add_besides()
        if task.name in ("sign_lease", "approve_lease_correction"):
            self._take_the_lease()
        return 1

    def _add_besides(self) -> None:
        """By the municipality: it sees the candidate from here on, and the urgency office adds nobody."""
        assert self.trajectory_id is not None  # a task was done in it
        municipality = self.desk(self.cast.players["municipal_officer"])
        for someone in (*self.script.co_tenants, *self.script.represented_by):
            add_beside(municipality, self.trajectory_id, someone.get("kind", "co_tenant"), someone)
        self._name_people()

    def fill_in(self, task: Task, said: Mapping[str, object]) -> dict[str, list[str]]:
        """The form of this task as a browser would post it."""
        session, form = reading(), self.house.form(task.name)
        ledger = Ledger(session, session.get_one(Trajectory, task.trajectory_id), self.today)
        answered = versions(session, task.id)[0].answer.data if task.status == "done" else None
        choices = form_choices(form, ledger, answered)
        self._called |= {str(goal.id): goal.domain for goal in ledger.goals}
        self._called |= {str(condition.id): condition.code for condition in ledger.conditions}
        let_go()
        return type_out(task.name, form, choices, said, self._marks(task), self._called)

    def _said(self, task: Task) -> dict[str, object]:
        """This turn's answers; the last of a list is said again."""
        turns = self.script.answers.get(task.name)
        said = dict(turns[min(self._turns[task.id], len(turns) - 1)]) if turns else {}
        if task.name == "check_eligibility":
            said.setdefault("legal_ground", (grounds_for(signing_day(self.first)) or ("old",))[-1])
        if task.name == "match_home" and self.home is not None:
            said.setdefault("home_id", str(self.home))
        return said

    def _take_the_lease(self) -> None:
        """S and E are those of the signed lease."""
        row = reading().get_one(Trajectory, self.trajectory_id)
        if row.first_day is not None and row.last_day is not None:
            self.first, self.last = row.first_day, row.last_day
        let_go()

    def _marks(self, task: Task) -> dict[str, date]:
        return {**self.marks(), "opened": task.opened_on, "due": task.due_on}

    def _day_of(self, task: Task) -> date | None:
        """The day on which somebody does this: what the script says, else a working day, and not late."""
        turn, days = self._turns[task.id], self.script.when.get(task.name)
        said = days[min(turn, len(days) - 1)] if days else ""
        if said == NEVER or task.name in self.script.nobody or task.id in self._stuck:
            return None
        if said:
            return max(task.opened_on, day_of(said, self._marks(task)))
        return usual_day(task, turn, self._marks(task))

    def next_day(self) -> date | None:
        """The next day on which the worker or somebody has something to do; asked when nobody has any more today."""
        days: list[date | None] = [*self._ahead]
        marks = self.marks()
        days += [day_of(one.on, marks) for n, one in enumerate(self.script.happens) if n not in self._happened]
        if self.works:
            worker = reading().execute(WORKER_DAYS, {"trajectory": self.trajectory_id}).one()
            # What waits longer than its day could not go out today: tomorrow it is tried again.
            tomorrow = self.today + timedelta(days=1)
            days += [max(day, tomorrow, self.worker_off_until) for day in worker if day is not None]
        let_go()
        ahead = [day for day in days if day is not None and day > self.today]
        return min(ahead, default=None)

    def _open_tasks(self) -> list[tuple[Task, date]]:
        """What is open and will be done, with the day."""
        found = []
        for task in reading().scalars(OPEN_TASKS, {"trajectory": self.trajectory_id}):
            if task.id not in self._turns:
                self._turns[task.id] = self._seen[task.name]
                self._seen[task.name] += 1
            day = self._day_of(task)
            if day is not None:
                found.append((task, day))
        let_go()
        self._ahead = [day for _, day in found]
        return found

    def _note(self) -> None:
        if self.record is not None and self.trajectory_id is not None:
            self.record.note(self.today, self.trajectory_id)
