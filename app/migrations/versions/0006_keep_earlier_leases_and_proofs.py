"""Keep what was said of earlier leases, and of every end notice how it was sent, came back and is proven."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "told_leases",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("trajectory_id", sa.Uuid(), nullable=False),
        sa.Column("answer", sa.String(length=60), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_id"], ["users.id"], name=op.f("fk_told_leases_by_id"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["trajectory_id"],
            ["trajectories.id"],
            name=op.f("fk_told_leases_trajectory_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_told_leases")),
        sa.UniqueConstraint("trajectory_id", name=op.f("uq_told_leases_trajectory_id")),
    )
    with op.batch_alter_table("besides", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_besides_person_id"), ["person_id"], unique=False)

    with op.batch_alter_table("persons", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_persons_birth_date"), ["birth_date"], unique=False)

    with op.batch_alter_table("end_notices", schema=None) as batch_op:
        batch_op.add_column(sa.Column("round", sa.Integer(), server_default=sa.text("1"), nullable=False))
        for name in ("track_and_trace", "proof_kind", "returned_because"):
            batch_op.add_column(sa.Column(name, sa.String(length=60), server_default=sa.text("''"), nullable=False))
        batch_op.add_column(sa.Column("returned_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("recorded_on", sa.Date(), nullable=True))

    op.create_table(
        "notice_proofs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("notice_id", sa.Uuid(), nullable=False),
        sa.Column("media_type", sa.String(length=60), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_id"], ["users.id"], name=op.f("fk_notice_proofs_by_id"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["notice_id"],
            ["end_notices.id"],
            name=op.f("fk_notice_proofs_notice_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_proofs")),
    )
    with op.batch_alter_table("notice_proofs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notice_proofs_notice_id"), ["notice_id"], unique=False)


def downgrade() -> None:
    """There is no way back but the backup."""
    raise NotImplementedError
