"""The page on which each party reads how long it keeps what, and why."""

from __future__ import annotations

import re
from html import unescape

from sqlalchemy import select

from app.actions.documents import file_ordered
from app.actions.early_ends import report_early_end
from app.records import Task, Trajectory
from app.records.database import reading
from app.rules.dates import add_months
from tests import cast


def text(region: cast.Stage, role: str, address: str) -> str:
    answer = region.browser(role).get(address)
    assert answer.status_code == 200
    return unescape(answer.get_data(as_text=True)).replace("\u00a0", " ")


def test_while_it_goes_on_no_day_is_said_and_each_part_sees_what_it_holds_itself(region: cast.Stage) -> None:
    dossier = f"/trajectories/{region.at('check_startup_housing')}"
    assert f"{dossier}/retention" in text(region, "housing_officer", dossier)
    landlord = text(region, "housing_officer", f"{dossier}/retention")
    assert landlord.count("not known yet") == 2 and "it has not ended yet" in landlord
    assert "tax law" not in landlord  # nothing to explain before there is a day
    assert "Care goals" not in landlord and "Twenty years" not in landlord
    provider = text(region, "support_worker", f"{dossier}/retention")
    assert "Twenty years" in provider and "Seven years" not in provider


def test_after_the_end_every_class_has_its_last_day_and_the_reason(region: cast.Stage) -> None:
    trajectory = region.at("check_eligibility")
    task = region.open_tasks(trajectory)["check_eligibility"]
    region.do(task, outcome="not_eligible", reasons="Buiten de doelgroep.")
    with region.app.app_context():
        closed = reading().get_one(Trajectory, trajectory).closed_on
    assert closed is not None
    page = text(region, "municipal_officer", f"/trajectories/{trajectory}/retention")
    assert f'datetime="{add_months(closed, 12)}"' in page and "One year after it stopped" in page
    assert "may be removed" not in page
    region.set_day(add_months(closed, 13))
    assert "may be removed" in text(region, "municipal_officer", f"/trajectories/{trajectory}/retention")


def closed(region: cast.Stage) -> str:
    """Ended by the court long ago; it is a day on which the tenancy may go."""
    region.answers["decide_conversion"] = {"outcome": "do_not_convert"}
    trajectory = region.at("record_receipt")
    region.next_day()
    with region.app.app_context():
        said = {"kind": "court", "on": region.today.isoformat(), "last_day": region.today.isoformat(), "remark": SECRET}
        report_early_end(region.desk("housing_officer"), trajectory, said)
    region.next_day()
    while tasks := region.open_tasks(trajectory):
        region.do(next(iter(tasks.values())))
        region.next_day()
    with region.app.app_context():
        while file_ordered(region.desk()):
            pass
    region.set_day(add_months(region.today, 25))
    return f"/trajectories/{trajectory}"


SECRET = "Een opmerking over de huurder"


def send(region: cast.Stage, role: str, address: str, status: int = 303, **said: str) -> str:
    answer = region.browser(role).post(address, data=said)
    assert answer.status_code == status, answer.get_data(as_text=True)
    return unescape(answer.get_data(as_text=True)).replace("\u00a0", " ")


def test_one_proposes_after_a_look_and_another_removes(region: cast.Stage) -> None:
    dossier = closed(region)
    page = f"{dossier}/retention"
    assert dossier in text(region, "housing_officer", "/retention") and "may be removed" in text(
        region, "housing_officer", page
    )
    dry = text(region, "housing_officer", f"{page}/tenancy")
    assert "Letters and reminders" in dry and "What stays, and why" in dry and "Financial: kept up to" in dry
    send(region, "housing_officer", f"{page}/tenancy")
    assert "You proposed this yourself" in text(region, "housing_officer", f"{page}/tenancy")
    assert "waits for a second person" in text(region, "team_lead", page)
    assert "Why does it stay?" in send(region, "team_lead", f"{page}/tenancy/verdict", 422, verdict="send_back")
    send(region, "team_lead", f"{page}/tenancy/verdict", verdict="approve")
    assert region.browser("housing_officer").get(dossier).status_code == 404
    left = text(region, "housing_officer", page)
    assert "Removed on" in left and "The leases stay" in left
    [paper] = set(re.findall(r"/documents/[0-9a-f-]{36}", left))
    assert region.browser("housing_officer").get(paper).status_code == 200
    assert region.browser("urgency_officer").get(paper).status_code == 404


def test_who_keeps_the_care_file_still_opens_every_page_of_what_is_left(region: cast.Stage) -> None:
    dossier = closed(region)
    send(region, "housing_officer", f"{dossier}/retention/tenancy")
    send(region, "team_lead", f"{dossier}/retention/tenancy/verdict", verdict="approve")
    pages = ("", "/history", "/documents", "/dates", "/readers", "/people", "/diagram", "/retention", "/incidents")
    for role in ("support_worker", "municipal_officer"):
        for page in pages:
            assert SECRET not in text(region, role, f"{dossier}{page}")
    assert "Removed after its time was over" not in text(region, "support_worker", f"{dossier}/history")
    with region.app.app_context():
        done = reading().scalars(select(Task.id).where(Task.status == "done")).all()
    for task in done:
        assert region.browser("municipal_officer").get(f"/tasks/{task}").status_code in (200, 404)


def test_a_hold_is_placed_read_and_lifted_with_a_reason(region: cast.Stage) -> None:
    dossier = closed(region)
    page = f"{dossier}/retention"
    assert "Fill in" in send(region, "housing_officer", f"{page}/holds", 422, kept="tenancy", reason="")
    send(region, "housing_officer", f"{page}/holds", kept="tenancy", reason="Er loopt een rechtszaak.")
    shown = text(region, "urgency_officer", page)
    assert "Er loopt een rechtszaak." in shown and "Lift this hold" not in shown
    assert "Somebody holds this back" in text(region, "team_lead", f"{page}/tenancy")
    [lift] = re.findall(r"/trajectories/[0-9a-f-]+/retention/holds/[0-9a-f-]+/end", text(region, "team_lead", page))
    assert "Fill in" in send(region, "team_lead", lift, 422, reason=" ")
    send(region, "team_lead", lift, reason="De zaak is voorbij.")
    assert "De zaak is voorbij." in text(region, "housing_officer", page)
    assert "Held back from removal: Contract and tenancy" in text(region, "housing_officer", f"{dossier}/history")
