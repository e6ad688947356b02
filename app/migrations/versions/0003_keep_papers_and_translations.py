"""Keep papers and translations."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    columns = ["trajectory_id", "name", "occasion", "version"]
    with op.batch_alter_table("documents", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_documents_trajectory_id_name_occasion_version"), type_="unique")
        batch_op.create_unique_constraint(
            batch_op.f("uq_documents_trajectory_id_name_occasion_version_language"), [*columns, "language"]
        )


def downgrade() -> None:
    """There is no way back but the backup."""
    raise NotImplementedError
