"""No citizen number anywhere: it is typed in every box of every form that a page shows, and kept nowhere.

The pages themselves say which forms and boxes there are: a new one is tried as soon as some page shows it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser

import pytest
from sqlalchemy import select

from app.records import Task, db
from app.records.database import let_go, reading
from app.rules.permissions import ROLES
from tests import cast
from tests.cast import Stage
from tests.web.test_every_door import tries

NUMBER = "123456782"
# What is compared and never kept: what somebody signs in with, and the password.
NOT_KEPT = {"password", "csrf_token"}


class Form(HTMLParser):
    """The forms of a page that send something: where to, the boxes to type in, and what stands in the others."""

    def __init__(self, html: str, own: str) -> None:
        super().__init__()
        self.own, self.forms = own, list[tuple[str, list[str], dict[str, str]]]()
        self._text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            there = said.get("method", "get").lower() == "post" and "multipart" not in said.get("enctype", "")
            self.forms.append((unescape(said.get("action") or self.own) if there else "", [], {}))
        if not self.forms or not said.get("name"):
            return
        _, boxes, kept = self.forms[-1]
        if tag == "textarea" or (tag == "input" and said.get("type", "text") in ("text", "search", "email", "tel")):
            boxes.append(said["name"])
            kept.setdefault(said["name"], said.get("value", ""))
        elif tag == "input" and (said.get("type") == "hidden" or "checked" in said):
            kept[said["name"]] = said.get("value", "on")
        elif tag == "input" and said.get("type") == "radio":
            kept.setdefault(said["name"], said.get("value", ""))


def boxes(region: Stage, role: str, addresses: list[str]) -> Iterator[tuple[str, str, dict[str, str]]]:
    """(where it is sent, the box, what else is sent) of every form on these pages."""
    browser, seen = region.browser(role), set[tuple[str, str]]()
    for address in addresses:
        answer = browser.get(address)
        if answer.status_code != 200 or "html" not in answer.content_type:
            continue
        for action, names, kept in Form(answer.get_data(as_text=True), address).forms:
            for name in names:
                if action.startswith("/") and name not in NOT_KEPT and (action, name) not in seen:
                    seen.add((action, name))
                    yield action, name, kept


def kept_anywhere() -> list[str]:
    """The tables in which the number stands."""
    let_go()
    found = []
    for table in db.metadata.sorted_tables:
        if any(NUMBER in str(row) for row in reading().execute(select(table))):
            found.append(table.name)
    let_go()
    return found


@pytest.mark.parametrize("role", ROLES)
def test_it_is_refused_in_every_box_of_every_page(dossier: tuple[Stage, dict[str, object]], role: str) -> None:
    region, ids = dossier
    pages = [one.address for one in tries(region.app, ids) if one.method == "GET"]
    with region.app.app_context():
        open_tasks = reading().scalars(select(Task.id).where(Task.status == "open"))
        pages += [f"/tasks/{task}" for task in open_tasks]
        done = reading().scalars(select(Task.id).where(Task.status == "done").order_by(Task.done_at))
        pages += [f"/tasks/{task}/correction" for task in done]
    browser, wrong, tried = region.browser(role), [], 0
    for action, name, kept in boxes(region, role, pages):
        answer = browser.post(action, data={**kept, name: NUMBER})
        said = unescape(answer.get_data(as_text=True))
        tried += 1
        if answer.status_code < 400 and not _is_harmless(action):
            wrong.append((action, name, answer.status_code))
        elif answer.status_code == 422 and "BSN" not in said and not _asks_a_day(said, name):
            wrong.append((action, name, "no word about it"))
    assert wrong == [] and tried > 5
    with region.app.app_context():
        assert kept_anywhere() == []


@pytest.mark.parametrize(
    "role, place", [("housing_officer", "/trajectories"), ("application_manager", "/management/people")]
)
def test_nobody_is_searched_by_it(region: cast.Stage, role: str, place: str) -> None:
    assert "nobody is found by one" in region.browser(role).get(f"{place}?q={NUMBER}").get_data(as_text=True)


def test_a_draft_is_kept_without_it_and_says_so(region: cast.Stage) -> None:
    trajectory = region.at("check_eligibility")
    task = region.open_tasks(trajectory)["check_eligibility"]
    said = {"evidence": f"bsn {NUMBER}", "reasons": "Wat er verder nog is."}
    browser = region.browser("urgency_officer")
    htmx = browser.post(f"/tasks/{task}/draft", data=said, headers={"HX-Request": "true"})
    assert htmx.status_code == 200 and "BSN" in htmx.get_data(as_text=True)
    plain = browser.post(f"/tasks/{task}/draft", data=said)
    assert plain.status_code == 422 and NUMBER in plain.get_data(as_text=True)  # what was typed is not lost
    with region.app.app_context():
        assert kept_anywhere() == []
        assert "Wat er verder nog is." in str(reading().get_one(Task, task).draft)


def _is_harmless(action: str) -> bool:
    """A sign-in and a language say nothing of anybody."""
    return action.startswith(("/sign-", "/preferences", "/language", "/theme"))


def _asks_a_day(html: str, name: str) -> bool:
    """A box for a day takes no number at all, and says so in its own words."""
    return re.search(rf'class="[^"]* date"[^>]*name="{re.escape(name)}"', html) is not None


def test_why_a_task_was_handed_over_stands_with_it_and_not_in_the_record(region: cast.Stage) -> None:
    task = region.open_tasks(region.at("check_startup_housing"))["check_startup_housing"]
    said = {"to": str(region.user("housing_officer", number="2")), "reason": "Ik ga met verlof."}
    assert region.browser("housing_officer").post(f"/tasks/{task}/hand-over", data=said).status_code == 303
    assert "Ik ga met verlof." in region.browser("team_lead").get(f"/tasks/{task}").get_data(as_text=True)
    assert "Ik ga met verlof." not in region.browser("support_worker").get(f"/tasks/{task}").get_data(as_text=True)
