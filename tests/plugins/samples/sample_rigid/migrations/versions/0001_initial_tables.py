"""Initial tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """One table."""
    op.create_table(
        "rgd_row",
        sa.Column("id", sa.Integer(), primary_key=True),
    )


def downgrade() -> None:
    """Gone."""
    op.drop_table("rgd_row")
