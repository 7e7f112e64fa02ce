"""What a start allows only one case of is a unique key of the case."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("wf_case", sa.Column("unique_key", sa.String(64), nullable=True))
    op.create_index("ix_wf_case_unique_key", "wf_case", ["unique_key"], unique=True)


def downgrade() -> None:
    op.drop_index("ix_wf_case_unique_key", "wf_case")
    op.drop_column("wf_case", "unique_key")
