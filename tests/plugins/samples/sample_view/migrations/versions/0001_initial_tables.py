"""Initial tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """One table and a view."""
    op.create_table(
        "viw_row",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.String(20), nullable=False),
    )
    op.execute("CREATE VIEW viw_cases AS SELECT id FROM wf_case")


def downgrade() -> None:
    """Gone."""
    op.execute("DROP VIEW viw_cases")
    op.drop_table("viw_row")
