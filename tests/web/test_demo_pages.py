"""The demonstration's mail and time machine, which are nowhere else, and the health page for a watchman."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from html import unescape
from pathlib import Path

import pytest

from app import clock
from app.actions import rounds
from app.actions.deed import Desk
from app.post import Mail, Postman
from app.records import Run, Setting, db
from tests import cast


@pytest.fixture
def posted(region: cast.Stage) -> cast.Stage:
    folder: Path = region.app.extensions["voorwaarts.config"].mail
    postman = Postman("voorwaarts@demo.invalid", None, folder)
    for number, subject in enumerate(("Eerste bericht", "Tweede <b>bericht</b>")):
        mail = Mail(["jeroen@demo.invalid"], subject, f"Beste Jeroen,\n<script>{number}</script>", f"<{number}.x@demo>")
        postman.post(mail, datetime(2026, 1, 2 + number, 9, 0, tzinfo=UTC))
    return region


def test_the_newest_mail_stands_on_top_and_is_read_as_plain_text(posted: cast.Stage) -> None:
    client = posted.browser("housing_officer")
    page = client.get("/mail").get_data(as_text=True)
    assert page.index("Tweede") < page.index("Eerste bericht") and "<b>" not in page.split("<main")[1]
    address = page.split('href="/mail/')[1].split('"')[0]
    one = client.get(f"/mail/{address}").get_data(as_text=True)
    assert "&lt;script&gt;1" in one and "<script>1" not in one


@pytest.mark.parametrize(
    "name", ["..%2F..%2Fvoorwaarts.db", "../secret", "%2e%2e%2fsecret", "nothing", ".half-x", "a.eml", "20260102%00"]
)
def test_no_name_leads_out_of_the_folder(posted: cast.Stage, name: str) -> None:
    folder: Path = posted.app.extensions["voorwaarts.config"].mail
    (folder.parent / "secret.eml").write_text("Subject: geheim\n\ngeheim")
    answer = posted.browser("housing_officer").get(f"/mail/{name}")
    assert answer.status_code in (308, 404) and b"geheim" not in answer.data


def test_broken_mail_is_shown_as_far_as_it_goes(posted: cast.Stage) -> None:
    folder: Path = posted.app.extensions["voorwaarts.config"].mail
    (folder / "20270101-broken.eml").write_bytes(b"Date: not a date\nSubject: =?utf-8?b?!!!?=\n\xff\xfe\x00")
    client = posted.browser("housing_officer")
    assert client.get("/mail").status_code == 200
    assert client.get("/mail/20270101-broken").status_code == 200


def test_outside_the_demonstration_there_is_no_mail_and_no_time_machine(tmp_path: Path) -> None:
    region = cast.furnish(tmp_path, demo=False)
    client = region.browser("housing_officer")
    for address in ("/mail", "/mail/anything", "/time-machine"):
        assert client.get(address).status_code == 404
    assert client.post("/time-machine", data={"days": "7"}).status_code == 404
    assert "time-machine" not in client.get("/").get_data(as_text=True)


def test_visitors_do_not_travel(region: cast.Stage) -> None:
    assert region.browser().get("/time-machine").status_code == 302
    assert region.browser().post("/time-machine", data={"days": "7"}).status_code == 401


def test_the_business_day_moves_on_by_days_or_to_a_day(region: cast.Stage) -> None:
    region.set_day(date(2030, 1, 1))
    client = region.browser("housing_officer")
    assert "Tuesday 1\u00a0January 2030" in unescape(client.get("/time-machine").get_data(as_text=True))
    answer = client.post("/time-machine", data={"days": "7"}, follow_redirects=True).get_data(as_text=True)
    assert "8\u00a0January 2030" in unescape(answer) and "moved on by 7 days" in answer
    answer = client.post("/time-machine", data={"to": "1 februari 2030"}, follow_redirects=True)
    assert "1\u00a0February 2030" in unescape(answer.get_data(as_text=True))
    assert "time-machine" in client.get("/").get_data(as_text=True)


@pytest.mark.parametrize(
    "form",
    [{"to": "31-12-2029"}, {"to": "31-6-2031"}, {"to": ""}, {"days": "0"}, {"days": "99999"}, {"days": "-3"}, {}],
)
def test_no_way_back_and_none_to_a_day_that_is_not_there(region: cast.Stage, form: dict[str, str]) -> None:
    region.set_day(date(2030, 1, 1))
    client = region.browser("housing_officer")
    answer = client.post("/time-machine", data=form)
    assert answer.status_code == 422 and "faults" in answer.get_data(as_text=True)
    assert "Tuesday 1\u00a0January 2030" in unescape(client.get("/time-machine").get_data(as_text=True))


def test_health_is_for_anyone_and_tells_numbers_only(region: cast.Stage) -> None:
    answer = region.browser().get("/health")
    assert answer.status_code == 200 and answer.json == {
        "status": "waiting_for_worker",
        "database": "ok",
        "worker_last_round_seconds": None,
        "oldest_due_days": 0,
        "stuck_runs": 0,
    }


def test_health_follows_the_worker_and_what_is_behind(region: cast.Stage) -> None:
    region.start()
    house = region.app.extensions["voorwaarts.house"]
    with region.app.app_context():
        rounds.note_round(Desk(house, None, clock.today(), clock.now()))
    region.set_day(clock.today())
    assert region.browser().get("/health").json["status"] == "ok"
    with region.app.app_context(), db.session.begin():
        run = db.session.query(Run).one()
        run.wake_on = clock.today() - timedelta(days=40)
    said = region.browser().get("/health").json
    assert said["oldest_due_days"] == 40
    with region.app.app_context(), db.session.begin():
        db.session.query(Run).one().fault = "EngineStuck"
    said = region.browser().get("/health").json
    assert (said["status"], said["stuck_runs"], said["oldest_due_days"]) == ("runs_stuck", 1, 0)
    with region.app.app_context(), db.session.begin():
        late = clock.now() - timedelta(hours=1)
        db.session.merge(Setting(name="worker_round", value=late.isoformat()))
    answer = region.browser().get("/health")
    assert answer.status_code == 503 and answer.json["status"] == "worker_stopped"


def test_health_says_it_when_the_database_is_gone(region: cast.Stage) -> None:
    with region.app.app_context():
        db.drop_all()
        db.session.remove()
    answer = region.app.test_client().get("/health")
    assert answer.status_code == 503 and answer.json == {"status": "failing", "database": "unreachable"}
