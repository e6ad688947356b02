"""Incidents through the actions: who may, what is refused, withdrawing anywhere, several at once, and who is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
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
from tests.cast import Stage


@pytest.fixture
def trajectory(region: Stage) -> UUID:
    """A lease that has just begun: nothing is open but what an incident opens."""
    started = region.at("check_startup_care")
    region.play(started, until=region.today + timedelta(days=1))
    return started


def report(region: Stage, trajectory: UUID, role: str = "housing_officer", **said: Any) -> UUID:
    whole = {
        "happened_on": region.today, "ground": "no_nuisance", "what": "Harde muziek.", "evidence": "Geluidslog.",
        "sources": ("neighbours",), **said,
    }  # fmt: skip
    with region.app.app_context():
        return report_incident(region.desk(role), trajectory, Report(**whole))


SERIOUS = {"ground": "serious_violence", "first_step": "yellow_card", "skip_reason": "Een buurman raakte gewond."}


def do(region: Stage, trajectory: UUID, task: str, **answers: Any) -> None:
    region.do(region.open_tasks(trajectory)[task], **answers)


def to_warning(region: Stage, trajectory: UUID) -> None:
    do(region, trajectory, "hold_conversation", recover_by="today + 6 weeks")
    do(region, trajectory, "judge_recovery", recovered="no")


def to_card(region: Stage, trajectory: UUID, until: str = "judge_recovery") -> None:
    for task in ("hear_tenant_on_measure", "propose_measure", "approve_measure"):
        if until in region.open_tasks(trajectory):
            return
        do(region, trajectory, task, **({"recover_by": "today + 6 weeks"} if task == "propose_measure" else {}))


def rows(region: Stage, table: Any, *where: Any) -> list[Any]:
    with region.app.app_context():
        return list(reading().scalars(select(table).where(*where)))


@pytest.mark.parametrize("role", ["support_worker", "municipal_officer"])
def test_only_the_association_reports_and_withdraws(region: Stage, trajectory: UUID, role: str) -> None:
    with pytest.raises(NotAllowed):
        report(region, trajectory, role)
    reported = report(region, trajectory)
    with region.app.app_context(), pytest.raises(NotAllowed):
        withdraw_incident(region.desk(role), reported, "Het klopte niet.")


def test_a_stranger_finds_no_incident(region: Stage, trajectory: UUID) -> None:
    reported = report(region, trajectory)
    with region.app.app_context():
        desk = region.desk()
        stranger = type(desk)(desk.house, region.viewer("housing_officer", elsewhere=True), desk.today, desk.now)
        with pytest.raises(NotFound):
            withdraw_incident(stranger, reported, "Het klopte niet.")


def test_before_the_keys_there_is_nothing_to_break(region: Stage) -> None:
    started = region.at("check_eligibility")
    region.play(started, until="sign_lease")
    with pytest.raises(NotReady, match="no_lease_to_keep"):
        report(region, started)


def test_a_report_without_ground_is_refused_and_leaves_nothing_behind(region: Stage, trajectory: UUID) -> None:
    with pytest.raises(Invalid) as refused:
        report(region, trajectory, ground="")
    assert [(fault.field, fault.code) for fault in refused.value.faults] == [("ground", "incident_needs_ground")]
    assert rows(region, Incident) == [] and [row.incidents for row in rows(region, Trajectory)] == [0]


def test_a_condition_that_was_not_agreed_is_no_ground(region: Stage, trajectory: UUID) -> None:
    with pytest.raises(Invalid) as refused:
        report(region, trajectory, ground="repayment_plan")
    assert [fault.code for fault in refused.value.faults] == ["ground_not_agreed"]


def test_a_step_that_is_not_given_keeps_no_recovery_term(region: Stage, trajectory: UUID) -> None:
    report(region, trajectory, **SERIOUS)
    to_card(region, trajectory, until="propose_measure")
    do(region, trajectory, "propose_measure", proposal="do_not_give", recover_by="E + 45 days", plan="Toch maar niet.")
    (card,) = rows(region, Measure)
    assert (card.proposed, card.recover_by, card.plan) == ("do_not_give", None, "")


def test_whoever_proposes_can_not_approve_even_with_another_role(region: Stage, trajectory: UUID) -> None:
    report(region, trajectory, **SERIOUS)
    to_card(region, trajectory, until="approve_measure")
    with region.app.app_context(), db.session.begin():
        db.session.get_one(User, region.user("housing_officer")).role = "team_lead"
    task = region.open_tasks(trajectory)["approve_measure"]
    raw = region.typed(task)
    with region.app.app_context(), pytest.raises(Invalid) as refused:
        complete_task(region.desk("housing_officer"), task, raw)
    assert [(fault.field, fault.code) for fault in refused.value.faults] == [("verdict", "same_person")]
    assert [row.given_on for row in rows(region, Measure)] == [None]


def test_a_card_goes_to_the_tenant_and_word_of_it_to_provider_and_municipality(region: Stage, trajectory: UUID) -> None:
    report(region, trajectory, **SERIOUS)
    to_card(region, trajectory)
    letters = rows(region, Letter, Letter.key.startswith("incident:"))
    assert sorted((row.kind, row.role) for row in letters) == [
        ("incident_letter", "tenant"),
        ("yellow_card_told", "municipal_officer"),
        ("yellow_card_told", "support_worker"),
    ]
    assert all(row.document_id is None for row in letters if row.role != "tenant")


AT = {
    "at once": lambda region, trajectory: None,
    "in the recovery term": lambda region, trajectory: do(
        region, trajectory, "hold_conversation", recover_by="today + 6 weeks"
    ),
    "before the warning": to_warning,
    "before the hearing": lambda region, trajectory: (
        to_warning(region, trajectory),
        do(region, trajectory, "send_warning", recover_by="today + 6 weeks"),
        do(region, trajectory, "judge_recovery", recovered="no"),
    ),
    "while it only waits to expire": lambda region, trajectory: (
        do(region, trajectory, "hold_conversation", recover_by="today + 6 weeks"),
        do(region, trajectory, "judge_recovery", recovered="yes"),
    ),
}


@pytest.mark.parametrize("when", AT)
def test_an_incident_is_withdrawn_at_any_moment_and_its_tasks_lapse(region: Stage, trajectory: UUID, when: str) -> None:
    before = set(region.open_tasks(trajectory))
    reported = report(region, trajectory)
    moment: Callable[[Stage, UUID], Any] = AT[when]
    moment(region, trajectory)
    with region.app.app_context():
        withdraw_incident(region.desk("team_lead"), reported, "Het geluid kwam van elders.")
    (incident,) = rows(region, Incident)
    assert (incident.outcome, incident.closed_on, set(region.open_tasks(trajectory))) == (
        "withdrawn", region.today, before,
    )  # fmt: skip
    assert all(row.ended_on is not None for row in rows(region, Measure))
    assert [run.done for run in rows(region, Run, Run.drawing == "escalation")] == [True]
    with region.app.app_context(), pytest.raises(NotReady, match="incident_is_over"):
        withdraw_incident(region.desk("team_lead"), reported, "Nog eens.")


def test_a_withdrawal_needs_a_reason(region: Stage, trajectory: UUID) -> None:
    reported = report(region, trajectory)
    with region.app.app_context(), pytest.raises(Invalid) as refused:
        withdraw_incident(region.desk("housing_officer"), reported, "  ")
    assert [fault.field for fault in refused.value.faults] == ["reason"]


def test_incidents_beside_each_other_each_go_their_own_way(region: Stage, trajectory: UUID) -> None:
    first, second = report(region, trajectory), report(region, trajectory, **SERIOUS)
    assert [row.number for row in rows(region, Incident)] == [1, 2]
    to_warning(region, trajectory)
    to_card(region, trajectory)
    tasks = rows(region, Task, Task.status == "open", Task.name.in_(("send_warning", "judge_recovery")))
    assert sorted((task.name, task.data["incident"], task.data["measure"]) for task in tasks) == [
        ("judge_recovery", 2, "yellow_card"),
        ("send_warning", 1, "warning"),
    ]
    with region.app.app_context():
        withdraw_incident(region.desk("housing_officer"), second, "Het was een bezoeker.")
    outcomes = {row.id: row.outcome for row in rows(region, Incident)}
    assert outcomes == {first: "", second: "withdrawn"}
    assert "send_warning" in region.open_tasks(trajectory)


def test_a_step_is_not_corrected(region: Stage, trajectory: UUID) -> None:
    report(region, trajectory)
    task = region.open_tasks(trajectory)["hold_conversation"]
    region.do(task, recover_by="today + 6 weeks")
    raw = region.typed(task, recover_by="today + 7 weeks")
    with region.app.app_context(), pytest.raises(NotReady, match="measure_is_not_corrected"):
        correct_task(region.desk("housing_officer"), task, raw, "Verkeerde dag.")


def test_what_is_never_judged_expires_and_with_the_lease_everything_lapses(region: Stage, trajectory: UUID) -> None:
    report(region, trajectory)
    do(region, trajectory, "hold_conversation", recover_by="today + 2 weeks")
    region.next_day(100)
    assert [row.outcome for row in rows(region, Incident)] == ["settled"]
    assert [row.ended_because for row in rows(region, Measure)] == ["expired"]
    report(region, trajectory, happened_on=region.today)
    region.today = region.last_day
    region.next_day()
    assert [row.outcome for row in rows(region, Incident)] == ["settled", "lapsed"]
    assert "hold_conversation" not in region.open_tasks(trajectory)


@contextmanager
def counted(region: Stage) -> Iterator[list[str]]:
    """Every statement that is sent meanwhile."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        sent.append(statement)

    with region.app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_without_incidents_nobody_asks_for_them(region: Stage) -> None:
    trajectory = region.at("check_startup_care")
    task = region.open_tasks(trajectory)["check_startup_care"]
    raw = region.typed(task)
    with counted(region) as sent, region.app.app_context():
        complete_task(region.desk("support_worker"), task, raw)
    assert sent and not [one for one in sent if "FROM incidents" in one or "FROM measures" in one]
