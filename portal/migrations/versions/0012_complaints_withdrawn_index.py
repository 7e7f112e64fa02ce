"""The few complaints that were withdrawn are found by an index."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

WITHDRAWN = sa.text("withdrawn_at IS NOT NULL")


def upgrade() -> None:
    op.create_index(
        "ix_complaint_withdrawn",
        "complaint",
        ["case_id"],
        sqlite_where=WITHDRAWN,
        postgresql_where=WITHDRAWN,
    )


def downgrade() -> None:
    op.drop_index("ix_complaint_withdrawn", "complaint")
