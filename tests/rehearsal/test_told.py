"""What docs/rehearsals.md tells: its example plays, its names are those of the JSON, and two plays give one output."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.rehearsal.laws import broken
from tests.rehearsal.playing import played, tried

DOCS = (Path(__file__).parents[2] / "docs" / "rehearsals.md").read_text(encoding="utf-8")
pytestmark = pytest.mark.slow


@cache
def the_example() -> dict[str, Any]:
    (text,) = re.findall(r"```yaml\n(.*?)```", DOCS, re.DOTALL)
    return tried(text)


def test_the_example_plays_as_it_says() -> None:
    rehearsal = the_example()
    assert (rehearsal["outcome"], rehearsal["refusals"], broken(rehearsal)) == ("ended", [], [])
    assert [one["outcome"] for one in rehearsal["reviews"]] == ["not_held", "on_track", "attention", "off_track"]
    assert next(one["moves"] for one in rehearsal["reviews"] if one["month"] == 6)
    assert rehearsal["tasks"][0]["role"] == "municipal_officer"
    lapsed = {task["task"] for task in rehearsal["tasks"] if task["status"] == "lapsed"}
    assert lapsed == {"advise_as_municipality", "confirm_goals"}


def test_every_name_in_the_json_is_told() -> None:
    for name, value in the_example().items():
        assert f"`{name}`" in DOCS, name
        inside = value if isinstance(value, dict) else value[0] if isinstance(value, list) and value else {}
        for part in inside if isinstance(inside, dict) and name != "entries" else ():
            assert f"`{part}`" in DOCS, (name, part)
    for entry in (*the_example()["entries"], *played("convert")["entries"]):
        kind = entry["kind"].replace("aftercare_", "review_")
        endings = [f"`_{kind.split('_', step)[-1]}`" for step in (1, 2)]
        assert f"`{kind}`" in DOCS or any(ending in DOCS for ending in endings), kind


def test_two_plays_of_one_script_give_one_output() -> None:
    again = tried("about: Everything goes well, both advise to convert, and the lease is converted.")
    assert {**again, "rehearsal": "convert"} == played("convert")
