"""A small region keeps every law, and a fault planted in a rule or in the post turns a figure red."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from app.actions import letters
from app.actions import orders as carrying_out
from app.rules import answers, course, early_end, notice, reminders, term
from tests.rules.statement import safe_days
from tests.simulation.__main__ import main
from tests.simulation.draw import FATES, draw
from tests.simulation.facts import A_REGION, Facts
from tests.simulation.judge import DIFFERS, LOST, MISSED, TWICE
from tests.simulation.region import LONGEST_OUTAGE, outages
from tests.simulation.run import Tally, simulate

slow = pytest.mark.slow
DAY = timedelta(days=1)
SEED = 1
Patch = pytest.MonkeyPatch
Wanted = Callable[[Facts], bool]


def test_a_number_draws_the_same_trajectory_every_time() -> None:
    assert draw(SEED, 7) == draw(SEED, 7)
    assert draw(SEED, 7) != draw(SEED, 8) != draw(SEED + 1, 8)


def test_the_first_region_has_the_leap_day_every_fate_and_leases_on_both_sides_of_the_law() -> None:
    drawn = [draw(SEED, number) for number in range(A_REGION)]
    assert {one.fate for one in drawn} == set(FATES)
    assert {one.ground for one in drawn} == {"old", "d"}
    assert date(2024, 2, 29) in {one.first for one in drawn}


@slow
def test_a_few_trajectories_keep_every_law() -> None:
    tally = _some(_fate("do_not_convert"), 4)
    assert tally.findings == []
    assert tally.outcomes.total() == 4 and tally.letters["posted"] and not tally.letters["planned"]


@slow
def test_dozens_of_trajectories_keep_every_law() -> None:
    tally = simulate(SEED, 0, range(60))
    assert tally.findings == []
    assert tally.outcomes.total() == 60 and len(tally.outcomes) >= 7
    assert tally.counts["reviews moved"] and tally.letters["dropped"]


@slow
def test_a_trajectory_played_alone_is_told_with_what_plays_it_again(
    monkeypatch: Patch, capsys: pytest.CaptureFixture[str]
) -> None:
    number = _numbers(_fate("a_day_too_long"), 1)[0]
    assert main(["--seed", str(SEED), "--only", str(number)]) == 0
    assert "Once more" not in capsys.readouterr().out
    _longer_terms(monkeypatch)
    assert main(["--seed", str(SEED), "--only", str(number)]) == 1
    told = capsys.readouterr().out
    assert f"python -m tests.simulation --seed {SEED} --only {number}" in told
    assert f"a_day_too_long, lease {draw(SEED, number).first}" in told


def _later_window(patch: Patch) -> None:
    patch.setattr(notice, "window", lambda last: replace(window(last), safe_last=window(last).safe_last + DAY))


def _window_opens_late(patch: Patch) -> None:
    patch.setattr(notice, "window", lambda last: replace(window(last), safe_first=window(last).safe_first + DAY))


def _shorter_margin(patch: Patch) -> None:
    patch.setattr(notice, "send_by", lambda last, days=notice.DELIVERY_MARGIN: send_by(last, days and days - 1))


def _longer_terms(patch: Patch) -> None:
    patch.setattr(term, "latest_end", lambda first: latest_end(first) + DAY * 31)


def _law_of_a_month_later(patch: Patch) -> None:
    patch.setattr(answers, "NEW_REGIME_FROM", date(2024, 8, 1))


def _longer_notice_of_the_tenant(patch: Patch) -> None:
    patch.setattr(early_end, "last_day_after_notice", lambda on, *_: last_day_after_notice(on) + DAY)


def _every_notice_counts(patch: Patch) -> None:
    patch.setattr(course, "notice_in_force", lambda case: True)


def _checks_a_day_late(patch: Patch) -> None:
    days = carrying_out.aftercare_days
    patch.setattr(carrying_out, "aftercare_days", lambda *given: [(month, on + DAY) for month, on in days(*given)])


def _nobody_marks_what_was_posted(patch: Patch) -> None:
    """The first mark of each letter gets lost, as in a process that dies between handing over and marking."""
    mark, lost = letters._mark, set[UUID]()

    def forgets(desk: Any, ids: list[UUID], **values: object) -> None:
        if values["state"] == "posted" and not lost.issuperset(ids):
            lost.update(ids)
        else:
            mark(desk, ids, **values)

    patch.setattr(letters, "_mark", forgets)


def _a_letter_stays_on_the_desk(patch: Patch) -> None:
    envelope = letters._envelope

    def leaves_it(desk: Any, letter: Any, bundles: Any) -> Any:
        return None if letter.kind == "window_closes_ahead" else envelope(desk, letter, bundles)

    patch.setattr(letters, "_envelope", leaves_it)


def _a_reminder_is_forgotten(patch: Patch) -> None:
    patch.setattr(reminders, "ROWS", tuple(row for row in reminders.ROWS if row.about != "send_by"))


def _dropped_without_a_word(patch: Patch) -> None:
    drop = letters._drop
    patch.setattr(letters, "_drop", lambda session, reason, *which: drop(session, "", *which))


def _dropped_too_soon(patch: Patch) -> None:
    """The reminders of the window stop once there is any decision, as if every one of them were to convert."""
    occasions = reminders.occasions

    def fewer(case: Any, *settings: Any) -> Iterator[Any]:
        found = occasions(case, *settings)
        return (one for one in found if case.decision is None or not one[0].startswith("window"))

    patch.setattr(reminders, "occasions", fewer)


window, send_by, latest_end = notice.window, notice.send_by, term.latest_end
last_day_after_notice = early_end.last_day_after_notice


def _fate(fate: str) -> Wanted:
    return lambda one: one.fate == fate


def _received(edge: int, off: int) -> Wanted:
    """Not to be converted, and the first notice received so many days off the first (0) or last (-1) of the window."""

    def wanted(one: Facts) -> bool:
        on = safe_days(one.last)[edge] + off * DAY
        return one.fate == "do_not_convert" and one.deliveries["tenant"][0].received_on == on

    return wanted


def _sent_at_the_last(one: Facts) -> bool:
    return one.fate == "do_not_convert" and one.deliveries["tenant"][0].at_the_last


def _through_a_long_outage(one: Facts) -> bool:
    """The worker is away for forty days in the last months of a lease that nobody decides on."""
    away = (since for since, until in outages(SEED, 0).worker if (until - since).days == LONGEST_OUTAGE)
    return one.fate == "undecided" and any(one.last - 150 * DAY < since < one.last - 60 * DAY for since in away)


def _signed_in_the_first_month_of_the_law(one: Facts) -> bool:
    return one.fate in ("convert", "do_not_convert") and one.ground == "d" and one.first < date(2024, 8, 1)


PLANTED: list[tuple[Callable[[Patch], None], Wanted, set[str]]] = [
    (_later_window, _received(-1, 1), {DIFFERS}),
    (_window_opens_late, _received(0, 0), {DIFFERS, MISSED}),
    (_shorter_margin, _sent_at_the_last, {DIFFERS, MISSED}),
    (_every_notice_counts, _fate("receipt_forgotten"), {DIFFERS}),
    (_longer_terms, _fate("a_day_too_long"), {DIFFERS}),
    (_law_of_a_month_later, _signed_in_the_first_month_of_the_law, {DIFFERS}),
    (_longer_notice_of_the_tenant, _fate("tenant_notice"), {DIFFERS}),
    (_checks_a_day_late, _fate("convert_with_aftercare"), {DIFFERS}),
    (_nobody_marks_what_was_posted, _fate("convert"), {TWICE}),
    (_a_letter_stays_on_the_desk, _fate("undecided"), {LOST}),
    (_a_reminder_is_forgotten, _fate("convert"), {LOST}),
    (_dropped_without_a_word, _through_a_long_outage, {LOST}),
    (_dropped_too_soon, _sent_at_the_last, {LOST}),
]


@slow
@pytest.mark.parametrize(("plant", "wanted", "red"), PLANTED, ids=[one[0].__name__[1:] for one in PLANTED])
def test_a_planted_fault_turns_a_figure_red(
    monkeypatch: Patch, plant: Callable[[Patch], None], wanted: Wanted, red: set[str]
) -> None:
    plant(monkeypatch)
    found = Counter(finding.kind for finding in _some(wanted).findings)
    assert red <= set(found), found


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    """The rules remember what they said of a last day: not from one planted fault to the next."""
    send_by.cache_clear()
    yield
    send_by.cache_clear()


def _some(wanted: Wanted, count: int = 3) -> Tally:
    return simulate(SEED, 0, _numbers(wanted, count))


def _numbers(wanted: Wanted, count: int) -> list[int]:
    """The first numbers of the first region whose facts are wanted."""
    return [number for number in range(A_REGION) if wanted(draw(SEED, number))][:count]
