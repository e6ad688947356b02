"""Incidents on the pages: reported and refused, and what each party sees of them and never sees."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from app.actions.incidents import report_incident
from app.actions.letters import About
from app.rules.escalation import Report
from app.web.mail_texts import write
from tests.cast import Stage

SECRET = "Buurvrouw op nummer 14 zag het mes"
FORM = {
    "happened_on": "12-4-2025", "ground": "no_nuisance", "what": "Harde muziek.", "evidence": SECRET,
    "sources": "neighbours", "first_step": "conversation",
}  # fmt: skip


@pytest.fixture
def trajectory(region: Stage) -> UUID:
    started = region.at(until="check_startup_care")
    return started


def with_card(stage: Stage, trajectory: UUID, first_step: str = "yellow_card") -> None:
    """A card that stands, straight away."""
    report = Report(stage.today, "drugs", "Een kwekerij.", SECRET, ("police",), first_step, "Brandgevaar.")
    with stage.app.app_context():
        report_incident(stage.desk("housing_officer"), trajectory, report)
    for task, answers in (
        ("hear_tenant_on_measure", {}),
        ("propose_measure", {"ground": "drugs", "recover_by": "today + 6 weeks", "evidence": SECRET}),
        ("approve_measure", {}),
    ):
        stage.do(stage.open_tasks(trajectory)[task], **answers)


def post(stage: Stage, trajectory: UUID, role: str = "housing_officer", **changes: str) -> Any:
    return stage.browser(role).post(f"/trajectories/{trajectory}/incidents", data={**FORM, **changes})


def test_an_officer_reports_an_incident_and_finds_its_first_step(region: Stage, trajectory: UUID) -> None:
    assert "Report an incident" in text(region, "housing_officer", f"/trajectories/{trajectory}")
    assert post(region, trajectory).status_code == 303
    page = text(region, "housing_officer", f"/trajectories/{trajectory}/incidents")
    assert "Incident 1: No nuisance for the neighbours" in page and "Talk with the tenant" in page and SECRET in page
    task = region.open_tasks(trajectory)["hold_conversation"]
    assert "Talk with the tenant: conversation, incident 1" in text(region, "housing_officer", f"/tasks/{task}")


@pytest.mark.parametrize(
    "changes, said",
    [
        ({"ground": ""}, "An incident needs a ground"),
        ({"first_step": "red_card", "skip_reason": "x"}, "Steps may be skipped only for serious violence or drugs"),
        ({"ground": "drugs", "first_step": "red_card"}, "Say why steps are skipped"),
        (
            {"ground": "drugs", "first_step": "red_card", "skip_reason": "x", "sources": "provider_remark"},
            "A card never rests on a remark of the care provider alone",
        ),
        ({"happened_on": "31-6-2025"}, "31-6-2025 does not exist"),
        ({"happened_on": "1-2-2025"}, "The lease starts on"),
    ],
)
def test_what_is_refused_says_why_and_nothing_typed_is_lost(
    region: Stage, trajectory: UUID, changes: dict[str, str], said: str
) -> None:
    answer = post(region, trajectory, **changes)
    page = answer.get_data(as_text=True).replace("\u00a0", " ")
    assert answer.status_code == 422 and said in page and SECRET in page


def test_a_card_without_ground_is_refused_with_the_sentence_that_explains_why(region: Stage, trajectory: UUID) -> None:
    report = Report(region.today, "drugs", "Een kwekerij.", SECRET, ("police",), "yellow_card", "Brandgevaar.")
    with region.app.app_context():
        report_incident(region.desk("housing_officer"), trajectory, report)
    region.do(region.open_tasks(trajectory)["hear_tenant_on_measure"])
    task = region.open_tasks(trajectory)["propose_measure"]
    raw = region.typed(task, recover_by="today + 6 weeks")
    del raw["ground"]
    answer = region.browser("housing_officer").post(f"/tasks/{task}/completion", data=raw)
    assert answer.status_code == 422 and "A step without a ground is refused" in answer.get_data(as_text=True)


@pytest.mark.parametrize("role", ["support_worker", "municipal_officer"])
def test_the_other_parties_see_the_card_and_the_condition_and_nothing_else(
    region: Stage, trajectory: UUID, role: str
) -> None:
    with_card(region, trajectory)
    dossier = f"/trajectories/{trajectory}"
    page = text(region, role, dossier)
    assert "A yellow card stands." in page and "neither deals in nor grows drugs" in page
    pages = [
        text(region, role, f"{dossier}{more}") for more in ("", "/incidents", "/history", "/letters", "/documents")
    ]
    pages += [text(region, role, "/trajectories"), text(region, role, "/?whose=team")]
    hidden = (
        SECRET,
        "kwekerij",
        "Growing, dealing in",
        "See if it was put right",
        "Hear the tenant",
        "Approve the step",
    )
    assert [one for one in hidden for page in pages if one in page] == []
    browser = region.browser(role)
    task = region.open_tasks(trajectory)["judge_recovery"]
    for path in (f"/tasks/{task}", f"{dossier}/incidents/report"):
        assert browser.get(path).status_code == 404, path
    assert browser.post(f"{dossier}/incidents", data=FORM).status_code == 404


def test_the_urgency_office_sees_nothing_of_it(region: Stage, trajectory: UUID) -> None:
    with_card(region, trajectory)
    dossier = f"/trajectories/{trajectory}"
    assert region.browser("urgency_officer").get(f"{dossier}/incidents").status_code == 404
    said = text(region, "urgency_officer", dossier) + text(region, "urgency_officer", f"{dossier}/history")
    assert [one for one in ("yellow card", "incident", SECRET.lower()) if one in said.lower()] == []


def test_a_red_card_stands_beside_the_decision_and_in_the_lead(region: Stage, trajectory: UUID) -> None:
    with_card(region, trajectory, "red_card")
    page = text(region, "housing_officer", f"/trajectories/{trajectory}")
    assert "A red card stands: it is weighed in the decision, it does not end the lease." in page
    no = {"advice": "do_not_convert", "reasons": "Niet nagekomen."}
    region.answers |= {"advise_as_provider": no, "advise_as_municipality": no}
    region.play(trajectory, until="decide_conversion")
    task = region.open_tasks(trajectory)["decide_conversion"]
    page = text(region, "housing_officer", f"/tasks/{task}")
    assert "Cards that stand" in page and "because a red card stands" in page


def test_after_the_lease_nothing_is_reported(region: Stage, trajectory: UUID) -> None:
    region.today = region.last_day + timedelta(days=1)
    assert region.browser("housing_officer").get(f"/trajectories/{trajectory}/incidents/report").status_code == 409


@pytest.mark.parametrize("kind", ["yellow_card_told", "behaviour_order_told", "red_card_told", "withdrawal_told"])
@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_message_to_the_others_names_nobody_and_has_its_address_on_a_line(
    region: Stage, kind: str, language: str
) -> None:
    one = About(kind, "VW-2025-0001", uuid4(), "", date(2026, 5, 1))
    with region.app.app_context():
        subject, body = write([one], language)
    assert "VW-2025-0001" in subject and any(line.startswith("http") for line in body.splitlines())
    assert ("2026" in body) == (kind in ("yellow_card_told", "behaviour_order_told"))


def text(stage: Stage, role: str, path: str) -> str:
    answer = stage.browser(role).get(path)
    assert answer.status_code == 200, path
    return answer.get_data(as_text=True)
