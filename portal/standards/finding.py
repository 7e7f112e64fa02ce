"""Finding words in the standards: in titles, and in the text of clauses and steps."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from portal.standards.document import PROCEDURE, Standard

AROUND = 70
"""Characters shown on either side of the first word that was found."""
_MARKS = re.compile(r"[*_`#>|]+|^\s*(?:[-+]|\d+\.)\s+|\[([^\]]*)\]\([^)]*\)", re.M)


@dataclass(frozen=True, slots=True)
class FoundClause:
    """A place in a standard; ``anchor`` is empty for the standard itself."""

    standard: str
    slug: str
    place: str
    anchor: str
    excerpt: str


def find_clauses(registered: Iterable[Any], words: str, limit: int) -> list[FoundClause]:
    """Titles first, then clauses that hold every word, in the order of the standards.

    ``registered`` have slug and standard.
    """
    wanted = words.casefold().split()
    standards = list(registered)
    titles = [
        FoundClause(each.standard.title, each.slug, "", "", each.standard.decree)
        for each in standards
        if all(word in each.standard.title.casefold() for word in wanted)
    ]
    clauses = (
        FoundClause(each.standard.title, each.slug, place, anchor, _excerpt(text, wanted[0]))
        for each in standards
        for place, anchor, text in _texts(each.standard)
        if all(word in f"{place} {text}".casefold() for word in wanted)
    )
    found = [*titles, *clauses] if wanted else []
    return found[:limit]


def _texts(standard: Standard) -> Iterator[tuple[str, str, str]]:
    """(where, anchor, text) of every clause, then of every step that is printed."""
    for clause in standard.clauses:
        text = _MARKS.sub(r"\1", clause.markdown)
        place = _("Klausul %(ref)s: %(title)s", ref=clause.ref, title=clause.title)
        yield str(place), clause.anchor, " ".join(text.split())
    procedure = standard.clause(*PROCEDURE)
    anchor = "" if procedure is None else procedure.anchor
    for stage in standard.stages:
        for step in stage.steps:
            place = _("Langkah %(number)s: %(title)s", number=step.number, title=stage.title)
            yield str(place), anchor, f"{step.text} {', '.join(step.officials)}"


def _excerpt(text: str, word: str) -> str:
    """What stands around the word; the beginning if it is only in the title."""
    at = max(text.casefold().find(word), 0)
    start, end = max(at - AROUND, 0), at + len(word) + AROUND
    part = text[start:end]
    if start:
        part = "… " + part.partition(" ")[2]
    return part.rpartition(" ")[0] + " …" if end < len(text) else part
