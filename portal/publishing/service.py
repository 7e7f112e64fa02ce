"""Finalizing and the decision to publish; both in the caller's transaction.

What happens after the decision (store, export) is carried out by ``portal.publishing.jobs``.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal import audit, clock
from portal.auth.rights import Actor
from portal.config import Settings
from portal.errors import ConfigurationError, Conflict, NotFound
from portal.jobs import enqueue
from portal.publishing.models import Publication, PublicationStatus
from site_static.body import render_body
from site_static.schema import Document, as_data, canonical, sha256

CHAIN = "publications"
PUBLISH_JOB = "publishing.publish"
EXPORT_JOB = "publishing.export"
_LOCK = 7_201_404


def finalize(
    session: Session,
    *,
    kind: str,
    document: Document,
    case_id: int | None = None,
    actor: Actor | None = None,
    plugin: str = "",
    note: str = "",
) -> Publication:
    """Freeze a document: canonical JSON, HTML, PDF, fingerprint; it never changes again.

    Repeating it with the same content returns the first row. ``note`` is the change note
    of a later version; without ``actor`` the log names the system.

    Raises:
        ConfigurationError: PORTAL_PUBLIC_URL is not set (the PDF prints the address).
        Conflict: that version exists with other content, or is not the next one.
    """
    settings: Settings = current_app.config["PORTAL"]
    if not settings.public_url:
        raise ConfigurationError(
            _(
                "PORTAL_PUBLIC_URL belum diatur. Alamat publik tercetak pada dokumen; minta"
                " administrator mengaturnya sebelum dokumen difinalkan."
            )
        )
    if kind != document.kind:
        raise ValueError(f"a document of kind {document.kind!r} finalized as {kind!r}")
    _lock(session)
    content = canonical(as_data(document))
    found = _existing(session, document, sha256(content))
    if found is not None:
        return found
    row = _freeze(document, content, settings.public_url)
    row.case_id, row.plugin, row.note = case_id, plugin, note
    row.finalized_by = actor.name if actor else "Sistem"
    session.add(row)
    session.flush()
    _record(session, "finalized", row, actor)
    return row


def is_sample() -> bool:
    """Whether this instance only shows sample data: its documents say so ("contoh")."""
    settings: Settings = current_app.config["PORTAL"]
    return settings.demo


def next_version(session: Session, kind: str, year: int, unit_code: str) -> int:
    """The version that the next document at this address must carry (1 for the first)."""
    path = f"{kind}/{year}/{unit_code}"
    last = session.scalar(select(func.max(Publication.version)).where(Publication.path == path))
    return (last or 0) + 1


def publish(session: Session, publication_ids: Collection[int], actor: Actor | None = None) -> None:
    """Decide to publish; a single-flight job writes the store and exports the site.

    Repeatable: what is published or already decided is left alone.

    Raises:
        NotFound: one of the ids does not exist.
        Conflict: one of the documents was withdrawn.
    """
    _lock(session)
    rows = session.scalars(
        select(Publication).where(Publication.id.in_(publication_ids)).order_by(Publication.id)
    ).all()
    if len(rows) != len(set(publication_ids)):
        raise NotFound(_("Dokumen yang akan diterbitkan tidak ditemukan."))
    for row in rows:
        if row.status == PublicationStatus.WITHDRAWN:
            raise Conflict(_("%(title)s sudah ditarik.", title=row.title))
        if row.status == PublicationStatus.FINALIZED and row.requested_at is None:
            row.requested_at = clock.now()
            row.requested_by = actor.name if actor else "Sistem"
            _record(session, "publish-decided", row, actor)
    if any(row.status == PublicationStatus.FINALIZED for row in rows):
        enqueue(session, PUBLISH_JOB, dedupe_key=PUBLISH_JOB)


def of_case(session: Session, case_id: int) -> list[Publication]:
    """What a case has finalized, in order."""
    query = select(Publication).where(Publication.case_id == case_id).order_by(Publication.id)
    return list(session.scalars(query))


def page_of(
    session: Session, *, before: int | None = None, limit: int = 25
) -> tuple[list[Publication], int | None]:
    """Finalized documents, newest first, and the cursor of the next page (None at the end)."""
    query = select(Publication).order_by(Publication.id.desc()).limit(limit + 1)
    if before is not None:
        query = query.where(Publication.id < before)
    rows = list(session.scalars(query))
    return rows[:limit], rows[limit - 1].id if len(rows) > limit else None


def data_file(content: str, files: dict[str, dict[str, Any]]) -> bytes:
    """The public ``data.json``: the canonical document and the fingerprints of its files."""
    return canonical(
        {
            "schema": 1,
            "document": json.loads(content),
            "digest": sha256(content.encode()),
            "files": files,
        }
    )


def record_published(session: Session, row: Publication) -> None:
    """Log that the store has the document."""
    _lock(session)
    _record(session, "published", row, None)


def _existing(session: Session, document: Document, digest: str) -> Publication | None:
    found = session.scalars(
        select(Publication)
        .where(Publication.path == document.path)
        .order_by(Publication.version.desc())
    ).all()
    for row in found:
        if row.version == document.version and row.digest == digest:
            return row
    if document.version != (found[0].version if found else 0) + 1:
        raise Conflict(
            _(
                "%(title)s versi %(version)s sudah final.",
                title=document.title,
                version=document.version,
            )
        )
    return None


def _freeze(document: Document, content: bytes, public_url: str) -> Publication:
    from portal.publishing.pdf import render_pdf  # brings Typst; most processes never print

    pdf = render_pdf(document, f"{public_url}/{document.path}/v{document.version}/")
    return Publication(
        kind=document.kind,
        path=document.path,
        version=document.version,
        year=document.year,
        unit_code=document.unit_code,
        unit_name=document.unit_name,
        title=document.title,
        number=document.number,
        digest=sha256(content),
        canonical=content.decode(),
        html=render_body(document),
        pdf=pdf,
        pdf_sha256=sha256(pdf),
        pdf_size=len(pdf),
        finalized_at=clock.now(),
        status=PublicationStatus.FINALIZED,
    )


def _lock(session: Session) -> None:
    """Let writers of the publications' chain wait for each other (SQLite's do already)."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_LOCK)))


def _record(session: Session, kind: str, row: Publication, actor: Actor | None) -> None:
    audit.append(
        session,
        CHAIN,
        kind,
        {"path": row.path, "version": row.version, "digest": row.digest},
        actor=actor.name if actor else "Sistem",
        person_id=actor.person_id if actor else None,
        case_id=row.case_id,
    )
