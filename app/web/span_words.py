"""What the spans are called, what they mean and what is to be heeded when they change; never whether they may."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext, ngettext

from app.actions.schedules import LONGEST_REASON
from app.rules.reschedule import Note
from app.rules.schedule import Settings
from app.rules.spans import BY_NAME, SPANS, differing
from app.web.marking import N_
from app.web.words import day, first_capital, listed

GROUPS: Mapping[str, str] = {
    "reviews": N_("The reviews"),
    "decision": N_("Advice and decision"),
    "notice": N_("The end-of-term notice"),
    "aftercare": N_("Aftercare"),
    "escalation": N_("Steps after an incident"),
    "silence": N_("When nobody hears anything"),
}
TITLES: Mapping[str, str] = {
    "review_months": N_("Months with a review"),
    "review_opens_days": N_("Days before a review on which its preparation opens"),
    "review_lapses_days": N_("Days after a review on which it lapses"),
    "advice_due_months": N_("Months before the last day on which the advice is due"),
    "advice_opens_months": N_("Months before that on which the advice opens"),
    "decision_due_days": N_("Days before the last day on which the decision is due"),
    "explanation_days": N_("Days to explain the decision"),
    "delivery_working_days": N_("Working days for the post"),
    "aftercare_months": N_("Months with an aftercare check"),
    "aftercare_opens_days": N_("Days before a check on which it opens"),
    "aftercare_lapses_days": N_("Days after a check on which it lapses"),
    "conversation_months": N_("Months that a conversation with agreements counts"),
    "warning_months": N_("Months that a written warning counts"),
    "card_months": N_("Months that a yellow card or behaviour order counts"),
    "recovery_months": N_("Months that a recovery term lasts at most"),
    "judging_days": N_("Days after a recovery term on which a step expires unjudged"),
    "silence_intake_weeks": N_("Weeks of silence before the lease"),
    "silence_tenancy_weeks": N_("Weeks of silence during the lease"),
    "silence_aftercare_weeks": N_("Weeks of silence in the aftercare"),
}
HINTS: Mapping[str, str] = {
    "review_months": N_("Counted from the first day of the lease, with commas between them. A review is planned only "
                        "where it falls at least three weeks before the advice opens."),
    "review_lapses_days": N_("It then counts as not held. It lapses sooner when the next one opens."),
    "decision_due_days": N_("14 weeks are 98 days. The notice window, which the law sets, opens about 91 days before "
                            "the last day."),
    "explanation_days": N_("So long the end-of-term notice waits for somebody to explain the decision to the tenant."),
    "delivery_working_days": N_("This moves our own day to send the notice by. The notice window itself is set by law "
                                "and stays where it is."),
    "aftercare_months": N_("Counted from the last day of the lease, with commas between them."),
    "silence_intake_weeks": N_("After so many weeks without a sign of life the housing officer gets a task."),
}  # fmt: skip
REASON = {
    "title": N_("Why do these spans change?"),
    "description": N_("Everybody who takes part in a trajectory on these spans can read this."),
    "type": "string",
    "minLength": 1,
    "maxLength": LONGEST_REASON,
    "x-widget": "textarea",
    "x-group": N_("The reason"),
}


def _asked(name: str) -> dict[str, Any]:
    span = BY_NAME[name]
    about = {"title": TITLES[name], "description": HINTS.get(name, ""), "x-group": GROUPS[span.group]}
    if span.most:
        return {**about, "type": "string", "maxLength": 80}
    return {**about, "type": "integer", "minimum": span.low, "maximum": span.high}


FORM: dict[str, Any] = {
    "type": "object",
    "properties": {**{span.name: _asked(span.name) for span in SPANS}, "reason": REASON},
    "required": [*BY_NAME, "reason"],
}


def typed(settings: Settings) -> dict[str, str]:
    """The spans as somebody would have typed them."""
    return {name: _written(getattr(settings, name)) for name in BY_NAME}


def _written(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def changes(was: Settings, now: Settings) -> list[tuple[str, str, str]]:
    """(what, old, new) of every span that differs, in words."""
    return [(str(gettext(TITLES[name])), _said(name, old), _said(name, new)) for name, old, new in differing(was, now)]


def _said(name: str, value: Any) -> str:
    if isinstance(value, tuple):
        return listed([str(one) for one in value])
    unit = BY_NAME[name].unit
    if unit == "days":
        return str(ngettext("%(num)d day", "%(num)d days", value))
    if unit == "working_days":
        return str(ngettext("%(num)d working day", "%(num)d working days", value))
    if unit == "weeks":
        return str(ngettext("%(num)d week", "%(num)d weeks", value))
    return str(ngettext("%(num)d month", "%(num)d months", value))


NOTES: Mapping[str, str] = {
    "day_has_passed": N_("%(what)s gets a day that has passed: %(day)s. It is late at once."),
    "opens_at_once": N_("%(what)s opens at once."),
    "stays_open": N_("%(what)s is open already and stays open, although it would open only on %(day)s."),
    "begun_stays": N_("%(what)s has begun and stays as it is."),
    "chosen_stays": N_("%(what)s stays on %(day)s: somebody chose that day."),
    "next_stays": N_("%(what)s stays on %(day)s: the trajectory waits for it."),
    "review_day_has_passed": N_("Month %(month)s is not planned any more: that day, %(day)s, is over."),
    "steps_keep_their_term": N_("A card or order that stands keeps the term it was given with."),
}


HEEDED: Mapping[str, str] = {
    "review": N_("the review"),
    "advice_opens": N_("the advice"),
    "advice_due": N_("the advice"),
    "decision_opens": N_("the decision"),
    "decision_due": N_("the decision"),
    "send_by": N_("sending the notice"),
    "aftercare": N_("the aftercare check"),
}


@dataclass(frozen=True, slots=True)
class Heed:
    """Something to heed, in a sentence; `late` stands out."""

    words: str
    late: bool


def heeds(notes: list[Note]) -> list[Heed]:
    return [Heed(_heed(one), one.code == "day_has_passed") for one in notes]


def _heed(note: Note) -> str:
    what = str(gettext(HEEDED[note.what])) if note.what else ""
    if note.month and what:
        what = str(gettext("%(what)s of month %(month)s", what=what, month=note.month))
    said = {"what": what, "month": note.month, "day": day(note.day) if note.day else ""}
    return first_capital(str(gettext(NOTES[note.code])) % said)
