"""Draws the facts of a trajectory from two numbers, the same every time; half of them lie at an edge of something."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

from app.rehearsal.script import Happening, Script
from tests.rules.statement import safe_days, same_day, works
from tests.simulation.facts import (
    A_REGION,
    NEW_REGIME,
    NO_LEASE,
    STOPPED,
    Delivery,
    Facts,
    Moved,
    region_begins,
    reviews,
)

SPAN = timedelta(days=160)  # in which the leases of a region begin
LENGTHS = (6, 9, 12, 18, 24)

# What becomes of a trajectory -> how many of a hundred.
FATES: Mapping[str, int] = {
    "convert": 19,
    "convert_with_aftercare": 10,
    "do_not_convert": 32,
    "stays_on": 5,
    "undecided": 5,
    "decided_too_late": 3,
    "receipt_forgotten": 4,
    "not_eligible": 4,
    "declined": 4,
    "withdrawal": 2,
    "tenant_notice": 4,
    "death": 3,
    "court": 2,
    "a_day_too_long": 2,
    "other_ground": 1,
}


def draw(seed: int, number: int) -> Facts:
    """The same for the same two numbers, whatever else is played."""
    chance = Random(f"{seed}:{number}")
    fate = chance.choices(list(FATES), list(FATES.values()))[0]
    first = _first_day(chance, region_begins(seed, number // A_REGION))
    last = _last_day(chance, first)
    tenants = ["tenant", "co_tenant_1"] if chance.random() < 0.12 and fate not in STOPPED else ["tenant"]
    deliveries = {one: tuple(_deliveries(chance, last)) for one in tenants}
    moved = _moves(chance, first, last) if fate not in NO_LEASE + STOPPED else []
    said = Facts(
        number, fate, first, last, _ground(first, fate == "other_ground"), deliveries, moved,
        recorded_after=chance.choice((0, 0, 1, 2, 5, 12, 40)),
        aftercare=chance.random() < 0.5,
        stay=chance.choice(("court", "left_later", "stays_with_approval")),
        script=Script(""),
    )  # fmt: skip
    return replace(said, script=_script(chance, said, tenants))


def _first_day(chance: Random, begins: date) -> date:
    days = [begins + timedelta(days=n) for n in range(SPAN.days)]
    if chance.random() < 0.5:
        return chance.choice(days)
    edges = [day for day in days if day.day in (1, 15) or day.day >= 28]  # with 29 February and every end of a month
    return chance.choice(edges)


def _last_day(chance: Random, first: date) -> date:
    months = chance.choice(LENGTHS)
    last = same_day(first, months) - timedelta(days=1)
    if chance.random() < 0.55:
        return last
    odd = last - timedelta(days=chance.randint(1, 27))
    return odd if months == LENGTHS[0] or chance.random() < 0.5 else odd - timedelta(days=chance.randint(1, 40))


def _ground(first: date, wrong: bool) -> str:
    """A lease is signed on the last working day a week before its first day (the habits of a rehearsal)."""
    signed = first - timedelta(days=7)
    while not works(signed):
        signed -= timedelta(days=1)
    old = signed < NEW_REGIME
    return "old" if old != wrong else "d"


def _deliveries(chance: Random, last: date) -> list[Delivery]:
    """Half of them at the edges of the window, a day to either side of them; what came too early is sent again."""
    found: list[Delivery] = []
    while not found or not (found[-1].proven and found[-1].received_on != _before_it_opens(last)):
        found.append(_delivery(chance, last, again=bool(found)))
        if not found[-1].proven and chance.random() < 0.5:
            return found
    return found


def _delivery(chance: Random, last: date, again: bool) -> Delivery:
    kind, days = chance.random(), safe_days(last)
    wait, gap, one = chance.choice((0, 0, 1, 3, 9)), chance.randint(0, 2), timedelta(days=1)
    if kind < 0.30:
        return Delivery(working_days=chance.randint(1, 4), wait=wait)
    if kind < 0.45:
        return Delivery(working_days=5, at_the_last=True)
    if kind < 0.52:
        return Delivery(wait=wait)
    opens = (days[0] - one, days[0], days[0] + one)
    closes = (days[-1] - one, days[-1], days[-1] + one)
    return Delivery(chance.choice(closes if again else opens + closes), gap)


def _before_it_opens(last: date) -> date:
    return safe_days(last)[0] - timedelta(days=1)


def _moves(chance: Random, first: date, last: date) -> list[Moved]:
    planned, found = reviews(first, last), []
    for month, day in planned.items():
        if chance.random() < 0.12:
            on = day - timedelta(days=chance.randint(4, 40))
            to = day + timedelta(days=chance.choice((-3, -2, -1, 1, 2, 7, 14, 30, 40)))
            if first < on < to and to not in planned.values():
                found.append(Moved(month, on, to))
    return found


def _script(chance: Random, said: Facts, tenants: Sequence[str]) -> Script:
    answers: dict[str, list[Mapping[str, Any]]] = {
        "check_eligibility": [{"legal_ground": said.ground}],
        "plan_leaving": [{"aftercare": "yes" if said.aftercare else "no"}],
        "judge_recovery": [{"recovered": "yes"}],
    }
    nobody: set[str] = set()
    when: dict[str, list[str]] = {}
    happens = [_move(one) for one in said.moved]
    match said.fate:
        case "convert" | "convert_with_aftercare":
            answers["decide_conversion"] = [{"outcome": said.fate}]
        case "do_not_convert" | "stays_on" | "receipt_forgotten":
            answers["decide_conversion"] = [{"outcome": "do_not_convert"}]
        case "decided_too_late":
            answers["decide_conversion"] = [{"outcome": "do_not_convert"}]
            late = safe_days(said.last)[-1] + timedelta(days=chance.choice((1, 2, 20)))
            when["decide_conversion"] = [late.isoformat()]
        case "undecided":
            nobody |= {chance.choice(("hold_hearing", "decide_conversion", "approve_decision"))}
        case "not_eligible":
            answers["check_eligibility"] = [{"outcome": "not_eligible"}]
        case "declined":
            answers["record_offer_answer"] = [{"answer": "declines"}]
        case "a_day_too_long":
            too_long = same_day(said.first, 24) + timedelta(days=chance.choice((0, 1, 30)))
            answers["prepare_lease"] = [{"last_day": too_long}]
    if said.fate == "receipt_forgotten":
        nobody.add("record_receipt")
    if said.fate == "stays_on":
        answers["return_keys"] = [{"returned": "no"}]
        answers["handle_stay"] = [{"outcome": said.stay, "on": "today"}]
        when["handle_stay"] = [chance.choice(("opened + 3 days", "opened + 2 months"))]
    if said.fate in NO_LEASE and said.fate not in ("not_eligible", "declined"):
        before = -20 if said.fate == "withdrawal" else 20
        happens.append(_stops(said.first + timedelta(days=before), kind="withdrawal"))
    if said.fate in STOPPED:
        on = said.first + timedelta(days=chance.randint(5, (said.last - said.first).days - 70))
        happens.append(_early(chance, said.fate, on, answers))
    if chance.random() < 0.05:
        nobody |= {"advise_as_provider", "advise_as_municipality"}
    if chance.random() < 0.10:
        nobody |= {chance.choice(("confirm_goals", "confirm_review_meeting", "check_startup_care", "explain_decision"))}
    if chance.random() < 0.10:
        answers["approve_decision"] = [{"verdict": "send_back", "reason": "Noem de dagen."}, {"verdict": "approve"}]
    if said.number % 9 == 4:  # they differ; and of those every other time nobody brings them together
        answers["hold_hearing"] = [{"own_view": "do_not_convert"}]
        nobody |= {"hold_joint_meeting"} if said.number % 2 else set()
    email = {"email": "huurder@post.invalid"} if chance.random() < 0.5 else {}
    return Script(
        f"number {said.number}",
        tenant={"full_name": f"Huurder {said.number}", **email},
        nominated_by=chance.choice(("urgency_office", "care_provider", "municipality")),
        answers=answers,
        when=when,
        nobody=frozenset(nobody),
        happens=tuple(happens),
        co_tenants=tuple({"full_name": f"Medehuurder {said.number}"} for _ in tenants[1:]),
    )


def _move(one: Moved) -> Happening:
    told = {"month": one.month, "to": one.to, "reason": "De huurder is ziek."}
    return Happening(one.on.isoformat(), "move_review", told)


def _early(chance: Random, kind: str, on: date, answers: dict[str, list[Mapping[str, Any]]]) -> Happening:
    told = on - timedelta(days=chance.randint(0, 4))
    if kind == "court":
        return _stops(on, kind=kind, happened=told.isoformat(), last_day=(on + timedelta(days=30)).isoformat())
    if kind == "death":
        arranged = chance.choice(("by_law", "heirs_choose", "housemate_stays"))
        answers["settle_after_death"] = [{"arranged": arranged, "contact": "Zus van de huurder"}]
    return _stops(on, kind=kind, happened=told.isoformat())


def _stops(on: date, **said: str) -> Happening:
    return Happening(on.isoformat(), "stops_early", said)
