"""Jobs say who began them and what they made; a person's own log is found by index."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

OWN = "chain = 'accounts'"
CHANGES = "chain = 'accounts' AND kind <> 'log-in'"


def upgrade() -> None:
    op.add_column("job", sa.Column("person_id", sa.Integer(), nullable=True))
    op.add_column(
        "job", sa.Column("result", sa.String(length=300), server_default="", nullable=False)
    )
    op.add_column("job", sa.Column("note", sa.Text(), server_default="", nullable=False))
    op.create_index("ix_job_state", "job", ["state", "id"])
    for name, columns, where in (
        ("ix_audit_event_own", ["person_id", "id"], OWN),
        ("ix_audit_event_account_changes", ["id"], CHANGES),
    ):
        op.create_index(
            name,
            "audit_event",
            columns,
            sqlite_where=sa.text(where),
            postgresql_where=sa.text(where),
        )


def downgrade() -> None:
    op.drop_index("ix_audit_event_account_changes", table_name="audit_event")
    op.drop_index("ix_audit_event_own", table_name="audit_event")
    op.drop_index("ix_job_state", table_name="job")
    op.drop_column("job", "note")
    op.drop_column("job", "result")
    op.drop_column("job", "person_id")
