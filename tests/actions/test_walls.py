"""Organisations apart in PostgreSQL itself: raw SQL of an ordinary role, without a line of our program in between."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from contextvars import Context
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from flask.testing import FlaskClient
from psycopg import sql
from sqlalchemy import text

from app import clock
from app.actions.sessions import begin
from app.records import User, db, net, scope
from app.records.database import let_go, reading
from tests.actions.scene import CARE_SECRET, Scene, Site, fresh, stage
from tests.postgres import ADMIN, ROLE

pytestmark = pytest.mark.slow

SAYS = "SELECT set_config('voorwaarts.organisation', %s, true), set_config('voorwaarts.day', %s, true)"
OWN = "events", "chains", "schedules"  # tables in which an organisation has rows beside its dossiers
WALLED = sorted({*db.metadata.tables} - (net.OPEN - {"persons", "chains", "schedules"}))


@pytest.fixture
def scene(sites: Callable[[str], Site]) -> Iterator[Scene]:
    """Near the end of the road: reviews, advice, decision and notices are there."""
    with stage(sites("postgres"), "returning") as put:
        let_go()
        yield put


@pytest.fixture
def raw(scene: Scene) -> Iterator[psycopg.Connection]:
    """A connection as the program's own role, which owns the tables."""
    address = scene.site.config.database_url.replace("postgresql+psycopg", "postgresql")
    with psycopg.connect(address) as connection:
        yield connection


def organisation(scene: Scene, who: str) -> UUID:
    viewer = scene.viewer(who)
    let_go()
    return viewer.organisation_id


def count(raw: psycopg.Connection, table: str) -> int:
    row = raw.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))).fetchone()
    assert row is not None
    return int(row[0])


def seen(raw: psycopg.Connection, who: UUID | None, on: date, whole: bool = False) -> dict[str, int]:
    """Table -> how many rows are there in a transaction for this organisation."""
    with raw.transaction():
        if whole:
            raw.execute("SELECT set_config('voorwaarts.whole', 'on', true)")
        elif who is not None:
            raw.execute(SAYS, (str(who), on.isoformat()))
        return {table: count(raw, table) for table in WALLED}


def test_the_role_is_an_ordinary_one_that_the_policies_hold_too(raw: psycopg.Connection) -> None:
    powers = "SELECT rolname, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user"
    assert raw.execute(powers).fetchone() == (ROLE, False, False)
    told = raw.execute(
        "SELECT relname, relrowsecurity AND relforcerowsecurity FROM pg_class "
        "WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    ).fetchall()
    assert sorted(name for name, forced in told if forced) == WALLED
    assert {name for name, forced in told if not forced} == net.OPEN - {*WALLED} | {"alembic_version"}


def test_who_says_nothing_sees_nothing(scene: Scene, raw: psycopg.Connection) -> None:
    beside = {"chains"}  # the chain of what nobody in particular does: its length and a seal
    whole = seen(raw, None, scene.today, whole=True)
    assert sum(bool(rows) for rows in whole.values()) > 20
    assert {table for table, rows in seen(raw, None, scene.today).items() if rows} <= beside


def test_another_region_sees_nothing_and_a_party_sees_all_of_it(scene: Scene, raw: psycopg.Connection) -> None:
    whole = seen(raw, None, scene.today, whole=True)
    for email in ("ton@elders.demo.invalid", "stef@elders.demo.invalid", "mo@elders.demo.invalid"):
        strange = seen(raw, organisation(scene, email), scene.today)
        assert {table: rows for table, rows in strange.items() if rows and table not in OWN} == {}, email
    party = seen(raw, organisation(scene, "housing_officer"), scene.today)
    assert {t: n for t, n in party.items() if t not in OWN} == {t: n for t, n in whole.items() if t not in OWN}
    assert 0 < party["events"] < whole["events"]  # not what others did elsewhere


def test_without_a_day_there_is_no_dossier(scene: Scene, raw: psycopg.Connection) -> None:
    """As an application manager is: with an organisation, and no part in anything."""
    with raw.transaction():
        raw.execute(SAYS, (str(organisation(scene, "housing_officer")), ""))
        assert (count(raw, "trajectories"), count(raw, "tasks"), count(raw, "persons")) == (0, 0, 0)


def test_access_ends_with_the_part(scene: Scene, raw: psycopg.Connection) -> None:
    provider = organisation(scene, "support_worker")
    with raw.transaction(force_rollback=True):
        raw.execute("SELECT set_config('voorwaarts.whole', 'on', true)")
        ended = "UPDATE parts SET until = %s::date - 1 WHERE organisation_id = %s"
        assert raw.execute(ended, (scene.today, provider)).rowcount == 1
        raw.execute("SELECT set_config('voorwaarts.whole', '', true)")
        raw.execute(SAYS, (str(provider), scene.today.isoformat()))
        assert count(raw, "trajectories") == count(raw, "answers") == count(raw, "goals") == 0


def test_another_region_changes_and_removes_nothing(scene: Scene, raw: psycopg.Connection) -> None:
    stranger = organisation(scene, "ton@elders.demo.invalid")
    for statement in (
        "UPDATE trajectories SET outcome = 'converted'",
        "UPDATE tasks SET status = 'done'",
        "UPDATE confirmations SET mark = 'on_track'",
        "UPDATE persons SET full_name = 'Iemand anders'",
        "UPDATE parts SET until = NULL",
        "DELETE FROM answers",
        "DELETE FROM letters",
        "DELETE FROM take_overs",
    ):
        with raw.transaction():
            raw.execute(SAYS, (str(stranger), scene.today.isoformat()))
            assert raw.execute(statement).rowcount == 0, statement  # type: ignore[arg-type]


def test_another_region_adds_nothing_to_a_dossier(scene: Scene, raw: psycopg.Connection) -> None:
    stranger, dossier = organisation(scene, "ton@elders.demo.invalid"), scene.trajectory_id
    user = scene.viewer("ton@elders.demo.invalid").id
    let_go()
    part = "INSERT INTO parts (id, trajectory_id, organisation_id, part, since) VALUES (%s, %s, %s, 'association', %s)"
    note = "INSERT INTO contacts (id, trajectory_id, \"on\", kind, by_id, at) VALUES (%s, %s, %s, 'visit', %s, now())"
    chain = "UPDATE chains SET length = 0 WHERE id = %s"
    entry = (
        'INSERT INTO events (trajectory_id, at, "on", action, about, details, look, organisation_id, origin, result, '
        "shown) VALUES (%s, now(), %s, 'task_done', '', '{}', false, %s, '', 'done', '')"
    )
    for statement, values in (
        (part, (uuid4(), dossier, stranger, scene.today)),
        (note, (uuid4(), dossier, scene.today, user)),
        (entry, (dossier, scene.today, stranger)),
        (entry, (None, scene.today, organisation(scene, "housing_officer"))),  # in somebody else's name
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"), raw.transaction():
            raw.execute(SAYS, (str(stranger), scene.today.isoformat()))
            raw.execute(statement, values)  # type: ignore[arg-type]
    with raw.transaction():
        raw.execute(SAYS, (str(stranger), scene.today.isoformat()))
        assert raw.execute(chain, (dossier,)).rowcount == 0  # type: ignore[arg-type]


def test_a_party_moves_no_row_to_another_dossier(scene: Scene, raw: psycopg.Connection) -> None:
    officer = organisation(scene, "housing_officer")
    with pytest.raises(psycopg.errors.InsufficientPrivilege), raw.transaction():
        raw.execute(SAYS, (str(officer), scene.today.isoformat()))
        raw.execute("UPDATE tasks SET trajectory_id = %s", (uuid4(),))


def test_what_was_said_goes_with_the_transaction(scene: Scene) -> None:
    """On one and the same pooled connection."""
    asked = text("SELECT count(*) FROM trajectories")
    who = text("SELECT pg_backend_pid()")
    viewer = scope.scope_of(scene.viewer("housing_officer"), scene.today)
    let_go()
    with scope.acting(viewer):
        assert reading().scalar(asked) == 1
        backend = reading().scalar(who)
    let_go()
    with db.engine.connect() as connection:
        assert (connection.scalar(who), connection.scalar(asked)) == (backend, 0)


def test_who_acts_may_change_within_a_transaction(scene: Scene) -> None:
    """Statements that are sent straight included: each is of whoever acts as it is sent."""
    viewer = scope.scope_of(scene.viewer("housing_officer"), scene.today)
    stranger = scope.scope_of(scene.viewer("ton@elders.demo.invalid"), scene.today)
    let_go()

    def there() -> int:
        from app.records import statements, straight

        return len(straight.ask(reading(), statements.REVIEWS, trajectory=scene.trajectory_id))

    found = []
    for one in (viewer, stranger, scope.NOBODY, viewer, scope.WHOLE):
        with scope.acting(one):
            found.append(there())
    assert found[0] == found[3] == found[4] > 0 and found[1] == found[2] == 0


def test_the_demonstration_of_a_hole_is_a_hole_without_the_policy(scene: Scene, raw: psycopg.Connection) -> None:
    """That these tests can fail: the same question, with the policy taken away."""
    stranger = organisation(scene, "ton@elders.demo.invalid")
    with raw.transaction(force_rollback=True):
        raw.execute("ALTER TABLE goals DISABLE ROW LEVEL SECURITY")
        raw.execute(SAYS, (str(stranger), scene.today.isoformat()))
        assert count(raw, "goals") > 0


def test_a_backup_is_whole_or_there_is_none(scene: Scene) -> None:
    """Never a copy with rows left out: the program's role is refused, the superuser copies all."""
    assert scene.site.cluster is not None
    cluster, name = scene.site.cluster, scene.site.config.database_url.rpartition("/")[2]
    command = [str(cluster.programs / "pg_dump"), "--data-only", "--table=goals"]
    refused = subprocess.run([*command, cluster.url(name)], capture_output=True, text=True)
    assert refused.returncode and "row-level security" in refused.stderr
    copied = subprocess.run([*command, cluster.url(name, ADMIN)], capture_output=True, text=True)
    assert copied.returncode == 0 and CARE_SECRET in copied.stdout


def signed_in(scene: Scene, who: str) -> FlaskClient:
    viewer = scene.viewer(who)
    epoch = fresh().get_one(User, viewer.id).epoch
    desk = replace(scene.desk(who), now=clock.now(), today=clock.today())
    client = scene.site.app.test_client()
    with client.session_transaction() as session:
        session["_user_id"], session["_fresh"] = begin(desk, epoch, "a browser of the tests").hex, True
    let_go()
    return client


def ask(client: FlaskClient, page: str) -> Any:
    """As a server does: with nothing around the request that the test has around itself."""
    return Context().run(lambda: client.get(page))


def test_pages_and_forms_work_behind_the_walls_and_strangers_find_nothing(scene: Scene) -> None:
    own = f"/trajectories/{scene.trajectory_id}"
    for who in ("housing_officer", "support_worker", "municipal_officer", "urgency_officer"):
        party = signed_in(scene, who)
        for page in ("/", "/trajectories", "/trajectories?q=a", own, f"{own}/history", f"{own}/documents"):
            assert ask(party, page).status_code == 200, (who, page)
        assert scene.row.reference in ask(party, "/trajectories?stage=all").text
    officer = signed_in(scene, "housing_officer")
    for page in ("dates", "readers", "letters", "diagram", "people", "incidents"):
        assert ask(officer, f"{own}/{page}").status_code == 200, page
    stranger = signed_in(scene, "ton@elders.demo.invalid")
    assert ask(stranger, own).status_code == 404 and ask(stranger, "/").status_code == 200
    assert scene.row.reference not in ask(stranger, "/trajectories?stage=all").text


def test_who_is_not_signed_in_is_refused_in_words_and_watchmen_get_their_answer(scene: Scene) -> None:
    scene.site.app.config["WTF_CSRF_ENABLED"] = False
    try:
        nobody = scene.site.app.test_client()
        typed = {"email": "niemand@voorbeeld.invalid", "password": "niet het goede"}
        answer = Context().run(lambda: nobody.post("/sign-in", data=typed))
    finally:
        scene.site.app.config["WTF_CSRF_ENABLED"] = True
    assert answer.status_code == 422
    assert ask(nobody, "/health").status_code in (200, 503)
