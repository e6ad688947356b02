"""Care stops, on both databases: what each of the four ways does to the condition, and that access moves whole."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from app.actions.care import note_care_end
from app.actions.early_ends import report_early_end
from app.actions.tasks import claim_task, complete_task, correct_task, find_task, keep_draft
from app.errors import Invalid, NotAllowed, NotFound, NotReady
from app.records import CareEnd, Organisation, Part, Task
from app.records.choices import grounds, provider_conditions
from app.records.ledger import Ledger
from app.records.lists import tasks_page
from app.records.visibility import find, visible
from tests.actions.conftest import Stand
from tests.actions.scene import LAST, Scene, fresh

OLD, COLLEAGUE, NEW = "ana@debrug.demo.invalid", "sam@debrug.demo.invalid", "stef@elders.demo.invalid"
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)


def stops(scene: Scene, why: str, by: str = "municipal_officer", on: date | None = None) -> UUID:
    return note_care_end(scene.desk(by), scene.trajectory_id, why, on or scene.today)


def row(scene: Scene) -> CareEnd:
    return fresh().scalars(select(CareEnd).where(CareEnd.trajectory_id == scene.trajectory_id)).one()


def conditions(scene: Scene) -> list[str]:
    """What the provider is asked about in a review today."""
    return [one.label for one in provider_conditions(Ledger(fresh(), scene.row, scene.today))]


def sees(scene: Scene, who: str) -> bool:
    """By the door and by the query of every list: they must agree."""
    viewer, session = scene.viewer(who), fresh()
    try:
        find(session, viewer, scene.today, scene.trajectory_id)
        found = True
    except NotFound:
        found = False
    assert found == (scene.trajectory_id in {one.id for one in session.scalars(visible(viewer, scene.today))})
    return found


def successor(scene: Scene) -> str:
    name = "Zorg Elders"
    return str(fresh().scalars(select(Organisation.id).where(Organisation.name == name)).one())


def ask_successor(scene: Scene, handover: str = "no") -> None:
    scene.do("find_successor", successor=successor(scene), handover=handover)


def take_over(scene: Scene, answer: str = "takes_over") -> None:
    scene.do("take_over_care", by=NEW, answer=answer)


# Who may note what, and when


def test_a_landlord_may_tell_of_a_refusal_or_a_provider_but_judges_no_care(at: Stand) -> None:
    scene = at("review")
    for why in ("goals_met", "decision_ends"):
        with pytest.raises(Invalid) as refused:
            stops(scene, why, by="housing_officer")
        assert [fault.code for fault in refused.value.faults] == ["not_yours_to_note"]
    with pytest.raises(NotAllowed):
        stops(scene, "refused", by="urgency_officer")
    with pytest.raises(NotFound):
        stops(scene, "refused", by=NEW)
    assert stops(scene, "refused", by="housing_officer")


def test_one_end_of_care_at_a_time_and_none_after_it_lapsed(at: Stand) -> None:
    scene = at("review")
    stops(scene, "goals_met")
    with pytest.raises(NotReady, match="care_end_is_open"):
        stops(scene, "provider_stops")
    scene.do("confirm_care_end")
    with pytest.raises(NotReady, match="care_has_ended"):
        stops(scene, "refused")


def test_a_day_outside_care_and_lease_is_refused(at: Stand) -> None:
    scene = at("review")
    for on, code in ((date(2025, 3, 14), "care_ends_before_it_began"), (LAST + DAY, "care_ends_after_lease")):
        with pytest.raises(Invalid) as refused:
            stops(scene, "goals_met", on=on)
        assert [(one.field, one.code) for one in refused.value.faults] == [("on", code)]


def test_before_there_is_a_lease_nothing_can_stop(at: Stand) -> None:
    with pytest.raises(NotReady, match="no_lease_to_keep"):
        stops(at("agreeing"), "goals_met")


# The four ways


def test_when_goals_are_met_the_condition_lapses_from_that_day_and_the_landlord_tells_the_tenant(at: Stand) -> None:
    scene = at("review")
    ahead = scene.today + WEEK
    stops(scene, "goals_met", by="support_worker", on=ahead)
    assert "guidance_accepted" in conditions(scene)  # until that day it holds
    task = scene.task("confirm_care_end")
    assert (task.role, task.due_on) == ("housing_officer", scene.today + 5 * DAY)
    (letter,) = scene.documents(name="care_end_confirmation")
    assert letter.person_id == scene.row.tenant_id
    scene.today = ahead
    assert "guidance_accepted" not in conditions(scene)
    assert "guidance_accepted" not in [one.value for one in grounds(Ledger(fresh(), scene.row, scene.today))]
    scene.do("confirm_care_end")
    assert (row(scene).outcome, row(scene).lapses_from, row(scene).closed_on) == ("told", ahead, ahead)
    assert scene.row.last_day == LAST


def test_a_refusal_is_told_to_the_municipality_and_leaves_the_condition_and_the_lease_as_they_are(at: Stand) -> None:
    scene = at("review")
    stops(scene, "refused", by="support_worker")
    assert "guidance_accepted" in conditions(scene)
    (letter,) = scene.letters(kind="care_refused_told")
    assert (letter.role, letter.due_on) == ("municipal_officer", scene.today)
    scene.work()
    assert [one.state for one in scene.letters(kind="care_refused_told")] == ["posted"]
    (mail,) = [one for one in scene.mails() if letter.id.hex.encode() in one]
    assert b"mehmet@" in mail and b"Woonstichting" not in mail
    scene.do("weigh_refusal", outcome="incident")
    assert (row(scene).outcome, scene.row.stage, scene.row.last_day) == ("incident", "tenancy", LAST)
    assert scene.row.incidents == 0  # reporting one is a step of its own


def test_a_renewed_decision_moves_the_watch_and_other_support_ends_it(at: Stand) -> None:
    scene = at("review")
    stops(scene, "decision_ends")
    with pytest.raises(Invalid) as refused:
        scene.do("renew_care_decision", outcome="renewed", until=scene.today.isoformat())
    assert [fault.code for fault in refused.value.faults] == ["decision_must_last_longer"]
    until = date(2026, 6, 30)
    scene.do("renew_care_decision", outcome="renewed", until=until.isoformat())
    assert (scene.row.care_decision_until, row(scene).outcome) == (until, "renewed")
    planned = {one.due_on for one in scene.letters(kind="care_decision_ahead", state="planned")}
    assert planned == {until - 8 * WEEK, until - 2 * WEEK}
    assert "guidance_accepted" in conditions(scene)
    stops(scene, "decision_ends")
    scene.do("renew_care_decision", outcome="other_support")
    assert scene.row.care_decision_until is None and "guidance_accepted" in conditions(scene)
    assert scene.letters(kind="care_decision_ahead", state="planned") == []


def test_a_decision_that_ends_without_another_lapses_the_condition_as_goals_met_does(at: Stand) -> None:
    scene = at("review")
    stops(scene, "decision_ends")
    scene.do("renew_care_decision", outcome="ended")
    assert "guidance_accepted" not in conditions(scene)
    assert scene.open_tasks().count("confirm_care_end") == 1


# A successor


def test_with_the_hand_over_everything_of_the_provider_moves_at_once(at: Stand) -> None:
    scene = at("review")
    theirs = scene.task("confirm_goals")
    keep_draft(scene.desk(OLD), theirs.id, {"last_visit_on": ["1-6-2025"]})
    stops(scene, "provider_stops")
    assert "guidance_accepted" not in conditions(scene)  # no breach while nobody gives it
    assert not sees(scene, NEW)
    ask_successor(scene, handover="yes")
    scene.do("hand_over_care")
    assert sees(scene, OLD) and not sees(scene, NEW)
    take_over(scene)

    assert sees(scene, NEW) and not sees(scene, OLD) and not sees(scene, COLLEAGUE)
    moved = scene.task("confirm_goals")
    assert (moved.id, moved.organisation_id) == (theirs.id, UUID(successor(scene)))
    assert (moved.assignee_id, moved.draft) == (scene.viewer(NEW).id, None)
    assert "guidance_accepted" in conditions(scene)
    for who in (OLD, COLLEAGUE):
        desk = scene.desk(who)
        assert tasks_page(scene.viewer(who), scene.today, "team") == []
        for task in fresh().scalars(select(Task).where(Task.trajectory_id == scene.trajectory_id)):
            with pytest.raises(NotFound):  # also what it did itself: access ends when a part ends
                find_task(fresh(), scene.viewer(who), desk, task.id)
        with pytest.raises(NotFound):
            complete_task(desk, moved.id, {})
        with pytest.raises(NotFound):
            claim_task(desk, moved.id)
        with pytest.raises(NotFound):
            stops(scene, "refused", by=who)
    scene.do("confirm_goals", by=NEW)
    scene.do("confirm_conditions")


def test_reminders_and_later_tasks_go_to_the_next_provider(at: Stand) -> None:
    scene = at("review")
    stops(scene, "provider_stops")
    ask_successor(scene)
    take_over(scene)
    before = len(scene.mails())
    scene.work(on=scene.task("confirm_goals").due_on + DAY)
    told = [mail for mail in scene.mails()[before:] if b"@debrug" in mail or b"stef@" in mail]
    assert told and not [mail for mail in told if b"@debrug" in mail]
    scene.do("confirm_goals", by=NEW)
    scene.do("confirm_conditions")
    scene.do("hold_review_meeting", tenant_view="Goed.", agreements="Zo door.")
    task = scene.task("confirm_review_meeting")
    assert (task.organisation_id, task.assignee_id) == (UUID(successor(scene)), scene.viewer(NEW).id)


def test_who_is_asked_sees_that_one_task_and_after_a_no_nothing_at_all(at: Stand) -> None:
    scene = at("review")
    stops(scene, "provider_stops")
    ask_successor(scene)
    asked = scene.task("take_over_care")
    assert [task.name for task in tasks_page(scene.viewer(NEW), scene.today, "team")] == ["take_over_care"]
    find_task(fresh(), scene.viewer(NEW), scene.desk(NEW), asked.id)
    with pytest.raises(NotFound):
        find_task(fresh(), scene.viewer(NEW), scene.desk(NEW), scene.task("confirm_goals").id)
    with pytest.raises(NotAllowed):  # the provider that stops takes over from nobody
        complete_task(scene.desk(OLD), asked.id, scene.raw(asked))
    take_over(scene, "declines")
    assert not sees(scene, NEW) and sees(scene, OLD)
    with pytest.raises(NotFound):
        find_task(fresh(), scene.viewer(NEW), scene.desk(NEW), asked.id)
    assert "find_successor" in scene.open_tasks() and row(scene).accepted is False


def test_a_late_answer_is_brought_up_with_who_was_asked_and_not_with_who_stops(at: Stand) -> None:
    scene = at("review")
    stops(scene, "provider_stops")
    ask_successor(scene)
    scene.work(on=scene.task("take_over_care").due_on + DAY)
    (letter,) = scene.letters(kind="overdue", task_id=scene.task("take_over_care").id)
    (mail,) = [one for one in scene.mails() if letter.id.hex.encode() in one]
    assert b"stef@elders" in mail and b"@debrug" not in mail


def test_nobody_waits_for_a_hand_over_longer_than_two_weeks(at: Stand) -> None:
    scene = at("review")
    stops(scene, "provider_stops")
    ask_successor(scene, handover="yes")
    scene.work(on=scene.today + 2 * WEEK - DAY)
    assert "take_over_care" not in scene.open_tasks()
    scene.work(on=scene.today + DAY)
    assert "take_over_care" in scene.open_tasks() and "hand_over_care" not in scene.open_tasks()


def test_the_provider_that_stops_can_not_be_its_own_successor(at: Stand) -> None:
    scene = at("review")
    stops(scene, "provider_stops")
    own = str(scene.viewer(OLD).organisation_id)
    with pytest.raises(Invalid) as refused:
        scene.do("find_successor", successor=own, handover="no")
    assert [fault.field for fault in refused.value.faults] == ["successor"]


def test_a_provider_may_come_back_after_another(at: Stand) -> None:
    scene = at("review")
    stops(scene, "provider_stops")
    ask_successor(scene)
    take_over(scene)
    scene.today += WEEK
    stops(scene, "provider_stops", by=NEW)
    scene.do("find_successor", successor=str(scene.viewer(OLD).organisation_id), handover="no")
    scene.do("take_over_care", by=COLLEAGUE)
    assert sees(scene, OLD) and not sees(scene, NEW)
    parts = fresh().scalars(select(Part).where(Part.trajectory_id == scene.trajectory_id, Part.part == "care_provider"))
    assert sorted((one.since or date.min, one.until is None) for one in parts)[-1] == (scene.today, True)


# What is done is done, and what is over is closed


def test_what_was_answered_about_an_end_of_care_is_not_corrected(at: Stand) -> None:
    scene = at("review")
    stops(scene, "goals_met")
    done = scene.do("confirm_care_end")
    with pytest.raises(NotReady, match="care_end_is_not_corrected"):
        task = scene.task("confirm_care_end", "done")
        correct_task(scene.desk("housing_officer"), done, scene.raw(task), "Verkeerde dag.")


def test_an_open_end_of_care_lapses_with_an_early_end_of_the_lease(at: Stand) -> None:
    scene = at("review")
    stops(scene, "provider_stops")
    ask_successor(scene)
    on = scene.today.isoformat()
    court = {"kind": "court", "on": on, "last_day": (scene.today + 2 * WEEK).isoformat()}
    report_early_end(scene.desk("housing_officer"), scene.trajectory_id, court)
    scene.work(on=scene.today + 2 * WEEK)
    assert "take_over_care" in scene.open_tasks()
    scene.work(on=scene.today + DAY)
    assert "take_over_care" not in scene.open_tasks()
    assert (row(scene).outcome, row(scene).closed_on) == ("lapsed", scene.today)
    assert not sees(scene, NEW)
