"""What holds for every rehearsal, whatever the script and the lease, read from its JSON as a stranger would."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from tests.rules.statement import safe_days, same_day, works

Played = dict[str, Any]


def broken(played: Played) -> list[str]:
    """Everything that is wrong with it, as sentences; empty when all is well."""
    return [fault for law in LAWS for fault in law(played)]


def the_dates_are_those_of_the_law(played: Played) -> Iterator[str]:
    first, last = day(played["first_day"]), day(played["last_day"])
    legal = {name: day(on) for name, on in played["legal_dates"].items()}
    safe = safe_days(last)
    over = last + timedelta(days=1)
    wanted = {
        "first_day": first,
        "last_day": last,
        "latest_end": same_day(first, 24) - timedelta(days=1),
        "literal_first": same_day(over, -3),
        "literal_last": same_day(over, -1) - timedelta(days=1),
        "safe_first": safe[0],
        "safe_last": safe[-1],
        "send_by": posted_by(safe[-1]),
        "open_ended_from": over,
    }
    yield from (f"{name} is {legal.get(name)}, not {on}" for name, on in wanted.items() if legal.get(name) != on)
    if last > wanted["latest_end"]:
        yield "the lease is longer than two years"


def every_letter_is_settled_once(played: Played) -> Iterator[str]:
    sent: Counter[tuple[str, ...]] = Counter()
    for letter in played["letters"]:
        if letter["state"] == "planned" or not letter["settled_on"]:
            yield f"{letter} never went out and was never dropped"
        if letter["state"] == "dropped" and not letter["reason"]:
            yield f"{letter} was dropped without a reason"
        if letter["state"] == "posted":
            sent[
                tuple(
                    str(letter[name]) for name in ("letter", "to", "for", "occasion", "task", "about_on", "planned_for")
                )
            ] += 1
    yield from (f"{letter} was posted {times} times" for letter, times in sent.items() if times > 1)


def of_one_occasion_one_letter_a_day(played: Played) -> Iterator[str]:
    of = Counter(
        (
            letter["to"],
            letter["for"],
            letter["occasion"],
            letter["task"],
            letter["letter"],
            letter["settled_on"],
            letter["about_on"],
        )
        for letter in played["letters"]
        if letter["state"] == "posted" and not letter["letter"].startswith("overdue")  # two tasks of one name at once
    )
    yield from (f"{letter} went out {times} times that day" for letter, times in of.items() if times > 1)


def a_closed_trajectory_has_nothing_left_to_do(played: Played) -> Iterator[str]:
    left = [task["task"] for task in played["tasks"] if task["status"] == "open"]
    if played["stage"] == "closed" and left:
        yield f"closed with open tasks: {left}"
    if played["stage"] != "closed" and not left:
        yield f"nothing is left to do, and it stays in {played['stage']}"
    for task in played["tasks"]:
        if (task["done_on"] or task["lapsed_on"] or "9999") < task["opened_on"] or task["due_on"] < task["opened_on"]:
            yield f"{task} goes back in time"


def reviews_leave_room_for_the_advice(played: Played) -> Iterator[str]:
    spans = {"advice_due_months": 4, "advice_opens_months": 1, "review_months": (3, 6, 9, 12, 15, 18)}
    spans |= played["own_spans"]
    limit = same_day(day(played["last_day"]), -spans["advice_due_months"] - spans["advice_opens_months"])
    limit -= timedelta(days=21)
    planned = {one["month"]: day(one["on"]) for one in played["planned_reviews"]}
    wanted = {month: same_day(day(played["first_day"]), month) for month in spans["review_months"]}
    wanted = {month: on for month, on in wanted.items() if on <= limit}
    if planned != wanted:
        yield f"the reviews are planned on {planned}, not on {wanted}"
    moved_in = any(task["task"] == "hand_over_keys" and task["done_on"] for task in played["tasks"])
    kept = {one["month"] for one in played["reviews"]}
    if moved_in and not played["own_spans"] and kept != set(wanted):
        yield "the reviews that were kept are others"
    if not all(one["opened_on"] for one in played["reviews"] if one["month"] not in wanted):
        yield "a review is planned that the spans do not have"


def every_step_has_its_paper(played: Played) -> Iterator[str]:
    made = Counter(one["document"] for one in played["documents"])
    tasks = Counter(task["task"] for task in played["tasks"])
    done = Counter(task["task"] for task in played["tasks"] if task["status"] == "done")
    notices = played["end_notices"]
    reached = {one["to"] for one in notices if one["standing"] in ("in_time", "withdrawn")}
    tenants, early = played["tenants"], (played["early_end"] or {}).get("kind", "")
    written_to = tenants + len(played["represented_by"])
    curators = played["represented_by"].count("curator")
    invited = [one for one in played["letters"] if one["letter"] == "review_invitation"]
    wanted = {
        "rejection": int(played["outcome"] == "rejected"),
        "care_contract_a": done["draft_care_contract"],
        "care_contract_b": done["draft_care_contract"],
        "fixed_term_lease": tasks["sign_lease"],
        "review_invitation": sum(one["reason"] != "its_day_has_passed" or one["state"] == "posted" for one in invited),
        "review_report": sum(bool(one["held_on"]) for one in played["reviews"]),
        "joint_meeting_invitation": tasks["hold_joint_meeting"] * (tenants + curators),
        "end_notice": len(notices) + (tasks["send_end_notice"] - done["send_end_notice"]) * (written_to - len(reached)),
        "conversion_confirmation": tasks["confirm_conversion"] * written_to,
        "regular_lease": tasks["confirm_conversion"],
        "conversion_withdrawn": tasks["withdraw_confirmation"] * written_to,
        "notice_withdrawn": tasks["withdraw_end_notice"] * written_to,
        "notice_confirmation": (early == "tenant_notice") * written_to,
        "care_end_confirmation": (tasks["confirm_care_end"] > 0) * written_to,
        "letter_to_relatives": int(early == "death"),
        "withdrawal_confirmation": int(early in ("withdrawal", "consent_withdrawn")),
    }
    given = [step for incident in played["incidents"] for step in incident["steps"] if step["given_on"]]
    wanted["conversation_report"] = done["hold_conversation"] * (tenants + curators)
    for kind in ("warning", "yellow_card", "behaviour_order", "red_card"):
        wanted[kind] = sum(step["kind"] == kind for step in given) * written_to
    for name, number in wanted.items():
        if made[name] != number:
            yield f"{made[name]} of {name}, where {number} belong"
    yield from (f"{one} was not filed" for one in played["documents"] if one["state"] != "filed")


def cards_are_given_by_two_people_after_a_hearing(played: Played) -> Iterator[str]:
    ladder = ("conversation", "warning", "yellow_card", "behaviour_order", "red_card")
    for incident in played["incidents"]:
        kinds = [ladder.index(step["kind"]) for step in incident["steps"]]
        if kinds != list(range(min(kinds, default=0), min(kinds, default=0) + len(kinds))):
            yield f"steps of incident {incident['number']} were left out on the way"
        if kinds and kinds[0] > 0 and incident["ground"] not in ("serious_violence", "drugs"):
            yield f"incident {incident['number']} skipped steps"
        for step in incident["steps"]:
            weighty = ladder.index(step["kind"]) >= 2
            if weighty and step["given_on"] and not (step["heard_on"] and step["approved_on"]):
                yield f"{step} was given without hearing or without a second person"
            if step["given_on"] and not (step["ended_on"] or played["stage"] != "closed"):
                yield f"{step} still stands after the end"
        if played["stage"] == "closed" and not incident["closed_on"]:
            yield f"incident {incident['number']} is open in a closed trajectory"


def the_entries_are_in_order_and_say_what_the_lists_say(played: Played) -> Iterator[str]:
    days = [entry["date"] for entry in played["entries"]]
    if days != sorted(days):
        yield "the entries are not in order"
    told = Counter(entry["kind"] for entry in played["entries"])
    for kind, number in {
        "task_opened": len(played["tasks"]),
        "task_done": sum(bool(task["done_on"]) for task in played["tasks"]),
        "task_lapsed": sum(bool(task["lapsed_on"]) for task in played["tasks"]),
        "letter_posted": sum(one["state"] == "posted" for one in played["letters"]),
        "document_filed": len(played["documents"]),
        "refused": len(played["refusals"]),
    }.items():
        if told[kind] != number:
            yield f"{told[kind]} entries of {kind}, and {number} in the lists"


def the_end_is_what_the_law_makes_of_it(played: Played) -> Iterator[str]:
    if not played["ending"]:
        return
    kind, over = played["ending"]["kind"], played["legal_dates"]["open_ended_from"]
    if kind == "ended_early":
        yield from _ended_early(played["early_end"], day(played["ending"]["on"]))
        return
    approved = [one for one in played["decisions"] if one["verdict"] == "approve"]
    outcome = approved[-1]["outcome"] if approved else ""
    safe = (played["legal_dates"]["safe_first"], played["legal_dates"]["safe_last"])
    counting = [one for one in played["end_notices"] if not one["withdrawn_on"]]
    reached = {one["to"] for one in counting if safe[0] <= (one["received_on"] or "") <= safe[1]}
    needed = {one["to"] for one in counting if not one["to"].startswith("administrator")}
    noticed = reached >= needed and len(needed) == played["tenants"] + played["represented_by"].count("curator")
    if outcome.startswith("convert"):
        wanted = {"open_ended_by_approval" if noticed else "conversion"}
    elif outcome == "do_not_convert" and noticed:
        wanted = {"tenancy_ended", "open_ended_by_approval"}
    else:
        wanted = {"open_ended_by_lapse"}
    if kind not in wanted:
        yield f"it ended by {kind}, where the law says {wanted}"
    if kind != "open_ended_by_approval" and played["ending"]["on"] != over:
        yield f"it ended on {played['ending']['on']}, not on {over}"


def a_confirmation_and_a_notice_never_stand_together(played: Played) -> Iterator[str]:
    """Of each two that overlap the earlier one was withdrawn before the later one went out."""
    sent = [(one["confirmed_on"], one["withdrawn_on"]) for one in played["decisions"] if one["confirmed_on"]]
    for notice in played["end_notices"]:
        for on, withdrawn in sent:
            first, gone, later = (on, withdrawn, notice["sent_on"])
            if notice["sent_on"] < on:
                first, gone, later = notice["sent_on"], notice["withdrawn_on"], on
            if not gone or gone > later:
                yield f"a confirmation of {on} and a notice of {notice['sent_on']} stand together since {first}"


def a_revised_decision_is_heard_decided_and_approved_by_two(played: Played) -> Iterator[str]:
    approved = [one for one in played["revisions"] if one["verdict"] == "approve"]
    first = sum(task["task"] == "decide_conversion" and task["status"] == "done" for task in played["tasks"])
    if len(played["decisions"]) != first + len(approved):
        yield f"{len(played['decisions'])} decisions, of which {len(approved)} by revision"
    for one in approved:
        if one["decided"] == one["was_outcome"]:
            yield "a decision was revised into itself"
        if not one["proposed_on"] <= one["decided_on"] <= one["approved_on"]:
            yield f"{one} goes back in time"


LAWS = (
    a_confirmation_and_a_notice_never_stand_together,
    a_revised_decision_is_heard_decided_and_approved_by_two,
    the_dates_are_those_of_the_law,
    every_letter_is_settled_once,
    of_one_occasion_one_letter_a_day,
    a_closed_trajectory_has_nothing_left_to_do,
    reviews_leave_room_for_the_advice,
    every_step_has_its_paper,
    cards_are_given_by_two_people_after_a_hearing,
    the_entries_are_in_order_and_say_what_the_lists_say,
    the_end_is_what_the_law_makes_of_it,
)


def _ended_early(early: dict[str, Any], on: date) -> Iterator[str]:
    """The tenant's notice and the three days after a death, counted a second time on the list of months."""
    happened = day(early["happened_on"])
    after = happened.replace(day=1)
    if early["kind"] == "tenant_notice":
        over = next(first for months in (1, 2) if (first := same_day(after, months)) >= same_day(happened, 1))
    elif early["kind"] == "death":
        over = {
            "by_law": same_day(after, 3),
            "heirs_choose": same_day(after, 2),
            "housemate_stays": same_day(happened, 6) + timedelta(days=1),
        }[early["arranged"]]
    else:
        over = day(early["last_day"]) + timedelta(days=1)
    if on != over:
        yield f"after {early} the lease is over on {on}, not on {over}"


def posted_by(closes: date) -> date:
    """Five working days before the last working day on or before this one."""
    while not works(closes):
        closes -= timedelta(days=1)
    for _ in range(5):
        closes -= timedelta(days=1)
        while not works(closes):
            closes -= timedelta(days=1)
    return closes


def day(said: str) -> date:
    return date.fromisoformat(said)
