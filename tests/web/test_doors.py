"""Every view says who may enter; a visitor signs in first, and a stranger finds nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask

from app.web import doors
from app.web.doors import OpenDoor, anyone, enter, signed_in
from app.web.places import local_path
from tests.web.stage import OFFICER, Stage


def test_a_view_without_a_door_stops_the_start() -> None:
    flask = Flask("bare", static_folder=None)
    flask.add_url_rule("/bare", "bare", lambda: "")
    with pytest.raises(OpenDoor, match="bare"):
        doors.refuse_open_doors(flask)


def test_a_door_names_only_roles_that_exist() -> None:
    with pytest.raises(ValueError, match="janitor"):
        enter("janitor")
    with pytest.raises(ValueError, match="nothing"):
        enter()


def test_every_view_of_the_frame_has_a_door(empty_stage: Stage) -> None:
    assert not [name for name, view in empty_stage.app.view_functions.items() if not doors._door(view)]


def test_a_visitor_is_sent_to_sign_in_and_back_to_the_page(empty_stage: Stage) -> None:
    answer = empty_stage.client().get("/work?who=team")
    assert answer.status_code == 302
    assert answer.location == "/sign-in?next=%2Fwork%3Fwho%3Dteam"


def test_a_visitor_may_come_in_where_anyone_may(empty_stage: Stage) -> None:
    assert empty_stage.client().get("/open").status_code == 200


def test_a_fragment_of_a_visitor_sends_the_whole_page_to_sign_in(empty_stage: Stage) -> None:
    answer = empty_stage.client().get(
        "/work", headers={"HX-Request": "true", "HX-Current-URL": "http://localhost/work?who=team"}
    )
    assert answer.headers["HX-Redirect"] == "/sign-in?next=%2Fwork%3Fwho%3Dteam"


def test_what_was_typed_before_signing_out_is_given_back(empty_stage: Stage) -> None:
    answer = empty_stage.client().post(
        "/echo", data={"text": "Opent de post elke dinsdag.", "password": "geheim woord"}
    )
    html = answer.get_data(as_text=True)
    assert answer.status_code == 401
    assert "Opent de post elke dinsdag." in html and "geheim woord" not in html


@pytest.mark.parametrize(
    ("role", "status"), [("team_lead", 200), ("housing_officer", 404), ("application_manager", 404)]
)
def test_a_page_is_not_there_for_another_role(officer_stage: Stage, role: str, status: int) -> None:
    officer_stage.viewer = replace(OFFICER, role=role)
    assert officer_stage.client().get("/leads").status_code == status


def test_not_there_and_not_for_you_look_the_same(officer_stage: Stage) -> None:
    client = officer_stage.client()
    hidden, absent = (client.get(path).get_data(as_text=True) for path in ("/leads", "/nowhere"))
    assert _without_number(hidden.replace("/leads", "")) == _without_number(absent.replace("/nowhere", ""))


def _without_number(html: str) -> str:
    return "\n".join(
        line for line in html.splitlines() if "csrf_token" not in line and 'class="muted small number"' not in line
    )


def test_static_files_never_ask_who_is_looking(officer_stage: Stage) -> None:
    asked = []
    officer_stage.app.before_request_funcs[None].insert(1, lambda: asked.append(1) if doors.g.viewer else None)
    assert officer_stage.client().get("/static/app.js").status_code == 200
    assert not asked


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("/work?who=team", "/work?who=team"),
        ("http://localhost/work", "/work"),
        ("https://elsewhere.example/work", "/"),
        ("//elsewhere.example/work", "/"),
        ("/\\elsewhere.example", "/"),
        ("/\t/elsewhere.example", "/"),
        ("javascript:alert(1)", "/"),
        ("work", "/"),
        ("", "/"),
    ],
)
def test_the_way_back_never_leaves_this_site(empty_stage: Stage, address: str, path: str) -> None:
    with empty_stage.app.test_request_context("/"):
        assert local_path(address) == path


def test_doors_for_everybody_and_for_people_are_words_not_roles() -> None:
    assert {anyone, signed_in}.isdisjoint(doors.ROLES)
