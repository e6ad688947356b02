"""Which reminders a trajectory has, told by tables."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from app.rules.reminders import OVERDUE, ROWS, mark, next_nudge, nudge_kind, occasions, planned
from tests.rules.cases import FIRST, LAST, advices, decision, lease, review

D = date.fromisoformat
LONG_AGO = date(2000, 1, 1)


def told(case: Any, today: date = LONG_AGO) -> dict[str, set[tuple[str, int, str]]]:
    """Occasion -> (role, days before, day it goes out)."""
    found: dict[str, set[tuple[str, int, str]]] = {}
    for row in planned(case, today):
        found.setdefault(row.occasion, set()).add((row.role, row.days, row.due_on.isoformat()))
    return found


def test_everything_that_is_said_ahead_in_two_years() -> None:
    both = ("support_worker", "housing_officer")
    expected = {
        f"review:{month}": {
            (role, days, (day - timedelta(days=days)).isoformat()) for role in both for days in (30, 14, 3)
        }
        for month, day in ((3, D("2025-06-15")), (6, D("2025-09-15")), (9, D("2025-12-15")), (12, D("2026-03-15")),
                           (15, D("2026-06-15")), (18, D("2026-09-15")))
    }  # fmt: skip
    expected["advice"] = {
        ("support_worker", 30, "2026-10-15"), ("municipal_officer", 30, "2026-10-15"),
        ("support_worker", 7, "2026-11-07"), ("municipal_officer", 7, "2026-11-07"),
    }  # fmt: skip
    expected["decision"] = {
        ("housing_officer", 30, "2026-11-06"), ("housing_officer", 14, "2026-11-22"),
        ("housing_officer", 3, "2026-12-03"),
    }  # fmt: skip
    expected["window_opens"] = {
        (role, days, day) for role in ("housing_officer", "team_lead")
        for days, day in ((30, "2026-11-15"), (14, "2026-12-01"), (0, "2026-12-15"))
    }  # fmt: skip
    expected["send_by"] = {("housing_officer", 7, "2027-01-29"), ("housing_officer", 1, "2027-02-04")}
    expected["proof"] = {(role, 0, "2027-01-29") for role in ("housing_officer", "team_lead")}
    expected["window_closes"] = {
        (role, days, day) for role in ("housing_officer", "team_lead")
        for days, day in ((14, "2027-01-31"), (3, "2027-02-11"))
    }  # fmt: skip
    assert told(lease()) == expected


@pytest.mark.parametrize(
    ("until", "told_on"),
    [
        (date(2026, 9, 30), {"2026-08-05", "2026-09-16"}),  # eight weeks before (domain 2), and two
        (LAST - timedelta(days=1), {"2027-01-16", "2027-02-27"}),
        (LAST, set()),  # as long as the lease: nothing ends before it
        (None, set()),
    ],
)
def test_a_care_decision_that_ends_before_the_lease_is_brought_up(until: date | None, told_on: set[str]) -> None:
    found = told(lease(care_decision_until=until)).get("care_decision", set())
    assert {day for _, _, day in found} == told_on
    assert {role for role, _, _ in found} <= {"municipal_officer", "support_worker"}


@pytest.mark.parametrize(
    "more",
    [{"stage": "intake"}, {"stage": "closed"}, {"stage": "aftercare"}, {"ending": "conversion"}, {"last_day": None}],
)
def test_outside_the_tenancy_there_is_nothing_to_remind_of(more: dict[str, Any]) -> None:
    assert planned(lease(**more), LONG_AGO) == [] and mark(lease(**more)) == ""


def test_only_what_lies_ahead_is_planned_today_included() -> None:
    case = lease()
    assert [row.due_on for row in planned(case, D("2025-05-16"))][:2] == [D("2025-05-16")] * 2
    assert planned(case, D("2025-05-17"))[0].due_on == D("2025-06-01")
    assert planned(case, LAST) == []
    assert planned(case, LONG_AGO) == sorted(planned(case, LONG_AGO), key=lambda row: (row.due_on, row.key))


@pytest.mark.parametrize(
    "changes",
    [{"held_on": D("2025-06-14")}, {"closed_on": D("2025-06-20")}, {"held_on": FIRST, "closed_on": FIRST}],
)
def test_a_review_that_is_over_is_not_reminded_of(changes: dict[str, Any]) -> None:
    assert "review:3" not in told(review(lease(), 3, **changes))


def test_a_review_that_moved_is_reminded_of_on_its_new_day() -> None:
    moved = told(review(lease(), 3, planned_on=D("2025-07-01")))
    assert ("housing_officer", 3, "2025-06-28") in moved["review:3"] and len(moved["review:3"]) == 6


@pytest.mark.parametrize(
    "given, roles",
    [
        ({}, {"support_worker", "municipal_officer"}),
        ({"care_provider": ("convert", FIRST)}, {"municipal_officer"}),
        ({"municipality": ("convert", FIRST)}, {"support_worker"}),
        ({"municipality": ("convert", FIRST), "care_provider": ("convert", FIRST)}, set()),
    ],
)
def test_only_who_has_not_given_an_advice_is_reminded_of_it(given: Any, roles: set[str]) -> None:
    case = lease(advices=advices(**given))
    assert {role for role, _, _ in told(case).get("advice", set())} == roles


@pytest.mark.parametrize(
    "more, left",
    [
        ({}, {"decision", "advice", "window_opens", "send_by", "window_closes", "proof"}),
        (
            {"decision": decision("convert", verdict="")},
            {"decision", "advice", "window_opens", "send_by", "window_closes", "proof"},
        ),
        ({"decision": decision("convert")}, set()),
        ({"decision": decision("convert_with_aftercare")}, set()),
        ({"decision": decision("do_not_convert")}, {"window_opens", "send_by", "window_closes", "proof"}),
        ({"decision": decision("do_not_convert"), "notices": ("unproven",)}, {"window_closes", "proof"}),
        ({"decision": decision("do_not_convert"), "notices": ("too_early",)}, {"send_by", "window_closes", "proof"}),
        ({"decision": decision("do_not_convert"), "notices": ("in_time",)}, set()),
        (
            {"decision": decision("do_not_convert"), "notices": ("in_time",), "tenants": 2},
            {"send_by", "window_closes", "proof"},
        ),
        ({"decision": decision("do_not_convert"), "notices": ("in_time", "in_time"), "tenants": 2}, set()),
        (
            {"decision": decision("do_not_convert"), "notices": ("in_time", "unproven"), "tenants": 2},
            {"window_closes", "proof"},
        ),
    ],
)
def test_the_end_of_the_term_is_reminded_of_as_long_as_it_matters(more: dict[str, Any], left: set[str]) -> None:
    case = lease(**more)
    assert {about for about, _, _ in occasions(case) if about != "review"} == left


def test_every_key_is_its_own_and_fits_beside_an_id() -> None:
    keys = [row.key for row in planned(lease(), LONG_AGO)]
    assert len(keys) == len(set(keys)) and max(map(len, keys)) + 33 <= 160


def test_the_mark_changes_with_what_is_wanted_and_not_with_the_day() -> None:
    case = lease()
    others = [
        review(case, 3, planned_on=D("2025-07-01")),
        review(case, 3, closed_on=D("2025-07-01")),
        lease(advices=advices(municipality=("convert", FIRST))),
        lease(decision=decision("convert")),
        lease(decision=decision("do_not_convert")),
        lease(last=D("2027-03-13")),
        lease(ending="conversion"),
    ]
    marks = [mark(case), *map(mark, others)]
    assert len(set(marks)) == len(marks) and all(len(one) <= 60 for one in marks)
    assert mark(review(case, 3, opened_on=FIRST)) == mark(case)


def test_whenever_the_mark_stays_the_same_so_does_the_plan() -> None:
    """The worker skips planning by it, so it may never hide a change."""
    seen: dict[str, list[str]] = {}
    for given in ({}, {"care_provider": ("convert", FIRST)}, {"municipality": ("convert", FIRST)}):
        for made in (None, decision("convert"), decision("do_not_convert"), decision("convert", "send_back")):
            for notices in ((), ("in_time",), ("too_early",), ("unproven",)):
                for tenants in (1, 2):
                    for stage in ("tenancy", "aftercare"):
                        case = lease(
                            advices=advices(**given), decision=made, notices=notices, tenants=tenants, stage=stage
                        )
                        keys = [row.key for row in planned(case, LONG_AGO)]
                        assert seen.setdefault(mark(case), keys) == keys


# ---- overdue


@pytest.mark.parametrize(
    "today, kind, following",
    [
        ("2026-06-09", None, "2026-06-11"),
        ("2026-06-10", None, "2026-06-11"),
        ("2026-06-11", "overdue", "2026-06-17"),
        ("2026-06-16", "overdue", "2026-06-17"),
        ("2026-06-17", "overdue", "2026-06-18"),
        ("2026-06-18", "overdue_team_lead", None),
        ("2026-07-30", "overdue_team_lead", None),
    ],
)
def test_an_overdue_task_is_brought_up_after_one_and_seven_days_then_with_the_lead(
    today: str, kind: str | None, following: str | None
) -> None:
    due = D("2026-06-10")
    assert nudge_kind(due, D(today)) == kind
    assert next_nudge(due, D(today)) == (D(following) if following else None)


def test_following_the_nudges_says_each_thing_once() -> None:
    due, said = D("2026-06-10"), []
    day = next_nudge(due, due - timedelta(days=9))
    while day is not None:
        said.append(((day - due).days, nudge_kind(due, day)))
        day = next_nudge(due, day)
    assert said == list(OVERDUE)


def test_every_row_names_roles_that_exist() -> None:
    from app.rules.permissions import PART_OF_ROLE

    assert {role for row in ROWS for role in row.roles} <= PART_OF_ROLE.keys()
