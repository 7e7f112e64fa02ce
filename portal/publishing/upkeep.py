"""What backup and check need of the publication store: its files, and whether it agrees.

Reading only; the writer is ``portal.publishing.writer``, the format ``site_static``'s.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.publishing.durable import locked
from portal.publishing.models import Publication, PublicationStatus
from portal.publishing.releases import ExportError
from site_static.ledger import Entry
from site_static.store import Store, StoreError


def resting(store: Path) -> AbstractContextManager[None]:
    """Within the block nobody writes to the store; a publishing job waits."""
    return locked(store / ".lock", wait=True)


def ledger_files(store: Path) -> dict[str, bytes]:
    """``store.json`` and the ledger as they are now, by name; empty when there is no store.

    They are small, and they alone say what the store holds: the rest never changes.
    """
    names = [store / "store.json", *sorted((store / "ledger").glob("*.jsonl"))]
    return {
        path.relative_to(store).as_posix(): path.read_bytes() for path in names if path.exists()
    }


def stored_files(store: Path) -> Iterator[tuple[str, str, int]]:
    """Name, SHA-256 and size of every file that the ledger in this folder names.

    Raises:
        ExportError: the ledger is damaged.
    """
    for entry in _entries(store).values():
        for file in entry.files:
            yield f"{entry.folder}/{file.name}", file.sha256, file.size


def disagreements(session: Session, store: Path, *, deep: bool = False) -> Iterator[str]:
    """A line for each place where database and store do not say the same.

    With ``deep`` the content of every file is read. It may run while documents are
    published: the store is written before the row says so.
    """
    try:
        known = _entries(store)
        rows = {(row.path, row.version): row for row in _rows(session)}
        session.rollback()
        published = [row for row in rows.values() if row.status == PublicationStatus.PUBLISHED]
        if any((row.path, row.version) not in known for row in published):
            known = {**_entries(store), **known}  # published meanwhile
    except ExportError as error:
        yield str(error)
        return
    for row in published:
        entry = known.get((row.path, row.version))
        if entry is None:
            yield f"/{row.path}/v{row.version}/ terbit, tetapi tidak ada di tempat terbitan"
        elif entry.digest != row.digest:
            yield f"/{row.path}/v{row.version}/ berbeda isinya di tempat terbitan"
    for key, entry in known.items():
        if key not in rows:
            yield f"/{entry.folder}/ ada di tempat terbitan, tetapi tidak di basis data"
        for file in entry.files:
            if problem := _problem(store / entry.folder / file.name, file.sha256, file.size, deep):
                yield f"/{entry.folder}/{file.name} {problem}"


def _entries(store: Path) -> dict[tuple[str, int], Entry]:
    try:
        return {(entry.path, entry.version): entry for entry in Store(store).log()}
    except StoreError as error:
        raise ExportError(str(error)) from error


def _rows(session: Session) -> Iterator[Any]:
    query = select(
        Publication.path, Publication.version, Publication.digest, Publication.status
    ).order_by(Publication.id)
    yield from session.execute(query)


def _problem(path: Path, sha256: str, size: int, deep: bool) -> str:
    try:
        if path.stat().st_size != size:
            return "berubah ukurannya"
        if deep and hashlib.sha256(path.read_bytes()).hexdigest() != sha256:
            return "isinya telah berubah"
    except OSError:
        return "tidak dapat dibaca"
    return ""
