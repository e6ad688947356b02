"""Tell curators from mentors, and keep since when somebody stands beside a tenant.

A guardian may have been either: kept as a curator, the cautious one, who gets every legal letter. All who stand there
now count as added today, so that a notice of which receipt was written down before stays as it stands.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("besides", schema=None) as batch_op:
        batch_op.add_column(sa.Column("added_on", sa.Date(), nullable=True))
    op.execute("UPDATE besides SET added_on = CURRENT_DATE")
    op.execute("UPDATE besides SET kind = 'curator' WHERE kind = 'guardian'")


def downgrade() -> None:
    """There is no way back but the backup."""
    raise NotImplementedError
