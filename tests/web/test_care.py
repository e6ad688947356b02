"""The care part after a take-over: added by the municipality, once, and never seen by the association."""

from __future__ import annotations

from datetime import date, timedelta
from html import unescape
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.actions.taking_over import files
from app.actions.taking_over.one import Source
from app.records import Letter, Trajectory
from app.records.database import let_go, reading
from app.rules.dates import add_months
from tests import cast, sheet

TODAY = date(2026, 11, 26)
UNTIL = TODAY + timedelta(days=100)
SAID = {"goal_mental_health": cast.CARE_SECRET, "care_decision_until": UNTIL.isoformat()}


@pytest.fixture
def trajectory(region: cast.Stage) -> UUID:
    """Taken over today, in its thirteenth month."""
    region.today = TODAY
    with region.app.app_context():
        desk = region.desk("team_lead")
        looked = files.look_at(desk, sheet.as_xlsx([sheet.line(1, add_months(TODAY, -13))]))
        assert files.take_over_one(desk, looked.fine[0][1], Source("trajecten.xlsx", 2)) == []
        let_go()
        return reading().scalars(select(Trajectory.id)).one()


def text(browser: FlaskClient, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200
    return unescape(answer.get_data(as_text=True))


def test_the_municipality_adds_what_the_file_could_not_hold(region: cast.Stage, trajectory: UUID) -> None:
    officer, dossier = region.browser("municipal_officer"), f"/trajectories/{trajectory}"
    assert f"{dossier}/care" in text(officer, dossier)
    assert officer.post(f"{dossier}/care", data=SAID).status_code == 303
    page = text(officer, dossier)
    assert cast.CARE_SECRET in page and f"{dossier}/care" not in page
    assert "Care goals and care decision added after the take-over" in page
    assert cast.CARE_SECRET in text(region.browser("support_worker"), dossier)
    with region.app.app_context():
        planned = select(Letter.role, Letter.due_on).where(Letter.kind == "care_decision_ahead")
        told = {(row.role, row.due_on) for row in reading().execute(planned)}
    assert told == {(role, UNTIL - timedelta(days=days)) for role in ("municipal_officer", "support_worker")
                    for days in (56, 14)}  # fmt: skip


@pytest.mark.parametrize("role", ["team_lead", "housing_officer"])
def test_the_association_sees_nothing_of_it(region: cast.Stage, trajectory: UUID, role: str) -> None:
    address = f"/trajectories/{trajectory}"
    assert region.browser("municipal_officer").post(f"{address}/care", data=SAID).status_code == 303
    browser = region.browser(role)
    assert browser.get(f"{address}/care").status_code == 404
    for one in ("", "/history", "/letters", "/documents"):
        page = text(browser, address + one)
        assert cast.CARE_SECRET not in page and "care decision" not in page.lower()


@pytest.mark.parametrize("role", ["support_worker", "urgency_officer", "application_manager", "team_lead"])
def test_nobody_else_adds_it(region: cast.Stage, trajectory: UUID, role: str) -> None:
    assert region.browser(role).post(f"/trajectories/{trajectory}/care", data=SAID).status_code == 404
    stranger = region.browser("municipal_officer", elsewhere=True)
    assert stranger.get(f"/trajectories/{trajectory}/care").status_code == 404
    assert stranger.post(f"/trajectories/{trajectory}/care", data=SAID).status_code == 404


def test_it_is_added_once_and_not_empty(region: cast.Stage, trajectory: UUID) -> None:
    officer, address = region.browser("municipal_officer"), f"/trajectories/{trajectory}/care"
    assert officer.post(address, data={}).status_code == 422
    assert officer.post(address, data={"care_decision_until": "31-6-2027"}).status_code == 422
    assert officer.post(address, data=SAID).status_code == 303
    assert officer.post(address, data=SAID).status_code == 409
    assert officer.get(address).status_code == 409


def test_what_was_not_taken_over_has_its_care_from_the_contract(region: cast.Stage) -> None:
    started = region.at(until="check_startup_care")
    officer = region.browser("municipal_officer")
    assert officer.get(f"/trajectories/{started}/care").status_code == 409
    assert "/care" not in text(officer, f"/trajectories/{started}")
