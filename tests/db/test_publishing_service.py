"""Finalizing and publishing with the database: frozen for ever, decided once, written by jobs."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session, undefer

from portal import audit
from portal.audit import AuditEvent
from portal.auth.rights import Actor
from portal.config import Settings
from portal.errors import ConfigurationError, Conflict, NotFound
from portal.jobs import Run, run_pending
from portal.jobs.models import Job
from portal.publishing import jobs, service
from portal.publishing.models import Publication, PublicationStatus
from portal.testing.documents import sample_document
from portal.testing.pytest_plugin import FrozenClock
from site_static.schema import Document, as_data, canonical, digest, sha256
from site_static.store import Store

ACTOR = Actor(7, "Kepala Biro (contoh)", "karo-otlak", False, ())


def final(session: Session, document: Document | None = None, **kwargs: object) -> Publication:
    document = document or sample_document()
    return service.finalize(  # type: ignore[arg-type]  # plain passing on
        session, kind="pk", document=document, actor=ACTOR, plugin="performance_agreement", **kwargs
    )


def log(session: Session) -> list[tuple[str, str]]:
    query = select(AuditEvent.kind, AuditEvent.actor).where(AuditEvent.chain == "publications")
    return [(kind, actor) for kind, actor in session.execute(query.order_by(AuditEvent.seq))]


def test_finalizing_freezes_json_html_pdf_and_fingerprint(
    session: Session, frozen_clock: FrozenClock
) -> None:
    document = sample_document()
    row = final(session, document, case_id=42)
    assert row.digest == digest(document)
    assert row.canonical.encode() == canonical(as_data(document))
    assert "Pernyataan perjanjian kinerja" in row.html
    assert row.pdf.startswith(b"%PDF")
    assert (row.pdf_sha256, row.pdf_size) == (sha256(row.pdf), len(row.pdf))
    assert (row.path, row.folder) == ("pk/2026/setpres", "pk/2026/setpres/v1")
    assert (row.status, row.finalized_by) == (PublicationStatus.FINALIZED, ACTOR.name)
    assert row.finalized_at == frozen_clock.now
    assert log(session) == [("finalized", ACTOR.name)]
    assert service.of_case(session, 42) == [row]


def test_finalizing_again_returns_the_first_and_other_content_is_refused(session: Session) -> None:
    row = final(session)
    assert final(session) is row
    with pytest.raises(Conflict, match="sudah final"):
        final(session, sample_document(number="LAIN"))
    with pytest.raises(Conflict):
        final(session, sample_document(version=3))
    assert service.next_version(session, "pk", 2026, "setpres") == 2
    assert final(session, sample_document(version=2), note="Target dinaikkan.").version == 2


def test_a_final_document_cannot_be_changed(session: Session) -> None:
    row = final(session)
    session.commit()
    row.title = "Lain"
    with pytest.raises(Conflict, match="versi baru"):
        session.flush()
    session.rollback()
    assert session.scalar(select(Publication.title)) == sample_document().title


def test_without_a_public_address_nothing_is_finalized(session: Session, app: Flask) -> None:
    app.config["PORTAL"] = replace(app.config["PORTAL"], public_url="")
    with pytest.raises(ConfigurationError, match="PORTAL_PUBLIC_URL"):
        final(session)


def test_the_list_is_newest_first_by_cursor_without_the_large_columns(session: Session) -> None:
    rows = [final(session, sample_document(year=year)) for year in range(2020, 2027)]
    session.commit()
    session.expunge_all()
    first, cursor = service.page_of(session, limit=5)
    rest, end = service.page_of(session, before=cursor, limit=5)
    assert [row.year for row in [*first, *rest]] == list(range(2026, 2019, -1))
    assert (len(first), end, len(rows)) == (5, None, 7)
    assert "pdf" not in first[0].__dict__


def test_the_decision_is_taken_once_and_one_job_waits(session: Session) -> None:
    rows = [final(session, sample_document(year=year)) for year in (2025, 2026)]
    for _ in range(2):
        service.publish(session, [row.id for row in rows], ACTOR)
    assert all(row.requested_by == ACTOR.name for row in rows)
    assert session.scalar(select(func.count()).select_from(Job)) == 1
    assert [kind for kind, _ in log(session)].count("publish-decided") == 2


def test_an_unknown_or_withdrawn_document_is_not_published(session: Session) -> None:
    with pytest.raises(NotFound):
        service.publish(session, [1])
    row = final(session)
    row.status = PublicationStatus.WITHDRAWN
    with pytest.raises(Conflict, match="sudah ditarik"):
        service.publish(session, [row.id])


def test_the_jobs_write_the_store_and_export_the_site(
    session: Session, app: Flask, settings: Settings, frozen_clock: FrozenClock
) -> None:
    row, other = final(session), final(session, sample_document("setmil", "Sekretariat Militer"))
    service.publish(session, [row.id], ACTOR)
    session.commit()
    run_pending(app)
    session.expire_all()
    assert (row.status, row.published_at) == (PublicationStatus.PUBLISHED, frozen_clock.now)
    assert other.status == PublicationStatus.FINALIZED
    assert [kind for kind, _ in log(session)][-1] == "published"
    assert list(audit.verify(session)) == []
    site = settings.public_output
    assert "Sekretariat Presiden" in (site / "pk/2026/setpres/index.html").read_text()
    assert sha256((site / "pk/2026/setpres/v1/dokumen.pdf").read_bytes()) == row.pdf_sha256
    assert not (site / "pk/2026/setmil").exists()


def test_a_worker_that_died_after_the_store_was_written_has_its_job_repeated(
    session: Session, app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = final(session)
    service.publish(session, [row.id], ACTOR)
    session.commit()

    def die(*args: object) -> None:
        raise RuntimeError("died")

    run = Run(1, 1, {}, timedelta(minutes=5))
    with monkeypatch.context() as patch:
        patch.setattr(jobs, "_mark", die)
        with pytest.raises(RuntimeError):
            jobs.publish_pending(run)
    assert len(Store(settings.publications).entries) == 1
    run_pending(app)
    session.expire_all()
    assert row.status == PublicationStatus.PUBLISHED
    ledger = (settings.publications / "ledger" / "2026.jsonl").read_bytes()
    assert ledger.count(b"\n") == 1


def test_public_data_holds_the_document_and_the_hash_of_its_pdf(
    session: Session, app: Flask, settings: Settings
) -> None:
    row = final(session)
    service.publish(session, [row.id])
    session.commit()
    run_pending(app)
    data = json.loads((settings.public_output / "pk/2026/setpres/data.json").read_bytes())
    assert sha256(canonical(data["document"])) == data["digest"] == row.digest
    assert data["files"]["dokumen.pdf"]["sha256"] == row.pdf_sha256


def test_a_stored_row_gives_the_same_bytes_after_a_new_reading(session: Session) -> None:
    row = final(session)
    before = (row.pdf, row.html)
    session.commit()
    session.expunge_all()
    again = session.scalars(
        select(Publication).options(undefer(Publication.pdf), undefer(Publication.html))
    ).one()
    assert (again.pdf, again.html) == before
