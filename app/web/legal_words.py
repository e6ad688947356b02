"""The legal clock in words: what each date is called, its rule in one sentence, and where that rule stands."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import gettext

from app.web.sentences import N_
from app.web.words import day

TITLES: Mapping[str, str] = {
    "last_day": N_("Last day of the fixed term"),
    "latest_end": N_("The longest this lease may last"),
    "window_opens": N_("First day the notice may be received"),
    "send_by": N_("Send the notice by"),
    "window_closes": N_("Last day the notice may be received"),
    "term_ended": N_("First day after the fixed term"),
    "early_last_day": N_("Last day of the lease, which ends early"),
    "ends_by_law": N_("After a death: the lease ends by law"),
    "heirs_may_choose": N_("After a death: the heirs may choose"),
    "housemate_until": N_("After a death: a housemate may stay until"),
}
RULES: Mapping[str, str] = {
    "lease_says": N_("Stands in the signed lease; the day itself still counts."),
    "longest_term": N_("Twenty-four months from the first day, less one day. A longer fixed term is refused here."),
    "law_three_months": N_("At most three months before the term has lapsed."),
    "law_one_month": N_(
        "At least one month before the term has lapsed. A day later, and the lease goes on without an end date."
    ),
    "days_to_deliver": N_("The last working day of the safe window, less the working days that the post may need."),
    "day_after_last": N_(
        "The day after the last day: the tenant has left, or the lease goes on as an open-ended one."
    ),
    "notice_received": N_(
        "The day before the first rent day that is at least a month after the tenant’s notice was received."
    ),
    "tenant_asked": N_("The tenant asked for this day; it is not before the day that the law gives."),
    "court_ruled": N_("Named by the court."),
    "second_month_after_death": N_("The end of the second month after the death."),
    "first_month_after_death": N_("The end of the first month after the death, where the heirs choose that."),
    "half_a_year_after_death": N_("Half a year after the death. Who wants to stay longer goes to court within it."),
}
SOURCES: Mapping[str, str] = {
    "lease_says": N_("The signed lease"),
    "longest_term": N_("Civil Code 7:271 and the decree of 2024 on specific groups"),
    "law_three_months": N_("Civil Code 7:271(1)"),
    "law_one_month": N_("Civil Code 7:271(1)"),
    "days_to_deliver": N_("Agreement of the region"),
    "day_after_last": N_("Civil Code 7:271(1)"),
    "notice_received": N_("Civil Code 7:271(5)"),
    "tenant_asked": N_("Civil Code 7:271(5)"),
    "court_ruled": N_("Civil Code 7:231"),
    "second_month_after_death": N_("Civil Code 7:268(6)"),
    "first_month_after_death": N_("Civil Code 7:268(6)"),
    "half_a_year_after_death": N_("Civil Code 7:268(2)"),
}
INPUTS: Mapping[str, str] = {
    "first_day": N_("first day %(value)s"),
    "last_day": N_("last day %(value)s"),
    "window_closes": N_("window closes %(value)s"),
    "working_days": N_("%(value)s working days"),
    "happened_on": N_("happened or received on %(value)s"),
    "named": N_("named day %(value)s"),
}


def title(name: str) -> str:
    return str(gettext(TITLES[name]))


def rule(code: str) -> str:
    return str(gettext(RULES[code]))


def source(code: str) -> str:
    return str(gettext(SOURCES[code]))


def made_of(inputs: Mapping[str, Any]) -> str:
    """What went into a date, as it is kept in its row: dates as ISO text, days as numbers."""
    return "; ".join(str(gettext(INPUTS[name])) % {"value": _written(value)} for name, value in inputs.items())


def _written(value: Any) -> str:
    return str(value) if isinstance(value, int) else day(date.fromisoformat(str(value)))
