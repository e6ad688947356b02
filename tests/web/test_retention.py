"""The page on which each party reads how long it keeps what, and why."""

from __future__ import annotations

from html import unescape

from app.records import Trajectory
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
