"""What a form may be asked about in one trajectory: its goals, conditions, tenants and the homes to choose from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import or_, select

from app.records.ledger import Ledger
from app.records.people import Home, Organisation, User
from app.rules import care_end
from app.rules.escalation import SERIOUS
from app.rules.forms import Choice
from app.rules.permissions import CONDITIONS


def choices_for(
    ledger: Ledger, names: set[str], answered: Mapping[str, Any] | None = None
) -> dict[str, list[Choice]]:
    """The lists a form asks for by name; conditions carry their code as label, for the words are the web's.

    `answered`: what was answered before, for a form that is read or corrected. It is about the people and conditions it
    was about.
    """
    found = {name: LISTS[name](ledger) for name in names if name in LISTS}
    if answered is None:
        return found
    told = {item for group in answered.values() if isinstance(group, Mapping) for item in group}
    for name in found.keys() & BY_NOW_OTHERS:
        found[name] = [one for one in written_to(ledger) if one.value in told]
    for name in found.keys() & {"conditions", "association_conditions", "provider_conditions"}:
        found[name] = [Choice(str(row.id), row.code) for row in ledger.conditions if str(row.id) in told]
    if "grounds" in found:
        found["grounds"] = [Choice(code, code) for code in (*(row.code for row in ledger.conditions), *SERIOUS)]
    if "successors" in found:
        found["successors"] = _providers(ledger)
    return found


def housing_goals(ledger: Ledger) -> list[Choice]:
    return [Choice(str(goal.id), goal.words) for goal in ledger.goals if goal.housing]


def conditions(ledger: Ledger) -> list[Choice]:
    return [Choice(str(row.id), row.code) for row in _in_force(ledger)]


def association_conditions(ledger: Ledger) -> list[Choice]:
    return _seen_by(ledger, "association")


def provider_conditions(ledger: Ledger) -> list[Choice]:
    return _seen_by(ledger, "care_provider")


def grounds(ledger: Ledger) -> list[Choice]:
    """What an incident may rest on: the conditions that were agreed, and what needs no agreement. Codes as labels.

    What it was reported on, its steps may go on resting on.
    """
    own = ledger.about.ground if ledger.about is not None else ""
    how = ledger.guidance()
    agreed = (row.code for row in ledger.conditions if row.code == own or care_end.in_force(row.code, how))
    return [Choice(code, code) for code in (*agreed, *SERIOUS)]


def tenants(ledger: Ledger) -> list[Choice]:
    """Tenant and co-tenants: legal letters go to each of them."""
    row = ledger.trajectory
    others = [Choice(str(beside.person_id), beside.person.full_name) for beside in ledger.co_tenants()]
    return [Choice(str(row.tenant_id), row.tenant.full_name), *others]


def written_to(ledger: Ledger) -> list[Choice]:
    """Whoever gets legal letters: the tenants, and who represents them."""
    others = [Choice(str(beside.person_id), beside.person.full_name) for beside in ledger.representatives()]
    return [*tenants(ledger), *others]


def tenants_to_notify(ledger: Ledger) -> list[Choice]:
    """Whoever a notice goes to: not who received one in time, nor who has one on the way; else everybody."""
    newest = ledger.newest_notices()
    on_the_way = {person for person, one in newest.items() if one.recorded_on is None}
    return [one for one in _not_reached(ledger) if one.value not in on_the_way] or _not_reached(ledger)


def tenants_to_record(ledger: Ledger) -> list[Choice]:
    """Whoever was sent a notice and has not received one in time, as far as was written down; else everybody."""
    newest = ledger.newest_notices()
    return [one for one in _not_reached(ledger) if one.value in newest] or _not_reached(ledger)


def _not_reached(ledger: Ledger) -> list[Choice]:
    settled = {person for person, one in ledger.notices_that_count().items() if one.standing == "in_time"}
    everybody = written_to(ledger)
    return [one for one in everybody if one.value not in settled] or everybody


def tenants_with_notice(ledger: Ledger) -> list[Choice]:
    """Whoever was sent a notice that was not withdrawn."""
    newest = ledger.newest_notices()
    return [one for one in written_to(ledger) if one.value in newest]


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


def successors(ledger: Ledger) -> list[Choice]:
    """Care providers that may take over: those with somebody who does the work, but for the one there is now."""
    now = next((part for part in ledger.parts if part.part == "care_provider" and part.until is None), None)
    return [one for one in _providers(ledger) if now is None or one.value != str(now.organisation_id)]


def _providers(ledger: Ledger) -> list[Choice]:
    staffed = select(User.id).where(
        User.organisation_id == Organisation.id, User.role == "support_worker", User.active.is_(True)
    )
    providers = select(Organisation).where(Organisation.kind == "care_provider", staffed.exists())
    return [Choice(str(row.id), row.name) for row in ledger.session.scalars(providers.order_by(Organisation.name))]


def _seen_by(ledger: Ledger, part: str) -> list[Choice]:
    return [Choice(str(row.id), row.code) for row in _in_force(ledger) if part in CONDITIONS[row.code]]


def _in_force(ledger: Ledger) -> list[Any]:
    """The conditions that count today: guidance that nobody gives can't be refused."""
    how = ledger.guidance()
    return [row for row in ledger.conditions if care_end.in_force(row.code, how)]


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
    "successors": successors,
}
