"""The application manager keeps organisations, people and homes, and sees what got stuck; nobody else does."""

from __future__ import annotations

from html import unescape
from uuid import UUID

import pytest
from sqlalchemy import select

from app.actions.people import save_user
from app.errors import NotAllowed
from app.records import AccountMail, Document, Home, Letter, Organisation, Run, User, db
from app.records.database import let_go, reading
from tests import cast

PAGES = (
    "/management", "/management/people", "/management/homes", "/management/people/new", "/management/homes/new",
    "/management/organisations/new", "/letters", "/letters?state=failed&page=3",
)  # fmt: skip


def page(region: cast.Stage, address: str, status: int = 200) -> str:
    answer = region.browser("application_manager").get(address)
    assert answer.status_code == status
    return unescape(answer.get_data(as_text=True))


@pytest.mark.parametrize(
    "role", ["housing_officer", "team_lead", "support_worker", "municipal_officer", "urgency_officer"]
)
def test_management_is_for_the_application_manager_alone(region: cast.Stage, role: str) -> None:
    for address in PAGES:
        assert region.browser(role).get(address).status_code == 404
    assert region.browser().get("/management").status_code == 302


def test_every_page_opens(region: cast.Stage) -> None:
    for address in PAGES:
        page(region, address)
    assert "Everything runs as it should." in page(region, "/management")
    page(region, "/management/nonsense/new", 404)
    page(region, f"/management/people/{UUID(int=5)}", 404)


def test_a_person_is_added_and_invited_without_a_password_of_anybodys_choice(region: cast.Stage) -> None:
    with region.app.app_context():
        organisation = reading().scalar(select(Organisation.id).where(Organisation.kind == "care_provider"))
    form = {
        "name": "Nieuw Voorbeeld", "email": "nieuw@voorbeeld.example", "organisation_id": str(organisation),
        "role": "support_worker", "language": "nl", "password": "een lange zin met spaties",
    }  # fmt: skip
    manager = region.browser("application_manager")
    assert manager.post("/management/people/new", data=form).status_code == 303
    assert "Nieuw Voorbeeld" in page(region, "/management/people?q=nieuw")
    with region.app.app_context():
        added = reading().scalars(select(User).where(User.email == "nieuw@voorbeeld.example")).one()
        assert added.password_hash == ""
        link = reading().scalars(select(AccountMail).where(AccountMail.user_id == added.id)).one()
        assert (link.kind, link.state) == ("invited", "planned")
    said = page(region, f"/management/people/{added.id}")
    assert "A link to choose a password was mailed" in said and 'type="password"' not in said


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"email": "geen adres"}, "This is not an e-mail address"),
        ({"role": "housing_officer"}, "This role does not exist at an organisation of this kind"),
        ({"name": ""}, "Fill in ‘Name’"),
        ({"email": "bestaat"}, "Somebody with this e-mail address already has a login"),
    ],
)
def test_a_person_that_is_not_whole_is_refused_and_what_was_typed_stays(
    region: cast.Stage, change: dict[str, str], sentence: str
) -> None:
    with region.app.app_context():
        organisation = reading().scalar(select(Organisation.id).where(Organisation.kind == "care_provider"))
        taken = region.viewer("team_lead")
        known = reading().get_one(User, taken.id).email
    form = {
        "name": "Nieuw Voorbeeld", "email": "nieuw@voorbeeld.example", "organisation_id": str(organisation),
        "role": "support_worker", "language": "nl", "phone": "035 000 99 99",
        **change,
    }  # fmt: skip
    form["email"] = known if form["email"] == "bestaat" else form["email"]
    answer = region.browser("application_manager").post("/management/people/new", data=form)
    said = unescape(answer.get_data(as_text=True))
    assert answer.status_code == 422 and sentence in said and "035 000 99 99" in said


def test_who_is_blocked_is_out_at_once(region: cast.Stage) -> None:
    officer, user = region.browser("housing_officer"), region.user("housing_officer")
    assert officer.get("/").status_code == 200
    with region.app.app_context():
        row = reading().get_one(User, user)
        form = {
            "name": row.name,
            "email": row.email,
            "organisation_id": str(row.organisation_id),
            "role": row.role,
            "language": "en",
        }
    assert region.browser("application_manager").post(f"/management/people/{user}", data=form).status_code == 303
    assert officer.get("/").status_code == 302
    assert "blocked" in page(region, "/management/people")


def test_a_person_is_typed_back_to_be_changed(region: cast.Stage) -> None:
    said = page(region, f"/management/people/{region.user('housing_officer')}")
    assert "Jeroen Bakker A" in said and 'name="active" value="on" checked' in said


def test_an_organisation_keeps_its_kind(region: cast.Stage) -> None:
    with region.app.app_context():
        row = reading().scalar(select(Organisation).where(Organisation.kind == "municipality"))
        assert row is not None
        row_id, name = row.id, row.name
    manager = region.browser("application_manager")
    answer = manager.post(f"/management/organisations/{row_id}", data={"name": name, "kind": "association"})
    assert answer.status_code == 422 and "can’t be changed" in unescape(answer.get_data(as_text=True))
    answer = manager.post(
        f"/management/organisations/{row_id}", data={"name": "Gemeente Nieuwdorp", "kind": "municipality"}
    )
    assert answer.status_code == 303 and "Gemeente Nieuwdorp" in page(region, "/management")


def test_a_home_is_kept_with_its_rent_as_typed(region: cast.Stage) -> None:
    with region.app.app_context():
        association = reading().scalar(select(Organisation.id).where(Organisation.kind == "association"))
    form = {
        "association_id": str(association), "street": "Proefstraat 1", "postcode": "0000 ZZ", "city": "Meerwijk",
        "kind": "studio", "rent": "1.012,50", "service_costs": "",
    }  # fmt: skip
    assert region.browser("application_manager").post("/management/homes/new", data=form).status_code == 303
    with region.app.app_context():
        home = reading().scalar(select(Home).where(Home.street == "Proefstraat 1"))
        assert home is not None and (home.rent_cents, home.service_cents) == (101250, 0)
        home_id = home.id
    assert 'value="1012,50"' in page(region, f"/management/homes/{home_id}")
    form["rent"] = "duizend"
    answer = region.browser("application_manager").post(f"/management/homes/{home_id}", data=form)
    assert answer.status_code == 422 and "needs a number" in unescape(answer.get_data(as_text=True))


def test_what_got_stuck_is_said_by_reference_and_never_by_name(region: cast.Stage) -> None:
    trajectory = region.at(until="sign_lease")
    with region.app.app_context(), db.session.begin():
        db.session.scalars(select(Run)).one().fault = "EngineStuck"
        paper = db.session.scalars(select(Document)).first()
        paper.state, paper.fault = "failed", "unknown_word"
        db.session.add(
            Letter(
                key="k", trajectory_id=trajectory, kind="review_ahead", occasion="x", role="housing_officer",
                due_on=region.today, state="failed", reason="refused:550",
            )
        )  # fmt: skip
    said = page(region, "/management")
    assert "3 things got stuck" in said and "VW-2025-0001" in said and "EngineStuck" in said
    assert "the mail server refused it" in said and "Amrani" not in said
    answer = region.browser("application_manager").post("/management/tries")
    assert answer.status_code == 303
    assert "Everything runs as it should." in page(region, "/management")
    with region.app.app_context():
        assert db.session.scalars(select(Run)).one().wake_on == region.today
        assert db.session.scalars(select(Letter.state).where(Letter.key == "k")).one() == "planned"


def test_the_ledger_of_letters_tells_state_and_reason_and_no_name(region: cast.Stage) -> None:
    trajectory = region.at(until="check_startup_care")
    said = page(region, "/letters")
    assert "Reminder: a review is coming" in said and "planned" in said and "Amrani" not in said
    assert "No letters here." in page(region, "/letters?state=failed")
    of_one = unescape(
        region.browser("housing_officer").get(f"/trajectories/{trajectory}/letters").get_data(as_text=True)
    )
    assert "Still to go out" in of_one and "Housing officer" in of_one


def test_a_manager_does_not_come_at_the_people_of_an_association_that_has_one_of_its_own(region: cast.Stage) -> None:
    """Who may change an e-mail address and mail a link to it, may sign in there."""
    stranger = region.user("housing_officer", elsewhere=True)
    with region.app.app_context():
        row = reading().get_one(User, stranger)
        form = {
            "name": row.name, "email": "mine@voorbeeld.example", "role": row.role, "language": "en", "active": "on",
            "organisation_id": str(row.organisation_id),
        }  # fmt: skip
        house, own = row.organisation_id, reading().get_one(User, region.user("housing_officer"))
        mine = {**form, "name": own.name, "email": own.email}
        name, elsewhere = row.name, row.organisation.name
    manager = region.browser("application_manager")
    assert name not in page(region, "/management/people?q=Oostdorp") and elsewhere == "Woonstichting Oostdorp"
    assert str(house) not in page(region, "/management/people/new")
    assert manager.get(f"/management/people/{stranger}").status_code == 403
    assert manager.post(f"/management/people/{stranger}", data=form).status_code in (403, 422)
    assert manager.post(f"/management/people/{region.user('housing_officer')}", data=mine).status_code in (403, 422)
    for what in ("link", "second-step"):
        assert manager.post(f"/management/people/{stranger}/{what}").status_code == 403
    with region.app.app_context():
        desk = region.desk("application_manager")
        for user_id, fields in ((stranger, form), (None, form), (own.id, mine)):
            with pytest.raises(NotAllowed):
                save_user(desk, user_id, fields)
        let_go()
        assert reading().get_one(User, stranger).email == row.email


def test_a_manager_looks_after_an_organisation_without_one(region: cast.Stage) -> None:
    with region.app.app_context():
        house = reading().scalars(select(Organisation).where(Organisation.kind == "care_provider").limit(1)).one()
        fields = {"name": "Nieuw", "role": "application_manager", "organisation_id": str(house.id)}
        save_user(region.desk("application_manager"), None, {**fields, "email": "first@voorbeeld.example"})
        with pytest.raises(NotAllowed):  # from here on it has one
            save_user(region.desk("application_manager"), None, {**fields, "email": "second@voorbeeld.example"})
