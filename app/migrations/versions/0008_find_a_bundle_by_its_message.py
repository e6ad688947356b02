"""Find a bundle by its message."""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_letters_message_id"), "letters", ["message_id"])


def downgrade() -> None:
    """There is no way back but the backup."""
    raise NotImplementedError
