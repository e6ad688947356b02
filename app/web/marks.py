"""Goals and conditions with the mark of every review; the care goals and the remarks only for whom they are meant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from flask_babel import gettext

from app.records import Confirmation, Review
from app.records.dossiers import marks_of
from app.records.ledger import Ledger
from app.rules.care_end import LAPSED, SUSPENDED, in_force
from app.rules.permissions import CONDITIONS, HOUSING_DOMAINS, Viewer, sees
from app.web.marking import N_
from app.web.words import day, first_capital, listed, word

# Who confirms, sees each other's marks; the municipality sees reviews as their outcome only.
CONFIRMING = ("association", "care_provider")


@dataclass(frozen=True, slots=True)
class Mark:
    """How it stood in one review; `code` is "" when nothing was confirmed then."""

    month: int
    code: str
    remark: str = ""
    apart: str = ""  # who saw what, where two parties saw the same differently

    @property
    def words(self) -> str:
        said = word(self.code, _family(self.code)) if self.code else gettext("nothing confirmed")
        said = f"{said} ({self.apart})" if self.apart else said
        return str(gettext("month %(month)s: %(mark)s", month=self.month, mark=said))


@dataclass(frozen=True, slots=True)
class Line:
    """One goal or condition."""

    name: str
    about: str
    marks: list[Mark]

    @property
    def now(self) -> Mark | None:
        """The latest mark there is."""
        return next((mark for mark in reversed(self.marks) if mark.code), None)


def lines(ledger: Ledger, viewer: Viewer) -> list[Line]:
    """The goals and conditions this viewer may see, housing goals first."""
    return [*_goals(ledger, viewer), *_conditions(ledger, viewer)]


def _goals(ledger: Ledger, viewer: Viewer) -> Iterator[Line]:
    if not sees(viewer.part, "goals"):
        return
    order = {domain: place for place, domain in enumerate(HOUSING_DOMAINS)}
    rated = _confirmed(ledger, viewer)
    for goal in sorted(ledger.goals, key=lambda goal: (not goal.housing, order.get(goal.domain, 99), goal.domain)):
        if goal.housing:
            about = gettext("Goal: %(domain)s", domain=word(goal.domain, "goal").lower())
            yield Line(goal.words, about, _marks(ledger, viewer, rated, goal.id, CONFIRMING))
        elif sees(viewer.part, "care_goals"):
            about = gettext(
                "Care goal: %(domain)s. Only the care provider and the municipality see this.",
                domain=word(goal.domain, "goal").lower(),
            )
            yield Line(goal.words, about, [])


def _conditions(ledger: Ledger, viewer: Viewer) -> Iterator[Line]:
    if not sees(viewer.part, "conditions"):
        return
    kept, how = _confirmed(ledger, viewer), ledger.guidance()
    for condition in ledger.conditions:
        seers = CONDITIONS[condition.code]
        about = gettext("Condition, confirmed by %(parts)s", parts=listed(_name(ledger, part) for part in seers))
        if not in_force(condition.code, how):
            about = gettext(STOPPED[how.state], day=day(how.since))
        yield Line(word(condition.code, "condition"), about, _marks(ledger, viewer, kept, condition.id, seers))


STOPPED = {
    SUSPENDED: N_("Condition, suspended since %(day)s: it does not count until guidance goes on"),
    LAPSED: N_("Condition, lapsed since %(day)s"),
}
Rated = Mapping[tuple[UUID, UUID], list[Confirmation]]


def _confirmed(ledger: Ledger, viewer: Viewer) -> Rated:
    return marks_of(_over(ledger)) if viewer.part in CONFIRMING else {}


def _over(ledger: Ledger) -> list[Review]:
    return [row for row in ledger.reviews if row.kind == "review" and (row.closed_on or row.opened_on)]


def _marks(ledger: Ledger, viewer: Viewer, rated: Rated, about: UUID, order: tuple[str, ...]) -> list[Mark]:
    """One mark per review; of two parties that saw the same the worse one is drawn, and both are told."""
    if viewer.part not in CONFIRMING:
        return []
    found = []
    for review in _over(ledger):
        rows = sorted(rated.get((review.id, about), []), key=lambda row: WORST.index(row.mark))
        own = next((row.remark for row in rows if row.part == viewer.part or row.goal_id), "")
        found.append(Mark(review.month, rows[0].mark if rows else "", own, _apart(ledger, rows)))
    return found


def _apart(ledger: Ledger, rows: Sequence[Confirmation]) -> str:
    """What each party confirmed, side by side; "" where they confirmed the same."""
    if len({row.mark for row in rows}) < 2:
        return ""
    return listed(f"{_name(ledger, row.part)}: {word(row.mark, _family(row.mark))}" for row in rows)


WORST = ("off_track", "not_kept", "attention", "on_track", "kept")


def _family(code: str) -> str:
    return "kept" if code in ("kept", "not_kept") else "rating"


def _name(ledger: Ledger, part: str) -> str:
    row = ledger.part_of(part, ledger.today)
    return row.organisation.name if row else first_capital(word(part, "part"))
