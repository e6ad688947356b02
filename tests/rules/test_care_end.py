"""An end of care: what each way does to the condition of guidance, from which day, who may note it, what is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest

from app.rules import care_end as rules
from app.rules.case import CareEndState, Case, EarlyEndState
from app.rules.permissions import CONDITIONS, PART_OF_ROLE, Viewer
from tests.rules.cases import lease

ON, TODAY, DAY = date(2026, 2, 1), date(2026, 1, 15), timedelta(days=1)
LASTS = replace(lease(), stage="tenancy")


def state(*ends: CareEndState, on: date = ON) -> str:
    return rules.guidance(ends, on).state


def viewer(role: str) -> Viewer:
    return Viewer(uuid4(), "Iemand", role, uuid4(), "Ergens", PART_OF_ROLE[role])


def test_it_lapses_and_is_suspended_from_its_own_day_on_and_not_a_day_before() -> None:
    lapsed = CareEndState("goals_met", ON, lapses_from=ON)
    suspended = CareEndState("provider_stops", ON, suspended_from=ON)
    assert [state(lapsed, on=ON - DAY), state(lapsed), state(lapsed, on=ON + 300 * DAY)] == [
        "in_force", "lapsed", "lapsed",
    ]  # fmt: skip
    assert [state(suspended, on=ON - DAY), state(suspended)] == ["in_force", "suspended"]


def test_a_successor_puts_it_back_in_force_and_a_later_lapse_ends_it() -> None:
    followed = CareEndState("provider_stops", ON, suspended_from=ON, resumed_on=ON + 5 * DAY)
    assert [state(followed, on=ON + n * DAY) for n in (4, 5)] == ["suspended", "in_force"]
    lapsed = CareEndState("goals_met", ON + 9 * DAY, lapses_from=ON + 9 * DAY)
    again = CareEndState("provider_stops", ON + 7 * DAY, suspended_from=ON + 7 * DAY)
    assert [state(followed, again, lapsed, on=ON + n * DAY) for n in (6, 8, 9)] == ["in_force", "suspended", "lapsed"]


@pytest.mark.parametrize("why", ["refused", "decision_ends"])
def test_a_refusal_or_a_decision_that_ends_does_nothing_to_it_by_itself(why: str) -> None:
    assert state(CareEndState(why, ON)) == "in_force"


def test_only_the_condition_of_guidance_stands_or_falls_with_care() -> None:
    lapsed = rules.Guidance(rules.LAPSED, ON)
    assert [code for code in CONDITIONS if not rules.in_force(code, lapsed)] == ["guidance_accepted"]
    assert all(rules.in_force(code, rules.Guidance()) for code in CONDITIONS)


@pytest.mark.parametrize(
    ("role", "ways"),
    [
        ("support_worker", rules.WHYS),
        ("municipal_officer", rules.WHYS),
        ("housing_officer", ("refused", "provider_stops")),
        ("team_lead", ("refused", "provider_stops")),
        ("urgency_officer", ()),
    ],
)
def test_who_may_note_which_end_of_care(role: str, ways: tuple[str, ...]) -> None:
    assert rules.whys(viewer(role)) == ways


def test_why_none_can_be_noted_now() -> None:
    open_one, lapsed = CareEndState("refused", ON), CareEndState("goals_met", ON, lapses_from=ON, closed=True)
    closed = replace(open_one, closed=True)
    assert LASTS.last_day is not None
    assert rules.barred(LASTS, [], TODAY) == rules.barred(LASTS, [closed], TODAY) == ""
    assert rules.barred(LASTS, [closed, open_one], TODAY) == "care_end_is_open"
    assert rules.barred(LASTS, [lapsed], TODAY) == "care_has_ended"
    over = replace(LASTS, ending="tenancy_ended")
    for case, on in ((Case(opened_on=TODAY), TODAY), (LASTS, LASTS.last_day + DAY), (over, TODAY)):
        assert rules.barred(case, [], on) == "no_lease_to_keep"


def test_a_renewed_decision_ends_later_than_it_did_and_after_today() -> None:
    case = replace(LASTS, care_decision_until=date(2026, 3, 1))
    for until, right in ((date(2026, 3, 1), False), (date(2026, 3, 2), True), (TODAY, False)):
        answers = {"outcome": "renewed", "until": until.isoformat()}
        assert (rules.check("renew_care_decision", answers, case, TODAY) == []) == right
    assert rules.check("renew_care_decision", {"outcome": "ended"}, case, TODAY) == []


def test_what_is_open_lapses_on_the_day_after_the_lease_however_early_that_ends() -> None:
    one = CareEndState("provider_stops", ON, asked_on=TODAY)
    assert LASTS.last_day is not None
    known = rules.deadlines(replace(LASTS, care_end=one))
    assert known == {"care_end_lapses": LASTS.last_day + DAY, "handover_lapses": TODAY + 14 * DAY}
    early = EarlyEndState("court", TODAY, ON)
    assert rules.deadlines(replace(LASTS, care_end=one, early_end=early))["care_end_lapses"] == ON + DAY
    assert rules.deadlines(LASTS) == {}
