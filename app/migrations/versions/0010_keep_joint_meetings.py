"""Keep how each party sees the end of the term, and the meeting that follows where they see it differently."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "joint_meetings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("trajectory_id", sa.Uuid(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=True),
        sa.Column("came", sa.String(length=60), nullable=False),
        sa.Column("result", sa.String(length=60), nullable=False),
        sa.Column("outcome", sa.String(length=60), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("recorded_on", sa.Date(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_id"], ["users.id"], name=op.f("fk_joint_meetings_by_id"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["trajectory_id"],
            ["trajectories.id"],
            name=op.f("fk_joint_meetings_trajectory_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joint_meetings")),
    )
    with op.batch_alter_table("joint_meetings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_joint_meetings_trajectory_id"), ["trajectory_id"], unique=False)

    nothing_said = sa.text("'{}'")
    with op.batch_alter_table("advices", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("findings", sa.JSON(none_as_null=True), server_default=nothing_said, nullable=False)
        )
    with op.batch_alter_table("hearings", schema=None) as batch_op:
        for name in ("tenant_wants", "own_view"):
            batch_op.add_column(sa.Column(name, sa.String(length=60), server_default=sa.text("''"), nullable=False))
        batch_op.add_column(
            sa.Column("findings", sa.JSON(none_as_null=True), server_default=nothing_said, nullable=False)
        )


def downgrade() -> None:
    """There is no way back but the backup."""
    raise NotImplementedError
