"""The rows of the legal clock as the pages show them: what holds, and what held before and why that changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from app.records.ledger import Ledger
from app.records.legal_dates import kept_dates
from app.rules import legal_clock
from app.web import legal_words as words


@dataclass(frozen=True, slots=True)
class ClockLine:
    """One date that holds. `kept_on` is empty before signing; `now` is another day that today's rules would give."""

    name: str
    on: date
    rule: str
    source: str
    made_of: str
    version: int
    kept_on: date | None = None
    now: date | None = None


@dataclass(frozen=True, slots=True)
class OldLine:
    """A date that held before: until which moment, which took its place and why."""

    name: str
    on: date
    now: date
    changed_on: date
    reason: str
    by: UUID | None
    approved_by: UUID | None


def clock_lines(ledger: Ledger) -> tuple[list[ClockLine], list[OldLine]]:
    """What holds, in a fixed order, and what held before, the latest change first."""
    computed = {one.name: one for one in legal_clock.legal_dates(ledger.case(), ledger.settings)}
    rows = kept_dates(ledger.session, ledger.trajectory.id)
    kept = {row.name: row for row in rows if row.replaced_at is None}
    lines = []
    for name in words.TITLES:
        if name in kept:
            row, today = kept[name], computed.get(name)
            differs = today is not None and today.on != row.on
            lines.append(
                ClockLine(
                    words.title(name), row.on, words.rule(row.rule), words.source(row.rule), words.made_of(row.inputs),
                    row.version, row.set_on, today.on if today and differs else None,
                )
            )  # fmt: skip
        elif name in computed:
            one = computed[name]
            lines.append(
                ClockLine(
                    words.title(name), one.on, words.rule(one.rule), words.source(one.rule),
                    words.made_of(one.kept_inputs), one.version,
                )
            )  # fmt: skip
    old = []
    for row in rows:
        if row.replaced_at is not None:
            after = next(one for one in rows if one.name == row.name and one.set_at == row.replaced_at)
            title = words.title(row.name)
            old.append(OldLine(title, row.on, after.on, after.set_on, after.reason, after.by_id, after.approved_by_id))
    order = list(map(words.title, words.TITLES))
    return lines, sorted(old, key=lambda one: (-one.changed_on.toordinal(), order.index(one.name)))
