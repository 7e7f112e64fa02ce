"""One line of the ledger: what was published where, when, in which state, with which hashes.

The ledger is append-only; a later line for the same path and version replaces
what an earlier one says. Reading whole files of it is in :mod:`site_static.store`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from site_static.schema import Document, Level, SchemaError, canonical


class Status(StrEnum):
    """The state of one version."""

    CURRENT = "current"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file of a version: its name, SHA-256 and size in bytes."""

    name: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """The state of one version; times are ISO 8601 in UTC, ``date`` the document's own."""

    kind: str
    path: str
    version: int
    status: Status
    year: int
    unit_code: str
    unit_name: str
    level: Level
    title: str
    number: str
    date: str
    indicators: int
    total: int
    sample: bool
    digest: str
    first_published: str
    updated: str
    note: str = ""
    files: tuple[StoredFile, ...] = ()

    @property
    def folder(self) -> str:
        """The folder of this version inside the store."""
        return f"{self.path}/v{self.version}"

    def file(self, name: str) -> StoredFile:
        """The named file; raises KeyError when this version has none."""
        for file in self.files:
            if file.name == name:
                return file
        raise KeyError(name)


def entry_of(
    document: Document,
    *,
    digest: str,
    files: tuple[StoredFile, ...],
    published: str,
    note: str = "",
) -> Entry:
    """The first entry of a document, published at ``published`` (ISO 8601, UTC)."""
    return Entry(
        kind=document.kind,
        path=document.path,
        version=document.version,
        status=Status.CURRENT,
        year=document.year,
        unit_code=document.unit_code,
        unit_name=document.unit_name,
        level=document.level,
        title=document.title,
        number=document.number,
        date=document.date.isoformat(),
        indicators=document.indicators,
        total=document.total,
        sample=document.sample,
        digest=digest,
        first_published=published,
        updated=published,
        note=note,
        files=files,
    )


def entry_data(entry: Entry) -> dict[str, Any]:
    """The entry as plain JSON data."""
    data = {name: getattr(entry, name) for name in Entry.__dataclass_fields__}
    data["files"] = {f.name: {"sha256": f.sha256, "bytes": f.size} for f in entry.files}
    return data


def format_line(entry: Entry) -> bytes:
    """The entry as one line with its newline."""
    return canonical(entry_data(entry)) + b"\n"


def parse_line(line: bytes) -> Entry:
    """Read one line; raises :class:`SchemaError` when it is not an entry."""
    try:
        data = json.loads(line)
        files = tuple(
            StoredFile(name, file["sha256"], file["bytes"])
            for name, file in sorted(data.pop("files").items())
        )
        data["status"], data["level"] = Status(data["status"]), Level(data["level"])
        return Entry(**data, files=files)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SchemaError(f"Baris buku terbitan tidak dapat dibaca: {error}.") from error
