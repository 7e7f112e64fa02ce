"""A letter is found by its whole number in the agenda or its own: an index for each."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_ls_register_agenda", "ls_register", ["leader", "agenda"])
    op.create_index("ix_ls_register_letter", "ls_register", ["leader", "letter_number", "id"])


def downgrade() -> None:
    op.drop_index("ix_ls_register_letter", table_name="ls_register")
    op.drop_index("ix_ls_register_agenda", table_name="ls_register")
