"""What is written down of what matters to security: in the record who did what, in the log what went wrong."""

from __future__ import annotations

import io
import json
import logging
import re
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from app.config import Smtp
from app.records import Event, Letter
from app.records.database import let_go, reading
from app.worker import TIMETABLE, do_round
from tests import cast
from tests.operations.installation import free_port
from tests.operations.test_logs import lines, read

__all__ = ["lines"]


def entries(region: cast.Stage, action: str) -> list[Event]:
    with region.app.app_context():
        let_go()
        return list(reading().scalars(select(Event).where(Event.action == action).order_by(Event.id)))


def test_who_stands_before_the_door_of_another_role_is_in_the_record(region: cast.Stage) -> None:
    browser = region.browser("housing_officer")
    assert browser.get("/management/people").status_code == 404
    assert browser.post("/trajectories/spans", data={}).status_code in (404, 405)
    refused = entries(region, "refused")
    assert refused[0].about == "management.people"
    assert {one.actor_id for one in refused} == {region.user("housing_officer")}
    assert {(one.result, one.look, one.origin) for one in refused} == {("refused", True, "127.0.0.1")}


def test_every_entry_has_all_that_bio2_asks_for(region: cast.Stage) -> None:
    """Action, object, result, origin, actor, on whose behalf, time: whatever a person did or saw, and was refused."""
    trajectory = region.at("confirm_goals")
    officer, stranger = region.browser("housing_officer"), region.browser("housing_officer", elsewhere=True)
    task = region.open_tasks(trajectory)["confirm_goals"]
    region.browser("support_worker").post(f"/tasks/{task}/completion", data=region.typed(task))
    officer.get(f"/trajectories/{trajectory}")
    stranger.get(f"/trajectories/{trajectory}")
    officer.post("/sign-out")
    with region.app.app_context():
        let_go()
        newest = select(Event).where(Event.actor_id.is_not(None)).order_by(Event.id.desc()).limit(4)
        last = list(reading().scalars(newest))
    assert [one.action for one in last] == ["signed_out", "refused", "looked", "task_done"]
    for one in last:
        assert one.action and one.about and one.result in ("done", "shown", "refused"), one.action
        assert one.origin == "127.0.0.1" and one.actor_id and one.organisation_id, one.action
        assert one.at.utcoffset() is not None and one.on == region.today


def test_what_the_program_does_by_itself_says_so(region: cast.Stage) -> None:
    region.at("confirm_goals")
    for job in TIMETABLE:
        do_round(region.app, job)
    with region.app.app_context():
        let_go()
        nobodys = reading().scalar(select(func.count()).select_from(Event).where(Event.actor_id.is_(None)))
    assert nobodys


def test_a_form_that_was_not_ours_is_a_line_of_its_own(region: cast.Stage, lines: io.StringIO) -> None:
    region.app.config["WTF_CSRF_ENABLED"] = True
    try:
        assert region.browser("housing_officer").post("/sessions/end", data={}).status_code == 400
    finally:
        region.app.config["WTF_CSRF_ENABLED"] = False
    (line,) = [one for one in read(lines) if one["event"] == "form refused"]
    assert (line["level"], line["status"], line["route"]) == ("warning", 400, "/sessions/end")
    assert line["request"] and line["time"].endswith("+00:00")


def test_a_fault_nobody_thought_of_is_a_line_with_the_number_on_the_page(
    region: cast.Stage, lines: io.StringIO
) -> None:
    view = region.app.view_functions["work.page"]

    def broken() -> str:
        raise RuntimeError("Fatima el Amrani, geheim")

    broken.__dict__.update(view.__dict__)
    region.app.view_functions["work.page"] = broken
    region.app.config["PROPAGATE_EXCEPTIONS"] = False
    try:
        page = region.browser("housing_officer").get("/")
    finally:
        region.app.view_functions["work.page"] = view
        region.app.config["PROPAGATE_EXCEPTIONS"] = None
    (line,) = [one for one in read(lines) if one["event"] == "request failed"]
    assert (page.status_code, line["level"], line["error"]) == (500, "error", "builtins.RuntimeError")
    assert line["request"] == page.headers["X-Request-Id"] and line["request"] in page.text
    assert "geheim" not in lines.getvalue() and "Fatima" not in lines.getvalue()


def test_a_mail_server_that_can_not_be_used_is_a_line_and_the_letters_wait(
    region: cast.Stage, lines: io.StringIO
) -> None:
    region.at("confirm_goals")
    config = region.app.extensions["voorwaarts.config"]
    with region.app.app_context():
        let_go()
        due = reading().scalar(select(func.min(Letter.due_on)).where(Letter.state == "planned"))
    assert due is not None
    region.set_day(max(due, region.today))
    region.app.extensions["voorwaarts.config"] = replace(config, smtp=Smtp("smtps", "127.0.0.1", free_port()))
    try:
        do_round(region.app, next(job for job in TIMETABLE if job.name == "post"))
    finally:
        region.app.extensions["voorwaarts.config"] = config
    (line,) = [one for one in read(lines) if one["event"] == "mail server can't be used"]
    assert line["level"] == "warning" and line["code"] == "ConnectionRefusedError" and line["count"] >= 1
    with region.app.app_context():
        let_go()
        assert reading().scalar(select(Letter.state).where(Letter.reason.startswith("server_down"))) == "planned"


@pytest.mark.parametrize("typed", ['x\n{"event": "all is well"}', "x\r\nSet-Cookie: a=b", "\x1b[2J", "'"])
def test_nothing_that_is_sent_makes_a_line_of_the_log(region: cast.Stage, lines: io.StringIO, typed: str) -> None:
    browser = region.browser("housing_officer")
    browser.get("/trajectories", query_string={"q": typed}, headers={"User-Agent": "x", "X-Request-Id": "forged"})
    browser.post("/sign-in", data={"email": typed, "password": typed})
    browser.get(f"/nowhere/{typed}")
    written = lines.getvalue()
    assert all(isinstance(json.loads(line), dict) for line in written.splitlines())
    assert not re.search(r"all is well|Set-Cookie|\x1b|forged", written)
    assert {one["event"] for one in read(lines)} == {"request answered"}


def test_no_password_token_or_name_is_in_the_log(region: cast.Stage, lines: io.StringIO) -> None:
    trajectory = region.at("confirm_goals")
    browser = region.browser()
    said = {"email": "housing_officer.a@meerwijk.demo.invalid", "password": cast.PASSWORD}
    browser.post("/sign-in", data=said)
    browser.get(f"/trajectories/{trajectory}?q=Fatima")
    cookie = browser.get_cookie("voorwaarts")
    assert cookie is not None
    logging.getLogger("werkzeug").error("cookie %s", cookie.value)
    for secret in (cookie.value, *said.values(), "Fatima", str(trajectory), region.app.config["SECRET_KEY"]):
        assert secret not in lines.getvalue()
