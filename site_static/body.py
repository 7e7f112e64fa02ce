"""The HTML of a document, rendered once when it is finalized and stored beside it.

The frame around it (banners, downloads, other versions) is rendered at export.
"""

from __future__ import annotations

from functools import lru_cache

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from site_static import text
from site_static.schema import Document, Level

OBJECTIVE_NAMES = {
    Level.MINISTRY: "Sasaran Strategis",
    Level.ECHELON_1: "Sasaran Program",
    Level.ECHELON_2: "Sasaran Kegiatan",
    Level.UNIT: "Sasaran Kegiatan",
}
PROGRAMME_NAMES = {
    Level.MINISTRY: "Program",
    Level.ECHELON_1: "Program",
    Level.ECHELON_2: "Kegiatan",
    Level.UNIT: "Kegiatan",
}


def render_body(document: Document) -> str:
    """The document's HTML below ``<main>``: statement, parties, objectives, programmes."""
    return (
        _environment()
        .get_template("isi.html")
        .render(
            document=document,
            statement=Markup(text.safe_html(document.statement)),
            pledges=Markup(text.safe_html(document.pledges)),
            objective_name=OBJECTIVE_NAMES[document.level],
            programme_name=PROGRAMME_NAMES[document.level],
        )
    )


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("site_static"),
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["rupiah"] = text.rupiah
    return environment
