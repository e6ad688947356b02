"""Names of others go out of what somebody may read about themselves, and their own stay."""

from __future__ import annotations

import pytest

from app.rules.access import tells_who_reported, without_others


@pytest.mark.parametrize(
    "text, left",
    [
        ("Gesproken met Karim de Groot over de tuin.", "Gesproken met [x] over de tuin."),
        ("karim de groot belde", "[x] belde"),
        ("Karim was boos, Karims hond niet.", "[x] was boos, Karims hond niet."),
        ("Bel 06-11111111 of k@demo.invalid.", "Bel [x] of [x]."),
        ("Fatima de Groot en de kat", "Fatima de Groot en de kat"),  # a surname they share is one's own
    ],
)
def test_whole_names_and_their_longer_words_go(text: str, left: str) -> None:
    others = ["Karim de Groot", "06-11111111", "k@demo.invalid", ""]
    assert without_others(text, others, "Fatima de Groot", "[x]") == left


def test_only_neighbours_are_reporters_to_be_kept_out() -> None:
    assert tells_who_reported(["own_observation", "neighbours"])
    assert not tells_who_reported(["own_observation", "police"])
