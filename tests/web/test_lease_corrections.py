"""The pages on which the days of a signed lease are put right: what moves is shown first, then two people."""

from __future__ import annotations

import re
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.records import Task
from app.records.database import let_go, reading
from app.rules.lease_correction import DAYS
from tests import cast


def text(client: FlaskClient, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return unescape(answer.get_data(as_text=True)).replace("\u00a0", " ")


def send(client: FlaskClient, address: str, status: int, **fields: str) -> str:
    answer = client.post(address, data=fields)
    assert answer.status_code == status, answer.get_data(as_text=True)
    return unescape(answer.get_data(as_text=True)).replace("\u00a0", " ")


def running(region: cast.Stage) -> tuple[FlaskClient, str]:
    trajectory = region.at("check_startup_housing")
    return region.browser("housing_officer"), f"/trajectories/{trajectory}"


def typed(region: cast.Stage, page: str) -> dict[str, str]:
    """The days as they are kept, with the last day one earlier and in Dutch order."""
    said = text(region.browser("housing_officer"), page)
    days = {name: re.findall(rf'name="{name}"[^>]*value="([^"]*)"', said)[0] for name in DAYS}
    year, month, day = days["last_day"].split("-")
    return {**days, "last_day": f"{int(day) - 1}-{int(month)}-{year}", "reason": "Copied from the <draft>."}


def test_an_officer_proposes_and_the_team_lead_approves(region: cast.Stage) -> None:
    officer, dossier = running(region)
    dates, page = f"{dossier}/dates", f"{dossier}/lease-correction"
    before = text(officer, dates)
    assert "The legal clock" in before and "rule version 1" in before and page in before

    told = typed(region, page)
    check = send(officer, page, 200, **told)
    assert "Check what moves" in check and "Copied from the <draft>." in check and "the same" in check
    assert page in text(officer, dates)  # nothing is proposed yet
    again = send(officer, page, 200, **told, back="yes")
    assert told["last_day"] in again
    send(officer, page, 303, **told, checked="yes")
    waiting = text(officer, dates)
    assert "A correction waits for the second person already." in waiting
    assert officer.get(page).headers["Location"] == dates  # which says why

    with region.app.app_context():
        let_go()
        task = reading().scalars(select(Task).where(Task.name == "approve_lease_correction")).one()
    lead = region.browser("team_lead")
    shown = text(lead, f"/tasks/{task.id}")
    assert "What is proposed" in shown and "Copied from the <draft>." in shown and "becomes" in shown
    send(lead, f"/tasks/{task.id}/completion", 303, verdict="approve")
    after = text(officer, dates)
    assert "What it was before" in after and "Copied from the <draft>." in after and "second person" in after
    history = text(officer, f"{dossier}/history")
    assert "The days of the lease were corrected" in history and "Last day of the fixed term moved from" in history
    assert "corrected" not in text(region.browser("urgency_officer"), f"{dossier}/history")


def test_faults_stand_at_their_fields_and_nothing_typed_is_lost(region: cast.Stage) -> None:
    officer, dossier = running(region)
    page = f"{dossier}/lease-correction"
    told = {**typed(region, page), "last_day": "31-6-2027", "reason": ""}
    said = send(officer, page, 422, **told)
    assert "31-6-2027" in said and said.count("fault") >= 2
    kept = send(officer, page, 422, **{**typed(region, page), "last_day": "1-1-2030"})
    assert "1-1-2030" in kept and "two years" in kept


@pytest.mark.parametrize("role", ["team_lead", "support_worker", "municipal_officer", "urgency_officer"])
def test_the_page_is_there_for_the_housing_officer_only(region: cast.Stage, role: str) -> None:
    _, dossier = running(region)
    other = region.browser(role)
    text(other, f"{dossier}/lease-correction", 404)
    if role != "urgency_officer":
        assert "lease-correction" not in text(other, f"{dossier}/dates")
