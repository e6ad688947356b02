"""What people type: days, amounts, numbers, text, and the citizen number that may not be there."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.rules.typed import (
    Unreadable,
    looks_like_bsn,
    parse_amount,
    parse_date,
    parse_text,
    parse_whole,
    without_codes,
)

TODAY = date(2026, 5, 20)
DUTCH = [
    "januari",
    "februari",
    "maart",
    "april",
    "mei",
    "juni",
    "juli",
    "augustus",
    "september",
    "oktober",
    "november",
    "december",
]
ENGLISH = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
SHORT = ["jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec"]

some_day = st.dates(date(1900, 1, 1), date(2199, 12, 31))


def refusal(raw: str, today: date | None = TODAY) -> tuple[str, dict[str, object]]:
    with pytest.raises(Unreadable) as refused:
        parse_date(raw, today)
    return refused.value.code, refused.value.params


@pytest.mark.parametrize(
    "raw",
    [
        *("2-6-2026", "02-06-2026", "2/6/2026", "2.6.2026", "2 6 2026", "2/6/26", "2-6-26", "2–6–2026"),
        *("20260602", "2026-06-02", "2026-6-2", "2026/06/02", "02062026", "  2-6-2026  "),
        *("2 juni", "2 jun", "2 jun.", "2 juni 2026", "2 Juni '26", "2-jun-2026", "2e juni 2026", "juni 2"),
        *("2 June 2026", "June 2, 2026", "June 2nd, 2026", "the 2nd of June", "2-6", "2/6"),
        *("dinsdag 2 juni 2026", "di 2 jun", "Tuesday 2 June 2026", "op 2 juni"),
    ],
)
def test_the_second_of_june_is_read_however_it_is_typed(raw: str) -> None:
    assert parse_date(raw, TODAY) == date(2026, 6, 2)


@pytest.mark.parametrize(
    ("raw", "today", "day"),
    [
        ("20 december", date(2027, 1, 10), date(2026, 12, 20)),
        ("10 januari", date(2026, 12, 20), date(2027, 1, 10)),
        ("1-7", date(2026, 6, 30), date(2026, 7, 1)),
        ("29 februari", date(2027, 12, 1), date(2028, 2, 29)),
        ("2-6-99", TODAY, date(1999, 6, 2)),
        ("vandaag", TODAY, TODAY),
        ("Gisteren", TODAY, TODAY - timedelta(days=1)),
        ("tomorrow", TODAY, TODAY + timedelta(days=1)),
    ],
)
def test_what_is_left_out_is_taken_nearest_to_today(raw: str, today: date, day: date) -> None:
    assert parse_date(raw, today) == day


def test_without_today_a_year_is_needed() -> None:
    assert parse_date("2-6-26") == date(2026, 6, 2)
    assert refusal("2 juni", None)[0] == "not_a_date"
    assert refusal("vandaag", None)[0] == "not_a_date"


@pytest.mark.parametrize(
    ("raw", "month", "days"),
    [
        ("31-6-2026", 6, 30),
        ("30 feb 2028", 2, 29),
        ("29-2-2026", 2, 28),
        ("2026-02-29", 2, 28),
        ("31 juni", 6, 30),
        ("29 februari", 2, 28),
        ("0-1-2026", 1, 31),
        ("45-6-2026", 6, 30),
        ("31042026", 4, 30),
    ],
)
def test_a_day_the_month_does_not_have_is_told_with_the_days_it_has(raw: str, month: int, days: int) -> None:
    assert refusal(raw) == ("impossible_date", {"raw": raw, "month": month, "days": days})


@pytest.mark.parametrize(
    "raw",
    [
        *("", "x", "juni", "2", "2026", "juni 2026", "2-13-2026", "2026-13-01", "2 ju", "2 foo 2026", "260602"),
        *("2-6-2026 12:00", "2-6-1", "2-6-20261", "2-6-0026", "2-6-3026", "2-6-7-2026", "٢-٦-٢٠٢٦", "2²-6-2026"),
        *("9" * 5000, "2 juni " + "x" * 5000),
    ],
)
def test_what_is_no_date_is_not_guessed(raw: str) -> None:
    assert refusal(raw) == ("not_a_date", {"raw": raw.strip()[:60]})


@settings(deadline=None)
@given(some_day)
def test_a_date_written_out_is_read_back(day: date) -> None:
    written = [
        day.isoformat(),
        f"{day:%Y%m%d}",
        f"{day:%d%m%Y}",
        f"{day.day}-{day.month}-{day.year}",
        f"{day:%d/%m/%Y}",
        f"{day.day} {DUTCH[day.month - 1]} {day.year}",
        f"{day.day} {SHORT[day.month - 1]}. {day.year}",
        f"{ENGLISH[day.month - 1]} {day.day}, {day.year}",
    ]
    assert {parse_date(raw, TODAY) for raw in written} == {day}
    assert {parse_date(raw) for raw in written} == {day}


@settings(deadline=None)
@given(st.integers(-150, 150), some_day.filter(lambda day: 1901 < day.year < 2198))
def test_a_date_without_a_year_is_the_nearest_one(days: int, today: date) -> None:
    day = today + timedelta(days=days)
    if (day.month, day.day) != (2, 29):
        assert parse_date(f"{day.day} {SHORT[day.month - 1]}", today) == day


@settings(deadline=None)
@given(st.text(max_size=80), st.none() | some_day)
def test_any_text_is_a_date_or_a_refusal(raw: str, today: date | None) -> None:
    try:
        assert 1899 <= parse_date(raw, today).year <= 2200
    except Unreadable as refused:
        assert refused.code in ("not_a_date", "impossible_date")


@pytest.mark.parametrize(
    ("raw", "euros"),
    [
        *(("1.234,56", 1234.56), ("1234.56", 1234.56), ("1234,56", 1234.56), ("1,234.56", 1234.56)),
        *(("€ 850", 850), ("€850,00", 850), ("850,-", 850), ("850,--", 850), ("EUR 850", 850), ("850 euro", 850)),
        *(("1.234", 1234), ("1.234.567,8", 1234567.8), ("1 234,50", 1234.5), ("0", 0), ("0,05", 0.05), ("-5", -5)),
    ],
)
def test_amounts_are_read_in_dutch_and_in_english(raw: str, euros: float) -> None:
    assert parse_amount(raw) == euros


@pytest.mark.parametrize("raw", ["", "€", "veel", "1.2345", "0.850", "1.234.56", "12.34.56", "1e3", "nan", "9" * 13])
def test_what_may_be_two_amounts_or_none_is_refused(raw: str) -> None:
    with pytest.raises(Unreadable) as refused:
        parse_amount(raw)
    assert refused.value.code == "not_a_number"


@settings(deadline=None)
@given(st.integers(0, 10**9))
def test_an_amount_written_out_is_read_back(cents: int) -> None:
    english = f"{cents // 100:,}.{cents % 100:02}"
    dutch = english.translate(str.maketrans(",.", ".,"))
    assert parse_amount(dutch) == parse_amount(english) == parse_amount(english.replace(",", "")) == cents / 100


def test_whole_numbers_are_whole() -> None:
    assert [parse_whole(raw) for raw in ("3", " 3 ", "1.000", "-1")] == [3, 3, 1000, -1]
    for raw in ("2,5", "3 stuks", "", "½", "9" * 13):
        with pytest.raises(Unreadable):
            parse_whole(raw)


def test_text_is_stripped_of_what_nobody_sees() -> None:
    assert parse_text("  een\r\n twee\x00 \t drie ") == "een twee drie"
    assert parse_text(" een\r\ntwee\rdrie \n", lines=True) == "een\ntwee\ndrie"
    assert parse_text(" \u200b\u00a0\ufeff ", lines=True) == ""
    assert parse_text("e\u0301\ud800") == "é"
    assert parse_text("Fatima \u202e0076 \u2067x") == "Fatima 0076 x"


@pytest.mark.parametrize(
    "text",
    [
        *("123456782", "bsn: 123456782.", "123.456.782", "1234.56.782", "123 456 782", "123-456-782", "012345672"),
        *("1 2 3 4 5 6 7 8 2", "a123456782b", "woont op 12 123 456 782", "06 12345678, 123456782", "111222333"),
        "BSN 012345672 2 kinderen",
    ],
)
def test_a_citizen_number_is_recognised(text: str) -> None:
    assert looks_like_bsn(text)


@pytest.mark.parametrize(
    "text",
    [
        *("", "123456789", "1234567820", "000000000", "12-03-2026 5 keer", "123 456.782", "3 afspraken op 12-6-2026"),
        *("0612345678", "06 12345678", "06-12345678", "+31 612345678", "+31 (0)6 1234 5678", "0031 6 12345678"),
        *("035 612 34 56", "NL91ABNA0417164300", "NL20 INGB 0001 2345 67"),
    ],
)
def test_other_numbers_are_let_through(text: str) -> None:
    assert not looks_like_bsn(text)


@settings(deadline=None)
@given(st.integers(1, 999_999_999), st.sampled_from(["", " ", "."]), st.text("abc ,", max_size=5))
def test_nine_digits_are_refused_exactly_when_they_pass_the_test(number: int, sign: str, around: str) -> None:
    digits = f"{number:09}"
    written = around + "z" + sign.join((digits[:3], digits[3:6], digits[6:])) + "z" + around
    total = sum(int(digit) * (9 - place) for place, digit in enumerate(digits[:8])) - int(digits[8])
    assert looks_like_bsn(written) is (total % 11 == 0)


@pytest.mark.parametrize(
    "typed, left",
    [("RR123456782NL", "#"), ("3SABCD123456782", "#"), ("123456782", "123456782"), ("nr. 123456782", "nr. 123456782")],
)
def test_a_code_of_the_post_is_nobodys_number_and_a_bare_number_still_is(typed: str, left: str) -> None:
    assert without_codes(typed) == left
    assert looks_like_bsn(typed) and looks_like_bsn(without_codes(typed)) is (left != "#")
