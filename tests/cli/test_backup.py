"""``portal backup`` and ``portal restore``: what they hold, and what they refuse."""

from __future__ import annotations

import io
import json
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import select

from portal import clock, migrate
from portal.audit import AuditEvent
from portal.commands import archive, dump
from portal.commands.backup import bare_app
from portal.config import load_settings
from portal.db import db, transaction
from portal.documents.files import store_upload
from portal.documents.models import StoredFile
from portal.documents.storage import storage
from portal.errors import ConfigurationError
from portal.serve import open_engine
from portal.testing.postgres import Cluster

Run = Callable[..., Result]

PDF = b"%PDF-1.7\nsurat\n%%EOF\n"


@pytest.fixture
def copy(run: Run, made: Path, tmp_path: Path) -> Path:
    """A backup of an instance with one uploaded file."""
    upload(made)
    folder = tmp_path / "copy"
    result = run("backup", str(folder))
    assert result.exit_code == 0, result.stderr
    return folder


@pytest.fixture
def other(made: Path, tmp_path: Path) -> Path:
    """Another instance, with the key of the log and nothing else."""
    folder = tmp_path / "other"
    folder.mkdir()
    shutil.copy(made / "audit_key", folder)
    return folder


def upload(instance: Path) -> str:
    """Store a file as the administrator; gives its token."""
    settings = load_settings({"PORTAL_INSTANCE": str(instance)})
    with bare_app(settings).app_context():
        with transaction() as session:
            row = store_upload(session, storage(), io.BytesIO(PDF), "surat.pdf", person_id=1)
            token = row.token
        db.session.remove()
        db.engine.dispose()
    return token


def rows(instance: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(instance / "portal.db")) as database:
        return database.execute(query).fetchall()


def change(instance: Path, statement: str) -> None:
    with closing(sqlite3.connect(instance / "portal.db")) as database:
        database.execute(statement)
        database.commit()


def refused(result: Result) -> str:
    """The one line of a command that refused."""
    assert result.exit_code == 1, result.output
    lines = result.stderr.strip().splitlines()
    assert len(lines) == 1, result.stderr
    return lines[0]


def restore(run: Run, copy: Path, other: Path, *more: str) -> Result:
    return run("restore", str(copy), *more, PORTAL_INSTANCE=str(other))


def test_what_was_copied_is_back_and_checked(run: Run, copy: Path, made: Path, other: Path) -> None:
    session = "INSERT INTO auth_session (token_hash, person_id, created_at, seen_at, expires_at,"
    session += " address, agent) VALUES ('x', 1, '2026-01-01', '2026-01-01', '2027-01-01', '', '')"
    change(made, session)
    shutil.rmtree(copy)
    assert run("backup", "--output", str(copy)).exit_code == 0
    result = restore(run, copy, other)
    assert result.exit_code == 0, result.output
    assert "baik  berkas: 1 berkas, isi semuanya cocok" in result.stdout
    assert "baik  catatan: utuh" in result.stdout
    assert [path.read_bytes() for path in (other / "files").rglob("*") if path.is_file()] == [PDF]
    assert rows(other, "SELECT count(*) FROM auth_session WHERE revoked_at IS NULL") == [(0,)]
    kinds = "SELECT kind FROM audit_event WHERE chain = 'system' ORDER BY seq"
    assert rows(other, kinds) == [("backup.made",), ("backup.restored",)]
    assert rows(made, kinds) == [("backup.made",), ("backup.made",)]
    assert (other / "portal.db").stat().st_mode & 0o077 == 0


def test_without_secrets_no_key_is_in_the_copy_and_it_is_closed_to_others(
    copy: Path, made: Path
) -> None:
    keys = [(made / name).read_bytes() for name in ("audit_key", "secret_key")]
    for path in [copy, *copy.rglob("*")]:
        assert path.stat().st_mode & 0o077 == 0, path
        if path.is_file():
            assert not any(key in path.read_bytes() for key in keys), path


def test_with_secrets_a_new_machine_needs_nothing_else(
    run: Run, made: Path, tmp_path: Path
) -> None:
    (made / ".env").write_text("PORTAL_TIMEZONE=Asia/Makassar\n", encoding="utf-8")
    assert run("backup", str(tmp_path / "copy"), "--with-secrets").exit_code == 0
    other = tmp_path / "fresh"
    result = restore(run, tmp_path / "copy", other)
    assert result.exit_code == 0, result.output
    for name in ("audit_key", "secret_key"):
        assert (other / name).read_bytes() == (made / name).read_bytes()
        assert (other / name).stat().st_mode & 0o077 == 0
    assert "PORTAL_TIMEZONE semula 'Asia/Makassar'" in result.stdout
    assert str(tmp_path / "copy" / "secrets" / "env") in result.stdout


def test_the_manifest_tells_what_is_in_it(copy: Path) -> None:
    data = json.loads((copy / "manifest.json").read_text(encoding="utf-8"))
    assert data["format"] == 1
    assert data["revisions"]["core"]
    assert data["settings"]["PORTAL_TIMEZONE"] == "Asia/Jakarta"
    assert sum(name.startswith("files/") for name in data["files"]) == 1
    assert sorted(path.name for path in copy.iterdir()) == [
        "database.sqlite", "files", "manifest.json"
    ]  # fmt: skip


def test_a_place_that_is_taken_or_inside_the_instance_is_refused(
    run: Run, copy: Path, made: Path
) -> None:
    assert "tidak kosong" in refused(run("backup", str(copy)))
    assert "di dalam" in refused(run("backup", str(made / "files" / "x")))
    assert run("backup").exit_code == 2
    assert run("backup", "a", "--output", "b").exit_code == 2


def test_an_instance_without_a_database_is_not_made_by_a_backup(
    run: Run, made: Path, tmp_path: Path
) -> None:
    (made / "portal.db").unlink()
    assert "portal init" in refused(run("backup", str(tmp_path / "copy")))
    assert not (made / "portal.db").exists()
    assert not (tmp_path / "copy").exists()
    assert list(tmp_path.glob(".portal-backup-*")) == []


def test_the_newest_are_kept(run: Run, made: Path, tmp_path: Path) -> None:
    parent = tmp_path / "copies"
    with clock.frozen(clock.now()):
        for _ in range(4):
            assert run("backup", str(parent), "--keep", "2").exit_code == 0
            clock.set_clock(clock.now() + timedelta(days=1))
    kept = sorted(path.name for path in parent.iterdir())
    assert len(kept) == 2
    message = refused(run("restore", str(parent), PORTAL_INSTANCE=str(tmp_path / "new")))
    assert kept[-1] in message


def test_a_missing_content_is_said_and_the_rest_is_kept(
    run: Run, made: Path, other: Path, tmp_path: Path
) -> None:
    token = upload(made)
    (made / "files" / token[:2] / token).unlink()
    upload(made)
    result = run("backup", str(tmp_path / "copy"))
    assert token in refused(result)
    assert archive.read_manifest(tmp_path / "copy").missing == [token]
    assert "bad" not in result.output
    again = restore(run, tmp_path / "copy", other)
    assert again.exit_code == 1
    assert "isinya tidak ada" in again.stdout


def test_an_upload_removed_while_others_are_copied_is_no_damage(
    run: Run, made: Path, other: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = upload(made)

    def sweep(self: dump.Snapshot) -> Iterator[tuple[str, int, str]]:
        yield from found(self)
        if (made / "files" / token[:2] / token).exists():
            change(made, "DELETE FROM doc_file")
            (made / "files" / token[:2] / token).unlink()

    found = dump.Snapshot.files
    monkeypatch.setattr(dump.Snapshot, "files", sweep)
    result = run("backup", str(tmp_path / "copy"))
    assert result.exit_code == 0, result.output
    assert "1 unggahan yang sudah lewat waktunya" in result.stdout


def test_what_is_no_whole_backup_is_refused(run: Run, copy: Path, other: Path) -> None:
    assert "Tidak ada cadangan" in refused(restore(run, copy / "files", other))
    (content,) = [path for path in (copy / "files").rglob("*") if path.is_file()]
    content.write_bytes(b"another")
    assert "telah berubah" in refused(restore(run, copy, other))
    content.unlink()
    assert "tidak dapat dibaca" in refused(restore(run, copy, other))
    for text in ("{", "{}", '{"format": 2}', '{"format": 1, "files": {"../x": {}}}'):
        (copy / "manifest.json").write_text(text, encoding="utf-8")
        refused(restore(run, copy, other))
    assert sorted(path.name for path in other.iterdir()) == ["audit_key"]


def test_an_instance_that_holds_something_is_refused(
    run: Run, copy: Path, made: Path, other: Path
) -> None:
    assert "Basis data tujuan tidak kosong" in refused(run("restore", str(copy)))
    (other / "files" / "aa").mkdir(parents=True)
    (other / "files" / "aa" / "aaa").write_bytes(b"x")
    assert "tidak kosong (aaa)" in refused(restore(run, copy, other))
    assert not (other / "portal.db").exists()


def test_the_key_of_the_log_must_be_there(run: Run, copy: Path, tmp_path: Path) -> None:
    fresh = tmp_path / "fresh"
    assert "tidak memuat audit_key" in refused(restore(run, copy, fresh))
    fresh.mkdir(exist_ok=True)
    (fresh / "audit_key").write_text("k" * 64, encoding="ascii")
    assert "bukan kunci instans asal" in refused(restore(run, copy, fresh))
    result = restore(run, copy, fresh, "--other-audit-key")
    assert result.exit_code == 1, "the log cannot be verified, and check says so"
    assert "SALAH catatan" in result.stdout
    assert (fresh / "portal.db").exists()


def test_a_restore_that_was_killed_can_be_run_again(
    run: Run, copy: Path, other: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(settings: object, path: Path) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(dump, "load", killed)
        assert restore(run, copy, other).exit_code == 130
    assert list((other / "files").rglob("*/*"))
    assert not (other / "portal.db").exists()
    assert restore(run, copy, other).exit_code == 0


def test_an_older_schema_is_migrated_and_a_newer_one_refused(
    run: Run, instance: Path, made: Path, other: Path, tmp_path: Path
) -> None:
    (made / "portal.db").unlink()
    engine = open_engine(load_settings({"PORTAL_INSTANCE": str(made)}))
    migrate.upgrade(engine, migrate.CORE, "0003")
    engine.dispose()
    result = run("backup", str(tmp_path / "copy"))
    assert result.exit_code == 0, result.output
    manifest = tmp_path / "copy" / "manifest.json"
    text = manifest.read_text(encoding="utf-8")
    manifest.write_text(text.replace('"0003"', '"9999"'), encoding="utf-8")
    assert "rilis yang lebih baru" in refused(restore(run, tmp_path / "copy", other))
    manifest.write_text(text, encoding="utf-8")
    result = restore(run, tmp_path / "copy", other)
    assert result.exit_code == 0, result.output
    assert "baik  migrasi core" in result.stdout


def test_another_kind_of_database_is_refused(run: Run, copy: Path, other: Path) -> None:
    url = "postgresql://nobody@127.0.0.1:1/none"
    result = run("restore", str(copy), PORTAL_INSTANCE=str(other), PORTAL_DATABASE_URL=url)
    assert "pakai basis data sejenis" in refused(result)


def test_what_killed_backups_left_is_cleared(run: Run, made: Path, tmp_path: Path) -> None:
    trace = tmp_path / ".portal-backup-old"
    trace.mkdir()
    (trace / "database.sqlite").write_bytes(b"half")
    assert run("backup", str(tmp_path / "copy")).exit_code == 0
    assert not trace.exists()


def test_a_full_disk_is_one_line_and_leaves_nothing(
    run: Run, made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload(made)

    def small(path: Path) -> sqlite3.Connection:
        database = connect(path)
        database.execute("PRAGMA max_page_count=10")
        return database

    def full(source: Path, target: Path) -> archive.Piece:
        raise OSError(28, "No space left on device", str(target))

    connect = sqlite3.connect
    with monkeypatch.context() as patch:
        patch.setattr(dump.sqlite3, "connect", small)
        assert "database or disk is full" in refused(run("backup", str(tmp_path / "copy")))
    with monkeypatch.context() as patch:
        patch.setattr(archive, "copy_file", full)
        assert "No space left" in refused(run("backup", str(tmp_path / "copy")))
    assert [path.name for path in tmp_path.iterdir() if path != made] == []


def test_a_plugin_that_is_not_here_is_named(
    run: Run, made: Path, other: Path, tmp_path: Path
) -> None:
    change(made, "CREATE TABLE alembic_version_visits (version_num VARCHAR(32))")
    change(made, "INSERT INTO alembic_version_visits VALUES ('7')")
    assert run("backup", str(tmp_path / "copy")).exit_code == 0
    result = restore(run, tmp_path / "copy", other)
    assert result.exit_code == 0, result.output
    assert "plugin visits tidak terpasang" in result.stdout
    assert rows(other, "SELECT version_num FROM alembic_version_visits") == [("7",)]


def test_a_missing_program_of_postgresql_says_what_to_install(
    run: Run, made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setattr(dump, "_PLACES", ())
    with pytest.raises(ConfigurationError, match="postgresql-client"):
        dump.program("pg_dump")
    url = "postgresql://nobody@127.0.0.1:1/none"
    message = refused(run("backup", str(tmp_path / "copy"), PORTAL_DATABASE_URL=url))
    assert "pg_dump tidak ditemukan" in message


def test_the_password_of_the_database_is_no_argument(
    run: Run, made: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = "postgresql://portal:s%40ngat-rahasia@db.contoh.id:5433/portal?sslmode=verify-full"
    settings = load_settings({"PORTAL_INSTANCE": str(made), "PORTAL_DATABASE_URL": url})
    calls: list[tuple[list[str], dict[str, str]]] = []

    def called(command: list[str], env: dict[str, str], **rest: object) -> object:
        calls.append((command, env))
        return subprocess.CompletedProcess(command, 1, "", "pg_restore: error: no room\n")

    monkeypatch.setattr(dump, "program", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(subprocess, "run", called)
    with pytest.raises(ConfigurationError, match="pg_restore gagal: error: no room"):
        dump.load(settings, made / "x")
    ((command, env),) = calls
    assert not any("rahasia" in word for word in command)
    assert env["PGPASSWORD"] == "s@ngat-rahasia"
    (place,) = [word for word in command if word.startswith("--dbname=")]
    for part in ("host=db.contoh.id", "port=5433", "user=portal", "sslmode=verify-full"):
        assert part in place


@pytest.mark.postgres
def test_postgresql_there_and_back(
    run: Run, made: Path, other: Path, tmp_path: Path, postgres_cluster: Cluster
) -> None:
    for name in ("dumped", "loaded"):
        postgres_cluster.create(name)
    there, here = postgres_cluster.url("dumped"), postgres_cluster.url("loaded")
    assert run("init", PORTAL_DATABASE_URL=there).exit_code == 0
    result = run("backup", str(tmp_path / "copy"), PORTAL_DATABASE_URL=there)
    assert result.exit_code == 0, result.stderr
    options = {"PORTAL_INSTANCE": str(other), "PORTAL_DATABASE_URL": here}
    result = run("restore", str(tmp_path / "copy"), **options)
    assert result.exit_code == 0, result.output
    assert "tidak kosong" in refused(run("restore", str(tmp_path / "copy"), **options))
    gone = run("backup", str(tmp_path / "no"), PORTAL_DATABASE_URL=postgres_cluster.url("nowhere"))
    assert "tidak dapat dihubungi" in refused(gone)
    settings = load_settings({"PORTAL_INSTANCE": str(other), "PORTAL_DATABASE_URL": here})
    with bare_app(settings).app_context():
        assert db.session.scalar(select(StoredFile.id)) is None
        assert db.session.scalar(select(AuditEvent.id).limit(1)) is not None
        db.session.remove()
        db.engine.dispose()
    for name in ("dumped", "loaded"):
        postgres_cluster.drop(name)
