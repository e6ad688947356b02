"""What a drawing may ask: the moments it waits for and the facts its gateways read, from the case."""

from __future__ import annotations

from datetime import date, timedelta

from app.rules import care_end, disagreement, end_notice, escalation, notice
from app.rules.case import Case, ReviewState
from app.rules.progress import Primitive
from app.rules.schedule import DEFAULT, Settings, advice_due, advice_opens, review_opens, term_ended


def current(reviews: tuple[ReviewState, ...]) -> ReviewState | None:
    """The review that is going on."""
    return next((review for review in reviews if review.going_on), None)


def upcoming(reviews: tuple[ReviewState, ...]) -> ReviewState | None:
    """The first review that has not begun."""
    return next((review for review in reviews if review.opened_on is None and review.closed_on is None), None)


def next_check(aftercare: tuple[ReviewState, ...]) -> ReviewState | None:
    """The aftercare check whose turn it is."""
    return next((check for check in aftercare if check.closed_on is None), None)


def review_lapses(case: Case, review: ReviewState, settings: Settings = DEFAULT) -> date:
    """A review lapses six weeks after its day, sooner when the next one opens or the term ends."""
    days = [review.planned_on + timedelta(days=settings.review_lapses_days)]
    following = upcoming(case.reviews)
    if following is not None and following.planned_on > review.planned_on:
        days.append(max(review_opens(following.planned_on, settings), review.planned_on + timedelta(days=1)))
    if case.last_day is not None:
        days.append(term_ended(case.last_day))
    return min(days)


def deadlines(case: Case, settings: Settings = DEFAULT) -> dict[str, date | None]:
    """Every moment a drawing may wait for; None where it is not known yet."""
    known: dict[str, date | None] = dict.fromkeys(DEADLINES)
    known["silence_lapses"] = case.closed_on
    if case.first_day is None or case.last_day is None:
        return known
    first, last = case.first_day, case.last_day
    known["startup_check_opens"] = min(first + timedelta(days=settings.startup_opens_days), term_ended(last))
    known["startup_check_lapses"] = min(first + timedelta(days=settings.startup_lapses_days), term_ended(last))
    following, going = upcoming(case.reviews), current(case.reviews)
    # With no review to come there still may be one, planned in between or under a corrected lease, until the term ends.
    known["next_review_opens"] = review_opens(following.planned_on, settings) if following else term_ended(last)
    known["review_lapses"] = review_lapses(case, going, settings) if going else None
    known["early_end_passed"] = term_ended(case.early_end.last_day) if case.early_end else None
    known["advice_opens"] = advice_opens(last, settings)
    decided = case.decision.approved_on if case.decision and case.decision.approved else None
    known["advice_lapses"] = decided or term_ended(last)
    known["decision_opens"] = advice_due(last, settings)
    if len(case.advices) == 2:
        known["decision_opens"] = min(advice_due(last, settings), max(a.recorded_on for a in case.advices.values()))
    known["joint_meeting_lapses"] = disagreement.joint_meeting_lapses(case, settings)
    known["notice_opens"] = notice.window(last).safe_first
    known["explanation_lapses"] = explanation_lapses(case, settings)
    known["term_ended"] = term_ended(last)
    if case.incident is not None:
        known["measure_expires"] = escalation.measure_expires(case.incident)
        known["escalation_lapses"] = case.closed_on or term_ended(case.early_end.last_day if case.early_end else last)
    known |= care_end.deadlines(case)
    known["correction_lapses"] = case.closed_on or term_ended(case.early_end.last_day if case.early_end else last)
    if case.revision is not None:
        known["revision_lapses"] = revision_lapses(case)
    check = next_check(case.aftercare)
    if check is not None:
        known["next_aftercare_opens"] = check.planned_on - timedelta(days=settings.aftercare_opens_days)
        known["aftercare_lapses"] = check.planned_on + timedelta(days=settings.aftercare_lapses_days)
    return known


def explanation_lapses(case: Case, settings: Settings = DEFAULT) -> date | None:
    """The day from which a decision goes on though nobody explained it: nothing may hold up the end notice."""
    if (
        case.last_day is None
        or case.decision is None
        or not case.decision.approved
        or case.decision.approved_on is None
    ):
        return None
    opens = notice.window(case.last_day).safe_first
    return max(opens, case.decision.approved_on + timedelta(days=settings.explanation_days))


def revision_lapses(case: Case) -> date | None:
    """The day on which a revision that nobody finished lapses: when it could have no effect any more."""
    if case.revision is None or case.last_day is None:
        return None
    if case.closed_on is not None or case.early_end is not None:
        return case.closed_on or (case.early_end.happened_on if case.early_end else None)
    to_decide = not case.revision.to_explain  # explaining what was decided holds up nothing
    if to_decide and case.revision.proposed == "do_not_convert" and receipt(case) != "in_time":
        return notice.window(case.last_day).safe_last + timedelta(days=1)
    return term_ended(case.last_day)


DEADLINES = (
    "startup_check_opens", "startup_check_lapses", "next_review_opens", "review_lapses", "advice_opens",
    "advice_lapses", "decision_opens", "early_end_passed", "explanation_lapses", "notice_opens", "term_ended",
    "next_aftercare_opens", "aftercare_lapses", "measure_expires", "escalation_lapses",
    "correction_lapses", "silence_lapses", "joint_meeting_lapses", "revision_lapses", "care_end_lapses",
    "handover_lapses",
)  # fmt: skip


def facts(case: Case) -> dict[str, Primitive]:
    """Every fact a gateway or decision table may read; always all of them."""
    held = [review for review in case.reviews if review.held_on is not None]
    going = current(case.reviews)
    decision = case.decision
    approved = decision is not None and decision.approved
    advised = {part: case.advices[part].advice if part in case.advices else "not_received"
               for part in ("care_provider", "municipality")}  # fmt: skip
    return {
        "eligible": bool(case.eligible),
        "offer_accepted": bool(case.offer_accepted),
        "all_agreed": len(case.agreements) == 4 and all(case.agreements.values()),
        "intake_outcome": case.outcome if case.outcome in ("rejected", "declined") else "housed",
        "reviews_left": upcoming(case.reviews) is not None,
        "review_held": going is not None and going.held_on is not None,
        "provider_advice": advised["care_provider"],
        "municipality_advice": advised["municipality"],
        "parties_agree": disagreement.parties_agree(case),
        "last_review": held[-1].outcome if held else "none",
        "reviews_off_track": sum(review.outcome == "off_track" for review in held),
        "decision_approved": approved,
        "decision_outcome": decision.outcome if decision is not None else "",
        "receipt": receipt(case),
        "notice_again": notice_again(case),
        "notice_in_force": notice_in_force(case),
        "notice_received": receipt(case) == "in_time",
        "notice_to_withdraw": bool(case.sent),
        "confirmation_to_withdraw": case.confirmed,
        "revision_goes_on": case.revision is not None and case.revision.decided != case.revision.was,
        "revision_to_explain": case.revision is not None and case.revision.to_explain,
        "keys_returned": bool(case.keys_returned),
        "stay_outcome": case.stay_outcome,
        "lease_signed": case.signed_on is not None,
        "early_end": case.early_end.kind if case.early_end else "",
        "aftercare_wanted": aftercare_wanted(case),
        "aftercare_left": any(check.closed_on is None for check in case.aftercare),
        "card": escalation.worst_card(case.cards),
        **escalation.facts(case.incident),
        **care_end.facts(case.care_end),
    }


def receipt(case: Case) -> str:
    """How the notices stand together: the worst of them, since every tenant must have one."""
    if len(case.notices) < case.tenants:
        return "unproven"
    for standing in end_notice.WORST_FIRST:
        if standing in case.notices:
            return standing
    return "in_time"


def notice_again(case: Case) -> bool:
    """A notice that does not count is sent again, unless it went out as late as the day on which the window closes."""
    if case.last_day is None or receipt(case) not in end_notice.AGAIN:
        return False
    closes = notice.window(case.last_day).safe_last
    return all(sent_on < closes for sent_on in case.sent.values())


def notice_in_force(case: Case) -> bool:
    """Every tenant received the notice inside the safe window, and the decision behind it stands."""
    stands = case.decision is not None and case.decision.approved and case.decision.outcome == "do_not_convert"
    return stands and receipt(case) == "in_time"


def aftercare_wanted(case: Case) -> bool:
    """Aftercare follows a conversion with aftercare, and a leaving plan that asks for it."""
    if case.ending == "conversion":
        return case.decision is not None and case.decision.outcome == "convert_with_aftercare"
    return case.ending == "tenancy_ended" and case.leaving_aftercare


FACTS = tuple(facts(Case(opened_on=date(2024, 1, 1))))
