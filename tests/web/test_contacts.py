"""Noting a contact: that it was, and when, for who takes part; there is no room for what was said."""

from __future__ import annotations

from html import unescape

from flask.testing import FlaskClient

from tests import cast


def text(client: FlaskClient, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return unescape(answer.get_data(as_text=True)).replace("\u00a0", " ")


def test_a_support_worker_notes_a_visit_and_the_others_read_that_it_was(region: cast.Stage) -> None:
    trajectory = region.at("confirm_goals")
    dossier = f"/trajectories/{trajectory}"
    worker, page = region.browser("support_worker"), f"{dossier}/contacts/new"
    assert page in text(worker, dossier)
    refused = worker.post(page, data={"on": "31-6-2025", "kind": "visit"})
    assert refused.status_code == 422 and "31-6-2025" in refused.get_data(as_text=True)
    assert worker.post(page, data={"on": "20-5-2025", "kind": "visit"}).status_code == 303
    assert "The contact is noted." in text(worker, dossier)
    for role in ("housing_officer", "municipal_officer"):
        history = text(region.browser(role), f"{dossier}/history")
        assert "Contact with the tenant on 20 May 2025: a home visit" in history
    urgency = region.browser("urgency_officer")
    assert "Contact with the tenant" not in text(urgency, f"{dossier}/history")
    text(urgency, page, 404)
