"""How many bytes a finished trajectory takes: what its rows hold, table by table."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import LargeBinary, Table, cast, func, literal, select, text

from app.records import db
from app.records.database import Base, let_go, reading

KEPT = {"state": ("runs",), "tasks": ("tasks",), "answers": ("answers",)}
APART = {
    "events": ("events",),
    "letters": ("letters",),
    "documents (the rows)": ("documents",),
    "the rest of the dossier": (
        "trajectories", "persons", "parts", "goals", "conditions", "agreements", "reviews", "confirmations",
        "advices", "hearings", "decisions", "endings",
    ),
}  # fmt: skip


def bytes_per_trajectory(ids: list[UUID]) -> dict[str, float]:
    """What the rows of these trajectories hold on average: the sum of the lengths of their columns as stored."""
    found = {}
    for what, tables in {**KEPT, **APART}.items():
        found[what] = sum(_held(Base.metadata.tables[name], ids) for name in tables) / len(ids)
    let_go()
    return found


def file_size() -> int:
    """Bytes of the database file, with its indexes and the room that is free on its pages."""
    session = reading()
    pages, size = (session.scalar(text(f"PRAGMA {name}")) or 0 for name in ("page_count", "page_size"))
    let_go()
    return int(pages) * int(size)


def _held(table: Table, ids: list[UUID]) -> int:
    # A blob's length is its bytes; numbers and days are counted as they are written out.
    lengths = [func.coalesce(func.length(cast(column, LargeBinary)), 0) for column in table.columns]
    query = select(func.sum(sum(lengths, literal(0)))).select_from(table)
    if "trajectory_id" in table.columns:
        query = query.where(table.c.trajectory_id.in_(ids))
    elif table.name == "trajectories":
        query = query.where(table.c.id.in_(ids))
    elif table.name == "persons":
        trajectories = Base.metadata.tables["trajectories"]
        query = query.where(table.c.id.in_(select(trajectories.c.tenant_id).where(trajectories.c.id.in_(ids))))
    else:
        reviews = Base.metadata.tables["reviews"]
        query = query.where(table.c.review_id.in_(select(reviews.c.id).where(reviews.c.trajectory_id.in_(ids))))
    return int(db.session.scalar(query) or 0)
