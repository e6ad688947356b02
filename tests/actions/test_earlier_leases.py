"""Leases before this one: asked for, looked up within one association and never beyond, and refused with the reason."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import delete, select, update

from app.actions.tasks import complete_task, correct_task
from app.actions.trajectories import add_beside, start_trajectory
from app.errors import Invalid
from app.records import Beside, Ending, Home, Organisation, Part, Person, ToldLease, Trajectory
from app.records.earlier import earlier_leases
from app.records.ledger import Ledger
from app.rules.case import EarlierLease
from tests.actions.conftest import Stand
from tests.actions.scene import FIRST, LAST, Scene, fresh
from tests.actions.test_at_once import at_once
from tests.actions.test_tasks import codes

FATIMA = {"full_name": "Fatima el Amrani", "birth_date": "1991-04-12"}
INTAKE = (
    "nominate_candidate", "check_eligibility", "match_home", "record_offer_answer", "draft_care_contract",
    "agree_as_tenant", "agree_as_provider", "agree_as_municipality", "agree_as_association", "prepare_lease",
)  # fmt: skip


def again(scene: Scene, until: str = "prepare_lease", **person: str) -> Scene:
    """A second nomination of the same person, or of somebody else, up to this task."""
    with scene.desk(None).deed() as deed:
        owner = deed.session.scalar(select(Organisation.id).where(Organisation.name == "Woonstichting De Heuvel"))
        deed.session.add(Home(association_id=owner, street=f"Proefweg {uuid4().hex[:6]}", postcode="0000 AB", city="M"))
    desk = scene.desk("urgency_officer")
    other = Scene(scene.site, scene.today, start_trajectory(desk, {**FATIMA, **person}, scene.site.cast.contacts))
    for name in INTAKE:
        if name == until:
            return other
        other.do(name)
    return other


def change(scene: Scene, *statements: Any) -> None:
    with scene.desk(None).deed() as deed:
        for statement in statements:
            deed.session.execute(statement)


def ended(scene: Scene, kind: str, on: date) -> None:
    """The first trajectory's lease ended, as the process records it at the end of the term."""
    with scene.desk(None).deed() as deed:
        at = datetime.now(UTC)
        row = Ending(trajectory_id=scene.trajectory_id, kind=kind, on=on, recorded_on=on, at=at)
        deed.session.add(row)


def refused(scene: Scene, task: str = "prepare_lease", **said: Any) -> list[tuple[str, str, str]]:
    with pytest.raises(Invalid) as why:
        scene.do(task, **said)
    return [(fault.field, fault.code, str(fault.params.get("reference", ""))) for fault in why.value.faults]


def test_what_is_told_is_kept_and_looked_at_again_when_the_lease_is_signed(at: Stand) -> None:
    scene = at("leasing")
    last = (FIRST - timedelta(days=45)).isoformat()
    scene.do("prepare_lease", earlier_lease="fixed_term", earlier_last_day=last)
    row = fresh().scalars(select(ToldLease)).one()
    assert (row.answer, row.ended_on) == ("fixed_term", FIRST - timedelta(days=45))
    term = {"first_day": FIRST - timedelta(days=20), "last_day": LAST - timedelta(days=20)}
    assert refused(scene, "sign_lease", **term) == [("first_day", "second_fixed_term", "")]
    assert scene.row.signed_on is None
    scene.do("sign_lease")
    assert scene.row.signed_on is not None


def test_a_correction_of_what_was_told_takes_its_place(at: Stand) -> None:
    scene = at("signing")
    task = scene.task("prepare_lease", "done")
    officer = scene.desk("housing_officer")
    assert fresh().scalars(select(ToldLease)).one().answer == "none"
    with pytest.raises(Invalid) as why:
        correct_task(officer, task.id, scene.raw(task, earlier_lease="open_ended"), "Nagekeken.")
    assert codes(why) == [("earlier_lease", "holds_open_ended_lease")]
    said = {"earlier_lease": "open_ended_over", "earlier_last_day": "2020-06-30"}
    correct_task(officer, task.id, scene.raw(task, **said), "Nagekeken.")
    assert fresh().scalars(select(ToldLease)).one().ended_on == date(2020, 6, 30)


@pytest.mark.parametrize("name", ["Fatima el Amrani", "FATIMA  EL AMRANI", "Fátima El-Amrani"])
def test_nobody_has_two_conditional_leases_with_one_association(at: Stand, name: str) -> None:
    scene = at("startup")
    other = again(scene, full_name=name)
    assert refused(other) == [("earlier_lease", "conditional_lease_runs_ours", scene.row.reference)]
    assert "sign_lease" not in other.open_tasks()


@pytest.mark.parametrize(
    "person", [{"full_name": "Fatima el Amrani-Bos"}, {"birth_date": "1991-04-13"}, {"birth_date": ""}]
)
def test_somebody_else_is_not_taken_for_the_same_person(at: Stand, person: dict[str, str]) -> None:
    other = again(at("startup"), **person)
    other.do("prepare_lease")
    assert other.open_tasks() == ["sign_lease"]


def test_what_another_association_knows_is_never_looked_at(at: Stand) -> None:
    """That would be a list of people whom nobody lets a home to."""
    scene = at("startup")
    elsewhere = fresh().scalar(select(Organisation.id).where(Organisation.name == "Woonstichting Elders"))
    theirs = Part.trajectory_id == scene.trajectory_id, Part.part == "association"
    change(scene, update(Part).where(*theirs).values(organisation_id=elsewhere))
    other = again(scene)
    other.do("prepare_lease")
    other.do("sign_lease", signed_on="2025-03-07")
    assert other.open_tasks() == ["hand_over_keys"]


@pytest.mark.parametrize(
    "kind, on, lease",
    [
        ("tenancy_ended", "2027-03-15", EarlierLease("fixed_term", FIRST, date(2027, 3, 14))),
        ("ended_early", "2026-05-01", EarlierLease("fixed_term", FIRST, date(2026, 4, 30))),
        ("conversion", "2027-03-15", EarlierLease("open_ended", FIRST, None)),
        ("open_ended_by_lapse", "2027-03-15", EarlierLease("open_ended", FIRST, None)),
        ("open_ended_by_approval", "2027-03-20", EarlierLease("open_ended", FIRST, None)),
        ("", "", EarlierLease("fixed_term", FIRST, LAST, runs=True)),
    ],
)
def test_the_records_say_what_became_of_an_earlier_lease(at: Stand, kind: str, on: str, lease: EarlierLease) -> None:
    scene = at("startup")
    if kind:
        ended(scene, kind, date.fromisoformat(on))
    other = again(scene, until="nominate_candidate")
    (found,) = earlier_leases(Ledger(fresh(), other.row, other.today))
    assert found.reference == scene.row.reference
    assert (found.kind, found.since, found.until, found.runs) == (lease.kind, lease.since, lease.until, lease.runs)


def test_a_co_tenant_counts_as_much_as_a_tenant(at: Stand) -> None:
    scene = at("startup")
    karim = {"full_name": "Karim Proef", "birth_date": "1989-11-02"}
    add_beside(scene.desk("housing_officer"), scene.trajectory_id, "co_tenant", karim)
    alone = again(scene, **karim)
    assert [code for _, code, _ in refused(alone)] == ["conditional_lease_runs_ours"]
    beside = again(scene, full_name="Iemand Anders", birth_date="1970-01-01")
    add_beside(beside.desk("support_worker"), beside.trajectory_id, "co_tenant", karim)
    assert [code for _, code, _ in refused(beside)] == ["conditional_lease_runs_ours"]
    change(scene, delete(Beside).where(Beside.trajectory_id == beside.trajectory_id))
    beside.do("prepare_lease")


def test_once_the_lease_is_signed_only_the_landlord_adds_a_co_tenant_who_is_free_to_rent(at: Stand) -> None:
    scene = at("startup")
    other = again(scene, until="", full_name="Iemand Anders", birth_date="1970-01-01")
    other.do("sign_lease", signed_on="2025-03-07")
    with pytest.raises(Invalid) as refused:
        add_beside(other.desk("support_worker"), other.trajectory_id, "co_tenant", FATIMA)
    assert codes(refused) == [("kind", "landlord_adds_co_tenant")]
    with pytest.raises(Invalid) as refused:
        add_beside(other.desk("housing_officer"), other.trajectory_id, "co_tenant", FATIMA)
    assert codes(refused) == [("full_name", "conditional_lease_runs_ours")]
    add_beside(other.desk("support_worker"), other.trajectory_id, "administrator", FATIMA)  # rents nothing
    add_beside(other.desk("housing_officer"), other.trajectory_id, "co_tenant", {**FATIMA, "full_name": "Fatma"})
    assert len(list(fresh().scalars(select(Person.id).join(Beside, Beside.person_id == Person.id)))) == 2


def test_of_two_leases_for_one_person_signed_at_the_same_moment_one_is(at: Stand) -> None:
    scene = at("signing")
    other = again(scene, until="")
    tasks = [(one.task("sign_lease").id, one.raw(one.task("sign_lease"))) for one in (scene, other)]
    desk = scene.desk("housing_officer")
    deeds = [(lambda task_id=task_id, raw=raw: complete_task(desk, task_id, raw)) for task_id, raw in tasks]
    assert Counter(at_once(scene, deeds)) == {"accepted": 1, "invalid": 1}
    assert len(list(fresh().scalars(select(Trajectory.id).where(Trajectory.signed_on.is_not(None))))) == 1


def test_a_new_candidate_is_refused_the_old_ground_before_any_lease_is_drawn_up(at: Stand) -> None:
    scene = at("checking")
    assert refused(scene, "check_eligibility", legal_ground="old") == [("legal_ground", "old_ground_is_over", "")]
    scene.do("check_eligibility", legal_ground="c")
