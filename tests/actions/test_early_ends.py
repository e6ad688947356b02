"""A trajectory stops early: from every stage, by who may say so, with what hung on it closed."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.actions.early_ends import report_early_end
from app.errors import Invalid, NotAllowed, NotFound
from app.records import EarlyEnd, Home
from tests.actions.conftest import Stand
from tests.actions.scene import Scene, fresh
from tests.actions.test_tasks import STRANGER


def report(scene: Scene, kind: str, role: str = "housing_officer", **answers: str) -> None:
    report_early_end(scene.desk(role), scene.trajectory_id, {"kind": kind, "on": scene.today.isoformat(), **answers})


def test_a_tenants_notice_closes_what_was_open_and_drops_what_was_planned(at: Stand) -> None:
    scene = at("review")
    report(scene, "tenant_notice")
    assert scene.open_tasks() == []
    row = scene.row
    assert (row.stage, row.outcome, row.closed_on) == ("ending", "", None)
    assert not scene.letters(state="planned")
    assert {one.reason for one in scene.letters(state="dropped")} == {"no_longer_needed"}
    assert scene.documents(name="notice_confirmation")


def test_reported_twice_there_is_nothing_left_to_report(at: Stand) -> None:
    scene = at("review")
    report(scene, "tenant_notice")
    with pytest.raises(Invalid) as refused:
        report(scene, "court", last_day=scene.today.isoformat())
    assert [fault.code for fault in refused.value.faults] == ["not_a_choice"]


@pytest.mark.parametrize("stop", ["checking", "agreeing", "leasing"])
@pytest.mark.parametrize("kind", ["withdrawal", "consent_withdrawn", "candidate_died"])
def test_before_the_lease_any_party_records_that_the_candidate_stops(at: Stand, stop: str, kind: str) -> None:
    scene = at(stop)
    report(scene, kind, "support_worker")
    row = scene.row
    assert (row.stage, row.outcome, scene.open_tasks()) == ("closed", "withdrawn", [])
    assert bool(scene.documents(name="withdrawal_confirmation")) == (kind != "candidate_died")
    if row.home_id is not None:
        assert fresh().get_one(Home, row.home_id).available


def test_a_death_without_a_co_tenant_asks_what_the_relatives_want(at: Stand) -> None:
    scene = at("meeting")
    report(scene, "death")
    early = fresh().scalar(select(EarlyEnd).where(EarlyEnd.trajectory_id == scene.trajectory_id))
    assert early is not None and early.last_day is not None and early.last_day > scene.today
    assert scene.open_tasks() == ["settle_after_death"]


def test_of_two_tenants_one_goes_on_and_so_does_the_trajectory(at: Stand) -> None:
    scene = at("leaving")
    before = scene.open_tasks()
    row = scene.row
    died = row.tenant_id
    report(scene, "death", who=str(died))
    row = scene.row
    assert row.tenant_id != died
    assert scene.open_tasks() == before
    assert fresh().scalar(select(EarlyEnd)) is None


def test_who_died_must_be_one_of_the_tenants(at: Stand) -> None:
    scene = at("leaving")
    with pytest.raises(Invalid) as refused:
        report(scene, "death")
    assert [(fault.field, fault.code) for fault in refused.value.faults] == [("who", "missing")]


@pytest.mark.parametrize(
    ("kind", "answers", "field", "code"),
    [
        ("withdrawal", {}, "kind", "not_a_choice"),  # there is a lease: only its end can be recorded
        ("court", {}, "last_day", "missing"),
        ("court", {"last_day": "2025-01-01"}, "last_day", "before_the_judgment"),
        ("tenant_notice", {"on": "2020-01-01"}, "on", "before_the_trajectory"),
        ("death", {"on": "2025-02-01"}, "on", "before_signing"),
    ],
)
def test_what_contradicts_itself_is_refused(
    at: Stand, kind: str, answers: dict[str, str], field: str, code: str
) -> None:
    scene = at("review")
    with pytest.raises(Invalid) as refused:
        report(scene, kind, **answers)
    assert [(fault.field, fault.code) for fault in refused.value.faults] == [(field, code)]
    assert scene.open_tasks()


def test_only_the_landlord_records_the_end_of_a_lease(at: Stand) -> None:
    scene = at("review")
    for role in ("support_worker", "municipal_officer", "urgency_officer"):
        with pytest.raises(NotAllowed):
            report(scene, "tenant_notice", role)
    with pytest.raises(NotFound):
        report(scene, "tenant_notice", STRANGER["housing_officer"])
