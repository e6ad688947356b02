"""Every refusal is said in a sentence, in Dutch and in English, with its dates and names filled in."""

from __future__ import annotations

import ast
from datetime import date
from pathlib import Path

import pytest
from flask_babel import force_locale

import app
from app.errors import Fault, NotReady
from app.web import sentences
from tests.web.stage import Stage

HOUSE = Path(app.__file__).parent
REFUSALS = {"NotFound": 0, "NotAllowed": 0, "NotReady": 0, "TooOften": 0, "Invalid": 0, "Fault": 1, "Unreadable": 0}


def codes_raised() -> dict[str, str]:
    """Every code that stands in the code as such -> where."""
    found: dict[str, str] = {}
    for file in sorted(HOUSE.rglob("*.py")):
        tree = ast.parse(file.read_text())
        # A room may have a Fault of its own, for drawings; only the house's are said in a page.
        ours = {
            name.asname or name.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and node.module in ("app.errors", "app.rules.typed")
            for name in node.names
        } | ({"Unreadable"} if file.name == "typed.py" else set())
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in REFUSALS.keys() & ours
            ):
                place = REFUSALS[node.func.id]
                given = [*node.args[place : place + 1], *(word.value for word in node.keywords if word.arg == "code")]
                found |= {code: f"{file.relative_to(HOUSE)}:{node.lineno}" for one in given for code in _texts(one)}
            if (
                "Fault" in ours
                and isinstance(node, ast.Assign)
                and [ast.unparse(one) for one in node.targets] == ["code"]
            ):
                found |= {code: f"{file.relative_to(HOUSE)}:{node.lineno}" for code in _texts(node.value)}
    return found


def _texts(part: ast.expr) -> list[str]:
    """The texts an expression may come to: itself, or both sides of `x if y else z`."""
    if isinstance(part, ast.IfExp):
        return _texts(part.body) + _texts(part.orelse)
    return [part.value] if isinstance(part, ast.Constant) and isinstance(part.value, str) else []


def test_every_code_that_is_raised_has_a_sentence(empty_stage: Stage) -> None:
    mute = {code: place for code, place in codes_raised().items() if not sentences.knows(code)}
    assert not mute, f"no sentence in app/web/sentences.py for: {mute}"


def test_every_objection_of_a_form_has_a_sentence() -> None:
    from app.rules import forms

    assert not [code for code, _limit in forms._OBJECTIONS.values() if not sentences.knows(code)]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_no_sentence_has_a_hole_the_translation_does_not_fill(empty_stage: Stage, language: str) -> None:
    with empty_stage.app.test_request_context(), force_locale(language):
        for code, english in sentences.SENTENCES.items():
            said = sentences.sentence(code, **dict.fromkeys(_holes(english), "iets"))
            assert "%(" not in said and said.endswith((".", "?")), code


def _holes(message: str) -> list[str]:
    return [part.split(")")[0] for part in message.split("%(")[1:]]


def test_a_day_in_a_sentence_is_written_out(empty_stage: Stage) -> None:
    fault = Fault("last_day", "longer_than_two_years", {"first_day": date(2026, 7, 1), "latest_end": date(2028, 6, 30)})
    with empty_stage.app.test_request_context(), force_locale("nl"):
        assert "30\u00a0juni 2028" in sentences.fault(fault, "Laatste dag", "date")


def test_a_day_that_does_not_exist_is_explained(empty_stage: Stage) -> None:
    fault = Fault("visit", "impossible_date", {"raw": "31-6-2026", "month": 6, "days": 30})
    with empty_stage.app.test_request_context(), force_locale("nl"):
        assert sentences.fault(fault, "Bezoek", "date") == "31-6-2026 bestaat niet. De maand juni heeft 30 dagen."


def test_a_missing_choice_asks_to_choose_and_a_missing_text_to_fill_in(empty_stage: Stage) -> None:
    with empty_stage.app.test_request_context(), force_locale("en"):
        fault = Fault("x", "missing", {"kind": "choice"})
        assert sentences.fault(fault, "Answer", "choice") == "Choose an answer for ‘Answer’."
        assert sentences.fault(fault, "Answer", "text") == "Fill in ‘Answer’."


def test_an_unknown_code_still_gets_a_calm_sentence(empty_stage: Stage) -> None:
    with empty_stage.app.test_request_context(), force_locale("en"):
        assert sentences.refusal(NotReady("never_heard_of")) == sentences.sentence("not_ready")


def test_two_features_cannot_say_different_things_for_one_code() -> None:
    with pytest.raises(ValueError, match="not_found"):
        sentences.add({"not_found": "Something else."})
