"""Is this file one of ours? Compares fingerprints with the publication store, offline."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from portal.errors import Invalid
from portal.publishing.releases import ExportError
from site_static.ledger import Entry
from site_static.schema import canonical, sha256
from site_static.store import Store, StoreError


@dataclass(frozen=True, slots=True)
class Match:
    """The version a file belongs to; ``name`` is empty when only the content is the same."""

    entry: Entry
    name: str


def verify(store: Path, path: Path) -> Match:
    """Find the version that a PDF or ``data.json`` belongs to; the newest state counts.

    Raises:
        Invalid: no published version has such a file or content.
        ExportError: the store cannot be read.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Invalid(f"Berkas {path} tidak dapat dibaca: {error.strerror}.") from error
    found, inside = sha256(content), _content_digest(content)
    reader = Store(store)
    match: Match | None = None
    try:
        reader.public_url  # noqa: B018  # says plainly when this folder is no store
        for entry in reader.log():
            for file in entry.files:
                if file.sha256 == found:
                    match = Match(entry, file.name)
            if inside and entry.digest == inside and (match is None or not match.name):
                match = Match(entry, "")
    except StoreError as error:
        raise ExportError(str(error)) from error
    if match is None:
        raise Invalid(f"{path.name} tidak sama dengan dokumen mana pun yang pernah diterbitkan.")
    return match


def _content_digest(content: bytes) -> str:
    try:
        data = json.loads(content)
        return sha256(canonical(data["document"]))
    except (ValueError, KeyError, TypeError):
        return ""
