"""A page that forgot to ask who is looking shows nothing of somebody else's dossier, whichever way it asked."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from app.records import Event, Task, Trajectory
from app.records.database import reading
from app.web.doors import enter, signed_in
from tests.cast import Stage


@enter(signed_in)
def forgetful() -> str:
    """A page by somebody who never heard of the one query."""
    every = reading().scalars(select(Trajectory)).all()
    tasks = reading().scalar(select(func.count()).select_from(Task).where(Task.status == "open"))
    happened = reading().scalar(select(func.count()).select_from(Event).where(Event.trajectory_id.is_not(None)))
    return f"{len(every)} dossiers, {tasks} tasks, {'some' if happened else 'no'} events"


def test_a_page_that_forgot_to_ask_shows_strangers_nothing(region: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    region.at("confirm_goals")
    monkeypatch.setitem(region.app.view_functions, "work.page", forgetful)

    def seen_by(role: str, *, elsewhere: bool = False) -> str:
        return region.browser(role, elsewhere=elsewhere).get("/").get_data(as_text=True)

    for role in ("housing_officer", "support_worker", "municipal_officer", "urgency_officer"):
        assert seen_by(role) == "1 dossiers, 2 tasks, some events", role
        assert seen_by(role, elsewhere=True) == "0 dossiers, 0 tasks, no events", role
    assert seen_by("application_manager") == "0 dossiers, 0 tasks, no events"


def test_one_request_does_not_see_with_the_eyes_of_the_one_before(
    region: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    region.at("confirm_goals")
    monkeypatch.setitem(region.app.view_functions, "work.page", forgetful)
    officer, stranger = region.browser("housing_officer"), region.browser("housing_officer", elsewhere=True)
    seen = [browser.get("/").get_data(as_text=True)[:1] for browser in (officer, stranger, officer, stranger)]
    assert seen == ["1", "0", "1", "0"]
