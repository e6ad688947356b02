"""The list: what one's organisation takes part in, found by words and stage; nothing of another party."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from pathlib import Path
from uuid import uuid4

import pytest

from app.records import Part, Person, Trajectory, db
from app.records.search import PAGE
from tests import cast


def names(region: cast.Stage, role: str, question: str = "", *, elsewhere: bool = False) -> list[str]:
    answer = region.browser(role, elsewhere=elsewhere).get(f"/trajectories{question}")
    assert answer.status_code == 200
    return [
        unescape(name)
        for name in re.findall(r'class="nl-link what" href="[^"]+">([^<]+)<', answer.get_data(as_text=True))
    ]


@pytest.fixture(scope="module")
def peopled(tmp_path_factory: pytest.TempPathFactory) -> cast.Stage:
    region = cast.furnish(tmp_path_factory.mktemp("list"))
    housed = region.start(full_name="Fatima el Amrani")
    region.play(housed, until=date(2025, 4, 20))
    region.start(full_name="Çiğdem Yıldırım")
    out = region.start(full_name="José Nuñez")
    region.play(out, until="check_eligibility")
    region.do(region.open_tasks(out)["check_eligibility"], outcome="not_eligible", reasons="Geen doelgroep.")
    return region


def test_what_is_going_on_stands_in_the_list_by_name(peopled: cast.Stage) -> None:
    assert names(peopled, "municipal_officer") == ["Fatima el Amrani", "Çiğdem Yıldırım"]


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("?q=amrani", ["Fatima el Amrani"]),
        ("?q=fatima+meerwijk", ["Fatima el Amrani"]),
        ("?q=VW-2025-0001", ["Fatima el Amrani"]),
        ("?q=çiğdem", ["Çiğdem Yıldırım"]),
        ("?q=nuñez", ["José Nuñez"]),
        ("?q=100%25", []),
        ("?q=_", []),
        ("?stage=closed", ["José Nuñez"]),
        ("?stage=tenancy", ["Fatima el Amrani"]),
        ("?stage=nonsense", ["Fatima el Amrani", "Çiğdem Yıldırım"]),
        ("?sort=nonsense&page=-4", ["Fatima el Amrani", "Çiğdem Yıldırım"]),
        ("?page=999", []),
    ],
)
def test_the_list_is_found_by_words_and_stage(peopled: cast.Stage, question: str, found: list[str]) -> None:
    assert names(peopled, "municipal_officer", question) == found


@pytest.mark.parametrize("role", ["municipal_officer", "support_worker", "housing_officer", "urgency_officer"])
def test_no_search_reaches_what_another_organisation_does(peopled: cast.Stage, role: str) -> None:
    for question in ("", "?stage=all", "?q=fatima&stage=all", "?q=VW-2025&stage=all"):
        assert names(peopled, role, question, elsewhere=True) == []


def test_the_list_says_where_it_stands_and_until_when(peopled: cast.Stage) -> None:
    said = unescape(peopled.browser("municipal_officer").get("/trajectories?stage=all").get_data(as_text=True))
    assert "14 Mar 2027" in said.replace("\u00a0", " ") and "Not eligible" in said and "Mehmet Yılmaz A" in said


def test_the_urgency_office_reads_no_dates_and_no_steps_of_others(peopled: cast.Stage) -> None:
    said = unescape(peopled.browser("urgency_officer").get("/trajectories?stage=all").get_data(as_text=True))
    assert "2027" not in said and "In the two years" in said


def test_who_may_nominate_can_start_here(peopled: cast.Stage) -> None:
    assert "New candidate" in peopled.browser("municipal_officer").get("/trajectories").get_data(as_text=True)
    assert "New candidate" not in peopled.browser("housing_officer").get("/trajectories").get_data(as_text=True)


def test_the_manager_has_no_list_and_visitors_sign_in(peopled: cast.Stage) -> None:
    assert peopled.browser("application_manager").get("/trajectories").status_code == 404
    assert peopled.browser().get("/trajectories").status_code == 302


def test_a_long_list_goes_page_by_page_and_everything_stands_on_one_of_them(tmp_path: Path) -> None:
    region = cast.furnish(tmp_path)
    with region.app.app_context():
        organisation = region.viewer("municipal_officer").organisation_id
    with region.app.app_context(), db.session.begin():
        for number in range(PAGE + 3):
            person = Person(id=uuid4(), full_name=f"Voorbeeld {number:03d}")
            row = Trajectory(
                id=uuid4(), reference=f"T-{number}", tenant_id=person.id, tenant=person, nominated_by="municipality",
                opened_on=region.today, created_at=region.desk().now,
            )  # fmt: skip
            db.session.add(row)
            db.session.flush()
            part = Part(trajectory_id=row.id, organisation_id=organisation, part="municipality", since=region.today)
            db.session.add(part)
    first, second = names(region, "municipal_officer"), names(region, "municipal_officer", "?page=2")
    assert (len(first), len(second)) == (PAGE, 3) and len({*first, *second}) == PAGE + 3
