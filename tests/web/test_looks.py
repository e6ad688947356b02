"""Whoever looks at a dossier stands in its record: one row per page, and no page without its row."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text

from app.records import Document, Event, Task, db
from app.records.database import let_go, reading
from app.rules.permissions import PART_OF_ROLE
from tests.cast import Stage

LINK = re.compile(r'href="(/[^"#]*)"')
OF_A_TRAJECTORY = re.compile(r"/trajectories/([0-9a-f-]{36})")
OF_A_TASK = re.compile(r"/tasks/([0-9a-f-]{36})")
MOST_PAGES = 60
NOT_FOLLOWED = re.compile(r"^/(static|sign-out|mail|language|health)|\.pdf$|^//")


def looks(stage: Stage) -> list[Event]:
    with stage.app.app_context():
        let_go()
        return list(reading().scalars(select(Event).where(Event.look).order_by(Event.id)))


def seen_in(look: Event) -> set[UUID]:
    """The dossiers that a row names."""
    return {look.trajectory_id} if look.trajectory_id else {UUID(hex=one) for one in look.shown.split()}


def test_a_look_at_a_dossier_is_one_row_that_says_who_for_whom_and_from_where(region: Stage) -> None:
    trajectory = region.at("confirm_goals")
    officer = region.browser("housing_officer")
    assert officer.get(f"/trajectories/{trajectory}").status_code == 200
    (look,) = looks(region)
    assert (look.action, look.about, look.result, look.origin) == ("looked", "dossier.page", "shown", "127.0.0.1")
    assert (look.trajectory_id, look.actor_id) == (trajectory, region.user("housing_officer"))
    with region.app.app_context():
        assert look.organisation_id == region.viewer("housing_officer").organisation_id


def test_a_list_is_one_row_that_names_every_dossier_on_it(region: Stage) -> None:
    both = {region.at("check_eligibility"), region.start(full_name="Henk Tweede")}
    for page in ("/", "/trajectories", "/trajectories?q=Tweede"):
        region.browser("municipal_officer").get(page)
    shown = [seen_in(one) for one in looks(region)]
    assert len(shown) == 3
    assert both in shown
    assert len(shown[-1]) == 1


def test_a_page_that_shows_no_dossier_leaves_no_row(region: Stage) -> None:
    officer = region.browser("housing_officer")
    for page in ("/", "/trajectories", "/nothing/there"):
        officer.get(page)
    assert looks(region) == []


def test_a_stranger_who_tries_a_dossier_stands_in_the_record_of_its_own_organisation(region: Stage) -> None:
    trajectory = region.at("confirm_goals")
    stranger = region.browser("housing_officer", elsewhere=True)
    assert stranger.get(f"/trajectories/{trajectory}").status_code == 404
    (look,) = looks(region)
    with region.app.app_context():
        organisation = region.viewer("housing_officer", elsewhere=True).organisation_id
    assert (look.action, look.result, look.chain) == ("refused", "refused", organisation)
    assert look.details == {"trajectory_id": str(trajectory)}


def test_who_is_not_signed_in_is_noted_nowhere_and_shown_nothing(region: Stage) -> None:
    trajectory = region.at("confirm_goals")
    assert region.browser().get(f"/trajectories/{trajectory}").status_code == 302
    assert looks(region) == []


def test_a_paper_that_is_fetched_is_a_look(region: Stage) -> None:
    region.at("prepare_lease")
    with region.app.app_context():
        paper = reading().scalar(select(Document).where(Document.name == "care_contract_a").limit(1))
    assert paper is not None
    assert region.browser("housing_officer").get(f"/documents/{paper.id}").status_code == 200
    (look,) = looks(region)
    assert (look.about, look.details) == ("documents.word_file", {"document_id": str(paper.id)})


def test_a_page_of_which_the_look_cannot_be_written_down_is_not_shown(region: Stage) -> None:
    trajectory = region.at("confirm_goals")
    officer = region.browser("housing_officer")
    with region.app.app_context(), db.engine.begin() as connection:
        connection.execute(text("ALTER TABLE chains RENAME TO chains_elsewhere"))
    answer = officer.get(f"/trajectories/{trajectory}")
    assert answer.status_code == 503
    assert "Fatima" not in answer.text


@pytest.mark.parametrize("role", PART_OF_ROLE)
def test_every_page_that_names_a_dossier_has_its_row(region: Stage, role: str) -> None:
    """Whatever can be reached by links from the first page, as each role: what is on it is in the row of it."""
    trajectory = region.at("confirm_goals")
    region.start(full_name="Henk Tweede")
    browser = region.browser(role)
    to_see, seen, named = ["/", f"/trajectories/{trajectory}"], set[str](), 0
    while to_see and len(seen) < MOST_PAGES:
        address = to_see.pop(0)
        if address in seen or NOT_FOLLOWED.search(address):
            continue
        seen.add(address)
        before = len(looks(region))
        page = browser.get(address)
        if page.status_code != 200 or page.mimetype != "text/html":
            continue
        on_it = dossiers_on(region, page.text)
        rows = looks(region)[before:]
        assert on_it <= {one for look in rows for one in seen_in(look)}, f"{address} shows more than its row names"
        assert len(rows) <= 1, f"{address} left more than one row"
        named += len(on_it)
        to_see += [link.replace("&amp;", "&") for link in LINK.findall(page.text)]
    assert named > 3
    assert len(seen) > 5


def dossiers_on(stage: Stage, page: str) -> set[UUID]:
    """Those that a page leads to, by their own address or that of one of their tasks."""
    with stage.app.app_context():
        let_go()
        tasks = reading().scalars(select(Task).where(Task.id.in_([UUID(one) for one in OF_A_TASK.findall(page)])))
        return {UUID(one) for one in OF_A_TRAJECTORY.findall(page)} | {task.trajectory_id for task in tasks}


# ---- who looked


def page_of(browser: FlaskClient, trajectory: UUID) -> str:
    answer = browser.get(f"/trajectories/{trajectory}/readers")
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


def test_a_tenant_can_be_told_who_looked_at_what_and_when(region: Stage) -> None:
    trajectory = region.at("confirm_goals")
    region.browser("support_worker").get(f"/trajectories/{trajectory}")
    region.browser("support_worker").get(f"/trajectories/{trajectory}")
    region.browser("municipal_officer").get("/trajectories")
    said = page_of(region.browser("housing_officer"), trajectory)
    assert "Ana Đorđević A Zorghuis Meerwijk The dossier" in said
    assert "Mehmet Yılmaz A Gemeente Meerwijk A list of dossiers" in said
    assert said.count("Ana Đorđević A") == 1


def test_what_somebody_else_was_refused_is_not_among_who_looked(region: Stage) -> None:
    trajectory = region.at("confirm_goals")
    region.browser("housing_officer", elsewhere=True).get(f"/trajectories/{trajectory}")
    assert "Oostdorp" not in page_of(region.browser("housing_officer"), trajectory)


def test_a_look_is_not_among_what_happened(region: Stage) -> None:
    trajectory = region.at("confirm_goals")
    officer = region.browser("housing_officer")
    before = officer.get(f"/trajectories/{trajectory}/history").text.count("<tr")
    officer.get(f"/trajectories/{trajectory}")
    assert officer.get(f"/trajectories/{trajectory}/history").text.count("<tr") == before


def test_the_urgency_office_does_not_learn_who_looked(region: Stage) -> None:
    trajectory = region.at("confirm_goals")
    assert region.browser("urgency_officer").get(f"/trajectories/{trajectory}/readers").status_code == 404
