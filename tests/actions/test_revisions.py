"""A decision that is revised: heard again, decided and approved by two; then the process turns round, and once more."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from app.actions.deed import Deed
from app.actions.early_ends import report_early_end
from app.actions.revisions import propose_revision
from app.actions.tasks import complete_task, correct_task
from app.engine.definition import Definition as Drawing
from app.errors import Invalid, NotAllowed, NotFound, NotReady
from app.records import Decision, Definition, EndNotice, Hearing, Revision, Run, User
from app.records.ledger import Ledger
from app.rules import notice
from tests.actions.conftest import Stand
from tests.actions.scene import LAST, Scene, fresh
from tests.actions.test_tasks import STRANGER

DAY = timedelta(days=1)


def propose(scene: Scene, outcome: str, *, who: str = "housing_officer", reason: str = "Er is iets nieuws.") -> None:
    propose_revision(scene.desk(who), scene.trajectory_id, outcome, reason)


def reconsider(scene: Scene, outcome: str, **verdict: Any) -> None:
    """Proposed, heard and decided, and judged by the team lead."""
    propose(scene, outcome)
    scene.do("hear_on_revision")
    scene.do("decide_revision", outcome=outcome)
    scene.do("approve_revision", **(verdict or {"verdict": "approve"}))


def decisions(scene: Scene) -> list[Decision]:
    own = Decision.trajectory_id == scene.trajectory_id
    return list(fresh().scalars(select(Decision).where(own).order_by(Decision.number)))


def revisions(scene: Scene) -> list[Revision]:
    return list(fresh().scalars(select(Revision).where(Revision.trajectory_id == scene.trajectory_id)))


def standings(scene: Scene) -> set[str]:
    own = EndNotice.trajectory_id == scene.trajectory_id
    return set(fresh().scalars(select(EndNotice.standing).where(own)))


def codes(refused: pytest.ExceptionInfo[Invalid]) -> list[tuple[str, str]]:
    return [(fault.field, fault.code) for fault in refused.value.faults]


def received(scene: Scene) -> None:
    """The notice went out to both tenants and was received."""
    scene.do("send_end_notice")
    scene.do("record_receipt", receipts={"*": {"proven": "yes"}})


def test_until_a_second_person_approves_the_first_decision_stands(at: Stand) -> None:
    scene = at("confirming")
    before = scene.open_tasks()
    propose(scene, "do_not_convert")
    assert scene.open_tasks() == sorted([*before, "hear_on_revision"])
    scene.do("hear_on_revision")
    scene.do("decide_revision", outcome="do_not_convert")
    task = scene.task("approve_revision")
    assert (task.role, len(decisions(scene))) == ("team_lead", 1)
    assert Ledger(fresh(), scene.row, scene.today).case().decision.outcome == "convert"  # type: ignore[union-attr]
    assert before[0] in scene.open_tasks()


def test_sent_back_it_ends_there_and_nothing_changed(at: Stand) -> None:
    scene = at("confirming")
    before = scene.open_tasks()
    reconsider(scene, "do_not_convert", verdict="send_back", reason="Te weinig.")
    assert scene.open_tasks() == before
    assert [one.outcome for one in decisions(scene)] == ["convert"]
    (row,) = revisions(scene)
    assert (row.verdict, row.decision_id) == ("send_back", None)
    propose(scene, "do_not_convert")  # and later there may be another one


def test_after_the_hearing_the_decision_may_just_as_well_stay(at: Stand) -> None:
    scene = at("confirming")
    before = scene.open_tasks()
    propose(scene, "do_not_convert")
    scene.do("hear_on_revision")
    scene.do("decide_revision", outcome="convert")
    assert scene.open_tasks() == before and len(decisions(scene)) == 1
    assert len(scene.events("revision_not_made")) == 1


def test_approved_the_process_leaves_for_the_other_road_in_one_deed(at: Stand) -> None:
    scene = at("confirming")
    reconsider(scene, "do_not_convert")
    assert [(one.outcome, one.verdict) for one in decisions(scene)] == [
        ("convert", "approve"),
        ("do_not_convert", "approve"),
    ]
    assert {"plan_leaving", "explain_revision"} <= set(scene.open_tasks())
    assert scene.task("confirm_conversion", status="lapsed")
    assert "withdraw_confirmation" not in scene.open_tasks()  # none had gone out
    assert {one.kind for one in scene.letters(state="planned")} & {"window_closes_ahead", "send_by_ahead"}
    scene.work(notice.window(LAST).safe_first)
    scene.do("send_end_notice")
    scene.do("record_receipt", receipts={"*": {"proven": "yes"}})
    scene.do("explain_revision")
    assert decisions(scene)[-1].explained_on == scene.today
    scene.work(LAST + DAY)
    scene.do("return_keys", returned="yes", returned_on="today")
    assert scene.row.outcome == "ended"


def test_a_confirmation_that_went_out_is_withdrawn_before_any_notice(at: Stand) -> None:
    scene = at("confirming")
    scene.do("confirm_conversion")
    reconsider(scene, "do_not_convert")
    scene.work(notice.window(LAST).safe_first + DAY)
    assert "withdraw_confirmation" in scene.open_tasks() and "send_end_notice" not in scene.open_tasks()
    assert len(scene.documents(name="conversion_withdrawn")) == 1 and not scene.documents(name="end_notice")
    scene.do("withdraw_confirmation")
    first, second = decisions(scene)
    assert (first.withdrawn_on, second.confirmed_on) == (scene.today, None)
    assert first.confirmed_on is not None  # what happened is still to be read
    assert "send_end_notice" in scene.open_tasks()


def test_a_notice_that_went_out_is_withdrawn_before_any_confirmation(at: Stand) -> None:
    scene = at("notice")
    received(scene)
    assert Ledger(fresh(), scene.row, scene.today).case().notices == ("in_time", "in_time")
    reconsider(scene, "convert")
    assert "withdraw_end_notice" in scene.open_tasks() and "confirm_conversion" not in scene.open_tasks()
    papers = scene.documents(name="notice_withdrawn")
    assert len({row.person_id for row in papers}) == 2 and not scene.documents(name="conversion_confirmation")
    scene.do("withdraw_end_notice")
    assert standings(scene) == {"withdrawn"}
    case = Ledger(fresh(), scene.row, scene.today).case()
    assert (case.notices, dict(case.sent)) == ((), {})
    assert "confirm_conversion" in scene.open_tasks()
    scene.do("confirm_conversion")
    scene.do("sign_regular_lease")
    scene.work(LAST + DAY)
    assert (scene.row.outcome, scene.row.stage) == ("converted", "closed")


def test_without_the_tenants_agreement_a_notice_is_not_withdrawn(at: Stand) -> None:
    scene = at("notice")
    received(scene)
    reconsider(scene, "convert")
    task = scene.task("withdraw_end_notice")
    raw = {name: value for name, value in scene.raw(task).items() if not name.endswith(".agreed")}
    with pytest.raises(Invalid) as refused:
        complete_task(scene.desk("housing_officer"), task.id, raw)
    assert {code for _, code in codes(refused)} == {"must_be_ticked"}
    assert standings(scene) == {"in_time"}


def test_a_notice_not_yet_proven_is_withdrawn_as_well(at: Stand) -> None:
    scene = at("receipt")
    reconsider(scene, "convert")
    assert scene.task("record_receipt", status="lapsed")
    scene.do("withdraw_end_notice")
    assert standings(scene) == {"withdrawn"}


def test_revised_twice_it_goes_there_and_back_and_every_decision_stays_readable(at: Stand) -> None:
    scene = at("notice")
    received(scene)
    reconsider(scene, "convert")
    scene.do("withdraw_end_notice")
    scene.do("confirm_conversion")
    reconsider(scene, "do_not_convert")
    assert [one.outcome for one in decisions(scene)] == ["do_not_convert", "convert", "do_not_convert"]
    assert decisions(scene)[0].reasons and decisions(scene)[0].withdrawn_on is None
    assert "send_end_notice" not in scene.open_tasks()
    scene.do("withdraw_confirmation")
    received(scene)
    case = Ledger(fresh(), scene.row, scene.today).case()
    assert case.notices == ("in_time", "in_time") and not case.confirmed
    reconsider(scene, "convert_with_aftercare")
    assert "confirm_conversion" not in scene.open_tasks()  # the second notice is to be withdrawn first, too
    scene.do("withdraw_end_notice")
    rows = fresh().scalars(select(EndNotice).where(EndNotice.trajectory_id == scene.trajectory_id))
    assert sorted((row.round, row.standing) for row in rows.unique()) == [
        (1, "withdrawn"), (1, "withdrawn"), (2, "withdrawn"), (2, "withdrawn"),
    ]  # fmt: skip
    hearings = fresh().scalars(select(Hearing.revision_id).where(Hearing.trajectory_id == scene.trajectory_id)).all()
    assert len(hearings) == 4 and hearings.count(None) == 1


def test_revised_back_a_notice_that_nobody_withdrew_still_counts(at: Stand) -> None:
    scene = at("notice")
    received(scene)
    reconsider(scene, "convert")
    scene.work(notice.window(LAST).safe_last + DAY)
    reconsider(scene, "do_not_convert")
    assert not {"send_end_notice", "withdraw_end_notice"} & set(scene.open_tasks())
    scene.work(LAST + DAY)
    assert "return_keys" in scene.open_tasks()


def test_not_withdrawn_in_time_the_lease_goes_on_by_approval_and_is_no_conversion(at: Stand) -> None:
    scene = at("notice")
    received(scene)
    reconsider(scene, "convert")
    scene.work(LAST + DAY)
    assert scene.row.outcome == "open_ended_by_approval"
    assert "confirm_conversion" not in scene.open_tasks()


def test_whoever_proposed_or_decided_never_approves(at: Stand) -> None:
    scene = at("confirming")
    propose(scene, "do_not_convert")
    scene.do("hear_on_revision")
    scene.do("decide_revision", outcome="do_not_convert", by="carla@deheuvel.demo.invalid")
    task = scene.task("approve_revision")
    with pytest.raises(NotAllowed):
        complete_task(scene.desk("housing_officer"), task.id, scene.raw(task))
    for who in ("housing_officer", "carla@deheuvel.demo.invalid"):  # made team lead since: still not a second person
        with scene.desk().deed() as deed:
            _promote(deed, scene, who)
        with pytest.raises(Invalid) as refused:
            complete_task(scene.desk("team_lead"), task.id, scene.raw(task))
        assert codes(refused) == [("verdict", "same_person")]


def _promote(deed: Deed, scene: Scene, who: str) -> None:
    """As if the person behind this proposal or decision were the team lead by now."""
    lead, own = scene.viewer("team_lead").id, Revision.trajectory_id == scene.trajectory_id
    column = "proposed_by_id" if who == "housing_officer" else "decided_by_id"
    other = "decided_by_id" if column == "proposed_by_id" else "proposed_by_id"
    somebody = deed.session.scalars(select(User.id).where(User.role == "support_worker")).first()
    deed.session.execute(update(Revision).where(own).values({column: lead, other: somebody}))


def test_only_the_officer_proposes_and_a_stranger_finds_nothing(at: Stand) -> None:
    scene = at("confirming")
    for who in ("team_lead", "support_worker", "municipal_officer"):
        with pytest.raises(NotAllowed):
            propose(scene, "do_not_convert", who=who)
    with pytest.raises(NotFound):
        propose(scene, "do_not_convert", who=STRANGER["housing_officer"])
    assert revisions(scene) == []


def test_what_may_not_be_proposed_is_refused_with_the_reason(at: Stand) -> None:
    scene = at("confirming")
    for outcome, reason, fault in (
        ("convert", "Zomaar.", ("outcome", "already_decided_so")),
        ("extend", "Nog twee jaar.", ("outcome", "not_a_choice")),
        ("do_not_convert", "   ", ("reason", "missing")),
        ("do_not_convert", "x" * 201, ("reason", "too_long")),
    ):
        with pytest.raises(Invalid) as refused:
            propose(scene, outcome, reason=reason)
        assert codes(refused) == [fault]
    propose(scene, "do_not_convert")
    with pytest.raises(NotReady) as waits:
        propose(scene, "do_not_convert")
    assert waits.value.code == "revision_is_waiting"


def test_after_the_window_not_converting_is_no_longer_proposed_decided_or_approved(at: Stand) -> None:
    scene = at("confirming")
    scene.today = notice.window(LAST).safe_last
    propose(scene, "do_not_convert")
    scene.do("hear_on_revision")
    scene.do("decide_revision", outcome="do_not_convert")
    scene.work(notice.window(LAST).safe_last + DAY)
    assert scene.task("approve_revision", status="lapsed") and len(decisions(scene)) == 1
    with pytest.raises(Invalid) as refused:
        propose(scene, "do_not_convert")
    assert codes(refused) == [("outcome", "window_is_closed")]


def test_once_the_regular_lease_is_signed_nothing_is_proposed_or_approved(at: Stand) -> None:
    scene = at("confirming")
    propose(scene, "do_not_convert")
    scene.do("hear_on_revision")
    scene.do("decide_revision", outcome="do_not_convert")
    scene.do("confirm_conversion")
    scene.do("sign_regular_lease")
    with pytest.raises(Invalid) as refused:
        scene.do("approve_revision", verdict="approve")
    assert codes(refused) == [("verdict", "regular_lease_signed")]
    scene.do("approve_revision", verdict="send_back", reason="Er is al getekend.")
    with pytest.raises(NotReady) as barred:
        propose(scene, "convert_with_aftercare")
    assert barred.value.code == "regular_lease_signed"


def test_a_revision_lapses_when_the_lease_ends_early(at: Stand) -> None:
    scene = at("confirming")
    propose(scene, "do_not_convert")
    on, last = scene.today.isoformat(), (scene.today + timedelta(days=40)).isoformat()
    court = {"kind": "court", "on": on, "last_day": last}
    report_early_end(scene.desk("housing_officer"), scene.trajectory_id, court)
    assert scene.task("hear_on_revision", status="lapsed")
    with pytest.raises(NotReady) as barred:
        propose(scene, "do_not_convert")
    assert barred.value.code == "revision_lease_is_over"


def test_answers_of_the_decision_before_are_not_corrected_any_more(at: Stand) -> None:
    scene = at("notice")
    received(scene)
    propose(scene, "convert")
    scene.do("hear_on_revision")
    scene.do("decide_revision", outcome="convert")
    for name, hour in (("approve_revision", 10), ("withdraw_end_notice", 11)):
        task = scene.task(name)
        complete_task(scene.desk(task.role, at=time(hour)), task.id, scene.raw(task))
    for name in ("send_end_notice", "record_receipt", "explain_decision"):
        task = scene.task(name, status="done")
        with pytest.raises(NotReady) as refused:
            correct_task(scene.desk("housing_officer", at=time(12)), task.id, scene.raw(task), "Toch anders.")
        assert refused.value.code == "decision_was_revised"
    for name, role in (("decide_revision", "housing_officer"), ("approve_revision", "team_lead")):
        task = scene.task(name, status="done")
        with pytest.raises(NotReady) as refused:
            correct_task(scene.desk(role), task.id, scene.raw(task, outcome="convert"), "Toch anders.")
        assert refused.value.code == "decision_is_not_corrected"
    task = scene.task("withdraw_end_notice", status="done")
    day = (scene.today - DAY).isoformat()
    raw = {name: [day] if name.endswith("sent_on") else value for name, value in scene.raw(task).items()}
    with pytest.raises(Invalid) as early:  # the approval was today
        correct_task(scene.desk("housing_officer"), task.id, raw, "Een dag eerder.")
    assert {code for _, code in codes(early)} == {"before_the_approval"}
    correct_task(scene.desk("housing_officer"), task.id, scene.raw(task), "Zelfde dag, nu met bewijs.")
    assert standings(scene) == {"withdrawn"}


def test_a_revision_before_the_first_decision_was_explained_needs_no_turning_round(at: Stand) -> None:
    scene = at("explaining")
    reconsider(scene, "do_not_convert")
    assert "explain_revision" not in scene.open_tasks()  # the open task explains the one in force
    scene.do("explain_decision")
    assert decisions(scene)[-1].explained_on == scene.today
    assert "plan_leaving" in scene.open_tasks() and "confirm_conversion" not in scene.open_tasks()


def test_a_trajectory_on_an_earlier_drawing_says_so_in_a_sentence(at: Stand) -> None:
    scene = at("confirming")
    with scene.desk().deed() as deed:
        run = deed.session.scalars(select(Run).where(Run.drawing == "conditional_tenancy")).one()
        drawn = Drawing.from_bytes(deed.session.get_one(Definition, run.definition_hash).content)
        before = {name: text.replace("decision_revised", "something_else") for name, text in drawn.sources.items()}
        earlier = Drawing(drawn.drawing, before)
        deed.session.add(
            Definition(hash=earlier.hash, drawing=earlier.drawing, content=earlier.to_bytes(), kept_at=deed.desk.now)
        )
        run.definition_hash = earlier.hash
    with pytest.raises(NotReady) as barred:
        propose(scene, "do_not_convert")
    assert barred.value.code == "earlier_drawing"
    assert revisions(scene) == []


def test_deciding_on_a_day_before_the_hearing_is_refused(at: Stand) -> None:
    scene = at("confirming")
    propose(scene, "do_not_convert")
    scene.do("hear_on_revision")
    with pytest.raises(Invalid) as refused:
        scene.do("decide_revision", outcome="do_not_convert", decided_on=(scene.today - DAY).isoformat())
    assert codes(refused) == [("decided_on", "before_the_hearing")]
