"""The legal clock: every date that law or lease sets for one trajectory, by which rule and out of what.

Apart from the process: these are computed from the signed lease and from what happened to it, and from nothing else.
Who changes what a rule gives raises its version; `tests/rules/test_legal_clock.py` holds each version to its outcome.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from app.rules import early_end, notice, term
from app.rules.case import Case
from app.rules.schedule import DEFAULT, Settings, term_ended

Input = date | int


@dataclass(frozen=True, slots=True)
class LegalDate:
    """One date, the code and version of the rule that gave it, and what went into that: input's name -> value."""

    name: str
    on: date
    rule: str
    inputs: Mapping[str, Input]
    version: int = 1

    @property
    def kept_inputs(self) -> dict[str, str | int]:
        """The inputs as a row keeps them: dates as ISO text."""
        return {name: value.isoformat() if isinstance(value, date) else value for name, value in self.inputs.items()}


def legal_dates(case: Case, settings: Settings = DEFAULT) -> list[LegalDate]:
    """Every date there is now, in one fixed order; none before there is a lease."""
    return [*of_the_term(case, settings), *of_the_early_end(case)]


def of_the_term(case: Case, settings: Settings = DEFAULT) -> list[LegalDate]:
    """What follows from the days of the lease (domain 3.2)."""
    first, last = case.first_day, case.last_day
    if first is None or last is None:
        return []
    window, days, out_of_it = notice.window(last), settings.delivery_working_days, {"last_day": last}
    sends: dict[str, Input] = {"window_closes": window.safe_last, "working_days": days}
    return [
        LegalDate("last_day", last, "lease_says", out_of_it),
        LegalDate("latest_end", term.latest_end(first), "longest_term", {"first_day": first}),
        LegalDate("window_opens", window.safe_first, "law_three_months", out_of_it),
        LegalDate("send_by", notice.send_by(last, days), "days_to_deliver", sends),
        LegalDate("window_closes", window.safe_last, "law_one_month", out_of_it),
        LegalDate("term_ended", term_ended(last), "day_after_last", out_of_it),
    ]


def of_the_early_end(case: Case) -> list[LegalDate]:
    """What follows from the tenant's notice, from a death or from a judgment (domain 2)."""
    early = case.early_end
    if early is None:
        return []
    on, happened = early.happened_on, {"happened_on": early.happened_on}
    if early.kind != "death":
        by_law = early.kind == "tenant_notice" and early.last_day == early_end.last_day_after_notice(on)
        rule = "court_ruled" if early.kind == "court" else "notice_received" if by_law else "tenant_asked"
        inputs = happened if by_law else {**happened, "named": early.last_day}
        return [LegalDate("early_last_day", early.last_day, rule, inputs)]
    after = early_end.after_death(on)
    found = [
        LegalDate("ends_by_law", after.ends_by_law, "second_month_after_death", happened),
        LegalDate("heirs_may_choose", after.heirs_may_choose, "first_month_after_death", happened),
        LegalDate("housemate_until", after.housemate_until, "half_a_year_after_death", happened),
    ]
    rule = next(one.rule for one in found if one.on == early.last_day)
    return [LegalDate("early_last_day", early.last_day, rule, happened), *found]
