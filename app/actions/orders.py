"""Carrying out what a drawing orders: rows in the same transaction; nothing leaves the house here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from uuid import UUID, uuid4

from sqlalchemy import func, select, update

from app.actions import care_ends, joint_meetings, measures
from app.actions.deed import Deed
from app.actions.documents import order_document
from app.records import Ending, Letter, Review
from app.records.choices import tenants_to_notify
from app.records.ledger import Ledger
from app.rules import end_notice
from app.rules.course import aftercare_wanted
from app.rules.progress import Order
from app.rules.schedule import aftercare_days, meeting_day, term_ended

# What a drawing may order, and with which constants: the engine checks the drawings against it.
ORDERS: Mapping[str, tuple[str, ...]] = {
    "file_document": ("document",),
    "send_letter": ("letter",),
    "record": ("what",),
}

INVITATION = "review_invitation"
TO_EACH = ("conversion_confirmation", "conversion_withdrawn", "notice_confirmation", "care_end_confirmation")


def carry_out(deed: Deed, ledger: Ledger, order: Order) -> None:
    """Turn one order into rows."""
    if order.kind == "file_document":
        _file_document(deed, ledger, order.params["document"])
    elif order.kind == "send_letter":
        _send_letter(deed, ledger, order.params["letter"])
    else:
        what = _as_decided(ledger, order.params["what"])
        RECORDED[what](deed, ledger)
        deed.happened(what, ledger.trajectory)


def _as_decided(ledger: Ledger, what: str) -> str:
    """A lease that was to be converted goes on because of that decision, however late its last steps were."""
    decision = ledger.case().decision
    converts = decision is not None and decision.approved and decision.outcome != "do_not_convert"
    return "conversion" if converts and what == "open_ended_by_lapse" else what


def _file_document(deed: Deed, ledger: Ledger, name: str) -> None:
    row = ledger.trajectory
    if name in measures.PAPERS:
        measures.file_measure_paper(deed, ledger, name)
        return
    review = ledger.going_on()
    if name == "withdrawal_confirmation" and ledger.early_ends[-1].kind == "candidate_died":
        return  # there is nobody to write to
    if name == "review_report" and review is not None:
        order_document(deed, ledger, name, occasion=f"month_{review.month}", review=review)
        review.closed_on = deed.today
    elif name == "end_notice":
        number = 1 + max((one.round for one in ledger.notices), default=0)
        for person_id in (UUID(one.value) for one in tenants_to_notify(ledger)):
            order_document(deed, ledger, name, occasion=f"{number}:{person_id.hex}", person_id=person_id)
    elif name == "notice_withdrawn":  # to whoever has one, each of them separately
        number = 1 + sum(one.standing == end_notice.WITHDRAWN for one in ledger.notices)
        for person in ledger.newest_notices():
            order_document(deed, ledger, name, occasion=f"{number}:{UUID(person).hex}", person_id=UUID(person))
    elif name in ("care_contract_a", "care_contract_b"):
        order_document(deed, ledger, name, occasion=f"draft_{row.contract_round}")
    else:
        order_document(deed, ledger, name, person_id=row.tenant_id)
    if name in TO_EACH:  # legal letters go to each apart, and to who represents a tenant
        for beside in (*ledger.co_tenants(), *ledger.representatives()):
            order_document(deed, ledger, name, occasion=beside.person_id.hex, person_id=beside.person_id)


def _send_letter(deed: Deed, ledger: Ledger, letter: str) -> None:
    """An invitation. The one to a review begins that review."""
    if letter == joint_meetings.INVITATION:
        joint_meetings.invite(deed, ledger)
        return
    assert letter == INVITATION  # drawings order no other letter
    review = next(r for r in ledger.reviews if r.kind == "review" and r.opened_on is None and r.closed_on is None)
    review.opened_on = deed.today
    invite(deed, ledger, review)


def invite(deed: Deed, ledger: Ledger, review: Review) -> None:
    """Order the tenant's invitation; one to a day gone by is dropped, and an earlier one not yet gone is too."""
    trajectory = ledger.trajectory
    assert trajectory.first_day is not None  # there are reviews, so there is a lease
    on = meeting_day(review.planned_on, review.month, trajectory.first_day)
    passed = on < deed.today
    occasion = f"{INVITATION}:{review.month}"
    those = (Letter.trajectory_id == trajectory.id, Letter.occasion == occasion)
    earlier = deed.session.scalar(select(func.count()).select_from(Letter).where(*those))
    deed.session.execute(
        update(Letter).where(*those, Letter.state == "planned").values(state="dropped", reason="review_moved")
    )
    document_id = None
    if not passed:
        month = f"month_{review.month}"
        document_id = order_document(
            deed, ledger, INVITATION, occasion=month, review=review, person_id=trajectory.tenant_id
        )
    deed.session.add(
        Letter(
            id=uuid4(),
            key=f"document:{review.id.hex}:{earlier}",
            trajectory_id=trajectory.id,
            kind=INVITATION,
            occasion=occasion,
            role="tenant",
            document_id=document_id,
            about_on=on,
            due_on=deed.today,
            state="dropped" if passed else "planned",
            reason="its_day_has_passed" if passed else "",
        )
    )


def _review_lapsed(deed: Deed, ledger: Ledger) -> None:
    review = ledger.going_on()
    if review is None:
        return
    if review.held_on is None:
        review.outcome, review.reason = "not_held", "lapsed"
    else:  # it was held and written down; only the provider never confirmed it
        order_document(deed, ledger, "review_report", occasion=f"month_{review.month}", review=review)
    review.closed_on = deed.today


def _aftercare_lapsed(deed: Deed, ledger: Ledger) -> None:
    check = ledger.next_check()
    if check is not None:
        check.closed_on, check.outcome, check.reason = deed.today, "not_held", "lapsed"


def _ends(kind: str, outcome: str) -> Callable[[Deed, Ledger], None]:
    """How the fixed term ended; one row, and the trajectory's outcome with it. It closes when the process is over."""

    def record(deed: Deed, ledger: Ledger) -> None:
        row = ledger.trajectory
        assert row.last_day is not None  # a term that ended had a last day
        returned = ledger.key_returns[-1] if ledger.key_returns else None
        early = ledger.early_ends[-1].last_day if kind == "ended_early" else None
        on = term_ended(early or row.last_day)
        if kind == "open_ended_by_approval" and returned is not None and returned.stay_on is not None:
            on = max(on, returned.stay_on)
        ledger.add(
            ledger.endings,
            Ending(trajectory_id=row.id, kind=kind, on=on, recorded_on=deed.today, at=deed.desk.now),
        )
        wanted = aftercare_wanted(ledger.case())
        row.outcome = "converted_with_aftercare" if wanted and kind == "conversion" else outcome
        plan_aftercare(deed, ledger)

    return record


def plan_aftercare(deed: Deed, ledger: Ledger) -> None:
    """Plan the checks after the term, once, where the outcome or the leaving plan asks for them."""
    row = ledger.trajectory
    if row.last_day is None or not aftercare_wanted(ledger.case()) or ledger.next_check() is not None:
        return
    row.stage = "aftercare"
    for month, day in aftercare_days(row.last_day, ledger.settings):
        ledger.add(
            ledger.reviews,
            Review(id=uuid4(), trajectory_id=row.id, kind="aftercare", month=month, planned_on=day),
        )


def _withdrawn(deed: Deed, ledger: Ledger) -> None:
    """The candidate stops before there is a lease; the home can be offered to somebody else."""
    row = ledger.trajectory
    if row.home is not None:
        row.home.available = True
    row.outcome, row.stage, row.closed_on = "withdrawn", "closed", deed.today


def _aftercare_stopped(deed: Deed, ledger: Ledger) -> None:
    for check in ledger.reviews:
        if check.kind == "aftercare" and check.closed_on is None:
            check.closed_on, check.outcome, check.reason = deed.today, "not_held", "stopped"


def _nothing(_deed: Deed, _ledger: Ledger) -> None:
    """The event row is the whole record."""


RECORDED: Mapping[str, Callable[[Deed, Ledger], None]] = {
    "startup_check_lapsed": _nothing,
    "review_lapsed": _review_lapsed,
    "aftercare_lapsed": _aftercare_lapsed,
    "conversion": _ends("conversion", "converted"),
    "open_ended_by_lapse": _ends("open_ended_by_lapse", "open_ended_by_lapse"),
    "open_ended_by_approval": _ends("open_ended_by_approval", "open_ended_by_approval"),
    "tenancy_ended": _ends("tenancy_ended", "ended"),
    "ended_early": _ends("ended_early", "ended_early"),
    "withdrawn": _withdrawn,
    "aftercare_stopped": _aftercare_stopped,
    "parties_told": measures.tell_parties,
    "withdrawal_told": measures.tell_withdrawal,
    "measure_expired": measures.expire,
    "escalation_lapsed": measures.lapse,
    "guidance_lapsed": care_ends.lapse_guidance,
    "guidance_suspended": care_ends.suspend_guidance,
    "care_refused_told": care_ends.tell_refusal,
    "care_moved": care_ends.move_care,
    "care_end_lapsed": care_ends.lapse_care_end,
}
