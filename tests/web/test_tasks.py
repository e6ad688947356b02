"""The pages of a task: filled in, refused, kept, clashed over, corrected; and what each party may read of it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from app.records import Part, Trajectory, db
from tests import cast

Drawn = tuple[cast.Stage, UUID]


@pytest.fixture
def drawn(region: cast.Stage) -> Drawn:
    """A trajectory in its third month: goals and conditions are to be confirmed."""
    trajectory = region.at(until="confirm_goals")
    return region, trajectory


def faults_of(page: str) -> str:
    return page.split('id="faults"')[1].split("</ul>")[0]


def test_every_task_of_a_whole_run_can_be_opened_and_finished_in_its_page(region: cast.Stage) -> None:
    """From nomination to the regular lease: only the pages are used."""
    trajectory, done = region.start(), set()
    for _ in range(1500):
        tasks = region.open_tasks(trajectory)
        for name, task_id in tasks.items():
            browser = region.browser(region.task(task_id).role)
            page = browser.get(f"/tasks/{task_id}")
            assert page.status_code == 200 and "Finish the task" in page.text, name
            answer = browser.post(f"/tasks/{task_id}/completion", data=region.typed(task_id))
            next_page = f"/trajectories/{trajectory}?done={task_id.hex}"
            assert (answer.status_code, answer.location) == (303, next_page), (name, answer.text)
            assert browser.get(f"/tasks/{task_id}").status_code == 200, f"{name} can be read afterwards"
            done.add(name)
        if "sign_regular_lease" in done:
            break
        if not tasks:
            region.next_day()
    assert {"nominate_candidate", "hold_review_meeting", "approve_decision", "sign_regular_lease"} <= done


def test_what_was_done_and_what_is_next_is_said_on_the_page_after(drawn: Drawn) -> None:
    region, trajectory = drawn
    tasks = region.open_tasks(trajectory)
    browser = region.browser("housing_officer")
    task = tasks["confirm_conditions"]
    assert "is done." not in browser.get(f"/trajectories/{trajectory}?done={task.hex}").text, "that is not so yet"
    done = browser.post(f"/tasks/{task}/completion", data=region.typed(task))
    told = browser.get(done.location).text
    assert "‘Confirm the conditions of month 3’ is done." in told
    assert "Next: ‘Confirm the goals of month 3’, by the support worker of Zorghuis Meerwijk." in told
    shared = region.browser("urgency_officer").get(done.location)
    assert shared.status_code == 200 and "Confirm the conditions" not in shared.text, "it knows nothing of reviews"


@pytest.mark.parametrize("asked", ["", "no-id", UUID(int=7).hex])
def test_an_address_that_says_something_is_done_is_not_believed(drawn: Drawn, asked: str) -> None:
    region, trajectory = drawn
    page = region.browser("housing_officer").get(f"/trajectories/{trajectory}?done={asked}")
    assert page.status_code == 200 and "is done." not in page.text


def test_the_page_says_when_it_is_due_and_why_and_who_sees_it(drawn: Drawn) -> None:
    region, trajectory = drawn
    page = region.browser("support_worker").get(f"/tasks/{region.open_tasks(trajectory)['confirm_goals']}").text
    assert "<h1" in page and "Confirm the goals of month 3" in page
    assert "because the three-way meeting is on 13 June 2025" in page.replace("\u00a0", " ")
    assert "Your answers are seen by: care provider and housing association." in page
    assert "Write nothing about illness or treatment" in page


def test_the_panel_names_who_sees_the_care_goals(region: cast.Stage) -> None:
    trajectory = region.at(until="draft_care_contract")
    task = region.open_tasks(trajectory)["draft_care_contract"]
    page = region.browser("municipal_officer").get(f"/tasks/{task}").text
    panel = page.split('id="see"')[1].split("</section>")[0]
    assert "‘Care goals: only the provider and the municipality see these’" in panel
    assert "seen by municipality and care provider." in panel


def test_faults_come_back_at_their_fields_with_all_that_was_typed(drawn: Drawn) -> None:
    region, trajectory = drawn
    task = region.open_tasks(trajectory)["confirm_goals"]
    typed = region.typed(task)
    goal = next(name for name in typed if name.endswith(".rating")).removesuffix(".rating")
    sent = {**typed, "last_visit_on": ["31-6-2025"], f"{goal}.remark": ["Opent de post <b>met mij</b>."]}
    del sent[f"{goal}.rating"]
    browser = region.browser("support_worker")
    answer = browser.post(f"/tasks/{task}/completion", data=sent)
    assert answer.status_code == 422 and "<title>Error:" in answer.text
    assert "31-6-2025 does not exist: June has 30 days." in faults_of(answer.text)
    assert 'href="#f-last_visit_on"' in faults_of(answer.text)
    assert f'href="#f-{goal.replace(".", "-")}-rating-0"' in faults_of(answer.text)
    assert 'value="31-6-2025"' in answer.text and "Opent de post &lt;b&gt;met mij&lt;/b&gt;." in answer.text
    assert browser.get(f"/tasks/{task}/completion").location == f"/tasks/{task}", "asking again leads to the task"
    assert task in region.open_tasks(trajectory).values()


def test_a_draft_is_kept_as_typed_and_stands_there_again(drawn: Drawn) -> None:
    region, trajectory = drawn
    task = region.open_tasks(trajectory)["confirm_goals"]
    browser = region.browser("support_worker")
    kept = browser.post(f"/tasks/{task}/draft", data={"last_visit_on": "31 juni"}, headers={"HX-Request": "true"})
    assert kept.status_code == 200 and "Saved at" in kept.text and "<html" not in kept.text
    assert 'value="31 juni"' in browser.get(f"/tasks/{task}").text
    later = browser.post(f"/tasks/{task}/draft", data={"last_visit_on": "1 juni"})
    assert (later.status_code, later.location) == (303, "/")
    assert "is kept" in browser.get("/").text
    colleague = region.browser("support_worker", number="2").get(f"/tasks/{task}").text
    assert 'value="1 juni"' in colleague and "by Ana Đorđević A" in colleague
    assert "1 juni" not in region.browser("housing_officer").get(f"/tasks/{task}").text, "a draft is nobody else’s"


def test_who_comes_second_reads_both_answers_and_loses_nothing(drawn: Drawn) -> None:
    region, trajectory = drawn
    task = region.open_tasks(trajectory)["confirm_goals"]
    typed = region.typed(task)
    remark = next(name for name in typed if name.endswith(".remark"))
    first = region.browser("support_worker").post(
        f"/tasks/{task}/completion", data={**typed, remark: ["Van de eerste"]}
    )
    assert first.status_code == 303
    colleague = region.browser("support_worker", number="2")
    second = colleague.post(f"/tasks/{task}/completion", data={**typed, remark: ["Van de tweede"]})
    assert second.status_code == 409
    yours, theirs = second.text.split('id="theirs"')
    assert "Van de tweede" in yours and "Van de eerste" in theirs.split("</section>")[0]
    assert "Ana Đorđević A already finished this task" in second.text
    again = colleague.post(f"/tasks/{task}/correction", data={**typed, remark: ["Van de tweede"], "only_show": "1"})
    assert again.status_code == 200 and "Van de tweede" in again.text and "Why do you correct this?" in again.text


def test_a_lapsed_task_says_so_and_keeps_what_was_typed(drawn: Drawn) -> None:
    region, trajectory = drawn
    task = region.open_tasks(trajectory)["confirm_goals"]
    typed = region.typed(task)
    region.next_day(70)
    browser = region.browser("support_worker")
    assert "This task lapsed on" in browser.get(f"/tasks/{task}").text
    answer = browser.post(f"/tasks/{task}/completion", data=typed)
    assert answer.status_code == 409 and "Gaat volgens plan." in answer.text and "its time was over" in answer.text


def test_a_correction_needs_a_reason_and_the_first_answer_stays(drawn: Drawn) -> None:
    region, trajectory = drawn
    task = region.open_tasks(trajectory)["confirm_goals"]
    typed = region.typed(task)
    region.do(task)
    browser = region.browser("support_worker")
    form = browser.get(f"/tasks/{task}/correction").text
    assert "Gaat volgens plan." in form and "Keep the correction" in form
    remark = next(name for name in typed if name.endswith(".remark"))
    changed = {**typed, remark: ["Toch niet volgens plan."]}
    without = browser.post(f"/tasks/{task}/correction", data=changed)
    assert without.status_code == 422 and "Why do you correct this?" in faults_of(without.text)
    assert "Toch niet volgens plan." in without.text
    kept = browser.post(f"/tasks/{task}/correction", data={**changed, "correction_reason": "Verkeerd gehoord."})
    assert kept.location == f"/tasks/{task}"
    page = browser.get(f"/tasks/{task}").text
    newest, first = page.split("The first answer</h2>")
    assert "Toch niet volgens plan." in newest and "Verkeerd gehoord." in newest and "Gaat volgens plan." in first


def test_an_answer_that_chose_the_path_stays_and_the_page_says_why(region: cast.Stage) -> None:
    trajectory = region.at(until="record_offer_answer")
    task = region.open_tasks(trajectory)["record_offer_answer"]
    region.do(task)
    sent = {
        "answered_on": "1-1-2025",
        "answer": "declines",
        "reason": "Te ver weg.",
        "correction_reason": "Vergissing.",
    }
    answer = region.browser("housing_officer").post(f"/tasks/{task}/correction", data=sent)
    assert answer.status_code == 409 and "decided how the trajectory went on" in answer.text
    assert "Te ver weg." in answer.text and "Vergissing." in answer.text


def test_a_decision_is_not_offered_for_correction(region: cast.Stage) -> None:
    trajectory = region.at(until="decide_conversion")
    task = region.open_tasks(trajectory)["decide_conversion"]
    region.do(task)
    browser = region.browser("housing_officer")
    assert "Correct this" not in browser.get(f"/tasks/{task}").text
    assert browser.get(f"/tasks/{task}/correction").location == f"/tasks/{task}"


def test_last_time_stands_beside_the_question_and_is_never_filled_in(region: cast.Stage) -> None:
    trajectory = region.start()
    region.answers["confirm_goals"] = {"goals.*.rating": "attention", "goals.*.remark": "Stapel post bij de deur."}
    region.play(trajectory, until="confirm_goals")
    region.do(region.open_tasks(trajectory)["confirm_goals"])
    region.play(trajectory, until="confirm_goals")
    page = region.browser("support_worker").get(f"/tasks/{region.open_tasks(trajectory)['confirm_goals']}").text
    assert "Confirm the goals of month 6" in page
    assert "month 3, Ana Đorđević A" in page and "Attention. Stapel post bij de deur." in page
    assert "checked" not in page and ">Stapel post bij de deur.</textarea>" not in page


def test_the_second_person_reads_the_whole_decision(region: cast.Stage) -> None:
    trajectory = region.at(until="approve_decision")
    page = region.browser("team_lead").get(f"/tasks/{region.open_tasks(trajectory)['approve_decision']}").text
    for said in (
        "The decision table advises: convert",
        "Alle voorwaarden zijn nagekomen",
        "Advice of the care provider",
        "Advice of the municipality",
        "Ik wil graag blijven wonen.",
        "The rent is paid on time",
    ):
        assert said in page, said


def test_the_table_says_so_when_it_advises_nothing(region: cast.Stage) -> None:
    region.answers["advise_as_municipality"] = {"advice": "do_not_convert"}
    trajectory = region.at(until="decide_conversion")
    page = region.browser("housing_officer").get(f"/tasks/{region.open_tasks(trajectory)['decide_conversion']}").text
    assert "The decision table advises nothing, because the advices differ." in page


def test_a_missing_advice_is_shown_as_not_received(region: cast.Stage) -> None:
    trajectory = region.at(until="decide_conversion", leave=("advise_as_municipality",))
    page = region.browser("housing_officer").get(f"/tasks/{region.open_tasks(trajectory)['decide_conversion']}").text
    municipality = page.split("Advice of the municipality")[1].split("</details>")[0]
    assert "Not received." in municipality
    assert "Month 18" in page and "On track" in page


def test_a_short_lease_is_pointed_out_when_it_is_drawn_up(region: cast.Stage) -> None:
    region.last_day = region.first_day + timedelta(days=120)
    trajectory = region.at(until="prepare_lease")
    task = region.open_tasks(trajectory)["prepare_lease"]
    browser = region.browser("housing_officer")
    done = browser.post(f"/tasks/{task}/completion", data=region.typed(task))
    warning = "before the start-up check in week 6"
    assert warning in browser.get(done.location).text
    assert warning in browser.get(f"/tasks/{region.open_tasks(trajectory)['sign_lease']}").text


def test_the_notice_window_stands_beside_the_sending_of_the_notice(region: cast.Stage) -> None:
    region.answers["decide_conversion"] = {"outcome": "do_not_convert"}
    trajectory = region.at(until="send_end_notice")
    page = region.browser("housing_officer").get(f"/tasks/{region.open_tasks(trajectory)['send_end_notice']}").text
    page = page.replace("\u00a0", " ")
    for day in ("15 December 2026", "14 February 2027", "5 February 2027"):
        assert day in page, day


def test_a_notice_that_is_sent_again_stands_beside_the_one_before(region: cast.Stage) -> None:
    region.answers["decide_conversion"] = {"outcome": "do_not_convert"}
    region.answers["send_end_notice"] = {"notices.*.sent_on": "E - 3 months - 6 days"}
    region.answers["record_receipt"] = {"receipts.*.received_on": "E - 3 months - 4 days"}
    trajectory = region.at(until="record_receipt")
    region.do(region.open_tasks(trajectory)["record_receipt"])
    page = region.browser("housing_officer").get(f"/tasks/{region.open_tasks(trajectory)['send_end_notice']}").text
    page = page.replace("\u00a0", " ")
    assert "The notice before this one" in page and "Received too early, on 10 December 2026" in page


def test_a_next_draft_of_the_contract_starts_from_the_one_before(region: cast.Stage) -> None:
    trajectory = region.at(until="agree_as_association")
    tasks = region.open_tasks(trajectory)
    region.do(tasks["agree_as_association"], agreed="no", objection="De huur moet erin staan.")
    region.play(trajectory, until="draft_care_contract")
    page = (
        region.browser("municipal_officer").get(f"/tasks/{region.open_tasks(trajectory)['draft_care_contract']}").text
    )
    assert "Not everybody agreed" in page and "De huur moet erin staan." in page
    assert cast.CARE_SECRET in page and "Filled in with the draft of" in page


def test_a_decision_that_was_sent_back_starts_from_itself_and_says_why(region: cast.Stage) -> None:
    trajectory = region.at(until="approve_decision")
    region.do(region.open_tasks(trajectory)["approve_decision"], verdict="send_back", reason="Noem de betaalde huur.")
    task = region.open_tasks(trajectory)["decide_conversion"]
    page = region.browser("housing_officer").get(f"/tasks/{task}").text
    assert "The second person sent the decision back" in page and "Noem de betaalde huur." in page
    assert "Filled in with the decision of" in page and "Alle voorwaarden zijn nagekomen" in page
    day = page.split('name="decided_on"')[1].split(">")[0]
    assert 'value=""' in day, "it is decided again, so on another day"


OTHERS = ("support_worker", "municipal_officer", "urgency_officer")


@pytest.mark.parametrize("role", OTHERS)
def test_other_parties_read_a_decision_only_once_it_is_approved(region: cast.Stage, role: str) -> None:
    region.answers["decide_conversion"] = {"outcome": "do_not_convert"}
    trajectory = region.at(until="decide_conversion")
    sent_back = region.open_tasks(trajectory)["decide_conversion"]
    region.do(sent_back)
    browser = region.browser(role)
    assert "Do not convert" not in browser.get(f"/tasks/{sent_back}").text
    assert "Do not convert" in region.browser("team_lead").get(f"/tasks/{sent_back}").text
    region.do(region.open_tasks(trajectory)["approve_decision"], verdict="send_back", reason="Nog eens.")
    stands = region.open_tasks(trajectory)["decide_conversion"]
    region.do(stands)
    region.do(region.open_tasks(trajectory)["approve_decision"])
    assert "Do not convert" not in browser.get(f"/tasks/{sent_back}").text
    assert "Do not convert" in browser.get(f"/tasks/{stands}").text


STRANGERS = (
    ("housing_officer", True),
    ("support_worker", True),
    ("municipal_officer", True),
    ("application_manager", False),
)


def test_a_stranger_finds_nothing(drawn: Drawn) -> None:
    region, trajectory = drawn
    task = region.open_tasks(trajectory)["confirm_goals"]
    for role, elsewhere in STRANGERS:
        browser = region.browser(role, elsewhere=elsewhere)
        for path in ("", "/correction", "/hand-over"):
            assert browser.get(f"/tasks/{task}{path}").status_code == 404, (role, path)


def test_a_stranger_can_do_nothing(drawn: Drawn) -> None:
    region, trajectory = drawn
    task = region.open_tasks(trajectory)["confirm_goals"]
    sent = {**region.typed(task), "to": str(region.user("support_worker")), "reason": "x", "correction_reason": "x"}
    for deed in ("completion", "draft", "claim", "release", "hand-over", "correction"):
        for role, elsewhere in STRANGERS:
            browser = region.browser(role, elsewhere=elsewhere)
            assert browser.post(f"/tasks/{task}/{deed}", data=sent).status_code == 404, (role, deed)
        assert region.browser().post(f"/tasks/{task}/{deed}", data=sent).status_code == 401
    assert region.task(task).draft is None and region.task(task).status == "open"


def test_another_role_reads_along_but_does_nothing(drawn: Drawn) -> None:
    region, trajectory = drawn
    task = region.open_tasks(trajectory)["confirm_goals"]
    officer = region.browser("housing_officer")
    page = officer.get(f"/tasks/{task}").text
    assert "Waiting for the support worker of Zorghuis Meerwijk." in page and "Finish the task" not in page
    assert officer.post(f"/tasks/{task}/completion", data=region.typed(task)).status_code == 403
    assert region.task(task).status == "open"


def test_answers_are_read_only_by_the_parts_they_are_for(drawn: Drawn) -> None:
    region, trajectory = drawn
    task = region.open_tasks(trajectory)["confirm_goals"]
    typed = region.typed(task)
    condition = next(name for name in typed if name.endswith(".kept")).removesuffix(".kept")
    region.do(task, **{f"{condition}.remark": "Alleen voor de zorg"})
    assert "Alleen voor de zorg" in region.browser("support_worker").get(f"/tasks/{task}").text
    officer = region.browser("housing_officer").get(f"/tasks/{task}").text
    assert "Gaat volgens plan." in officer and "Alleen voor de zorg" not in officer
    municipality = region.browser("municipal_officer").get(f"/tasks/{task}").text
    assert "You do not see these answers." in municipality and "Gaat volgens plan." not in municipality
    assert region.browser("urgency_officer").get(f"/tasks/{task}").status_code == 404, "it knows nothing of reviews"


def test_a_care_goal_reaches_no_page_of_the_association(region: cast.Stage) -> None:
    trajectory = region.at(until="draft_care_contract")
    draft = region.open_tasks(trajectory)["draft_care_contract"]
    region.do(draft)
    agree = region.open_tasks(trajectory)
    assert cast.CARE_SECRET in region.browser("municipal_officer").get(f"/tasks/{draft}").text
    assert cast.CARE_SECRET in region.browser("support_worker").get(f"/tasks/{agree['agree_as_provider']}").text
    for role in ("housing_officer", "team_lead"):
        browser = region.browser(role)
        for task in (draft, *agree.values()):
            assert cast.CARE_SECRET not in browser.get(f"/tasks/{task}").text
    assert region.browser("urgency_officer").get(f"/tasks/{draft}").status_code == 404


def test_a_task_is_taken_put_back_and_handed_over(drawn: Drawn) -> None:
    region, trajectory = drawn
    task = region.open_tasks(trajectory)["confirm_goals"]
    browser = region.browser("support_worker")
    assert "Put it back" in browser.get(f"/tasks/{task}").text
    assert browser.post(f"/tasks/{task}/release").location == f"/tasks/{task}"
    assert "Nobody has taken this yet." in browser.get(f"/tasks/{task}").text
    browser.post(f"/tasks/{task}/claim")
    form = browser.get(f"/tasks/{task}/hand-over").text
    assert "Bram Bos A" in form and "Bram Bos B" not in form
    nothing = browser.post(f"/tasks/{task}/hand-over", data={"reason": ""})
    assert nothing.status_code == 422
    assert "Who takes over?" in faults_of(nothing.text) and "Why do you hand it over?" in faults_of(nothing.text)
    to = region.user("support_worker", number="2")
    wrong = browser.post(f"/tasks/{task}/hand-over", data={"to": str(region.user("team_lead")), "reason": "Vakantie"})
    assert wrong.status_code == 422 and "Vakantie" in wrong.text
    assert browser.post(f"/tasks/{task}/hand-over", data={"to": str(to), "reason": "Vakantie"}).location == "/"
    assert region.task(task).assignee_id == to
    assert "now belongs to Bram Bos A" in browser.get("/").text
    refused = browser.post(
        f"/tasks/{task}/hand-over", data={"to": str(region.user("support_worker")), "reason": "Terug"}
    )
    assert refused.status_code == 403, "a task of a colleague is handed over by the colleague or the team lead"


def test_the_team_lead_hands_over_a_task_of_the_team(drawn: Drawn) -> None:
    region, trajectory = drawn
    task = region.open_tasks(trajectory)["confirm_conditions"]
    browser = region.browser("team_lead")
    assert "Hand over" in browser.get(f"/tasks/{task}").text
    to = region.user("housing_officer", number="2")
    browser.post(f"/tasks/{task}/hand-over", data={"to": str(to), "reason": "Ziek"})
    assert region.task(task).assignee_id == to


def test_a_form_from_elsewhere_changes_nothing_and_the_text_is_given_back(tmp_path: Path) -> None:
    region = cast.furnish(tmp_path, csrf=True)
    task = region.open_tasks(region.start())["nominate_candidate"]
    browser = region.browser("municipal_officer")
    typed = region.typed(task)
    refused = browser.post(f"/tasks/{task}/completion", data=typed)
    assert refused.status_code == 400 and typed["situation"][0] in refused.text
    assert region.task(task).status == "open"
    token = browser.get(f"/tasks/{task}").text.split('name="csrf_token" value="')[1].split('"')[0]
    assert browser.post(f"/tasks/{task}/completion", data={**typed, "csrf_token": token}).status_code == 303


def test_a_task_that_never_was_is_not_found(region: cast.Stage) -> None:
    browser = region.browser("housing_officer")
    assert browser.get(f"/tasks/{UUID(int=7)}").status_code == 404
    assert browser.get("/tasks/nonsense").status_code == 404
    assert browser.post(f"/tasks/{UUID(int=7)}/completion").status_code == 404


def test_when_access_ends_the_task_is_gone(drawn: Drawn) -> None:
    region, trajectory = drawn
    task = region.open_tasks(trajectory)["confirm_goals"]
    with region.app.app_context(), db.session.begin():
        row = db.session.get_one(Trajectory, trajectory)
        for part in db.session.query(Part).filter_by(trajectory_id=row.id, part="care_provider"):
            part.until = region.today - timedelta(days=1)
    assert region.browser("support_worker").get(f"/tasks/{task}").status_code == 404
