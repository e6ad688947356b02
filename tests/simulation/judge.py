"""Holds a region after its last day against what was to happen, by the law said a second time; asks no rule of ours.

Four kinds of finding: a window missed although everybody acted in time, a letter sent twice, a letter lost, and any
other difference with what the law or the agreed days make of the facts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain
from typing import Any

from sqlalchemy import Row

from tests.rules.statement import posting_days, safe_days, same_day, works
from tests.simulation import facts as given
from tests.simulation.dossier import Dossier
from tests.simulation.facts import Facts
from tests.simulation.region import Played

MISSED, TWICE, LOST, DIFFERS = "missed", "twice", "lost", "differs"
DAY = timedelta(days=1)
OUTCOMES: Mapping[str, str] = {  # how a term ended -> the trajectory's outcome
    "conversion": "converted",
    "tenancy_ended": "ended",
    "open_ended_by_approval": "open_ended_by_approval",
    "open_ended_by_lapse": "open_ended_by_lapse",
    "ended_early": "ended_early",
}
WITHOUT_LEASE: Mapping[str, str] = {"not_eligible": "rejected", "declined": "declined"}
# Which reminders go out how many days before what, to whom.
AHEAD: Mapping[str, tuple[Sequence[int], Sequence[str]]] = {
    "review": ((30, 14, 3), ("support_worker", "housing_officer")),
    "advice": ((30, 7), ("support_worker", "municipal_officer")),
    "decision": ((30, 14, 3), ("housing_officer",)),
    "window_opens": ((30, 14, 0), ("housing_officer", "team_lead")),
    "send_by": ((7, 1), ("housing_officer",)),
    "proof": ((0,), ("housing_officer", "team_lead")),
    "window_closes": ((14, 3), ("housing_officer", "team_lead")),
}
OF_THE_WINDOW = ("window_opens", "send_by", "proof", "window_closes")
TOO_LATE_TO_GO = ("its_day_has_passed", "a_later_one_goes_out")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong: its kind, a sentence, and where: the number of a trajectory, -1 for the post of a region."""

    kind: str
    says: str
    region: int
    number: int = -1


def judge(played: Played, found: Sequence[Dossier]) -> list[Finding]:
    """Everything that is wrong; empty when all is well."""
    region = played.number
    findings = [Finding(DIFFERS, why, region, number) for number, why in played.broken.items()]
    for one in found:
        findings += [Finding(kind, says, region, one.facts.number) for kind, says in chain(*(law(one) for law in LAWS))]
    return findings + list(_post(played, found))


Said = Iterator[tuple[str, str]]


def it_ends_as_the_law_says(one: Dossier) -> Said:
    wanted, ending = _law(one), next(((row.kind, row.on) for row in one.endings), None)
    if acted_in_time(one.facts) and (ending is None or ending[0] == "open_ended_by_lapse"):
        yield MISSED, f"it ended as {ending}, with notices received on {one.people.received}"
    elif ending != wanted:
        yield DIFFERS, f"it ended as {ending}, and the law says {wanted}"
    outcome = OUTCOMES[wanted[0]] if wanted else WITHOUT_LEASE.get(one.facts.fate, "withdrawn")
    if one.facts.fate == "convert_with_aftercare":
        outcome = "converted_with_aftercare"
    if one.row.outcome != outcome:
        yield DIFFERS, f"its outcome is {one.row.outcome!r}, not {outcome!r}"


def it_is_over(one: Dossier) -> Said:
    left = [task.name for task in one.tasks if task.status == "open"]
    if one.row.stage != "closed" or one.row.closed_on is None or left:
        yield DIFFERS, f"it stays in {one.row.stage!r} with {left} to do"
    yield from ((DIFFERS, f"{run.drawing} got stuck: {run.fault}") for run in one.runs if run.fault or not run.done)


def only_what_must_be_is_refused(one: Dossier) -> Said:
    refused = [(no.task, fault.code) for no in one.people.refusals for fault in no.faults or [no]]  # type: ignore[list-item]
    wanted = [given.REFUSED[one.facts.fate]] if one.facts.fate in given.REFUSED else []
    if one.facts.fate == "other_ground":
        wanted = [_refused_for_its_ground(one)]
    if refused != wanted:
        yield DIFFERS, f"refused was {refused}, and should have been {wanted}"


def _refused_for_its_ground(one: Dossier) -> tuple[str, str]:
    """The old ground is over for whom is looked at since July 2024; other mistakes come out at the signing."""
    if one.facts.ground != "old":
        return "sign_lease", "ground_needs_old_regime"
    tried = [no.on for no in one.people.refusals if no.task == "check_eligibility"]
    looked_at = min([*tried, *one.done("check_eligibility")])
    if looked_at >= given.NEW_REGIME:
        return "check_eligibility", "old_ground_is_over"
    return "sign_lease", "ground_needs_new_regime"


def the_lease_is_the_signed_one_on_a_lawful_ground(one: Dossier) -> Said:
    row, facts = one.row, one.facts
    if facts.fate in given.NO_LEASE:
        if row.signed_on is not None:
            yield DIFFERS, f"a lease was signed on {row.signed_on}"
        return
    if row.signed_on is None:
        yield DIFFERS, "no lease was signed"
        return
    if (row.first_day, row.last_day) != (facts.first, facts.last):
        yield DIFFERS, f"the lease runs from {row.first_day} to {row.last_day}"
    if row.last_day > same_day(row.first_day, 24) - DAY:
        yield DIFFERS, "the lease is longer than two years"
    if (row.legal_ground == "old") != (row.signed_on < given.NEW_REGIME):
        yield DIFFERS, f"ground {row.legal_ground!r} under a lease signed on {row.signed_on}"


def the_checks_are_on_their_days(one: Dossier) -> Said:
    """Reviews during the term and checks after it."""
    reviews = {row.month: row.planned_on for row in one.reviews if row.kind == "review"}
    wanted = given.reviews(one.facts.first, one.facts.last) if one.done("hand_over_keys") else {}
    wanted |= {moved.month: moved.to for moved in one.facts.moved}
    if reviews != wanted:
        yield DIFFERS, f"the reviews are on {reviews}, not on {wanted}"
    checks = {row.month: row.planned_on for row in one.reviews if row.kind == "aftercare"}
    ending = one.endings[0].kind if one.endings else ""
    asked = one.facts.fate == "convert_with_aftercare" or (
        ending == "tenancy_ended" and one.facts.aftercare and bool(one.done("plan_leaving"))
    )
    after = {month: same_day(one.facts.last, month) for month in (3, 6, 12)} if asked else {}
    if checks != after:
        yield DIFFERS, f"the checks afterwards are on {checks}, not on {after}"


def a_notice_stands_as_it_was_received(one: Dossier) -> Said:
    days = safe_days(one.facts.last)
    for row in one.notices:
        on = row.received_on
        late = "too_late" if on and on > days[-1] else "in_time"
        wanted = "unproven" if on is None else "too_early" if on < days[0] else late
        if row.standing != wanted:
            yield DIFFERS, f"a notice received on {on} stands as {row.standing}, and is {wanted}"


def what_hangs_on_the_last_day_is_due_on_its_day(one: Dossier) -> Said:
    first, last = one.facts.first, one.facts.last
    closes = safe_days(last)[-1]
    wanted = {
        "check_startup_housing": _worked(first + 42 * DAY),
        "check_startup_care": _worked(first + 42 * DAY),
        "advise_as_provider": _worked(same_day(last, -4)),
        "advise_as_municipality": _worked(same_day(last, -4)),
        "hold_hearing": _worked(last - 105 * DAY),
        "decide_conversion": _worked(last - 98 * DAY),
        "send_end_notice": posting_days(last, 5),
        "record_receipt": closes,
        "sign_regular_lease": last,
        "return_keys": last + DAY,
    }
    hangs = {"send_end_notice": closes, "record_receipt": closes, "decide_conversion": safe_days(last)[0]}
    for task in one.tasks:
        on = max(wanted.get(task.name, task.due_on), task.opened_on)
        if task.due_on != on:
            yield DIFFERS, f"{task.name}, opened on {task.opened_on}, is due on {task.due_on}, not on {on}"
        if task.because_on != hangs.get(task.name, task.because_on):
            yield DIFFERS, f"{task.name} names {task.because_on}, not {hangs[task.name]}"


def who_differ_are_brought_together_and_the_decision_does_not_wait(one: Dossier) -> Said:
    """Until the day on which the decision is due; after a late hearing a week longer, as long as there is no window."""
    heard, differ = one.done("hold_hearing"), one.facts.number % 9 == 4
    meetings = [task for task in one.tasks if task.name == "hold_joint_meeting"]
    if not differ or not heard:
        if meetings:
            yield DIFFERS, "there was a joint meeting of people who agree"
        return
    last = one.facts.last
    over = min(max(last - 98 * DAY, heard[-1] + 7 * DAY), safe_days(last)[0])
    if (heard[-1] < over) != bool(meetings):
        yield DIFFERS, f"heard on {heard[-1]}: there were {len(meetings)} joint meetings before {over}"
    for task in meetings:
        if task.due_on != max(_worked(over - DAY), task.opened_on):
            yield DIFFERS, f"the joint meeting is due on {task.due_on}, and lapses on {over}"
        until = one.outages.worker_off_until(over) or over
        if task.done_on is None or task.done_on > until:
            yield MISSED, f"the joint meeting stood open until {task.done_on}, past {until}"


def the_notice_can_go_out_as_soon_as_the_window_is_open(one: Dossier) -> Said:
    """Decided, and the window open: from then on it can be sent, when the worker works and whoever explains is away."""
    sending = sorted(task.opened_on for task in one.tasks if task.name == "send_end_notice")
    opens = safe_days(one.facts.last)[0]
    if sending and sending[0] < opens:
        yield DIFFERS, f"the notice could be sent from {sending[0]}, before the window"
    if one.facts.fate not in given.NOT_CONVERTED:
        return
    approved = one.done("approve_decision")
    if not approved:
        yield MISSED, "nobody could approve the decision"
        return
    explained = min([*one.done("explain_decision"), max(opens, approved[-1] + 3 * DAY)])
    ready = max(opens, explained)
    open_by = one.outages.worker_off_until(ready) or ready
    if not sending or sending[0] > open_by:
        yield MISSED, f"the notice could be sent from {sending[:1]}, and should have been from {open_by}"


def no_letter_is_posted_twice(one: Dossier) -> Said:
    posted = [row for row in one.letters if row.state == "posted"]
    alike = Counter((row.kind, row.occasion, row.role, row.task_id, row.about_on, row.due_on) for row in posted)
    yield from ((TWICE, f"{letter} was posted {times} times") for letter, times in alike.items() if times > 1)
    a_day = Counter(
        (row.kind, row.occasion, row.role, row.task_id, row.about_on, row.posted_on) for row in posted
    )  # fmt: skip
    yield from ((TWICE, f"{letter} was posted {times} times on a day") for letter, times in a_day.items() if times > 1)


def no_letter_is_lost(one: Dossier) -> Said:
    """Each row went out or was dropped for a reason that is true."""
    for row in one.letters:
        letter = f"{row.kind} about {row.about_on} to {row.role}, planned for {row.due_on},"
        if row.state not in ("posted", "dropped"):
            yield LOST, f"{letter} is still {row.state} {row.reason}"
        elif row.state == "dropped" and not row.reason:
            yield LOST, f"{letter} was dropped without a reason"
        elif row.state == "dropped" and row.reason in TOO_LATE_TO_GO and not _was_held_up(one, row):
            yield LOST, f"{letter} was dropped ({row.reason}), and nothing had held it up"
        elif row.state == "dropped" and row.reason == "no_longer_needed" and _was_needed(one, row):
            yield LOST, f"{letter} was dropped as no longer needed, and it was"
        elif row.state == "posted" and _was_posted_late(one, row):
            yield LOST, f"{letter} went out on {row.posted_on}, and nothing had held it up"


def every_reminder_was_planned(one: Dossier) -> Said:
    keys = one.done("hand_over_keys")
    if not keys:
        return
    last, days = one.facts.last, safe_days(one.facts.last)
    planned = [(f"review:{month}", on, keys[0]) for month, on in given.reviews(one.facts.first, last).items()]
    planned += [(f"review:{moved.month}", moved.to, moved.on) for moved in one.facts.moved]
    moments = {
        "advice": same_day(last, -4), "decision": last - 98 * DAY, "window_opens": days[0], "window_closes": days[-1],
        "send_by": posting_days(last, 5), "proof": posting_days(last, 10),
    }  # fmt: skip
    planned += [(occasion, on, keys[0]) for occasion, on in moments.items()]
    there = {(row.occasion, row.about_on, row.due_on, row.role) for row in one.letters}
    for occasion, on, since in planned:
        before, roles = AHEAD[occasion.partition(":")[0]]
        for due_on, role in ((on - days * DAY, role) for days in before for role in roles):
            if due_on >= since and (occasion, on, due_on, role) not in there:
                yield LOST, f"nobody planned to remind the {role} on {due_on} of {occasion} on {on}"


LAWS = (
    it_ends_as_the_law_says,
    it_is_over,
    only_what_must_be_is_refused,
    the_lease_is_the_signed_one_on_a_lawful_ground,
    the_checks_are_on_their_days,
    a_notice_stands_as_it_was_received,
    what_hangs_on_the_last_day_is_due_on_its_day,
    who_differ_are_brought_together_and_the_decision_does_not_wait,
    the_notice_can_go_out_as_soon_as_the_window_is_open,
    no_letter_is_posted_twice,
    no_letter_is_lost,
    every_reminder_was_planned,
)


def acted_in_time(facts: Facts) -> bool:
    """Whether people did their part for it to end as they decided.

    Converted, or a notice that was received inside the window, or was sent by the day it had to be and took no longer
    than the post may. What had to be sent again is left out: that may take until the window is over.
    """
    if facts.fate in ("convert", "convert_with_aftercare"):
        return True
    inside = set(safe_days(facts.last))
    return facts.fate in ("do_not_convert", "stays_on") and all(
        len(turns) == 1 and turns[0].proven and (turns[0].received_on is None or turns[0].received_on in inside)
        for turns in facts.deliveries.values()
    )


def _law(one: Dossier) -> tuple[str, date] | None:
    """How the term ends, and from which day that holds; None without a lease."""
    facts, over = one.facts, one.facts.last + DAY
    if facts.fate in given.NO_LEASE:
        return None
    if facts.fate in given.STOPPED:
        return "ended_early", _over_early(facts)
    if facts.fate in ("convert", "convert_with_aftercare"):
        return "conversion", over
    inside = set(safe_days(facts.last))
    received = one.people.received.values()
    told = one.people.received and one.done("record_receipt")
    if facts.fate not in ("do_not_convert", "stays_on") or not told or not inside.issuperset(received):
        return "open_ended_by_lapse", over
    if facts.fate == "stays_on" and facts.stay == "stays_with_approval":
        return "open_ended_by_approval", max(over, *one.done("handle_stay"))
    return "tenancy_ended", over


def _over_early(facts: Facts) -> date:
    """The day after the last one: of the tenant's notice, of what was arranged after a death, or the court's."""
    early = facts.early
    happened = date.fromisoformat(early["happened"])
    month = happened.replace(day=1)
    if early["kind"] == "tenant_notice":
        return next(on for on in (same_day(month, n) for n in (1, 2)) if on >= same_day(happened, 1))
    if early["kind"] == "court":
        return date.fromisoformat(early["last_day"]) + DAY
    arranged = facts.script.answers["settle_after_death"][0]["arranged"]
    return {
        "by_law": same_day(month, 3),
        "heirs_choose": same_day(month, 2),
        "housemate_stays": same_day(happened, 6) + DAY,
    }[arranged]


def _was_posted_late(one: Dossier, letter: Row[Any]) -> bool:
    """Later than its day, or than the next where that day's bundle had gone, though on none of them it was held up."""
    days = _days_to_go(one, letter)
    return letter.posted_on > days[-1] and not any(one.outages.held_up(day) for day in days)


def _was_held_up(one: Dossier, letter: Row[Any]) -> bool:
    """The worker or the post was away on a day it might go; or today's bundle had gone when the letter was written."""
    bundle_was_gone = one.bundle_is_out(letter) and letter.about_on == letter.due_on
    return bundle_was_gone or any(one.outages.held_up(day) for day in _days_to_go(one, letter))


def _days_to_go(one: Dossier, letter: Row[Any]) -> list[date]:
    """Its own day; and the next where that day's bundle had gone to its reader."""
    return [letter.due_on, letter.due_on + DAY] if one.bundle_is_out(letter) else [letter.due_on]


def _was_needed(one: Dossier, letter: Row[Any]) -> bool:
    """A reminder of the window is needed on its day while the lease may still lapse: nothing decided or noticed yet."""
    occasion, day = letter.occasion, letter.due_on
    if occasion not in OF_THE_WINDOW or one.facts.fate in given.STOPPED or one.outages.held_up(day):
        return False
    if one.facts.fate in given.NOT_CONVERTED:
        settled = one.done("send_end_notice") if occasion in ("window_opens", "send_by") else one.done("record_receipt")
    else:
        settled = one.done("approve_decision")
    return all(on > day for on in settled) and day <= one.facts.last


def _post(played: Played, found: Sequence[Dossier]) -> Iterator[Finding]:
    """What the postman was handed, against the rows: one mail each, and none for another row than its own."""
    letters = [(letter, one.facts.number) for one in found for letter in one.letters]
    numbers = {letter.id.hex: number for letter, number in letters}
    told = {letter.message_id for letter, _ in letters if letter.state == "posted"}
    handed = played.postman.handed
    wrong = [(TWICE, mail, f"left {times} times") for mail, times in handed.items() if times > 1]
    wrong += [(TWICE, mail, "left, and no row says so") for mail in handed.keys() - told]
    wrong += [(LOST, mail, "never left, and a row says that it did") for mail in told - handed.keys()]
    for kind, mail, what in wrong:  # a mail that bundles several letters has no number
        yield Finding(kind, f"the mail {mail} {what}", played.number, numbers.get(mail, -1))


def _worked(day: date) -> date:
    while not works(day):
        day -= DAY
    return day
