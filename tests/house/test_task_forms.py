"""Guards the task forms: whole schemas, days that happened, and nobody who sees too much; never how they are drawn."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

FOLDER = Path(__file__).parents[2] / "workflows" / "forms"
FORMS = sorted(FOLDER.glob("*.json"))
PARTS = {"urgency_office", "municipality", "care_provider", "association"}
CARE_GOALS = {
    "goal_work_education", "goal_domestic_relations", "goal_mental_health", "goal_physical_health",
    "goal_substance_use", "goal_daily_living", "goal_social_network", "goal_participation", "goal_justice",
}  # fmt: skip

each_form = pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)


def fields(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, field in schema["properties"].items():
        yield name, field
        if "x-item" in field:
            yield from fields(field["x-item"])


@each_form
def test_a_form_is_a_schema_whose_fields_are_titled_and_whose_readers_are_known(path: Path) -> None:
    form = json.loads(path.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(form)
    assert form["description"] and form["x-sees"]
    assert set(form["x-sees"]) <= PARTS
    for name, field in fields(form):
        assert field["title"], name
        assert set(field.get("x-sees", ())) <= PARTS, name
        choices = [*field.get("oneOf", ()), *field.get("items", {}).get("oneOf", ())]
        assert all(choice["title"] for choice in choices), name


@each_form
def test_every_day_that_something_happened_on_may_not_lie_in_the_future(path: Path) -> None:
    form = json.loads(path.read_text(encoding="utf-8"))
    for name, field in fields(form):
        if name == "on" or name.endswith("_on"):
            assert (field["format"], field["x-past"]) == ("date", True), name


def test_the_association_and_the_urgency_office_never_see_care_goals() -> None:
    form = json.loads((FOLDER / "draft_care_contract.json").read_text(encoding="utf-8"))
    goals = {name: field["x-sees"] for name, field in form["properties"].items() if name in CARE_GOALS}
    assert goals == {name: ["municipality", "care_provider"] for name in CARE_GOALS}


def test_another_fixed_term_cannot_be_chosen() -> None:
    form = json.loads((FOLDER / "decide_conversion.json").read_text(encoding="utf-8"))
    outcomes = [choice["const"] for choice in form["properties"]["outcome"]["oneOf"]]
    assert outcomes == ["convert", "convert_with_aftercare", "do_not_convert"]


@pytest.mark.parametrize(
    ("form", "writer"), [("confirm_conditions", "association"), ("confirm_goals", "care_provider")]
)
def test_the_other_party_sees_of_a_condition_only_whether_it_is_kept(form: str, writer: str) -> None:
    schema = json.loads((FOLDER / f"{form}.json").read_text(encoding="utf-8"))
    asked = schema["properties"]["conditions"]["x-item"]["properties"]
    assert asked["kept"].get("x-sees", schema["x-sees"]) == ["care_provider", "association"]
    assert asked["remark"].get("x-sees", schema["x-sees"]) == [writer]
