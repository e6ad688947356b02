"""Keep revisions of decisions, whose hearing a hearing was, and letters that were withdrawn."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

LATE: dict[str, Any] = {"initially": "DEFERRED", "deferrable": True}


def upgrade() -> None:
    op.create_table(
        "revisions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("trajectory_id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("was_outcome", sa.String(length=60), nullable=False),
        sa.Column("outcome", sa.String(length=60), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("proposed_on", sa.Date(), nullable=False),
        sa.Column("proposed_by_id", sa.Uuid(), nullable=False),
        sa.Column("decided", sa.String(length=60), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("findings", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.Column("verdict", sa.String(length=60), nullable=False),
        sa.Column("verdict_reason", sa.Text(), nullable=False),
        sa.Column("approved_on", sa.Date(), nullable=True),
        sa.Column("approved_by_id", sa.Uuid(), nullable=True),
        sa.Column("judged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_id", sa.Uuid(), nullable=True),
        sa.Column("to_explain", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["approved_by_id"], ["users.id"], name=op.f("fk_revisions_approved_by_id"), **LATE),
        sa.ForeignKeyConstraint(["decided_by_id"], ["users.id"], name=op.f("fk_revisions_decided_by_id"), **LATE),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name=op.f("fk_revisions_decision_id"), **LATE),
        sa.ForeignKeyConstraint(["proposed_by_id"], ["users.id"], name=op.f("fk_revisions_proposed_by_id"), **LATE),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_revisions_run_id"), **LATE),
        sa.ForeignKeyConstraint(
            ["trajectory_id"], ["trajectories.id"], name=op.f("fk_revisions_trajectory_id"), **LATE
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revisions")),
        sa.UniqueConstraint("run_id", name=op.f("uq_revisions_run_id")),
    )
    with op.batch_alter_table("revisions") as table:
        table.create_index(table.f("ix_revisions_trajectory_id"), ["trajectory_id"], unique=False)
    with op.batch_alter_table("decisions") as table:
        table.add_column(sa.Column("withdrawn_on", sa.Date(), nullable=True))
    with op.batch_alter_table("end_notices") as table:
        table.add_column(sa.Column("withdrawn_on", sa.Date(), nullable=True))
    with op.batch_alter_table("hearings") as table:
        table.add_column(sa.Column("revision_id", sa.Uuid(), nullable=True))
        table.create_foreign_key(table.f("fk_hearings_revision_id"), "revisions", ["revision_id"], ["id"], **LATE)


def downgrade() -> None:
    """There is no way back but the backup."""
    raise NotImplementedError
