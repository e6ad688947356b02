"""Whatever is typed stays what it was, and comes out as text: on every page, in addresses, in the database."""

from __future__ import annotations

import json
import re
from html import escape, unescape
from html.parser import HTMLParser
from uuid import UUID

import pytest
from sqlalchemy import select

from app.records import Person, Trajectory
from app.records.database import let_go, reading
from app.rules.permissions import PART_OF_ROLE
from tests.cast import Stage
from tests.web.test_looks import LINK, MOST_PAGES, NOT_FOLLOWED
from tests.web.test_nomination import filled

# One name with what means something in HTML, an attribute, a script, a template, a format, an address and SQL.
NAME = """Zoë "><script>alert(1)</script>' onfocus='x {{7*7}} {% raw %} %(day)s %s {0.__class__} &lt; %3C $(id) '; --"""
SQL = ("' OR 1=1 --", "'; DROP TABLE persons; --", "%", "_", "\\", "x' UNION SELECT password_hash FROM users --", '"')


class Tags(HTMLParser):
    """The tags and the names of attributes a browser sees."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.attributes: set[str] = set()
        self.scripts: list[str] = []
        self._script = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes |= {name for name, _ in attrs}
        self._script = tag == "script"

    def handle_data(self, data: str) -> None:
        if self._script and data.strip():
            self.scripts.append(data)
        self._script = False


def pages(region: Stage, role: str, first: list[str]) -> dict[str, str]:
    """Every page that can be reached by links, up to a number."""
    browser, to_see, seen = region.browser(role), list(first), dict[str, str]()
    while to_see and len(seen) < MOST_PAGES:
        address = to_see.pop(0)
        if address in seen or NOT_FOLLOWED.search(address):
            continue
        answer = browser.get(address)
        assert answer.status_code < 500, address
        if answer.status_code == 200 and answer.mimetype == "text/html":
            seen[address] = answer.text
            to_see += [unescape(link) for link in LINK.findall(answer.text)]
    return seen


@pytest.mark.parametrize("role", PART_OF_ROLE)
def test_a_name_with_marks_in_it_is_text_on_every_page(region: Stage, role: str) -> None:
    trajectory = region.at("confirm_goals", full_name=NAME)
    seen = pages(region, role, ["/", "/trajectories", f"/trajectories/{trajectory}"])
    showing = [page for page in seen.values() if "Zoë" in page]
    assert len(showing) > 3
    for address, page in seen.items():
        tags = Tags(page)
        assert "onfocus" not in tags.attributes and "<script>alert" not in page, address
        assert all(json.loads(script) is not None for script in tags.scripts), "data, and nothing that runs"
        assert "49 {% raw" not in page, address
    assert any(escape(NAME, quote=False) in page.replace("&#34;", '"').replace("&#39;", "'") for page in showing)


def test_what_is_typed_is_read_once_kept_as_it_is_and_written_out_at_the_end(region: Stage) -> None:
    """An escape in what somebody typed is text of theirs: it is not undone on the way in, nor done twice on the way."""
    typed = "A &amp;lt; %253C %41 + \\u0041"
    trajectory = region.start(full_name=typed)
    with region.app.app_context():
        let_go()
        assert reading().get_one(Trajectory, trajectory).tenant.full_name == typed
    page = region.browser("municipal_officer").get(f"/trajectories/{trajectory}").text
    assert escape(typed) in page
    found = region.browser("municipal_officer").get("/trajectories", query_string={"q": "%253C"}).text
    assert escape(typed) in found
    assert escape(typed) not in region.browser("municipal_officer").get("/trajectories?q=%253C").text, "read once: %3C"


@pytest.mark.parametrize("typed", SQL)
def test_no_search_word_reaches_the_database_as_anything_but_a_value(region: Stage, typed: str) -> None:
    region.start(full_name="Henk Tweede")
    browser = region.browser("municipal_officer")
    for question in ({"q": typed}, {"stage": typed}, {"sort": typed}, {"page": typed}):
        answer = browser.get("/trajectories", query_string=question)
        assert answer.status_code == 200
        assert "argon2" not in answer.text
    assert "Henk" not in browser.get("/trajectories", query_string={"q": typed}).text
    with region.app.app_context():
        let_go()
        assert reading().scalar(select(Person.full_name)) == "Henk Tweede"


def test_no_id_in_an_address_is_anything_but_an_id(region: Stage) -> None:
    browser = region.browser("housing_officer")
    for typed in ("1", "1 OR 1=1", "../../etc/passwd", "%2e%2e%2f", "' --", "0" * 36, "{}"):
        for place in ("trajectories", "tasks", "documents", "documents/signed"):
            assert browser.get(f"/{place}/{typed}").status_code == 404


def test_words_in_an_address_are_encoded_for_it(region: Stage) -> None:
    asked = region.browser().get("/", query_string={"whose": 'team&next=//x"<'})
    assert asked.location == "/sign-in?next=%2F%3Fwhose%3Dteam%2526next%253D%2F%2Fx%2522%253C"
    page = region.browser("municipal_officer").get("/trajectories", query_string={"q": 'a&sort=x"<b>#'}).text
    links = [unescape(link) for link in re.findall(r'href="(/trajectories\?[^"]*)"', page)]
    assert links and all("q=a%26sort%3Dx%22%3Cb%3E%23" in link for link in links if "q=" in link)


def test_the_data_in_a_page_can_not_end_its_own_script(region: Stage) -> None:
    trajectory = region.at("confirm_goals", full_name="</script><b>x")
    page = region.browser("housing_officer").get(f"/trajectories/{trajectory}/diagram").text
    (data,) = re.findall(r'<script type="application/json" id="marks">(.*?)</script>', page)
    assert json.loads(data) and "<" not in data
    assert "</script><b>" not in page


def test_signs_that_nobody_sees_are_left_out(region: Stage) -> None:
    typed = filled(region, full_name="Hen\x00k \x1bTwee\u202ede\x07\r\nBcc: x")
    assert region.browser("municipal_officer").post("/trajectories/new", data=typed).status_code == 303
    with region.app.app_context():
        let_go()
        assert reading().scalar(select(Person.full_name)) == "Henk Tweede Bcc: x"


def test_more_than_was_asked_is_passed_over(region: Stage) -> None:
    """Fields that a form does not have are not written, also when a row has them."""
    trajectory = region.at("confirm_goals")
    task = region.open_tasks(trajectory)["confirm_goals"]
    with region.app.app_context():
        let_go()
        before = reading().get_one(Trajectory, trajectory)
        was = (before.reference, before.first_day, before.last_day, before.stage, before.tenant_id)
    strange = {"reference": "X-1", "last_day": "2040-01-01", "stage": "over", "tenant_id": str(UUID(int=1))}
    answer = region.browser("support_worker").post(
        f"/tasks/{task}/completion", data={**region.typed(task), **strange, "status": "lapsed", "role": "team_lead"}
    )
    assert answer.status_code == 303
    with region.app.app_context():
        let_go()
        now = reading().get_one(Trajectory, trajectory)
        assert (now.reference, now.first_day, now.last_day, now.stage, now.tenant_id) == was
    assert region.task(task).role == "support_worker"


def test_of_two_answers_with_one_name_the_last_counts_and_the_address_never_does(region: Stage) -> None:
    browser = region.browser()
    both = {"email": ["nobody@example.org", "housing_officer.a@meerwijk.demo.invalid"], "password": "voorwaarts-demo"}
    assert browser.post("/sign-in?password=voorwaarts-demo", data={**both, "password": "wrong"}).status_code == 422
    assert browser.post("/preferences/language?language=en").status_code == 303
    assert browser.get_cookie("language") is None, "what stands in the address is not what was sent"
