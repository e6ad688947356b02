"""Which reminders belong to a trajectory: one row per rule, who, how long before what, which letter.

Reminders are rows; a boundary timer in a drawing only ever changes the path.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import blake2s

from app.rules import notice
from app.rules.case import Case
from app.rules.schedule import DEFAULT, Settings, advice_due, decision_due


@dataclass(frozen=True, slots=True)
class Reminder:
    """`days` before the day of `about`, letter `kind` goes to each of `roles`."""

    about: str
    days: tuple[int, ...]
    roles: tuple[str, ...]
    kind: str


CARE_DECISION = "care_decision"  # the care is decided on by the municipality, and no landlord reads of it

ROWS = (
    Reminder("review", (30, 14, 3), ("support_worker", "housing_officer"), "review_ahead"),
    Reminder("advice", (30, 7), ("support_worker", "municipal_officer"), "advice_ahead"),
    Reminder(CARE_DECISION, (56, 14), ("municipal_officer", "support_worker"), "care_decision_ahead"),
    Reminder("decision", (30, 14, 3), ("housing_officer",), "decision_ahead"),
    Reminder("window_opens", (30, 14, 0), ("housing_officer", "team_lead"), "window_opens_ahead"),
    Reminder("send_by", (7, 1), ("housing_officer",), "send_by_ahead"),
    Reminder("proof", (0,), ("housing_officer", "team_lead"), "proof_missing"),
    Reminder("window_closes", (14, 3), ("housing_officer", "team_lead"), "window_closes_ahead"),
)

# Days after its due day that a task still open is brought up again, and with whom: the one who has it, then the lead.
TO_THE_LEAD = "overdue_team_lead"
OVERDUE = ((1, "overdue"), (7, "overdue"), (8, TO_THE_LEAD))


@dataclass(frozen=True, slots=True)
class Planned:
    """One reminder that should stand in the ledger."""

    kind: str
    occasion: str
    role: str
    about_on: date
    due_on: date
    days: int

    @property
    def key(self) -> str:
        return f"{self.occasion}:{self.about_on.isoformat()}:{self.days}:{self.role}"


def occasions(case: Case, settings: Settings = DEFAULT) -> Iterator[tuple[str, str, date]]:
    """(about, occasion, day) of everything still worth a reminder."""
    if case.last_day is None or case.ending or case.stage not in ("tenancy",):
        return
    last, window = case.last_day, notice.window(case.last_day)
    for review in case.reviews:
        if review.closed_on is None and review.held_on is None:
            yield "review", f"review:{review.month}", review.planned_on
    if case.care_decision_until is not None and case.care_decision_until < last:
        yield CARE_DECISION, CARE_DECISION, case.care_decision_until
    decided = case.decision is not None and case.decision.approved
    if not decided:
        yield "decision", "decision", decision_due(last, settings)
        if len(case.advices) < 2:
            yield "advice", "advice", advice_due(last, settings)
    if decided and case.decision is not None and case.decision.outcome != "do_not_convert":
        return
    if not case.notices:
        yield "window_opens", "window_opens", window.safe_first
    every = len(case.notices) >= case.tenants
    if not every or {"too_early", "returned"}.intersection(case.notices):
        yield "send_by", "send_by", notice.send_by(last, settings.delivery_working_days)
    if not every or set(case.notices) != {"in_time"}:
        yield "proof", "proof", notice.proof_by(last)
        yield "window_closes", "window_closes", window.safe_last


def planned(case: Case, today: date, settings: Settings = DEFAULT) -> list[Planned]:
    """Every reminder that still lies ahead of `today` (today included), in order of the day it goes out."""
    found: list[Planned] = []
    for about, occasion, day in occasions(case, settings):
        for row in ROWS:
            if row.about != about:
                continue
            for days in row.days:
                due_on = day - timedelta(days=days)
                if due_on >= today:
                    found.extend(Planned(row.kind, occasion, role, day, due_on, days) for role in _roles(row, case))
    return sorted(found, key=lambda p: (p.due_on, p.key))


def mark(case: Case, settings: Settings = DEFAULT) -> str:
    """A short text that changes whenever other reminders are wanted, and not because days go by; "" for none."""
    given = ",".join(sorted(case.advices))
    wanted = "|".join(f"{occasion}:{day}:{given}" for _, occasion, day in occasions(case, settings))
    return blake2s(wanted.encode(), digest_size=8).hexdigest() if wanted else ""


def _roles(row: Reminder, case: Case) -> tuple[str, ...]:
    """Who is reminded; of the advice only who has not given it."""
    if row.about != "advice":
        return row.roles
    part_of = {"support_worker": "care_provider", "municipal_officer": "municipality"}
    return tuple(role for role in row.roles if part_of[role] not in case.advices)


def next_nudge(due_on: date, today: date) -> date | None:
    """The next day after `today` on which an overdue task is brought up; None when all has been said."""
    return next((due_on + timedelta(days=days) for days, _ in OVERDUE if due_on + timedelta(days=days) > today), None)


def nudge_kind(due_on: date, today: date, nudge_on: date | None = None, has_lead: bool = True) -> str | None:
    """Which overdue letter fits today: after a pause only the latest one.

    Where there is no team lead to tell, the last letter is another one to the team; not when they had it in time.
    """
    late = (today - due_on).days
    fitting = [(days, kind) for days, kind in OVERDUE if days <= late]
    if not fitting:
        return None
    days, kind = fitting[-1]
    if kind != TO_THE_LEAD or has_lead:
        return kind
    return "overdue" if nudge_on is not None and nudge_on < due_on + timedelta(days=days) else None
