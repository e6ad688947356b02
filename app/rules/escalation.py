"""From an incident to a red card: which step comes next, what may be skipped, what it rests on, how long it counts.

After published protocols and the cards of the region [ours]: a conversation, a written warning, a yellow card, a
behaviour order, a red card. A red card leads into the decision on conversion; it never ends a lease.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from app.errors import Fault
from app.rules.case import IncidentState, MeasureState
from app.rules.dates import add_months
from app.rules.progress import Primitive
from app.rules.schedule import DEFAULT, Settings

LADDER = ("conversation", "warning", "yellow_card", "behaviour_order", "red_card")
# From yellow on: the tenant is heard first, two people decide, provider and municipality are told.
WEIGHTY = ("yellow_card", "behaviour_order", "red_card")
CARDS = ("yellow_card", "red_card")

# What may skip steps: grounds beside the conditions of the contract.
SERIOUS = ("serious_violence", "drugs")
MAY_START_AT = ("conversation", "yellow_card", "red_card")
# The condition of the care contract that such an incident breaks: all that other parties learn of it.
AS_CONDITION: Mapping[str, str] = {"serious_violence": "no_nuisance", "drugs": "lives_there"}

PROVIDER = "provider_remark"
SOURCES = ("own_observation", "rent_account", "neighbours", "police", "inspection", PROVIDER)

TASKS = frozenset(
    {
        "hold_conversation",
        "send_warning",
        "hear_tenant_on_measure",
        "propose_measure",
        "approve_measure",
        "judge_recovery",
    }
)
"""The tasks of an escalation: other parties than the association don't learn of them."""


@dataclass(frozen=True, slots=True)
class Report:
    """An incident as somebody reports it. `grounds` are those this trajectory knows: its conditions and the serious."""

    happened_on: date | None
    ground: str
    what: str
    evidence: str
    sources: tuple[str, ...]
    first_step: str = "conversation"
    skip_reason: str = ""


def faults(report: Report, grounds: Collection[str], first_day: date, today: date) -> list[Fault]:
    """Everything that keeps this report from being taken down, one fault for each field."""
    found = []
    if report.happened_on is None:
        found.append(Fault("happened_on", "missing", {"kind": "date"}))
    elif report.happened_on > today:
        found.append(Fault("happened_on", "in_the_future", {"date": report.happened_on, "today": today}))
    elif report.happened_on < first_day:
        found.append(Fault("happened_on", "before_the_lease", {"first_day": first_day}))
    if not report.ground:
        found.append(Fault("ground", "incident_needs_ground"))
    elif report.ground not in grounds:
        found.append(Fault("ground", "ground_not_agreed"))
    found += [Fault(name, "missing") for name in ("what", "evidence") if not getattr(report, name).strip()]
    if not report.sources:
        found.append(Fault("sources", "missing", {"kind": "choices"}))
    elif not set(report.sources) <= set(SOURCES):
        found.append(Fault("sources", "not_a_choice"))
    elif report.first_step in WEIGHTY:
        found += rests_on(report.first_step, report.sources)
    return found + _skipping(report)


def _skipping(report: Report) -> list[Fault]:
    if report.first_step not in MAY_START_AT:
        return [Fault("first_step", "not_a_choice")]
    if not skips(report.first_step):
        return []
    if not may_skip(report.ground):
        return [Fault("first_step", "may_not_skip")]
    return [] if report.skip_reason.strip() else [Fault("skip_reason", "skipping_needs_reason")]


def skips(first_step: str) -> bool:
    """Whether an escalation that starts here leaves steps out."""
    return first_step != LADDER[0]


def may_skip(ground: str) -> bool:
    """Only serious violence or drugs may skip steps (domain 2)."""
    return ground in SERIOUS


def next_step(kind: str) -> str:
    """The step after this one; "" after the last."""
    return dict(zip(LADDER, [*LADDER[1:], ""], strict=True))[kind]


def measure(incident: IncidentState | None) -> str:
    """The step that is at hand; "" without an incident and after the last step."""
    if incident is None:
        return ""
    last = incident.last
    if last is None:
        return incident.first_step
    return next_step(last.kind) if last.recovered is False else last.kind


def rests_on(kind: str, sources: Iterable[str]) -> list[Fault]:
    """From yellow on a step never rests on the care provider's remark alone (domain 2)."""
    alone = set(sources) == {PROVIDER}
    return [Fault("sources", "not_on_the_providers_remark_alone")] if kind in WEIGHTY and alone else []


def four_eyes(decided_by: UUID | None, approver: UUID) -> list[Fault]:
    """Whoever proposed a step is never the one who approves it."""
    return [Fault("verdict", "same_person")] if decided_by == approver else []


def recovery(recover_by: date | None, given_on: date, last_day: date, settings: Settings = DEFAULT) -> list[Fault]:
    """A recovery term lies after the step itself, is not endless and ends with the lease at the latest."""
    if recover_by is None:
        return []
    longest = longest_recovery(given_on, last_day, settings)
    if recover_by <= given_on:
        return [Fault("recover_by", "recovery_before_step", {"day": given_on})]
    if recover_by > longest:
        return [Fault("recover_by", "recovery_too_long", {"day": longest})]
    return []


def longest_recovery(given_on: date, last_day: date, settings: Settings = DEFAULT) -> date:
    """The last day a recovery term may have."""
    return max(given_on + timedelta(days=1), min(add_months(given_on, settings.recovery_months), last_day))


def expires(kind: str, given_on: date, recover_by: date | None, last_day: date, settings: Settings = DEFAULT) -> date:
    """The day from which a step no longer counts; a red card stands up to the last day of the lease.

    Never before its recovery was judged in peace: some weeks after the recovery term at least.
    """
    if kind == "red_card":
        return max(last_day, given_on)
    months = {"conversation": settings.conversation_months, "warning": settings.warning_months}
    day = add_months(given_on, months.get(kind, settings.card_months))
    if recover_by is not None:
        day = max(day, recover_by + timedelta(days=settings.judging_days))
    return day


def facts(incident: IncidentState | None) -> dict[str, Primitive]:
    """What the gateways of the escalation read; always all of it."""
    measures = incident.measures if incident is not None else ()
    last = incident.last if incident is not None else None
    given = [one.kind for one in measures if one.given_on is not None]
    return {
        "first_measure": incident.first_step if incident is not None else LADDER[0],
        "measure": measure(incident),
        "measure_proposed": last is not None and last.proposed == "give",
        "measure_approved": last is not None and last.verdict == "approve",
        "measure_recovered": last is not None and last.recovered is True,
        "another_step": last is not None and last.recovered is False,
        "tenant_has_letter": bool(given),
        "parties_were_told": any(kind in WEIGHTY for kind in given),
    }


def measure_expires(incident: IncidentState | None) -> date | None:
    """The day on which the step that stands now expires; None when none stands."""
    last = incident.last if incident is not None else None
    return last.expires_on if last is not None and last.stands else None


def worst_card(standing: Iterable[str]) -> str:
    """The heaviest card among the steps that stand; "none" without any."""
    there = set(standing)
    return next((card for card in reversed(CARDS) if card in there), "none")


def standing_cards(measures: Iterable[MeasureState]) -> tuple[str, ...]:
    """The cards and orders that stand, lightest first."""
    return tuple(sorted((one.kind for one in measures if one.stands and one.kind in WEIGHTY), key=LADDER.index))


def as_condition(ground: str) -> str:
    """The condition that was not kept, which is all that the other parties learn of a ground."""
    return AS_CONDITION.get(ground, ground)
