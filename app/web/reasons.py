"""What a task is called and why it is due on its day, in words; never which day that is."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from flask_babel import get_locale, gettext

from app.records import Task
from app.rules.escalation import TASKS as ESCALATING
from app.web.desk import house
from app.web.sentences import N_
from app.web.words import day, word

# Why a task is due: the codes of rules/due.py. %(day)s is the day it hangs on.
BECAUSE: Mapping[str, str] = {
    "week_six": N_("because the lease began on %(day)s and this belongs in week 6"),
    "review_meeting_on": N_("because the three-way meeting is on %(day)s"),
    "review_planned_on": N_("because the three-way meeting is planned on %(day)s"),
    "decision_due_on": N_("because the decision is due on %(day)s"),
    "window_opens_on": N_("because the notice window opens on %(day)s"),
    "window_closes_on": N_("because the notice window closes on %(day)s"),
    "must_be_received_by": N_("because the notice must be received by %(day)s at the latest"),
    "lease_starts_on": N_("because the lease starts on %(day)s"),
    "lease_ends_on": N_("because the lease ends on %(day)s"),
    "lease_ended_on": N_("because the lease ended on %(day)s"),
    "aftercare_planned_on": N_("because the aftercare check is planned on %(day)s"),
    "recovery_ends_on": N_("because the recovery term ends on %(day)s"),
    "taken_over": N_("because the trajectory was taken over on %(day)s"),
    "since_opened": N_("open since %(day)s"),
}


def why(task: Task) -> str:
    """The reason of the due day as part of a sentence; "" for a reason nobody wrote words for."""
    if task.because not in BECAUSE:
        return ""
    return str(gettext(BECAUSE[task.because])) % {"day": day(task.because_on)}


def title(name: str, month: int | None = None) -> str:
    """What a step is called, with the month of its review where it has one."""
    step = house().library.title(name, str(get_locale() or "en"))
    if not month:
        return step
    if name == "check_aftercare":  # its months are counted from the end
        return str(gettext("%(task)s, %(month)s months after the end", task=step, month=month))
    return str(gettext("%(task)s of month %(month)s", task=step, month=month))


def task_title(task: Task, months: Mapping[UUID, int]) -> str:
    if task.name in ESCALATING and task.data:
        which = {"measure": word(task.data["measure"], "measure"), "number": task.data["incident"]}
        return str(gettext("%(task)s: %(measure)s, incident %(number)s", task=title(task.name), **which))
    return title(task.name, months.get(task.review_id) if task.review_id else None)
