"""Questions to the requester of a case."""

import sqlalchemy as sa
from alembic import op

from portal.db import UtcDateTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

WAITS = sa.text("state = 'open'")


def upgrade() -> None:
    op.create_table(
        "wf_question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("root_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_by", sa.String(length=400), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["root_id"], ["wf_case.id"], name="fk_wf_question_root_id_wf_case"),
        sa.ForeignKeyConstraint(["case_id"], ["wf_case.id"], name="fk_wf_question_case_id_wf_case"),
        sa.ForeignKeyConstraint(["task_id"], ["wf_task.id"], name="fk_wf_question_task_id_wf_task"),
        sa.ForeignKeyConstraint(
            ["person_id"], ["org_person.id"], name="fk_wf_question_person_id_org_person"
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["org_person.id"], name="fk_wf_question_asked_by_id_org_person"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_wf_question"),
    )
    op.create_index("ix_wf_question_root", "wf_question", ["root_id", "id"])
    op.create_index("ix_wf_question_task_id", "wf_question", ["task_id"])
    op.create_index(
        "uq_wf_question_open",
        "wf_question",
        ["task_id"],
        unique=True,
        sqlite_where=WAITS,
        postgresql_where=WAITS,
    )
    op.create_index(
        "ix_wf_question_waiting",
        "wf_question",
        ["person_id", "id"],
        sqlite_where=WAITS,
        postgresql_where=WAITS,
    )


def downgrade() -> None:
    op.drop_table("wf_question")
