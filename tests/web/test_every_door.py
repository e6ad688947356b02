"""Every route, by every method, for every role at its own, a partner's and a strange organisation, and for nobody.

The route map itself says what there is to try: a route without a line in MAY_ENTER fails, and so does a line without a
route. Whoever may not enter finds nothing there (404), and leaves no trace but in the record.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.records import (
    Answer,
    Document,
    Event,
    Incident,
    Letter,
    NoticeProof,
    Review,
    SignedCopy,
    TakeOver,
    Task,
    Trajectory,
)
from app.records.database import let_go, reading
from app.rules.permissions import ROLES
from tests.cast import Stage

ALL = frozenset(ROLES)
PARTIES = ALL - {"application_manager"}
CONTRACT = PARTIES - {"urgency_officer"}
LANDLORD = frozenset({"housing_officer", "team_lead"})
OFFICER, LEAD = frozenset({"housing_officer"}), frozenset({"team_lead"})
PROVIDER, MUNICIPALITY = frozenset({"support_worker"}), frozenset({"municipal_officer"})
NOBODY: frozenset[str] = frozenset()
CARE = PROVIDER | MUNICIPALITY
NOMINATORS = CARE | {"urgency_officer"}
MANAGER = frozenset({"application_manager"})

# Route -> who of the parties of this dossier finds something there. All others find nothing.
MAY_ENTER: Mapping[str, frozenset[str]] = {
    "access.export": PARTIES,
    "access.page": PARTIES,
    "beside.add": CONTRACT,
    "beside.contact": CONTRACT,
    "beside.page": CONTRACT,
    "care.add": MUNICIPALITY,
    "care.page": MUNICIPALITY,
    "care_notes.end": CONTRACT,
    "care_notes.end_page": CONTRACT,
    "care_notes.pause": NOBODY,  # a pause is going on: its end is all there is to note
    "care_notes.pause_page": NOBODY,
    "care_notes.resume": CARE,
    "care_notes.resume_page": CARE,
    "contacts.note": CONTRACT,
    "contacts.page": CONTRACT,
    "dates.in_words": ALL,
    "diagram.of_incident": LANDLORD,
    "diagram.page": PARTIES,
    "diagram.source": PARTIES,
    "diagram.source_of_incident": LANDLORD,
    "documents.add_signed_copy": LANDLORD,  # of the lease, which is between landlord and tenant
    "documents.all_of": PARTIES,
    "documents.next_version": LANDLORD,
    "documents.pdf_file": LANDLORD,
    "documents.signed_copy": LANDLORD,
    "documents.word_file": LANDLORD,
    "dossier.page": PARTIES,
    "early_ends.page": LANDLORD,
    "early_ends.report": LANDLORD,
    "history.page": PARTIES,
    "incidents.page": CONTRACT,
    "incidents.report": LANDLORD,
    "incidents.report_page": LANDLORD,
    "incidents.withdraw": LANDLORD,
    "incidents.withdrawal_page": LANDLORD,
    "lease_corrections.page": OFFICER,
    "lease_corrections.propose": OFFICER,
    "ledger.of_one": CONTRACT,
    "ledger.page": MANAGER,
    "legal_dates.page": CONTRACT,
    "mail.one": ALL,  # in the demonstration, where no mail goes out
    "mail.page": ALL,
    "management.again": MANAGER,
    "management.change": MANAGER,
    "management.dwellings": MANAGER,
    "management.new": MANAGER,
    "management.page": MANAGER,
    "management.people": MANAGER,
    "management.release": MANAGER,
    "management.save": MANAGER,
    "management.send_a_link": MANAGER,
    "management.take_away_second_step": MANAGER,
    "nomination.page": NOMINATORS,
    "nomination.start": NOMINATORS,
    "notices.add_proof": LANDLORD,
    "notices.page": LANDLORD,
    "notices.proof": LANDLORD,
    "own_password.change": ALL,
    "own_password.page": ALL,
    "own_spans.choose": LANDLORD,
    "own_spans.page": LANDLORD,
    "passkeys.add": ALL,
    "passkeys.page": ALL,
    "passkeys.removal_page": LEAD,  # whose passkey it is
    "passkeys.remove": LEAD,
    "readers.page": CONTRACT,
    "rectify.correct": CONTRACT,
    "rectify.page": CONTRACT,
    "retention.due": PARTIES,
    "retention.hold": PARTIES,
    "retention.judge": LANDLORD | {"urgency_officer"},  # who holds what this is about
    "retention.lift": LANDLORD,  # whose hold it is
    "retention.page": PARTIES,
    "retention.propose": LANDLORD | {"urgency_officer"},
    "retention.removal_page": LANDLORD | {"urgency_officer"},
    "reviews.move": LANDLORD,
    "reviews.new": LANDLORD,
    "reviews.page": LANDLORD,
    "reviews.plan": LANDLORD,
    "revisions.page": LANDLORD,
    "revisions.propose": LANDLORD,
    "schedules.choose": LEAD,
    "schedules.let_follow": LEAD,
    "schedules.page": LEAD,
    "schedules.running": LEAD,
    "second_step.page": NOBODY,  # there is none in the demonstration
    "second_step.renew": NOBODY,
    "second_step.start_anew": NOBODY,
    "sessions.end": LEAD,  # whose sign-in it is
    "sessions.end_all": ALL,
    "sessions.page": ALL,
    "take_over.faults_csv": LEAD,
    "take_over.one": LEAD,
    "take_over.page": LEAD,
    "take_over.put_in": LEAD,
    "take_over.start": LEAD,
    "take_over.template_csv": LEAD,
    "take_over.template_xlsx": LEAD,
    "tasks.claim": OFFICER,  # whose task it is
    "tasks.complete": OFFICER,
    "tasks.completion_page": CONTRACT,
    "tasks.correct": CONTRACT,  # "it is not done yet" to everybody who sees it
    "tasks.correction_page": CONTRACT,
    "tasks.draft": OFFICER,
    "tasks.hand_over": CONTRACT,  # "choose somebody": only of that team
    "tasks.hand_over_page": CONTRACT,
    "tasks.page": CONTRACT,
    "tasks.release": OFFICER,
    "time_machine.go": ALL,  # in the demonstration
    "time_machine.page": ALL,
    "trajectories.page": PARTIES,
    "work.page": ALL,
}
FOR_ANYONE = {
    "health.page", "links.ask", "links.choose", "links.forgotten", "links.page", "own_account.come_back",
    "own_account.leave_for", "passkeys.use", "preferences.change_language", "preferences.change_theme",
    "second_step.code", "second_step.code_page", "second_step.set_up", "second_step.set_up_page",
    "signing.enter_house", "signing.leave", "signing.page", "static",
}  # fmt: skip
OUT = (403, 404)


@dataclass(frozen=True)
class Try:
    """One route by one method, with the ids of the dossier in its address."""

    endpoint: str
    method: str
    address: str
    of_a_dossier: bool


def tries(app: Flask, ids: Mapping[str, object]) -> list[Try]:
    """Everything there is to try, looks before deeds."""
    found = []
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            given = {name: ids[name] for name in rule.arguments}
            if "incident_id" in given and "drawing" in given:
                given["drawing"] = "escalation"
            _, address = rule.build(given)  # type: ignore[misc]
            about = any(name.endswith("_id") for name in rule.arguments)
            methods = (rule.methods or set()) - {"HEAD", "OPTIONS"}
            found += [Try(rule.endpoint, method, address, about) for method in methods]
    return sorted(found, key=lambda one: (one.method != "GET", one.endpoint, one.address))


def status(region: Stage, one: Try, role: str, **where: object) -> int:
    browser = region.browser(role, **where)  # type: ignore[arg-type]
    return browser.open(one.address, method=one.method, data={} if one.method == "POST" else None).status_code


def counted() -> dict[str, int]:
    let_go()
    tables = (Trajectory, Task, Answer, Document, SignedCopy, NoticeProof, Letter, Review, Incident, TakeOver)
    return {table.__tablename__: reading().scalar(select(func.count()).select_from(table)) or 0 for table in tables}


def test_every_route_has_its_line_and_every_line_its_route(dossier: tuple[Stage, dict[str, object]]) -> None:
    region, ids = dossier
    assert {one.endpoint for one in tries(region.app, ids)} - FOR_ANYONE == set(MAY_ENTER)


def test_nobody_enters_without_signing_in(dossier: tuple[Stage, dict[str, object]]) -> None:
    region, ids = dossier
    for one in tries(region.app, ids):
        if one.endpoint not in FOR_ANYONE:
            wanted = 302 if one.method == "GET" else 401
            assert status(region, one, "") == wanted, one


@pytest.mark.parametrize("role", ROLES)
def test_a_strange_organisation_finds_nothing_and_changes_nothing(
    dossier: tuple[Stage, dict[str, object]], role: str
) -> None:
    region, ids = dossier
    with region.app.app_context():
        before = counted()
    for one in tries(region.app, ids):
        if one.of_a_dossier and not one.endpoint.startswith("management"):
            assert status(region, one, role, elsewhere=True) == 404, one
    with region.app.app_context():
        assert counted() == before
        tried = reading().scalar(select(func.count()).select_from(Event).where(Event.action == "refused")) or 0
    assert tried > 10 or role == "application_manager"


@pytest.mark.parametrize("role", ROLES)
def test_a_party_finds_what_its_part_allows_and_nothing_else(
    dossier: tuple[Stage, dict[str, object]], role: str
) -> None:
    region, ids = dossier
    wrong = []
    for one in tries(region.app, ids):
        if one.endpoint in FOR_ANYONE:
            continue
        answer = status(region, one, role)
        assert answer < 500, (one, answer)
        entered = answer not in OUT
        if entered != (role in MAY_ENTER[one.endpoint]):
            wrong.append((one.endpoint, one.method, answer))
    assert wrong == []
