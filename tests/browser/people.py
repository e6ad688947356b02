"""People at a browser: they sign in, find a task in their list, answer it by the words on the page, and go on.

Everything is found by what is written there, never by a name in the code. Whatever the browser complains about while
they walk is kept: faults in scripts, in the console, and anything the content policy had to stop.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from functools import cache
from gettext import GNUTranslations
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, expect

from app.catalogue import FOLDER
from tests import cast
from tests.browser.house import House

PATIENCE = 15_000  # milliseconds until something that should come on a page counts as not coming

MAIL = "a@meerwijk.demo.invalid"
MONTHS = ("januari", "februari", "maart", "april", "mei", "juni",
          "juli", "augustus", "september", "oktober", "november", "december")  # fmt: skip
# A refused form answers 409 or 422, and the browser notes that in its console; our own pages show it.
REFUSED = re.compile(r"Failed to load resource: the server responded with a status of (409|422|503)")


@cache
def _catalogue(compiled: float) -> GNUTranslations:
    with (FOLDER / "nl" / "LC_MESSAGES" / "messages.mo").open("rb") as file:
        return GNUTranslations(file)


def dutch(msgid: str, **params: object) -> str:
    """What the page says for this, in the catalogue the server reads."""
    path: Path = FOLDER / "nl" / "LC_MESSAGES" / "messages.mo"
    said = _catalogue(path.stat().st_mtime).gettext(msgid) if msgid else ""
    return said % params if params else said


DONE = re.compile(re.escape(dutch("‘%(task)s’ is done.", task="§")).replace("§", ".+"))


def plain_day(day: date) -> str:
    """As most people type it: 2-6-2026."""
    return f"{day.day}-{day.month}-{day.year}"


def long_day(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


class Person:
    """One officer with a browser of their own."""

    def __init__(self, house: House, context: BrowserContext, role: str, number: str = "") -> None:
        self.house, self.context, self.role = house, context, role
        self.email = f"{role}{number}.{MAIL}"
        self.complaints: list[str] = []
        self.page = self.new_page()

    def new_page(self) -> Page:
        page = self.context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda fault: self.complaints.append(f"{page.url}: {fault}"))
        page.on("console", lambda message: self._heard(page, message))
        return page

    def _heard(self, page: Page, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not REFUSED.search(message.text):
            self.complaints.append(f"{page.url}: {message.text}")

    def sign_in(self) -> Person:
        self.go("/sign-in")
        form = self.page.locator("form.fill")
        form.get_by_label(dutch("E-mail address")).fill(self.email)
        form.get_by_label(dutch("Password")).fill(cast.PASSWORD)
        self.press("Sign in", form)
        expect(self.page.get_by_role("heading", level=1)).not_to_have_text(dutch("Sign in"))
        return self

    def go(self, path: str = "/") -> Page:
        self.page.goto(self.house.address + path)
        return self.page

    def choose_language(self, name: str) -> None:
        """From the menu under one's own name."""
        self.go("/")
        self.page.locator(".me summary").click()
        self.page.locator(".me").get_by_role("button", name=name).click()
        expect(self.page.locator(".me details[open]")).to_have_count(0)

    def press(self, label: str, within: Page | Locator | None = None) -> None:
        (within or self.page).get_by_role("button", name=dutch(label), exact=True).click()

    def follow(self, label: str, within: Page | Locator | None = None) -> None:
        (within or self.page).get_by_role("link", name=dutch(label), exact=True).first.click()

    # Tasks

    def find(self, task: str, whom: str) -> Locator:
        """The row of this task in the list that is on the page."""
        title = self.house.stage.app.extensions["voorwaarts.house"].library.title(task, "nl")
        link = self.page.get_by_role("link", name=re.compile("^" + re.escape(title)))
        return self.page.get_by_role("row").filter(has_text=whom).filter(has=link).get_by_role("link").first

    def open_task(self, task: str, whom: str) -> Page:
        """From the work list; what nobody has taken yet is found among the team's."""
        self.go("/")
        if not self.find(task, whom).count():
            self.page.get_by_label(dutch("Who does it")).select_option("team")
            expect(self.find(task, whom)).to_be_visible()
        self.find(task, whom).click()
        expect(self.page.get_by_role("button", name=dutch("Finish the task"))).to_be_visible()
        return self.page

    def fill_in(self, task: str, answers: Mapping[str, Any]) -> None:
        """Answer the questions of the task that is on the page, from top to bottom."""
        schema = self.house.stage.app.extensions["voorwaarts.house"].form(task)
        for name, asked in schema["properties"].items():
            if name in answers:
                answer(self.page, asked, answers[name])
        unknown = set(answers) - set(schema["properties"])
        assert not unknown, f"{task} does not ask {unknown}"

    def finish(self) -> None:
        """Send the task that is on the page, and read that it is done."""
        self.press("Finish the task")
        told = self.page.locator("#main .utrecht-alert").first
        expect(told).to_be_visible()
        assert not self.page.locator("#faults").count(), self.page.locator("#faults").inner_text()
        expect(told).to_contain_text(DONE)

    def do(self, task: str, whom: str, answers: Mapping[str, Any]) -> None:
        """A whole task."""
        self.open_task(task, whom)
        self.fill_in(task, answers)
        self.finish()


def answer(within: Page | Locator, asked: Mapping[str, Any], given: Any) -> None:
    """Answer one question, found by its words."""
    label = dutch(asked["title"])
    starts = re.compile("^" + re.escape(label))
    if "x-each" in asked:
        parts = asked["x-item"]["properties"]
        things = within.get_by_role("region", name=label, exact=True).locator("fieldset.thing")
        assert things.count(), f"there is nothing to answer under {label}"
        for thing in things.all():
            for name, one in parts.items():
                if name in given:
                    answer(thing, one, given[name])
    elif "oneOf" in asked:
        words = next(dutch(one["title"]) for one in asked["oneOf"] if one["const"] == given)
        _group(within, label).get_by_role("radio", name=words, exact=True).check()
    elif "x-choices" in asked:
        _group(within, label).get_by_role("radio", name=re.compile(re.escape(given))).check()
    elif asked["type"] == "array":
        group = _group(within, label)
        for value in given:
            words = next(dutch(one["title"]) for one in asked["items"]["oneOf"] if one["const"] == value)
            group.get_by_role("checkbox", name=words, exact=True).check()
    elif asked["type"] == "boolean":
        within.get_by_role("checkbox", name=label, exact=True).check()
    else:
        box = within.get_by_role("textbox", name=starts)
        box.fill(plain_day(given) if isinstance(given, date) else str(given))


def _group(within: Page | Locator, label: str) -> Locator:
    """The choices of a question: a fieldset of their own, or the first ones within a thing's."""
    starts = re.compile(re.escape(label) + r"( \(.*\))?$")
    return within.get_by_role("group", name=starts).or_(within.get_by_role("radiogroup", name=starts))


class People:
    """The officers of a house, each signed in once, when they are first asked for."""

    def __init__(self, house: House, browser: Browser) -> None:
        self.house, self._browser = house, browser
        self._known: dict[tuple[str, str], Person] = {}

    def __getitem__(self, role: str) -> Person:
        return self.called(role)

    def called(self, role: str, number: str = "") -> Person:
        if (role, number) not in self._known:
            self._known[role, number] = self.newcomer(role, number=number).sign_in()
        return self._known[role, number]

    def newcomer(self, role: str, *, number: str = "", **options: Any) -> Person:
        """A person with a browser of their own who has not signed in yet."""
        settings = {"locale": "nl-NL", "viewport": {"width": 1280, "height": 900}, **options}
        return Person(self.house, self._browser.new_context(**settings), role, number)

    def complaints(self) -> list[str]:
        return [one for person in self._known.values() for one in person.complaints]

    def leave(self) -> None:
        for person in self._known.values():
            person.context.close()


@contextmanager
def gathered(house: House, browser: Browser) -> Iterator[People]:
    """The people of a house, until the end of the block; what their browsers complained about is a fault then."""
    people = People(house, browser)
    try:
        yield people
    finally:
        people.leave()
    assert not people.complaints(), "\n".join(people.complaints())


def travel(person: Person, to: date) -> None:
    """With the time machine of the demonstration, from the link at the foot of the page."""
    person.go("/time-machine")
    person.page.get_by_label(dutch("To which day?")).fill(long_day(to))
    person.press("Go to this day")
    expect(person.page.get_by_role("status").first).to_be_visible()
