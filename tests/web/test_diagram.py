"""The drawing a trajectory follows, with its marks, in two languages; and the same in words."""

from __future__ import annotations

import json
import re
from datetime import date
from html import unescape
from uuid import UUID

import pytest
from lxml import etree

from tests import cast


@pytest.fixture(scope="module")
def going(tmp_path_factory: pytest.TempPathFactory) -> tuple[cast.Stage, UUID]:
    """The first review is being prepared: the goals are confirmed, the conditions not yet."""
    region = cast.furnish(tmp_path_factory.mktemp("diagram"))
    trajectory = region.at(until=date(2025, 5, 27), leave=("confirm_conditions",))
    return region, trajectory


def page(region: cast.Stage, trajectory: UUID, role: str = "housing_officer", drawing: str = "") -> str:
    answer = region.browser(role).get(f"/trajectories/{trajectory}/diagram{'/' + drawing if drawing else ''}")
    assert answer.status_code == 200
    return unescape(answer.get_data(as_text=True))


def marks(said: str) -> dict[str, dict[str, str]]:
    found = re.search(r'<script type="application/json" id="marks">(.*?)</script>', said, re.S)
    assert found is not None
    return dict(json.loads(found[1]))


def test_it_opens_at_the_drawing_in_which_something_is_open(going: tuple[cast.Stage, UUID]) -> None:
    found = marks(page(*going))
    assert found["confirm_conditions"]["state"] == "open"
    assert found["confirm_goals"]["state"] == "done"
    assert found["hold_review_meeting"]["state"] == "possible"


def test_what_was_passed_on_the_way_is_marked_and_what_was_not_is_not(going: tuple[cast.Stage, UUID]) -> None:
    found = marks(page(*going, drawing="intake"))
    states = {name: one["state"] for name, one in found.items()}
    steps = ("nominate_candidate", "check_eligibility", "match_home", "sign_lease", "hand_over_keys")
    assert {states[name] for name in steps} == {"done"}
    region, _ = going
    definition = region.app.extensions["voorwaarts.house"].library.definition("conditional_tenancy")
    intake = next(one for one in definition.drawings if one.name == "intake")
    ends = {one.id: one.name("en") for one in intake.elements.values() if one.kind == "endEvent"}
    assert not [name for name in ends if states.get(name) and "eject" in ends[name]]


def test_a_called_drawing_is_open_as_long_as_a_step_in_it_is(going: tuple[cast.Stage, UUID]) -> None:
    region, _ = going
    found = marks(page(*going, drawing="tenancy"))
    definition = region.app.extensions["voorwaarts.house"].library.definition("conditional_tenancy")
    tenancy = next(one for one in definition.drawings if one.name == "tenancy")
    calls = {one.calls: one.id for one in tenancy.elements.values() if one.calls}
    assert found[calls["review"]]["state"] == "open"
    assert found[calls["startup_check"]]["state"] == "done"
    assert found[calls["decision"]]["state"] == "possible"


def test_the_same_stands_there_in_words(going: tuple[cast.Stage, UUID]) -> None:
    region, trajectory = going
    said = page(region, trajectory)
    now, after = said.index("Confirm the conditions"), said.index("After that")
    assert now < after < said.index("Hold the three-way meeting", after)
    assert "Sign" in said[said.index('id="done"') :] or "lease" in said[said.index('id="done"') :]


@pytest.mark.parametrize(("language", "name"), [("en", "Confirm the goals"), ("nl", "Bevestig de doelen")])
def test_the_drawing_speaks_the_language_of_the_page(going: tuple[cast.Stage, UUID], language: str, name: str) -> None:
    region, trajectory = going
    region.app.config["LANGUAGES"] = ["nl", "en"]
    client = region.browser()
    from app.records import User, db

    with region.app.app_context(), db.session.begin():
        row = db.session.get_one(User, region.user("housing_officer"))
        row.language = language
    client = region.browser("housing_officer")
    answer = client.get(f"/trajectories/{trajectory}/diagram/review.bpmn")
    assert answer.status_code == 200 and answer.mimetype == "application/xml"
    names = [element.get("name") for element in etree.fromstring(answer.data).iter("{*}userTask")]
    assert name in names
    with region.app.app_context(), db.session.begin():
        db.session.get_one(User, region.user("housing_officer")).language = "en"


def test_a_drawing_that_is_not_there_is_not_found(going: tuple[cast.Stage, UUID]) -> None:
    region, trajectory = going
    client = region.browser("housing_officer")
    for name in ("nothing", "nothing.bpmn", "..%2Fconfig.bpmn", "conversion_advice.bpmn"):
        assert client.get(f"/trajectories/{trajectory}/diagram/{name}").status_code == 404


def test_the_urgency_office_sees_its_own_part_of_the_way(going: tuple[cast.Stage, UUID]) -> None:
    region, trajectory = going
    said = page(region, trajectory, "urgency_officer")
    found = {name: one for drawing in ("conditional_tenancy", "intake")
             for name, one in marks(page(region, trajectory, "urgency_officer", drawing)).items()}  # fmt: skip
    assert "Confirm" not in said and "three-way" not in said
    assert "check_eligibility" in found and "confirm_goals" not in found
    assert not {one["state"] for one in found.values()} & {"open", "possible"}
