"""My work: late, this week and later, each with its reason; nothing of anybody whose work it is not."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from app.config import HOME
from app.records import Task, User, db
from app.rules import due
from app.web import reasons
from tests import cast

FORMS = {file.stem for file in (HOME / "workflows" / "forms").glob("*.json")}


def titles(page: str) -> list[str]:
    return re.findall(r'class="nl-link what" href="[^"]+">([^<]+)<', page)


def groups(page: str) -> list[str]:
    return re.findall(r'id="g-(late|week|later)"', page)


def move_due(region: cast.Stage, task_id, on: date, **more) -> None:
    with region.app.app_context(), db.session.begin():
        task = db.session.get_one(Task, task_id)
        task.due_on = on
        for name, value in more.items():
            setattr(task, name, value)


@pytest.fixture
def leased(region: cast.Stage) -> tuple[cast.Stage, dict]:
    trajectory = region.at(until="sign_lease")
    return region, region.open_tasks(trajectory)


def test_a_task_stands_in_the_group_of_its_due_day(leased) -> None:
    region, tasks = leased
    for days, group in ((-1, "late"), (0, "week"), (6, "week"), (7, "later")):
        move_due(region, tasks["sign_lease"], region.today + timedelta(days=days))
        page = region.browser("housing_officer").get("/").text
        body = page.split(f'id="g-{group}"')[1].split("</section>")[0]
        assert titles(body) == ["Have the lease signed"], f"{days} days from today belongs to {group}"


def test_the_sentence_counts_what_the_menu_counts(leased) -> None:
    region, tasks = leased
    move_due(region, tasks["sign_lease"], region.today - timedelta(days=3))
    page = region.browser("housing_officer").get("/").text
    assert "1 task is late." in page
    assert "1 task late or this week" in page
    assert "3 days late" in page


def test_a_row_says_for_whom_where_until_when_and_why(leased) -> None:
    region, _ = leased
    page = region.browser("housing_officer").get("/").text
    assert "Fatima el Amrani" in page and "Emmastraat 9, Meerwijk" in page
    assert "open since" in page and "Yourself" in page
    assert 'role="table"' in page and 'role="columnheader"' in page and 'role="cell"' in page


def test_every_reason_of_the_rules_has_words() -> None:
    codes = set(re.findall(r'"([a-z]+_[a-z_]+)"', Path(due.__file__).read_text()))
    tasks = set(due.DAYS_GIVEN) | due.BY_LAW | {name for name in codes if name in FORMS}
    assert codes - tasks == set(reasons.BECAUSE)


def test_what_nobody_has_can_be_taken_from_the_list(leased) -> None:
    region, tasks = leased
    move_due(region, tasks["sign_lease"], region.today, assignee_id=None)
    browser = region.browser("housing_officer", number="2")
    assert titles(browser.get("/").text) == []
    page = browser.get("/?whose=nobody").text
    assert titles(page) == ["Have the lease signed"] and "Take it" in page
    answer = browser.post(f"/tasks/{tasks['sign_lease']}/claim", data={"next": "/?whose=nobody"})
    assert answer.location == "/?whose=nobody"
    told = browser.get("/").text
    assert titles(told) == ["Have the lease signed"] and "is yours now" in told
    late = region.browser("housing_officer").post(f"/tasks/{tasks['sign_lease']}/claim")
    assert late.status_code == 409 and "Fleur Vos A has just taken this task" in late.text


def test_the_team_is_the_same_role_at_the_same_organisation(leased) -> None:
    region, _ = leased
    assert titles(region.browser("housing_officer", number="2").get("/?whose=team").text) == ["Have the lease signed"]
    for role, elsewhere in (("housing_officer", True), ("team_lead", False), ("support_worker", False)):
        page = region.browser(role, elsewhere=elsewhere).get("/?whose=team").text
        assert titles(page) == [] and "Fatima" not in page


def test_somebody_who_changed_organisation_sees_no_names_of_the_old_one(leased) -> None:
    region, _ = leased
    with region.app.app_context(), db.session.begin():
        mover = db.session.get_one(User, region.user("housing_officer"))
        mover.organisation_id = db.session.get_one(User, region.user("housing_officer", elsewhere=True)).organisation_id
    assert "Fatima" not in region.browser("housing_officer").get("/").text


def test_a_kept_draft_is_said_in_the_list(leased) -> None:
    region, tasks = leased
    browser = region.browser("housing_officer")
    browser.post(f"/tasks/{tasks['sign_lease']}/draft", data={"signed_on": "12-1"})
    assert "draft kept on" in browser.get("/").text


def test_an_empty_list_says_what_will_come(region: cast.Stage) -> None:
    page = region.browser("housing_officer").get("/").text
    assert "There is nothing to do here now." in page and "A task appears here when it is your turn" in page
    assert groups(page) == []


def test_an_empty_list_points_at_work_that_nobody_has(leased) -> None:
    region, tasks = leased
    move_due(region, tasks["sign_lease"], region.today, assignee_id=None)
    assert "1 task of your team has nobody yet" in region.browser("housing_officer").get("/").text


def test_long_lists_come_in_pages(leased) -> None:
    region, tasks = leased
    with region.app.app_context(), db.session.begin():
        one = db.session.get_one(Task, tasks["sign_lease"])
        for number in range(60):
            values = {c.name: getattr(one, c.name) for c in Task.__table__.columns}
            db.session.add(Task(**{**values, "id": uuid4(), "step": f"copy {number}"}))
    browser = region.browser("housing_officer")
    first, second = browser.get("/").text, browser.get("/?page=2").text
    assert (len(titles(first)), len(titles(second))) == (50, 11)
    assert "Page 1 of 2" in first and 'rel="next"' in first and "page=2" in first
    assert len(titles(browser.get("/?page=99").text)) == 11, "a page too far is the last one"
    assert browser.get("/?page=nonsense").status_code == 200


def test_a_strange_filter_shows_ones_own_work(leased) -> None:
    region, _ = leased
    assert titles(region.browser("housing_officer").get("/?whose=everybody").text) == ["Have the lease signed"]


def test_only_who_may_nominate_is_offered_it(region: cast.Stage) -> None:
    assert "Nominate a candidate" in region.browser("municipal_officer").get("/").text
    assert "Nominate a candidate" not in region.browser("housing_officer").get("/").text


def test_the_application_manager_has_no_tasks_but_a_place_of_their_own(region: cast.Stage) -> None:
    answer = region.browser("application_manager").get("/")
    assert answer.status_code == 302 and answer.location.startswith("/management")
