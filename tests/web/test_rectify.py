"""Putting right what is written of a person: with a reason, the old value stays, what is made later says the new."""

from __future__ import annotations

import io
import zipfile
from html import unescape

from sqlalchemy import select

from app.actions.documents import file_ordered, make_again
from app.actions.trajectories import add_beside
from app.records import Beside, Document, Person, Trajectory
from app.records.database import let_go, reading
from tests import cast

KEPT = {"full_name": "Fatima el Amrani", "reason": "Verkeerd overgenomen."}


def where(region: cast.Stage, until: str = "check_startup_housing") -> tuple[str, str]:
    trajectory = region.at(until)
    with region.app.app_context():
        person = reading().get_one(Trajectory, trajectory).tenant_id
    return f"/trajectories/{trajectory}", f"/trajectories/{trajectory}/people/{person}"


def send(region: cast.Stage, role: str, address: str, status: int, **said: str) -> str:
    answer = region.browser(role).post(address, data=said)
    assert answer.status_code == status
    return unescape(answer.get_data(as_text=True)).replace("\u00a0", " ")


def text(region: cast.Stage, role: str, address: str) -> str:
    return unescape(region.browser(role).get(address).get_data(as_text=True)).replace("\u00a0", " ")


def lease(region: cast.Stage) -> str:
    """What stands in the newest lease."""
    with region.app.app_context():
        while file_ordered(region.desk()):
            pass
        let_go()
        newest = select(Document.id).where(Document.name == "fixed_term_lease").order_by(Document.version.desc())
        paper = reading().scalars(newest).first()
    word = region.browser("housing_officer").get(f"/documents/{paper}").data
    return zipfile.ZipFile(io.BytesIO(word)).read("word/document.xml").decode()


def test_a_correction_shows_in_what_is_made_later_and_the_old_value_stays_to_be_read(region: cast.Stage) -> None:
    dossier, page = where(region)
    assert page in text(region, "support_worker", f"{dossier}/people")
    assert "Fatima el Amrani" in lease(region)
    said = {"full_name": "Fátima el Amrani-Vos", "birth_date": "2-6-1990", "phone": "035 222 22 22"}
    send(region, "support_worker", page, 303, **said, reason="Zo staat het in haar paspoort.")
    shown = text(region, "housing_officer", page)
    assert "About Fátima el Amrani-Vos." in shown
    for words in ("What stood there before", "Fatima el Amrani", "Zo staat het in haar paspoort.", "1990-06-02"):
        assert words in shown
    assert "Corrected what is written of somebody: tenant" in text(region, "team_lead", f"{dossier}/history")
    assert "Fatima el Amrani" in lease(region)  # what was filed stays
    with region.app.app_context():
        papers = select(Document.id).where(Document.name == "fixed_term_lease", Document.language == "nl")
        make_again(region.desk("housing_officer"), reading().scalars(papers).one())
    assert "Fátima el Amrani-Vos" in lease(region)


def test_it_needs_a_reason_and_a_change_and_no_citizen_number(region: cast.Stage) -> None:
    _, page = where(region, "check_eligibility")
    assert "what is written already" in send(region, "municipal_officer", page, 422, **KEPT)
    assert "Fill in" in send(region, "municipal_officer", page, 422, full_name="Fatima Vos", reason=" ")
    assert "BSN" in send(region, "municipal_officer", page, 422, **{**KEPT, "phone": "123456782"})
    assert "name@example.org" in send(region, "municipal_officer", page, 422, **{**KEPT, "email": "nergens"})
    with region.app.app_context():
        let_go()
        assert reading().scalars(select(Person.full_name)).one() == "Fatima el Amrani"


def test_somebody_beside_the_tenant_too_and_nobody_of_another_dossier(region: cast.Stage) -> None:
    dossier, page = where(region)
    with region.app.app_context():
        trajectory = reading().scalars(select(Trajectory.id)).one()
        add_beside(region.desk("housing_officer"), trajectory, "mentor", {"full_name": "Mia Mentor"})
        let_go()
        mentor = reading().scalars(select(Beside.person_id)).one()
    send(region, "housing_officer", f"{dossier}/people/{mentor}", 303, full_name="Mia de Mentor", reason="Vergeten.")
    assert "Mia de Mentor" in text(region, "housing_officer", f"{dossier}/people")
    assert region.browser("housing_officer").get(f"{dossier}/people/{trajectory}").status_code == 404
    assert region.browser("urgency_officer").get(page).status_code == 404
