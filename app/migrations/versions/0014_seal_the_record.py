"""Seal the record: chains of entries that the database lets nobody change, and looks beside changes.

What happened before stays readable, without a number: nobody can vouch for it. A later migration that makes the table
of events anew on SQLite takes its guard away with it, and puts it back.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

FILLED: dict[str, Any] = {
    "look": sa.Boolean(), "origin": sa.String(length=60), "result": sa.String(length=60), "shown": sa.Text(),
}  # fmt: skip
_SQLITE = (
    "CREATE TRIGGER events_are_not_replaced BEFORE INSERT ON events "
    "WHEN EXISTS (SELECT 1 FROM events WHERE id = NEW.id OR (chain = NEW.chain AND number = NEW.number)) "
    "BEGIN SELECT RAISE(ABORT, 'the record is not changed'); END",
    "CREATE TRIGGER events_are_not_changed BEFORE UPDATE ON events "
    "BEGIN SELECT RAISE(ABORT, 'the record is not changed'); END",
    "CREATE TRIGGER events_are_not_removed BEFORE DELETE ON events "
    "BEGIN SELECT RAISE(ABORT, 'the record is not changed'); END",
)
_POSTGRESQL = (
    "CREATE FUNCTION leave_the_record() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'the record is not changed' USING ERRCODE = 'integrity_constraint_violation'; END $$",
    "CREATE TRIGGER events_are_not_changed BEFORE UPDATE OR DELETE ON events "
    "FOR EACH ROW EXECUTE FUNCTION leave_the_record()",
    "CREATE TRIGGER events_are_not_emptied BEFORE TRUNCATE ON events "
    "FOR EACH STATEMENT EXECUTE FUNCTION leave_the_record()",
)


def upgrade() -> None:
    op.create_table(
        "chains",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("seal", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chains")),
    )
    with op.batch_alter_table("events", schema=None) as batch_op:
        for name, kind in FILLED.items():
            batch_op.add_column(sa.Column(name, kind, nullable=True))
        batch_op.add_column(sa.Column("organisation_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("chain", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("number", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("seal", sa.LargeBinary(), nullable=True))
        batch_op.drop_index(batch_op.f("ix_events_trajectory_id_id"))
    op.execute("UPDATE events SET look = FALSE, origin = '', result = 'done', shown = ''")
    with op.batch_alter_table("events", schema=None) as batch_op:
        for name, kind in FILLED.items():
            batch_op.alter_column(name, existing_type=kind, nullable=False)
        batch_op.create_index(
            batch_op.f("ix_events_trajectory_id_look_id"), ["trajectory_id", "look", "id"], unique=False
        )  # fmt: skip
        batch_op.create_unique_constraint(batch_op.f("uq_events_chain_number"), ["chain", "number"])
    for text in _SQLITE if op.get_bind().dialect.name == "sqlite" else _POSTGRESQL:
        op.execute(text)


def downgrade() -> None:
    """There is no way back but the backup."""
    raise NotImplementedError
