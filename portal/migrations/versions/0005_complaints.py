"""Complaints: what was said and by whom (apart); from whom a case is kept."""

import sqlalchemy as sa
from alembic import op

from portal.db import UtcDateTime

revision = "816678dac5c7"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "complaint_setting",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_complaint_setting")),
    )
    op.create_table(
        "complaint",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("standard", sa.String(length=60), nullable=False),
        sa.Column("standard_title", sa.String(length=200), nullable=False),
        sa.Column("case_number", sa.String(length=40), nullable=False),
        sa.Column("about_id", sa.Integer(), nullable=True),
        sa.Column("about", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("hidden", sa.Boolean(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("receiver_id", sa.Integer(), nullable=False),
        sa.Column("receiver", sa.String(length=200), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("delegates", sa.JSON(), nullable=False),
        sa.Column("alone", sa.Boolean(), nullable=False),
        sa.Column("filed_at", UtcDateTime(), nullable=False),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.Column("reopen_until", UtcDateTime(), nullable=True),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["about_id"], ["org_position.id"], name=op.f("fk_complaint_about_id_org_position")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["wf_case.id"], name=op.f("fk_complaint_case_id_wf_case")
        ),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["org_position.id"], name=op.f("fk_complaint_officer_id_org_position")
        ),
        sa.ForeignKeyConstraint(
            ["receiver_id"], ["org_position.id"], name=op.f("fk_complaint_receiver_id_org_position")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint")),
        sa.UniqueConstraint("case_id", name=op.f("uq_complaint_case_id")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_complaint_code_hash")),
        sa.UniqueConstraint("number", name=op.f("uq_complaint_number")),
    )
    with op.batch_alter_table("complaint") as batch_op:
        batch_op.create_index(
            "ix_complaint_reopen_until", ["closed_at", "reopen_until"], unique=False
        )

    op.create_table(
        "wf_barred",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("position_id", sa.Integer(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["wf_case.id"], name=op.f("fk_wf_barred_case_id_wf_case")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["org_person.id"], name=op.f("fk_wf_barred_person_id_org_person")
        ),
        sa.ForeignKeyConstraint(
            ["position_id"], ["org_position.id"], name=op.f("fk_wf_barred_position_id_org_position")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["org_unit.id"], name=op.f("fk_wf_barred_unit_id_org_unit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wf_barred")),
    )
    with op.batch_alter_table("wf_barred") as batch_op:
        batch_op.create_index(batch_op.f("ix_wf_barred_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_wf_barred_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_wf_barred_position_id"), ["position_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_wf_barred_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "complaint_identity",
        sa.Column("complaint_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("form_hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["complaint_id"],
            ["complaint.id"],
            name=op.f("fk_complaint_identity_complaint_id_complaint"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["org_person.id"],
            name=op.f("fk_complaint_identity_person_id_org_person"),
        ),
        sa.PrimaryKeyConstraint("complaint_id", name=op.f("pk_complaint_identity")),
        sa.UniqueConstraint("form_hash", name=op.f("uq_complaint_identity_form_hash")),
    )
    with op.batch_alter_table("complaint_identity") as batch_op:
        batch_op.create_index(
            "ix_complaint_identity_person", ["person_id", "complaint_id"], unique=False
        )

    op.create_table(
        "complaint_message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("complaint_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("author", sa.String(length=300), nullable=False),
        sa.Column("position_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["complaint_id"],
            ["complaint.id"],
            name=op.f("fk_complaint_message_complaint_id_complaint"),
        ),
        sa.ForeignKeyConstraint(
            ["position_id"],
            ["org_position.id"],
            name=op.f("fk_complaint_message_position_id_org_position"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint_message")),
    )
    with op.batch_alter_table("complaint_message") as batch_op:
        batch_op.create_index(
            batch_op.f("ix_complaint_message_complaint_id"), ["complaint_id"], unique=False
        )

    with op.batch_alter_table("wf_sealed_reader") as batch_op:
        batch_op.create_index(
            "ix_wf_sealed_reader_position", ["position_id", "case_id"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("wf_sealed_reader") as batch_op:
        batch_op.drop_index("ix_wf_sealed_reader_position")

    with op.batch_alter_table("complaint_message") as batch_op:
        batch_op.drop_index(batch_op.f("ix_complaint_message_complaint_id"))

    op.drop_table("complaint_message")
    with op.batch_alter_table("complaint_identity") as batch_op:
        batch_op.drop_index("ix_complaint_identity_person")

    op.drop_table("complaint_identity")
    with op.batch_alter_table("wf_barred") as batch_op:
        batch_op.drop_index(batch_op.f("ix_wf_barred_unit_id"))
        batch_op.drop_index(batch_op.f("ix_wf_barred_position_id"))
        batch_op.drop_index(batch_op.f("ix_wf_barred_person_id"))
        batch_op.drop_index(batch_op.f("ix_wf_barred_case_id"))

    op.drop_table("wf_barred")
    with op.batch_alter_table("complaint") as batch_op:
        batch_op.drop_index("ix_complaint_reopen_until")

    op.drop_table("complaint")
    op.drop_table("complaint_setting")
