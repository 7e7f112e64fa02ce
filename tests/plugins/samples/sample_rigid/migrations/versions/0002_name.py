"""A name for every row, which the rows of before have not."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """A column that must not be empty, without a value for what is there."""
    with op.batch_alter_table("rgd_row") as table:
        table.add_column(sa.Column("name", sa.String(20), nullable=False))


def downgrade() -> None:
    """Gone."""
    with op.batch_alter_table("rgd_row") as table:
        table.drop_column("name")
