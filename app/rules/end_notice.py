"""How an end-of-term notice to one tenant stands, and what may not be said of it; never which days the law sets.

Receipt is tested, never sending (domain 3.2.4). Each tenant has a notice of their own, so each stands by itself; what
was received in time stays so, whatever is sent afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from app.errors import Fault
from app.rules import notice
from app.rules.case import Case

# Standings after which the notice goes out again, as long as the window allows.
AGAIN = ("too_early", "returned", "unproven")
# How the standings of several tenants go together: the worst of them, the one that can still be put right first.
WORST_FIRST = ("too_early", "returned", "too_late", "returned_too_late", "unproven")
WITHDRAWN = "withdrawn"  # by a letter of its own, after the decision was revised: it counts no more


def standing(
    answer: Mapping[str, Any], received_on: date | None, last_day: date, recorded_on: date
) -> notice.Standing | str:
    """How a notice stands by what was recorded of it: in_time · too_early · too_late · returned · unproven.

    A letter that came back can be sent again only while the window is open: `returned_too_late` when it is not.
    """
    if answer["proven"] == "returned":
        return "returned" if recorded_on <= notice.window(last_day).safe_last else "returned_too_late"
    return notice.standing(received_on, last_day) if received_on is not None else "unproven"


def status(standing: str, case: Case, today: date) -> str:
    """What a person reads of the notice to one tenant; `standing` is "" as long as none was sent. "" before a decision.

    not_needed · planned · unproven · in_time · too_early(_again) · too_late · returned(_again) · returned_too_late ·
    to_withdraw: the decision was revised, and the notice still stands
    """
    over = case.early_end is not None or bool(case.ending)
    converts = case.decision is not None and case.decision.outcome != "do_not_convert"
    if standing and converts and not over:
        return "to_withdraw"
    open_ = case.last_day is not None and today <= notice.window(case.last_day).safe_last
    if standing:
        return f"{standing}_again" if standing in ("too_early", "returned") and open_ and not case.ending else standing
    if case.decision is None or not case.decision.approved:
        return ""
    return "planned" if case.decision.outcome == "do_not_convert" and not over else "not_needed"


def sending(answers: Mapping[str, Any], case: Case, _today: date) -> list[Fault]:
    """The decision comes first, and what is sent after the last day ends nothing."""
    faults = []
    approved = case.decision.approved_on if case.decision else None
    for place, on in _days(answers, "notices", "sent_on"):
        if approved and on < approved:
            faults.append(Fault(place, "sent_before_decision", {"approved_on": approved}))
        elif case.last_day and on > case.last_day:
            faults.append(Fault(place, "sent_after_the_term", {"last_day": case.last_day}))
    return faults


def recorded(answers: Mapping[str, Any], case: Case, today: date) -> list[Fault]:
    """Received or come back: after it was sent, and received within the term."""
    faults = []
    for place, on in _days(answers, "receipts", "received_on"):
        sent = case.sent.get(place.split(".")[1])
        if sent and on < sent:
            faults.append(Fault(place, "received_before_sent", {"sent_on": sent}))
        elif case.last_day and on > case.last_day:
            faults.append(Fault(place, "received_after_the_term", {"last_day": case.last_day}))
    for place, on in _days(answers, "receipts", "returned_on"):
        sent = case.sent.get(place.split(".")[1])
        if sent and on < sent:
            faults.append(Fault(place, "returned_before_sent", {"sent_on": sent}))
    return faults + _not_known_yet(answers, case, today)


def _not_known_yet(answers: Mapping[str, Any], case: Case, today: date) -> list[Fault]:
    """Receipt by one of several may wait only while another one is written to again: else nobody would come back."""
    receipts = answers.get("receipts") or {}
    if case.last_day is None or any(_goes_again(one, case.last_day, today) for one in receipts.values()):
        return []
    waits = [person for person, one in receipts.items() if one.get("proven") == "not_yet"]
    return [Fault(f"receipts.{person}.proven", "not_known_yet") for person in waits]


def _goes_again(one: Mapping[str, Any], last_day: date, today: date) -> bool:
    said, on = one.get("proven"), one.get("received_on")
    if said in (None, "not_yet") or (said == "yes" and not on):
        return False
    received_on = date.fromisoformat(str(on)) if said == "yes" else None
    return standing(one, received_on, last_day, today) in AGAIN


def _days(answers: Mapping[str, Any], group: str, name: str) -> Iterator[tuple[str, date]]:
    """(place in the form, day) of each tenant for whom this day was filled in, and asked for by the other answer."""
    wanted = {"received_on": "yes", "returned_on": "returned"}.get(name)
    for person, one in (answers.get(group) or {}).items():
        if one.get(name) and (wanted is None or one.get("proven", wanted) == wanted):
            yield f"{group}.{person}.{name}", date.fromisoformat(one[name])
