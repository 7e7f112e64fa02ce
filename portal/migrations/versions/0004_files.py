"""Uploaded files: names, types and owners; the contents lie in the files folder."""

import sqlalchemy as sa
from alembic import op

from portal.db import UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "doc_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(length=43), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("mime", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("owner_kind", sa.String(length=20), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("form_key", sa.String(length=64), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("kept_until", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["org_person.id"], name=op.f("fk_doc_file_person_id_org_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_doc_file")),
        sa.UniqueConstraint("token", name=op.f("uq_doc_file_token")),
    )
    with op.batch_alter_table("doc_file") as batch_op:
        batch_op.create_index("ix_doc_file_case", ["case_id", "id"], unique=False)
        batch_op.create_index("ix_doc_file_kept_until", ["kept_until"], unique=False)
        batch_op.create_index("ix_doc_file_owner", ["owner_kind", "owner_id", "id"], unique=False)


def downgrade() -> None:
    op.drop_table("doc_file")
