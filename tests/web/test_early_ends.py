"""The page on which somebody records that a trajectory stops early: checked first, done once, for who it concerns."""

from __future__ import annotations

from html import unescape

import pytest
from flask.testing import FlaskClient

from tests import cast


@pytest.fixture
def stage(tmp_path_factory: pytest.TempPathFactory) -> cast.Stage:
    return cast.furnish(tmp_path_factory.mktemp("early"), language="en")


def text(client: FlaskClient, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return unescape(answer.get_data(as_text=True)).replace("\u00a0", " ")


def send(client: FlaskClient, address: str, status: int, **fields: str) -> str:

    answer = client.post(address, data=fields)
    assert answer.status_code == status
    return unescape(answer.get_data(as_text=True)).replace("\u00a0", " ")


def test_what_follows_is_shown_before_anything_is_recorded(stage: cast.Stage) -> None:
    trajectory = stage.start()
    stage.play(trajectory, until="confirm_goals")
    officer = stage.browser("housing_officer")
    page = f"/trajectories/{trajectory}/early-end"
    told = {"kind": "tenant_notice", "on": "10-3-2025", "remark": "Went to live with <her> sister & brother."}

    check = send(officer, page, 200, **told)
    assert "30 April 2025" in check and "article 7:271" in check and "<her> sister & brother" in check
    assert stage.open_tasks(trajectory)

    again = send(officer, page, 200, **told, back="yes")
    assert "<her> sister & brother" in again and 'value="10-3-2025"' in again

    send(officer, page, 303, **told, checked="yes")
    assert set(stage.open_tasks(trajectory)) == {"collect_keys"}  # that last day has passed
    dossier = text(officer, f"/trajectories/{trajectory}")
    assert "The tenant gave notice, received on 10 March 2025: the last day of the lease is 30 April 2025." in dossier
    text(officer, page, 404)  # it has been recorded
    history = f"/trajectories/{trajectory}/history"
    assert "Recorded: the tenant gives notice" in text(officer, history)
    assert "gives notice" not in text(stage.browser("urgency_officer"), history)  # status and outcome, no more


def test_faults_stand_at_their_fields_and_nothing_typed_is_lost(stage: cast.Stage) -> None:
    trajectory = stage.start()
    stage.play(trajectory, until="confirm_goals")
    officer = stage.browser("housing_officer")
    page = f"/trajectories/{trajectory}/early-end"
    said = send(officer, page, 422, kind="court", on="31-6-2025", remark="Vonnis volgt")
    assert "has 30 days" in said and "What is the last day of the lease?" in said and "Vonnis volgt" in said
    said = send(officer, page, 422, kind="death", on="1-1-2020")
    assert "The trajectory was opened on" in said


def test_each_party_finds_the_page_only_for_what_it_may_record(stage: cast.Stage) -> None:
    trajectory = stage.start()
    stage.play(trajectory, until="check_eligibility")
    page = f"/trajectories/{trajectory}/early-end"
    assert "The candidate wants to stop" in text(stage.browser("support_worker"), page)
    stage.play(trajectory, until="confirm_goals")
    assert "The tenant gives notice" in text(stage.browser("team_lead"), page)
    for role in ("support_worker", "municipal_officer", "urgency_officer"):
        text(stage.browser(role), page, 404)
