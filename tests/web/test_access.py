"""The file with everything held about one person: readable, and without others, reporters and what may not be read."""

from __future__ import annotations

import json
from html import unescape

import pytest
from sqlalchemy import select

from app.actions.incidents import report_incident
from app.actions.trajectories import add_beside
from app.records import Beside, Event, Trajectory
from app.records.database import let_go, reading
from app.rules.escalation import Report
from tests import cast

TOLD, SEEN = "Mevrouw Jaarsma van nummer 14 hoort elke nacht muziek", "Dagboek van Jaarsma"
OTHER = "Karim Medehuurder"


@pytest.fixture
def dossier(region: cast.Stage) -> str:
    trajectory = region.at("hold_hearing")
    with region.app.app_context():
        officer = region.desk("housing_officer")
        add_beside(officer, trajectory, "mentor", {"full_name": OTHER, "phone": "035 111 11 11"})
        told = Report(region.today, "no_nuisance", TOLD, SEEN, ("neighbours",), "conversation", "")
        report_incident(officer, trajectory, told)
        met = f"Gezien met {OTHER}"
        seen = Report(region.today, "no_nuisance", met, "Foto", ("own_observation",), "conversation", "")
        report_incident(officer, trajectory, seen)
    return f"/trajectories/{trajectory}"


def tenant(region: cast.Stage, dossier: str) -> str:
    with region.app.app_context():
        let_go()
        return str(reading().scalars(select(Trajectory.tenant_id)).one())


def made(region: cast.Stage, role: str, dossier: str, **said: str) -> str:
    asked = {"person": tenant(region, dossier), "language": "en", "kind": "html", **said}
    answer = region.browser(role).post(f"{dossier}/everything", data=asked)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    assert "attachment" in answer.headers["Content-Disposition"]
    return unescape(answer.get_data(as_text=True)).replace("\u00a0", " ")


def test_it_holds_what_the_organisation_may_read_in_words(region: cast.Stage, dossier: str) -> None:
    region.browser("team_lead").get(dossier)
    file = made(region, "housing_officer", dossier)
    assert "<br>" not in file and "Noor Jansen" not in file
    for words in ("Fatima el Amrani", "Who you are", "Rent a month", "Incident 1", "Who looked", "Papers"):
        assert words in file
    assert "642.50" in file and "Urgentiebureau Meerwijk" in file and "Autoriteit Persoonsgegevens" in file
    assert "http" not in file.replace("http-equiv", "")  # it asks nothing of anybody when it is opened


def test_who_reported_is_left_out_and_the_officers_own_words_stand_instead(region: cast.Stage, dossier: str) -> None:
    page = region.browser("housing_officer").get(f"{dossier}/everything").get_data(as_text=True)
    assert TOLD in unescape(page)  # to write it anew
    file = made(region, "housing_officer", dossier)
    assert "Jaarsma" not in file and "it could tell who reported it" in file
    assert "who it was is left out" in file and "seen by the association itself" in file  # of the other incident
    written = made(region, "housing_officer", dossier, incident_1="Er was 's nachts harde muziek.")
    assert "Er was 's nachts harde muziek." in written and "Jaarsma" not in written


def test_other_people_are_not_named(region: cast.Stage, dossier: str) -> None:
    file = made(region, "housing_officer", dossier)
    assert "Gezien met [somebody else]" in file and OTHER not in file
    assert not [name for name in ("Jeroen Bakker A", "Ana Đorđević A", "Mehmet Yılmaz A") if name in file]


def test_care_goes_to_nobody_who_may_not_read_it(region: cast.Stage, dossier: str) -> None:
    for kind in ("html", "json"):
        assert cast.CARE_SECRET not in made(region, "housing_officer", dossier, kind=kind)
        assert cast.CARE_SECRET not in made(region, "urgency_officer", dossier, kind=kind)
    provider = made(region, "support_worker", dossier)
    assert cast.CARE_SECRET in provider and "Incident 2" not in provider and "Gezien met" not in provider


def test_in_dutch_and_for_another_program(region: cast.Stage, dossier: str) -> None:
    assert "Alles wat over u bewaard wordt" in made(region, "housing_officer", dossier, language="nl")
    found = json.loads(made(region, "housing_officer", dossier, kind="json"))
    assert found["sections"][0]["rows"][0] == {"what": "Name", "said": "Fatima el Amrani"}


def test_of_somebody_beside_the_tenant_only_what_is_about_them(region: cast.Stage, dossier: str) -> None:
    with region.app.app_context():
        person = str(reading().scalars(select(Beside.person_id)).one())
    file = made(region, "housing_officer", dossier, person=person)
    assert OTHER in file and "035 111 11 11" in file
    assert "Fatima" not in file and "Incident 1" not in file


def test_that_it_was_made_stands_in_the_record(region: cast.Stage, dossier: str) -> None:
    made(region, "housing_officer", dossier)
    with region.app.app_context():
        let_go()
        assert reading().scalars(select(Event).where(Event.about == "access.export")).one().look
    assert "a file with everything held" in region.browser("team_lead").get(f"{dossier}/readers").get_data(
        as_text=True
    ).lower()


def test_a_stranger_to_the_dossier_is_no_choice(region: cast.Stage, dossier: str) -> None:
    said = {"person": "00000000-0000-0000-0000-000000000001", "language": "en", "kind": "html"}
    assert region.browser("housing_officer").post(f"{dossier}/everything", data=said).status_code == 422
