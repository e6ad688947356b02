"""Whatever people do, whenever, and whatever breaks: after every step all that must hold is looked at.

Chance is the same in every run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import Engine, event, select, update
from sqlalchemy.orm import Session

from app.records import (
    Decision,
    LegalDate,
    Letter,
    Part,
    Person,
    Run,
    Task,
    Trajectory,
    User,
)
from app.records.ledger import MAIN
from app.rules import notice
from tests.actions.scene import Site
from tests.simulation.play import Installation, PeopleClockAndCrashes

DAY = timedelta(days=1)
PROFILE = settings(
    max_examples=18,
    stateful_step_count=50,
    derandomize=True,
    database=None,
    deadline=None,
    print_blob=False,
    suppress_health_check=list(HealthCheck),
)
MUST_HAPPEN = (
    "nominated", "a stranger was refused", "who decided could not approve", "the worker was away", "the worker came",
    "a review was moved", "a review was planned", "an incident was reported", "an incident was withdrawn",
    "a correction was proposed", "approve_lease_correction as usual", "a contact was noted", "a co-tenant was added",
    "halfway it crashed", "at its end it crashed", "sign_lease as usual", "decide_conversion as usual",
    "approve_decision as usual",
)  # fmt: skip


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """On a database that is not waited for: what it loses in a power cut is made anew."""

    def hurry(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA synchronous=OFF")

    event.listen(Engine, "connect", hurry)
    try:
        yield Installation(Site.build("sqlite", tmp_path_factory.mktemp("play")))
    finally:
        event.remove(Engine, "connect", hurry)


@pytest.mark.slow
def test_whatever_people_do_when_and_whatever_breaks_all_that_must_hold_holds(installation: Installation) -> None:
    played: Counter[str] = Counter()
    run_state_machine_as_test(lambda: PeopleClockAndCrashes(installation, played), settings=PROFILE)
    assert not [what for what in MUST_HAPPEN if not played[what]], played


def _a_legal_date_moves(session: Session) -> None:
    session.execute(update(LegalDate).where(LegalDate.name == "window_closes").values(on=LegalDate.set_on))


def _a_legal_date_is_kept_twice(session: Session) -> None:
    row = session.scalars(select(LegalDate).where(LegalDate.name == "send_by")).one()
    kept = {column.name: getattr(row, column.name) for column in LegalDate.__table__.columns}
    session.add(LegalDate(**{**kept, "id": uuid4()}))


def _the_last_day_is_copied_wrongly(session: Session) -> None:
    session.execute(update(Trajectory).values(last_day=date(2027, 3, 15)))


def _a_task_is_closed_behind_the_process(session: Session) -> None:
    session.execute(update(Task).where(Task.name == "confirm_goals").values(status="done"))


def _a_task_is_opened_behind_the_process(session: Session) -> None:
    session.execute(update(Task).where(Task.name == "hand_over_keys").values(status="open"))


def _a_run_gets_stuck(session: Session) -> None:
    session.execute(update(Run).where(Run.drawing == MAIN).values(fault="EngineStuck"))


def _a_letter_is_dropped_without_a_word(session: Session) -> None:
    session.execute(update(Letter).where(Letter.occasion == "decision").values(state="dropped", reason=""))


def _a_letter_is_about_nothing(session: Session) -> None:
    session.execute(update(Letter).where(Letter.occasion == "review:9").values(occasion="review:10"))


def _a_reminder_speaks_of_another_day(session: Session) -> None:
    session.execute(update(Letter).where(Letter.occasion == "window_opens").values(about_on=date(2026, 12, 14)))


def _who_decides_approves(session: Session) -> None:
    row, lead = session.scalars(select(Trajectory)).unique().one(), session.scalars(select(User.id)).first()
    said = {"reasons": "Zomaar.", "findings": {}, "table_advice": {}, "verdict": "approve"}
    by = {"decided_by_id": lead, "approved_by_id": lead, "decided_on": row.opened_on, "approved_on": row.opened_on}
    session.add(Decision(id=uuid4(), trajectory_id=row.id, number=1, outcome="convert", **said, **by))


def _a_provider_leaves_without_another(session: Session) -> None:
    session.execute(update(Part).where(Part.part == "care_provider").values(until=date(2025, 4, 1)))


def _a_second_lease_is_signed(session: Session) -> None:
    """Of the same person in other letters, with the dates that the law makes of it."""
    row = session.scalars(select(Trajectory)).unique().one()
    again = Person(id=uuid4(), full_name="FATIMA EL-AMRANI", birth_date=row.tenant.birth_date)
    session.add(again)
    session.flush()
    twice = {name: getattr(row, name) for name in ("first_day", "last_day", "signed_on", "nominated_by", "opened_on")}
    other = Trajectory(id=uuid4(), reference="VW-2", tenant_id=again.id, created_at=row.created_at, **twice)
    session.add(other)
    session.flush()
    for table in (Part, LegalDate):
        for one in session.scalars(select(table).where(table.trajectory_id == row.id)).unique().all():
            kept = {column.name: getattr(one, column.name) for column in table.__table__.columns}
            session.add(table(**{**kept, "id": uuid4(), "trajectory_id": other.id}))


PLANTED: Sequence[tuple[Callable[[Session], None], str]] = (
    (_a_legal_date_moves, "window_closes is 2025-03-07 in the rows, and 2027-02-14 by the law"),
    (_a_legal_date_is_kept_twice, "send_by is kept 2 times"),
    (_the_last_day_is_copied_wrongly, "lies after 2027-03-14"),
    (_a_task_is_closed_behind_the_process, "waits for confirm_goals, and it is on nobody's list"),
    (_a_task_is_opened_behind_the_process, "hand_over_keys is on the list, and"),
    (_a_run_gets_stuck, "got stuck: EngineStuck"),
    (_a_letter_is_dropped_without_a_word, "was dropped for ''"),
    (_a_letter_is_about_nothing, "about review:10 is about nothing"),
    (_a_reminder_speaks_of_another_day, "will speak of 2026-12-14, not of 2026-12-15"),
    (_who_decides_approves, "a decision was approved by whoever decided it"),
    (_a_provider_leaves_without_another, "confirm_goals of VW-2025-0001 lies with who is no longer its care provider"),
    (_a_second_lease_is_signed, "one person, two conditional leases"),
)


@pytest.mark.parametrize(("plant", "says"), PLANTED, ids=[one[0].__name__[1:] for one in PLANTED])
def test_a_fault_behind_everybodys_back_is_seen(
    installation: Installation, plant: Callable[[Session], None], says: str
) -> None:
    installation.begin("review")
    try:
        assert installation.eye.broken(installation.today) == []
        with installation.desk(None).deed() as deed:
            plant(deed.session)
        broken = installation.eye.broken(installation.today)
        assert any(says in one for one in broken), broken
    finally:
        installation.close()


def test_a_play_ends_where_a_rule_and_the_law_differ(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = notice.window
    monkeypatch.setattr(notice, "window", lambda last: replace(window(last), safe_last=window(last).safe_last + DAY))
    quickly = settings(PROFILE, max_examples=1, phases=[Phase.generate], report_multiple_bugs=False)
    with pytest.raises(AssertionError, match="window_closes is 2027-02-15 in the rules, and 2027-02-14 by the law"):
        run_state_machine_as_test(
            lambda: PeopleClockAndCrashes(installation, Counter(), stops=("review",)), settings=quickly
        )
