"""The main job as people do it: from nomination to a regular lease, each party in turn, by clicking and typing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from playwright.sync_api import Browser, expect

from app.rules import dates, term
from app.rules.schedule import advice_opens, review_days
from tests.browser.conftest import Picture
from tests.browser.house import House, opened
from tests.browser.people import People, dutch, gathered, travel

pytestmark = pytest.mark.slow

CANDIDATE = "Noortje Wetering-Ünal"
CARE = "Slaapt slecht en wil minder drinken"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with opened(tmp_path_factory.mktemp("house"), worker=True) as house:
        yield house


@pytest.fixture
def people(house: House, browser: Browser) -> Iterator[People]:
    with gathered(house, browser) as people:
        yield people


def test_a_candidate_becomes_a_regular_tenant(house: House, people: People, picture: Picture) -> None:
    today = house.today
    nominate(people, picture, today)
    # The care contract, drafted and agreed on by the four of them.
    for role, task, answers in (
        ("urgency_officer", "check_eligibility",
         {"checked_on": today, "outcome": "eligible", "legal_ground": "d", "evidence_on": today,
          "evidence": "Vonnis van de kantonrechter waarmee de vorige huur eindigde."}),
        ("urgency_officer", "match_home", {"matched_on": today, "home_id": "Kastanjelaan 12-B"}),
        ("housing_officer", "record_offer_answer", {"answered_on": today, "answer": "accepts"}),
        ("municipal_officer", "draft_care_contract",
         {"drafted_on": today, "conditions": ["rent_on_time", "guidance_accepted", "no_nuisance"],
          "goal_housing": "Zelf het huis bijhouden", "goal_finances": "De post samen openen",
          "goal_mental_health": CARE, "guidance_from": today, "administration": "budget_management"}),
        ("support_worker", "agree_as_tenant", {"agreed": "yes", "agreed_on": today}),
        ("support_worker", "agree_as_provider", {"agreed": "yes", "agreed_on": today}),
        ("municipal_officer", "agree_as_municipality", {"agreed": "yes", "agreed_on": today}),
        ("housing_officer", "agree_as_association", {"agreed": "yes", "agreed_on": today}),
    ):  # fmt: skip
        do(people, picture, role, task, answers)
    # The lease: it begins in a week, for two years to the day.
    first = today + timedelta(days=7)
    last = term.latest_end(first)
    lease = {"first_day": first, "last_day": last}
    rent = {"rent": "642,50", "service_costs": "38,75", "earlier_lease": "none"}
    do(people, picture, "housing_officer", "prepare_lease", {**lease, **rent})
    do(people, picture, "housing_officer", "sign_lease", {"signed_on": today, **lease})
    go_to(house, people, first)
    do(people, picture, "housing_officer", "hand_over_keys", {"handed_over_on": first, "keys": "2"})

    guide(house, people, picture, first, last)
    decide(house, people, picture, last)

    go_to(house, people, last + timedelta(days=1))
    officer = people["housing_officer"]
    officer.go("/trajectories?stage=all")
    officer.page.get_by_role("link", name=CANDIDATE).click()
    picture(officer.page, "converted")
    expect(officer.page.locator("#main")).to_contain_text(dutch("Converted"), ignore_case=True)
    assert CARE not in officer.page.content()


def nominate(people: People, picture: Picture, today: date) -> None:
    sanne = people["urgency_officer"]
    picture(sanne.page, "my-work-of-a-newcomer")
    sanne.follow("Nominate a candidate")
    page = sanne.page
    page.get_by_label(dutch("First name and surname")).fill(CANDIDATE)
    page.get_by_role("group", name=dutch("Language of the letters")).get_by_label(dutch("Dutch")).check()
    for select in page.get_by_role("combobox").all():
        select.select_option(index=1)
    page.get_by_label(dutch("The candidate agrees that these parties see this")).check()
    picture(page, "nomination")
    sanne.press("Start the trajectory")
    sanne.fill_in(
        "nominate_candidate",
        {"nominated_on": today, "target_group": "second_chance", "consent_given": True, "consent_on": today,
         "situation": "Woont in de opvang na een ontruiming.", "consent_asked_by": "Sanne de Wit"},
    )  # fmt: skip
    picture(page, "nominate_candidate")
    sanne.finish()


def do(people: People, picture: Picture, role: str, task: str, answers: dict[str, object]) -> None:
    person = people[role]
    person.open_task(task, CANDIDATE)
    person.fill_in(task, answers)
    picture(person.page, task)
    person.finish()
    picture(person.page, f"{task}-done")


def go_to(house: House, people: People, day: date) -> None:
    """By the time machine; the worker does what was due meanwhile."""
    travel(people["housing_officer"], day)
    house.wait_for_the_worker()


def guide(house: House, people: People, picture: Picture, first: date, last: date) -> None:
    """The start-up check and the reviews."""
    day = first + timedelta(days=30)
    go_to(house, people, day)
    do(people, picture, "housing_officer", "check_startup_housing",
       {"checked_on": day, "rent_paid": "yes", "administration_arranged": "yes"})  # fmt: skip
    do(people, picture, "support_worker", "check_startup_care", {"checked_on": day, "guidance_started": "yes"})
    for _, day in review_days(first, last):
        go_to(house, people, day)
        do(people, picture, "support_worker", "confirm_goals",
           {"last_visit_on": day, "goals": {"rating": "on_track"}, "conditions": {"kept": "kept"}})  # fmt: skip
        do(people, picture, "housing_officer", "confirm_conditions",
           {"checked_on": day, "conditions": {"kept": "kept"}})  # fmt: skip
        do(people, picture, "housing_officer", "hold_review_meeting",
           {"held": "yes", "held_on": day, "outcome": "on_track",
            "tenant_view": "Ik ben blij met mijn huis."})  # fmt: skip
        do(people, picture, "support_worker", "confirm_review_meeting", {"confirmed_on": day, "confirmed": "yes"})


def decide(house: House, people: People, picture: Picture, last: date) -> None:
    """Advice of two, hearing, decision, a second person, and the regular lease."""
    day = dates.add_days(advice_opens(last), 1)
    go_to(house, people, day)
    advice = {"advised_on": day, "advice": "convert", "reasons": "De doelen zijn bereikt."}
    do(people, picture, "support_worker", "advise_as_provider", advice)
    do(people, picture, "municipal_officer", "advise_as_municipality", advice)
    do(people, picture, "housing_officer", "hold_hearing",
       {"heard": "yes", "heard_on": day, "tenant_view": "Ik wil blijven wonen.", "tenant_wants": "stay",
        "own_view": "convert"})  # fmt: skip
    do(people, picture, "housing_officer", "decide_conversion",
       {"decided_on": day, "outcome": "convert", "conditions": {"finding": "met"}, "goals": {"finding": "met"},
        "reasons": "Alle voorwaarden zijn nagekomen."})  # fmt: skip
    do(people, picture, "team_lead", "approve_decision", {"approved_on": day, "verdict": "approve"})
    do(people, picture, "housing_officer", "explain_decision", {"explained_on": day, "how": "in_person"})
    do(people, picture, "housing_officer", "confirm_conversion", {"sent_on": day})
    do(people, picture, "housing_officer", "sign_regular_lease", {"signed_on": day})
