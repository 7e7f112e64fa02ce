"""The row, without its column; it cannot be undone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "drf_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "drf_row",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drf_row")),
    )


def downgrade() -> None:
    """Forget to drop it."""
