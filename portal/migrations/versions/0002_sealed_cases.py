"""Sealed cases: a flag on the case, and the positions whose holders may read it."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "wf_sealed_reader",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("position_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["wf_case.id"], name=op.f("fk_wf_sealed_reader_case_id_wf_case")
        ),
        sa.ForeignKeyConstraint(
            ["position_id"],
            ["org_position.id"],
            name=op.f("fk_wf_sealed_reader_position_id_org_position"),
        ),
        sa.PrimaryKeyConstraint("case_id", "position_id", name=op.f("pk_wf_sealed_reader")),
    )
    with op.batch_alter_table("wf_case") as batch_op:
        batch_op.add_column(
            sa.Column("sealed", sa.Boolean(), nullable=False, server_default=sa.false())
        )


def downgrade() -> None:
    with op.batch_alter_table("wf_case") as batch_op:
        batch_op.drop_column("sealed")
    op.drop_table("wf_sealed_reader")
