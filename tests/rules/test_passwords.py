"""A password is long and no other people's first guess; how it is made up is its owner's own business."""

from __future__ import annotations

import string

import pytest

from app.rules.passwords import LONGEST, SHORTEST, objection

ABOUT = ("Jeroen Bakker", "j.bakker@deheuvel.example", "Woonstichting De Heuvel")


@pytest.mark.parametrize(
    "password",
    [
        "drie blauwe fietsen", "een lange zin met spaties ", "  spaties blijven staan  ",
        "correct horse battery staple",
        "tussendeschuifdeuren", "ŞÇĞ õ ü ñ 漢字 én emoji 🚲", "k7Gq2vLp9wXz4Tn", "391847562038471",
    ],
)  # fmt: skip
def test_any_long_sentence_will_do_whatever_is_in_it(password: str) -> None:
    assert objection(password, ABOUT) is None


def test_there_is_room_for_more_than_asvs_asks() -> None:
    long = (string.ascii_letters + string.digits + string.punctuation) * 3
    assert LONGEST >= 64
    assert objection("ga " + long[: LONGEST - 3]) is None
    assert objection("ga " + long[: LONGEST - 2]) == "password_too_long"


@pytest.mark.parametrize("password", ["", "kort", "Kort!2026", "x7&" * 4, "vijftien tekst"])
def test_a_short_one_is_refused_however_odd(password: str) -> None:
    assert len(password) < SHORTEST
    assert objection(password) == "password_too_short"


@pytest.mark.parametrize(
    "password",
    [
        "passwordpassword", "123456789012345", "qwertyuiopasdfgh", "aaaaaaaaaaaaaaaaaaaa", "1q2w3e4r5t6y7u8i",
        "abcdefghijklmnopqrstuvwxyz", "iloveyouforever", "liverpoolfootball", " " * 20, "P@ssw0rdP@ssw0rd",
    ],
)  # fmt: skip
def test_what_many_people_choose_is_refused(password: str) -> None:
    assert objection(password) == "password_too_common"


@pytest.mark.parametrize(
    "password",
    [
        "voorwaarts-demo", "Welkom2026Welkom", "wachtwoord123456", "hurenondervoorwaarden", "JeroenBakker2026!",
        "WoonstichtingDeHeuvel1", "voorwaarts voorwaarts", "bakkerdeheuvel2026",
    ],
)  # fmt: skip
def test_what_somebody_tries_who_knows_the_house_is_refused(password: str) -> None:
    assert objection(password, ABOUT) == "password_too_common"


def test_the_words_of_one_person_are_no_bar_to_another() -> None:
    assert objection("TjibbeHoogerheide44", ["Tjibbe Hoogerheide"]) == "password_too_common"
    assert objection("TjibbeHoogerheide44", ABOUT) is None
