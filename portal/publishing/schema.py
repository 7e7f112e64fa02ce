"""The public form of a document, for those who make one; the store's reader owns it."""

from __future__ import annotations

from site_static.schema import (
    Document,
    Indicator,
    Level,
    Objective,
    Party,
    PartyRole,
    Programme,
    SchemaError,
)

__all__ = [
    "Document",
    "Indicator",
    "Level",
    "Objective",
    "Party",
    "PartyRole",
    "Programme",
    "SchemaError",
]
