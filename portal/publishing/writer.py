"""The one writer of the publication store: immutable files first, then the ledger.

Repeatable: a version that the ledger already names is left alone, files that a
killed run left behind are compared and kept. The reader is ``site_static.store``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from portal.errors import Conflict
from portal.publishing.durable import append_file, locked, write_file
from site_static.ledger import Entry, Status, StoredFile, entry_of, format_line
from site_static.schema import Document, canonical, sha256
from site_static.store import Store


@dataclass(frozen=True, slots=True)
class Frozen:
    """What finalizing froze: the document, its content digest, its files and a change note."""

    document: Document
    digest: str
    files: Mapping[str, bytes]
    note: str = ""


def write(store: Path, public_url: str, items: Sequence[Frozen], now: datetime) -> list[Entry]:
    """Put the items into the store and return their ledger entries, in the same order.

    Raises:
        Conflict: another document already has that address and version.
        OSError: the store cannot be written; what is there stays whole.
    """
    with locked(store / ".lock", wait=True):
        info = canonical({"public_url": public_url, "schema": 1})
        path = store / "store.json"
        if not path.exists() or path.read_bytes() != info:
            write_file(path, info)
        known = {(entry.path, entry.version): entry for entry in Store(store).log()}
        return [_write_one(store, item, known, now) for item in items]


def _write_one(
    store: Path, item: Frozen, known: dict[tuple[str, int], Entry], now: datetime
) -> Entry:
    document = item.document
    found = known.get((document.path, document.version))
    if found is not None:
        if found.digest != item.digest:
            raise Conflict(f"Alamat /{found.folder}/ sudah dipakai dokumen lain.")
        return found
    entry = entry_of(
        document,
        digest=item.digest,
        files=tuple(
            StoredFile(name, sha256(content), len(content))
            for name, content in sorted(item.files.items())
        ),
        published=now.isoformat(timespec="seconds"),
        note=item.note,
    )
    for name, content in item.files.items():
        path = store / entry.folder / name
        if not path.exists():
            write_file(path, content)
        elif path.read_bytes() != content:
            raise Conflict(f"Berkas {path} sudah ada dengan isi yang berbeda.")
    lines = [
        replace(older, status=Status.SUPERSEDED, updated=entry.updated)
        for (path_, _), older in sorted(known.items())
        if path_ == entry.path and older.status == Status.CURRENT
    ]
    lines.append(entry)
    append_file(store / "ledger" / f"{entry.year}.jsonl", b"".join(map(format_line, lines)))
    known.update({(line.path, line.version): line for line in lines})
    return entry
