"""The printed form of a document as a tagged PDF (PDF/A-2a and PDF/UA-1), by Typst.

The same document gives the same bytes: fonts are Typst's own, the timestamp is
the document's date. User text goes in as data and is never Typst source.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, time
from functools import lru_cache
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from site_static import text
from site_static.body import OBJECTIVE_NAMES, PROGRAMME_NAMES
from site_static.schema import Document, Level, as_data, digest

if TYPE_CHECKING:
    from typst import Compiler

TEMPLATES = Path(__file__).parent / "templates"
STANDARDS: list[Literal["a-2a", "ua-1"]] = ["a-2a", "ua-1"]


def render_pdf(document: Document, address: str) -> bytes:
    """The PDF; ``address`` is the permanent public address printed at the foot."""
    compiler = _compiler()
    result = compiler.compile(
        format="pdf",
        sys_inputs={"data": json.dumps(_data(document, address), ensure_ascii=False)},
        pdf_standards=[*STANDARDS],
        timestamp=datetime.combine(document.date, time(), UTC),
    )
    if not isinstance(result, bytes):
        raise TypeError("Typst gave no single PDF")
    return result


@lru_cache(maxsize=1)
def _compiler() -> Compiler:
    import typst  # heavy: only a process that prints pays for it

    # the root is this folder and packages have none: a template can read nothing else
    return typst.Compiler(
        TEMPLATES / "pk.typ",
        root=TEMPLATES,
        ignore_system_fonts=True,
        package_path=TEMPLATES,
        package_cache_path=TEMPLATES,
    )


def _data(document: Document, address: str) -> dict[str, Any]:
    data = as_data(document)
    for row in data["programmes"]:
        row["budget"] = text.number(row["budget"])
    data.update(
        statement=tree(text.safe_html(document.statement)),
        pledges=tree(text.safe_html(document.pledges)),
        total=text.number(document.total),
        date_text=text.long_date(document.date),
        digest=digest(document),
        address=address,
        objective_name=OBJECTIVE_NAMES[document.level],
        programme_name=PROGRAMME_NAMES[document.level],
        # eselon II and below print activities on a sheet of their own
        separate_sheet=document.level in (Level.ECHELON_2, Level.UNIT),
    )
    return data


class _Tree(HTMLParser):
    """Turns the sanitized HTML (paragraphs, lists, emphasis) into plain nested data."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.stack: list[dict[str, Any]] = [{"tag": "root", "children": []}]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node: dict[str, Any] = {"tag": tag, "children": []}
        if tag == "ol":
            start = dict(attrs).get("start") or ""
            node["start"] = int(start) if start.isdecimal() else 1
        self.stack[-1]["children"].append(node)
        if tag != "br":
            self.stack.append(node)

    def handle_endtag(self, tag: str) -> None:
        if tag != "br":
            self.stack.pop()

    def handle_data(self, data: str) -> None:
        parent = self.stack[-1]
        # blanks between blocks are no text
        if data.strip() or parent["tag"] not in ("root", "ol", "ul", "li"):
            parent["children"].append({"tag": "text", "text": data.replace("\n", " ")})


def tree(html: str) -> list[dict[str, Any]]:
    """Nested data of sanitized HTML: nodes with ``tag`` and ``children`` or ``text``."""
    parser = _Tree()
    parser.feed(html)
    parser.close()
    children: list[dict[str, Any]] = parser.stack[0]["children"]
    return children
