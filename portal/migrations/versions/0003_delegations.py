"""Delegations for an absence, and an index of the tasks that somebody has taken."""

import sqlalchemy as sa
from alembic import op

from portal.db import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

CLAIMED = sa.text("claimed_by_id IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "org_delegation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("position_id", sa.Integer(), nullable=False),
        sa.Column("from_person_id", sa.Integer(), nullable=False),
        sa.Column("to_person_id", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("to_person_id <> from_person_id", name=op.f("ck_org_delegation_other")),
        sa.CheckConstraint("valid_to >= valid_from", name=op.f("ck_org_delegation_period")),
        sa.ForeignKeyConstraint(
            ["from_person_id"],
            ["org_person.id"],
            name=op.f("fk_org_delegation_from_person_id_org_person"),
        ),
        sa.ForeignKeyConstraint(
            ["position_id"],
            ["org_position.id"],
            name=op.f("fk_org_delegation_position_id_org_position"),
        ),
        sa.ForeignKeyConstraint(
            ["to_person_id"],
            ["org_person.id"],
            name=op.f("fk_org_delegation_to_person_id_org_person"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_org_delegation")),
    )
    op.create_index("ix_org_delegation_from", "org_delegation", ["from_person_id", "valid_to"])
    op.create_index("ix_org_delegation_position", "org_delegation", ["position_id", "valid_to"])
    op.create_index("ix_org_delegation_to", "org_delegation", ["to_person_id", "valid_to"])
    op.create_index(
        "ix_wf_task_claimed",
        "wf_task",
        ["status", "claimed_by_id"],
        sqlite_where=CLAIMED,
        postgresql_where=CLAIMED,
    )


def downgrade() -> None:
    op.drop_index("ix_wf_task_claimed", "wf_task")
    op.drop_table("org_delegation")
