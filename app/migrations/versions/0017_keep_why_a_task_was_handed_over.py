"""Keep why a task was handed over with the task, where its team alone reads it, and not in the record.

What earlier entries of the record say stays as it is: they are sealed.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("tasks", schema=None) as batch_op:
        batch_op.add_column(sa.Column("handed_because", sa.Text(), server_default=sa.text("''"), nullable=False))


def downgrade() -> None:
    """There is no way back but the backup."""
    raise NotImplementedError
