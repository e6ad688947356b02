"""What a form may be asked about in one trajectory: its goals, conditions, tenants and the homes to choose from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import or_, select

from app.records.ledger import Ledger
from app.records.people import Home
from app.rules.escalation import SERIOUS
from app.rules.forms import Choice
from app.rules.permissions import CONDITIONS


def choices_for(
    ledger: Ledger, names: set[str], answered: Mapping[str, Any] | None = None
) -> dict[str, list[Choice]]:
    """The lists a form asks for by name; conditions carry their code as label, for the words are the web's.

    `answered`: what was answered before, for a form that is read or corrected. It is about the tenants it was about.
    """
    found = {name: LISTS[name](ledger) for name in names if name in LISTS}
    for name in found.keys() & BY_NOW_OTHERS if answered is not None else ():
        told = {person for group in (answered or {}).values() if isinstance(group, Mapping) for person in group}
        found[name] = [one for one in tenants(ledger) if one.value in told]
    return found


def housing_goals(ledger: Ledger) -> list[Choice]:
    return [Choice(str(goal.id), goal.words) for goal in ledger.goals if goal.housing]


def conditions(ledger: Ledger) -> list[Choice]:
    return [Choice(str(row.id), row.code) for row in ledger.conditions]


def association_conditions(ledger: Ledger) -> list[Choice]:
    return _seen_by(ledger, "association")


def provider_conditions(ledger: Ledger) -> list[Choice]:
    return _seen_by(ledger, "care_provider")


def grounds(ledger: Ledger) -> list[Choice]:
    """What an incident may rest on: the conditions that were agreed, and what needs no agreement. Codes as labels."""
    return [Choice(code, code) for code in (*(row.code for row in ledger.conditions), *SERIOUS)]


def tenants(ledger: Ledger) -> list[Choice]:
    """Tenant and co-tenants: legal letters go to each of them."""
    row = ledger.trajectory
    others = [Choice(str(beside.person_id), beside.person.full_name) for beside in ledger.co_tenants()]
    return [Choice(str(row.tenant_id), row.tenant.full_name), *others]


def tenants_to_notify(ledger: Ledger) -> list[Choice]:
    """Whoever a notice goes to: not who received one in time, nor who has one on the way; else everybody."""
    newest = ledger.newest_notices()
    on_the_way = {person for person, one in newest.items() if one.recorded_on is None}
    return [one for one in tenants_to_record(ledger) if one.value not in on_the_way] or tenants_to_record(ledger)


def tenants_to_record(ledger: Ledger) -> list[Choice]:
    """Whoever has not received a notice in time, as far as was written down; when all have, everybody."""
    settled = {person for person, one in ledger.notices_that_count().items() if one.standing == "in_time"}
    everybody = tenants(ledger)
    return [one for one in everybody if one.value not in settled] or everybody


def tenants_with_notice(ledger: Ledger) -> list[Choice]:
    """Whoever was sent a notice that was not withdrawn."""
    newest = ledger.newest_notices()
    return [one for one in tenants(ledger) if one.value in newest]


def homes(ledger: Ledger) -> list[Choice]:
    """Homes of the association in this trajectory that are free, and the one it has now."""
    part = next((part for part in ledger.parts if part.part == "association"), None)
    if part is None:
        return []
    free = or_(Home.available.is_(True), Home.id == ledger.trajectory.home_id)
    rows = ledger.session.scalars(
        select(Home).where(Home.association_id == part.organisation_id, free).order_by(Home.city, Home.street)
    )
    return [Choice(str(home.id), f"{home.street}, {home.postcode} {home.city}") for home in rows]


def _seen_by(ledger: Ledger, part: str) -> list[Choice]:
    return [Choice(str(row.id), row.code) for row in ledger.conditions if part in CONDITIONS[row.code]]


BY_NOW_OTHERS = frozenset({"tenants_to_notify", "tenants_to_record", "tenants_with_notice"})
LISTS: Mapping[str, Callable[[Ledger], list[Choice]]] = {
    "housing_goals": housing_goals,
    "conditions": conditions,
    "association_conditions": association_conditions,
    "provider_conditions": provider_conditions,
    "grounds": grounds,
    "tenants": tenants,
    "tenants_to_notify": tenants_to_notify,
    "tenants_to_record": tenants_to_record,
    "tenants_with_notice": tenants_with_notice,
    "homes": homes,
}
