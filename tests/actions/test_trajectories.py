"""Putting a candidate forward, the people in and around a trajectory, and moving a review with all that hangs on it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select, update

from app.actions.reviews import move_review
from app.actions.rounds import wake_due
from app.actions.trajectories import add_beside, change_contact, start_trajectory
from app.errors import Invalid, NotAllowed, NotFound, NotReady
from app.records import Beside, EndNotice, Letter, Move, Part, Person, Review, Task, Trajectory, User
from app.records.choices import tenants
from app.records.ledger import Ledger
from app.rules.dates import working_day_on_or_before
from tests.actions.conftest import Stand
from tests.actions.scene import FIRST, LAST, Scene, fresh
from tests.actions.test_tasks import COLLEAGUE, STRANGER, codes

MONTH_6 = date(2025, 9, 15)


# ---- putting forward


def test_a_candidate_put_forward_has_a_reference_parties_and_a_first_task(at: Stand) -> None:
    scene = at("empty")
    started = start_trajectory(
        scene.desk("municipal_officer"), {"full_name": "  Fatima   el Amrani "}, scene.site.cast.contacts
    )
    row = fresh().get_one(Trajectory, started)
    assert (row.reference, row.stage, row.nominated_by) == ("VW-2025-0001", "intake", "municipality")
    assert row.tenant.full_name == "Fatima el Amrani" and row.tenant.language == "nl"
    parts = fresh().scalars(select(Part).where(Part.trajectory_id == started))
    assert {part.part: part.contact_id for part in parts} == scene.site.cast.contacts
    (task,) = fresh().scalars(select(Task).where(Task.trajectory_id == started))
    assert (task.name, task.role, task.assignee_id) == (
        "nominate_candidate", "municipal_officer", scene.viewer("municipal_officer").id,
    )  # fmt: skip


@pytest.mark.parametrize("role", ["housing_officer", "team_lead"])
def test_the_association_does_not_nominate(at: Stand, role: str) -> None:
    scene = at("empty")
    with pytest.raises(NotAllowed, match="may_not_nominate"):
        start_trajectory(scene.desk(role), {"full_name": "Iemand"}, scene.site.cast.contacts)


@pytest.mark.parametrize(
    "person, fault",
    [
        ({}, ("full_name", "missing")),
        ({"full_name": " \n "}, ("full_name", "missing")),
        ({"full_name": "x" * 201}, ("full_name", "too_long")),
        ({"full_name": "Iemand", "phone": "0" * 61}, ("phone", "too_long")),
        ({"full_name": "Iemand", "salutation": "m" * 61}, ("salutation", "too_long")),
        ({"full_name": "Iemand", "birth_date": "1991-02-30"}, ("birth_date", "not_a_date")),
        ({"full_name": "Iemand", "birth_date": "vroeger"}, ("birth_date", "not_a_date")),
        ({"full_name": "Iemand", "language": "klingon"}, ("language", "not_a_choice")),
        ({"full_name": "Iemand", "email": "geen adres"}, ("email", "not_an_email")),
        ({"full_name": "Iemand", "email": "a@b.nl, dief@example.org"}, ("email", "not_an_email")),
        ({"full_name": "Iemand", "email": "Dief <a@b.nl>"}, ("email", "not_an_email")),
    ],
)
def test_a_person_who_is_not_right_is_refused_and_nothing_is_written(
    at: Stand, person: dict[str, str], fault: tuple[str, str]
) -> None:
    scene = at("empty")
    with pytest.raises(Invalid) as refused:
        start_trajectory(scene.desk("urgency_officer"), person, scene.site.cast.contacts)
    assert codes(refused) == [fault]
    for table in (Person, Trajectory, Part, Task):
        assert fresh().scalar(select(func.count()).select_from(table)) == 0


def test_every_party_takes_part_with_somebody_of_the_right_role(at: Stand) -> None:
    scene = at("empty")
    right = scene.site.cast.contacts
    wrong: list[tuple[dict[str, Any], list[tuple[str, str]]]] = [
        ({}, [(part, "missing") for part in ("urgency_office", "municipality", "care_provider", "association")]),
        ({**right, "association": uuid4()}, [("association", "missing")]),
        ({**right, "association": scene.viewer("team_lead").id}, [("association", "not_a_choice")]),
        ({**right, "care_provider": scene.viewer("housing_officer").id}, [("care_provider", "not_a_choice")]),
        (
            {**right, "urgency_office": scene.viewer(STRANGER["urgency_officer"]).id},
            [("urgency_office", "nominator_takes_part")],
        ),
    ]
    for contacts, faults in wrong:
        with pytest.raises(Invalid) as refused:
            start_trajectory(scene.desk("urgency_officer"), {"full_name": "Iemand"}, contacts)
        assert codes(refused) == faults
    with scene.desk().deed() as deed:
        deed.session.execute(update(User).where(User.id == right["municipality"]).values(active=False))
    with pytest.raises(Invalid) as refused:
        start_trajectory(scene.desk("urgency_officer"), {"full_name": "Iemand"}, right)
    assert codes(refused) == [("municipality", "not_a_choice")]
    assert fresh().scalar(select(func.count()).select_from(Trajectory)) == 0


# ---- beside the tenant


def test_people_beside_the_tenant_are_added_by_those_who_work_there(at: Stand) -> None:
    scene = at("startup")
    beside = add_beside(
        scene.desk("support_worker"), scene.trajectory_id, "administrator",
        {"full_name": "B. Windvoerder", "organisation_name": "Bewind BV", "email": "post@bewind.demo.invalid"},
    )  # fmt: skip
    assert fresh().get_one(Beside, beside).person.organisation_name == "Bewind BV"
    with pytest.raises(NotAllowed, match="may_not_change_people"):
        add_beside(scene.desk("urgency_officer"), scene.trajectory_id, "co_tenant", {"full_name": "Iemand"})
    with pytest.raises(NotFound, match="no_such_trajectory"):
        add_beside(scene.desk(STRANGER["housing_officer"]), scene.trajectory_id, "co_tenant", {"full_name": "Iemand"})
    for kind, person, fault in [
        ("neighbour", {"full_name": "Iemand"}, ("kind", "not_a_choice")),
        ("co_tenant", {}, ("full_name", "missing")),
        ("co_tenant", {"full_name": "Iemand", "email": "x"}, ("email", "not_an_email")),
    ]:
        with pytest.raises(Invalid) as refused:
            add_beside(scene.desk("housing_officer"), scene.trajectory_id, kind, person)
        assert codes(refused) == [fault]
    assert fresh().scalar(select(func.count()).select_from(Beside)) == 1


def test_a_partner_rents_as_well_by_law_and_a_curator_does_not(at: Stand) -> None:
    scene = at("notice")
    before = len(Ledger(fresh(), scene.row, scene.today).co_tenants())
    for kind in ("partner", "curator"):  # the landlord need not agree to a marriage
        add_beside(scene.desk("support_worker"), scene.trajectory_id, kind, {"full_name": f"Iemand {kind}"})
    ledger = Ledger(fresh(), scene.row, scene.today)
    assert [one.person.full_name for one in ledger.co_tenants()][before:] == ["Iemand partner"]
    assert ledger.case().tenants == 3 + before  # each gets a notice apart, and so does the curator
    assert "Iemand curator" not in [one.label for one in tenants(ledger)]
    assert "Iemand partner" in [one.label for one in tenants(ledger)]


def test_a_co_tenant_gets_an_end_notice_and_a_receipt_of_their_own(at: Stand) -> None:
    scene = at("notice")
    scene.work()
    tenant, other = scene.row.tenant_id, fresh().scalars(select(Beside)).one().person_id
    papers = scene.documents(name="end_notice")
    assert {(row.person_id, row.state, row.version) for row in papers} == {(tenant, "filed", 1), (other, "filed", 1)}
    assert len({row.content_hash for row in papers}) == 2
    scene.do("send_end_notice")
    scene.do("record_receipt", **{f"receipts.{other}.proven": "no"})
    standing = {row.person_id: row.standing for row in fresh().scalars(select(EndNotice))}
    assert standing == {tenant: "in_time", other: "unproven"}
    scene.work(on=LAST + timedelta(days=1))
    assert scene.row.outcome == "open_ended_by_lapse"  # every tenant must have had it


def test_a_notice_that_came_too_early_is_sent_again_to_that_tenant_alone(at: Stand) -> None:
    scene = at("notice")
    scene.do("send_end_notice")
    with scene.desk().deed() as deed:  # it was sent, and came, before the window opened
        deed.session.execute(update(EndNotice).values(sent_on=scene.today - timedelta(days=5)))
    other = fresh().scalars(select(Beside)).one().person_id
    early = (scene.today - timedelta(days=2)).isoformat()
    scene.do("record_receipt", **{f"receipts.{other}.received_on": early})
    assert "send_end_notice" in scene.open_tasks()
    scene.work()
    papers = scene.documents(name="end_notice", state="filed")
    assert sorted(row.occasion.split(":")[0] for row in papers) == ["1", "1", "2"]
    scene.do("send_end_notice")
    scene.do("record_receipt")
    rows = fresh().execute(select(EndNotice.round, EndNotice.person_id == other, EndNotice.standing))
    assert {tuple(row) for row in rows} == {(1, False, "in_time"), (1, True, "too_early"), (2, True, "in_time")}
    assert "send_end_notice" not in scene.open_tasks()


# ---- contacts


def test_a_colleague_takes_over_as_contact(at: Stand) -> None:
    scene = at("startup")
    colleague = scene.viewer(COLLEAGUE["support_worker"])
    change_contact(scene.desk("support_worker"), scene.trajectory_id, colleague.id, "Verlof")
    part = fresh().scalars(select(Part).where(Part.part == "care_provider")).one()
    assert part.contact_id == colleague.id
    for to, reason, fault in [
        (scene.viewer("housing_officer").id, "Verlof", ("to", "not_a_choice")),
        (uuid4(), "Verlof", ("to", "not_a_choice")),
        (colleague.id, "", ("reason", "missing")),
    ]:
        with pytest.raises(Invalid) as refused:
            change_contact(scene.desk("support_worker"), scene.trajectory_id, to, reason)
        assert codes(refused) == [fault]
    with pytest.raises(NotFound):
        change_contact(scene.desk(STRANGER["support_worker"]), scene.trajectory_id, colleague.id, "Verlof")


# ---- moving a review


def planned_on(scene: Scene, month: int) -> date:
    (review,) = scene.reviews(kind="review", month=month)
    day: date = review.planned_on
    return day


def reminders(scene: Scene, month: int) -> dict[tuple[str, date], str]:
    """(role, day it goes out) -> how it stands, of the reminders of one review."""
    return {(row.role, row.due_on): row.state for row in scene.letters(occasion=f"review:{month}")}


def test_a_review_is_moved_with_its_reminders_and_its_wake(at: Stand) -> None:
    scene = at("startup")
    (review,) = scene.reviews(month=6)
    to = date(2025, 10, 3)
    move_review(scene.desk("housing_officer"), review.id, to, " Vakantie van de huurder ")
    assert planned_on(scene, 6) == to
    (move,) = fresh().scalars(select(Move))
    assert (move.was_on, move.now_on, move.reason) == (MONTH_6, to, "Vakantie van de huurder")
    stands = reminders(scene, 6)
    for role in ("housing_officer", "support_worker"):
        for days in (30, 14, 3):
            assert stands[role, MONTH_6 - timedelta(days=days)] == "dropped"
            assert stands[role, to - timedelta(days=days)] == "planned"
    assert {row.reason for row in scene.letters(state="dropped")} == {"no_longer_needed"}
    scene.work(on=date(2025, 6, 20))
    scene.work(on=to - timedelta(days=22))
    assert not scene.letters(kind="review_invitation", occasion="review_invitation:6")
    scene.work(on=to - timedelta(days=21))
    assert len(scene.letters(kind="review_invitation", occasion="review_invitation:6")) == 1


def test_a_review_moved_there_and_back_stands_as_before(at: Stand) -> None:
    scene = at("startup")
    before = reminders(scene, 6)
    (review,) = scene.reviews(month=6)
    for to in (date(2025, 10, 1), MONTH_6, date(2025, 10, 1), MONTH_6):
        move_review(scene.desk("housing_officer"), review.id, to, "Agenda")
    after = reminders(scene, 6)
    assert {key: state for key, state in after.items() if key in before} == before
    assert {state for key, state in after.items() if key not in before} == {"dropped"}
    assert len(fresh().scalars(select(Move)).all()) == 4


def test_an_open_review_moved_there_and_back_on_one_day_invites_each_time_and_sends_the_last(at: Stand) -> None:
    scene = at("review")
    (review,) = scene.reviews(month=3)
    was = review.planned_on
    for to in (was + timedelta(days=7), was, was + timedelta(days=7), was):
        move_review(scene.desk("housing_officer"), review.id, to, "Agenda")
    invitations = scene.letters(kind="review_invitation")
    planned = [row for row in invitations if row.state == "planned"]
    assert [row.about_on for row in planned] == [working_day_on_or_before(was)]
    assert {row.reason for row in invitations if row.state == "dropped"} == {"review_moved"}
    scene.work()
    assert sum(row.state == "posted" for row in scene.letters(kind="review_invitation")) <= 2


@pytest.mark.parametrize("first", [UUID(int=1), UUID(int=2**128 - 1)], ids=["first key", "last key"])
def test_a_review_moved_on_the_day_of_its_invitation_invites_to_the_new_day_too(at: Stand, first: UUID) -> None:
    """Whatever the keys of the two letters are."""
    scene = at("startup")
    (review,) = scene.reviews(month=3)
    scene.work(on=date(2025, 5, 25))
    with scene.desk().deed() as deed:
        deed.session.execute(update(Letter).where(Letter.kind == "review_invitation").values(id=first))
    move_review(scene.desk("housing_officer"), review.id, date(2025, 6, 20), "Agenda")
    scene.work()
    invited = {row.about_on: row.state for row in scene.letters(kind="review_invitation")}
    assert invited == {date(2025, 6, 13): "posted", date(2025, 6, 20): "posted"}


def test_tasks_that_are_open_keep_open_and_their_due_days_follow(at: Stand) -> None:
    scene = at("review")
    (review,) = scene.reviews(month=3)
    before = {name: scene.task(name) for name in ("confirm_goals", "confirm_conditions")}
    to = review.planned_on + timedelta(days=21)
    move_review(scene.desk("team_lead"), review.id, to, "Agenda")
    for name, task in before.items():
        after = scene.task(name)
        assert (after.id, after.opened_on) == (task.id, task.opened_on)
        assert after.due_on == working_day_on_or_before(to - timedelta(days=3)) and after.because_on == to
    # The day on which it lapses has moved along.
    scene.work(on=to + timedelta(days=41))
    assert scene.reviews(month=3)[0].closed_on is None
    scene.work(on=to + timedelta(days=42))
    (lapsed,) = scene.reviews(month=3)
    assert (lapsed.outcome, lapsed.reason, lapsed.closed_on) == ("not_held", "lapsed", scene.today)


def test_a_review_moved_close_by_opens_at_once(at: Stand) -> None:
    scene = at("startup")
    (review,) = scene.reviews(month=3)
    move_review(scene.desk("housing_officer"), review.id, scene.today + timedelta(days=3), "Spoed")
    assert {"confirm_goals", "confirm_conditions"} <= set(scene.open_tasks())
    assert scene.reviews(month=3)[0].opened_on == scene.today
    scene.work()
    (invitation,) = scene.letters(kind="review_invitation")
    assert (invitation.state, invitation.about_on) == ("posted", scene.today + timedelta(days=3))


def test_two_reviews_may_change_places(at: Stand) -> None:
    scene = at("startup")
    (third,) = scene.reviews(month=3)
    move_review(scene.desk("housing_officer"), third.id, date(2025, 9, 20), "Opname")
    scene.work(on=date(2025, 8, 26))
    assert [(row.month, row.opened_on) for row in scene.reviews() if row.opened_on] == [(6, scene.today)]
    for name in ("confirm_goals", "confirm_conditions", "hold_review_meeting", "confirm_review_meeting"):
        scene.do(name)
    assert [row.month for row in scene.reviews() if row.opened_on and not row.closed_on] in ([], [3])
    scene.work(on=date(2025, 9, 1))
    assert [row.month for row in scene.reviews() if row.opened_on and not row.closed_on] == [3]


@pytest.mark.parametrize(
    "to, reason, faults",
    [
        (date(2025, 4, 1), "Agenda", [("to", "day_has_passed")]),
        (LAST + timedelta(days=1), "Agenda", [("to", "review_outside_lease")]),
        (date(2025, 12, 15), "Agenda", [("to", "another_review_that_day")]),
        (MONTH_6, "Agenda", [("to", "planned_that_day_already")]),
        (date(2025, 10, 1), "  ", [("reason", "missing")]),
        (date(2025, 10, 1), "x" * 201, [("reason", "too_long")]),
        (date(2025, 4, 1), "", [("reason", "missing"), ("to", "day_has_passed")]),
    ],
)
def test_a_move_that_does_not_fit_is_refused_and_changes_nothing(
    at: Stand, to: date, reason: str, faults: list[tuple[str, str]]
) -> None:
    scene = at("startup")
    (review,) = scene.reviews(month=6)
    before, version = reminders(scene, 6), scene.run.version
    with pytest.raises(Invalid) as refused:
        move_review(scene.desk("housing_officer"), review.id, to, reason)
    assert codes(refused) == faults
    assert (planned_on(scene, 6), reminders(scene, 6), scene.run.version) == (MONTH_6, before, version)
    assert fresh().scalars(select(Move)).all() == []


def test_a_review_moved_from_a_sunday_to_the_friday_on_which_it_is_held_anyway_invites_nobody_again(at: Stand) -> None:
    scene = at("startup")
    (review,) = scene.reviews(month=3)
    assert (review.planned_on, review.planned_on.isoweekday()) == (date(2025, 6, 15), 7)
    scene.work(on=date(2025, 5, 25))
    move_review(scene.desk("housing_officer"), review.id, date(2025, 6, 13), "Agenda")
    scene.work()
    assert planned_on(scene, 3) == date(2025, 6, 13)
    invited = [(row.about_on, row.state) for row in scene.letters(kind="review_invitation")]
    assert invited == [(date(2025, 6, 13), "posted")]


def test_a_review_before_the_lease_is_outside_it(at: Stand) -> None:
    scene = at("startup")
    (review,) = scene.reviews(month=6)
    with scene.desk().deed() as deed:
        deed.session.execute(update(Trajectory).values(first_day=date(2025, 8, 1)))
    with pytest.raises(Invalid) as refused:
        move_review(scene.desk("housing_officer"), review.id, date(2025, 7, 31), "Agenda")
    assert codes(refused) == [("to", "review_outside_lease")]
    assert date(2025, 7, 31) > FIRST


def test_only_the_association_moves_a_review_of_its_own(at: Stand) -> None:
    scene = at("startup")
    (review,) = scene.reviews(month=6)
    to = date(2025, 10, 1)
    for role in ("support_worker", "municipal_officer", "urgency_officer"):
        with pytest.raises(NotAllowed, match="may_not_move_review"):
            move_review(scene.desk(role), review.id, to, "Agenda")
    with pytest.raises(NotFound):
        move_review(scene.desk(STRANGER["housing_officer"]), review.id, to, "Agenda")
    with pytest.raises(NotFound, match="no_such_review"):
        move_review(scene.desk("housing_officer"), uuid4(), to, "Agenda")


def test_a_review_that_is_over_is_not_moved(at: Stand) -> None:
    scene = at("reporting")  # held, but not yet confirmed
    (review,) = scene.reviews(month=3)
    with pytest.raises(NotReady, match="review_is_over"):
        move_review(scene.desk("housing_officer"), review.id, date(2025, 10, 1), "Agenda")
    scene.do("confirm_review_meeting")
    with pytest.raises(NotReady, match="review_is_over"):
        move_review(scene.desk("housing_officer"), review.id, date(2025, 10, 1), "Agenda")


def test_an_aftercare_check_is_no_review_to_move(at: Stand) -> None:
    scene = at("startup")
    check = Review(id=uuid4(), trajectory_id=scene.trajectory_id, kind="aftercare", month=3, planned_on=LAST)
    with scene.desk().deed() as deed:
        deed.session.add(check)
    with pytest.raises(NotReady, match="review_is_over"):
        move_review(scene.desk("housing_officer"), check.id, date(2025, 10, 1), "Agenda")


def test_moving_is_not_undone_by_the_worker(at: Stand) -> None:
    scene = at("startup")
    (review,) = scene.reviews(month=3)
    move_review(scene.desk("housing_officer"), review.id, date(2025, 7, 1), "Agenda")
    scene.today = date(2025, 5, 25)  # the day it would have opened
    assert wake_due(scene.desk()) == 0
    assert scene.reviews(month=3)[0].opened_on is None
