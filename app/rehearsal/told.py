"""A played rehearsal as text for people: a line per thing that happened, in plain English; changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from flask import current_app
from flask_babel import force_locale

from app.actions.deed import House
from app.records import Trajectory
from app.records.database import reading
from app.rehearsal.player import Player
from app.rehearsal.record import Entry
from app.rehearsal.report import entries, legal_dates, own_dates, spans_of
from app.rules.schedule import too_early_for_guidance
from app.web.words import WORDS

Titles = Mapping[str, str]

DATES: Mapping[str, str] = {
    "first_day": "first day of the lease",
    "last_day": "last day of the lease",
    "latest_end": "latest last day the law allows",
    "literal_first": "notice may be received from here, read literally",
    "literal_last": "notice may be received up to here, read literally",
    "safe_first": "notice window opens: received from here is safe",
    "safe_last": "notice window closes: received up to here is safe",
    "send_by": "the notice must be sent by here",
    "open_ended_from": "the lease has ended, or goes on without an end",
    "advice_opens": "the advice on conversion opens",
    "advice_due": "the advice is due",
    "decision_due": "the decision is due",
}
ENDINGS: Mapping[str, str] = {
    "conversion": "the lease is converted: open-ended from",
    "ended_early": "the lease has ended before its last day; it is over from",
    "tenancy_ended": "the lease has ended, and the tenant has left; it is over from",
    "open_ended_by_lapse": "INCIDENT: nobody ended the lease in time; it is open-ended by lapse from",
    "open_ended_by_approval": "the tenant stayed with approval: the lease is open-ended from",
}


def as_text(player: Player) -> str:
    """The lease, then one line per thing that happened, each with its date, then how it ended."""
    with force_locale("en"):
        row = reading().get_one(Trajectory, player.trajectory_id)
        house: House = current_app.extensions["voorwaarts.house"]
        drawings = [house.library.definition(root) for root in house.library.roots]
        titles = {name: label for drawing in drawings for name, label in drawing.names("en").items()}
        lines = [f"{player.script.name}: {player.script.about}".rstrip(": "), "", _lease(row), ""]
        spans = spans_of(player)
        dates = {**legal_dates(player.first, player.last, spans), **own_dates(player.last, spans)}
        lines += [f"  {day}  {DATES[name]}" for name, day in sorted(dates.items(), key=lambda one: one[1])]
        if too_early_for_guidance(player.first, player.last, spans):
            lines += ["", "Pointed out when the lease was drawn up: the advice or the decision is due before week 6."]
        lines += ["", *(f"  {one.on}  {_line(one, titles)}" for one in entries(player)), ""]
        lines.append(f"Ends as: {_ended(row)}.")
    return "\n".join(lines)


def _lease(row: Trajectory) -> str:
    if row.signed_on is None:
        return f"{row.reference}. No lease was signed; with the days asked for it would have been:"
    return f"{row.reference}. Lease signed on {row.signed_on}, {_word(row.legal_ground, 'ground')}."


def _ended(row: Trajectory) -> str:
    stage, outcome = _word(row.stage, "stage"), _word(row.outcome, "result")
    closed = f" on {row.closed_on}" if row.closed_on else ""
    return f"{stage}{closed}: {outcome}" if outcome else f"{stage}, without an outcome yet"


def _line(entry: Entry, titles: Titles) -> str:
    kind, _, state = entry.kind.partition("_")
    tell = TELL.get(entry.kind) or TELL.get(kind)
    if tell is None:
        return f"{entry.kind.replace('_', ' '):<17} {entry.what.replace('_', ' ')}{_rest(entry.details)}"
    return f"{_head(entry, kind, state):<17} {tell(entry, entry.details, titles)}"


def _head(entry: Entry, kind: str, state: str) -> str:
    return HEADS.get(entry.kind, f"{kind} {state}".strip()).replace("_", " ")


HEADS: Mapping[str, str] = {
    "measure_given": "step given",
    "measure_sent_back": "step sent back",
    "measure_recovered": "put right",
    "measure_not_recovered": "not put right",
    "measure_ended": "step over",
    "task_moved": "task due moved",
    "legal_date": "legal date",
    "own_date": "our own date",
    "stage_reached": "state",
    "term_ended": "state",
}

Details = Mapping[str, Any]


def _task(entry: Entry, details: Details, titles: Titles) -> str:
    title = titles.get(entry.what, entry.what)
    month = f" (month {details['month']})" if details["month"] else ""
    told = f"{title}{month}, {_word(details['role'], 'role')}"
    return f"{told}, due {details['due']}" if entry.kind in ("task_opened", "task_moved") else told


def _letter(entry: Entry, details: Details, titles: Titles) -> str:
    task, about = titles.get(details["task"], ""), str(details["about"] or "")
    which = ", ".join(part for part in (task, about) if part)
    told = f"{_word(entry.what, 'letter')}{f' ({which})' if which else ''}, to the {_word(details['to'], 'role')}"
    if entry.kind == "letter_posted":
        return told
    why = _word(details["reason"].partition(":")[0], "letter_reason")
    return f"{told}, planned for {details['planned_for']}: {why}"


def _document(entry: Entry, details: Details, _titles: Titles) -> str:
    which = ", ".join(
        part for part in (details["occasion"].replace("_", " "), details["for"].replace("_", " ")) if part
    )
    version = f", version {details['version']}" if details["version"] > 1 else ""
    fault = f": {details['fault']}" if details["fault"] else ""
    return f"{_word(entry.what, 'document')}{f' ({which})' if which else ''}{version}{fault}"


def _review(entry: Entry, details: Details, _titles: Titles) -> str:
    told = f"month {details['month']}, planned on {details['planned']}"
    outcome = f": {_word(details['outcome'], 'rating')}" if details["outcome"] else ""
    held = f", held on {details['held']}" if details["held"] else ""
    why = {"": "", "lapsed": ", its time was over"}.get(details["why"], f", because: {details['why']}")
    return f"{told}{held}{outcome}{why}"


def _date(entry: Entry, _details: Details, _titles: Titles) -> str:
    return DATES[entry.what]


def _stage(entry: Entry, details: Details, _titles: Titles) -> str:
    outcome = f": {_word(details['outcome'], 'result')}" if details["outcome"] else ""
    return f"{_word(entry.what, 'stage')}{outcome}"


def _ending(entry: Entry, details: Details, _titles: Titles) -> str:
    return f"{ENDINGS[entry.what]} {details['from']}"


def _refused(entry: Entry, details: Details, titles: Titles) -> str:
    return f"{titles.get(entry.what, entry.what)}: {details['sentence']}"


def _incident(entry: Entry, details: Details, _titles: Titles) -> str:
    number, happened = entry.what.rpartition("_")[2], details["happened"]
    first = details.get("first_step", "conversation")
    skips = f", straight to a {_word(first, 'measure')}" if first != "conversation" else ""
    return f"{number}, of {happened}: {_word(details['ground'], 'breach')}{skips}"


def _measure(entry: Entry, details: Details, _titles: Titles) -> str:
    told = f"{_word(entry.what, 'measure')} (incident {details['incident']})"
    if details.get("recover_by"):
        told += f", time to recover until {details['recover_by']}"
    if details.get("expires"):
        told += f", counts until {details['expires']}"
    return f"{told}: {_word(details['why'], 'ended_because')}" if details.get("why") else told


def _receipt(_entry: Entry, details: Details, _titles: Titles) -> str:
    received = details.get("received")
    told = f"to the {details['to'].replace('_', ' ')}, sent on {details['sent']}"
    if details.get("returned"):
        return f"{told}, came back on {details['returned']}: {_word(details['why'], 'returned')}"
    return f"{told}, received on {received}" if received else told


TELL: Mapping[str, Callable[[Entry, Details, Titles], str]] = {
    "task": _task,
    "letter": _letter,
    "document": _document,
    "review": _review,
    "aftercare": _review,
    "incident": _incident,
    "measure": _measure,
    "legal_date": _date,
    "own_date": _date,
    "stage": _stage,
    "term_ended": _ending,
    "refused": _refused,
    "end_notice_sent": _receipt,
    "end_notice_unproven": _receipt,
    "end_notice_in_time": _receipt,
    "end_notice_too_early": _receipt,
    "end_notice_too_late": _receipt,
    "end_notice_returned": _receipt,
    "end_notice_returned_too_late": _receipt,
}


def _rest(details: Details) -> str:
    said = [
        f"{name.replace('_', ' ')} {_said(value)}" for name, value in details.items() if value not in (None, "", [])
    ]
    return f" ({', '.join(said)})" if said else ""


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) if isinstance(value, date) else str(value).replace("_", " ")


def _word(code: str, family: str) -> str:
    """What people call it; a code without words is shown as it is."""
    known = WORDS.get(family, {}).get(code)
    return str(known) if known is not None else code.replace("_", " ")
