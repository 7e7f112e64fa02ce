"""Indexes of the log: entries of one kind by time, and changes to accounts in their order."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

CHANGES = sa.text("chain = 'accounts' AND kind <> 'log-in'")


def upgrade() -> None:
    op.create_index("ix_audit_event_kind", "audit_event", ["kind", "at", "id"])
    _changes("chain", "id")


def downgrade() -> None:
    _changes("id")
    op.drop_index("ix_audit_event_kind", table_name="audit_event")


def _changes(*columns: str) -> None:
    name = "ix_audit_event_account_changes"
    op.drop_index(name, table_name="audit_event")
    op.create_index(name, "audit_event", columns, sqlite_where=CHANGES, postgresql_where=CHANGES)
