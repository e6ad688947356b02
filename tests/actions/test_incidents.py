"""Incidents through the actions: who may, what is refused, withdrawing anywhere, several at once, and who is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event, select

from app.actions.incidents import report_incident, withdraw_incident
from app.actions.tasks import complete_task, correct_task
from app.errors import Invalid, NotAllowed, NotFound, NotReady
from app.records import Incident, Letter, Measure, Run, Task, Trajectory, User, db
from app.records.database import reading
from app.rules.escalation import Report
from tests.cast import Stage, furnish


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return furnish(tmp_path)


@pytest.fixture
def trajectory(stage: Stage) -> UUID:
    """A lease that has just begun: nothing is open but what an incident opens."""
    started = stage.at("check_startup_care")
    stage.play(started, until=stage.today + timedelta(days=1))
    return started


def report(stage: Stage, trajectory: UUID, role: str = "housing_officer", **said: Any) -> UUID:
    whole = {
        "happened_on": stage.today, "ground": "no_nuisance", "what": "Harde muziek.", "evidence": "Geluidslog.",
        "sources": ("neighbours",), **said,
    }  # fmt: skip
    with stage.app.app_context():
        return report_incident(stage.desk(role), trajectory, Report(**whole))


SERIOUS = {"ground": "serious_violence", "first_step": "yellow_card", "skip_reason": "Een buurman raakte gewond."}


def do(stage: Stage, trajectory: UUID, task: str, **answers: Any) -> None:
    stage.do(stage.open_tasks(trajectory)[task], **answers)


def to_warning(stage: Stage, trajectory: UUID) -> None:
    do(stage, trajectory, "hold_conversation", recover_by="today + 6 weeks")
    do(stage, trajectory, "judge_recovery", recovered="no")


def to_card(stage: Stage, trajectory: UUID, until: str = "judge_recovery") -> None:
    for task in ("hear_tenant_on_measure", "propose_measure", "approve_measure"):
        if until in stage.open_tasks(trajectory):
            return
        do(stage, trajectory, task, **({"recover_by": "today + 6 weeks"} if task == "propose_measure" else {}))


def rows(stage: Stage, table: Any, *where: Any) -> list[Any]:
    with stage.app.app_context():
        return list(reading().scalars(select(table).where(*where)))


@pytest.mark.parametrize("role", ["support_worker", "municipal_officer"])
def test_only_the_association_reports_and_withdraws(stage: Stage, trajectory: UUID, role: str) -> None:
    with pytest.raises(NotAllowed):
        report(stage, trajectory, role)
    reported = report(stage, trajectory)
    with stage.app.app_context(), pytest.raises(NotAllowed):
        withdraw_incident(stage.desk(role), reported, "Het klopte niet.")


def test_a_stranger_finds_no_incident(stage: Stage, trajectory: UUID) -> None:
    reported = report(stage, trajectory)
    with stage.app.app_context():
        desk = stage.desk()
        stranger = type(desk)(desk.house, stage.viewer("housing_officer", elsewhere=True), desk.today, desk.now)
        with pytest.raises(NotFound):
            withdraw_incident(stranger, reported, "Het klopte niet.")


def test_before_the_keys_there_is_nothing_to_break(stage: Stage) -> None:
    started = stage.start()
    stage.play(started, until="check_eligibility")
    stage.play(started, until="sign_lease")
    with pytest.raises(NotReady, match="no_lease_to_keep"):
        report(stage, started)


def test_a_report_without_ground_is_refused_and_leaves_nothing_behind(stage: Stage, trajectory: UUID) -> None:
    with pytest.raises(Invalid) as refused:
        report(stage, trajectory, ground="")
    assert [(fault.field, fault.code) for fault in refused.value.faults] == [("ground", "incident_needs_ground")]
    assert rows(stage, Incident) == [] and [row.incidents for row in rows(stage, Trajectory)] == [0]


def test_a_condition_that_was_not_agreed_is_no_ground(stage: Stage, trajectory: UUID) -> None:
    with pytest.raises(Invalid) as refused:
        report(stage, trajectory, ground="repayment_plan")
    assert [fault.code for fault in refused.value.faults] == ["ground_not_agreed"]


def test_a_step_that_is_not_given_keeps_no_recovery_term(stage: Stage, trajectory: UUID) -> None:
    report(stage, trajectory, **SERIOUS)
    to_card(stage, trajectory, until="propose_measure")
    do(stage, trajectory, "propose_measure", proposal="do_not_give", recover_by="E + 45 days", plan="Toch maar niet.")
    (card,) = rows(stage, Measure)
    assert (card.proposed, card.recover_by, card.plan) == ("do_not_give", None, "")


def test_whoever_proposes_can_not_approve_even_with_another_role(stage: Stage, trajectory: UUID) -> None:
    report(stage, trajectory, **SERIOUS)
    to_card(stage, trajectory, until="approve_measure")
    with stage.app.app_context(), db.session.begin():
        db.session.get_one(User, stage.user("housing_officer")).role = "team_lead"
    task = stage.open_tasks(trajectory)["approve_measure"]
    raw = stage.typed(task)
    with stage.app.app_context(), pytest.raises(Invalid) as refused:
        complete_task(stage.desk("housing_officer"), task, raw)
    assert [(fault.field, fault.code) for fault in refused.value.faults] == [("verdict", "same_person")]
    assert [row.given_on for row in rows(stage, Measure)] == [None]


def test_a_card_goes_to_the_tenant_and_word_of_it_to_provider_and_municipality(stage: Stage, trajectory: UUID) -> None:
    report(stage, trajectory, **SERIOUS)
    to_card(stage, trajectory)
    letters = rows(stage, Letter, Letter.key.startswith("incident:"))
    assert sorted((row.kind, row.role) for row in letters) == [
        ("incident_letter", "tenant"),
        ("yellow_card_told", "municipal_officer"),
        ("yellow_card_told", "support_worker"),
    ]
    assert all(row.document_id is None for row in letters if row.role != "tenant")


AT = {
    "at once": lambda stage, trajectory: None,
    "in the recovery term": lambda stage, trajectory: do(
        stage, trajectory, "hold_conversation", recover_by="today + 6 weeks"
    ),
    "before the warning": to_warning,
    "before the hearing": lambda stage, trajectory: (
        to_warning(stage, trajectory),
        do(stage, trajectory, "send_warning", recover_by="today + 6 weeks"),
        do(stage, trajectory, "judge_recovery", recovered="no"),
    ),
    "while it only waits to expire": lambda stage, trajectory: (
        do(stage, trajectory, "hold_conversation", recover_by="today + 6 weeks"),
        do(stage, trajectory, "judge_recovery", recovered="yes"),
    ),
}


@pytest.mark.parametrize("when", AT)
def test_an_incident_is_withdrawn_at_any_moment_and_its_tasks_lapse(stage: Stage, trajectory: UUID, when: str) -> None:
    before = set(stage.open_tasks(trajectory))
    reported = report(stage, trajectory)
    moment: Callable[[Stage, UUID], Any] = AT[when]
    moment(stage, trajectory)
    with stage.app.app_context():
        withdraw_incident(stage.desk("team_lead"), reported, "Het geluid kwam van elders.")
    (incident,) = rows(stage, Incident)
    assert (incident.outcome, incident.closed_on, set(stage.open_tasks(trajectory))) == (
        "withdrawn", stage.today, before,
    )  # fmt: skip
    assert all(row.ended_on is not None for row in rows(stage, Measure))
    assert [run.done for run in rows(stage, Run, Run.drawing == "escalation")] == [True]
    with stage.app.app_context(), pytest.raises(NotReady, match="incident_is_over"):
        withdraw_incident(stage.desk("team_lead"), reported, "Nog eens.")


def test_a_withdrawal_needs_a_reason(stage: Stage, trajectory: UUID) -> None:
    reported = report(stage, trajectory)
    with stage.app.app_context(), pytest.raises(Invalid) as refused:
        withdraw_incident(stage.desk("housing_officer"), reported, "  ")
    assert [fault.field for fault in refused.value.faults] == ["reason"]


def test_incidents_beside_each_other_each_go_their_own_way(stage: Stage, trajectory: UUID) -> None:
    first, second = report(stage, trajectory), report(stage, trajectory, **SERIOUS)
    assert [row.number for row in rows(stage, Incident)] == [1, 2]
    to_warning(stage, trajectory)
    to_card(stage, trajectory)
    tasks = rows(stage, Task, Task.status == "open", Task.name.in_(("send_warning", "judge_recovery")))
    assert sorted((task.name, task.data["incident"], task.data["measure"]) for task in tasks) == [
        ("judge_recovery", 2, "yellow_card"),
        ("send_warning", 1, "warning"),
    ]
    with stage.app.app_context():
        withdraw_incident(stage.desk("housing_officer"), second, "Het was een bezoeker.")
    outcomes = {row.id: row.outcome for row in rows(stage, Incident)}
    assert outcomes == {first: "", second: "withdrawn"}
    assert "send_warning" in stage.open_tasks(trajectory)


def test_a_step_is_not_corrected(stage: Stage, trajectory: UUID) -> None:
    report(stage, trajectory)
    task = stage.open_tasks(trajectory)["hold_conversation"]
    stage.do(task, recover_by="today + 6 weeks")
    raw = stage.typed(task, recover_by="today + 7 weeks")
    with stage.app.app_context(), pytest.raises(NotReady, match="measure_is_not_corrected"):
        correct_task(stage.desk("housing_officer"), task, raw, "Verkeerde dag.")


def test_what_is_never_judged_expires_and_with_the_lease_everything_lapses(stage: Stage, trajectory: UUID) -> None:
    report(stage, trajectory)
    do(stage, trajectory, "hold_conversation", recover_by="today + 2 weeks")
    stage.next_day(100)
    assert [row.outcome for row in rows(stage, Incident)] == ["settled"]
    assert [row.ended_because for row in rows(stage, Measure)] == ["expired"]
    report(stage, trajectory, happened_on=stage.today)
    stage.today = stage.last_day
    stage.next_day()
    assert [row.outcome for row in rows(stage, Incident)] == ["settled", "lapsed"]
    assert "hold_conversation" not in stage.open_tasks(trajectory)


@contextmanager
def counted(stage: Stage) -> Iterator[list[str]]:
    """Every statement that is sent meanwhile."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        sent.append(statement)

    with stage.app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_without_incidents_nobody_asks_for_them(stage: Stage) -> None:
    trajectory = stage.start()
    stage.play(trajectory, until="check_startup_care")
    task = stage.open_tasks(trajectory)["check_startup_care"]
    raw = stage.typed(task)
    with counted(stage) as sent, stage.app.app_context():
        complete_task(stage.desk("support_worker"), task, raw)
    assert sent and not [one for one in sent if "FROM incidents" in one or "FROM measures" in one]
