"""Whether the parties see the end of the term alike: their views beside each other; never whose view counts.

Provider and municipality say theirs in their advice, the officer and the tenant at the hearing. Disagreement is whether
the lease goes on, or whether one condition or housing goal was met [ours]. What is left open disagrees with nobody, and
aftercare or none is no disagreement: the decision table settles that.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from app.rules import notice
from app.rules.case import Case
from app.rules.schedule import DEFAULT, Settings, decision_due

GOES_ON = frozenset({"convert", "convert_with_aftercare", "stay"})
ENDS = frozenset({"do_not_convert", "leave"})
TO_MEET_DAYS = 7  # at least, after a hearing that was late [ours]


@dataclass(frozen=True, slots=True)
class View:
    """How one party sees it. `outcome` is "" as long as nothing was said; `findings` are by condition or goal."""

    party: str  # care_provider · municipality · association · tenant
    outcome: str = ""
    findings: Mapping[str, str] = field(default_factory=dict)  # id -> met · not_met · cannot_say


def views(case: Case) -> tuple[View, ...]:
    """One view for each party, in the order in which they speak."""
    heard = case.hearing
    found = []
    for part in ("care_provider", "municipality"):
        advice = case.advices.get(part)
        found.append(View(part, advice.advice, advice.findings) if advice is not None else View(part))
    if heard is None:
        return (*found, View("association"), View("tenant"))
    officer = View("association", heard.own_view, heard.findings.get("officer", {}))
    return (*found, officer, View("tenant", heard.tenant_wants, heard.findings.get("tenant", {})))


def goes_on(outcome: str) -> bool | None:
    """Whether the lease goes on with this outcome; None when nothing is said about that."""
    return True if outcome in GOES_ON else False if outcome in ENDS else None


def outcomes_differ(seen: Iterable[View]) -> bool:
    """Whether one wants the lease to go on and another wants it to end."""
    return {True, False} <= {goes_on(view.outcome) for view in seen}


def findings_that_differ(seen: Iterable[View]) -> frozenset[str]:
    """The conditions and goals that one party finds met and another not."""
    found: dict[str, set[str]] = {}
    for view in seen:
        for about, finding in view.findings.items():
            found.setdefault(about, set()).add(finding)
    return frozenset(about for about, findings in found.items() if {"met", "not_met"} <= findings)


def parties_agree(case: Case) -> bool:
    """Asked once the tenant was heard; before that nobody has disagreed yet."""
    seen = views(case)
    return case.hearing is None or not (outcomes_differ(seen) or findings_that_differ(seen))


def joint_meeting_lapses(case: Case, settings: Settings = DEFAULT) -> date | None:
    """The day from which the decision goes on without a joint meeting.

    The day on which the decision is due; after a late hearing a week later, as long as the notice window is not open.
    """
    if case.last_day is None or case.hearing is None:
        return None
    late = case.hearing.heard_on + timedelta(days=TO_MEET_DAYS)
    return min(max(decision_due(case.last_day, settings), late), notice.window(case.last_day).safe_first)
