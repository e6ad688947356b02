"""The dossier says how a trajectory stands, to each part what it may see; to a stranger it is not there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from html import unescape
from io import BytesIO
from uuid import UUID, uuid4
from zipfile import ZipFile

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.actions.reviews import move_review
from app.actions.tasks import complete_task
from app.records import Document, Review, Task
from app.records.database import reading
from app.records.dossiers import marks_of
from tests import cast

ROLES = ("urgency_officer", "municipal_officer", "support_worker", "housing_officer", "team_lead")
REMARK = "Belde twee keer af omdat hij ziek was"  # about a condition: only the provider reads it


def text(client: FlaskClient, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, (address, answer.status_code)
    return unescape(answer.get_data(as_text=True)).replace("\u00a0", " ")


@pytest.fixture(scope="module")
def near_the_end(tmp_path_factory: pytest.TempPathFactory) -> tuple[cast.Stage, UUID]:
    """All reviews held, one advice in, the hearing open: most of what a dossier can show."""
    region = cast.furnish(tmp_path_factory.mktemp("dossier"))
    trajectory = region.at(until="confirm_goals")
    task = region.open_tasks(trajectory)["confirm_goals"]
    typed = region.typed(task)
    remarks = {name.replace(".kept", ".remark"): [REMARK] for name in typed if name.endswith(".kept")}
    with region.app.app_context():
        complete_task(region.desk("support_worker"), task, {**typed, **remarks})
    region.play(trajectory, until="hold_hearing", leave=("advise_as_municipality",))
    return region, trajectory


def pages(region: cast.Stage, trajectory: UUID) -> Iterator[str]:
    """The address of every page of one dossier."""
    base = f"/trajectories/{trajectory}"
    yield from (base, *(f"{base}/{page}" for page in ("dates", "history", "people", "documents", "letters", "diagram")))
    drawings = ("conditional_tenancy", "intake", "tenancy", "review", "decision")
    yield from (f"{base}/diagram/{name}" for name in drawings)
    yield from (f"{base}/diagram/{name}.bpmn" for name in drawings)
    with region.app.app_context():
        papers = list(reading().scalars(select(Document.id).where(Document.trajectory_id == trajectory)))
        reviews = list(reading().scalars(select(Review.id).where(Review.trajectory_id == trajectory)))
    yield from (f"/documents/{paper}" for paper in papers)
    yield from (f"/reviews/{review}/move" for review in reviews)


def test_the_lead_says_where_we_are_what_is_needed_and_what_it_puts_at_risk(
    near_the_end: tuple[cast.Stage, UUID],
) -> None:
    region, trajectory = near_the_end
    region.set_day(date(2026, 11, 22))
    said = text(region.browser("housing_officer"), f"/trajectories/{trajectory}")
    assert "Month 21 of 24." in said and "All reviews have been held." in said
    assert "Now needed: Advise as the municipality, by Gemeente Meerwijk." in said
    assert "That is 9 days late." in said
    assert "must be there on 6 December 2026, 9 days before the notice window opens." in said
    assert "Hear the tenant" in said and said.count("nl-button--primary") == 1


def test_a_decision_that_is_not_there_in_time_is_said_to_be_late_and_what_it_risks(
    near_the_end: tuple[cast.Stage, UUID],
) -> None:
    region, trajectory = near_the_end
    region.set_day(date(2026, 12, 28))
    said = text(region.browser("housing_officer"), f"/trajectories/{trajectory}")
    region.set_day(date(2026, 11, 22))
    assert "should have been there on 6 December 2026. The notice window closes on 14 February 2027" in said


def test_a_notice_whose_receipt_is_not_proven_is_sent_again_while_the_window_is_open(region: cast.Stage) -> None:
    region.answers["decide_conversion"] = {"outcome": "do_not_convert"}
    trajectory = region.at(until="record_receipt")
    task = region.open_tasks(trajectory)["record_receipt"]
    person = next(name for name in region.typed(task) if name.endswith(".proven")).removesuffix(".proven")
    region.do(task, **{f"{person}.proven": "no"})
    officer = region.browser("housing_officer")
    said = text(officer, f"/trajectories/{trajectory}")
    assert "Now needed: Send the end-of-term notice, by you." in said
    again = region.open_tasks(trajectory)["send_end_notice"]
    assert "receipt not proven" in text(officer, f"/tasks/{again}")
    region.do(again)
    region.do(region.open_tasks(trajectory)["record_receipt"])
    assert "The notice is in force" in text(officer, f"/trajectories/{trajectory}")


def test_a_window_that_closed_before_receipt_was_noted_is_not_yet_said_to_be_missed(region: cast.Stage) -> None:
    region.answers["decide_conversion"] = {"outcome": "do_not_convert"}
    trajectory = region.at(until="record_receipt")
    region.set_day(date(2027, 2, 20))
    said = text(region.browser("housing_officer"), f"/trajectories/{trajectory}")
    assert "Unless it is proven that the notice was received by then" in said


def test_every_date_stands_there_with_its_reason(near_the_end: tuple[cast.Stage, UUID]) -> None:
    region, trajectory = near_the_end
    said = text(region.browser("housing_officer"), f"/trajectories/{trajectory}")
    for day in ("2025-06-15", "2026-10-14", "2026-11-14", "2026-12-06", "2026-12-15", "2027-02-05", "2027-02-14"):
        assert f'datetime="{day}"' in said
    assert "5 working days for the post, before the window closes on 14 February 2027" in said


def test_the_page_behind_why_gives_rule_source_and_both_readings(near_the_end: tuple[cast.Stage, UUID]) -> None:
    region, trajectory = near_the_end
    said = text(region.browser("housing_officer"), f"/trajectories/{trajectory}/dates")
    assert "Civil Code 7:271(1)" in said and "Literal" in said and "Safe, which we use" in said
    assert "Sunday 14 February 2027" in said


@pytest.mark.parametrize("role", ROLES)
def test_a_stranger_finds_no_page_of_this_dossier(near_the_end: tuple[cast.Stage, UUID], role: str) -> None:
    region, trajectory = near_the_end
    stranger = region.browser(role, elsewhere=True)
    for address in pages(region, trajectory):
        text(stranger, address, 404)


def test_the_application_manager_opens_no_dossier(near_the_end: tuple[cast.Stage, UUID]) -> None:
    region, trajectory = near_the_end
    manager = region.browser("application_manager")
    for address in pages(region, trajectory):
        text(manager, address, 404)


@pytest.mark.parametrize("role", ["housing_officer", "team_lead", "urgency_officer"])
def test_no_page_tells_care_goals_to_who_may_not_know_them(near_the_end: tuple[cast.Stage, UUID], role: str) -> None:
    region, trajectory = near_the_end
    client = region.browser(role)
    for address in pages(region, trajectory):
        answer = client.get(address)
        assert cast.CARE_SECRET.encode() not in answer.data, address
        assert REMARK.encode() not in answer.data, address
        if address.startswith("/documents") and answer.status_code == 200:
            assert cast.CARE_SECRET not in words_in(answer.data), address


def test_the_provider_and_the_municipality_do_see_the_care_goals(near_the_end: tuple[cast.Stage, UUID]) -> None:
    region, trajectory = near_the_end
    for role in ("support_worker", "municipal_officer"):
        assert cast.CARE_SECRET in text(region.browser(role), f"/trajectories/{trajectory}")


def test_only_the_provider_reads_its_own_remark_about_a_condition(near_the_end: tuple[cast.Stage, UUID]) -> None:
    region, trajectory = near_the_end
    with region.app.app_context():
        reviews = list(reading().scalars(select(Review).where(Review.trajectory_id == trajectory)))
        kept = [one for several in marks_of(reviews).values() for one in several if one.remark == REMARK]
    assert kept, "the remark was kept, so its absence elsewhere says something"


def test_the_urgency_office_sees_nomination_and_status_and_nothing_of_the_two_years(
    near_the_end: tuple[cast.Stage, UUID],
) -> None:
    region, trajectory = near_the_end
    client = region.browser("urgency_officer")
    said = text(client, f"/trajectories/{trajectory}")
    assert "Put forward by" in said and "The candidate has found a home." in said
    for word in ("Review", "Advice", "Notice window", "three-way", "Rent a month", "Hear the tenant", "2027"):
        assert word not in said, word
    for page in ("dates", "letters", "people", "diagram/tenancy", "diagram/review", "diagram/review.bpmn"):
        text(client, f"/trajectories/{trajectory}/{page}", 404)
    history = text(client, f"/trajectories/{trajectory}/history")
    assert "Test the candidate" in history or "Check" in history
    assert "Confirm" not in history and "review" not in history.lower()


def test_the_municipality_sees_how_a_review_went_but_no_marks(near_the_end: tuple[cast.Stage, UUID]) -> None:
    region, trajectory = near_the_end
    said = text(region.browser("municipal_officer"), f"/trajectories/{trajectory}")
    assert "On track" in said and 'class="dots"' not in said
    assert "Rent a month" not in said


def test_history_tells_who_did_what_and_leads_to_the_answers_one_may_read(
    near_the_end: tuple[cast.Stage, UUID],
) -> None:
    region, trajectory = near_the_end
    officer = region.browser("housing_officer")
    said = text(officer, f"/trajectories/{trajectory}/history")
    assert "Done: " in said and "Ana Đorđević" in said and "The trajectory was started" in said
    assert said.index("hold" if "hold" in said else "Done") < said.index("The trajectory was started")
    with region.app.app_context():
        task = reading().scalar(select(Task.id).where(Task.trajectory_id == trajectory, Task.name == "sign_lease"))
    assert f"/tasks/{task}" in said


def test_a_candidate_in_the_intake_has_no_dates_yet(region: cast.Stage) -> None:
    trajectory = region.start()
    said = text(region.browser("municipal_officer"), f"/trajectories/{trajectory}")
    assert "A candidate since 6 January 2025." in said and "The two years" not in said
    assert "There are no dates yet" in text(region.browser("municipal_officer"), f"/trajectories/{trajectory}/dates")


def test_somebody_who_is_not_eligible_reads_as_closed(region: cast.Stage) -> None:
    trajectory = region.at(until="check_eligibility")
    region.do(region.open_tasks(trajectory)["check_eligibility"], outcome="not_eligible", reasons="Geen doelgroep.")
    said = text(region.browser("municipal_officer"), f"/trajectories/{trajectory}")
    assert "Not eligible" in said and "Now needed" not in said
    people = said.split('class="people"')[1].split("</li>")[0]
    assert "candidate" in people and "tenant" not in people


def test_whoever_asks_for_what_never_was_gets_the_same_answer(region: cast.Stage) -> None:
    officer = region.browser("housing_officer")
    for address in pages(region, uuid4()):
        text(officer, address, 404)


def test_visitors_are_sent_to_sign_in(region: cast.Stage) -> None:
    trajectory = region.start()
    for address in pages(region, trajectory):
        assert region.browser().get(address).status_code == 302


@pytest.fixture
def leased(region: cast.Stage) -> tuple[cast.Stage, UUID]:
    trajectory = region.at(until=date(2025, 4, 20))
    return region, trajectory


def review_of(region: cast.Stage, trajectory: UUID, month: int) -> UUID:
    with region.app.app_context():
        found = reading().scalar(
            select(Review.id).where(Review.trajectory_id == trajectory, Review.month == month, Review.kind == "review")
        )
        assert found is not None
        return found


def test_a_review_moves_to_the_day_as_it_is_typed(leased: tuple[cast.Stage, UUID]) -> None:
    region, trajectory = leased
    review = review_of(region, trajectory, 3)
    officer = region.browser("housing_officer")
    assert "15 June 2025" in text(officer, f"/reviews/{review}/move")
    answer = officer.post(f"/reviews/{review}/move", data={"to": "19 juni 2025", "reason": "Begeleider met verlof"})
    assert answer.status_code == 303
    said = text(officer, f"/trajectories/{trajectory}")
    assert 'datetime="2025-06-19"' in said and "Moved; it was 15 June 2025" in said
    assert "The review moved to 19 June 2025." in said
    assert "Begeleider met verlof" in text(officer, f"/trajectories/{trajectory}/dates")


def test_a_review_in_between_is_planned_and_what_is_to_heed_is_said(leased: tuple[cast.Stage, UUID]) -> None:
    region, trajectory = leased
    officer = region.browser("housing_officer")
    page = f"/trajectories/{trajectory}/reviews/new"
    assert page in text(officer, f"/trajectories/{trajectory}")
    refused = officer.post(page, data={"to": "31-6-2025", "reason": "Klachten van <buren>"})
    assert refused.status_code == 422 and "31-6-2025 does not exist" in unescape(refused.get_data(as_text=True))
    answer = officer.post(page, data={"to": "27-7-2025", "reason": "Klachten van <buren>"})  # a Sunday
    assert answer.status_code == 303
    said = text(officer, f"/trajectories/{trajectory}")
    assert "A review in between is planned on 27 July 2025." in said and "Planned in between" in said
    assert "in a weekend or on a holiday" in said
    for role in ("support_worker", "municipal_officer"):
        other = region.browser(role)
        assert "Planned in between" in text(other, f"/trajectories/{trajectory}")
        assert other.get(page).status_code == 404


@pytest.mark.parametrize(
    ("to", "sentence"),
    [
        ("31-6-2025", "31-6-2025 does not exist"),
        ("1-1-2025", "This day has passed"),
        ("1-6-2029", "The review falls within the lease"),
        ("", "Fill in the day"),
    ],
)
def test_a_day_that_cannot_be_is_said_beside_its_field_and_nothing_moves(
    leased: tuple[cast.Stage, UUID], to: str, sentence: str
) -> None:
    region, trajectory = leased
    review = review_of(region, trajectory, 3)
    answer = region.browser("housing_officer").post(f"/reviews/{review}/move", data={"to": to, "reason": "Daarom niet"})
    assert answer.status_code == 422
    said = unescape(answer.get_data(as_text=True))
    assert sentence in said and "Daarom niet" in said
    with region.app.app_context():
        row = reading().get(Review, review)
        assert row is not None and row.planned_on == date(2025, 6, 15)


def test_only_the_association_moves_a_review(leased: tuple[cast.Stage, UUID]) -> None:
    region, trajectory = leased
    review = review_of(region, trajectory, 3)
    text(region.browser("support_worker"), f"/reviews/{review}/move", 404)
    assert "/move" not in text(region.browser("support_worker"), f"/trajectories/{trajectory}")


def test_a_review_that_was_held_can_no_longer_be_moved(near_the_end: tuple[cast.Stage, UUID]) -> None:
    region, trajectory = near_the_end
    text(region.browser("housing_officer"), f"/reviews/{review_of(region, trajectory, 3)}/move", 409)


def test_somebody_is_added_beside_the_tenant(leased: tuple[cast.Stage, UUID]) -> None:
    region, trajectory = leased
    officer = region.browser("housing_officer")
    answer = officer.post(
        f"/trajectories/{trajectory}/people",
        data={"kind": "administrator", "full_name": "P. van der Wijngaart", "organisation_name": "Bewind (demo)"},
    )
    assert answer.status_code == 303
    said = text(officer, f"/trajectories/{trajectory}")
    assert "P. van der Wijngaart" in said and "administrator, Bewind (demo)" in said


def test_nobody_without_a_name_is_added_and_what_was_typed_stays(leased: tuple[cast.Stage, UUID]) -> None:
    region, trajectory = leased
    answer = region.browser("housing_officer").post(
        f"/trajectories/{trajectory}/people", data={"kind": "co_tenant", "city": "Oostdorp aan de Vaart"}
    )
    said = unescape(answer.get_data(as_text=True))
    assert answer.status_code == 422 and "Fill in ‘Name’" in said and "Oostdorp aan de Vaart" in said


def test_the_contact_changes_to_a_colleague_only(leased: tuple[cast.Stage, UUID]) -> None:
    region, trajectory = leased
    officer = region.browser("housing_officer")
    stranger = str(region.user("housing_officer", elsewhere=True))
    answer = officer.post(f"/trajectories/{trajectory}/contact", data={"to": stranger, "reason": "Verlof"})
    assert answer.status_code == 422
    colleague = str(region.user("housing_officer", number="2"))
    answer = officer.post(f"/trajectories/{trajectory}/contact", data={"to": colleague, "reason": "Verlof"})
    assert answer.status_code == 303
    assert "Fleur Vos A" in text(officer, f"/trajectories/{trajectory}")


def test_a_moved_review_is_a_move_for_everyone(leased: tuple[cast.Stage, UUID]) -> None:
    region, trajectory = leased
    with region.app.app_context():
        move_review(region.desk("team_lead"), review_of(region, trajectory, 6), date(2025, 9, 18), "Feestdag")
    history = text(region.browser("support_worker"), f"/trajectories/{trajectory}/history")
    assert "The review of month 6 moved from 15 September 2025 to 18 September 2025" in history


def words_in(docx: bytes) -> str:
    """Everything a Word file says."""
    with ZipFile(BytesIO(docx)) as parts:
        return "".join(parts.read(name).decode(errors="ignore") for name in parts.namelist() if name.endswith(".xml"))


def test_no_word_file_is_left_out_of_the_search_for_leaks(near_the_end: tuple[cast.Stage, UUID]) -> None:
    """The care contract's part B holds the goal, so a search that finds nothing elsewhere means something."""
    region, trajectory = near_the_end
    with region.app.app_context():
        paper = reading().scalar(
            select(Document.id).where(Document.trajectory_id == trajectory, Document.name == "care_contract_b")
        )
    answer = region.browser("support_worker").get(f"/documents/{paper}")
    assert answer.status_code == 200 and cast.CARE_SECRET in words_in(answer.data)
    text(region.browser("housing_officer"), f"/documents/{paper}", 404)
