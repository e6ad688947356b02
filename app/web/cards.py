"""The steps after incidents as a page shows them: shape, word and colour; others see of a card only the condition."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask_babel import gettext

from app.records import Incident, Measure
from app.records.ledger import Ledger
from app.rules.escalation import CARDS, WEIGHTY, as_condition
from app.rules.permissions import Viewer, sees
from app.web.words import first_capital, short_day, tone, word

SHAPES = {"yellow_card": "yellow", "behaviour_order": "order", "red_card": "red"}


@dataclass(frozen=True, slots=True)
class Step:
    """One step that was given, or is being considered."""

    kind: str
    number: int
    name: str
    shape: str
    state: str
    tone: str
    stands: bool
    given_on: date | None
    about: str


def cards(ledger: Ledger, viewer: Viewer) -> list[Step]:
    """Every card and order that was given, those that stand first, the heaviest on top."""
    if not sees(viewer.part, "cards"):
        return []
    numbers = {row.id: row.number for row in ledger.incidents}
    given = [row for row in reversed(ledger.measures) if row.kind in WEIGHTY and row.given_on is not None]
    found = [step(row, numbers[row.incident_id], viewer) for row in given]
    return sorted(found, key=lambda one: not one.stands)


def steps(ledger: Ledger, incident: Incident, viewer: Viewer) -> list[Step]:
    """The steps after one incident, in order."""
    return [step(row, incident.number, viewer) for row in ledger.steps_of(incident)]


def step(row: Measure, number: int, viewer: Viewer) -> Step:
    """One step as this viewer may see it."""
    stands = row.given_on is not None and row.ended_on is None
    state, shade = _state(row)
    return Step(
        row.kind,
        number,
        first_capital(word(row.kind, "measure")),
        SHAPES.get(row.kind, "paper"),
        state,
        (tone(row.kind) or "warn") if stands else shade,
        stands,
        row.given_on,
        _about(row, viewer),
    )


def standing_card(ledger: Ledger, viewer: Viewer) -> Step | None:
    """The heaviest card that stands, if this viewer may know of it."""
    return next((one for one in cards(ledger, viewer) if one.stands and one.kind in CARDS), None)


def _state(row: Measure) -> tuple[str, str]:
    """How it stands in words, and the tone of what is over or not there yet."""
    if row.given_on is None and row.ended_on is None:
        return str(gettext("being considered")), ""
    if row.ended_on is None:
        return str(gettext("counts until %(day)s", day=short_day(row.expires_on))), "warn"
    if row.ended_because == "not_given":
        return word("not_given", "ended_because"), ""
    return f"{word(row.ended_because, 'ended_because')}, {short_day(row.ended_on)}", ""


def _about(row: Measure, viewer: Viewer) -> str:
    """The ground with its term; of the ground the other parties learn the condition."""
    own = sees(viewer.part, "incidents")
    ground = word(row.ground, "breach") if own else word(as_condition(row.ground), "condition")
    said = [gettext("Not kept: %(ground)s", ground=ground)]
    if row.given_on is not None and row.recover_by is not None and row.ended_on is None:
        said.append(gettext("time to put it right until %(day)s", day=short_day(row.recover_by)))
    if own and row.recovered is not None:
        said.append(gettext("put right") if row.recovered else gettext("not put right"))
    return "; ".join(map(str, said))
