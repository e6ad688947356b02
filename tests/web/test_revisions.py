"""The page of the decision: every one there was, who may propose another, and what the others get to see of it."""

from __future__ import annotations

from datetime import timedelta
from html import unescape
from uuid import UUID

from flask.testing import FlaskClient

from app.records import Trajectory
from app.records.database import let_go, reading
from app.rules import notice
from tests import cast

REASON = "Paid <everything> back."


def text(client: FlaskClient, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return unescape(answer.get_data(as_text=True)).replace("\u00a0", " ")


def send(client: FlaskClient, address: str, status: int, **fields: str) -> str:
    answer = client.post(address, data=fields)
    assert answer.status_code == status, answer.get_data(as_text=True)
    return unescape(answer.get_data(as_text=True)).replace("\u00a0", " ")


def decided(region: cast.Stage) -> UUID:
    trajectory = region.at("confirm_conversion")
    return trajectory


def propose(region: cast.Stage, trajectory: UUID) -> None:
    page = f"/trajectories/{trajectory}/decisions"
    send(region.browser("housing_officer"), page, 303, outcome="do_not_convert", reason=REASON)


def test_an_officer_proposes_and_two_people_later_it_is_in_force(region: cast.Stage) -> None:
    trajectory = decided(region)
    officer, dossier = region.browser("housing_officer"), f"/trajectories/{trajectory}"
    page = f"{dossier}/decisions"
    assert page in text(officer, dossier)
    before = text(officer, page)
    assert "In force" in before and "Revise this decision" in before and "Another fixed term is not possible" in before
    assert 'value="do_not_convert"' in before and 'value="convert_with_aftercare"' in before
    assert 'value="convert"' not in before and "extend" not in before.lower()
    propose(region, trajectory)
    waiting = text(officer, page)
    assert "Under way" in waiting and REASON in waiting
    assert "A revision of the decision is under way already." in waiting
    assert "Another decision is proposed." in text(officer, dossier)

    region.do(region.open_tasks(trajectory)["hear_on_revision"])
    shown = text(officer, f"/tasks/{region.open_tasks(trajectory)['decide_revision']}")
    assert "What is proposed" in shown and REASON in shown and "What the tenant said of another decision" in shown
    region.do(region.open_tasks(trajectory)["decide_revision"], outcome="do_not_convert")
    judged = text(region.browser("team_lead"), f"/tasks/{region.open_tasks(trajectory)['approve_revision']}")
    assert "The decision, taken anew" in judged and REASON in judged
    region.do(region.open_tasks(trajectory)["approve_revision"], verdict="approve")

    after = text(officer, page)
    assert "In force until" in after and "Approved, and it came into force" in after
    assert "Earlier decision, since revised" in text(officer, dossier)
    assert "The decision on conversion was revised" in text(officer, f"{dossier}/history")
    plan = text(region.browser("municipal_officer"), f"/tasks/{region.open_tasks(trajectory)['plan_leaving']}")
    assert "The decision, as it was revised" in plan and REASON not in plan


def test_nobody_but_the_association_opens_the_page_and_only_the_officer_proposes(region: cast.Stage) -> None:
    trajectory = decided(region)
    page = f"/trajectories/{trajectory}/decisions"
    for role in ("support_worker", "municipal_officer", "urgency_officer"):
        assert region.browser(role).get(page).status_code == 404  # not even that it is there
        assert page not in text(region.browser(role), f"/trajectories/{trajectory}")
    assert region.browser("housing_officer", elsewhere=True).get(page).status_code == 404
    lead = region.browser("team_lead")
    assert "Propose the revision" not in text(lead, page)
    assert lead.post(page, data={"outcome": "do_not_convert", "reason": REASON}).status_code == 403
    assert region.browser().get(page).status_code in (302, 303)


def test_what_was_only_proposed_is_nobody_elses_business(region: cast.Stage) -> None:
    trajectory = decided(region)
    propose(region, trajectory)
    region.do(region.open_tasks(trajectory)["hear_on_revision"], tenant_view="This stays here.")
    done = region.open_tasks(trajectory)
    region.do(done["decide_revision"], outcome="do_not_convert", reasons="Only ours.")
    for role in ("support_worker", "municipal_officer", "urgency_officer"):
        browser, dossier = region.browser(role), f"/trajectories/{trajectory}"
        for address in (dossier, f"{dossier}/history"):
            said = text(browser, address)
            assert REASON not in said and "proposed" not in said and "This stays here." not in said
        assert "Only ours." not in browser.get(f"/tasks/{done['decide_revision']}").get_data(as_text=True)


def test_faults_stand_at_their_fields_and_nothing_typed_is_lost(region: cast.Stage) -> None:
    trajectory = decided(region)
    officer, page = region.browser("housing_officer"), f"/trajectories/{trajectory}/decisions"
    said = send(officer, page, 422, reason=REASON)
    assert REASON in said and "Choose an answer for" in said
    assert "Choose one of the answers" in send(officer, page, 422, outcome="extend", reason=REASON)
    with region.app.app_context():
        let_go()
        last = reading().get_one(Trajectory, trajectory).last_day
    assert last is not None
    region.set_day(notice.send_by(last) + timedelta(days=1))
    assert "less than the post is given" in text(officer, page)
    region.set_day(notice.window(last).safe_last + timedelta(days=1))
    assert "Do not convert: no longer possible." in text(officer, page)
    late = send(officer, page, 422, outcome="do_not_convert", reason=REASON)
    assert "The notice window closed on" in late and REASON in late


def test_before_there_is_a_decision_there_is_no_page(region: cast.Stage) -> None:
    trajectory = region.at("approve_decision")
    officer = region.browser("housing_officer")
    text(officer, f"/trajectories/{trajectory}/decisions", 404)
    assert "/decisions" not in text(officer, f"/trajectories/{trajectory}")
