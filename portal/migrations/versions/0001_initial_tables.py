"""Initial tables of the core, and the guards that keep the log append-only."""

import sqlalchemy as sa
from alembic import op

from portal.db import UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

REFUSAL = "audit_event is append-only"
GUARDS = {
    "sqlite": [
        f"CREATE TRIGGER audit_event_no_{verb.lower()} BEFORE {verb} ON audit_event "
        f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        for verb in ("UPDATE", "DELETE")
    ],
    "postgresql": [
        (
            "CREATE OR REPLACE FUNCTION audit_event_refuse() RETURNS trigger "
            f"LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''{REFUSAL}''; END'"
        ),
        (
            "CREATE TRIGGER audit_event_no_change BEFORE UPDATE OR DELETE ON audit_event "
            "FOR EACH ROW EXECUTE FUNCTION audit_event_refuse()"
        ),
        (
            "CREATE TRIGGER audit_event_no_truncate BEFORE TRUNCATE ON audit_event "
            "FOR EACH STATEMENT EXECUTE FUNCTION audit_event_refuse()"
        ),
    ],
}


def upgrade() -> None:
    op.create_table(
        "audit_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("chain", sa.String(length=60), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("actor", sa.String(length=300), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("task_id", sa.Integer(), nullable=True),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("mac", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_event")),
        sa.UniqueConstraint("chain", "seq", name=op.f("uq_audit_event_chain_seq")),
    )
    with op.batch_alter_table("audit_event", schema=None) as batch_op:
        batch_op.create_index("ix_audit_event_at", ["at", "id"], unique=False)
        batch_op.create_index("ix_audit_event_case", ["case_id", "id"], unique=False)

    op.create_table(
        "auth_failure",
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("last_at", UtcDateTime(), nullable=False),
        sa.Column("blocked_until", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_auth_failure")),
    )
    op.create_table(
        "calendar_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_version")),
    )
    op.create_table(
        "doc_register",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("pattern", sa.String(length=200), nullable=False),
        sa.Column("next_seq", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_doc_register")),
        sa.UniqueConstraint("key", "year", name=op.f("uq_doc_register_key_year")),
    )
    op.create_table(
        "holiday",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_holiday")),
    )
    op.create_table(
        "job",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("run_after", UtcDateTime(), nullable=False),
        sa.Column("lease_until", UtcDateTime(), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.Column("dedupe_key", sa.String(length=120), nullable=True),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
    )
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.create_index(
            "ix_job_waiting",
            ["run_after", "id"],
            unique=False,
            sqlite_where=sa.text("state IN ('queued', 'running')"),
            postgresql_where=sa.text("state IN ('queued', 'running')"),
        )
        batch_op.create_index(
            "uq_job_dedupe_key",
            ["dedupe_key"],
            unique=True,
            sqlite_where=sa.text("state = 'queued'"),
            postgresql_where=sa.text("state = 'queued'"),
        )

    op.create_table(
        "job_schedule",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("next_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_job_schedule")),
    )
    op.create_table(
        "office_hours",
        sa.Column("season", sa.String(length=10), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("opens", sa.Integer(), nullable=False),
        sa.Column("break_from", sa.Integer(), nullable=False),
        sa.Column("break_to", sa.Integer(), nullable=False),
        sa.Column("closes", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("season", "weekday", "valid_from", name=op.f("pk_office_hours")),
    )
    op.create_table(
        "org_person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("nip", sa.String(length=30), nullable=True),
        sa.Column("rank", sa.String(length=100), nullable=False),
        sa.Column("email", sa.String(length=200), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_org_person")),
        sa.UniqueConstraint("code", name=op.f("uq_org_person_code")),
        sa.UniqueConstraint("nip", name=op.f("uq_org_person_nip")),
    )
    with op.batch_alter_table("org_person", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_org_person_name"), ["name"], unique=False)

    op.create_table(
        "org_unit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("timezone", sa.String(length=40), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["org_unit.id"], name=op.f("fk_org_unit_parent_id_org_unit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_org_unit")),
        sa.UniqueConstraint("code", name=op.f("uq_org_unit_code")),
    )
    with op.batch_alter_table("org_unit", schema=None) as batch_op:
        batch_op.create_index("ix_org_unit_parent", ["parent_id", "position"], unique=False)

    op.create_table(
        "org_unit_set",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_org_unit_set")),
        sa.UniqueConstraint("key", name=op.f("uq_org_unit_set_key")),
    )
    op.create_table(
        "publication",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("path", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("unit_code", sa.String(length=100), nullable=False),
        sa.Column("unit_name", sa.String(length=300), nullable=False),
        sa.Column("title", sa.String(length=500), nullable=False),
        sa.Column("number", sa.String(length=200), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("canonical", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("pdf", sa.LargeBinary(), nullable=False),
        sa.Column("pdf_sha256", sa.String(length=64), nullable=False),
        sa.Column("pdf_size", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("plugin", sa.String(length=60), nullable=False),
        sa.Column("finalized_at", UtcDateTime(), nullable=False),
        sa.Column("finalized_by", sa.String(length=300), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("requested_at", UtcDateTime(), nullable=True),
        sa.Column("requested_by", sa.String(length=300), nullable=False),
        sa.Column("published_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication")),
        sa.UniqueConstraint("path", "version", name=op.f("uq_publication_path_version")),
    )
    with op.batch_alter_table("publication", schema=None) as batch_op:
        batch_op.create_index("ix_publication_case", ["case_id"], unique=False)
        batch_op.create_index("ix_publication_pending", ["status", "requested_at"], unique=False)

    op.create_table(
        "ramadan",
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("first", name=op.f("pk_ramadan")),
    )
    op.create_table(
        "wf_definition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plugin", sa.String(length=60), nullable=False),
        sa.Column("workflow", sa.String(length=80), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("published_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wf_definition")),
        sa.UniqueConstraint("workflow", "digest", name=op.f("uq_wf_definition_workflow_digest")),
    )
    op.create_table(
        "auth_account",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("username", sa.String(length=60), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("is_admin", sa.Boolean(), nullable=False),
        sa.Column("must_change", sa.Boolean(), nullable=False),
        sa.Column("disabled_at", UtcDateTime(), nullable=True),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["org_person.id"], name=op.f("fk_auth_account_person_id_org_person")
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_auth_account")),
        sa.UniqueConstraint("username", name=op.f("uq_auth_account_username")),
    )
    op.create_table(
        "auth_kept_post",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("path", sa.String(length=500), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["org_person.id"], name=op.f("fk_auth_kept_post_person_id_org_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_auth_kept_post")),
        sa.UniqueConstraint("digest", name=op.f("uq_auth_kept_post_digest")),
    )
    with op.batch_alter_table("auth_kept_post", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_auth_kept_post_person_id"), ["person_id"], unique=False
        )

    op.create_table(
        "auth_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        sa.Column("address", sa.String(length=60), nullable=False),
        sa.Column("agent", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["org_person.id"], name=op.f("fk_auth_session_person_id_org_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_auth_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_auth_session_token_hash")),
    )
    with op.batch_alter_table("auth_session", schema=None) as batch_op:
        batch_op.create_index("ix_auth_session_person", ["person_id", "revoked_at"], unique=False)

    op.create_table(
        "doc_register_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("register_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=200), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("task_id", sa.Integer(), nullable=True),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("issued_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("seq > 0", name=op.f("ck_doc_register_entry_seq")),
        sa.ForeignKeyConstraint(
            ["register_id"],
            ["doc_register.id"],
            name=op.f("fk_doc_register_entry_register_id_doc_register"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_doc_register_entry")),
        sa.UniqueConstraint(
            "register_id", "seq", name=op.f("uq_doc_register_entry_register_id_seq")
        ),
    )
    with op.batch_alter_table("doc_register_entry", schema=None) as batch_op:
        batch_op.create_index("ix_doc_register_entry_case", ["case_id", "id"], unique=False)

    op.create_table(
        "org_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("filename", sa.String(length=200), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["org_person.id"], name=op.f("fk_org_import_person_id_org_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_org_import")),
    )
    with op.batch_alter_table("org_import", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_org_import_person_id"), ["person_id"], unique=False)

    op.create_table(
        "org_position",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("supervisor_id", sa.Integer(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["supervisor_id"],
            ["org_position.id"],
            name=op.f("fk_org_position_supervisor_id_org_position"),
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["org_unit.id"], name=op.f("fk_org_position_unit_id_org_unit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_org_position")),
        sa.UniqueConstraint("code", name=op.f("uq_org_position_code")),
    )
    with op.batch_alter_table("org_position", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_org_position_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "org_unit_set_member",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("set_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("coordinator_id", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["coordinator_id"],
            ["org_unit.id"],
            name=op.f("fk_org_unit_set_member_coordinator_id_org_unit"),
        ),
        sa.ForeignKeyConstraint(
            ["set_id"], ["org_unit_set.id"], name=op.f("fk_org_unit_set_member_set_id_org_unit_set")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["org_unit.id"], name=op.f("fk_org_unit_set_member_unit_id_org_unit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_org_unit_set_member")),
        sa.UniqueConstraint(
            "set_id",
            "unit_id",
            "valid_from",
            name=op.f("uq_org_unit_set_member_set_id_unit_id_valid_from"),
        ),
    )
    with op.batch_alter_table("org_unit_set_member", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_org_unit_set_member_set_id"), ["set_id"], unique=False)

    op.create_table(
        "wf_case",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("root_id", sa.Integer(), nullable=True),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("definition_id", sa.Integer(), nullable=False),
        sa.Column("plugin", sa.String(length=60), nullable=False),
        sa.Column("workflow", sa.String(length=80), nullable=False),
        sa.Column("start", sa.String(length=60), nullable=False),
        sa.Column("over", sa.String(length=80), nullable=False),
        sa.Column("standard", sa.String(length=200), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("unit_name", sa.String(length=200), nullable=False),
        sa.Column("coordinator_id", sa.Integer(), nullable=True),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("released", sa.Boolean(), nullable=False),
        sa.Column("timezone", sa.String(length=40), nullable=False),
        sa.Column("released_reason", sa.Text(), nullable=False),
        sa.Column("out_of_hours", sa.Boolean(), nullable=False),
        sa.Column("started_by_id", sa.Integer(), nullable=True),
        sa.Column("started_by", sa.String(length=300), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("suspended_at", UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["coordinator_id"], ["org_unit.id"], name=op.f("fk_wf_case_coordinator_id_org_unit")
        ),
        sa.ForeignKeyConstraint(
            ["definition_id"],
            ["wf_definition.id"],
            name=op.f("fk_wf_case_definition_id_wf_definition"),
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["wf_case.id"], name=op.f("fk_wf_case_parent_id_wf_case")
        ),
        sa.ForeignKeyConstraint(
            ["root_id"], ["wf_case.id"], name=op.f("fk_wf_case_root_id_wf_case")
        ),
        sa.ForeignKeyConstraint(
            ["started_by_id"], ["org_person.id"], name=op.f("fk_wf_case_started_by_id_org_person")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["org_unit.id"], name=op.f("fk_wf_case_unit_id_org_unit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wf_case")),
        sa.UniqueConstraint("number", name=op.f("uq_wf_case_number")),
    )
    with op.batch_alter_table("wf_case", schema=None) as batch_op:
        batch_op.create_index("ix_wf_case_list", ["status", "started_at", "id"], unique=False)
        batch_op.create_index("ix_wf_case_parent", ["parent_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_wf_case_root_id"), ["root_id"], unique=False)
        batch_op.create_index(
            "ix_wf_case_starter", ["started_by_id", "started_at", "id"], unique=False
        )
        batch_op.create_index(
            "ix_wf_case_workflow", ["workflow", "status", "started_at", "id"], unique=False
        )

    op.create_table(
        "org_holder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("position_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("mandate", sa.String(length=300), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_org_holder_period")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["org_person.id"], name=op.f("fk_org_holder_person_id_org_person")
        ),
        sa.ForeignKeyConstraint(
            ["position_id"],
            ["org_position.id"],
            name=op.f("fk_org_holder_position_id_org_position"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_org_holder")),
    )
    with op.batch_alter_table("org_holder", schema=None) as batch_op:
        batch_op.create_index("ix_org_holder_person", ["person_id", "valid_from"], unique=False)
        batch_op.create_index("ix_org_holder_position", ["position_id", "valid_from"], unique=False)

    op.create_table(
        "wf_binding",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workflow", sa.String(length=80), nullable=False),
        sa.Column("role", sa.String(length=60), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("position_id", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["position_id"],
            ["org_position.id"],
            name=op.f("fk_wf_binding_position_id_org_position"),
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["org_unit.id"], name=op.f("fk_wf_binding_unit_id_org_unit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wf_binding")),
    )
    with op.batch_alter_table("wf_binding", schema=None) as batch_op:
        batch_op.create_index("ix_wf_binding_role", ["workflow", "role", "unit_id"], unique=False)

    op.create_table(
        "wf_stage_clock",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("root_id", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("limit", sa.String(length=40), nullable=False),
        sa.Column("clock_from", UtcDateTime(), nullable=False),
        sa.Column("due", UtcDateTime(), nullable=True),
        sa.Column("paused_at", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["wf_case.id"], name=op.f("fk_wf_stage_clock_case_id_wf_case")
        ),
        sa.ForeignKeyConstraint(
            ["root_id"], ["wf_case.id"], name=op.f("fk_wf_stage_clock_root_id_wf_case")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wf_stage_clock")),
        sa.UniqueConstraint(
            "case_id", "stage", "round", name=op.f("uq_wf_stage_clock_case_id_stage_round")
        ),
    )
    with op.batch_alter_table("wf_stage_clock", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_wf_stage_clock_root_id"), ["root_id"], unique=False)

    op.create_table(
        "wf_task",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("root_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=40), nullable=False),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("clock_from", UtcDateTime(), nullable=True),
        sa.Column("limit", sa.String(length=40), nullable=False),
        sa.Column("due", UtcDateTime(), nullable=True),
        sa.Column("paused_at", UtcDateTime(), nullable=True),
        sa.Column("came_from", sa.String(length=300), nullable=False),
        sa.Column("return_reason", sa.Text(), nullable=False),
        sa.Column("claimed_by_id", sa.Integer(), nullable=True),
        sa.Column("claimed_by", sa.String(length=300), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=True),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.Column("outcome", sa.String(length=60), nullable=False),
        sa.Column("proxied", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("record", sa.JSON(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("position_id", sa.Integer(), nullable=True),
        sa.Column("acted_by", sa.String(length=400), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["wf_case.id"], name=op.f("fk_wf_task_case_id_wf_case")
        ),
        sa.ForeignKeyConstraint(
            ["claimed_by_id"], ["org_person.id"], name=op.f("fk_wf_task_claimed_by_id_org_person")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["org_person.id"], name=op.f("fk_wf_task_person_id_org_person")
        ),
        sa.ForeignKeyConstraint(
            ["position_id"], ["org_position.id"], name=op.f("fk_wf_task_position_id_org_position")
        ),
        sa.ForeignKeyConstraint(
            ["root_id"], ["wf_case.id"], name=op.f("fk_wf_task_root_id_wf_case")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wf_task")),
        sa.UniqueConstraint("case_id", "step", "round", name=op.f("uq_wf_task_case_id_step_round")),
    )
    with op.batch_alter_table("wf_task", schema=None) as batch_op:
        batch_op.create_index("ix_wf_task_case", ["case_id", "id"], unique=False)
        batch_op.create_index(
            "ix_wf_task_done", ["position_id", "done_at", "status", "due"], unique=False
        )
        batch_op.create_index("ix_wf_task_root", ["root_id", "status"], unique=False)

    op.create_table(
        "wf_act",
        sa.Column("form_key", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["wf_case.id"], name=op.f("fk_wf_act_case_id_wf_case")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["org_person.id"], name=op.f("fk_wf_act_person_id_org_person")
        ),
        sa.ForeignKeyConstraint(
            ["task_id"], ["wf_task.id"], name=op.f("fk_wf_act_task_id_wf_task")
        ),
        sa.PrimaryKeyConstraint("form_key", name=op.f("pk_wf_act")),
    )
    op.create_table(
        "wf_candidate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("position_id", sa.Integer(), nullable=False),
        sa.Column("proxy", sa.Boolean(), nullable=False),
        sa.Column("due", UtcDateTime(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["position_id"],
            ["org_position.id"],
            name=op.f("fk_wf_candidate_position_id_org_position"),
        ),
        sa.ForeignKeyConstraint(
            ["task_id"], ["wf_task.id"], name=op.f("fk_wf_candidate_task_id_wf_task")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wf_candidate")),
        sa.UniqueConstraint(
            "task_id", "position_id", name=op.f("uq_wf_candidate_task_id_position_id")
        ),
    )
    with op.batch_alter_table("wf_candidate", schema=None) as batch_op:
        batch_op.create_index(
            "ix_wf_candidate_inbox",
            ["position_id", "due", "task_id"],
            unique=False,
            sqlite_where=sa.text("is_open = 1"),
            postgresql_where=sa.text("is_open"),
        )

    op.create_table(
        "wf_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("saved_at", UtcDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["org_person.id"], name=op.f("fk_wf_draft_person_id_org_person")
        ),
        sa.ForeignKeyConstraint(
            ["task_id"], ["wf_task.id"], name=op.f("fk_wf_draft_task_id_wf_task")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wf_draft")),
        sa.UniqueConstraint("task_id", "person_id", name=op.f("uq_wf_draft_task_id_person_id")),
    )
    op.create_table(
        "wf_timer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("fired_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["task_id"], ["wf_task.id"], name=op.f("fk_wf_timer_task_id_wf_task")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wf_timer")),
        sa.UniqueConstraint("task_id", "kind", name=op.f("uq_wf_timer_task_id_kind")),
    )
    with op.batch_alter_table("wf_timer", schema=None) as batch_op:
        batch_op.create_index(
            "ix_wf_timer_due",
            ["at"],
            unique=False,
            sqlite_where=sa.text("fired_at IS NULL"),
            postgresql_where=sa.text("fired_at IS NULL"),
        )
    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    with op.batch_alter_table("wf_timer", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_wf_timer_due",
            sqlite_where=sa.text("fired_at IS NULL"),
            postgresql_where=sa.text("fired_at IS NULL"),
        )

    op.drop_table("wf_timer")
    op.drop_table("wf_draft")
    with op.batch_alter_table("wf_candidate", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_wf_candidate_inbox",
            sqlite_where=sa.text("is_open = 1"),
            postgresql_where=sa.text("is_open"),
        )

    op.drop_table("wf_candidate")
    op.drop_table("wf_act")
    with op.batch_alter_table("wf_task", schema=None) as batch_op:
        batch_op.drop_index("ix_wf_task_root")
        batch_op.drop_index("ix_wf_task_done")
        batch_op.drop_index("ix_wf_task_case")

    op.drop_table("wf_task")
    with op.batch_alter_table("wf_stage_clock", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_wf_stage_clock_root_id"))

    op.drop_table("wf_stage_clock")
    with op.batch_alter_table("wf_binding", schema=None) as batch_op:
        batch_op.drop_index("ix_wf_binding_role")

    op.drop_table("wf_binding")
    with op.batch_alter_table("org_holder", schema=None) as batch_op:
        batch_op.drop_index("ix_org_holder_position")
        batch_op.drop_index("ix_org_holder_person")

    op.drop_table("org_holder")
    with op.batch_alter_table("wf_case", schema=None) as batch_op:
        batch_op.drop_index("ix_wf_case_workflow")
        batch_op.drop_index("ix_wf_case_starter")
        batch_op.drop_index(batch_op.f("ix_wf_case_root_id"))
        batch_op.drop_index("ix_wf_case_parent")
        batch_op.drop_index("ix_wf_case_list")

    op.drop_table("wf_case")
    with op.batch_alter_table("org_unit_set_member", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_org_unit_set_member_set_id"))

    op.drop_table("org_unit_set_member")
    with op.batch_alter_table("org_position", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_org_position_unit_id"))

    op.drop_table("org_position")
    with op.batch_alter_table("org_import", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_org_import_person_id"))

    op.drop_table("org_import")
    with op.batch_alter_table("doc_register_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_doc_register_entry_case")

    op.drop_table("doc_register_entry")
    with op.batch_alter_table("auth_session", schema=None) as batch_op:
        batch_op.drop_index("ix_auth_session_person")

    op.drop_table("auth_session")
    with op.batch_alter_table("auth_kept_post", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_auth_kept_post_person_id"))

    op.drop_table("auth_kept_post")
    op.drop_table("auth_account")
    op.drop_table("wf_definition")
    op.drop_table("ramadan")
    with op.batch_alter_table("publication", schema=None) as batch_op:
        batch_op.drop_index("ix_publication_pending")
        batch_op.drop_index("ix_publication_case")

    op.drop_table("publication")
    op.drop_table("org_unit_set")
    with op.batch_alter_table("org_unit", schema=None) as batch_op:
        batch_op.drop_index("ix_org_unit_parent")

    op.drop_table("org_unit")
    with op.batch_alter_table("org_person", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_org_person_name"))

    op.drop_table("org_person")
    op.drop_table("office_hours")
    op.drop_table("job_schedule")
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_job_dedupe_key",
            sqlite_where=sa.text("state = 'queued'"),
            postgresql_where=sa.text("state = 'queued'"),
        )
        batch_op.drop_index(
            "ix_job_waiting",
            sqlite_where=sa.text("state IN ('queued', 'running')"),
            postgresql_where=sa.text("state IN ('queued', 'running')"),
        )

    op.drop_table("job")
    op.drop_table("holiday")
    op.drop_table("doc_register")
    op.drop_table("calendar_version")
    op.drop_table("auth_failure")
    with op.batch_alter_table("audit_event", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_event_case")
        batch_op.drop_index("ix_audit_event_at")

    op.drop_table("audit_event")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_event_refuse()")
