"""What a change of the lease does to every date, side by side: before it is proposed, and for who judges it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask_babel import gettext

from app.rules.case import Case
from app.rules.schedule import Settings
from app.rules.timeline import Moment, timeline
from app.web.labels import moment_title
from app.web.words import day


@dataclass(frozen=True, slots=True)
class Moved:
    """One date: what it is, the day it has and the day it would get, each as text; empty where there is none."""

    what: str
    was: str
    now: str
    by_law: bool

    @property
    def stays(self) -> bool:
        return self.was == self.now


def moved_dates(before: Case, after: Case, today: date, settings: Settings) -> list[Moved]:
    """Every date that one of the two has, in the order of the days afterwards; those that stay are there too."""
    old, new = _by_what(before, today, settings), _by_what(after, today, settings)
    signed = Moved(str(gettext("Lease signed on")), day(before.signed_on), day(after.signed_on), False)
    order = [*new, *(key for key in old if key not in new)]
    return [signed, *(_moved(old.get(key), new.get(key)) for key in order)]


def _by_what(case: Case, today: date, settings: Settings) -> dict[tuple[str, int], Moment]:
    return {(one.what, one.month): one for one in timeline(case, today, settings=settings)}


def _moved(old: Moment | None, new: Moment | None) -> Moved:
    one = new or old
    assert one is not None  # every key comes from one of the two
    return Moved(moment_title(one), day(old.on) if old else "", day(new.on) if new else "", one.by_law)
