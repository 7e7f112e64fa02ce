"""The jobs after the decision to publish: write the store, then export the site.

Both are repeatable: a worker that dies half way has its job run again.
"""

from __future__ import annotations

import json

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from portal import clock
from portal.config import Settings
from portal.db import db, reading, transaction
from portal.jobs import Run, enqueue, job
from portal.publishing.export import export
from portal.publishing.models import Publication, PublicationStatus
from portal.publishing.service import EXPORT_JOB, PUBLISH_JOB, data_file, record_published
from portal.publishing.writer import Frozen, write
from site_static.schema import from_data
from site_static.store import BODY, DATA, PDF

BATCH = 50
"""Documents, or pages, between two signs of life."""


@job(PUBLISH_JOB)
def publish_pending(run: Run) -> None:
    """Write every document whose publishing is decided into the store, then ask for an export."""
    settings: Settings = current_app.config["PORTAL"]
    ids = _pending()
    for done in range(0, len(ids), BATCH):
        batch = ids[done : done + BATCH]
        # no transaction is held while files are written: others may go on
        with reading(), Session(db.engine) as session:
            frozen = {row.id: _frozen(row) for row in _load(session, batch)}
        write(settings.publications, settings.public_url, list(frozen.values()), clock.now())
        with transaction() as session:
            _mark(session, list(frozen))
        run.progress(min(done + BATCH, len(ids)), len(ids))
    with transaction() as session:
        enqueue(session, EXPORT_JOB, dedupe_key=EXPORT_JOB)


@job(EXPORT_JOB)
def export_site(run: Run) -> str:
    """Export the public site from the store; another export to the same folder means a retry."""
    settings: Settings = current_app.config["PORTAL"]

    def progress(done: int, total: int, url: str) -> None:
        if done % BATCH == 0 or done == total:
            run.progress(done, total)

    export(settings.publications, settings.public_output, progress=progress)
    return "/publikasi"


def _pending() -> list[int]:
    with reading(), Session(db.engine) as session:
        return list(
            session.scalars(
                select(Publication.id)
                .where(
                    Publication.status == PublicationStatus.FINALIZED,
                    Publication.requested_at.is_not(None),
                )
                .order_by(Publication.id)
            )
        )


def _load(session: Session, ids: list[int]) -> list[Publication]:
    return list(
        session.scalars(
            select(Publication)
            .where(Publication.id.in_(ids))
            .order_by(Publication.id)
            .options(
                undefer(Publication.canonical), undefer(Publication.html), undefer(Publication.pdf)
            )
        )
    )


def _frozen(row: Publication) -> Frozen:
    files = {PDF: {"sha256": row.pdf_sha256, "bytes": row.pdf_size}}
    return Frozen(
        document=from_data(json.loads(row.canonical)),
        digest=row.digest,
        files={
            DATA: data_file(row.canonical, files),
            BODY: row.html.encode(),
            PDF: row.pdf,
        },
        note=row.note,
    )


def _mark(session: Session, ids: list[int]) -> None:
    rows = session.scalars(
        select(Publication)
        .where(Publication.id.in_(ids), Publication.status == PublicationStatus.FINALIZED)
        .order_by(Publication.id)
    )
    for row in rows.all():
        row.status = PublicationStatus.PUBLISHED
        row.published_at = clock.now()
        record_published(session, row)
