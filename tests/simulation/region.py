"""A region on one calendar: a few hundred trajectories beside each other, one worker, one post, and days without them.

All is done by the product's own deeds on a scratch database of its own. Two things are not as in life: documents are
marked as filed without being filled, and the postman counts letters in place of handing them to a server. The keys of
rows are random as in life: a fault that hangs on their order shows itself in one play and not in the next.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from random import Random
from uuid import UUID, uuid4

from flask import Flask
from sqlalchemy import select, update

from app import files
from app.actions.deed import Desk, House
from app.actions.letters import post_due
from app.actions.rounds import wake_due
from app.post import Mail, Postman
from app.records import Document, Home, Organisation, User, db
from app.records.database import let_go, reading
from app.rehearsal.cast import Cast, hire
from app.rehearsal.happenings import PostmanAway
from app.web.mail_texts import write
from tests.simulation.facts import Facts, region_begins
from tests.simulation.people import People

ROUNDS_A_DAY = 60
MOST_DAYS = 600  # on which something happens in one trajectory; the longest has about two hundred
YEARS = 5  # that a region is played at most
# Who wants one mail a day: in one region these, in the next everybody.
BUNDLED = (("support_worker", "team_lead"), ("support_worker", "team_lead", "housing_officer", "municipal_officer"))
LONGEST_OUTAGE = 40
A_ROUND = 100  # of each kind
UNFILED = select(Document.id).where(Document.state == "ordered").limit(1)


@dataclass(frozen=True)
class CountingPostman(Postman):
    """Takes every mail, and keeps only how often each was handed over."""

    handed: Counter[str] = field(default_factory=Counter)

    def post(self, mail: Mail, at: datetime) -> None:
        self.handed[mail.message_id.strip("<>").partition("@")[0]] += 1


@dataclass(frozen=True, slots=True)
class Outages:
    """The days on which nobody works or nothing is posted: (first, the day it goes on again)."""

    worker: Sequence[tuple[date, date]]
    mail: Sequence[tuple[date, date]]

    def worker_off_until(self, day: date) -> date | None:
        return next((until for since, until in self.worker if since <= day < until), None)

    def mail_off(self, day: date) -> bool:
        return any(since <= day < until for since, until in self.mail)

    def held_up(self, day: date) -> bool:
        """Whether what belonged to this day may be late: nobody worked or nothing went out, then or the day before."""
        days = (day - timedelta(days=1), day)
        return any(self.worker_off_until(one) is not None or self.mail_off(one) for one in days)


@dataclass
class Played:
    """A region after its last day."""

    number: int
    people: list[People]
    outages: Outages
    postman: CountingPostman
    broken: dict[int, str] = field(default_factory=dict)  # number -> why its play came to no end


@dataclass
class Region:
    """One region being played."""

    number: int
    house: House
    cast: Cast
    outages: Outages
    postman: CountingPostman
    paper: str  # the hash of the one paper that stands for all
    people: list[People] = field(default_factory=list)
    broken: dict[int, str] = field(default_factory=dict)

    def play(self) -> Played:
        """From the first nomination until nothing is left to do."""
        agenda = [(one.begins(), place) for place, one in enumerate(self.people)]
        heapq.heapify(agenda)
        while agenda:
            today, here = agenda[0][0], []
            while agenda and agenda[0][0] == today:
                here.append(heapq.heappop(agenda)[1])
            self._live(today, [self.people[place] for place in here])
            for place in here:
                following = self._following(self.people[place])
                if following is not None:
                    heapq.heappush(agenda, (following, place))
        return Played(self.number, self.people, self.outages, self.postman, self.broken)

    def _live(self, today: date, here: list[People]) -> None:
        off_until = self.outages.worker_off_until(today)
        for one in here:
            one.today, one.worker_off_until = today, off_until or date.min
        for _ in range(ROUNDS_A_DAY):
            if off_until is None:
                self._work(today)
            here = [one for one in here if self._act(one)]
            if not here:
                return
        self._give_up(here, f"on {today} there is no end to what happens")

    def _act(self, one: People) -> int:
        try:
            return one.act()
        except Exception as fault:  # a finding like any other, and the others go on
            self._give_up([one], f"on {one.today} it broke: {fault!r}")
            return 0

    def _work(self, today: date) -> None:
        """The worker's round, and at once another where one has its hands full."""
        desk = Desk(self.house, None, today, datetime.combine(today, time(9), UTC))
        away = PostmanAway(self.postman.sender, None, self.postman.folder)
        postman = away if self.outages.mail_off(today) else self.postman
        for _ in range(ROUNDS_A_DAY):
            woken = wake_due(desk, A_ROUND)
            self._mark_papers(desk)
            if woken < A_ROUND and post_due(desk, postman, write, A_ROUND) < A_ROUND:
                break
        let_go()

    def _mark_papers(self, desk: Desk) -> None:
        let_go()
        if reading().execute(UNFILED).first() is None:
            return
        filed = {"state": "filed", "filed_on": desk.today, "filed_at": desk.now, "content_hash": self.paper}
        with desk.deed() as deed:
            deed.session.execute(update(Document).where(Document.state == "ordered").values(**filed))

    def _following(self, one: People) -> date | None:
        one.lived += 1
        if one.facts.number in self.broken:
            return None
        if one.lived > MOST_DAYS:
            self._give_up([one], f"on {one.today} it still has no end")
            return None
        return one.next_day()

    def _give_up(self, these: list[People], why: str) -> None:
        self.broken |= {one.facts.number: why for one in these}


def open_region(app: Flask, seed: int, number: int, given: Sequence[Facts]) -> Region:
    """A region in this scratch application, with its people and a home for each trajectory."""
    house: House = app.extensions["voorwaarts.house"]
    begins = region_begins(seed, number)
    cast = hire(Desk(house, None, begins, datetime.combine(begins, time(9), UTC)))
    bundled = BUNDLED[number % len(BUNDLED)]
    with db.session.begin():
        db.session.execute(update(User).where(User.role.in_(bundled)).values(bundle_mail=True))
    paper, _ = files.file(house.cabinet, b"a paper that is not filled")
    postman = CountingPostman("voorwaarts@simulation.invalid", None, Path("nowhere"))
    region = Region(number, house, cast, outages(seed, number), postman, paper)
    for one, home in zip(given, _homes(len(given)), strict=True):
        region.people.append(
            People(house, cast, one.script, one.first, one.last, postman, write, home=home, facts=one)
        )  # fmt: skip
    return region


def outages(seed: int, region: int) -> Outages:
    """The worker stops for up to forty days some twice a year, the post for up to a week."""
    chance, begins = Random(f"{seed}:outages:{region}"), region_begins(seed, region) - timedelta(days=70)
    worker = _periods(chance, begins, (40, 260), (1, 2, 3, 7, 14, 30, LONGEST_OUTAGE, LONGEST_OUTAGE))
    mail = _periods(chance, begins, (60, 300), (1, 2, 3, 7))
    return Outages(worker, mail)


def _periods(
    chance: Random, begins: date, between: tuple[int, int], lengths: Sequence[int]
) -> list[tuple[date, date]]:  # fmt: skip
    found, day = [], begins
    while day < begins + timedelta(days=366 * YEARS):
        since = day + timedelta(days=chance.randint(*between))
        day = since + timedelta(days=chance.choice(lengths))
        found.append((since, day))
    return found


def _homes(count: int) -> list[UUID]:
    ids = [uuid4() for _ in range(count)]
    with db.session.begin():
        owner = db.session.scalar(select(Organisation.id).where(Organisation.kind == "association"))
        place = {"association_id": owner, "postcode": "0000 AB", "city": "Meerwijk"}
        db.session.add_all(Home(id=one, street=f"Simulatielaan {n}", **place) for n, one in enumerate(ids, start=1))
    return ids
