"""What every page shares: the bar, the languages, the headers, and a calm page when something goes wrong."""

from __future__ import annotations

import gzip
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from flask_babel import force_locale

from app import catalogue
from app.rules import permissions
from app.web import csrf, words
from tests.web import stage
from tests.web.stage import OFFICER, Stage


def test_a_page_allows_nothing_from_elsewhere_and_nothing_inline(officer_stage: Stage) -> None:
    answer = officer_stage.client().get("/work")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy and "data:" not in policy
    html = answer.get_data(as_text=True)
    assert not re.findall(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)|data:", html)


def test_no_template_asks_htmx_for_what_the_policy_forbids() -> None:
    forbidden = re.compile(r"hx-on|hx-vals=.js:|hx-trigger=.[a-z]+\[|\sstyle=|\sonclick=|<style|javascript:")
    templates = stage.HOUSE.joinpath("templates").rglob("*.html")
    assert not [file.name for file in templates if forbidden.search(file.read_text())]


def test_personal_pages_are_never_kept_on_the_way(officer_stage: Stage) -> None:
    answer = officer_stage.client().get("/work")
    assert answer.headers["Cache-Control"] == "no-store"
    assert {"HX-Request", "Cookie"} <= set(answer.vary)


def test_the_menu_shows_the_places_of_a_role(officer_stage: Stage) -> None:
    html = officer_stage.client().get("/work").get_data(as_text=True)
    assert 'href="/work" aria-current="page"' in html and 'href="/trajectories"' in html
    assert 'href="/management"' not in html and 'href="/mail"' not in html
    assert "9 taken te laat of deze week" in html


def test_the_work_is_counted_once_for_the_wide_and_the_narrow_menu(officer_stage: Stage) -> None:
    officer_stage.client().get("/work")
    assert len(officer_stage.counted) == 1


def test_the_manager_sees_management_and_has_no_work(officer_stage: Stage) -> None:
    officer_stage.viewer = replace(OFFICER, role="application_manager")
    html = officer_stage.client().get("/management").get_data(as_text=True)
    assert 'href="/management" aria-current="page"' in html and 'href="/mail"' in html
    assert 'href="/work"' not in html and not officer_stage.counted


def test_the_demo_says_that_names_are_invented_and_shows_the_mail(catalogues: Path) -> None:
    html = stage.build(catalogues, OFFICER, demo=True).client().get("/work").get_data(as_text=True)
    assert "Demo: alle namen zijn verzonnen" in html and 'href="/mail"' in html


def test_real_use_does_not_speak_of_a_demo(officer_stage: Stage) -> None:
    assert "verzonnen" not in officer_stage.client().get("/work").get_data(as_text=True)


# -- language and look ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "language"),
    [("nl", "nl"), ("en-GB,en;q=0.8", "en"), ("de-DE,de;q=0.9", "nl"), ("de,en;q=0.5", "en"), ("", "nl")],
)
def test_a_visitor_gets_the_language_the_browser_asks_for_or_dutch(
    empty_stage: Stage, asked: str, language: str
) -> None:
    html = empty_stage.client().get("/open", headers={"Accept-Language": asked}).get_data(as_text=True)
    assert f'<html lang="{language}"' in html


def test_the_persons_own_language_wins_from_cookie_and_browser(officer_stage: Stage) -> None:
    client = officer_stage.client()
    client.set_cookie("language", "en")
    html = client.get("/work", headers={"Accept-Language": "en"}).get_data(as_text=True)
    assert '<html lang="nl"' in html and "Mijn werk" in html


def test_choosing_a_language_is_remembered_and_leads_back_to_the_page(officer_stage: Stage) -> None:
    client = officer_stage.client()
    token = officer_stage.token(client)
    answer = client.post(
        "/preferences/language", data={"csrf_token": token, "language": "en", "next": "/work?who=team"}
    )
    assert (answer.status_code, answer.location) == (303, "/work?who=team")
    assert officer_stage.remembered == [f"{OFFICER.name}: en"]


def test_a_language_that_does_not_exist_changes_nothing(officer_stage: Stage) -> None:
    client = officer_stage.client()
    client.post("/preferences/language", data={"csrf_token": officer_stage.token(client), "language": "xx"})
    assert not officer_stage.remembered


def test_the_look_is_in_the_page_before_any_style_arrives(officer_stage: Stage) -> None:
    client = officer_stage.client()
    client.post("/preferences/theme", data={"csrf_token": officer_stage.token(client), "theme": "dark"})
    assert 'data-theme="dark"' in client.get("/work").get_data(as_text=True)
    client.post("/preferences/theme", data={"csrf_token": officer_stage.token(client), "theme": "device"})
    assert "data-theme" not in client.get("/work").get_data(as_text=True)


def test_every_sentence_has_its_dutch() -> None:
    fresh = {message.id for message in catalogue.gather() if message.id}
    dutch = catalogue.read("nl")
    known = {message.id for message in dutch}
    assert not catalogue.untranslated(dutch)
    assert not fresh - known, "run: python -m app.catalogue"


def test_every_shared_code_has_words() -> None:
    family = words.WORDS
    assert set(permissions.ROLES) | {"nominator"} == set(family["role"])
    assert set(permissions.ROLE_OF_PART) == set(family["part"])
    assert set(permissions.CONDITIONS) == set(family["condition"])
    assert {*permissions.HOUSING_DOMAINS, *permissions.CARE_DOMAINS} == set(family["goal"])


# -- dates and sums ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "language", "expected"),
    [
        (words.day, "nl", "15\u00a0maart 2027"),
        (words.day, "en", "15\u00a0March 2027"),
        (words.short_day, "nl", "15\u00a0mrt 2027"),
        (words.weekday, "nl", "maandag 15\u00a0maart 2027"),
        (words.near_day, "nl", "ma 15\u00a0mrt"),
    ],
)
def test_a_day_keeps_its_month_beside_it(empty_stage: Stage, written: object, language: str, expected: str) -> None:
    with empty_stage.app.test_request_context(), force_locale(language):
        assert written(date(2027, 3, 15)) == expected  # type: ignore[operator]


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (-8, "8 dagen te laat"), (-1, "1 dag te laat"), (0, "vandaag"), (1, "morgen"), (4, "over 4 dagen"),
        (20, "over 20 dagen"), (21, "over 3 weken"), (90, "over 3 maanden"),
    ],
)  # fmt: skip
def test_how_far_away_a_due_day_is(empty_stage: Stage, days: int, expected: str) -> None:
    today = date(2026, 11, 22)
    with empty_stage.app.test_request_context(), force_locale("nl"):
        assert words.distance(date.fromordinal(today.toordinal() + days), today) == expected


def test_a_moment_is_told_in_amsterdam_time(empty_stage: Stage) -> None:
    with empty_stage.app.test_request_context(), force_locale("nl"):
        assert words.moment(datetime(2026, 7, 1, 22, 30, tzinfo=UTC)) == "2\u00a0juli 2026, 00.30"
        assert words.stamp(date(2027, 3, 15)) == '<time datetime="2027-03-15">15\u00a0maart 2027</time>'


def test_euros_are_written_the_dutch_way(empty_stage: Stage) -> None:
    with empty_stage.app.test_request_context(), force_locale("nl"):
        assert words.euros(1612.5) == "€\u00a01.612,50"


# -- forms' tokens and compression ---------------------------------------------------------------------------------


def test_a_form_without_our_token_is_refused_and_its_text_given_back(officer_stage: Stage) -> None:
    answer = officer_stage.client().post("/echo", data={"text": "Opent de post elke dinsdag."})
    assert answer.status_code == 400
    assert "Opent de post elke dinsdag." in answer.get_data(as_text=True)


def test_the_token_is_written_differently_in_every_answer_and_each_is_accepted(officer_stage: Stage) -> None:
    client = officer_stage.client()
    tokens = {officer_stage.token(client) for _ in range(3)}
    assert len(tokens) == 3
    for token in tokens:
        assert client.post("/echo", data={"csrf_token": token, "text": "ja"}).get_data(as_text=True) == "ja"


@pytest.mark.parametrize("sent", ["", "x", "é", "aGFsbG8=", "AAAA"])
def test_a_strange_token_is_refused_not_a_crash(officer_stage: Stage, sent: str) -> None:
    assert csrf.unmask(csrf.mask("plain")) == "plain"
    assert officer_stage.client().post("/echo", data={"csrf_token": sent}).status_code == 400


def test_pages_are_compressed_for_who_can_read_that(officer_stage: Stage) -> None:
    client = officer_stage.client()
    squeezed = client.get("/work", headers={"Accept-Encoding": "gzip"})
    assert squeezed.headers["Content-Encoding"] == "gzip" and "Accept-Encoding" in squeezed.vary
    assert b"<!doctype html>" in gzip.decompress(squeezed.data)
    assert "Content-Encoding" not in client.get("/work").headers


def test_a_built_file_may_be_kept_for_ever_and_comes_compressed(catalogues: Path, tmp_path: Path) -> None:
    built = tmp_path / "built"
    built.mkdir()
    (built / "ui.abc.css").write_text("p{}" * 500)
    (built / "ui.abc.css.gz").write_bytes(gzip.compress(b"p{}" * 500))
    (built / "manifest.json").write_text('{"ui.css": "ui.abc.css"}')
    on = stage.build(catalogues)
    on.app.static_folder = str(tmp_path)
    answer = on.client().get("/static/built/ui.abc.css", headers={"Accept-Encoding": "gzip"})
    assert answer.mimetype == "text/css" and answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(answer.data) == b"p{}" * 500
    assert answer.cache_control.immutable and answer.cache_control.max_age == 365 * 24 * 3600
    assert on.client().get("/static/built/ui.abc.css").data == b"p{}" * 500


# -- mishaps -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path", "status", "heading"),
    [
        ("GET", "/nowhere", 404, "Deze pagina bestaat niet"),
        ("GET", "/gone", 404, "Deze pagina bestaat niet"),
        ("GET", "/echo", 405, "Deze pagina is niet op deze manier te gebruiken"),
        ("POST", "/clash", 409, "Iemand was u voor"),
        ("POST", "/whole", 422, "Er is nog iets nodig"),
        ("POST", "/full", 507, "Er is geen ruimte meer om dit te bewaren"),
        ("GET", "/break", 500, "Er ging bij ons iets mis"),
    ],
)
def test_every_mishap_says_what_happened_what_was_kept_and_what_to_do(
    officer_stage: Stage, method: str, path: str, status: int, heading: str
) -> None:
    client = officer_stage.client()
    data = {"csrf_token": officer_stage.token(client)} if method == "POST" else None
    answer = client.open(path, method=method, data=data)
    html = answer.get_data(as_text=True)
    assert answer.status_code == status
    assert all(
        words in html for words in (heading, "Wat is bewaard", "Wat u kunt doen", answer.headers["X-Request-Id"])
    )
    assert "a secret inside" not in html and answer.headers["Cache-Control"] == "no-store"


def test_htmx_gets_a_notice_above_the_page_and_keeps_what_is_typed(officer_stage: Stage) -> None:
    client = officer_stage.client()
    answer = client.post("/clash", data={"csrf_token": officer_stage.token(client)}, headers={"HX-Request": "true"})
    html = answer.get_data(as_text=True)
    assert answer.status_code == 409 and answer.headers["HX-Retarget"] == "#notice"
    assert "<html" not in html and "Iemand was u voor" in html


def test_a_broken_page_does_not_count_the_work_again(officer_stage: Stage) -> None:
    officer_stage.client().get("/break")
    assert not officer_stage.counted
