"""The pages on which spans are chosen: shown date by date first, for the association's lead, and only there."""

from __future__ import annotations

import re
from html import unescape
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.records import Schedule, Trajectory
from app.records.database import let_go, reading
from app.records.schedules import settings_of
from app.rules.schedule import DEFAULT, Settings
from app.rules.spans import BY_NAME
from app.web.span_words import typed
from tests import cast

WHY = "Fewer reviews <from now on>."


def text(client: FlaskClient, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return unescape(answer.get_data(as_text=True)).replace("\u00a0", " ")


def send(client: FlaskClient, address: str, status: int, **fields: object) -> str:
    answer = client.post(address, data=fields)
    assert answer.status_code == status, answer.get_data(as_text=True)
    return unescape(answer.get_data(as_text=True)).replace("\u00a0", " ")


def running(region: cast.Stage) -> UUID:
    trajectory = region.at("check_startup_housing")
    return trajectory


def spans(**said: str) -> dict[str, str]:
    return {**typed(DEFAULT), "review_months": "4, 8 en 12", "reason": WHY, **said}


def of(region: cast.Stage, trajectory: UUID) -> Settings:
    with region.app.app_context():
        let_go()
        row = reading().get_one(Trajectory, trajectory)
        return settings_of(reading(), row.schedule_id)


def chosen(region: cast.Stage) -> list[Schedule]:
    with region.app.app_context():
        let_go()
        return list(reading().scalars(select(Schedule)))


def moved(page: str, what: str) -> tuple[str, str]:
    """The old and the new day in the row of this date."""
    row = next(one for one in re.findall(r"<tr role=\"row\".*?</tr>", page, re.S) if f">{what}" in one)
    old, new = re.findall(r"<td role=\"cell\" class=\"num\"[^>]*>(.*?)</td>", row, re.S)
    return old, new


def test_the_lead_chooses_and_what_runs_stays_unless_it_is_ticked(region: cast.Stage) -> None:
    trajectory = running(region)
    lead = region.browser("team_lead")
    assert "/schedule" in text(lead, "/trajectories")
    page = text(lead, "/schedule")
    assert all(f'name="{name}"' in page for name in BY_NAME) and "come with the program" in page

    check = send(lead, "/schedule", 200, **spans(), example="15-3-2027")
    assert "Nothing has been changed yet" in check and WHY in check and chosen(region) == []
    assert moved(check, "Review of month 3") == ("15 June 2027", "none")
    assert moved(check, "Review of month 4") == ("none", "15 July 2027")
    assert moved(check, "Notice window opens")[1] == "the same"
    assert str(trajectory) in check and "Dates of" not in check

    send(lead, "/schedule", 303, **spans(), save="yes")
    assert [row.spans for row in chosen(region)] == [{"review_months": [4, 8, 12]}]
    assert of(region, trajectory) == DEFAULT
    after = text(lead, "/schedule")
    assert WHY in after and "3, 6, 9, 12, 15, and 18 becomes 4, 8, and 12" in after
    assert "1 running trajectory has other spans than these." in after


def test_what_is_ticked_is_shown_first_and_then_goes_over(region: cast.Stage) -> None:
    trajectory = running(region)
    lead = region.browser("team_lead")
    unseen = send(lead, "/schedule", 200, **spans(), follow=str(trajectory), save="yes")
    assert "Dates of" in unseen and moved(unseen.partition("Dates of")[2], "Review of month 4")[0] == "none"
    assert chosen(region) == []
    shown = re.findall(r'name="shown" value="([^"]*)"', unseen)
    send(lead, "/schedule", 303, **spans(), follow=str(trajectory), shown=shown, save="yes")
    assert of(region, trajectory).review_months == (4, 8, 12)
    told = text(lead, "/schedule")
    assert "1 trajectory went over." in told and "Everything that runs is on these spans." in told
    history = text(region.browser("support_worker"), f"/trajectories/{trajectory}/history")
    assert "went over to the spans of the housing association" in history and "is planned no longer" in history
    dates = text(region.browser("support_worker"), f"/trajectories/{trajectory}/dates")
    assert WHY in dates and "Other spans for this trajectory" not in dates
    assert "spans" not in text(region.browser("urgency_officer"), f"/trajectories/{trajectory}/history")


def test_others_follow_later_with_a_reason(region: cast.Stage) -> None:
    trajectory = running(region)
    lead = region.browser("team_lead")
    send(lead, "/schedule", 303, **spans(), save="yes")
    page = "/schedule/trajectories"
    assert str(trajectory) in text(lead, page)
    refused = send(lead, page, 422, reason=WHY)
    assert "Tick at least one trajectory." in refused
    assert 'checked' in send(lead, page, 422, follow=str(trajectory))
    shown = re.findall(r'name="shown" value="([^"]*)"', send(lead, page, 200, follow=str(trajectory), reason=WHY))
    send(lead, page, 303, follow=str(trajectory), shown=shown, reason=WHY, save="yes")
    assert of(region, trajectory).review_months == (4, 8, 12)
    assert "Everything that runs is on these spans." in text(lead, page)


def test_a_strangers_trajectory_can_not_be_ticked(region: cast.Stage) -> None:
    trajectory = running(region)
    stranger = region.browser("team_lead", elsewhere=True)
    assert str(trajectory) not in send(stranger, "/schedule", 200, **spans())
    send(stranger, "/schedule", 303, **spans(), follow=str(trajectory), shown=f"{trajectory}:", save="yes")
    assert "A trajectory stays on its spans" in text(stranger, "/schedule")
    assert of(region, trajectory) == DEFAULT
    text(stranger, f"/trajectories/{trajectory}/spans", 404)


def test_a_choice_beside_an_older_one_is_not_done(region: cast.Stage) -> None:
    lead = region.browser("team_lead")
    check = send(lead, "/schedule", 200, **spans())
    seen = re.findall(r'name="seen" value="([^"]*)"', check)[0]
    send(lead, "/schedule", 303, **spans(review_months="6, 12"), save="yes", seen=seen)
    assert "in the meantime" in send(lead, "/schedule", 409, **spans(), save="yes", seen=seen)
    assert len(chosen(region)) == 1


def test_faults_stand_at_their_fields_and_nothing_typed_is_lost(region: cast.Stage) -> None:
    lead = region.browser("team_lead")
    said = send(lead, "/schedule", 422, **spans(review_months="9, 6", delivery_working_days="1", reason=""))
    assert "rising months" in said and "is too low: it is 5 or more" in said and 'value="9, 6"' in said
    assert said.count("utrecht-form-field--invalid") == 3
    assert "hold already" in send(lead, "/schedule", 422, **{**typed(DEFAULT), "reason": WHY})
    assert 'value="4, 8 en 12"' in send(lead, "/schedule", 200, **spans(), back="yes")
    assert "does not exist" in send(lead, "/schedule", 200, **spans(), example="31-2-2027")


@pytest.mark.parametrize("role", ["housing_officer", "support_worker", "municipal_officer", "urgency_officer"])
def test_for_others_the_pages_of_the_association_are_not_there(region: cast.Stage, role: str) -> None:
    client = region.browser(role)
    for address in ("/schedule", "/schedule/trajectories"):
        text(client, address, 404)
        send(client, address, 404, **spans(), save="yes")
    assert "/schedule" not in text(client, "/trajectories")


@pytest.mark.parametrize("role", ["support_worker", "municipal_officer", "urgency_officer"])
def test_other_parties_find_no_spans_to_change(region: cast.Stage, role: str) -> None:
    address = f"/trajectories/{running(region)}/spans"
    text(region.browser(role), address, 404)
    send(region.browser(role), address, 404, **spans(), checked="yes")


@pytest.mark.parametrize("role", ["housing_officer", "team_lead"])
def test_one_trajectory_gets_spans_of_its_own_and_goes_back(region: cast.Stage, role: str) -> None:
    trajectory = running(region)
    client, dossier = region.browser(role), f"/trajectories/{trajectory}"
    page = f"{dossier}/spans"
    assert page in text(client, f"{dossier}/dates")
    check = send(client, page, 200, **spans(advice_opens_months="2"))
    assert moved(check, "Review of month 4")[0] == "none" and of(region, trajectory) == DEFAULT
    opens = moved(check, "Advice opens")[1]
    seen = re.findall(r'name="seen" value="([^"]*)"', check)[0]
    send(client, page, 303, **spans(advice_opens_months="2"), seen=seen, checked="yes")
    assert of(region, trajectory).review_months == (4, 8, 12)
    dates = text(client, f"{dossier}/dates")
    assert "has spans of its own" in dates and WHY in dates and opens in dates
    assert "2 months before the advice is due" in dates
    assert "got spans of its own" in text(client, f"{dossier}/history")
    assert "changed" in send(client, page, 409, **spans(review_months="6"), seen=seen, checked="yes")

    assert 'value="3, 6, 9, 12, 15, 18"' in send(client, page, 200, common="yes")
    back = {**typed(DEFAULT), "reason": "Back"}
    seen = re.findall(r'name="seen" value="([^"]*)"', send(client, page, 200, **back))[0]
    send(client, page, 303, **back, seen=seen, checked="yes")
    assert of(region, trajectory) == DEFAULT
