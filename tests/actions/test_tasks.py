"""The deeds on one task: complete, correct, draft, claim, release, hand over; and who is refused what."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from app.actions.tasks import claim_task, complete_task, correct_task, hand_over_task, keep_draft, release_task
from app.errors import Invalid, NotAllowed, NotFound, NotReady, Refused
from app.records import Advice, Agreement, Answer, Decision, Document, Event, Hearing, Home, Run, Task, User
from app.records.answered import versions
from app.rules.permissions import PART_OF_ROLE
from tests.actions.conftest import Stand
from tests.actions.scene import COLLEAGUES, ELSEWHERE, FIRST, LAST, LEAVING, STOPS, Scene, fresh

COLLEAGUE = {role: email for role, _, email in COLLEAGUES}
STRANGER = {staff.role: staff.email for house in ELSEWHERE for staff in house.staff}


def codes(refused: pytest.ExceptionInfo[Invalid]) -> list[tuple[str, str]]:
    return [(fault.field, fault.code) for fault in refused.value.faults]


def counted(scene: Scene) -> dict[str, int]:
    """How many rows there are of everything a deed may write."""
    tables = (Task, Answer, Event, Document, Advice, Agreement, Decision, Hearing)
    found = {table.__tablename__: fresh().scalar(select(func.count()).select_from(table)) or 0 for table in tables}
    return {**found, "version": scene.run.version}


# ---- completing


def test_a_finished_task_keeps_its_answer_who_and_when_and_the_process_goes_on(at: Stand) -> None:
    scene = at("nominated")
    done = scene.do("nominate_candidate")
    task = scene.task("nominate_candidate", "done")
    assert (task.id, task.done_by_id, task.done_on) == (done, scene.viewer("urgency_officer").id, scene.today)
    (version,) = versions(fresh(), done)
    assert (version.answer.version, version.answer.reason, version.by) == (1, "", scene.viewer("urgency_officer").name)
    assert scene.open_tasks() == ["check_eligibility"]
    assert scene.row.consent_on is not None
    assert [event.about for event in scene.events("task_done")] == ["nominate_candidate"]


def test_what_the_law_refuses_is_said_together_with_what_is_missing(at: Stand) -> None:
    scene = at("signing")
    with pytest.raises(Invalid) as refused:
        scene.do("sign_lease", signed_on="", first_day="15-3-2025", last_day="15-3-2027")
    assert codes(refused) == [("signed_on", "missing"), ("last_day", "longer_than_two_years")]


def test_every_fault_is_said_at_once_and_nothing_is_written(at: Stand) -> None:
    scene = at("leasing")
    before = counted(scene)
    task = scene.task("prepare_lease")
    raw = {"first_day": ["2025-02-30"], "rent": ["veel"], "service_costs": ["10"]}
    with pytest.raises(Invalid) as refused:
        complete_task(scene.desk("housing_officer"), task.id, raw)
    assert sorted(codes(refused)) == [
        ("earlier_lease", "missing"), ("first_day", "impossible_date"), ("last_day", "missing"),
        ("rent", "not_a_number"),
    ]  # fmt: skip
    assert counted(scene) == before


def test_a_lease_longer_than_two_years_is_refused_and_changes_nothing(at: Stand) -> None:
    scene = at("signing")
    before = counted(scene)
    with pytest.raises(Invalid) as refused:
        scene.do("sign_lease", last_day="2027-03-15")
    assert codes(refused) == [("last_day", "longer_than_two_years")]
    assert counted(scene) == before and scene.row.signed_on is None


def test_a_task_that_is_done_says_by_whom_and_when(at: Stand) -> None:
    scene = at("nominated")
    task = scene.task("nominate_candidate")
    raw = scene.raw(task)
    scene.do("nominate_candidate")
    before = counted(scene)
    with pytest.raises(NotReady, match="task_is_done") as refused:
        complete_task(scene.desk("urgency_officer"), task.id, raw)
    assert refused.value.params == {"by": scene.viewer("urgency_officer").name, "on": scene.today}
    assert counted(scene) == before


def test_a_task_that_lapsed_says_since_when(at: Stand) -> None:
    scene = at("startup")
    task = scene.task("check_startup_housing")
    raw = scene.raw(task)
    scene.work(on=FIRST.replace(month=7))
    with pytest.raises(NotReady, match="task_has_lapsed") as refused:
        complete_task(scene.desk("housing_officer"), task.id, raw)
    assert refused.value.params == {"on": scene.today}
    lapsed = sorted(event.about for event in scene.events("task_lapsed"))
    assert lapsed == ["check_startup_care", "check_startup_housing"]


@pytest.mark.parametrize("stop", [*STOPS, *LEAVING])
def test_only_its_role_at_its_party_may_do_a_task(at: Stand, stop: str) -> None:
    """Another role of the same trajectory is refused; a stranger, or a party before there is consent, finds nothing."""
    scene = at(stop)
    task = scene.task({**STOPS, **LEAVING}[stop])
    raw = scene.raw(task)
    before = counted(scene)
    refusal, code = (NotFound, "no_such_task") if stop == "nominated" else (NotAllowed, "not_your_task")
    for role in PART_OF_ROLE:
        if role != task.role:
            for deed in (complete_task, keep_draft):
                with pytest.raises(refusal, match=code):
                    deed(scene.desk(role), task.id, raw)
            with pytest.raises(refusal, match=code):
                claim_task(scene.desk(role), task.id)
            with pytest.raises(refusal, match=code):
                release_task(scene.desk(role), task.id)
        desk = scene.desk(STRANGER[role])
        with pytest.raises(NotFound, match="no_such_task"):
            complete_task(desk, task.id, raw)
        with pytest.raises(NotFound, match="no_such_task"):
            correct_task(desk, task.id, raw, "Reden")
        with pytest.raises(NotFound, match="no_such_task"):
            keep_draft(desk, task.id, raw)
        with pytest.raises(NotFound, match="no_such_task"):
            claim_task(desk, task.id)
        with pytest.raises(NotFound, match="no_such_task"):
            release_task(desk, task.id)
        with pytest.raises(NotFound, match="no_such_task"):
            hand_over_task(desk, task.id, desk.actor.id if desk.actor else task.id, "Reden")
    assert counted(scene) == before


def test_the_worker_is_nobody_who_may_do_a_task(at: Stand) -> None:
    scene = at("nominated")
    task = scene.task("nominate_candidate")
    with pytest.raises(NotReady, match="needs_a_person"):
        complete_task(scene.desk(), task.id, scene.raw(task))


def test_nobody_decides_before_the_tenant_is_heard(at: Stand) -> None:
    scene = at("deciding")
    heard_on = fresh().scalars(select(Hearing)).one().heard_on
    task = scene.task("decide_conversion")
    early = scene.raw(task, decided_on=(heard_on - timedelta(days=1)).isoformat())
    with pytest.raises(Invalid) as refused:
        complete_task(scene.desk(task.role), task.id, early)
    assert codes(refused) == [("decided_on", "before_the_hearing")]
    scene.do("decide_conversion", decided_on=heard_on.isoformat())


def test_whoever_decided_can_not_approve(at: Stand) -> None:
    """Four eyes, also when the same person has become team lead in the meantime."""
    scene = at("approving")
    decider = fresh().scalars(select(Decision)).one().decided_by_id
    with scene.desk().deed() as deed:
        deed.session.get_one(User, decider).role = "team_lead"
    promoted = scene.viewer("jeroen.bakker@deheuvel.demo.invalid")
    assert (promoted.id, promoted.role) == (decider, "team_lead")
    task = scene.task("approve_decision")
    with pytest.raises(Invalid) as refused:
        complete_task(scene.site.desk(promoted, scene.today), task.id, scene.raw(task))
    assert codes(refused) == [("verdict", "same_person")]
    assert scene.open_tasks() == ["approve_decision"]
    scene.do("approve_decision")
    assert scene.open_tasks() == ["explain_decision"]


def test_a_decision_sent_back_is_taken_anew_and_the_first_stays(at: Stand) -> None:
    scene = at("approving")
    scene.do("approve_decision", verdict="send_back", reason="De motivering is te kort.")
    assert scene.open_tasks() == ["decide_conversion"]
    scene.do("decide_conversion")
    scene.do("approve_decision")
    rows = list(fresh().scalars(select(Decision).order_by(Decision.number)))
    assert [(row.number, row.verdict) for row in rows] == [(1, "send_back"), (2, "approve")]


# ---- correcting


def test_a_correction_stands_beside_the_first_answer_with_its_reason(at: Stand) -> None:
    scene = at("checking")
    task = scene.task("nominate_candidate", "done")
    corrected = scene.raw(task, consent_asked_by="Iemand anders")
    correct_task(scene.desk("urgency_officer"), task.id, corrected, "  Verkeerde naam ingevuld ")
    newest, first = versions(fresh(), task.id)
    assert (newest.answer.version, newest.answer.reason) == (2, "Verkeerde naam ingevuld")
    assert newest.answer.data["consent_asked_by"] == "Iemand anders" == scene.row.consent_asked_by
    assert (first.answer.version, first.answer.data["consent_asked_by"]) == (1, "Medewerker van het urgentiebureau")
    assert scene.open_tasks() == ["check_eligibility"]


def test_a_correction_needs_a_reason_whole_answers_its_own_role_and_a_finished_task(at: Stand) -> None:
    scene = at("checking")
    task = scene.task("nominate_candidate", "done")
    raw = scene.raw(task)
    before = counted(scene)
    with pytest.raises(Invalid) as refused:
        correct_task(scene.desk("urgency_officer"), task.id, raw, "  ")
    assert codes(refused) == [("correction_reason", "missing")]
    with pytest.raises(Invalid):
        correct_task(scene.desk("urgency_officer"), task.id, {}, "Reden")
    with pytest.raises(NotAllowed, match="not_your_task"):
        correct_task(scene.desk("municipal_officer"), task.id, raw, "Reden")
    still_open = scene.task("check_eligibility")
    with pytest.raises(NotReady, match="only_done_is_corrected"):
        correct_task(scene.desk("urgency_officer"), still_open.id, scene.raw(still_open), "Reden")
    assert counted(scene) == before


@pytest.mark.parametrize(
    "stop, name, said, code",
    [
        ("agreeing", "check_eligibility", {"outcome": "not_eligible"}, "correction_changes_the_path"),
        ("agreeing", "record_offer_answer", {"answer": "declines"}, "correction_changes_the_path"),
        ("agreeing", "draft_care_contract", {}, "contract_is_drafted_anew"),
        ("leasing", "agree_as_tenant", {"agreed": "no", "objection": "Toch niet"}, "correction_changes_the_path"),
        ("startup", "agree_as_tenant", {"agreed": "no", "objection": "Toch niet"}, "correction_changes_the_path"),
        ("startup", "prepare_lease", {"last_day": "2027-03-01"}, "correction_moves_the_lease"),
        ("startup", "sign_lease", {"last_day": "2027-03-01"}, "correction_moves_the_lease"),
        ("reporting", "hold_review_meeting", {"held": "no", "reason": "Niemand thuis"}, "correction_changes_the_path"),
        ("approving", "decide_conversion", {"outcome": "do_not_convert"}, "decision_is_not_corrected"),
        ("explaining", "approve_decision", {"verdict": "send_back", "reason": "Nee"}, "decision_is_not_corrected"),
        ("deciding", "advise_as_provider", {"advice": "do_not_convert"}, "correction_changes_the_path"),
        ("staying", "record_receipt", {"receipts.*.proven": "no"}, "correction_changes_the_path"),
        ("staying", "return_keys", {"returned": "yes", "returned_on": "2027-03-15"}, "correction_changes_the_path"),
    ],
)
def test_an_answer_that_chose_the_path_or_the_lease_stays(
    at: Stand, stop: str, name: str, said: dict[str, Any], code: str
) -> None:
    scene = at(stop)
    task = scene.task(name, "done")
    before = counted(scene)
    lease = (scene.row.first_day, scene.row.last_day, scene.row.eligible, scene.row.offer_accepted)
    with pytest.raises(NotReady) as refused:
        correct_task(scene.desk(task.role), task.id, scene.raw(task, **said), "Vergissing")
    assert refused.value.code == code
    assert counted(scene) == before
    assert (scene.row.first_day, scene.row.last_day, scene.row.eligible, scene.row.offer_accepted) == lease


@pytest.mark.parametrize(
    "stop, name, said",
    [
        ("startup", "agree_as_tenant", {"agreed_on": "2025-02-27"}),
        ("startup", "agree_as_association", {"agreed_on": "2025-02-27"}),
        ("startup", "sign_lease", {"signed_on": "2025-03-06"}),
        ("startup", "hand_over_keys", {"keys": "3"}),
        ("startup", "prepare_lease", {"rent": "650,00"}),
        ("meeting", "confirm_goals", {"goals.*.remark": "Beter bekeken"}),
        ("meeting", "confirm_conditions", {"conditions.*.kept": "not_kept"}),
        ("reporting", "hold_review_meeting", {"agreements": "Anders opgeschreven"}),
        ("advising", "hold_review_meeting", {"outcome": "attention"}),
        ("deciding", "hold_hearing", {"heard_on": "2026-11-20"}),
        ("confirming", "explain_decision", {"how": "by_phone"}),
        ("receipt", "send_end_notice", {"notices.*.channels": ["registered_post", "email"]}),
    ],
)
def test_other_answers_can_be_corrected_afterwards(at: Stand, stop: str, name: str, said: dict[str, Any]) -> None:
    scene = at(stop)
    task = scene.task(name, "done")
    open_before = scene.open_tasks()
    correct_task(scene.desk(task.role), task.id, scene.raw(task, **said), "Vergissing")
    assert [version.answer.version for version in versions(fresh(), task.id)] == [2, 1]
    assert scene.open_tasks() == open_before
    assert fresh().scalar(select(func.count()).select_from(Hearing)) in (0, 1)


def test_an_advice_may_be_corrected_until_the_decision_has_asked_for_it(at: Stand) -> None:
    scene = at("hearing")
    task = scene.task("advise_as_provider", "done")
    raw = scene.raw(task, advice="do_not_convert")
    correct_task(scene.desk("support_worker"), task.id, raw, "Verkeerd aangekruist")
    scene.do("hold_hearing")
    scene.do("hold_joint_meeting")
    assert (scene.task("decide_conversion").data or {})["advised_because"] == "advices_differ"


def test_an_earlier_turn_of_a_task_that_was_done_again_is_not_corrected(at: Stand) -> None:
    """Its rows are those of the later turn by now."""
    scene = at("agreeing")
    for name in ("agree_as_provider", "agree_as_municipality", "agree_as_association"):
        scene.do(name)
    scene.do("agree_as_tenant", agreed="no", objection="Te veel voorwaarden")
    first = scene.task("agree_as_tenant", "done")
    scene.do("draft_care_contract")
    with pytest.raises(NotReady, match="done_again_since"):
        correct_task(scene.desk(first.role), first.id, scene.raw(first), "Toch wel")
    assert [row.round for row in fresh().scalars(select(Agreement)) if row.party == "tenant"] == [1]


def test_a_correction_makes_a_second_version_beside_the_first_document(at: Stand) -> None:
    scene = at("signing")
    scene.work()
    (first,) = scene.documents(name="fixed_term_lease")
    task = scene.task("prepare_lease", "done")
    correct_task(scene.desk("housing_officer"), task.id, scene.raw(task, rent="651,00"), "Huurprijs verkeerd")
    scene.work()
    again, second = scene.documents(name="fixed_term_lease")
    assert (again.version, second.version) == (1, 2)
    assert (again.content_hash, again.filed_at) == (first.content_hash, first.filed_at)
    assert second.state == "filed" and second.content_hash != first.content_hash
    assert scene.row.rent_cents == 65100


def test_another_home_is_not_put_under_a_lease_by_correcting_the_match(at: Stand) -> None:
    scene = at("startup")
    with scene.desk().deed() as deed:
        home = deed.session.scalars(select(Home)).one()
        deed.session.add(Home(association_id=home.association_id, street="Elders 9", postcode="0000 ZZ", city="Elders"))
    task = scene.task("match_home", "done")
    other = fresh().scalars(select(Home).where(Home.street == "Elders 9")).one()
    with pytest.raises(NotReady):
        correct_task(scene.desk("urgency_officer"), task.id, scene.raw(task, home_id=str(other.id)), "Vergissing")
    assert scene.row.home_id != other.id
    assert fresh().get_one(Home, other.id).available


def test_a_legal_ground_that_does_not_fit_the_signed_lease_is_refused(at: Stand) -> None:
    scene = at("startup")
    task = scene.task("check_eligibility", "done")
    raw = scene.raw(task, legal_ground="old")
    with pytest.raises(Invalid) as refused:
        correct_task(scene.desk("urgency_officer"), task.id, raw, "Vergissing")
    assert codes(refused) == [("legal_ground", "ground_needs_new_regime")]
    assert scene.row.legal_ground == "d"


# ---- drafts


def test_a_draft_is_kept_as_typed_and_goes_when_the_task_is_done(at: Stand) -> None:
    scene = at("leasing")
    task = scene.task("prepare_lease")
    typed = {"first_day": ["31 februari"], "rent": ["weet nog niet"], "service_costs": [""], "csrf_token": ["geheim"]}
    keep_draft(scene.desk("housing_officer"), task.id, typed)
    kept = scene.task("prepare_lease")
    assert kept.draft == {"first_day": ["31 februari"], "rent": ["weet nog niet"]}
    assert kept.draft_by_id == scene.viewer("housing_officer").id and kept.draft_at is not None
    scene.do("prepare_lease")
    assert scene.task("prepare_lease", "done").draft is None


def test_a_draft_of_nothing_is_no_draft_and_a_done_task_takes_none(at: Stand) -> None:
    scene = at("leasing")
    task = scene.task("prepare_lease")
    keep_draft(scene.desk("housing_officer"), task.id, {"first_day": [""]})
    assert scene.task("prepare_lease").draft is None
    scene.do("prepare_lease")
    with pytest.raises(NotReady, match="task_is_done"):
        keep_draft(scene.desk("housing_officer"), task.id, {"first_day": ["1-1-2025"]})


def test_a_draft_outlives_a_review_that_is_moved(at: Stand) -> None:
    from app.actions.reviews import move_review

    scene = at("review")
    task = scene.task("confirm_goals")
    keep_draft(scene.desk("support_worker"), task.id, {"last_visit_on": ["gisteren"]})
    (review,) = scene.reviews(month=3)
    move_review(scene.desk("housing_officer"), review.id, scene.today.replace(month=7), "Vakantie")
    after = scene.task("confirm_goals")
    assert (after.id, after.draft) == (task.id, {"last_visit_on": ["gisteren"]})


# ---- claiming, releasing, handing over


def test_a_task_goes_to_the_contact_and_can_be_released_and_claimed(at: Stand) -> None:
    scene = at("leasing")
    officer, colleague = scene.viewer("housing_officer"), scene.viewer(COLLEAGUE["housing_officer"])
    task = scene.task("prepare_lease")
    assert task.assignee_id == officer.id
    with pytest.raises(NotAllowed, match="not_your_task"):
        release_task(scene.desk(COLLEAGUE["housing_officer"]), task.id)
    with pytest.raises(NotReady, match="task_is_taken") as refused:
        claim_task(scene.desk(COLLEAGUE["housing_officer"]), task.id)
    assert refused.value.params == {"by": officer.name}
    release_task(scene.desk("housing_officer"), task.id)
    assert scene.task("prepare_lease").assignee_id is None
    claim_task(scene.desk(COLLEAGUE["housing_officer"]), task.id)
    assert scene.task("prepare_lease").assignee_id == colleague.id
    assert [len(scene.events(f"task_{done}")) for done in ("released", "claimed")] == [1, 1]


def test_somebody_of_the_team_may_do_what_a_colleague_has_claimed(at: Stand) -> None:
    scene = at("leasing")
    scene.do("prepare_lease", by=COLLEAGUE["housing_officer"])
    assert scene.task("prepare_lease", "done").done_by_id == scene.viewer(COLLEAGUE["housing_officer"]).id


def test_handing_over_needs_a_colleague_of_that_role_and_a_reason(at: Stand) -> None:
    scene = at("leasing")
    task = scene.task("prepare_lease")
    colleague = scene.viewer(COLLEAGUE["housing_officer"])
    for to, reason, fault in [
        (colleague.id, " ", ("reason", "missing")),
        (scene.viewer("team_lead").id, "Ziek", ("to", "not_a_choice")),
        (scene.viewer(STRANGER["housing_officer"]).id, "Ziek", ("to", "not_a_choice")),
        (task.id, "Ziek", ("to", "not_a_choice")),
    ]:
        with pytest.raises(Invalid) as refused:
            hand_over_task(scene.desk("housing_officer"), task.id, to, reason)
        assert codes(refused) == [fault]
    hand_over_task(scene.desk("housing_officer"), task.id, colleague.id, "Ziek")
    assert scene.task("prepare_lease").assignee_id == colleague.id
    (event,) = scene.events("task_handed_over")
    assert event.details["to"] == str(colleague.id)


def test_a_blocked_colleague_gets_nothing_handed_over(at: Stand) -> None:
    scene = at("leasing")
    colleague = scene.viewer(COLLEAGUE["housing_officer"])
    with scene.desk().deed() as deed:
        deed.session.get_one(User, colleague.id).active = False
    with pytest.raises(Invalid) as refused:
        hand_over_task(scene.desk("housing_officer"), scene.task("prepare_lease").id, colleague.id, "Ziek")
    assert codes(refused) == [("to", "not_a_choice")]


def test_only_whoever_has_it_or_the_team_lead_hands_a_task_over(at: Stand) -> None:
    scene = at("leasing")
    task = scene.task("prepare_lease")
    colleague = scene.viewer(COLLEAGUE["housing_officer"])
    for who in (COLLEAGUE["housing_officer"], "support_worker", "municipal_officer"):
        with pytest.raises(NotAllowed, match="not_your_task"):
            hand_over_task(scene.desk(who), task.id, colleague.id, "Ziek")
    hand_over_task(scene.desk("team_lead"), task.id, colleague.id, "Verdeling")
    assert scene.task("prepare_lease").assignee_id == colleague.id


def test_an_officer_does_not_give_away_the_task_of_the_team_lead(at: Stand) -> None:
    scene = at("approving")
    task = scene.task("approve_decision")
    assert task.assignee_id is None
    with pytest.raises(NotAllowed, match="not_your_task"):
        hand_over_task(scene.desk("housing_officer"), task.id, scene.viewer("team_lead").id, "Graag snel")


def test_what_is_done_is_not_claimed_released_or_handed_over(at: Stand) -> None:
    scene = at("checking")
    task = scene.task("nominate_candidate", "done")
    desk = scene.desk("urgency_officer")
    deeds = (
        lambda: claim_task(desk, task.id),
        lambda: release_task(desk, task.id),
        lambda: hand_over_task(desk, task.id, task.id, "Reden"),
    )
    for deed in deeds:
        with pytest.raises(NotReady, match="task_is_done"):
            deed()


def test_a_task_that_never_was_is_not_found(at: Stand) -> None:
    scene = at("checking")
    nowhere = scene.trajectory_id
    for deed in (
        lambda: complete_task(scene.desk("urgency_officer"), nowhere, {}),
        lambda: claim_task(scene.desk("urgency_officer"), nowhere),
    ):
        with pytest.raises(NotFound, match="no_such_task"):
            deed()


def test_a_party_that_has_left_no_longer_finds_its_tasks(at: Stand) -> None:
    from datetime import timedelta

    from app.records import Part

    scene = at("startup")
    with scene.desk().deed() as deed:
        part = deed.session.scalars(select(Part).where(Part.part == "care_provider")).one()
        part.until = scene.today - timedelta(days=1)
    task = scene.task("check_startup_care")
    with pytest.raises(NotFound, match="no_such_task"):
        complete_task(scene.desk("support_worker"), task.id, scene.raw(task))


def test_the_term_of_the_scene_is_the_one_that_was_signed(at: Stand) -> None:
    scene = at("startup")
    assert (scene.row.first_day, scene.row.last_day) == (FIRST, LAST)
    assert fresh().scalar(select(func.count()).select_from(Run)) == 1
    assert issubclass(NotReady, Refused)
