"""Keep the spans that an association or a trajectory has of its own."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

LATE: Any = {"initially": "DEFERRED", "deferrable": True}


def upgrade() -> None:
    op.create_table(
        "schedules",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("scope", sa.String(length=60), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("spans", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_schedules_by_id"), **LATE),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_schedules_organisation_id"), **LATE
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schedules")),
    )
    with op.batch_alter_table("schedules", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_schedules_organisation_id_scope_number"),
            ["organisation_id", "scope", "number"],
            unique=False,
        )
    op.create_table(
        "reschedulings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("trajectory_id", sa.Uuid(), nullable=False),
        sa.Column("was_id", sa.Uuid(), nullable=True),
        sa.Column("now_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_reschedulings_by_id"), **LATE),
        sa.ForeignKeyConstraint(["now_id"], ["schedules.id"], name=op.f("fk_reschedulings_now_id"), **LATE),
        sa.ForeignKeyConstraint(
            ["trajectory_id"], ["trajectories.id"], name=op.f("fk_reschedulings_trajectory_id"), **LATE
        ),
        sa.ForeignKeyConstraint(["was_id"], ["schedules.id"], name=op.f("fk_reschedulings_was_id"), **LATE),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reschedulings")),
    )
    with op.batch_alter_table("reschedulings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reschedulings_trajectory_id"), ["trajectory_id"], unique=False)
    with op.batch_alter_table("trajectories", schema=None) as batch_op:
        batch_op.add_column(sa.Column("schedule_id", sa.Uuid(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_trajectories_schedule_id"), "schedules", ["schedule_id"], ["id"], **LATE
        )


def downgrade() -> None:
    """There is no way back but the backup."""
    raise NotImplementedError
