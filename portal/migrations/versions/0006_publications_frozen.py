"""Guards that keep what a finalized document says from being changed or removed."""

from alembic import op

revision = "0006"
down_revision = "816678dac5c7"
branch_labels = None
depends_on = None

REFUSAL = "a finalized publication never changes"
FROZEN = (
    "id",
    "kind",
    "path",
    "version",
    "year",
    "unit_code",
    "unit_name",
    "title",
    "number",
    "digest",
    "canonical",
    "html",
    "pdf",
    "pdf_sha256",
    "pdf_size",
    "note",
    "case_id",
    "plugin",
    "finalized_at",
    "finalized_by",
)
OLD, NEW = (", ".join(f"{row}.{name}" for name in FROZEN) for row in ("OLD", "NEW"))
MAKE = {
    "sqlite": [
        (
            f"CREATE TRIGGER publication_no_change BEFORE UPDATE ON publication "
            f"WHEN ({OLD}) IS NOT ({NEW}) BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        ),
        (
            "CREATE TRIGGER publication_no_delete BEFORE DELETE ON publication "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        ),
    ],
    "postgresql": [
        (
            "CREATE OR REPLACE FUNCTION publication_refuse() RETURNS trigger "
            f"LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''{REFUSAL}''; END'"
        ),
        (
            "CREATE TRIGGER publication_no_change BEFORE UPDATE ON publication FOR EACH ROW "
            f"WHEN (ROW({OLD}) IS DISTINCT FROM ROW({NEW})) EXECUTE FUNCTION publication_refuse()"
        ),
        (
            "CREATE TRIGGER publication_no_delete BEFORE DELETE ON publication "
            "FOR EACH ROW EXECUTE FUNCTION publication_refuse()"
        ),
        (
            "CREATE TRIGGER publication_no_truncate BEFORE TRUNCATE ON publication "
            "FOR EACH STATEMENT EXECUTE FUNCTION publication_refuse()"
        ),
    ],
}
DROP = {
    "sqlite": ["DROP TRIGGER publication_no_change", "DROP TRIGGER publication_no_delete"],
    "postgresql": [
        "DROP TRIGGER publication_no_change ON publication",
        "DROP TRIGGER publication_no_delete ON publication",
        "DROP TRIGGER publication_no_truncate ON publication",
        "DROP FUNCTION publication_refuse()",
    ],
}


def upgrade() -> None:
    for statement in MAKE[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    for statement in DROP[op.get_bind().dialect.name]:
        op.execute(statement)
