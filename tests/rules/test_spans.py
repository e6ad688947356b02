"""Which spans may be chosen: each within its bounds, those that must fit together, and what no choice can break."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.rules import notice, spans
from app.rules.dates import add_months
from app.rules.schedule import (
    DEFAULT,
    Settings,
    advice_due,
    advice_opens,
    as_spans,
    decision_due,
    earliest_advice,
    out_of_spans,
    review_days,
    review_opens,
)
from app.rules.typed import Unreadable


def test_every_span_may_be_chosen_or_is_named_as_fixed() -> None:
    assert {field.name for field in fields(Settings)} == {*spans.BY_NAME, *spans.FIXED}
    assert not set(spans.BY_NAME) & set(spans.FIXED)


def test_the_programs_own_spans_may_be_chosen() -> None:
    assert spans.judge(DEFAULT) == []


@pytest.mark.parametrize("span", spans.SPANS, ids=lambda span: span.name)
def test_each_has_a_lowest_and_a_highest(span: spans.Span) -> None:
    for value, code in ((span.low - 1, "too_small"), (span.high + 1, "too_large")):
        wrong = replace(DEFAULT, **{span.name: (value,) if span.most else value})
        [fault] = [one for one in spans.judge(wrong) if one.field == span.name]
        assert fault.code == ("months_out_of_range" if span.most else code)


@pytest.mark.parametrize(
    ("chosen", "field", "code"),
    [
        ({"review_months": (6, 3)}, "review_months", "months_not_rising"),
        ({"review_months": (3, 3)}, "review_months", "months_not_rising"),
        ({"review_months": ()}, "review_months", "months_out_of_range"),
        ({"review_months": tuple(range(1, 14)), "review_opens_days": 7}, "review_months", "too_many_months"),
        ({"review_months": (19,)}, "review_months", "no_review_fits"),
        ({"review_months": (3, 4), "review_opens_days": 28}, "review_opens_days", "opens_before_the_one_before"),
        ({"aftercare_months": (1, 2), "aftercare_opens_days": 30}, "aftercare_opens_days",
         "opens_before_the_one_before"),
        ({"decision_due_days": 114}, "decision_due_days", "decision_before_advice"),
        ({"conversation_months": 7}, "warning_months", "counts_shorter_than_before"),
        ({"card_months": 5}, "card_months", "counts_shorter_than_before"),
        ({"warning_months": 3, "card_months": 3}, "recovery_months", "recovery_longer_than_card"),
        ({"delivery_working_days": 4}, "delivery_working_days", "too_small"),
    ],
)  # fmt: skip
def test_what_does_not_fit_together_is_refused(chosen: dict[str, Any], field: str, code: str) -> None:
    assert (field, code) in [(fault.field, fault.code) for fault in spans.judge(replace(DEFAULT, **chosen))]


@pytest.mark.parametrize(
    ("typed", "months"),
    [("3, 6, 9", (3, 6, 9)), ("3 6 9", (3, 6, 9)), ("3,6 en 9", (3, 6, 9)), ("12", (12,)), ("3; 6; and 9", (3, 6, 9))],
)
def test_months_are_read_as_people_type_them(typed: str, months: tuple[int, ...]) -> None:
    assert spans.read_months(typed) == months


@pytest.mark.parametrize("typed", ["", "drie", "3-6-9", "3, zes", "3.5", "99999", "²"])
def test_other_months_are_refused(typed: str) -> None:
    with pytest.raises(Unreadable):
        spans.read_months(typed)


def test_what_was_not_answered_stays_and_every_fault_is_told() -> None:
    was = replace(DEFAULT, card_months=18)
    now, faults = spans.chosen(was, {"review_months": "2, 4", "aftercare_months": "x", "judging_days": 3})
    assert (now.review_months, now.card_months, now.aftercare_months) == ((2, 4), 18, DEFAULT.aftercare_months)
    assert [(fault.field, fault.code) for fault in faults] == [
        ("aftercare_months", "months_unreadable"), ("judging_days", "too_small"),
    ]  # fmt: skip


def any_settings() -> st.SearchStrategy[Settings]:
    def value(span: spans.Span) -> st.SearchStrategy[Any]:
        number = st.integers(span.low, span.high)
        several = st.sets(number, min_size=1, max_size=span.most or 1).map(lambda them: tuple(sorted(them)))
        return several if span.most else number

    chosen = st.fixed_dictionaries({span.name: st.one_of(st.just(getattr(DEFAULT, span.name)), value(span))
                                    for span in spans.SPANS})  # fmt: skip
    return chosen.map(lambda them: replace(DEFAULT, **them)).filter(lambda them: not spans.judge(them))


DAYS = st.dates(date(2024, 1, 1), date(2036, 12, 31))


@settings(deadline=None, max_examples=300)
@given(any_settings())
def test_a_row_keeps_what_differs_and_gives_it_back(chosen: Settings) -> None:
    kept = as_spans(chosen)
    assert out_of_spans({**kept, "a_span_of_long_ago": 3}) == chosen
    assert set(kept) == {name for name, _, _ in spans.differing(DEFAULT, chosen)}


@settings(deadline=None, max_examples=300)
@given(any_settings(), DAYS)
def test_whatever_is_chosen_the_order_of_the_end_holds(chosen: Settings, last: date) -> None:
    """Advice, a week to hear the tenant, decision, window, and five working days at least for the post."""
    window = notice.window(last)
    assert advice_opens(last, chosen) < advice_due(last, chosen)
    assert advice_due(last, chosen) <= decision_due(last, chosen) - timedelta(days=7)
    assert decision_due(last, chosen) < window.safe_first
    assert notice.send_by(last, chosen.delivery_working_days) <= notice.send_by(last)
    assert notice.proof_by(last) <= notice.send_by(last, chosen.delivery_working_days)
    assert earliest_advice(last, chosen=True) <= min(advice_opens(last, chosen), advice_opens(last))


@settings(deadline=None, max_examples=300)
@given(any_settings(), DAYS)
def test_whatever_is_chosen_two_years_have_a_review_and_each_opens_after_the_one_before(
    chosen: Settings, first: date
) -> None:
    days = [day for _, day in review_days(first, add_months(first, 24) - timedelta(days=1), chosen)]
    assert days
    for before, day in zip([first, *days], days, strict=False):
        assert before < review_opens(day, chosen) < day
