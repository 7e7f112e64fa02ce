"""Stored files: whole or not at all, kept for their form, owned, and cleared up."""

from __future__ import annotations

import io
import os
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal import clock
from portal.audit import AuditEvent
from portal.auth.rights import Actor, actor_of
from portal.documents import files
from portal.documents.file_sweep import remove_expired, remove_orphans
from portal.documents.files import (
    KEEP_DRAFT,
    FileRef,
    attach,
    files_of,
    keep_longer,
    may_read,
    register_owner,
    register_scanner,
    store_upload,
    usable,
)
from portal.documents.models import FileState, StoredFile
from portal.documents.storage import Storage, StorageFull, storage
from portal.errors import Invalid
from portal.testing.pytest_plugin import FrozenClock
from portal.testing.world import World

PDF = b"%PDF-1.7\nsurat\n%%EOF\n"


@pytest.fixture
def actor(session: Session, world: World) -> Actor:
    return actor_of(session, world.person_id("karo-otlak"))


@pytest.fixture
def stranger(session: Session, world: World) -> Actor:
    return actor_of(session, world.person_id("karo-umum"))


@pytest.fixture
def owners(monkeypatch: pytest.MonkeyPatch) -> None:
    """Owners of a kind of the test's own: number 1 is read by all, others by nobody."""
    monkeypatch.setattr(files, "OWNERS", {})
    register_owner("note", lambda session, actor, owner_id: owner_id == 1)


def store(
    session: Session, actor: Actor, name: str = "surat.pdf", content: bytes = PDF, key: str = ""
) -> StoredFile:
    row = store_upload(
        session, storage(), io.BytesIO(content), name, person_id=actor.person_id, form_key=key
    )
    session.commit()
    return row


def on_disk() -> list[str]:
    return sorted(path.name for path in storage().folder.rglob("*") if path.is_file())


def test_a_file_is_kept_under_a_random_name_with_its_type(session: Session, actor: Actor) -> None:
    row = store(session, actor, name="../Surat dinas.PDF")
    assert (row.name, row.kind, row.size) == ("Surat dinas.PDF", "pdf", len(PDF))
    assert row.mime == "application/pdf"
    assert row.state == FileState.UNSCANNED
    assert len(row.token) == 43
    assert on_disk() == [row.token]
    assert storage().path(row.token).read_bytes() == PDF


def test_a_file_over_the_limit_leaves_nothing(session: Session, actor: Actor) -> None:
    small = Storage(storage().folder, 10)
    with pytest.raises(Invalid, match=r"surat\.pdf terlalu besar"):
        store_upload(session, small, io.BytesIO(PDF), "surat.pdf", person_id=actor.person_id)
    assert on_disk() == []
    assert session.scalar(select(func.count()).select_from(StoredFile)) == 0


def test_a_full_disk_leaves_nothing_and_says_so(
    session: Session, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageFull, match="tidak dapat menerima berkas"):
        store_upload(session, storage(), io.BytesIO(PDF), "a.pdf", person_id=actor.person_id)
    assert on_disk() == []
    assert session.scalar(select(func.count()).select_from(StoredFile)) == 0


def test_a_row_that_cannot_be_written_leaves_no_content(session: Session, actor: Actor) -> None:
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        store_upload(session, storage(), io.BytesIO(PDF), "a.pdf", person_id=999_999)
    session.rollback()
    assert on_disk() == []


def test_the_same_file_of_the_same_form_is_kept_once(session: Session, actor: Actor) -> None:
    first = store(session, actor, key="form-key-1")
    assert store(session, actor, key="form-key-1").id == first.id
    assert store(session, actor, key="form-key-2").id != first.id
    assert len(on_disk()) == 2


def test_too_many_waiting_uploads_are_refused(
    session: Session, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "MOST_WAITING", 1)
    store(session, actor)
    with pytest.raises(Invalid, match="Terlalu banyak unggahan"):
        store(session, actor, name="lain.pdf")


def test_an_infected_file_is_refused(
    session: Session, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "_scanners", [])
    register_scanner(lambda path: FileState.CLEAN)
    assert store(session, actor).state == FileState.CLEAN
    register_scanner(lambda path: FileState.INFECTED)
    with pytest.raises(Invalid, match="pemindai virus"):
        store(session, actor, name="lain.pdf")
    session.rollback()
    assert len(on_disk()) == 1


@pytest.mark.usefixtures("owners")
def test_only_its_person_reads_an_upload_and_its_owner_decides_later(
    session: Session, actor: Actor, stranger: Actor
) -> None:
    row = store(session, actor)
    assert may_read(session, actor, row)
    assert not may_read(session, stranger, row)
    attach(session, [row.token], "note", 1, actor=actor)
    assert may_read(session, stranger, row)
    row.owner_id = 2
    assert not may_read(session, actor, row)
    row.owner_kind = "unknown"
    assert not may_read(session, actor, row)


@pytest.mark.usefixtures("owners")
def test_an_infected_file_is_read_by_nobody(session: Session, actor: Actor) -> None:
    row = store(session, actor)
    row.state = FileState.INFECTED
    assert not may_read(session, actor, row)
    assert usable(session, actor, [row.token]) == []


@pytest.mark.usefixtures("owners")
def test_attaching_is_logged_in_the_case_and_lists_by_owner(session: Session, actor: Actor) -> None:
    rows = [store(session, actor, name=f"{n}.pdf") for n in (1, 2)]
    attach(session, [row.token for row in rows], "note", 1, 77, actor=actor)
    session.commit()
    assert [row.name for row in files_of(session, "note", [1, 2])[1]] == ["1.pdf", "2.pdf"]
    assert files_of(session, "note", [1, 2])[2] == []
    entry = session.scalars(select(AuditEvent).where(AuditEvent.chain == "case:77")).one()
    assert entry.kind == "file.added"
    assert [each["sha256"] for each in entry.data["files"]] == [row.sha256 for row in rows]
    assert rows[0].token not in str(entry.data)


@pytest.mark.usefixtures("owners")
def test_foreign_used_and_missing_files_cannot_be_attached(
    session: Session, actor: Actor, stranger: Actor
) -> None:
    row = store(session, actor)
    for tokens, who in (([row.token], stranger), (["gone"], actor)):
        with pytest.raises(Invalid, match="Unggah lagi"):
            attach(session, tokens, "note", 1, 77, actor=who)
    attach(session, [row.token], "note", 1, 77, actor=actor)
    attach(session, [row.token], "note", 2, 77, actor=actor)
    assert row.owner_id == 1, "in the same case it stays with its first owner"
    with pytest.raises(Invalid, match="Unggah lagi"):
        attach(session, [row.token], "note", 1, 78, actor=actor)
    with pytest.raises(Invalid, match="Unggah lagi"):
        attach(session, [row.token], "note", 1, actor=actor)


@pytest.mark.usefixtures("owners")
def test_what_no_form_took_is_removed_after_a_day_and_a_draft_s_after_thirty(
    app: Flask, session: Session, actor: Actor, frozen_clock: FrozenClock
) -> None:
    lost, drafted, taken = (store(session, actor, name=f"{n}.pdf") for n in (1, 2, 3))
    keep_longer(session, actor.person_id, [drafted.token])
    attach(session, [taken.token], "note", 1, actor=actor)
    session.commit()
    kept = {lost.token: 1, drafted.token: 1, taken.token: 1}
    assert set(on_disk()) == set(kept)
    frozen_clock.forward(days=1, minutes=1)
    remove_expired()
    assert set(on_disk()) == {drafted.token, taken.token}
    frozen_clock.set(clock.now() + KEEP_DRAFT)
    remove_expired()
    assert on_disk() == [taken.token]
    assert [row.id for row in session.scalars(select(StoredFile))] == [taken.id]


def test_contents_without_a_row_are_removed_when_old(
    session: Session, actor: Actor, frozen_clock: FrozenClock
) -> None:
    row = store(session, actor)
    folder = storage().folder / "ab"
    folder.mkdir(exist_ok=True)
    old = clock.now() - timedelta(days=2)
    for name, instant in (("abold", old), (".abhalf.tmp", old), ("abfresh", clock.now())):
        path: Path = folder / name
        path.write_bytes(b"x")
        os.utime(path, (instant.timestamp(), instant.timestamp()))
    os.utime(storage().path(row.token), (old.timestamp(), old.timestamp()))
    session.rollback()
    remove_orphans()
    assert set(on_disk()) == {row.token, "abfresh"}


def test_a_reference_reads_rows_and_records(session: Session, actor: Actor) -> None:
    ref = FileRef.of(store(session, actor))
    assert FileRef.of(ref.as_record()) == ref
