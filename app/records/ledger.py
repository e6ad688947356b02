"""One trajectory's rows, read when asked for and at most once, and the case they make for the rules."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cached_property, lru_cache
from typing import Any, TypeVar

from sqlalchemy import Row as SqlRow
from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session, joinedload, lazyload

from app.records import statements, states, straight
from app.records.care import CareEnd, CarePause
from app.records.database import Base
from app.records.decisions import (
    Advice,
    Decision,
    EarlyEnd,
    Ending,
    EndNotice,
    Hearing,
    JointMeeting,
    KeyReturn,
    LeavingPlan,
)
from app.records.incidents import Incident, Measure
from app.records.people import User
from app.records.reviews import Review
from app.records.revisions import Revision, revision_of
from app.records.runs import Run
from app.records.schedules import settings_of
from app.records.trajectories import Agreement, Beside, Part, Trajectory
from app.rules import care_end, end_notice
from app.rules.beside import MUST_RECEIVE, RENTS_AS_WELL, REPRESENTS, must_receive, settled_on
from app.rules.case import AdviceState, Case, IncidentState
from app.rules.escalation import LADDER, standing_cards
from app.rules.schedule import Settings, earliest_advice

Row = TypeVar("Row", bound=Base)

MAIN = "conditional_tenancy"
ESCALATION = "escalation"  # the drawing whose runs are about an incident
SILENCE = "silence"  # the drawing whose runs are about a tenant of whom nobody heard anything
CARE_END = "care_end"  # the drawing whose runs are about care that stops
CORRECTION = "lease_correction"  # the drawing whose runs are about a correction of the signed lease
REVISION = "revision"  # the drawing whose runs are about deciding otherwise


class Ledger:
    """The rows of one trajectory. What is added here is seen at once by the next `case()`, without asking again."""

    def __init__(self, session: Session, trajectory: Trajectory, today: date) -> None:
        self.session = session
        self.trajectory = trajectory
        self.today = today
        self.about: Incident | None = None  # the incident that the run is about which asks
        self.revising: Revision | None = None  # the same for the run of a revision
        self.about_care: CareEnd | None = None  # or the end of care
        self._seen: dict[str, Sequence[Any]] = {}
        # Before the advice opens there can be no advice, decision or notice: that saves the asking.
        last = trajectory.last_day
        self._near_the_end = last is not None and self._is_near(last, today)

    @property
    def settings(self) -> Settings:
        """The spans this trajectory runs on."""
        return settings_of(self.session, self.trajectory.schedule_id)

    def hold(self, **lists: Sequence[Base]) -> None:
        """These are all rows of these lists: whoever made them knows that there are no others, and nobody asks."""
        self.__dict__.update(lists)

    def add(self, rows: list[Row], row: Row) -> Row:
        """Add a row to one of this ledger's own lists and to the session."""
        rows.append(row)
        self.session.add(row)
        return row

    @cached_property
    def parts(self) -> list[Part]:
        return self._all(Part)

    @cached_property
    def seats(self) -> Sequence[SqlRow[Any]]:
        """Per part who would do its tasks, and no more: part, until, organisation_id, contact_id, role, active."""
        return straight.ask(self.session, statements.SEATS, trajectory=self.trajectory.id)

    @cached_property
    def besides(self) -> list[Beside]:
        return self._all(Beside)

    @cached_property
    def goals(self) -> Sequence[SqlRow[Any]]:
        """The goals of the present draft of the care contract, care goals too: sift before showing."""
        return self._of_draft(statements.GOALS)

    @cached_property
    def conditions(self) -> Sequence[SqlRow[Any]]:
        """The conditions of the present draft."""
        return self._of_draft(statements.CONDITIONS)

    @cached_property
    def agreements(self) -> list[Agreement]:
        """Agreements with the present draft."""
        if not self._being_agreed:
            return []
        return [row for row in self._all(Agreement) if row.round == self.trajectory.contract_round]

    @cached_property
    def reviews(self) -> list[Review]:
        """Reviews and aftercare checks, by planned day."""
        if self.trajectory.stage == "intake":
            return []
        return sorted(self._all(Review), key=lambda review: (review.planned_on, review.month))

    @cached_property
    def advices(self) -> list[Advice]:
        return self._all(Advice) if self._near_the_end else []

    @cached_property
    def hearings(self) -> list[Hearing]:
        """How often the tenant was heard before the first decision, the latest last; of a revision apart."""
        rows = [row for row in self._all(Hearing) if row.revision_id is None] if self._near_the_end else []
        return sorted(rows, key=lambda row: row.heard_on)

    @cached_property
    def joint_meetings(self) -> list[JointMeeting]:
        rows = self._all(JointMeeting) if self.hearings else []
        return sorted(rows, key=lambda row: row.recorded_on)

    @cached_property
    def decisions(self) -> list[Decision]:
        rows = self._all(Decision) if self._near_the_end else []
        return sorted(rows, key=lambda row: row.number)

    @cached_property
    def notices(self) -> list[EndNotice]:
        rows = self._all(EndNotice) if self._decided() else []
        return sorted(rows, key=lambda row: (row.round, row.sent_on))

    @cached_property
    def plans(self) -> list[LeavingPlan]:
        return self._all(LeavingPlan) if self._decided() else []

    @cached_property
    def key_returns(self) -> list[KeyReturn]:
        return self._all(KeyReturn) if self.notices or self.early_ends else []

    @cached_property
    def early_ends(self) -> list[EarlyEnd]:
        """At most one; there can be none while the trajectory goes on as usual."""
        return self._all(EarlyEnd) if self.trajectory.stage in ("ending", "closed") else []

    @cached_property
    def endings(self) -> list[Ending]:
        return self._all(Ending) if self.trajectory.outcome else []

    @cached_property
    def incidents(self) -> list[Incident]:
        """Every incident of the trajectory, by its number."""
        rows = self._all(Incident) if self.trajectory.incidents else []
        return sorted(rows, key=lambda row: row.number)

    @cached_property
    def measures(self) -> list[Measure]:
        """Every step after every incident, in the order of the ladder."""
        rows = self._all(Measure) if self.trajectory.incidents else []
        return sorted(rows, key=lambda row: LADDER.index(row.kind))

    @cached_property
    def care_ends(self) -> list[CareEnd]:
        """Every end of care that was noted, in order."""
        rows = self._all(CareEnd) if self.trajectory.care_notes else []
        return sorted(rows, key=lambda row: row.at)

    @cached_property
    def care_pauses(self) -> list[CarePause]:
        rows = self._all(CarePause) if self.trajectory.care_notes else []
        return sorted(rows, key=lambda row: row.since)

    @property
    def care_began(self) -> date:
        """The first day of care, or the first on which there was a trajectory."""
        return self.trajectory.guidance_from or self.trajectory.opened_on

    def guidance(self) -> care_end.Guidance:
        """How the condition of guidance stands today."""
        return care_end.guidance([row.state() for row in self.care_ends], self.today)

    def turn_to(self, run: Run) -> None:
        """Ask about the incident, revision or end of care that this run is about; the main run is about none."""
        if run.drawing == CARE_END and (self.about_care is None or self.about_care.run_id != run.id):
            self.about_care = next(row for row in self.care_ends if row.run_id == run.id)
        if run.drawing == ESCALATION and (self.about is None or self.about.run_id != run.id):
            self.about = next(row for row in self.incidents if row.run_id == run.id)
        if run.drawing == REVISION and (self.revising is None or self.revising.run_id != run.id):
            self.revising = revision_of(self.session, run.id)

    def steps_of(self, incident: Incident) -> list[Measure]:
        """The steps after one incident so far."""
        return [row for row in self.measures if row.incident_id == incident.id]

    def going_on(self) -> Review | None:
        """The review that has opened and not closed."""
        return next((r for r in self.reviews if r.kind == "review" and r.opened_on and not r.closed_on), None)

    def next_check(self) -> Review | None:
        """The aftercare check whose turn it is."""
        return next((r for r in self.reviews if r.kind == "aftercare" and not r.closed_on), None)

    def part_of(self, organisation_kind: str, on: date) -> Part | None:
        """The part that an organisation of this kind has on that day."""
        live = (p for p in self.parts if p.part == organisation_kind and (p.until is None or p.until >= on))
        return next(live, None)

    def let_go_of_seats(self) -> None:
        """Somebody else sits there from now on."""
        self.__dict__.pop("seats", None)

    def seat_of(self, organisation_kind: str, on: date) -> SqlRow[Any] | None:
        """The seat behind `part_of`."""
        live = (one for one in self.seats if one.part == organisation_kind and (one.until is None or one.until >= on))
        return next(live, None)

    def co_tenants(self) -> list[Beside]:
        return [beside for beside in self.besides if beside.kind in RENTS_AS_WELL]

    def representatives(self, kinds: Sequence[str] = REPRESENTS) -> list[Beside]:
        """Who gets the tenant's legal letters as well: curator and administrator."""
        return [beside for beside in self.besides if beside.kind in kinds]

    def newest_notices(self) -> dict[str, EndNotice]:
        """Tenant's id -> the newest notice sent to that tenant, of those that were not withdrawn."""
        standing = (one for one in self.notices if one.standing != end_notice.WITHDRAWN)
        return {str(notice.person_id): notice for notice in standing}

    def notices_that_count(self) -> dict[str, EndNotice]:
        """Tenant's id -> the notice that was received in time, else the newest."""
        in_time = {str(notice.person_id): notice for notice in self.notices if notice.standing == "in_time"}
        return {**self.newest_notices(), **in_time}

    def case(self) -> Case:
        """The trajectory as the rules see it."""
        row = self.trajectory
        decision = decided[-1] if (decided := self._decided()) else None
        notices = self.notices_that_count()
        besides = self.representatives() if notices else []
        copies = [str(one.person_id) for one in besides if one.kind not in MUST_RECEIVE]
        reviews = self._see("reviews", statements.REVIEWS, row.stage != "intake")
        advices = self._see("advices", statements.ADVICES, self._near_the_end)
        hearings = self._see("hearings", statements.HEARINGS, self._near_the_end)
        agreements = self._see("agreements", statements.AGREEMENTS, self._being_agreed, draft=row.contract_round)
        returned = self.key_returns[-1] if self.key_returns else None
        return Case(
            opened_on=row.opened_on,
            taken_over_on=row.taken_over_on,
            stage=row.stage,
            outcome=row.outcome,
            eligible=row.eligible,
            offer_accepted=row.offer_accepted,
            legal_ground=row.legal_ground,
            agreements={agreement.party: agreement.agreed for agreement in agreements},
            signed_on=row.signed_on,
            first_day=row.first_day,
            last_day=row.last_day,
            reviews=tuple(states.review(r) for r in reviews if r.kind == "review"),
            aftercare=tuple(states.review(r) for r in reviews if r.kind == "aftercare"),
            advices={row.part: AdviceState(row.advice, row.recorded_on, row.findings) for row in advices},
            hearing=states.hearing(max(hearings, key=lambda row: row.heard_on)) if hearings else None,
            decision=states.decision(decision) if decision else None,
            notices=tuple(notice.standing for person, notice in notices.items() if person not in copies),
            sent={person: notice.sent_on for person, notice in notices.items()},
            tenants=1 + len(self.co_tenants()) + self._curators_to_reach() if decision else 1,
            care_decision_until=row.care_decision_until if self._care_goes_on() else None,
            leaving_aftercare=any(plan.aftercare for plan in self.plans),
            keys_returned=returned.returned if returned else None,
            stay_outcome=returned.stay_outcome if returned else "",
            ending=self.endings[-1].kind if self.endings else "",
            early_end=states.early_end(self.early_ends),
            closed_on=row.closed_on,
            cards=standing_cards(map(states.measure, self.measures)) if row.incidents else (),
            incident=self._incident(self.about) if self.about else None,
            confirmed=any(one.confirmed_on is not None and one.withdrawn_on is None for one in self._decided()),
            revision=states.revision(self.revising) if self.revising else None,
            care_end=self.about_care.state() if self.about_care else None,
        )

    def _care_goes_on(self) -> bool:
        """Nobody need watch the decision about care that is over."""
        return not any(row.lapses_from is not None for row in self.care_ends)

    def _curators_to_reach(self) -> int:
        """How many curators must have received the notice beside the tenants."""
        curators = self.representatives(MUST_RECEIVE)
        newest = self.newest_notices() if curators else {}
        settled = settled_on(one.recorded_on for one in newest.values())
        return sum(must_receive(one.added_on, str(one.person_id) in newest, settled) for one in curators)

    def _incident(self, row: Incident) -> IncidentState:
        steps = tuple(map(states.measure, self.steps_of(row)))
        return IncidentState(row.number, row.ground, row.first_step, row.happened_on, steps)

    def start_draft(self) -> None:
        """A next draft of the care contract begins: let go of what was read of the one before."""
        for name in ("agreements", "goals", "conditions"):
            self.__dict__.pop(name, None)
            self._seen.pop(name, None)

    @property
    def _being_agreed(self) -> bool:
        return self.trajectory.contract_round > 0 and self.trajectory.stage == "intake"

    def _is_near(self, last: date, today: date) -> bool:
        row = self.trajectory
        return row.stage != "tenancy" or today >= earliest_advice(last, chosen=row.schedule_id is not None)

    def _decided(self) -> Sequence[Any]:
        return self._see("decisions", statements.DECISIONS, self._near_the_end)

    def _see(self, name: str, statement: Select[Any, *tuple[Any, ...]], may_be: bool, **values: Any) -> Sequence[Any]:
        """Rows to look at only. Those that somebody in this deed has in hand may have changed: those, then."""
        if name in self.__dict__:
            rows: Sequence[Any] = self.__dict__[name]
            return rows
        if name not in self._seen:
            given = {"trajectory": self.trajectory.id, **values}
            self._seen[name] = straight.ask(self.session, statement, **given) if may_be else []
        return self._seen[name]

    def _of_draft(self, statement: Select[Any, *tuple[Any, ...]]) -> Sequence[SqlRow[Any]]:
        row = self.trajectory
        return straight.ask(self.session, statement, trajectory=row.id, draft=row.contract_round)

    def _all(self, table: type[Row]) -> list[Row]:
        return list(self.session.scalars(_of_trajectory(table), {"trajectory": self.trajectory.id}))


@lru_cache
def _of_trajectory(table: type[Row]) -> Select[Row]:
    """Every row of a table that belongs to one trajectory; of a part its contact, and who that works for when asked."""
    query = select(table).where(table.trajectory_id == bindparam("trajectory"))  # type: ignore[attr-defined]
    if table is Part:
        contact = joinedload(Part.contact).lazyload(User.organisation)
        query = query.options(lazyload(Part.organisation), contact)
    return query
