"""Fills a database fast: a few trajectories are really played, and their rows copied as often as is asked.

Every copy is whole: its own ids in every column and inside texts, its own days, its run with the engine's real state.
The copying is done inside SQLite, so a hundred thousand take a minute or two and not a day.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Date, Table, select

from app.records import Organisation, Trajectory, User, db
from app.records.columns import Id
from app.records.database import Base, let_go, reading, sqlite_driver
from app.records.ledger import Ledger
from app.rules.reminders import mark
from tests.bench.completion import Player
from tests.bench.installation import Installation

TEAM, MINE = 2_000, 40
OTHERS = 20  # other associations
DUE, ROUNDS = 100, 3  # trajectories to wake at once, and how often
TODAY = date(2025, 8, 25)  # the day on which the second review of the template opens
# In which stage a template is copied: just nominated, between two reviews, in a review with open tasks.
UNTIL: Mapping[str, date] = {"nominated": date(2025, 1, 20), "waiting": date(2025, 8, 1), "in_review": TODAY}
MARK = "feedf00d"  # the first letters of every id of a template, so that copies can replace them

OF_TRAJECTORY = (
    "parts", "besides", "goals", "conditions", "agreements", "reviews", "runs", "tasks", "answers", "events",
    "letters", "documents",
)  # fmt: skip
ORDER = ("persons", "homes", "trajectories", *OF_TRAJECTORY, "confirmations")
OWN = {*ORDER} - {"events"}


@dataclass
class Loader:
    """The templates, and how many copies there are."""

    at: Installation
    templates: list[str] = field(default_factory=list)
    others: list[tuple[UUID, UUID]] = field(default_factory=list)  # association, officer
    colleague: UUID | None = None
    _tails: dict[str, str] = field(default_factory=dict)  # template -> its trajectory's id behind the mark
    count: int = 0
    step: int = 0

    def prepare(self) -> None:
        """Play the templates and furnish the other associations."""
        self._furnish()
        for name, until in UNTIL.items():
            player = self.at.player(Player)
            player.play(until)
            assert player.trajectory_id is not None
            rows = _rows_of(player.trajectory_id)
            with self._raw() as database:
                _keep_template(database, name, rows)
            self.templates.append(name)
            self._tails[name] = player.trajectory_id.hex[8:]

    def fill(self, size: int) -> None:
        """Make it this many open trajectories; the team's tasks stay 2,000 and the officer's 40."""
        with self._raw() as database:
            for name in self.templates:
                _to_temp(database, name)
            database.execute("BEGIN IMMEDIATE")
            columns = "prefix TEXT, number INTEGER, template TEXT, shift TEXT, association BLOB, officer BLOB"
            database.execute(f"CREATE TEMP TABLE copies ({columns})")
            database.executemany("INSERT INTO copies VALUES (?, ?, ?, ?, ?, ?)", self._copies(size))
            for name in self.templates:
                for table in ORDER:
                    _copy(database, name, Base.metadata.tables[table], self._ours)
            self._share_out(database)
            database.execute("COMMIT")
        self._mark(size)
        self.count, self.step = size, self.step + 1

    def day(self, round_: int = 0) -> date:
        """The business day of a round of waking at the present size."""
        return TODAY + timedelta(days=4 * (self.step - 1) + round_)

    @property
    def _ours(self) -> tuple[bytes, bytes]:
        officer = self.at.cast.players["housing_officer"]
        return officer.organisation_id.bytes, officer.id.bytes

    def _copies(self, size: int) -> Iterator[tuple[Any, ...]]:
        """(prefix, number, template, days to shift, association, officer) of each copy that is to be made."""
        ours_before, ours = min(self.count // 2, TEAM), min(size // 2, TEAM)
        due = [round_ for round_ in range(1, ROUNDS + 1) for _ in range(DUE)] if size >= 1000 else []
        for number in range(self.count, size):
            place = number - self.count
            if place < ours - ours_before:
                template, shift, (association, officer) = "in_review", -(number % 40), self._ours
            else:
                whose = self.others[number % OTHERS]
                association, officer = whose[0].bytes, whose[1].bytes
                place -= ours - ours_before
                if place < len(due):
                    template, shift = "waiting", 4 * self.step + due[place]
                else:
                    template = ("waiting", "in_review", *["nominated"] * 8)[number % 10]
                    shift = 30 + number % 300
            yield f"{number + 1:08x}", number, template, f"{shift:+d} days", association, officer

    def _share_out(self, database: Any) -> None:
        """Exactly 2,000 open tasks for the team, of which 40 are the officer's own and half the others nobody's."""
        association, officer = self._ours
        team = "organisation_id = ? AND role = 'housing_officer' AND status = 'open'"
        database.execute(f"DELETE FROM tasks WHERE {team} AND step LIKE 'more-%'", (association,))
        (there,) = database.execute(f"SELECT count(*) FROM tasks WHERE {team}", (association,)).fetchone()
        columns = [column.name for column in Base.metadata.tables["tasks"].columns]
        taken = ", ".join({"id": "randomblob(16)", "step": "'more-' || ?"}.get(name, f'"{name}"') for name in columns)
        for number in range(TEAM - there):
            database.execute(
                f"INSERT INTO tasks SELECT {taken} FROM tasks WHERE rowid = "
                f"(SELECT rowid FROM tasks WHERE {team} AND step NOT LIKE 'more-%' LIMIT 1 OFFSET ?)",
                (number, association, number % there),
            )
        assert self.colleague is not None
        database.execute(f"UPDATE tasks SET assignee_id = NULL WHERE {team}", (association,))
        for who, some in ((officer, MINE), (self.colleague.bytes, (TEAM - MINE) // 2)):
            chosen = f"SELECT rowid FROM tasks WHERE {team} AND assignee_id IS NULL ORDER BY substr(id, 9) LIMIT ?"
            database.execute(f"UPDATE tasks SET assignee_id = ? WHERE rowid IN ({chosen})", (who, association, some))

    def _mark(self, size: int) -> None:
        """Other days, other reminders: say of each copy that those of its days are planned."""
        like: dict[tuple[str, str], list[bytes]] = {}
        for prefix, _, template, shift, *_ in self._copies(size):
            like.setdefault((template, shift), []).append(bytes.fromhex(prefix + self._tails[template]))
        marks = []
        for ids in like.values():
            row = reading().get_one(Trajectory, UUID(bytes=ids[0]))
            now = mark(Ledger(reading(), row, TODAY).case())
            marks += [(now, one) for one in ids]
            let_go()
        with self._raw() as database:
            database.execute("BEGIN IMMEDIATE")
            database.executemany("UPDATE trajectories SET plan_mark = ? WHERE id = ?", marks)
            database.execute("COMMIT")

    def _furnish(self) -> None:
        with db.session.begin():
            for number in range(OTHERS):
                association, officer = uuid4(), uuid4()
                db.session.add(Organisation(id=association, kind="association", name=f"Stichting Wonen {number}"))
                db.session.add(_officer(officer, association, f"officer{number}@wonen.demo.invalid"))
                self.others.append((association, officer))
            self.colleague = uuid4()
            ours = self.at.cast.players["housing_officer"].organisation_id
            db.session.add(_officer(self.colleague, ours, "colleague@deheuvel.demo.invalid"))

    @contextmanager
    def _raw(self) -> Iterator[Any]:
        let_go()
        database = sqlite_driver.connect(str(self.at.database), isolation_level=None)
        for pragma in ("synchronous=OFF", "foreign_keys=OFF", "cache_size=-262144", "temp_store=MEMORY"):
            database.execute(f"PRAGMA {pragma}")
        yield database
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        database.close()


def _officer(user_id: UUID, association: UUID, email: str) -> User:
    return User(id=user_id, organisation_id=association, role="housing_officer", name="Een collega", email=email)


def _rows_of(trajectory_id: UUID) -> dict[str, list[dict[str, Any]]]:
    """Table -> the rows of one trajectory, as the database holds them."""
    session = reading()
    tables = Base.metadata.tables

    def stored(table: Table, condition: Any) -> list[dict[str, Any]]:
        query = select(table).where(condition).compile(db.engine)
        raw = session.connection().connection.driver_connection
        assert raw is not None
        cursor = raw.execute(str(query), [_bound(value) for value in query.params.values()])
        names = [column.name for column in table.columns]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    found = {name: stored(tables[name], tables[name].c.trajectory_id == trajectory_id) for name in OF_TRAJECTORY}
    found["trajectories"] = stored(tables["trajectories"], tables["trajectories"].c.id == trajectory_id)
    (row,) = found["trajectories"]
    found["persons"] = stored(tables["persons"], tables["persons"].c.id == UUID(bytes=row["tenant_id"]))
    home = row["home_id"]
    found["homes"] = stored(tables["homes"], tables["homes"].c.id == UUID(bytes=home)) if home else []
    found["confirmations"] = []
    for review in found["reviews"]:
        of_review = tables["confirmations"].c.review_id == UUID(bytes=review["id"])
        found["confirmations"] += stored(tables["confirmations"], of_review)
    let_go()
    return found


def _bound(value: Any) -> Any:
    return value.bytes if isinstance(value, UUID) else value


def _keep_template(database: Any, name: str, rows: Mapping[str, list[dict[str, Any]]]) -> None:
    """The rows as a table of their own: own ids as the letters behind the mark, and the mark inside texts."""
    own = {UUID(bytes=row["id"]) for table in OWN for row in rows[table]}
    spelled = {text: MARK + text[8:] for one in own for text in (one.hex, str(one))}
    mark = re.compile("|".join(spelled))
    for table in ORDER:
        columns = ", ".join(f'"{column.name}"' for column in Base.metadata.tables[table].columns)
        database.execute(f"CREATE TABLE template_{name}_{table} ({columns})")
        for row in rows[table]:
            values = []
            for value in row.values():
                if isinstance(value, bytes) and len(value) == 16 and UUID(bytes=value) in own:
                    value = value.hex()[8:]
                elif isinstance(value, str):
                    value = mark.sub(lambda found: spelled[found[0]], value)
                values.append(value)
            places = ", ".join("?" * len(values))
            database.execute(f"INSERT INTO template_{name}_{table} VALUES ({places})", values)


def _to_temp(database: Any, name: str) -> None:
    for table in ORDER:
        database.execute(f"CREATE TEMP TABLE t_{name}_{table} AS SELECT * FROM template_{name}_{table}")


def _copy(database: Any, name: str, table: Table, ours: tuple[bytes, bytes]) -> None:
    columns = [column for column in table.columns if not (table.name == "events" and column.name == "id")]
    into = ", ".join(f'"{column.name}"' for column in columns)
    database.execute(
        f"INSERT INTO {table.name} ({into}) SELECT {', '.join(map(_copied, columns))} "
        f"FROM temp.copies c CROSS JOIN temp.t_{name}_{table.name} t "
        "WHERE c.template = :template ORDER BY c.number, t.rowid",
        {"association": ours[0], "officer": ours[1], "template": name},
    )


def _copied(column: Any) -> str:
    """What a copy has in this column."""
    value = f't."{column.name}"'
    if column.name == "reference":
        return "'VW-' || c.number"
    if isinstance(column.type, Id):
        return (
            f"CASE WHEN typeof({value}) = 'text' THEN unhex(c.prefix || {value}) WHEN {value} = :association "
            f"THEN c.association WHEN {value} = :officer THEN c.officer ELSE {value} END"
        )
    if isinstance(column.type, Date):
        return f"date({value}, c.shift)"
    return f"CASE WHEN typeof({value}) = 'text' THEN replace({value}, '{MARK}', c.prefix) ELSE {value} END"
