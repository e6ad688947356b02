"""Noting that guidance stops or pauses, in the browser's stead: each party its own doors, and access that moves."""

from __future__ import annotations

from datetime import date, timedelta
from html import unescape
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from app.records import CarePause
from tests import cast

PLANNED = date(2026, 12, 31)


@pytest.fixture
def stage(region: cast.Stage) -> cast.Stage:
    region.answers["draft_care_contract"] = {
        **region.answers["draft_care_contract"], "guidance_until": PLANNED.isoformat(),
        "care_decision_until": "2026-10-31",
    }  # fmt: skip
    return region


@pytest.fixture
def trajectory(stage: cast.Stage) -> UUID:
    trajectory = stage.at("confirm_goals")
    return trajectory


def text(client: FlaskClient, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, address
    return unescape(answer.get_data(as_text=True)).replace("\u00a0", " ")


def stops(client: FlaskClient, dossier: str, why: str, on: date) -> None:
    typed = {"why": why, "on": on.isoformat()}
    checked = client.post(f"{dossier}/guidance-end", data=typed)
    assert checked.status_code == 200 and "Nothing has been recorded yet" in checked.get_data(as_text=True)
    assert client.post(f"{dossier}/guidance-end", data={**typed, "checked": "yes"}).status_code == 303


def open_task(stage: cast.Stage, trajectory: UUID, name: str) -> str:
    return f"/tasks/{stage.open_tasks(trajectory)[name]}"


def test_each_way_says_what_follows_and_that_the_lease_goes_on(stage: cast.Stage, trajectory: UUID) -> None:
    page = text(stage.browser("support_worker"), f"/trajectories/{trajectory}/guidance-end")
    assert page.count("the lease goes on") == 3 and "refusing never ends the lease by itself" in page
    assert "textarea" not in page  # there is no room for words about care
    landlord = text(stage.browser("housing_officer"), f"/trajectories/{trajectory}/guidance-end")
    assert "The goals are met" not in landlord and "Wmo" not in landlord and "The tenant refuses" in landlord
    text(stage.browser("urgency_officer"), f"/trajectories/{trajectory}/guidance-end", 404)
    text(stage.browser("support_worker", elsewhere=True), f"/trajectories/{trajectory}/guidance-end", 404)


def test_a_day_before_care_is_refused_at_its_field(stage: cast.Stage, trajectory: UUID) -> None:
    worker = stage.browser("support_worker")
    answer = worker.post(f"/trajectories/{trajectory}/guidance-end", data={"why": "refused", "on": "1-1-2025"})
    assert answer.status_code == 422 and "it stops on that day or later" in answer.get_data(as_text=True)


def test_the_landlord_reads_that_guidance_ended_and_not_that_a_care_decision_did(
    stage: cast.Stage, trajectory: UUID
) -> None:
    dossier, officer = f"/trajectories/{trajectory}", stage.browser("municipal_officer")
    stops(officer, dossier, "decision_ends", stage.today)
    renew = open_task(stage, trajectory, "renew_care_decision")
    landlord = stage.browser("housing_officer")
    text(landlord, renew, 404)
    for page in (dossier, f"{dossier}/history"):
        assert "care decision" not in text(landlord, page).lower()
    stage.do(stage.open_tasks(trajectory)["renew_care_decision"], outcome="ended")
    for page in (dossier, f"{dossier}/history"):
        assert "care decision" not in text(landlord, page).lower()
    assert "The condition to accept it has lapsed." in text(landlord, dossier)
    assert "because the care decision ended" in text(officer, dossier)
    assert "Guidance is accepted and appointments are kept" in text(landlord, dossier)  # kept visible
    assert "lapsed since" in text(landlord, dossier)


def test_a_refusal_is_talked_over_with_the_way_to_an_incident_beside_it(stage: cast.Stage, trajectory: UUID) -> None:
    stops(stage.browser("support_worker"), f"/trajectories/{trajectory}", "refused", stage.today)
    page = text(stage.browser("housing_officer"), open_task(stage, trajectory, "weigh_refusal"))
    assert "it never ends the lease by itself" in page and f"/trajectories/{trajectory}/incidents/report" in page
    others = text(stage.browser("municipal_officer"), open_task(stage, trajectory, "weigh_refusal"))
    assert "incidents/report" not in others


def test_after_the_hand_over_the_old_provider_finds_nothing_and_the_new_one_the_care_side(
    stage: cast.Stage, trajectory: UUID
) -> None:
    dossier = f"/trajectories/{trajectory}"
    old, new = stage.browser("support_worker"), stage.browser("support_worker", elsewhere=True)
    goals = open_task(stage, trajectory, "confirm_goals")
    stops(old, dossier, "provider_stops", stage.today)
    assert "does not count, until another provider has taken over" in text(stage.browser("housing_officer"), dossier)
    stage.do(stage.open_tasks(trajectory)["find_successor"], handover="no")
    take_over = open_task(stage, trajectory, "take_over_care")
    page = text(new, take_over)
    assert "Fatima el Amrani" in page and "Emmastraat 9" in page
    assert cast.CARE_SECRET not in page
    assert new.get(dossier).headers["Location"] == take_over  # the question stands in place of the dossier
    assert "take_over_care" not in text(new, "/") and take_over in text(new, "/?whose=team")
    text(new, goals, 404)
    data = {"answered_on": stage.today.isoformat(), "answer": "takes_over"}
    finished = new.post(f"{take_over}/completion", data=data)
    assert finished.status_code == 303
    assert cast.CARE_SECRET in text(new, finished.headers["Location"])
    text(new, goals)
    for person in (old, stage.browser("support_worker", number="2")):
        for page in (dossier, f"{dossier}/history", f"{dossier}/diagram", f"{dossier}/dates", f"{dossier}/documents",
                     f"{dossier}/people", f"{dossier}/guidance-end", goals, take_over):  # fmt: skip
            assert person.get(page).status_code in (403, 404), page
        assert "Fatima" not in text(person, "/?whose=team") + text(person, "/trajectories")
    assert "Zorghuis Oostdorp" in text(stage.browser("housing_officer"), dossier)
    assert "is back in force" in text(stage.browser("municipal_officer"), dossier)


def test_who_declines_is_back_at_the_own_work_and_finds_nothing_more(stage: cast.Stage, trajectory: UUID) -> None:
    new = stage.browser("support_worker", elsewhere=True)
    stops(stage.browser("municipal_officer"), f"/trajectories/{trajectory}", "provider_stops", stage.today)
    stage.do(stage.open_tasks(trajectory)["find_successor"], handover="no")
    take_over = open_task(stage, trajectory, "take_over_care")
    data = {"answered_on": stage.today.isoformat(), "answer": "declines"}
    finished = new.post(f"{take_over}/completion", data=data)
    assert new.get(finished.headers["Location"]).headers["Location"] == "/"
    text(new, take_over, 404)
    text(new, f"/trajectories/{trajectory}", 404)


def test_a_pause_has_days_and_no_reason_and_moves_care_and_not_the_lease(stage: cast.Stage, trajectory: UUID) -> None:
    dossier, worker = f"/trajectories/{trajectory}", stage.browser("support_worker")
    landlord = stage.browser("housing_officer")
    assert "73 days of slack are left" in text(landlord, dossier)
    page = text(worker, f"{dossier}/guidance-pauses/new")
    assert "textarea" not in page and "Why it pauses is asked nowhere" in page
    text(landlord, f"{dossier}/guidance-pauses/new", 404)
    sent = worker.post(f"{dossier}/guidance-pauses/new", data={"since": "1-5-2025", "until": "30-5-2025"})
    assert sent.status_code == 303
    clash = worker.post(f"{dossier}/guidance-pauses/new", data={"since": "30-5-2025"})
    assert clash.status_code == 422 and "overlap with the pause" in clash.get_data(as_text=True)
    for role in ("housing_officer", "municipal_officer"):
        said = text(stage.browser(role), dossier)
        assert "43 days of slack are left" in said and "Without 30 days of pause there would be 73 days" in said
        assert "up to and including 30 January 2027; it was 31 December 2026" in said
        assert "up to and including 14 March 2027, whatever pauses" in said
    assert "Guidance pauses from 1 May 2025 up to and including 30 May 2025" in text(landlord, f"{dossier}/history")
    assert {one.name for one in CarePause.__table__.columns} == {  # there is no place for a reason
        "id", "trajectory_id", "since", "until", "noted_on", "noted_by_id", "at",
    }  # fmt: skip


def test_a_pause_without_an_end_eats_the_slack_until_somebody_says_that_care_goes_on(
    stage: cast.Stage, trajectory: UUID
) -> None:
    dossier, worker = f"/trajectories/{trajectory}", stage.browser("support_worker")
    since = stage.today
    assert worker.post(f"{dossier}/guidance-pauses/new", data={"since": since.isoformat()}).status_code == 303
    stage.set_day(since + timedelta(days=79))
    said = text(worker, dossier)
    assert "Guidance has paused since" in said and "7 days after the lease ends" in said
    assert f"{dossier}/guidance-pauses/new" not in said
    assert worker.post(f"{dossier}/guidance-pauses/end", data={"until": "1-1-2027"}).status_code == 422
    until = (since + timedelta(days=9)).isoformat()
    assert worker.post(f"{dossier}/guidance-pauses/end", data={"until": until}).status_code == 303
    assert "63 days of slack are left" in text(worker, dossier)
    text(worker, f"{dossier}/guidance-pauses/end", 404)


def test_the_last_day_of_a_care_decision_is_no_clock_for_the_landlord(region: cast.Stage) -> None:
    region.answers["draft_care_contract"] = {
        **region.answers["draft_care_contract"], "care_decision_until": "2026-10-31",
    }  # fmt: skip
    trajectory = region.at("confirm_goals")
    dossier = f"/trajectories/{trajectory}"
    assert "134 days of slack" in text(region.browser("municipal_officer"), dossier)
    landlord = text(region.browser("housing_officer"), dossier)
    assert "slack" not in landlord and "31 October 2026" not in landlord and "Guidance began on" in landlord
