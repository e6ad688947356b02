"""Nominating: who may, what is asked, and that nothing typed is lost on the way."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from app.records import Trajectory
from app.records.database import reading
from app.rules.permissions import ROLE_OF_PART
from tests import cast


def filled(region: cast.Stage, **more: str) -> dict[str, str]:
    contacts = {part: str(region.user(role)) for part, role in ROLE_OF_PART.items()}
    person = {"full_name": "Çiğdem Yıldırım", "birth_date": "12-3-85", "language": "nl", "consent": "on"}
    return {**person, **contacts, **more}


def trajectories(region: cast.Stage) -> list[Trajectory]:
    with region.app.app_context():
        return list(reading().scalars(select(Trajectory)))


@pytest.mark.parametrize("role", ["municipal_officer", "support_worker", "urgency_officer"])
def test_a_nomination_leads_to_its_first_task(region: cast.Stage, role: str) -> None:
    browser = region.browser(role)
    answer = browser.post("/trajectories/new", data=filled(region))
    assert answer.status_code == 303 and answer.location.startswith("/tasks/")
    page = browser.get(answer.location).text
    assert "Nominate the candidate" in page and "The trajectory has begun" in page
    (row,) = trajectories(region)
    assert row.tenant.full_name == "Çiğdem Yıldırım" and row.tenant.birth_date.isoformat() == "1985-03-12"


@pytest.mark.parametrize("role", ["housing_officer", "team_lead", "application_manager"])
def test_others_find_no_such_page(region: cast.Stage, role: str) -> None:
    browser = region.browser(role)
    assert browser.get("/trajectories/new").status_code == 404
    assert browser.post("/trajectories/new", data=filled(region)).status_code == 404
    assert trajectories(region) == []


def test_ones_own_party_is_oneself_and_nobody_of_another_house(region: cast.Stage) -> None:
    page = region.browser("municipal_officer").get("/trajectories/new").text
    own = page.split('name="municipality"')[1].split("</select>")[0]
    assert f'value="{region.user("municipal_officer")}" selected' in own
    assert str(region.user("municipal_officer", elsewhere=True)) not in own
    association = page.split('name="association"')[1].split("</select>")[0]
    assert 'optgroup label="Woonstichting Oostdorp"' in association and "Noor Jansen" not in association


def test_every_fault_is_said_at_once_and_nothing_typed_is_lost(region: cast.Stage) -> None:
    sent = filled(region, full_name=" ", birth_date="31-6-1985", email="no address", association="", city="Meerwijk")
    del sent["consent"]
    answer = region.browser("municipal_officer").post("/trajectories/new", data=sent)
    assert answer.status_code == 422
    for said in ("First name and surname", "31-6-1985 does not exist", "E-mail address", "Housing association", "Tick"):
        assert said in answer.text.split('id="faults"')[1].split("</ul>")[0]
    assert 'value="31-6-1985"' in answer.text and 'value="Meerwijk"' in answer.text
    assert f'value="{region.user("support_worker")}" selected' in answer.text
    assert "<title>Error:" in answer.text
    assert trajectories(region) == []


@pytest.mark.parametrize("name", ["full_name", "address", "phone"])
def test_a_citizen_number_is_refused_wherever_it_is_written(region: cast.Stage, name: str) -> None:
    answer = region.browser("municipal_officer").post("/trajectories/new", data=filled(region, **{name: "123456782"}))
    assert answer.status_code == 422 and "BSN" in answer.text and trajectories(region) == []


def test_a_contact_of_another_house_cant_be_slipped_in(region: cast.Stage) -> None:
    stranger = str(region.user("municipal_officer", elsewhere=True))
    for wrong in (stranger, str(region.user("team_lead")), "nonsense"):
        answer = region.browser("municipal_officer").post("/trajectories/new", data=filled(region, municipality=wrong))
        assert answer.status_code == 422 and trajectories(region) == []


def test_the_form_of_another_site_starts_nothing(tmp_path: Path) -> None:
    region = cast.furnish(tmp_path, csrf=True)
    answer = region.browser("municipal_officer").post("/trajectories/new", data=filled(region))
    assert answer.status_code == 400 and trajectories(region) == []
