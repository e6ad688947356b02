"""A play by chance: people, the clock and crashes on one installation, in whatever order they come; judges nothing.

A play begins at one of the stops of the tests of the actions, and goes on from there through the same deeds as
everyone's, on a copy of that database. Documents are marked as filed without being filled. After each step the
invariants look at everything there is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from hypothesis.strategies import booleans, integers, sampled_from
from sqlalchemy import func, select, update

from app import create_app, files
from app.actions.deed import Deed, Desk
from app.actions.early_ends import report_early_end
from app.actions.incidents import report_incident, withdraw_incident
from app.actions.lease_corrections import propose_correction
from app.actions.letters import post_due
from app.actions.reviews import move_review, plan_review
from app.actions.rounds import wake_due
from app.actions.silence import note_contact, notice_silence
from app.actions.tasks import complete_task, form_choices
from app.actions.trajectories import add_beside, start_trajectory
from app.errors import Invalid, NotAllowed, NotFound, Refused
from app.records import (
    Beside,
    Decision,
    Document,
    Home,
    Incident,
    LeaseCorrection,
    Letter,
    Measure,
    Organisation,
    Part,
    Review,
    Run,
    Task,
    Trajectory,
    User,
    db,
)
from app.records.database import let_go, reading
from app.records.ledger import Ledger
from app.records.viewers import viewer_of
from app.rehearsal.typist import type_out
from app.rules.escalation import Report
from app.rules.permissions import NOMINATING_PARTS, ROLE_OF_PART, Viewer
from app.web.mail_texts import write
from tests.actions.scene import Site
from tests.rules.statement import same_day
from tests.simulation.invariants import Eye
from tests.simulation.region import CountingPostman

DAY = timedelta(days=1)
LONGEST_ROUND = 60
MOST_TASKS_AT_ONCE = 15
MOST_TRAJECTORIES = 4
STOPS = ("empty", "checking", "signing", "review", "reporting", "deciding", "approving", "notice", "receipt", "staying")
# Who may be nominated, some of them the same person in other letters.
PEOPLE = (
    ("Fatima el Amrani", "1991-04-12"),
    ("FATIMA  EL-AMRANI", "1991-04-12"),
    ("Karim Medehuurder", "1988-02-29"),
    ("Chloé Çelik", "1979-12-31"),
    ("Chloe Celik", "1979-12-31"),
)
# What people answer when it is not as usual; a refusal is an answer to it as well.
VARIED: Mapping[str, Sequence[Mapping[str, Any]]] = {
    "check_eligibility": ({"outcome": "not_eligible"}, {"legal_ground": "old"}),
    "record_offer_answer": ({"answer": "declines"},),
    "agree_as_tenant": ({"agreed": "no", "objection": "Nog niet."},),
    "agree_as_association": ({"agreed": "no", "objection": "Liever een ander huis."},),
    "prepare_lease": (
        {"last_day": "S + 24 months"},
        {"last_day": "S + 12 months - 1 day"},
        {"first_day": "today", "last_day": "today + 24 months - 1 day"},
        {"earlier_lease": "fixed_term", "earlier_last_day": "today - 3 days"},
        {"earlier_lease": "open_ended_over", "earlier_last_day": "today - 3 months"},
    ),
    "sign_lease": (
        {"last_day": "S + 24 months"},
        {"last_day": "E - 1 month"},
        {"first_day": "S + 1 day"},
        {"signed_on": "today - 20 days"},
    ),
    "hand_over_keys": ({"handed_over_on": "today - 2 days"},),
    "confirm_goals": ({"goals.*.mark": "off_track"},),
    "hold_review_meeting": ({"held": "no", "reason": "Ziek."}, {"outcome": "off_track"}),
    "advise_as_provider": ({"advice": "do_not_convert"}, {"advice": "convert_with_aftercare"}),
    "advise_as_municipality": ({"advice": "do_not_convert"},),
    "hold_hearing": ({"own_view": "do_not_convert"}, {"tenant_wants": "leave"}),
    "hold_joint_meeting": ({"result": "still_differ"}, {"held": "no", "reason": "Niemand kon."}),
    "decide_conversion": ({"outcome": "do_not_convert"}, {"outcome": "convert_with_aftercare"}),
    "approve_decision": ({"verdict": "send_back", "reason": "Nog eens."},),
    "plan_leaving": ({"aftercare": "yes"}, {"aftercare": "no"}),
    "send_end_notice": ({"notices.*.sent_on": "today - 3 days"},),
    "record_receipt": (
        {"receipts.*.proven": "no"},
        {"receipts.*.proven": "returned"},
        {"receipts.*.proven": "not_yet"},
        {"receipts.*.received_on": "today - 2 days"},
    ),
    "return_keys": ({"returned": "no"},),
    "handle_stay": ({"outcome": "court"}, {"outcome": "stays_with_approval"}, {"outcome": "left_later"}),
    "hold_conversation": ({"recover_by": "opened + 9 months"}, {"recover_by": "E"}),
    "send_warning": ({"recover_by": "E"},),
    "propose_measure": ({"proposal": "do_not_give"}, {"recover_by": "E"}),
    "approve_measure": ({"verdict": "send_back", "reason": "Nog eens."},),
    "judge_recovery": ({"recovered": "no"},),
    "settle_after_death": ({"arranged": "heirs_choose"}, {"arranged": "housemate_stays"}),
    "approve_lease_correction": ({"verdict": "send_back", "reason": "Nog eens."},),
    "make_contact": ({"reached": "no", "next": "Langsgaan."},),
}
USUAL = {"check_eligibility": {"legal_ground": "d"}}
APPROVING = {  # task -> the rows that say who decided what is approved
    "approve_decision": (Decision, "decided_by_id"),
    "approve_measure": (Measure, "decided_by_id"),
    "approve_lease_correction": (LeaseCorrection, "proposed_by_id"),
}
EARLY_ENDS = (
    "tenant_notice", "death", "court", "withdrawal", "consent_withdrawn", "candidate_died", "aftercare_stopped",
)  # fmt: skip
LEADS = {"housing_officer": "association", "support_worker": "care_provider"}

some = integers(0, 60)


class Killed(BaseException):
    """The process died; nothing catches this as it would catch a fault."""


class _DiesHalfway(Deed):
    def happened(self, *_: Any, **__: Any) -> None:
        raise Killed


class DoomedDesk(Desk):
    """Where a deed dies after all its work, before it is kept."""

    @contextmanager
    def deed(self) -> Iterator[Deed]:
        with Desk.deed(self) as deed:
            yield self._in_hand(deed)
            deed.session.flush()
            raise Killed

    def _in_hand(self, deed: Deed) -> Deed:
        return deed


class HastilyDoomedDesk(DoomedDesk):
    """Where it dies in the middle, at the first thing it would note as having happened."""

    def _in_hand(self, deed: Deed) -> Deed:
        return _DiesHalfway(deed.session, deed.desk)


@dataclass
class Installation:
    """One installation in use: closed and opened again by a crash, as a process would."""

    site: Site
    today: date = date.min
    kind_of_desk: type[Desk] = Desk
    eye: Eye = field(init=False)
    postman: CountingPostman = field(init=False)
    _context: Any = None

    def begin(self, stop: str) -> None:
        self.today = self.site.go_to(stop).today
        self.postman = CountingPostman("voorwaarts@simulation.invalid", None, Path("nowhere"))
        self._open()
        with self.desk(None).deed() as deed:
            owners = deed.session.scalars(select(Organisation.id).where(Organisation.kind == "association")).all()
            for owner in owners:
                place = {"association_id": owner, "postcode": "0000 AB", "city": "Meerwijk"}
                for number in range(MOST_TRAJECTORIES):
                    deed.session.add(Home(id=uuid4(), street=f"Kanslaan {number}", **place))

    def reopen(self) -> None:
        """What the process knew is gone; the next one knows what was kept."""
        self.close()
        self.site.app = create_app(self.site.config)
        self._open()

    def close(self) -> None:
        if self._context is not None:
            db.session.remove()
            db.engine.dispose()
            self._context.pop()
            self._context = None

    def desk(self, who: Viewer | None) -> Desk:
        return self.kind_of_desk(self.site.house, who, self.today, datetime.combine(self.today, time(9), UTC))

    def work(self) -> None:
        """The worker's rounds of this day."""
        for _ in range(LONGEST_ROUND):
            desk = self.desk(None)
            done = wake_due(desk) + notice_silence(desk) + self._file() + post_due(desk, self.postman, write)
            if not done:
                return
        raise AssertionError(f"on {self.today} there is no end to the worker's rounds")

    def kept(self) -> dict[str, list[str]]:
        """Every row of every table."""
        let_go()
        tables = {table.name: reading().execute(select(*table.columns)).all() for table in db.metadata.sorted_tables}
        let_go()
        return {name: sorted(map(repr, rows)) for name, rows in tables.items()}

    def rows(self, query: Any) -> list[Any]:
        """What was kept up to now."""
        let_go()
        found = list(reading().scalars(query).unique())
        let_go()
        return found

    def _open(self) -> None:
        self._context = self.site.app.app_context()
        self._context.push()
        self.eye = Eye(self.site.house)

    def _file(self) -> int:
        ordered = self.rows(select(Document.id).where(Document.state == "ordered"))
        if ordered:
            paper, _ = files.file(self.site.house.cabinet, b"a paper that is not filled")
            with self.desk(None).deed() as deed:
                filed = {"state": "filed", "filed_on": self.today, "filed_at": deed.desk.now, "content_hash": paper}
                deed.session.execute(update(Document).where(Document.id.in_(ordered)).values(**filed))
        return len(ordered)


class PeopleClockAndCrashes(RuleBasedStateMachine):
    """`played` counts what was done and what was refused, over all plays."""

    def __init__(self, installation: Installation, played: Counter[str], stops: Sequence[str] = STOPS) -> None:
        super().__init__()
        self.inn, self.played, self.stops = installation, played, stops

    @initialize(stop=some)
    def begin(self, stop: int) -> None:
        self.inn.begin(self.stops[stop % len(self.stops)])

    def teardown(self) -> None:
        self.inn.close()

    @invariant()
    def nothing_is_broken(self) -> None:
        broken = self.inn.eye.broken(self.inn.today)
        assert not broken, "\n".join(broken)

    @rule(who=sampled_from(PEOPLE), by=sampled_from(NOMINATING_PARTS), elsewhere=integers(0, 3))
    def nominate(self, who: tuple[str, str], by: str, elsewhere: int) -> None:
        if len(self._trajectories()) >= MOST_TRAJECTORIES:
            return
        cast = self.inn.site.cast
        person = {"full_name": who[0], "birth_date": who[1], "email": "iemand@huurder.demo.invalid"}
        contacts = dict(cast.contacts)
        if elsewhere == 0:
            contacts["association"] = self._users("housing_officer", "vera@elders.demo.invalid")[0].id
        desk = self.inn.desk(cast.players[ROLE_OF_PART[by]])
        self._try("nominated", lambda: start_trajectory(desk, person, contacts))

    @rule(which=some, how=integers(4, 9))
    def do_a_task_otherwise(self, which: int, how: int) -> None:
        task = self._one_of([one for one in self._open_tasks() if one.name in VARIED], which)
        if task is not None:
            self._do(task, how)

    @rule(which=some, how=integers(0, 9))
    def do_a_task(self, which: int, how: int) -> None:
        task = self._one_of(self._open_tasks(), which)
        if task is not None:
            self._do(task, how)

    @rule(count=integers(1, 5))
    def everybody_works(self, count: int) -> None:
        """As usual, what is due first; everything is looked at after each task."""
        for _ in range(count):
            if not any(self._do(task, 0) for task in self._open_tasks()[:1]):
                return
            self.nothing_is_broken()

    @rule(which=some, who=some)
    def a_stranger_tries(self, which: int, who: int) -> None:
        task = self._one_of(self._open_tasks(), which)
        strangers = [one for one in self._users() if task and (one.role, one.organisation_id) != _seat(task)]
        stranger = self._one_of(strangers, who)
        if task is None or stranger is None:
            return
        raw = self._filled_in(task, {})
        with pytest.raises((NotFound, NotAllowed)):
            complete_task(self.inn.desk(viewer_of(stranger)), task.id, raw)
        self.played["a stranger was refused"] += 1

    @rule(which=some)
    def who_decided_is_promoted_and_approves(self, which: int) -> None:
        task = self._one_of([one for one in self._open_tasks() if one.name in APPROVING], which)
        if task is None:
            return
        deciders = self._deciders(task)
        for one in self._users():
            if one.id in deciders:
                promoted = replace(viewer_of(one), role=task.role)
                raw = self._filled_in(task, {"verdict": "approve"})
                with pytest.raises(Invalid) as refused:
                    complete_task(self.inn.desk(promoted), task.id, raw)
                assert "same_person" in {fault.code for fault in refused.value.faults}
                self.played["who decided could not approve"] += 1

    @rule(days=sampled_from((1, 1, 2, 5, 14, 30, 45, 90, 200)), worker_is_there=sampled_from((True, True, True, False)))
    def time_passes(self, days: int, worker_is_there: bool) -> None:
        until = self.inn.today + days * DAY
        if not worker_is_there:
            self.inn.today = until
            self.played["the worker was away"] += 1
            return
        while self.inn.today < until:
            self.inn.today = min(until, self._next_day() or until)
            self._work()

    @rule(days=sampled_from((30, 60, 120, 240)), ahead=integers(0, 20))
    def life_goes_on(self, days: int, ahead: int) -> None:
        """The worker comes and everybody does what is due, for weeks; everything is looked at whenever it moved."""
        until, most = self.inn.today + days * DAY, MOST_TASKS_AT_ONCE
        refused: set[UUID] = set()
        while self.inn.today < until and most > 0:
            self._work()
            soon = self.inn.today + ahead * DAY
            for task in [one for one in self._open_tasks() if one.due_on <= soon and one.id not in refused][:most]:
                if self._is_open(task) and not self._do(task, 0):
                    refused.add(task.id)
                most -= 1
            self.nothing_is_broken()
            due = [one.due_on - ahead * DAY for one in self._open_tasks() if one.id not in refused]
            days_ahead = [*due, self._next_day() or until]
            self.inn.today = min(until, max(self.inn.today + DAY, min(days_ahead)))

    @rule(which=some, days=integers(-30, 60), promptly=booleans())
    def move_a_review(self, which: int, days: int, promptly: bool) -> None:
        ahead = select(Review).where(Review.kind == "review", Review.closed_on.is_(None)).join(Trajectory)
        in_order = ahead.order_by(Trajectory.reference, Review.planned_on, Review.month)
        review = self._one_of(self.inn.rows(in_order), which)
        if review is not None:
            desk = self._officer(review.trajectory_id)
            to = (self.inn.today if promptly else review.planned_on) + days * DAY
            self._try("a review was moved", lambda: move_review(desk, review.id, to, "Komt beter uit."))

    @rule(which=some, days=integers(-1, 300))
    def plan_a_review_in_between(self, which: int, days: int) -> None:
        row = self._one_of(self._with_lease(), which)
        if row is not None:
            desk, on = self._officer(row.id), self.inn.today + days * DAY
            self._try("a review was planned", lambda: plan_review(desk, row.id, on, "Er is iets veranderd."))

    @rule(which=some, kind=sampled_from(EARLY_ENDS), ago=integers(0, 20), later=integers(0, 90), seldom=booleans())
    def it_ends_early(self, which: int, kind: str, ago: int, later: int, seldom: bool) -> None:
        row = self._one_of(self._trajectories(), which)
        if row is None or seldom:
            return
        on = self.inn.today - ago * DAY
        answers = {"kind": kind, "on": on.isoformat()}
        if kind == "court" or (kind == "tenant_notice" and later > 60):
            answers["last_day"] = (on + later * DAY).isoformat()
        beside = self.inn.rows(select(Beside).where(Beside.trajectory_id == row.id, Beside.kind == "co_tenant"))
        if kind == "death" and beside:
            answers["who"] = str(row.tenant_id if later % 2 else beside[0].person_id)
        desk = self._desk_of(row.id, "care_provider" if kind == "aftercare_stopped" else "association")
        self._try(f"ended early: {kind}", lambda: report_early_end(desk, row.id, answers))

    @rule(which=some, first_step=sampled_from(("conversation", "conversation", "yellow_card", "red_card")))
    def an_incident_is_reported(self, which: int, first_step: str) -> None:
        row = self._one_of(self._with_lease(), which)
        if row is None:
            return
        ground, why = ("no_nuisance", "") if first_step == "conversation" else ("serious_violence", "Geweld.")
        sources = ("neighbours", "own_observation")
        report = Report(self.inn.today, ground, "Harde muziek.", "Een melding.", sources, first_step, why)
        desk = self._officer(row.id)
        self._try("an incident was reported", lambda: report_incident(desk, row.id, report))

    @rule(which=some)
    def an_incident_is_withdrawn(self, which: int) -> None:
        going_on = select(Incident).where(Incident.closed_on.is_(None)).join(Trajectory)
        incident = self._one_of(self.inn.rows(going_on.order_by(Trajectory.reference, Incident.number)), which)
        if incident is not None:
            desk = self._officer(incident.trajectory_id)
            self._try("an incident was withdrawn", lambda: withdraw_incident(desk, incident.id, "Het was de buurman."))

    @rule(which=some, first=integers(-40, 40), last=integers(-60, 60), whole=booleans())
    def a_correction_is_proposed(self, which: int, first: int, last: int, whole: bool) -> None:
        """Of a lease for two whole years, or for other days."""
        row = self._one_of([one for one in self._with_lease() if one.signed_on], which)
        if row is None:
            return
        start = row.first_day + first * DAY
        end = same_day(start, 24) - DAY if whole else row.last_day + last * DAY
        days = {"signed_on": min(row.signed_on, start), "first_day": start, "last_day": end}
        said = {name: day.isoformat() for name, day in days.items()}
        desk = self._officer(row.id)
        self._try("a correction was proposed", lambda: propose_correction(desk, row.id, said, "Verkeerd overgenomen."))

    @rule(which=some, ago=integers(-1, 10), kind=sampled_from(("visit", "phone", "message")))
    def a_contact_is_noted(self, which: int, ago: int, kind: str) -> None:
        row = self._one_of(self._trajectories(), which)
        if row is not None:
            desk, on = self._desk_of(row.id, "care_provider"), self.inn.today - ago * DAY
            self._try("a contact was noted", lambda: note_contact(desk, row.id, on, kind))

    @rule(which=some, who=sampled_from(PEOPLE))
    def somebody_rents_as_well(self, which: int, who: tuple[str, str]) -> None:
        row = self._one_of(self._trajectories(), which)
        if row is not None:
            person, desk = {"full_name": who[0], "birth_date": who[1]}, self._officer(row.id)
            self._try("a co-tenant was added", lambda: add_beside(desk, row.id, "co_tenant", person))

    @rule(what=some, which=some, how=integers(0, 9), halfway=booleans())
    def it_crashes_and_is_opened_again(self, what: int, which: int, how: int, halfway: bool) -> None:
        """Any of the deeds dies halfway, or at its very end: nothing of it stays."""
        deeds: Sequence[Callable[[], object]] = (
            lambda: self.do_a_task(which, how),
            lambda: self.do_a_task(which, 0),
            lambda: wake_due(self.inn.desk(None)),
            lambda: self.nominate(PEOPLE[which % len(PEOPLE)], NOMINATING_PARTS[how % 3], how),
            lambda: self.move_a_review(which, how, False),
            lambda: self.plan_a_review_in_between(which, 10 * how),
            lambda: self.it_ends_early(which, EARLY_ENDS[how % len(EARLY_ENDS)], 1, 40, False),
            lambda: self.an_incident_is_reported(which, "conversation"),
            lambda: self.an_incident_is_withdrawn(which),
            lambda: self.a_correction_is_proposed(which, how, 0, True),
            lambda: self.a_contact_is_noted(which, 0, "visit"),
        )
        before = self.inn.kept()
        self.inn.kind_of_desk = HastilyDoomedDesk if halfway else DoomedDesk
        try:
            deeds[what % len(deeds)]()
            return  # there was nothing to do, or it was refused
        except Killed:
            self.played["halfway it crashed" if halfway else "at its end it crashed"] += 1
            self.inn.reopen()
        finally:
            self.inn.kind_of_desk = Desk
        after = self.inn.kept()
        assert after == before, {name for name, rows in after.items() if rows != before[name]}

    @rule(which=some)
    def do_a_task_as_usual(self, which: int) -> None:
        self.do_a_task(which, 0)

    @rule(days=sampled_from((20, 50)))
    def life_goes_on_for_a_while(self, days: int) -> None:
        self.life_goes_on(days, 5)

    def _try(self, what: str, deed: Callable[[], object]) -> bool:
        try:
            deed()
        except Refused:
            self.played[f"refused: {what}"] += 1
            return False
        finally:
            let_go()
        self.played[what] += 1
        return True

    def _work(self) -> None:
        self.inn.work()
        waits = select(Run).where(Run.fault == "", Run.wake_on <= self.inn.today)
        assert not self.inn.rows(waits), "the worker left somebody asleep whose day has come"
        self.played["the worker came"] += 1

    def _do(self, task: Task, how: int) -> bool:
        """As usual for 0 to 3, and in another way for what is above."""
        others = VARIED.get(task.name, ())
        said = others[how % len(others)] if how > 3 and others else {}
        raw = self._filled_in(task, said)
        person = self._one_of([one for one in self._users() if (one.role, one.organisation_id) == _seat(task)], how)
        assert person is not None, f"nobody may {task.name}"
        in_words = f"{task.name} as usual" if not said else f"{task.name} otherwise"
        return self._try(in_words, lambda: complete_task(self.inn.desk(viewer_of(person)), task.id, raw))

    def _filled_in(self, task: Task, said: Mapping[str, Any]) -> dict[str, list[str]]:
        session, form = reading(), self.inn.site.house.form(task.name)
        row = session.get_one(Trajectory, task.trajectory_id)
        choices = form_choices(form, Ledger(session, row, self.inn.today), None)
        first = row.first_day or self.inn.today + 21 * DAY
        last = row.last_day or same_day(first, 24) - DAY
        let_go()
        marks = {"S": first, "E": last, "today": self.inn.today, "opened": task.opened_on, "due": task.due_on}
        return type_out(task.name, form, choices, {**USUAL.get(task.name, {}), **said}, marks)

    def _is_open(self, task: Task) -> bool:
        return bool(self.inn.rows(select(Task.id).where(Task.id == task.id, Task.status == "open")))

    def _next_day(self) -> date | None:
        """The next day on which the worker has something to do."""
        asked = (
            select(func.min(Run.wake_on)).where(Run.fault == "", Run.wake_on > self.inn.today),
            select(func.min(Letter.due_on)).where(Letter.state == "planned", Letter.due_on > self.inn.today),
        )
        return min((day for query in asked for day in self.inn.rows(query) if day is not None), default=None)

    def _trajectories(self) -> list[Trajectory]:
        return self.inn.rows(select(Trajectory).order_by(Trajectory.reference))

    def _with_lease(self) -> list[Trajectory]:
        return [one for one in self._trajectories() if one.first_day and one.last_day and one.closed_on is None]

    def _open_tasks(self) -> list[Task]:
        """The first due first; in an order that is the same every time."""
        of_all = select(Task, Trajectory.reference).where(Task.status == "open").join(Trajectory)
        let_go()
        found = reading().execute(of_all.where(Task.trajectory_id == Trajectory.id)).unique().all()
        let_go()
        found.sort(key=lambda one: (one[0].due_on, one[1], one[0].name, str(one[0].data)))
        return [task for task, _ in found]

    def _users(self, role: str = "", email: str = "") -> list[User]:
        wanted = [User.role == role] if role else []
        wanted += [User.email == email] if email else []
        return self.inn.rows(select(User).where(*wanted).order_by(User.email))

    def _officer(self, trajectory_id: UUID) -> Desk:
        return self._desk_of(trajectory_id, "association")

    def _desk_of(self, trajectory_id: UUID, part: str) -> Desk:
        """Of the contact of this party."""
        ours = (Part.trajectory_id == trajectory_id, Part.part == part)
        contact = self.inn.rows(select(User).join(Part, Part.contact_id == User.id).where(*ours))[0]
        return self.inn.desk(viewer_of(contact))

    def _deciders(self, task: Task) -> set[UUID]:
        table, who = APPROVING[task.name]
        query = select(table).where(table.trajectory_id == task.trajectory_id)
        if table is LeaseCorrection:
            return {getattr(one, who) for one in self.inn.rows(query.where(table.run_id == task.run_id))}
        if table is Measure:
            query = query.join(Incident, Incident.id == Measure.incident_id).where(Incident.run_id == task.run_id)
            query = query.where(Measure.approved_on.is_(None), Measure.ended_on.is_(None))
        else:
            query = query.order_by(Decision.number.desc())
        return {getattr(one, who) for one in self.inn.rows(query)[:1]}

    @staticmethod
    def _one_of(found: Sequence[Any], which: int) -> Any:
        return found[which % len(found)] if found else None


def _seat(task: Task) -> tuple[str, UUID]:
    return task.role, task.organisation_id
