"""Migrations: they make what the models say, go down and up with data, and one at a time."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, Integer, create_engine, inspect, text
from sqlalchemy.exc import DBAPIError

from portal import migrate
from portal.db import prepare_engine
from portal.errors import ConfigurationError
from portal.publishing.models import CHANGING, Publication


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    cluster = request.getfixturevalue("postgres_cluster")
    cluster.create("empty")
    yield cluster.url("empty")
    cluster.drop("empty")


@pytest.fixture
def engine(empty_url: str) -> Iterator[Engine]:
    made = create_engine(empty_url)
    prepare_engine(made)
    yield made
    made.dispose()


@pytest.fixture
def toy(tmp_path: Path) -> migrate.Owner:
    """A plugin's owner with two revisions: a parent with children, then a rebuilt parent."""
    versions = tmp_path / "toy" / "versions"
    versions.mkdir(parents=True)
    (versions / "t1_first.py").write_text(
        "import sqlalchemy as sa\n"
        "from alembic import op\n"
        "revision, down_revision = 't1', None\n"
        "def upgrade():\n"
        "    op.create_table('toy_parent', sa.Column('id', sa.Integer, primary_key=True),\n"
        "        sa.Column('name', sa.String(20)))\n"
        "    op.create_table('toy_child', sa.Column('id', sa.Integer, primary_key=True),\n"
        "        sa.Column('parent_id', sa.Integer,\n"
        "            sa.ForeignKey('toy_parent.id', ondelete='CASCADE')))\n"
        "def downgrade():\n"
        "    op.drop_table('toy_child')\n"
        "    op.drop_table('toy_parent')\n"
    )
    (versions / "t2_second.py").write_text(
        "import sqlalchemy as sa\n"
        "from alembic import op\n"
        "revision, down_revision = 't2', 't1'\n"
        "def upgrade():\n"
        "    with op.batch_alter_table('toy_parent') as batch:\n"
        "        batch.alter_column('name', type_=sa.String(40), existing_type=sa.String(20))\n"
        "        batch.add_column(sa.Column('note', sa.String(20)))\n"
        "def downgrade():\n"
        "    with op.batch_alter_table('toy_parent') as batch:\n"
        "        batch.drop_column('note')\n"
    )
    return migrate.Owner("toy", tmp_path / "toy", "toy")


def tables(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names())


def test_the_migrations_make_what_the_models_say(engine: Engine) -> None:
    migrate.upgrade(engine, migrate.CORE)
    assert migrate.differences(engine, migrate.CORE) == []
    assert migrate.pending(engine, migrate.CORE) == []


def test_a_column_that_no_migration_makes_is_found(engine: Engine) -> None:
    migrate.upgrade(engine, migrate.CORE)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE org_unit DROP COLUMN timezone"))
    assert len(migrate.differences(engine, migrate.CORE)) == 1


def test_all_is_pending_on_an_empty_database_and_the_start_is_refused(engine: Engine) -> None:
    assert migrate.pending(engine, migrate.CORE)
    assert migrate.current(engine, migrate.CORE) is None
    with pytest.raises(ConfigurationError, match="portal db upgrade"):
        migrate.require_current(engine)


def test_down_to_nothing_and_up_again(engine: Engine) -> None:
    done = migrate.upgrade(engine, migrate.CORE)
    made = tables(engine)
    assert migrate.downgrade(engine, migrate.CORE) == done
    assert tables(engine) == {"alembic_version_core"}
    migrate.upgrade(engine, migrate.CORE)
    assert tables(engine) == made


def test_a_second_upgrade_does_nothing(engine: Engine) -> None:
    assert migrate.upgrade(engine, migrate.CORE)
    assert migrate.upgrade(engine, migrate.CORE) == []


def test_a_rebuilt_table_keeps_its_children(engine: Engine, toy: migrate.Owner) -> None:
    migrate.upgrade(engine, toy, "t1")
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO toy_parent VALUES (1, 'a')"))
        connection.execute(text("INSERT INTO toy_child VALUES (1, 1), (2, 1)"))
    assert migrate.upgrade(engine, toy) == ["t2"]
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM toy_child")) == 2
    assert migrate.downgrade(engine, toy, "t1") == ["t2"]
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM toy_child")) == 2


def test_foreign_keys_are_on_again_afterwards(engine: Engine, toy: migrate.Owner) -> None:
    migrate.upgrade(engine, toy)
    with engine.connect() as connection, pytest.raises(DBAPIError):
        connection.execute(text("INSERT INTO toy_child VALUES (1, 99)"))


@pytest.mark.parametrize("empty_url", ["sqlite"], indirect=True)
def test_a_migration_that_orphans_rows_is_undone(engine: Engine, toy: migrate.Owner) -> None:
    (toy.folder / "versions" / "t3_third.py").write_text(
        "from alembic import op\n"
        "revision, down_revision = 't3', 't2'\n"
        "def upgrade():\n"
        "    op.execute('DELETE FROM toy_parent')\n"
    )
    migrate.upgrade(engine, toy, "t2")
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO toy_parent (id) VALUES (1)"))
        connection.execute(text("INSERT INTO toy_child VALUES (1, 1)"))
    with pytest.raises(ConfigurationError, match="toy_child"):
        migrate.upgrade(engine, toy)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM toy_parent")) == 1
    assert migrate.pending(engine, toy) == ["t3"]


def test_a_migration_that_fails_half_way_leaves_nothing(engine: Engine, toy: migrate.Owner) -> None:
    (toy.folder / "versions" / "t2_second.py").write_text(
        "from alembic import op\n"
        "revision, down_revision = 't2', 't1'\n"
        "def upgrade():\n"
        "    op.execute('CREATE TABLE toy_half (id INTEGER)')\n"
        "    op.execute('not sql')\n"
    )
    with pytest.raises(DBAPIError):
        migrate.upgrade(engine, toy)
    assert not {name for name in tables(engine) if name.startswith("toy")}


def test_an_owner_that_is_gone_breaks_nothing(engine: Engine, toy: migrate.Owner) -> None:
    migrate.upgrade(engine, toy)
    shutil.rmtree(toy.folder)
    migrate.upgrade(engine, migrate.CORE)
    assert migrate.differences(engine, migrate.CORE) == []
    migrate.downgrade(engine, migrate.CORE)
    assert {"toy_parent", "toy_child"} <= tables(engine)


def test_a_database_of_a_newer_release_is_refused(engine: Engine, toy: migrate.Owner) -> None:
    migrate.upgrade(engine, toy)
    (toy.folder / "versions" / "t2_second.py").unlink()
    with pytest.raises(ConfigurationError, match="rilis yang lebih baru"):
        migrate.pending(engine, toy)


@pytest.mark.parametrize("made_by", ["migrations", "models"])
@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit_event SET actor = 'x'", "DELETE FROM audit_event"],
)
def test_the_log_refuses_change(engine: Engine, made_by: str, statement: str) -> None:
    if made_by == "migrations":
        migrate.upgrade(engine, migrate.CORE)
    else:
        migrate.create_all(engine, [migrate.CORE])
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO audit_event (chain, seq, at, kind, actor, data, mac) VALUES"
                " ('system', 1, '2026-01-01 00:00:00', 'x', 'a', '{}', 'm')"
            )
        )
    with engine.connect() as connection, pytest.raises(DBAPIError, match="append-only"):
        connection.execute(text(statement))


PUBLICATION = (
    "INSERT INTO publication (id, kind, path, version, year, unit_code, unit_name, title, number,"
    " digest, canonical, html, pdf, pdf_sha256, pdf_size, note, plugin, finalized_at,"
    " finalized_by, status, requested_by) VALUES (1, 'x', 'x/2026/x', 1, 2026, 'x', 'x', 'x',"
    " 'x', 'x', '{}', '', '', 'x', 1, '', '', '2026-01-01 00:00:00', 'x', 'finalized', '')"
)


@pytest.mark.parametrize("made_by", ["migrations", "models"])
def test_a_finalized_publication_goes_its_way_but_never_changes(
    engine: Engine, made_by: str
) -> None:
    if made_by == "migrations":
        migrate.upgrade(engine, migrate.CORE)
    else:
        migrate.create_all(engine, [migrate.CORE])
    with engine.begin() as connection:
        connection.execute(text(PUBLICATION))
        connection.execute(
            text(
                "UPDATE publication SET status = 'published', requested_by = 'x',"
                " published_at = '2026-01-02 00:00:00', title = title"
            )
        )
    changes = [
        # this text fits a text column, a blob and an instant
        f"UPDATE publication SET {each.name} = "
        + ("2" if isinstance(each.type, Integer) else "'2027-01-01 00:00:00'")
        for each in Publication.__table__.columns
        if each.name not in CHANGING
    ]
    for statement in (*changes, "DELETE FROM publication"):
        with engine.connect() as connection, pytest.raises(DBAPIError, match="never changes"):
            connection.execute(text(statement))
    if made_by == "migrations":
        migrate.downgrade(engine, migrate.CORE, "816678dac5c7")
        with engine.begin() as connection:
            connection.execute(text("UPDATE publication SET title = 'y'"))
        assert migrate.upgrade(engine, migrate.CORE)[0] == "0006"


def test_a_revision_is_written_from_the_models(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "core" / "versions").mkdir(parents=True)
    owner = migrate.Owner("core", tmp_path / "core")
    path = migrate.write_revision(engine, owner, "all of it")
    assert path is not None
    written = path.read_text(encoding="utf-8")
    assert "UtcDateTime()" in written
    assert "###" not in written
    migrate.upgrade(engine, owner)
    assert migrate.write_revision(engine, owner, "nothing left") is None
