"""The register says how fast a letter is; an index in the order of its pages."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "ls_register", sa.Column("speed", sa.String(length=20), server_default="", nullable=False)
    )
    op.create_index("ix_ls_register_leader", "ls_register", ["leader", "id"])


def downgrade() -> None:
    op.drop_index("ix_ls_register_leader", table_name="ls_register")
    op.drop_column("ls_register", "speed")
