"""The page on which somebody records that a trajectory stops early: checked first, done once, for who it concerns."""

from __future__ import annotations

from html import unescape

from flask.testing import FlaskClient

from tests import cast


def text(client: FlaskClient, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return unescape(answer.get_data(as_text=True)).replace("\u00a0", " ")


def send(client: FlaskClient, address: str, status: int, **fields: str) -> str:

    answer = client.post(address, data=fields)
    assert answer.status_code == status
    return unescape(answer.get_data(as_text=True)).replace("\u00a0", " ")


def test_what_follows_is_shown_before_anything_is_recorded(region: cast.Stage) -> None:
    trajectory = region.at("confirm_goals")
    officer = region.browser("housing_officer")
    page = f"/trajectories/{trajectory}/early-end"
    told = {"kind": "tenant_notice", "on": "10-3-2025", "remark": "Went to live with <her> sister & brother."}

    check = send(officer, page, 200, **told)
    assert "30 April 2025" in check and "article 7:271" in check and "<her> sister & brother" in check
    assert region.open_tasks(trajectory)

    again = send(officer, page, 200, **told, back="yes")
    assert "<her> sister & brother" in again and 'value="10-3-2025"' in again

    send(officer, page, 303, **told, checked="yes")
    assert set(region.open_tasks(trajectory)) == {"collect_keys"}  # that last day has passed
    dossier = text(officer, f"/trajectories/{trajectory}")
    assert "The tenant gave notice, received on 10 March 2025: the last day of the lease is 30 April 2025." in dossier
    text(officer, page, 404)  # it has been recorded
    history = f"/trajectories/{trajectory}/history"
    assert "Recorded: the tenant gives notice" in text(officer, history)
    assert "gives notice" not in text(region.browser("urgency_officer"), history)  # status and outcome, no more


def test_faults_stand_at_their_fields_and_nothing_typed_is_lost(region: cast.Stage) -> None:
    trajectory = region.at("confirm_goals")
    officer = region.browser("housing_officer")
    page = f"/trajectories/{trajectory}/early-end"
    said = send(officer, page, 422, kind="court", on="31-6-2025", remark="Vonnis volgt")
    assert "has 30 days" in said and "What is the last day of the lease?" in said and "Vonnis volgt" in said
    said = send(officer, page, 422, kind="death", on="1-1-2020")
    assert "The trajectory was opened on" in said


def test_each_party_finds_the_page_only_for_what_it_may_record(region: cast.Stage) -> None:
    trajectory = region.at("check_eligibility")
    page = f"/trajectories/{trajectory}/early-end"
    assert "The candidate wants to stop" in text(region.browser("support_worker"), page)
    region.play(trajectory, until="confirm_goals")
    assert "The tenant gives notice" in text(region.browser("team_lead"), page)
    for role in ("support_worker", "municipal_officer", "urgency_officer"):
        text(region.browser(role), page, 404)
