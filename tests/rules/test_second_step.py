"""Codes as RFC 6238 makes them, each once and for a short time; recovery codes however they are typed."""

from __future__ import annotations

from base64 import b32encode
from datetime import UTC, datetime, timedelta

import pytest

from app.rules.second_step import RECOVERY_CODES, address_of, new_recovery_codes, plain, secret_of, step_of, written

# RFC 6238, appendix B, for SHA-1: the last six of its eight figures.
SECRET = b32encode(b"12345678901234567890").decode()
VECTORS = [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (2000000000, "279037")]


def at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


@pytest.mark.parametrize(("seconds", "code"), VECTORS)
def test_a_code_is_the_one_of_the_standard_and_works_once(seconds: int, code: str) -> None:
    step = step_of(SECRET, code, at(seconds), 0)
    assert step == seconds // 30
    assert step_of(SECRET, f" {code[:3]} {code[3:]} ", at(seconds), 0) == step
    assert step_of(SECRET, code, at(seconds), step) is None


def test_a_code_may_be_one_step_old_and_not_two_and_never_comes_from_the_future() -> None:
    seconds, code = VECTORS[2]
    begin = at(seconds // 30 * 30)
    for late, right in ((0, True), (29, True), (30, True), (59, True), (60, False), (-1, False)):
        assert (step_of(SECRET, code, begin + timedelta(seconds=late), 0) is not None) is right, late


@pytest.mark.parametrize("typed", ["", "28708", "2870820", "287083", "٢٨٧٠٨٢", "a code", "287082x"])
def test_anything_else_is_no_code(typed: str) -> None:
    assert step_of(SECRET, typed, at(59), 0) is None


def test_a_secret_is_long_enough_and_its_address_is_what_apps_read() -> None:
    assert len(secret_of(bytes(32))) == 32
    address = address_of(SECRET, "a.b@voorbeeld.example")
    assert address.startswith("otpauth://totp/Voorwaarts:a.b") and f"secret={SECRET}" in address


def test_recovery_codes_differ_hold_enough_and_may_be_typed_in_any_way() -> None:
    codes = new_recovery_codes()
    assert len(set(codes)) == RECOVERY_CODES
    for code in codes:
        assert len(plain(code)) * 5 >= 112  # bits, of base32
        assert plain(f" {code.upper()} ") == plain(code.replace("-", "  ")) == plain(code)
        assert written(plain(code)) == code
