"""Guards the decision table: valid for any modeller, and one advice for every state of affairs; never the decision."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnValidator
from SpiffWorkflow.dmn.parser.BpmnDmnParser import SCHEMAS

from app.engine import expressions

TABLE = Path(__file__).parents[2] / "workflows" / "conversion_advice.dmn"
DMN = "https://www.omg.org/spec/DMN/20191111/MODEL/"
NS = {"dmn": DMN}
CARDS = ("none", "yellow_card", "red_card")
ADVICES = ("convert", "convert_with_aftercare", "do_not_convert", "not_received")


def test_the_decision_table_opens_in_any_modeller() -> None:
    schema = SCHEMAS[DMN]
    BpmnValidator(schema).validate(etree.parse(TABLE), TABLE.name)


def advice(
    provider: str, municipality: str, last_review: str, off_track: int, card: str = "none"
) -> list[tuple[str, str]]:
    """What each fitting row of the table says."""
    root = etree.parse(TABLE).getroot()
    facts = {
        "provider_advice": provider,
        "municipality_advice": municipality,
        "last_review": last_review,
        "reviews_off_track": off_track,
        "card": card,
    }
    inputs = [node.text for node in root.iterfind(".//dmn:inputExpression/dmn:text", NS)]
    said = []
    for rule in root.iterfind(".//dmn:rule", NS):
        cells = [node.text for node in rule.iterfind("dmn:inputEntry/dmn:text", NS)]
        asked = [expressions.cell(name, cell) for name, cell in zip(inputs, cells, strict=True) if cell != "-"]
        if all(expressions.evaluate(text, facts, {}) for text in asked):
            outcome, because = (node.text.strip('"') for node in rule.iterfind("dmn:outputEntry/dmn:text", NS))
            said.append((outcome, because))
    return said


@pytest.mark.parametrize(("provider", "municipality"), list(product(ADVICES, ADVICES)))
def test_the_table_gives_exactly_one_advice_whatever_is_known(provider: str, municipality: str) -> None:
    for last_review, off_track, card in product(("on_track", "attention", "off_track", "none"), range(7), CARDS):
        assert len(advice(provider, municipality, last_review, off_track, card)) == 1, (last_review, off_track, card)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (("convert", "convert", "on_track", 0), ("convert", "all_positive")),
        (("convert", "convert", "none", 0), ("convert", "all_positive")),
        (("convert", "convert", "on_track", 2), ("convert_with_aftercare", "off_track")),
        (("convert", "convert", "off_track", 1), ("convert_with_aftercare", "off_track")),
        (("convert", "convert_with_aftercare", "attention", 0), ("convert_with_aftercare", "aftercare_advised")),
        (("do_not_convert", "do_not_convert", "on_track", 0), ("do_not_convert", "both_negative")),
        (("convert", "do_not_convert", "off_track", 3), ("", "advices_differ")),
        (("convert", "not_received", "on_track", 0), ("", "not_enough_known")),
        (("not_received", "not_received", "off_track", 1), ("", "not_enough_known")),
        (("not_received", "do_not_convert", "off_track", 2), ("do_not_convert", "off_track")),
        (("convert", "convert", "on_track", 0, "yellow_card"), ("convert", "all_positive")),
        (("convert", "convert", "on_track", 0, "red_card"), ("", "red_card")),
        (("do_not_convert", "convert_with_aftercare", "on_track", 0, "red_card"), ("", "red_card")),
        (("do_not_convert", "not_received", "on_track", 0, "red_card"), ("do_not_convert", "red_card")),
    ],
)
def test_the_table_advises(given: tuple[Any, ...], expected: tuple[str, str]) -> None:
    assert advice(*given) == [expected]


def test_the_table_never_advises_against_someone_whom_an_adviser_supports() -> None:
    for provider, municipality, last_review, off_track, card in product(
        ADVICES, ADVICES, ("on_track", "attention", "off_track", "none"), range(7), CARDS
    ):
        if {provider, municipality} & {"convert", "convert_with_aftercare"}:
            assert advice(provider, municipality, last_review, off_track, card)[0][0] != "do_not_convert"
