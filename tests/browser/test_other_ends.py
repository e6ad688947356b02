"""The other ends of a trajectory as people reach them: not eligible, declined, and a lease that is not converted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from app.rules import notice
from tests.browser.conftest import Picture
from tests.browser.house import House, opened
from tests.browser.people import People, dutch, gathered, travel

pytestmark = pytest.mark.slow

FINISHED = "With that the trajectory is finished."
REJECTED, DECLINED, LEAVING = "Ruben Zandvoort", "Marit Hoogland", "Tarik van der Wiel"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with opened(tmp_path_factory.mktemp("house")) as house:
        yield house


@pytest.fixture(scope="module")
def trajectories(house: House) -> dict[str, UUID]:
    """Three of them: two at the beginning, and one that comes up for a decision. The day is that of the last one."""
    return {
        REJECTED: house.play(REJECTED, until="check_eligibility"),
        DECLINED: house.play(DECLINED, until="record_offer_answer"),
        LEAVING: house.play(LEAVING, until="decide_conversion"),
    }


@pytest.fixture
def people(house: House, browser: Browser, trajectories: dict[str, UUID]) -> Iterator[People]:
    with gathered(house, browser) as people:
        yield people


def test_a_candidate_who_is_not_eligible(
    house: House, people: People, trajectories: dict[str, UUID], picture: Picture
) -> None:
    sanne = people["urgency_officer"]
    sanne.do(
        "check_eligibility",
        REJECTED,
        {"checked_on": house.today, "outcome": "not_eligible", "reasons": "Hoort niet bij de doelgroep."},
    )
    picture(sanne.page, "rejected")
    house.work()
    expect(ended(sanne.page)).to_contain_text(dutch("not eligible"), ignore_case=True)
    sanne.go(f"/trajectories/{trajectories[REJECTED]}/documents")
    picture(sanne.page, "rejected-documents")
    expect(sanne.page.locator("#main")).to_contain_text(dutch("Rejection"))


def test_an_offer_that_is_declined(
    house: House, people: People, trajectories: dict[str, UUID], picture: Picture
) -> None:
    jeroen = people["housing_officer"]
    jeroen.do(
        "record_offer_answer",
        DECLINED,
        {"answered_on": house.today, "answer": "declines", "reason": "Wil dichter bij familie wonen."},
    )
    picture(jeroen.page, "declined")
    expect(jeroen.page.locator("#main .utrecht-alert").first).to_contain_text(dutch(FINISHED))
    expect(ended(jeroen.page)).to_contain_text(dutch("offer declined"), ignore_case=True)
    assert not house.stage.open_tasks(trajectories[DECLINED])


def test_a_lease_that_is_not_converted_ends_with_a_notice_and_its_receipt(
    house: House, people: People, trajectories: dict[str, UUID], picture: Picture
) -> None:
    last, day = house.stage.last_day, house.today
    window = notice.window(last)
    jeroen, noor, mehmet = people["housing_officer"], people["team_lead"], people["municipal_officer"]
    jeroen.do(
        "decide_conversion",
        LEAVING,
        {"decided_on": day, "outcome": "do_not_convert", "conditions": {"finding": "not_met"},
         "goals": {"finding": "cannot_say"}, "reasons": "De huur is te vaak niet betaald."},
    )  # fmt: skip
    noor.do("approve_decision", LEAVING, {"approved_on": day, "verdict": "approve"})
    jeroen.do("explain_decision", LEAVING, {"explained_on": day, "how": "by_phone"})
    picture(jeroen.page, "not-converted")
    mehmet.do(
        "plan_leaving",
        LEAVING,
        {"planned_on": day, "housing_afterwards": "Terug naar begeleid wonen.",
         "care_afterwards": "De begeleiding blijft.", "aftercare": "no"},
    )  # fmt: skip

    travel(jeroen, window.safe_first)
    house.work()
    jeroen.open_task("send_end_notice", LEAVING)
    picture(jeroen.page, "send-end-notice")
    sent = {"notices": {"sent_on": window.safe_first, "channels": ["registered_post", "email"]}}
    jeroen.fill_in("send_end_notice", sent)
    jeroen.finish()

    travel(jeroen, window.safe_first + timedelta(days=3))
    house.work()
    received = window.safe_first + timedelta(days=2)
    jeroen.open_task("record_receipt", LEAVING)
    proven = {"proven": "yes", "received_on": received, "proof_kind": "signature", "proof": "Handtekening van de post."}
    jeroen.fill_in("record_receipt", {"receipts": proven})
    picture(jeroen.page, "record-receipt")
    jeroen.finish()
    picture(jeroen.page, "notice-in-force")

    travel(jeroen, last + timedelta(days=1))
    house.work()
    jeroen.do("return_keys", LEAVING, {"returned": "yes", "returned_on": last})
    picture(jeroen.page, "left")
    expect(jeroen.page.locator("#main .utrecht-alert").first).to_contain_text(dutch(FINISHED))
    expect(ended(jeroen.page)).to_contain_text(dutch("lease ended"), ignore_case=True)
    jeroen.go("/trajectories?stage=all")
    picture(jeroen.page, "all-trajectories")


def ended(page: Page) -> Locator:
    """The head of the dossier that is on the page."""
    return page.get_by_role("region").filter(has=page.get_by_role("heading", level=1))
