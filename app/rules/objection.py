"""How long somebody may object to a decision under administrative law; never says to which decisions."""

from __future__ import annotations

from datetime import date

from app.rules.dates import add_weeks, working_day_on_or_after

WEEKS = 6  # Awb art. 6:7


def open_until(sent_on: date) -> date:
    """The last day on which an objection to a decision that was sent on `sent_on` may arrive.

    The six weeks begin on the day after it was sent (Awb art. 6:8). A term that would end on a Saturday, a Sunday or a
    holiday runs on to the next working day (Algemene termijnenwet art. 1(1)): it is counted forward, unlike the notice.
    """
    return working_day_on_or_after(add_weeks(sent_on, WEEKS))
