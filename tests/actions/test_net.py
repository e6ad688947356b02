"""The net below the one query: a question that forgot who is asking still gets nothing of somebody else's dossier."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import exists, func, select, update
from sqlalchemy.orm import aliased, joinedload

from app.records import Answer, Letter, Organisation, Part, Person, Task, Trajectory, net, scope
from app.records.database import Base, let_go, reading
from app.records.scope import NOBODY, acting, scope_of
from tests.actions.conftest import Stand

STRANGER = "stef@elders.demo.invalid"


def tables() -> dict[str, type[Base]]:
    return {mapper.class_.__tablename__: mapper.class_ for mapper in Base.registry.mappers}


WALLED = sorted(tables().keys() - net.OPEN)


def count(table: type[Base]) -> int:
    let_go()
    return reading().scalar(select(func.count()).select_from(table)) or 0


def test_every_table_is_behind_the_net_or_said_to_be_open() -> None:
    """A new table has a trajectory, or says in net.py what it hangs on or that it is about no dossier."""
    there = tables()
    assert there.keys() >= net.OPEN
    for name in WALLED:
        assert there[name] in net.SPECIAL or "trajectory_id" in there[name].__table__.columns, name
    assert not any("trajectory_id" in there[name].__table__.columns for name in net.OPEN)


def test_strangers_and_nobody_find_no_row_in_any_table(at: Stand) -> None:
    scene = at("returning")  # reviews, advice, decision, notices: nearly every table has rows
    theirs = {name for name in WALLED if count(tables()[name])}
    assert len(theirs) > 20
    stranger = scope_of(scene.viewer(STRANGER), scene.today)
    manager = scope_of(scene.viewer("ton@elders.demo.invalid"), scene.today)
    for who in (stranger, manager, NOBODY):
        with acting(who):
            assert {name: found for name in theirs if (found := count(tables()[name]))} == {}


def test_a_party_finds_what_there_is(at: Stand) -> None:
    scene = at("returning")
    whole = {name: count(tables()[name]) for name in WALLED if name not in ("events", "take_overs")}
    with acting(scope_of(scene.viewer("housing_officer"), scene.today)):
        assert {name: count(tables()[name]) for name in whole} == whole


def test_before_its_part_began_a_party_finds_nothing(at: Stand) -> None:
    """Until the candidate has said yes to sharing, the others know of nobody."""
    scene = at("nominated")
    with acting(scope_of(scene.viewer("urgency_officer"), scene.today)):
        assert count(Trajectory) == 1
    with acting(scope_of(scene.viewer("support_worker"), scene.today)):
        assert (count(Trajectory), count(Task), count(Part)) == (0, 0, 1)  # that it was asked is its own


def other_ways(trajectory_id: UUID) -> list[Any]:
    """The same rows asked for in ways that a condition could miss."""
    task = aliased(Task)
    inner = select(Task.trajectory_id).where(Task.trajectory_id == trajectory_id)
    return [
        select(Trajectory).where(Trajectory.id == trajectory_id).options(joinedload(Trajectory.home)),
        select(task.id).where(task.trajectory_id == trajectory_id),
        select(Organisation.id).join(Task, Task.organisation_id == Organisation.id),
        select(Organisation.id).where(exists().where(Task.organisation_id == Organisation.id)),
        select(Person.id).where(Person.id.in_(select(Trajectory.tenant_id).where(Trajectory.id.in_(inner)))),
        select(Task.name).union_all(select(Letter.kind)),
        select(inner.subquery().c.trajectory_id),
        select(func.max(Answer.at)).having(func.count() > 0),
    ]


def test_no_way_of_asking_gets_around_it(at: Stand) -> None:
    scene = at("review")
    for query in other_ways(scene.trajectory_id):
        let_go()
        assert reading().execute(query).all(), query
        let_go()
        with acting(scope_of(scene.viewer(STRANGER), scene.today)):
            assert reading().execute(query).all() == [], query


def test_a_deed_that_forgot_to_look_finds_nothing_and_changes_nothing(at: Stand) -> None:
    scene = at("review")
    task = scene.task("confirm_goals")
    with scene.desk(STRANGER).deed() as deed:
        assert deed.session.get(Trajectory, scene.trajectory_id) is None
        assert deed.session.get(Task, task.id) is None
        changed = deed.session.execute(update(Task).where(Task.id == task.id).values(status="done"))
        assert changed.rowcount == 0  # type: ignore[attr-defined]
    with scene.desk("support_worker").deed() as deed:
        assert deed.session.get(Task, task.id) is not None
    with scene.desk().deed() as deed:  # the program's own desk
        assert deed.session.get(Task, task.id) is not None


def test_somebody_who_did_not_sign_in_reaches_no_dossier(at: Stand) -> None:
    scene = at("review")
    with replace(scene.desk(), visitor=True).deed() as deed:
        assert deed.session.get(Trajectory, scene.trajectory_id) is None


def test_a_relation_is_not_followed_across_it(at: Stand) -> None:
    scene = at("review")
    stranger = scope_of(scene.viewer(STRANGER), scene.today)
    task = scene.task("confirm_goals")
    with acting(stranger):
        assert task.trajectory is None
    let_go()


def test_who_acts_is_as_it_was_after_a_deed_that_went_wrong(at: Stand) -> None:
    scene = at("review")
    before = scope.now()
    with pytest.raises(ZeroDivisionError), scene.desk("housing_officer").deed():
        assert scope.now() == scope_of(scene.viewer("housing_officer"), scene.today)
        _ = 1 / 0
    assert scope.now() is before


def test_it_holds_for_a_statement_that_is_used_again_by_somebody_else(at: Stand) -> None:
    """What was worked out for one is kept; for whom it is, is filled in each time."""
    scene = at("review")
    query = select(Task.id)
    for who, some in (("housing_officer", True), (STRANGER, False), ("support_worker", True), (STRANGER, False)):
        let_go()
        with acting(scope_of(scene.viewer(who), scene.today)):
            assert bool(reading().scalars(query).all()) is some
