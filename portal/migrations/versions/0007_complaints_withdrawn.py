"""Complaints may be withdrawn; indexes for their lists."""

import sqlalchemy as sa
from alembic import op

from portal.db import UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

OPEN = sa.text("closed_at IS NULL AND reopen_until IS NULL")


def upgrade() -> None:
    op.add_column("complaint", sa.Column("withdrawn_at", UtcDateTime(), nullable=True))
    op.drop_index("ix_complaint_reopen_until", "complaint")
    op.create_index("ix_complaint_state", "complaint", ["closed_at", "reopen_until", "case_id"])
    op.create_index(
        "ix_complaint_open",
        "complaint",
        ["case_id"],
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )


def downgrade() -> None:
    op.drop_index("ix_complaint_open", "complaint")
    op.drop_index("ix_complaint_state", "complaint")
    op.create_index("ix_complaint_reopen_until", "complaint", ["closed_at", "reopen_until"])
    op.drop_column("complaint", "withdrawn_at")
