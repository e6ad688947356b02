"""The README's way to run it for real, on both databases, with kill -9 in the middle: nothing acknowledged is lost."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from app import files
from app.actions.deed import Desk
from app.actions.region import DEMO_PASSWORD, furnish_region
from app.actions.time_machine import travel
from app.records import Answer, Document, Event, Home, Letter, Run, Task, Trajectory, User, db
from app.records.database import let_go, reading
from app.rehearsal import demo
from app.rules import term
from app.rules.answers import grounds_for
from tests.operations.installation import (
    Installation,
    Postbox,
    Started,
    desk_of,
    eventually,
    free_port,
    installed,
)
from tests.operations.visitor import Page, Visitor

pytestmark = pytest.mark.slow

TENANT, SITUATION = "Zwaantje Planteerling", "Woont in de opvang aan de Rozenkade."
OFFICERS = {
    "urgency_officer": "sanne.dewit@urgentie.demo.invalid",
    "municipal_officer": "mehmet.yilmaz@meerwijk.demo.invalid",
    "support_worker": "ana.dordevic@debrug.demo.invalid",
    "housing_officer": "jeroen.bakker@deheuvel.demo.invalid",
    "team_lead": "noor.jansen@deheuvel.demo.invalid",
}
MANAGER, PASSWORD = "bea.beheer@deheuvel.demo.invalid", "een heel lange zin"
WAITING = ("planned", "ordered")


class Drill:
    """One region at work: its people with their browsers, its webs, and what was acknowledged to whom."""

    def __init__(self, site: Installation, app: Flask) -> None:
        self.site, self.app = site, app
        self.browsers = {role: Visitor() for role in OFFICERS}
        self.trajectory = UUID(int=0)
        self.acknowledged: list[UUID] = []

    def desk(self) -> Desk:
        return desk_of(self.app)

    def sign_in(self, web: Started) -> None:
        for role, email in OFFICERS.items():
            page = self.browsers[role].sign_in(web.port, email, DEMO_PASSWORD)
            assert page.status == 200 and not page.address.endswith("/sign-in"), (role, page.status)

    def nominate(self, web: Started) -> None:
        chosen = {part: self.user(OFFICERS[role]) for part, role in CONTACTS.items()}
        said = {"full_name": TENANT, "birth_date": "1-2-1990", "email": "z@tenant.demo.invalid", "postcode": "0000 ZZ",
                "phone": "035 000 09 99"}  # fmt: skip
        page = self.browsers["urgency_officer"].do(
            web.port, "/trajectories/new", "/trajectories/new", self.desk().today, {**said, **chosen}
        )
        assert page.status == 200, page.faults()
        self.trajectory = reading().scalars(select(Trajectory.id)).one()
        let_go()

    def open_tasks(self) -> list[tuple[UUID, str]]:
        let_go()
        query = select(Task.id, Task.role).where(Task.status == "open").order_by(Task.due_on, Task.name)
        return [(row.id, row.role) for row in reading().execute(query)]

    def do_one(self, web: Started) -> None:
        """The first open task, through the browser of whoever it is for."""
        task, role = self.open_tasks()[0]
        page = self.send(web, task, role)
        assert page.status == 200, (page.address, page.faults())
        self.acknowledged.append(task)

    def send(self, web: Started, task: UUID, role: str) -> Page:
        today = self.desk().today
        last = term.latest_end(today)
        said = {
            "situation": SITUATION, "legal_ground": grounds_for(today)[-1], "first_day": today, "last_day": last,
            "rent": "642,50", "service_costs": "38,75", "care_decision_until": "", "home_id": self.home(),
        }  # fmt: skip
        browser = self.browsers[role]
        return browser.do(web.port, f"/tasks/{task}", f"/tasks/{task}/completion", today, said)

    def user(self, email: str) -> str:
        return str(reading().scalars(select(User.id).where(User.email == email)).one())

    def home(self) -> str:
        return str(reading().scalars(select(Home.id).where(Home.street == "Melkweg 3")).one())

    def is_idle(self) -> bool:
        """The worker has nothing left to do on this business day."""
        let_go()
        today = self.desk().today
        due = [
            select(func.count()).select_from(Run).where(Run.wake_on <= today, Run.fault == ""),
            select(func.count()).select_from(Document).where(Document.state == "ordered"),
            select(func.count()).select_from(Letter).where(Letter.state == "planned", Letter.due_on <= today),
            select(func.count()).select_from(Task).where(Task.status == "open", Task.nudge_on <= today),
        ]
        return not any(reading().scalar(query) for query in due)

    def let_claims_run_out(self) -> None:
        """As when the minutes have gone by for which a worker that is no more had claimed its work."""
        desk = self.desk()
        with desk.deed() as deed:
            for table in (Letter, Document):
                claimed = (table.state.in_(WAITING), table.claimed_until.is_not(None))
                past = desk.now - timedelta(minutes=1)
                deed.session.execute(update(table).where(*claimed).values(claimed_until=past))

    def move_on(self, days: int) -> None:
        travel(self.desk(), days)
        let_go()


CONTACTS = {
    "urgency_office": "urgency_officer",
    "municipality": "municipal_officer",
    "care_provider": "support_worker",
    "association": "housing_officer",
}


@pytest.fixture(params=["sqlite", "postgres"])
def drill(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Drill, Postbox]]:
    """An installation as the README makes one, with a mail server, its first manager, and an invented region.

    It is a demonstration in one thing only: its business day can be moved on.
    """
    url = request.getfixturevalue("postgres_url") if request.param == "postgres" else ""
    with Postbox() as postbox, installed(
        tmp_path, DATABASE_URL=url, SMTP_URL=postbox.url, DEMO="1", LOG_LEVEL="info"
    ) as site:
        assert site.run("migrate").returncode == 0
        words = ("add-manager", "--name", "Bea Beheer", "--email", MANAGER, "--organisation", "Woonstichting Proef")
        added = site.run(*words, said=f"{PASSWORD}\n{PASSWORD}\n")
        assert added.returncode == 0, added.stderr
        app = site.app()
        with app.app_context():
            furnish_region(desk_of(app), demo.REGION, DEMO_PASSWORD)
            yield Drill(site, app), postbox
            db.session.remove()
            db.engine.dispose()


def test_kill_9_of_web_and_worker_loses_nothing_that_was_acknowledged(drill: tuple[Drill, Postbox]) -> None:
    play, postbox = drill
    site = play.site
    on_two_hosts = db.engine.dialect.name == "postgresql"
    here = site.start_web()
    there = site.start_web() if on_two_hosts else here
    workers = [site.start_worker() for _ in range(2 if on_two_hosts else 1)]

    # the first manager signs in; the others do theirs, now on one host and now on the other
    assert Visitor().sign_in(here.port, MANAGER, PASSWORD).status == 200
    play.sign_in(here)
    play.nominate(there)
    for number in range(5):
        play.do_one((here, there)[number % 2])

    # a web is killed while it answers, and a worker with it
    task, role = play.open_tasks()[0]
    with ThreadPoolExecutor(1) as crowd:
        sent = crowd.submit(play_alone, play, there, task, role)
        workers[0].kill()
        there.kill()
        acknowledged = sent.result()
    if acknowledged:
        play.acknowledged.append(task)
    here = here if on_two_hosts else site.start_web(PORT=str(there.port))
    there = site.start_web()
    if not on_two_hosts:
        workers.append(site.start_worker())
    keys = "hand_over_keys"
    for number in range(20):
        if not play.open_tasks():
            break
        play.do_one((here, there)[number % 2])
    assert names_done(play)[keys] == 1

    # days go by; a worker is killed while the mail server keeps it waiting
    play.let_claims_run_out()
    eventually(play.is_idle, "the first round of work")
    postbox.held.set()
    play.move_on(170)
    eventually(postbox.waiting.is_set, "the first letter")
    for worker in site.started:
        if worker.log.name.endswith("worker.log"):
            worker.kill()
    postbox.held.clear()
    play.let_claims_run_out()
    workers = [site.start_worker() for _ in range(2 if on_two_hosts else 1)]
    eventually(play.is_idle, "the letters")
    for worker in workers:
        assert worker.ask_to_stop() == 0
    assert here.ask_to_stop() == 0

    check_tasks(play)
    check_papers(play)
    check_letters(play, postbox)
    check_logs(play)


def play_alone(play: Drill, web: Started, task: UUID, role: str) -> bool:
    """Whether the answer came that says it is done; the web may be gone before."""
    try:
        with play.app.app_context():
            return play.send(web, task, role).status == 200
    except OSError:
        return False


def names_done(play: Drill) -> Counter[str]:
    let_go()
    return Counter(reading().scalars(select(Task.name).where(Task.status == "done")))


def check_tasks(play: Drill) -> None:
    """What was acknowledged is there, once; what is there is whole."""
    let_go()
    done = set(reading().scalars(select(Task.id).where(Task.status == "done")))
    answers = Counter(reading().scalars(select(Answer.task_id)))
    assert set(play.acknowledged) <= done
    assert done == set(answers) and set(answers.values()) == {1}


def check_papers(play: Drill) -> None:
    """Every paper is filed once, and its file is what was filed."""
    papers = reading().scalars(select(Document)).all()
    assert {paper.name for paper in papers} >= {"care_contract_a", "care_contract_b", "fixed_term_lease"}
    assert {(paper.state, paper.version) for paper in papers} == {("filed", 1)}
    for paper in papers:
        assert files.read(Path(play.site.env["INSTANCE"]) / "documents", paper.content_hash)
    filed = reading().scalar(select(func.count()).select_from(Event).where(Event.action == "document_filed"))
    assert filed == len(papers)


def check_letters(play: Drill, postbox: Postbox) -> None:
    """Every posted letter went out once, and nothing else did."""
    posted = reading().scalars(select(Letter).where(Letter.state == "posted")).all()
    assert posted and not reading().scalars(select(Letter).where(Letter.state == "failed")).all()
    assert Counter(postbox.ids()) == Counter({letter.message_id for letter in posted})


def check_logs(play: Drill) -> None:
    """Only whole lines of JSON, and nobody in them."""
    logs = play.site.logs()
    private = ["Zwaantje", "Planteerling", "Rozenkade", "Bakker", "@", "Melkweg", "Gezegd bij", "64250", DEMO_PASSWORD]
    assert [word for word in private if word in logs] == []
    assert all(json.loads(line) for line in logs.splitlines())
    assert '"level": "critical"' not in logs


def test_a_worker_that_was_away_for_40_days_catches_up(tmp_path: Path) -> None:
    with Postbox() as postbox, installed(tmp_path, SMTP_URL=postbox.url, DEMO="1", LOG_LEVEL="info") as site:
        assert site.run("migrate").returncode == 0
        app = site.app()
        with app.app_context():
            furnish_region(desk_of(app), demo.REGION, DEMO_PASSWORD)
            play = Drill(site, app)
            web, worker = site.start_web(), site.start_worker()
            play.sign_in(web)
            play.nominate(web)
            while play.open_tasks():
                play.do_one(web)
            play.move_on(45)
            eventually(play.is_idle, "forty-five days")
            assert worker.ask_to_stop() == 0
            before = set(postbox.ids())

            play.move_on(40)
            worker = site.start_worker()
            eventually(play.is_idle, "forty days")
            assert worker.ask_to_stop() == 0
            roles = {role for _, role in play.open_tasks()}
            assert roles == {"housing_officer", "support_worker"}
            letters = reading().scalars(select(Letter).where(Letter.state != "planned")).all()
            late = [one for one in letters if one.state == "posted" and one.message_id not in before]
            assert late and max(Counter((one.occasion, one.role) for one in late).values()) == 1
            dropped = {one.reason for one in letters if one.state == "dropped"}
            assert dropped <= {"a_later_one_goes_out", "its_day_has_passed"}
            check_letters(play, postbox)
            check_logs(play)
            db.session.remove()
            db.engine.dispose()


def test_two_webs_that_want_one_port_are_told_so(tmp_path: Path) -> None:
    with installed(tmp_path, WEB_PROCESSES="1") as site:
        assert site.run("migrate").returncode == 0
        port = str(free_port())
        web = site.start_web(PORT=port)
        second = site.run("serve", PORT=port)
        assert second.stderr == f"Port {port} on 127.0.0.1 is taken; choose another with PORT=…\n"
        assert second.returncode == 2
        assert web.ask_to_stop() == 0
