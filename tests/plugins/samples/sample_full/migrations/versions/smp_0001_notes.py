"""Notes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "smp_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "smp_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["wf_case.id"], name=op.f("fk_smp_note_case_id_wf_case")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_smp_note")),
    )


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("smp_note")
