"""The pages of the end-of-term notices: per tenant how each stands, its proofs, and what is refused in words."""

from __future__ import annotations

from datetime import timedelta
from html import unescape
from io import BytesIO
from uuid import UUID

import pytest
from sqlalchemy import select

from app.records import EndNotice, NoticeProof
from app.records.database import reading
from app.rules.permissions import PART_OF_ROLE
from tests import cast

PDF = b"%PDF-1.7 a receipt"


@pytest.fixture
def sent(region: cast.Stage) -> tuple[cast.Stage, UUID]:
    """Not converted, and the notice is on its way."""
    region.answers["decide_conversion"] = {"outcome": "do_not_convert"}
    trajectory = region.at(until="record_receipt")
    return region, trajectory


def notice_of(region: cast.Stage, trajectory: UUID) -> EndNotice:
    with region.app.app_context():
        query = select(EndNotice).where(EndNotice.trajectory_id == trajectory).order_by(EndNotice.round.desc())
        found = reading().scalars(query).first()
        assert found is not None
        return found


def said(page: str) -> str:
    return unescape(page).replace("\u00a0", " ")


def typed(region: cast.Stage, trajectory: UUID, **answers: str) -> tuple[str, dict[str, list[str]]]:
    """The address and the filled-in form of the open task that records receipt."""
    task = region.open_tasks(trajectory)["record_receipt"]
    person = notice_of(region, trajectory).person_id
    form = region.typed(task, **{f"receipts.{person}.{name}": value for name, value in answers.items()})
    return f"/tasks/{task}/completion", form


def test_the_dossier_and_the_page_of_the_notices_say_how_each_stands(sent: tuple[cast.Stage, UUID]) -> None:
    region, trajectory = sent
    officer = region.browser("housing_officer")
    dossier = said(officer.get(f"/trajectories/{trajectory}").text)
    assert "Notice to Fatima el Amrani" in dossier and "Sent, receipt not proven" in dossier
    assert f'href="/trajectories/{trajectory}/notices"' in dossier
    page = said(officer.get(f"/trajectories/{trajectory}/notices").text)
    assert "It counts when it is received from 15 December 2026 up to and including 14 February 2027" in page
    assert "Notice 1: Sent, receipt not proven" in page and "No proof is kept with this notice yet." in page


def test_before_it_is_sent_it_is_planned(region: cast.Stage) -> None:
    region.answers["decide_conversion"] = {"outcome": "do_not_convert"}
    trajectory = region.at(until="send_end_notice")
    assert "Planned" in region.browser("housing_officer").get(f"/trajectories/{trajectory}/notices").text


def test_when_converting_no_notice_is_needed(region: cast.Stage) -> None:
    trajectory = region.at(until="confirm_conversion")
    officer = region.browser("housing_officer")
    assert "Not needed" in officer.get(f"/trajectories/{trajectory}/notices").text
    assert "Not needed" in officer.get(f"/trajectories/{trajectory}").text


def test_a_letter_that_came_back_is_said_everywhere_and_sent_again(sent: tuple[cast.Stage, UUID]) -> None:
    region, trajectory = sent
    officer = region.browser("housing_officer")
    address, form = typed(region, trajectory, proven="returned", returned_because="refused", proof="De envelop.")
    assert officer.post(address, data=form).status_code == 303
    for page in (f"/trajectories/{trajectory}", f"/trajectories/{trajectory}/notices"):
        assert "Came back, send it again" in officer.get(page).text, page
    again = officer.get(f"/tasks/{region.open_tasks(trajectory)['send_end_notice']}").text
    assert "Came back on" in again and "refused" in again
    region.do(region.open_tasks(trajectory)["send_end_notice"])
    assert "Notice 2: Sent, receipt not proven" in officer.get(f"/trajectories/{trajectory}/notices").text


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({"proven": "yes", "received_on": "31-12-2029"}, "the day can’t be later than today"),
        ({"proven": "yes", "received_on": "1-12-2026"}, "it is received on that day or later"),
        ({"proven": "returned", "returned_on": "1-12-2026"}, "it comes back on that day or later"),
        ({"proven": "returned", "returned_on": "31-12-2029"}, "the day can’t be later than today"),
        ({"proven": "returned", "returned_because": ""}, "Choose an answer for ‘Why did it come back?’"),
        ({"proven": "yes", "proof_kind": ""}, "Choose an answer for ‘How is it proven?’"),
        ({"proven": "not_yet"}, "Leave this task open until it is known"),
        ({"proven": "yes", "received_on": "31-6-2026"}, "31-6-2026 does not exist: June has 30 days."),
    ],
)
def test_what_can_not_be_is_refused_with_a_sentence(
    sent: tuple[cast.Stage, UUID], answers: dict[str, str], sentence: str
) -> None:
    region, trajectory = sent
    address, form = typed(region, trajectory, **answers)
    person = notice_of(region, trajectory).person_id
    form |= {f"receipts.{person}.{name}": [value] for name, value in answers.items()}
    answer = region.browser("housing_officer").post(address, data=form)
    assert answer.status_code == 422
    assert sentence in said(answer.text).replace("‘Fatima el Amrani: ", "‘")


def test_a_receipt_after_the_term_is_refused(sent: tuple[cast.Stage, UUID]) -> None:
    region, trajectory = sent
    region.today = region.last_day + timedelta(days=1)
    address, form = typed(region, trajectory, proven="yes", received_on=region.today.isoformat())
    answer = region.browser("housing_officer").post(address, data=form)
    assert answer.status_code == 422 and "The lease ends on 14 March 2027" in said(answer.text)


def test_a_proof_is_kept_and_comes_back_as_it_was(sent: tuple[cast.Stage, UUID]) -> None:
    region, trajectory = sent
    notice = notice_of(region, trajectory)
    officer = region.browser("housing_officer")
    given = {"file": (BytesIO(PDF), "scan van Fatima.html")}
    answer = officer.post(f"/notices/{notice.id}/proofs", data=given)
    assert answer.status_code == 303 and answer.location.endswith(f"#n-{notice.id}")
    with region.app.app_context():
        proof = reading().scalars(select(NoticeProof)).one()
    page = officer.get(f"/trajectories/{trajectory}/notices").text
    assert "The proof is kept beside the notice." in page and f"/notices/proofs/{proof.id}" in page
    assert "PDF, " in page and "Jeroen Bakker" in page
    file = officer.get(f"/notices/proofs/{proof.id}")
    assert (file.data, file.mimetype, file.headers["X-Content-Type-Options"]) == (PDF, "application/pdf", "nosniff")
    called = file.headers["Content-Disposition"]
    assert called.startswith("attachment") and "Fatima" not in called and called.endswith(".pdf")
    assert "Proof kept" in officer.get(f"/trajectories/{trajectory}/history").text


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"<html><script>alert(1)</script></html>", "A proof is a PDF, a PNG or a JPEG file"),
        (b"", "Fill in ‘Scan or photo of the proof’."),
        (PDF + b"0" * 10_000_001, "larger than 10 MB"),
    ],
)
def test_what_is_no_proof_is_refused_in_words(
    sent: tuple[cast.Stage, UUID], content: bytes, sentence: str
) -> None:
    region, trajectory = sent
    address = f"/notices/{notice_of(region, trajectory).id}/proofs"
    answer = region.browser("team_lead").post(address, data={"file": (BytesIO(content), "scan.pdf")})
    assert answer.status_code == 422 and sentence in said(answer.text)
    with region.app.app_context():
        assert reading().scalar(select(NoticeProof.id)) is None


def test_nobody_else_finds_the_notices_or_their_proofs(sent: tuple[cast.Stage, UUID]) -> None:
    region, trajectory = sent
    notice = notice_of(region, trajectory)
    given = {"file": (BytesIO(PDF), "scan.pdf")}
    region.browser("housing_officer").post(f"/notices/{notice.id}/proofs", data=given)
    with region.app.app_context():
        proof = reading().scalars(select(NoticeProof.id)).one()
    strangers = [(role, False) for role, part in PART_OF_ROLE.items() if part != "association"]
    for role, elsewhere in [*strangers, ("housing_officer", True), ("team_lead", True)]:
        browser = region.browser(role, elsewhere=elsewhere)
        for address in (f"/trajectories/{trajectory}/notices", f"/notices/proofs/{proof}"):
            assert browser.get(address).status_code in (403, 404), (role, address)
        again = {"file": (BytesIO(PDF + b"2"), "scan.pdf")}
        assert browser.post(f"/notices/{notice.id}/proofs", data=again).status_code in (403, 404), role
        page = browser.get(f"/trajectories/{trajectory}")
        assert page.status_code == 404 or "Notice to" not in page.text
    with region.app.app_context():
        assert len(list(reading().scalars(select(NoticeProof.id)))) == 1


def test_a_curator_and_an_administrator_have_a_place_of_their_own_with_what_their_receipt_means(
    sent: tuple[cast.Stage, UUID],
) -> None:
    region, trajectory = sent
    for kind, name in (("curator", "Cor Curator"), ("administrator", "Bo Bewind"), ("mentor", "Mo Mentor")):
        data = {"kind": kind, "full_name": name}
        assert region.browser("support_worker").post(f"/trajectories/{trajectory}/people", data=data).status_code == 303
    page = said(region.browser("housing_officer").get(f"/trajectories/{trajectory}/notices").text)
    assert "Cor Curator, curator (guardian)" in page and "only when the curator received it" in page
    assert "Bo Bewind, administrator" in page and "it does not decide whether the notice counts" in page
    assert "Mo Mentor" not in page


def test_the_forms_say_who_of_them_represents_the_tenant(region: cast.Stage) -> None:
    region.answers["decide_conversion"] = {"outcome": "do_not_convert"}
    trajectory = region.at("send_end_notice")
    data = {"kind": "curator", "full_name": "Cor Curator"}
    assert region.browser("support_worker").post(f"/trajectories/{trajectory}/people", data=data).status_code == 303
    task = region.open_tasks(trajectory)["send_end_notice"]
    assert "Cor Curator, curator (guardian)" in said(region.browser("housing_officer").get(f"/tasks/{task}").text)
