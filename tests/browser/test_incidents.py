"""From an incident to a card as people do it: refused with the reason, reported, decided by two, told, withdrawn."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Page, expect

from app.web.incidents import FORM, WITHDRAWAL
from tests.browser.conftest import Picture
from tests.browser.house import House, opened
from tests.browser.looking import axe, settle, too_wide, with_axe
from tests.browser.people import People, Person, answer, dutch, gathered

pytestmark = pytest.mark.slow

TENANT = "Lars Oudejans"
SECRET = "Buurvrouw op nummer 14 hoorde het schreeuwen"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with opened(tmp_path_factory.mktemp("house")) as house:
        yield house


@pytest.fixture(scope="module")
def trajectory(house: House) -> UUID:
    return house.play(TENANT, until="confirm_goals")


@pytest.fixture
def people(house: House, browser: Browser, trajectory: UUID) -> Iterator[People]:
    with gathered(house, browser) as people:
        for role in ("housing_officer", "team_lead", "support_worker"):
            people._known[role, ""] = with_axe(people.newcomer(role)).sign_in()
        yield people


def report(person: Person, **said: object) -> Page:
    for name, asked in FORM["properties"].items():
        if name in said:
            answer(person.page, asked, said[name])
    person.press("Take down the incident")
    return person.page


def sees(person: Person, picture: Picture, name: str, path: str) -> Page:
    """Go there, look at it with axe and on a phone."""
    page = person.go(path)
    settle(page)
    picture(page, name)
    assert not axe(page) + too_wide(page)
    page.set_viewport_size({"width": 390, "height": 844})
    picture(page, f"{name}-phone")
    page.set_viewport_size({"width": 1280, "height": 900})
    return page


def test_from_an_incident_to_a_card_and_back(house: House, people: People, trajectory: UUID, picture: Picture) -> None:
    jeroen, noor, ana = people["housing_officer"], people["team_lead"], people["support_worker"]
    dossier, incidents = f"/trajectories/{trajectory}", f"/trajectories/{trajectory}/incidents"
    jeroen.go(dossier)
    jeroen.follow("Report an incident")
    picture(jeroen.page, "no-incidents")
    jeroen.follow("Report an incident")
    whole = {
        "happened_on": house.today - timedelta(days=1), "ground": dutch("Serious violence or threats"),
        "what": "Een buurman is op de galerij bedreigd.", "evidence": SECRET, "sources": ["police"],
    }  # fmt: skip

    page = report(
        jeroen, **{name: value for name, value in whole.items() if name != "ground"}, first_step="conversation"
    )
    expect(page.locator("#faults")).to_contain_text("Een incident heeft een grond nodig")
    assert not axe(page) + too_wide(page)
    picture(page, "incident-without-ground")
    page = report(
        jeroen, **{**whole, "ground": dutch("The rent is paid on time")}, first_step="yellow_card", skip_reason="x"
    )
    expect(page.locator("#faults")).to_contain_text("alleen bij ernstig geweld of drugs")
    page = report(jeroen, **whole, first_step="yellow_card", skip_reason="De buren durven de galerij niet op.")
    expect(page.locator("#main")).to_contain_text(
        dutch("The incident is taken down. The first step after it is open now.")
    )
    page = sees(jeroen, picture, "incident-reported", incidents)

    jeroen.do(
        "hear_tenant_on_measure",
        TENANT,
        {"heard": "yes", "heard_on": house.today, "tenant_view": "Ik was boos, het spijt mij."},
    )
    jeroen.open_task("propose_measure", TENANT)
    picture(jeroen.page, "propose")
    proposal = {
        "decided_on": house.today, "proposal": "give", "ground": dutch("Serious violence or threats"),
        "reasons": "Op de galerij is een buurman bedreigd.", "evidence": SECRET, "plan": "Geen contact met de buurman.",
        "recover_by": house.today + timedelta(days=42),
    }  # fmt: skip
    jeroen.fill_in(
        "propose_measure", {**{k: v for k, v in proposal.items() if k != "ground"}, "sources": ["provider_remark"]}
    )
    jeroen.press("Finish the task")
    expect(jeroen.page.locator("#faults")).to_contain_text("Een stap zonder grond wordt geweigerd")
    picture(jeroen.page, "card-without-ground")
    jeroen.fill_in("propose_measure", {"ground": proposal["ground"]})
    jeroen.press("Finish the task")
    expect(jeroen.page.locator("#faults")).to_contain_text("nooit alleen op een opmerking van de zorgaanbieder")
    jeroen.fill_in("propose_measure", {"sources": ["police"]})
    jeroen.finish()

    noor.open_task("approve_measure", TENANT)
    expect(noor.page.locator("#main")).to_contain_text("Ik was boos, het spijt mij.")
    picture(noor.page, "approve")
    assert not axe(noor.page) + too_wide(noor.page)
    noor.fill_in("approve_measure", {"approved_on": house.today, "verdict": "approve"})
    noor.finish()
    house.work()

    page = sees(jeroen, picture, "dossier-with-card", dossier)
    expect(page.locator("#main")).to_contain_text(dutch("A yellow card stands."))
    expect(page.locator("#main")).to_contain_text(dutch("Yellow card given, incident %(about)s", about="1"))
    sees(jeroen, picture, "incident-with-card", incidents)
    jeroen.page.get_by_role("link", name=f"{dutch('Where are we')}: Incident 1").click()
    settle(jeroen.page)
    expect(jeroen.page.locator("#diagram .djs-element[data-element-id=judge_recovery]")).to_be_visible()
    picture(jeroen.page, "incident-drawing")

    page = sees(ana, picture, "dossier-of-provider", dossier)
    expect(page.locator("#main")).to_contain_text(dutch("A yellow card stands."))
    page = sees(ana, picture, "cards-of-provider", incidents)
    expect(page.locator("#main")).to_contain_text(dutch("No nuisance for the neighbours"))
    for path in (dossier, incidents, f"{dossier}/history", f"{dossier}/letters", f"{dossier}/documents"):
        said = ana.go(path).locator("#main").inner_text()
        for kept in (SECRET, "bedreigd", "boos", dutch("Serious violence or threats"), "Kijk of het goed is gemaakt"):
            assert kept not in said, f"{path} tells the provider: {kept}"
    assert ana.page.request.get(f"{house.address}{incidents}/report").status == 404

    jeroen.go(incidents)
    jeroen.page.get_by_role("link", name="Intrekken: Incident 1").click()
    answer(jeroen.page, WITHDRAWAL["properties"]["reason"], "Op de beelden is te zien dat het een bezoeker was.")
    picture(jeroen.page, "withdrawal")
    assert not axe(jeroen.page) + too_wide(jeroen.page)
    jeroen.press("Withdraw the incident")
    house.work()
    page = sees(jeroen, picture, "incident-withdrawn", incidents)
    expect(page.locator("#main")).to_contain_text("Ingetrokken")
    page = sees(jeroen, picture, "documents-after-card", f"{dossier}/documents")
    expect(page.locator("#main")).to_contain_text(dutch("Withdrawal of a step"))
    said = ana.go(dossier).locator("#main").inner_text()
    assert dutch("A yellow card stands.") not in said
