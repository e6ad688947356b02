"""Let the oldest entries of a chain of the record go once a row says up to which one; all others stay guarded."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_SQLITE = (
    "DROP TRIGGER events_are_not_removed",
    "CREATE TRIGGER events_are_not_removed BEFORE DELETE ON events "
    "WHEN NOT EXISTS (SELECT 1 FROM cuts WHERE chain = OLD.chain AND up_to >= OLD.number) "
    "BEGIN SELECT RAISE(ABORT, 'the record is not changed'); END",
)
_POSTGRESQL = (
    "CREATE OR REPLACE FUNCTION leave_the_record() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN IF TG_OP = 'DELETE' THEN IF EXISTS "
    "(SELECT 1 FROM cuts WHERE chain = OLD.chain AND up_to >= OLD.number) THEN RETURN OLD; END IF; END IF; "
    "RAISE EXCEPTION 'the record is not changed' USING ERRCODE = 'integrity_constraint_violation'; END $$",
)


def upgrade() -> None:
    op.create_table(
        "cuts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("chain", sa.Uuid(), nullable=False),
        sa.Column("up_to", sa.Integer(), nullable=False),
        sa.Column("head", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cuts")),
    )
    with op.batch_alter_table("cuts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_cuts_chain"), ["chain"], unique=False)
    for text in _SQLITE if op.get_bind().dialect.name == "sqlite" else _POSTGRESQL:
        op.execute(text)


def downgrade() -> None:
    """There is no way back but the backup."""
    raise NotImplementedError
