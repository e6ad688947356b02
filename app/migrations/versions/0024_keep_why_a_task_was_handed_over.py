"""Keep why a task was handed over with the task, where it can be removed; entries of before keep what they said."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "tasks",
        sa.Column("handed_over_because", sa.String(length=200), server_default=sa.text("''"), nullable=False),
    )


def downgrade() -> None:
    """There is no way back but the backup."""
    raise NotImplementedError
