"""Forms: the fields to draw, and what somebody filled in as answers or faults."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import Fault
from app.rules.forms import Choice, Field, Need, asked_lists, fields, read

TODAY = date(2026, 5, 20)
HOME = Path(__file__).parents[2] / "workflows" / "forms"
DRAWN = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(HOME.glob("*.json"))}

YES_NO = [{"const": "yes", "title": "Yes"}, {"const": "no", "title": "No"}]
FORM: dict[str, Any] = {
    "type": "object",
    "x-sees": ["association", "care_provider"],
    "properties": {
        "visited_on": {"title": "When?", "type": "string", "format": "date", "x-past": True},
        "until": {"title": "Until when?", "type": "string", "format": "date", "x-group": "Later"},
        "heard": {"title": "Heard?", "description": "By you.", "type": "string", "oneOf": YES_NO},
        "reason": {"title": "Why not?", "type": "string", "maxLength": 20, "x-widget": "textarea"},
        "name": {"title": "Who?", "type": "string", "minLength": 2, "maxLength": 10, "x-sees": ["association"]},
        "home": {"title": "Home", "type": "string", "x-choices": "homes"},
        "ways": {"title": "How?", "type": "array", "minItems": 2, "uniqueItems": True, "items": {"oneOf": YES_NO}},
        "tenants": {"title": "Who else?", "type": "array", "items": {"type": "string", "x-choices": "tenants"}},
        "rent": {"title": "Rent", "type": "number", "minimum": 0, "x-widget": "money"},
        "keys": {"title": "Keys", "type": "integer", "minimum": 1, "maximum": 50},
        "agreed": {"title": "Agreed", "type": "boolean", "const": True},
        "alone": {"title": "Alone", "type": "boolean"},
        "goals": {
            "title": "Goals",
            "type": "object",
            "x-each": "goals",
            "x-item": {
                "type": "object",
                "properties": {
                    "met": {"title": "Met?", "type": "string", "oneOf": YES_NO},
                    "remark": {"title": "Remark", "type": "string", "maxLength": 20},
                },
                "required": ["met"],
                "if": {"properties": {"met": {"const": "no"}}},
                "then": {"required": ["remark"]},
            },
        },
    },
    "required": ["visited_on", "heard", "name", "home", "rent", "keys", "ways", "agreed", "goals"],
    "allOf": [{"if": {"properties": {"heard": {"const": "no"}}}, "then": {"required": ["reason"]}}],
}
CHOICES: dict[str, Sequence[Choice]] = {
    "homes": [Choice("h1", "Dorpsstraat 1"), Choice("h2", "Dorpsstraat 2")],
    "tenants": [Choice("t1", "T. Voorbeeld")],
    "goals": [Choice("g1", "Keeps the home tidy"), Choice("g2", "Pays the rent")],
}
WHOLE: dict[str, Any] = {
    "csrf_token": ["abc"],
    "visited_on": ["18 mei"],
    "until": ["1-7-2027"],
    "heard": ["yes"],
    "name": [" T.  Voor "],
    "home": ["h2"],
    "ways": ["no", "yes", "no"],
    "tenants": ["t1"],
    "rent": ["€ 1.234,50"],
    "keys": ["3"],
    "agreed": ["on"],
    "goals.g1.met": ["yes"],
    "goals.g2.met": "no",
    "goals.g2.remark": ["Nog niet"],
}
ANSWERS = {
    "visited_on": "2026-05-18",
    "until": "2027-07-01",
    "heard": "yes",
    "name": "T. Voor",
    "home": "h2",
    "ways": ["no", "yes"],
    "tenants": ["t1"],
    "rent": 1234.5,
    "keys": 3,
    "agreed": True,
    "alone": False,
    "goals": {"g1": {"met": "yes"}, "g2": {"met": "no", "remark": "Nog niet"}},
}


def faults(**changed: Any) -> list[Fault]:
    return read(FORM, {**WHOLE, **changed}, CHOICES, TODAY).faults


def test_a_whole_form_becomes_clean_answers() -> None:
    reading = read(FORM, WHOLE, CHOICES, TODAY)
    assert reading.faults == []
    assert reading.answers == ANSWERS
    assert json.loads(json.dumps(reading.answers)) == ANSWERS


def test_clean_answers_read_again_stay_the_same() -> None:
    raw = {name: value for name, value in ANSWERS.items() if name != "goals"}
    raw |= {"goals.g1.met": "yes", "goals.g2.met": "no", "goals.g2.remark": "Nog niet"}
    assert read(FORM, raw, CHOICES, TODAY).answers == ANSWERS


def test_an_empty_form_names_every_missing_answer_once_in_the_order_of_the_form() -> None:
    reading = read(FORM, {}, CHOICES, TODAY)
    assert [(fault.field, fault.code) for fault in reading.faults] == [
        ("visited_on", "missing"),
        ("heard", "missing"),
        ("name", "missing"),
        ("home", "missing"),
        ("ways", "missing"),
        ("rent", "missing"),
        ("keys", "missing"),
        ("agreed", "must_be_ticked"),
        ("goals.g1.met", "missing"),
        ("goals.g2.met", "missing"),
    ]
    assert reading.faults[0].params == {"kind": "date"}
    assert reading.answers == {"alone": False, "goals": {}}


@pytest.mark.parametrize(
    ("field", "raw", "code", "params"),
    [
        ("visited_on", "30-2-2026", "impossible_date", {"raw": "30-2-2026", "month": 2, "days": 28}),
        ("visited_on", "ooit", "not_a_date", {"raw": "ooit"}),
        ("visited_on", "21-5-2026", "in_the_future", {"date": date(2026, 5, 21), "today": TODAY}),
        ("heard", "maybe", "not_a_choice", {}),
        ("home", "h3", "not_a_choice", {}),
        ("tenants", ["t1", "t2"], "not_a_choice", {}),
        ("ways", ["yes", "other"], "not_a_choice", {}),
        ("ways", ["yes", "yes"], "too_few", {"min": 2}),
        ("name", "x" * 11, "too_long", {"max": 10}),
        ("name", "1 " * 200_000, "too_long", {"max": 10}),
        ("name", "x", "too_short", {"min": 2}),
        ("name", " \x00 ", "missing", {"kind": "text"}),
        ("name", "123456782", "looks_like_bsn", {}),
        ("reason", "nr 1234.56.782", "looks_like_bsn", {}),
        ("rent", "veel", "not_a_number", {"raw": "veel"}),
        ("rent", "-1", "too_small", {"min": 0}),
        ("keys", "0", "too_small", {"min": 1}),
        ("keys", "51", "too_large", {"max": 50}),
        ("keys", "2,5", "not_a_number", {"raw": "2,5"}),
        ("agreed", "off", "must_be_ticked", {}),
        ("alone", "perhaps", "not_a_choice", {}),
        ("goals.g1.met", "perhaps", "not_a_choice", {}),
        ("goals.g2.remark", "x" * 21, "too_long", {"max": 20}),
    ],
)
def test_each_fault_lands_at_its_field(field: str, raw: Any, code: str, params: dict[str, Any]) -> None:
    assert faults(**{field: raw}) == [Fault(field, code, params)]


def test_today_itself_is_not_in_the_future() -> None:
    assert faults(visited_on="20-5-2026") == []


def test_a_lone_answer_with_a_fault_is_not_kept() -> None:
    reading = read(FORM, {**WHOLE, "name": "x" * 11, "goals.g2.met": "perhaps"}, CHOICES, TODAY)
    assert "name" not in reading.answers
    assert reading.answers["goals"]["g2"] == {"remark": "Nog niet"}


def test_an_answer_that_asks_for_another_gets_the_fault_at_that_other_field() -> None:
    assert faults(heard="no") == [Fault("reason", "missing", {"kind": "textarea"})]
    assert faults(heard="no", reason="Niet thuis") == []
    assert faults(**{"goals.g2.remark": ""}) == [Fault("goals.g2.remark", "missing", {"kind": "text"})]


def test_nothing_more_is_asked_while_the_deciding_answer_is_missing() -> None:
    assert faults(heard="") == [Fault("heard", "missing", {"kind": "choice"})]
    assert faults(heard="maybe") == [Fault("heard", "not_a_choice")]


def test_lines_are_kept_in_a_large_text_and_joined_in_a_small_one() -> None:
    reading = read(FORM, {**WHOLE, "reason": "a\r\nb", "name": "a\r\nb"}, CHOICES, TODAY)
    assert (reading.answers["reason"], reading.answers["name"]) == ("a\nb", "a b")


def test_names_the_form_does_not_have_are_passed_over() -> None:
    raw = {**WHOLE, "goals.g3.met": ["yes"], "goals": ["x"], "role": ["team_lead"], "": ["x"]}
    assert read(FORM, raw, CHOICES, TODAY).answers == ANSWERS


def test_values_from_a_file_are_read_like_typed_ones() -> None:
    raw = {**WHOLE, "visited_on": date(2026, 5, 18), "rent": 1234.5, "keys": 3, "agreed": True, "alone": False}
    assert read(FORM, raw, CHOICES, TODAY).answers == ANSWERS


def test_a_list_that_is_not_handed_in_is_our_own_mistake() -> None:
    for wrong in (lambda: read(FORM, WHOLE, {}, TODAY), lambda: fields(FORM, {})):
        with pytest.raises(KeyError):
            wrong()
    with pytest.raises(TypeError):
        read(FORM, WHOLE, CHOICES, datetime(2026, 5, 20))  # noqa: DTZ001


@pytest.mark.parametrize(
    "wrong",
    [
        {"required": ["nmae"]},
        {"allOf": [{"if": {"properties": {"heard": {"const": "no"}}}, "then": {"required": ["raeson"]}}]},
        {"anyOf": [{"required": ["name"]}, {"required": ["home"]}]},
        {"properties": {"name": {"type": "null"}}, "required": []},
    ],
)
def test_a_form_that_can_not_be_read_is_refused_at_once(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="form"):
        read({**FORM, **wrong}, WHOLE, CHOICES, TODAY)


junk = st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=30) | st.binary()
names = st.sampled_from([*WHOLE, "goals.g1.remark", "alone", "reason"]) | st.text(max_size=10)


@settings(deadline=None)
@given(st.dictionaries(names, junk | st.lists(junk, max_size=3) | st.dictionaries(st.text(), junk, max_size=2)))
def test_nothing_that_is_sent_can_break_the_reading(raw: dict[str, Any]) -> None:
    reading = read(FORM, raw, CHOICES, TODAY)
    found = [fault.field for fault in reading.faults]
    assert len(found) == len(set(found))
    json.dumps(reading.answers, allow_nan=False).encode("utf-8")


def test_fields_are_drawn_from_the_schema() -> None:
    drawn = {field.name: field for field in fields(FORM, CHOICES)}
    assert list(drawn) == list(FORM["properties"])
    assert [drawn[name].kind for name in ("visited_on", "heard", "reason", "name", "home", "ways", "rent", "keys")] == [
        *("date", "choice", "textarea", "text", "choice", "choices", "money", "integer"),
    ]
    assert drawn["visited_on"].past and not drawn["until"].past
    assert (drawn["heard"].label, drawn["heard"].hint, drawn["until"].group) == ("Heard?", "By you.", "Later")
    assert drawn["heard"].options == (Choice("yes", "Yes"), Choice("no", "No")) == drawn["ways"].options
    assert drawn["home"].options == tuple(CHOICES["homes"])
    assert drawn["name"].maxlength == 10
    assert (drawn["name"].sees, drawn["home"].sees) == (("association",), ("association", "care_provider"))
    assert drawn["name"].required and not drawn["until"].required
    assert drawn["reason"].needed_when == Need("heard", ("no",))
    assert drawn["agreed"].required and not drawn["alone"].required


def test_a_group_has_one_item_for_each_thing_handed_in() -> None:
    goals = next(field for field in fields(FORM, CHOICES) if field.name == "goals")
    assert goals.kind == "group"
    assert [(item.kind, item.name, item.label) for item in goals.parts] == [
        ("item", "goals.g1", "Keeps the home tidy"),
        ("item", "goals.g2", "Pays the rent"),
    ]
    met, remark = goals.parts[1].parts
    assert (met.name, met.kind, met.required) == ("goals.g2.met", "choice", True)
    assert remark.needed_when == Need("goals.g2.met", ("no",))


def test_a_form_tells_which_lists_it_needs() -> None:
    assert asked_lists(FORM) == {"homes", "tenants", "goals"}


def some_of_each(schema: Mapping[str, Any]) -> dict[str, list[Choice]]:
    return {name: [Choice(f"{name}-1", "One"), Choice(f"{name}-2", "Two")] for name in asked_lists(schema)}


def questions(drawn: Sequence[Field]) -> Iterator[Field]:
    for field in drawn:
        yield from questions(field.parts) if field.parts else [field]


def filled(field: Field) -> list[str]:
    texts = {"date": "2 jan 2026", "text": "Kort", "textarea": "Lang\r\nverhaal", "money": "612,50", "integer": "2"}
    if field.kind == "boolean":
        return ["on"]
    return [texts[field.kind]] if field.kind in texts else [option.value for option in field.options[:1]]


@pytest.mark.parametrize("task", DRAWN)
def test_every_task_form_can_be_drawn_and_filled_in(task: str) -> None:
    schema = DRAWN[task]
    choices = some_of_each(schema)
    asked = list(questions(fields(schema, choices)))
    assert all(field.label for field in asked)
    reading = read(schema, {field.name: filled(field) for field in asked}, choices, TODAY)
    assert reading.faults == []


@pytest.mark.parametrize("task", DRAWN)
def test_every_task_form_left_empty_tells_what_is_missing(task: str) -> None:
    schema = DRAWN[task]
    choices = some_of_each(schema)
    needed = {field.name for field in questions(fields(schema, choices)) if field.required}
    reading = read(schema, {}, choices, TODAY)
    assert {fault.field for fault in reading.faults} == needed != set()
    assert {fault.code for fault in reading.faults} <= {"missing", "must_be_ticked"}


def test_the_text_in_every_task_form_has_an_end() -> None:
    for task, schema in DRAWN.items():
        for field in questions(fields(schema, some_of_each(schema))):
            assert field.maxlength or field.kind not in ("text", "textarea"), f"{task}: {field.name}"
