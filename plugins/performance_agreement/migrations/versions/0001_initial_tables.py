"""Initial tables of the performance agreements: document, objectives, indicators, programmes."""

import sqlalchemy as sa
from alembic import op

from portal.api import UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pk_agreement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("root_case_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("unit_code", sa.String(length=40), nullable=False),
        sa.Column("unit_name", sa.String(length=200), nullable=False),
        sa.Column("level", sa.String(length=10), nullable=False),
        sa.Column("number", sa.String(length=200), nullable=False),
        sa.Column("first_name", sa.String(length=200), nullable=False),
        sa.Column("first_title", sa.String(length=200), nullable=False),
        sa.Column("first_acting", sa.String(length=300), nullable=False),
        sa.Column("first_signed", sa.Date(), nullable=True),
        sa.Column("second_name", sa.String(length=200), nullable=False),
        sa.Column("second_title", sa.String(length=200), nullable=False),
        sa.Column("second_acting", sa.String(length=300), nullable=False),
        sa.Column("second_signed", sa.Date(), nullable=True),
        sa.Column("publication_id", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pk_agreement")),
        sa.UniqueConstraint("case_id", name=op.f("uq_pk_agreement_case_id")),
    )
    with op.batch_alter_table("pk_agreement", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_pk_agreement_root_case_id"), ["root_case_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_pk_agreement_year"), ["year"], unique=False)

    op.create_table(
        "pk_objective",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agreement_id"],
            ["pk_agreement.id"],
            name=op.f("fk_pk_objective_agreement_id_pk_agreement"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pk_objective")),
    )
    with op.batch_alter_table("pk_objective", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_pk_objective_agreement_id"), ["agreement_id"], unique=False
        )

    op.create_table(
        "pk_programme",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("budget", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agreement_id"],
            ["pk_agreement.id"],
            name=op.f("fk_pk_programme_agreement_id_pk_agreement"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pk_programme")),
    )
    with op.batch_alter_table("pk_programme", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_pk_programme_agreement_id"), ["agreement_id"], unique=False
        )

    op.create_table(
        "pk_indicator",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("objective_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("target", sa.String(length=100), nullable=False),
        sa.Column("target_number", sa.Numeric(precision=24, scale=6), nullable=True),
        sa.Column("unit", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(
            ["objective_id"],
            ["pk_objective.id"],
            name=op.f("fk_pk_indicator_objective_id_pk_objective"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pk_indicator")),
    )
    with op.batch_alter_table("pk_indicator", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_pk_indicator_objective_id"), ["objective_id"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("pk_indicator", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pk_indicator_objective_id"))

    op.drop_table("pk_indicator")
    with op.batch_alter_table("pk_programme", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pk_programme_agreement_id"))

    op.drop_table("pk_programme")
    with op.batch_alter_table("pk_objective", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pk_objective_agreement_id"))

    op.drop_table("pk_objective")
    with op.batch_alter_table("pk_agreement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pk_agreement_year"))
        batch_op.drop_index(batch_op.f("ix_pk_agreement_root_case_id"))

    op.drop_table("pk_agreement")
