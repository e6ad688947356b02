"""The pages on which a lease comes about say what an earlier lease has against it, and only to the landlord."""

from __future__ import annotations

from uuid import UUID

import pytest

from app.records import Home, Organisation, Trajectory, db
from app.records.database import reading
from tests import cast

FATIMA = {"full_name": "Fatima el Amrani", "birth_date": "1991-04-12"}
BEFORE = {"earlier_lease": ["fixed_term"], "earlier_last_day": ["14-3-2025"]}
LAW = "By law a lease that directly follows a fixed term with the same landlord is open-ended"
RUNS = "this person has a conditional lease with you that runs"


def said(page: str) -> str:
    return page.replace("\u00a0", " ")


@pytest.fixture
def lease(region: cast.Stage) -> tuple[UUID, UUID]:
    """A trajectory whose lease is to be drawn up, and that task."""
    trajectory = region.at(until="prepare_lease", **FATIMA)
    return trajectory, region.open_tasks(trajectory)["prepare_lease"]


def test_a_second_fixed_term_is_refused_with_the_law_behind_it(region: cast.Stage, lease: tuple[UUID, UUID]) -> None:
    browser, task = region.browser("housing_officer"), lease[1]
    assert "Did the tenant or a co-tenant rent from you before?" in browser.get(f"/tasks/{task}").text
    answer = browser.post(f"/tasks/{task}/completion", data={**region.typed(task), **BEFORE})
    page = said(answer.text)
    assert answer.status_code == 422 and LAW in page
    assert "a fixed term may start on 15 April 2025 or later" in page
    assert 'value="14-3-2025"' in page, "nothing that was typed is lost"


def test_a_permanent_lease_is_refused_and_without_its_last_day_that_is_asked(
    region: cast.Stage, lease: tuple[UUID, UUID]
) -> None:
    browser, task = region.browser("housing_officer"), lease[1]
    form = {**region.typed(task), "earlier_lease": ["open_ended"]}
    answer = browser.post(f"/tasks/{task}/completion", data=form)
    assert answer.status_code == 422 and "It can’t be traded in for a conditional one" in answer.text
    answer = browser.post(f"/tasks/{task}/completion", data={**form, "earlier_lease": ["open_ended_over"]})
    assert answer.status_code == 422 and "Fill in the day for ‘What was the last day of that lease?’" in answer.text


def test_our_own_records_refuse_with_the_reference(region: cast.Stage, lease: tuple[UUID, UUID]) -> None:
    trajectory, task = lease
    region.do(task)
    region.play(trajectory, until="hand_over_keys")
    with region.app.app_context(), db.session.begin():
        owner = reading().query(Organisation.id).filter_by(name="Woonstichting Meerwijk").scalar()
        db.session.add(Home(association_id=owner, street="Nog een straat 1", postcode="0000 AB", city="Meerwijk"))
        reference = reading().get_one(Trajectory, trajectory).reference
    second = region.start(**FATIMA)
    region.play(second, until="prepare_lease")
    task = region.open_tasks(second)["prepare_lease"]
    shown = said(region.browser("housing_officer").get(f"/tasks/{task}").text)
    assert f"{reference}" in shown and "a conditional lease that runs up to and including 14 March 2027" in shown
    assert "no date of birth is known" not in shown
    beside = {"kind": "co_tenant", "full_name": "Karim Proef"}
    assert region.browser("support_worker").post(f"/trajectories/{second}/people", data=beside).status_code == 303
    shown = said(region.browser("housing_officer").get(f"/tasks/{task}").text)
    assert "Of Karim Proef no date of birth is known" in shown and reference in shown, "both are said"
    answer = region.browser("housing_officer").post(f"/tasks/{task}/completion", data=region.typed(task))
    assert answer.status_code == 422 and RUNS in said(answer.text) and reference in answer.text
    other = region.browser("municipal_officer")
    person = {"kind": "co_tenant", "full_name": FATIMA["full_name"], "birth_date": "12-4-1991"}
    page = said(other.post(f"/trajectories/{trajectory}/people", data=person).text)
    assert RUNS not in page and "only the housing association, the landlord, adds a co-tenant" in page


def test_it_is_said_when_nobody_could_be_looked_for(region: cast.Stage) -> None:
    trajectory = region.at(until="prepare_lease", full_name="Iemand Zonderdatum")
    page = region.browser("housing_officer").get(f"/tasks/{region.open_tasks(trajectory)['prepare_lease']}").text
    assert "Of Iemand Zonderdatum no date of birth is known" in page


def test_what_was_answered_is_read_by_the_landlord_alone(region: cast.Stage, lease: tuple[UUID, UUID]) -> None:
    trajectory, task = lease
    region.do(task, earlier_lease="open_ended_over", earlier_last_day="2020-06-30")
    question = "rent from you before?"
    assert question in region.browser("team_lead").get(f"/tasks/{task}").text
    for role in ("municipal_officer", "support_worker"):
        page = region.browser(role).get(f"/tasks/{task}")
        assert page.status_code == 200 and question not in page.text, role
    signing = region.open_tasks(trajectory)["sign_lease"]
    assert question in region.browser("housing_officer").get(f"/tasks/{signing}").text


def test_a_new_candidate_is_refused_the_old_ground(region: cast.Stage) -> None:
    trajectory = region.at(until="check_eligibility")
    task = region.open_tasks(trajectory)["check_eligibility"]
    form = {**region.typed(task), "legal_ground": ["old"]}
    answer = region.browser("urgency_officer").post(f"/tasks/{task}/completion", data=form)
    assert answer.status_code == 422
    assert "The old rules hold only for a lease signed before 1 July 2024." in said(answer.text)
