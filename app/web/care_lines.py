"""How guidance stands and both clocks, for the dossier; the landlord reads codes and days, and never why.

The last day of a care decision is nobody's business but the provider's and the municipality's: where care was planned
up to that day alone, the association sees no clock of care.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from flask_babel import gettext, ngettext

from app.records import CareEnd
from app.records.ledger import Ledger
from app.rules import care_clock, care_end
from app.rules.care_clock import Clocks, Pause
from app.rules.permissions import Viewer, may_note_pause, sees
from app.web.sentences import N_
from app.web.words import day, short_day, word


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of a bar, in percent of the picture."""

    kind: str  # track · care · pause · over
    x: str
    width: str


@dataclass(frozen=True, slots=True)
class Bar:
    """One clock as a bar, with what it says."""

    words: str
    stretches: list[Stretch]


@dataclass(frozen=True, slots=True)
class Care:
    """What the dossier shows about guidance, and what this viewer may do about it."""

    lines: list[str]
    slack: str
    before: str  # how the slack came to be less; "" where nothing paused
    runs_out: bool
    bars: list[Bar]
    today: str  # where today stands in the picture; "" outside it
    pauses: list[str]
    may_note_end: bool
    may_note_pause: bool
    may_end_pause: bool


ENDED = {
    "goals_met": N_("Guidance ended on %(day)s, because its goals are met. The condition to accept it has lapsed."),
    "decision_ends": N_(
        "Guidance ended on %(day)s, because the care decision ended. The condition to accept it has lapsed."
    ),
}
ENDED_FOR_OTHERS = N_("Guidance ended on %(day)s. The condition to accept it has lapsed.")
AHEAD = N_("It was noted that guidance stops on %(day)s: %(why)s.")
SUSPENDED = N_(
    "The care provider stops on %(day)s. That is not the tenant’s fault: from that day the condition to accept "
    "guidance does not count, until another provider has taken over."
)
REFUSED = N_(
    "It was noted that the tenant refuses guidance since %(day)s. The condition stays; refusing never ends the lease "
    "by itself."
)
MOVED = N_("On %(day)s another care provider took over. The condition to accept guidance is back in force.")
GOES_ON = N_("The lease goes on.")


def care(ledger: Ledger, viewer: Viewer) -> Care | None:
    """What to say about guidance; None where there is no guidance to speak of, or not to this viewer."""
    row = ledger.trajectory
    if row.first_day is None or row.last_day is None or not sees(viewer.part, "conditions"):
        return None
    if not ledger.care_ends and not ledger.care_pauses and (row.stage != "tenancy" or row.guidance_from is None):
        return None
    pauses = [one.days() for one in ledger.care_pauses]
    clocks = None if ledger.guidance().state == care_end.LAPSED else _clocks(ledger, viewer, pauses)
    runs = row.lease_runs(ledger.today)
    lapses = any(one.lapses_from is not None for one in ledger.care_ends)
    first = min(row.first_day, ledger.care_began)
    last = max(row.last_day, clocks.care_until) if clocks else row.last_day
    scale = _Scale(first, last)
    return Care(
        lines=list(_lines(ledger, viewer, pauses)),
        slack=_slack(clocks) if clocks else "",
        before=_before(clocks) if clocks else "",
        runs_out=clocks is not None and clocks.slack < 0,
        bars=_bars(ledger, clocks, pauses, scale) if clocks else [],
        today=scale.x(ledger.today) if clocks and first <= ledger.today <= last else "",
        pauses=[_pause(one) for one in pauses],
        may_note_end=runs and not lapses and not _open(ledger) and bool(care_end.whys(viewer)),
        may_note_pause=runs and not lapses and may_note_pause(viewer) and all(one.until for one in pauses),
        may_end_pause=runs and may_note_pause(viewer) and any(_goes_on(one, ledger.today) for one in pauses),
    )


def _goes_on(pause: Pause, today: date) -> bool:
    return pause.until is None and pause.since <= today


def _open(ledger: Ledger) -> bool:
    return any(one.closed_on is None for one in ledger.care_ends)


def _clocks(ledger: Ledger, viewer: Viewer, pauses: list[Pause]) -> Clocks | None:
    row = ledger.trajectory
    planned = row.guidance_until or (row.care_decision_until if sees(viewer.part, "care_goals") else None)
    if planned is None or row.last_day is None or planned < ledger.care_began:
        return None
    return care_clock.clocks(ledger.care_began, planned, row.last_day, pauses, ledger.today)


def _lines(ledger: Ledger, viewer: Viewer, pauses: list[Pause]) -> Iterator[str]:
    ends = ledger.care_ends
    said = [line for one in ends[-1:] if (line := _told(one, ledger.today, sees(viewer.part, "care_goals")))]
    yield from said
    if said and ledger.guidance().state != care_end.IN_FORCE:
        yield gettext(GOES_ON)
        return
    pause = care_clock.pause_now(pauses, ledger.today)
    if pause is not None and pause.until is not None:
        yield gettext("Guidance pauses from %(since)s up to and including %(until)s.", since=day(pause.since),
                      until=day(pause.until))  # fmt: skip
    elif pause is not None:
        yield gettext("Guidance has paused since %(since)s; its end is not known yet.", since=day(pause.since))
    elif not said:
        on = day(ledger.care_began)
        yield (gettext("Guidance began on %(day)s.", day=on) if ledger.care_began <= ledger.today
               else gettext("Guidance begins on %(day)s.", day=on))  # fmt: skip


def _told(one: CareEnd, today: date, all_of_it: bool) -> str:
    """The latest end of care in a sentence; "" where it came to nothing."""
    if one.lapses_from is not None and one.lapses_from <= today:
        said = ENDED[one.why] if all_of_it or one.why == "goals_met" else ENDED_FOR_OTHERS
        return str(gettext(said, day=day(one.lapses_from)))
    if one.outcome == "moved":
        return str(gettext(MOVED, day=day(one.resumed_on)))
    if one.outcome in ("goes_on", "renewed", "other_support", "lapsed"):
        return ""
    if one.why == "provider_stops":
        return str(gettext(SUSPENDED, day=day(one.on)))
    if one.why == "refused":
        return str(gettext(REFUSED, day=day(one.on)))
    if one.why == "decision_ends" and not all_of_it:
        return ""
    return str(gettext(AHEAD, day=day(one.on), why=word(one.why, "care_end")))


def _slack(clocks: Clocks) -> str:
    """The days that are left between the two clocks."""
    if clocks.slack < 0:
        said = ngettext(
            "Guidance runs on %(num)d day after the lease ends: decide in time what follows.",
            "Guidance runs on %(num)d days after the lease ends: decide in time what follows.",
            -clocks.slack,
        )
    else:
        said = ngettext(
            "%(num)d day of slack is left between the end of guidance and the end of the lease.",
            "%(num)d days of slack are left between the end of guidance and the end of the lease.",
            clocks.slack,
        )
    return str(said)


def _before(clocks: Clocks) -> str:
    if not clocks.paused or clocks.slack_planned < 0:
        return ""
    said = ngettext(
        "Without %(num)d day of pause there would be %(slack)s days of slack; the last day of the lease did not move.",
        "Without %(num)d days of pause there would be %(slack)s days of slack; the last day of the lease did not move.",
        clocks.paused,
        slack=clocks.slack_planned,
    )
    return str(said)


def _pause(one: Pause) -> str:
    if one.until is None:
        return str(gettext("from %(since)s, without an end yet", since=short_day(one.since)))
    return str(gettext("%(since)s to %(until)s", since=short_day(one.since), until=short_day(one.until)))


@dataclass(frozen=True, slots=True)
class _Scale:
    """The days of the picture as percents of its width."""

    first: date
    last: date

    def x(self, on: date) -> str:
        return f"{self._part(on):.2f}%"

    def stretch(self, kind: str, since: date, until: date) -> Stretch:
        return Stretch(kind, self.x(since), f"{self._part(until + timedelta(days=1)) - self._part(since):.2f}%")

    def _part(self, on: date) -> float:
        return 100 * (on - self.first).days / ((self.last - self.first).days + 1)


def _bars(ledger: Ledger, clocks: Clocks, pauses: list[Pause], scale: _Scale) -> list[Bar]:
    row, since = ledger.trajectory, ledger.care_began
    assert row.first_day is not None and row.last_day is not None  # there is a lease
    lease = gettext("Lease: up to and including %(day)s, whatever pauses", day=day(row.last_day))
    care = gettext("Guidance: up to and including %(day)s", day=day(clocks.care_until))
    if clocks.paused:
        care = gettext(
            "Guidance: up to and including %(day)s; it was %(planned)s",
            day=day(clocks.care_until),
            planned=day(clocks.planned),
        )
    found = [scale.stretch("care", since, clocks.care_until)]
    if clocks.care_until > row.last_day:
        found.append(scale.stretch("over", row.last_day + timedelta(days=1), clocks.care_until))
    for one in pauses:
        until = min(one.until or ledger.today, clocks.care_until)
        if one.since <= until:
            found.append(scale.stretch("pause", max(one.since, since), until))
    return [Bar(lease, [scale.stretch("track", row.first_day, row.last_day)]), Bar(care, found)]
