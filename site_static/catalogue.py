"""What machines read on the public site: the list of documents and schema.org data."""

from __future__ import annotations

import json
from typing import Any

from markupsafe import Markup

from site_static.ledger import Entry
from site_static.schema import KINDS, SCHEMA
from site_static.store import DATA, PDF, Store

PUBLISHER = "Kementerian Sekretariat Negara Republik Indonesia"


def index_data(store: Store, public_url: str) -> dict[str, Any]:
    """The list of current documents (``/data/index.json``), also used by the search."""
    return {
        "schema": SCHEMA,
        "publisher": PUBLISHER,
        "documents": [index_row(entry, public_url) for entry in store.current],
    }


def index_row(entry: Entry, public_url: str) -> dict[str, Any]:
    """One row of the list; ``path`` is relative to the site's root."""
    return {
        "title": entry.title,
        "kind": entry.kind,
        "year": entry.year,
        "unit": entry.unit_code,
        "unit_name": entry.unit_name,
        "level": entry.level.value,
        "number": entry.number,
        "date": entry.date,
        "version": entry.version,
        "indicators": entry.indicators,
        "total": entry.total,
        "sample": entry.sample,
        "digest": entry.digest,
        "published": entry.first_published,
        "path": f"{entry.path}/",
        "url": f"{public_url}/{entry.path}/",
        "files": {
            file.name: {
                "url": f"{public_url}/{entry.folder}/{file.name}",
                "sha256": file.sha256,
                "bytes": file.size,
            }
            for file in entry.files
            if file.name in (DATA, PDF)
        },
    }


def document_ld(entry: Entry, public_url: str) -> dict[str, Any]:
    """schema.org data of one version."""
    return {
        "@context": "https://schema.org",
        "@type": "DigitalDocument",
        "name": entry.title,
        "identifier": entry.number,
        "genre": KINDS[entry.kind],
        "inLanguage": "id",
        "version": entry.version,
        "dateCreated": entry.date,
        "datePublished": entry.first_published,
        "url": f"{public_url}/{entry.folder}/",
        "publisher": {"@type": "GovernmentOrganization", "name": PUBLISHER},
        "about": {"@type": "GovernmentOrganization", "name": entry.unit_name},
        "encoding": [
            {
                "@type": "MediaObject",
                "contentUrl": f"{public_url}/{entry.folder}/{name}",
                "encodingFormat": kind,
                "sha256": entry.file(name).sha256,
            }
            for name, kind in ((PDF, "application/pdf"), (DATA, "application/json"))
        ],
    }


def page_json(data: dict[str, Any]) -> Markup:
    """JSON for a data block in a page: nothing in it can end the block."""
    content = json.dumps(data, ensure_ascii=False, sort_keys=True)
    for character in "<>&\u2028\u2029":
        content = content.replace(character, f"\\u{ord(character):04x}")
    return Markup(content)
