"""Clearing up: uploads that no form took, and files on disk that no row knows.

A kill between writing and committing leaves a file without a row, never a row without
its file: content is written first and removed last.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from sqlalchemy import delete, select

from portal import clock
from portal.db import db, reading, transaction
from portal.documents.files import KEEP_UPLOAD, UPLOAD
from portal.documents.models import StoredFile
from portal.documents.previews import preview_folder
from portal.documents.storage import storage
from portal.jobs import every

_BATCH = 500


@every(3600, "documents.expired-uploads")
def remove_expired() -> None:
    """Remove uploads and drafts' files whose time is over: the rows, then the contents."""
    with transaction() as session:
        tokens = session.scalars(
            delete(StoredFile)
            .where(StoredFile.kept_until < clock.now())
            .returning(StoredFile.token)
        ).all()
    for token in tokens:
        _remove(token)


def remove_uploads(person_id: int, tokens: Sequence[str]) -> None:
    """Remove uploads that no form has taken, at once and in a transaction of its own."""
    with transaction() as session:
        gone = session.scalars(
            delete(StoredFile)
            .where(
                StoredFile.token.in_(tokens),
                StoredFile.owner_kind == UPLOAD,
                StoredFile.owner_id == person_id,
            )
            .returning(StoredFile.token)
        ).all()
    for token in gone:
        _remove(token)


@every(86_400, "documents.orphans")
def remove_orphans() -> None:
    """Remove contents and half-written files older than a day that no row names."""
    with reading():
        for paths in _old_files():
            query = select(StoredFile.token).where(
                StoredFile.token.in_([path.name for path in paths])
            )
            known = set(db.session.scalars(query))
            db.session.rollback()
            for path in paths:
                if path.name not in known:
                    _remove(path.name)
                    path.unlink(missing_ok=True)


def _old_files() -> Iterator[list[Path]]:
    """Files as old as an upload may wait, some hundred at a time."""
    before = (clock.now() - KEEP_UPLOAD).timestamp()
    found: list[Path] = []
    for path in storage().folder.glob("*/*"):
        if path.is_file() and path.stat().st_mtime < before:
            found.append(path)
        if len(found) >= _BATCH:
            yield found
            found = []
    if found:
        yield found


def _remove(token: str) -> None:
    storage().path(token).unlink(missing_ok=True)
    shutil.rmtree(preview_folder() / token, ignore_errors=True)
