"""A played rehearsal as text for people and as JSON for programs; never changes what happened."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from app.records import Trajectory
from app.rehearsal.player import Player
from app.rules import notice, term
from app.rules.schedule import advice_due, advice_opens, decision_due, review_days, term_ended


def legal_dates(first: date, last: date) -> dict[str, date]:
    """Every legal date of a lease, and the deadlines of our own that hang on them."""
    window = notice.window(last)
    return {
        "first_day": first,
        "last_day": last,
        "latest_end": term.latest_end(first),
        "advice_opens": advice_opens(last),
        "advice_due": advice_due(last),
        "decision_due": decision_due(last),
        "literal_first": window.literal_first,
        "literal_last": window.literal_last,
        "safe_first": window.safe_first,
        "safe_last": window.safe_last,
        "send_by": notice.send_by(last),
        "day_after": term_ended(last),
    }


def as_json(player: Player, row: Trajectory) -> str:
    """The whole rehearsal as one JSON object; dates are ISO dates."""
    assert player.record is not None
    content = {
        "rehearsal": player.script.name,
        "reference": row.reference,
        "first_day": player.first,
        "last_day": player.last,
        "stage": row.stage,
        "outcome": row.outcome,
        "legal_ground": row.legal_ground,
        "legal_dates": legal_dates(player.first, player.last),
        "reviews": [{"month": month, "on": day} for month, day in review_days(player.first, player.last)],
        "refusals": [
            {
                "on": r.on,
                "task": r.task,
                "code": r.code,
                "faults": [{"field": f.field, "code": f.code} for f in r.faults],
            }
            for r in player.refusals
        ],
        "entries": [{"on": e.on, "kind": e.kind, "what": e.what, **e.details} for e in player.record.entries],
    }
    return json.dumps(content, default=_plain, ensure_ascii=False, indent=1)


def as_text(player: Player, row: Trajectory) -> str:
    """One line per thing that happened, with its date."""
    assert player.record is not None
    lines = [f"{player.script.name}: {player.script.about}".rstrip(": "), ""]
    lines += [
        f"  {day.isoformat()}  {name.replace('_', ' ')}" for name, day in legal_dates(player.first, player.last).items()
    ]
    lines.append("")
    previous: date | None = None
    for entry in player.record.entries:
        day = entry.on.isoformat() if entry.on != previous else " " * 10
        previous = entry.on
        details = ", ".join(f"{name} {value}" for name, value in entry.details.items() if value not in (None, "", []))
        lines.append(f"  {day}  {entry.kind.replace('_', ' '):<20} {entry.what.replace('_', ' ')}  {details}".rstrip())
    ended = f"{row.stage}, {row.outcome}" if row.outcome else row.stage
    lines += ["", f"  Ends as: {ended.replace('_', ' ')}"]
    if player.refusals:
        lines.append(f"  {len(player.refusals)} deeds were refused; see the lines marked 'refused'.")
    return "\n".join(lines)


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
