"""A passkey in a real browser: made, used in place of a password, and refused by a device that does not look."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, CDPSession, Page, expect

from tests.browser.conftest import Picture
from tests.browser.house import House, opened
from tests.browser.looking import axe, too_wide, with_axe
from tests.browser.people import People, dutch, gathered
from tests.cast import PASSWORD

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with opened(tmp_path_factory.mktemp("house")) as house:
        yield house


@pytest.fixture
def people(house: House, browser: Browser) -> Iterator[People]:
    with gathered(house, browser) as people:
        yield people


def device(page: Page) -> tuple[CDPSession, str]:
    """Chromium's own software device, built into this page's machine; whoever holds it is looked at and found good."""
    line = page.context.new_cdp_session(page)
    line.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    return line, line.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]


def test_a_passkey_from_making_to_removing(people: People, picture: Picture) -> None:
    person = with_axe(people.newcomer("housing_officer")).sign_in()
    page = person.go("/passkeys")
    line, there = device(page)
    found = axe(page) + too_wide(page)
    picture(page, "passkeys-none")
    make = page.locator("#add")
    make.get_by_label(dutch("Your password of now")).fill("not the password of now")
    person.press("Make a passkey", make)
    expect(page.locator("#faults")).to_contain_text(dutch("This is not your password of now."))
    line.send("WebAuthn.clearCredentials", {"authenticatorId": there})  # what was made is kept nowhere
    make.get_by_label(dutch("Your password of now")).fill(PASSWORD)
    person.press("Make a passkey", make)
    kept = dutch("The passkey is kept. From now on you sign in with it, without a password.")
    expect(page.get_by_text(kept)).to_be_visible()
    found += axe(page) + too_wide(page)
    picture(page, "passkeys-one")

    page.get_by_text(dutch("Sign out"), exact=True).first.evaluate("node => node.closest('form').requestSubmit()")
    expect(page.get_by_role("heading", level=1)).to_have_text(dutch("Sign in"))
    picture(page, "sign-in-with-passkey")
    line.send("WebAuthn.setUserVerified", {"authenticatorId": there, "isUserVerified": False})
    page.get_by_role("button", name=dutch("Sign in with a passkey")).click()
    refused = dutch("No passkey was used. Try again, or sign in with your password.")
    expect(page.get_by_text(refused)).to_be_visible()
    found += axe(page)
    line.send("WebAuthn.setUserVerified", {"authenticatorId": there, "isUserVerified": True})
    page.get_by_role("button", name=dutch("Sign in with a passkey")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(dutch("My work"))

    page = person.go("/passkeys")
    page.get_by_role("link", name=dutch("Remove")).click()
    found += axe(page) + too_wide(page)
    picture(page, "passkey-removal")
    page.get_by_label(dutch("Your password of now")).fill(PASSWORD)
    person.press("Remove the passkey", page.locator("main"))
    expect(page.get_by_text(dutch("The passkey is removed. Remove it on your device as well."))).to_be_visible()
    assert not found + person.complaints, "\n".join(found + person.complaints)
