"""Indexes for the list of cases; waiting rows name the case that they list."""

import sqlalchemy as sa
from alembic import op

from portal.db import UtcDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

LISTED = sa.text("listed_case_id IS NOT NULL")
MAIN = sa.text("parent_id IS NULL")
FILL = """
UPDATE wf_candidate SET
    listed_case_id = (SELECT wf_task.case_id FROM wf_task
        JOIN wf_case ON wf_case.id = wf_task.case_id
        WHERE wf_task.id = wf_candidate.task_id AND wf_case.plugin <> 'portal'),
    listed_at = (SELECT wf_case.started_at FROM wf_task
        JOIN wf_case ON wf_case.id = wf_task.case_id
        WHERE wf_task.id = wf_candidate.task_id AND wf_case.plugin <> 'portal')
"""


def upgrade() -> None:
    with op.batch_alter_table("wf_candidate") as batch_op:
        batch_op.add_column(sa.Column("listed_case_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("listed_at", UtcDateTime(), nullable=True))
        batch_op.create_foreign_key(
            op.f("fk_wf_candidate_listed_case_id_wf_case"), "wf_case", ["listed_case_id"], ["id"]
        )
    op.execute(FILL)
    op.create_index(
        "ix_wf_candidate_listed",
        "wf_candidate",
        ["position_id", "listed_at", "listed_case_id"],
        sqlite_where=LISTED,
        postgresql_where=LISTED,
    )
    op.create_index(
        "ix_wf_case_newest",
        "wf_case",
        ["workflow", "started_at", "id"],
        sqlite_where=MAIN,
        postgresql_where=MAIN,
    )
    op.create_index("ix_wf_case_unit", "wf_case", ["unit_id", "started_at", "id"])
    op.create_index(
        "ix_wf_case_sealed",
        "wf_case",
        ["plugin", "started_at", "id"],
        sqlite_where=sa.text("sealed = 1"),
        postgresql_where=sa.text("sealed"),
    )


def downgrade() -> None:
    op.drop_index("ix_wf_case_sealed", "wf_case")
    op.drop_index("ix_wf_case_unit", "wf_case")
    op.drop_index("ix_wf_case_newest", "wf_case")
    op.drop_index("ix_wf_candidate_listed", "wf_candidate")
    with op.batch_alter_table("wf_candidate") as batch_op:
        batch_op.drop_constraint(op.f("fk_wf_candidate_listed_case_id_wf_case"), type_="foreignkey")
        batch_op.drop_column("listed_at")
        batch_op.drop_column("listed_case_id")
