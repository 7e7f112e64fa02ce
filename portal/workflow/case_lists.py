"""The list of cases a person may see: a page at a time, or all lines for a file.

Which cases, in which order, is in ``case_index``; what the address asks in
``case_filters``; what a line shows in ``case_rows``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from portal.auth.rights import Actor
from portal.org.finding import has_words
from portal.workflow.access import Standing, standing_of
from portal.workflow.case_filters import CaseFilter
from portal.workflow.case_index import Place, Wanted, end_of, newest, within
from portal.workflow.case_rows import STATUS, CaseRow, case_rows
from portal.workflow.inbox import read_cursor
from portal.workflow.models import Case, CaseStatus

PAGE = 25
WINDOW = 1000
"""Words are looked for in so many cases at once; the next page goes on behind them."""
SEARCHED = 300
"""The search of the whole portal looks at fewer."""
BATCH = 500


@dataclass(frozen=True, slots=True)
class CasePage:
    """A page of the list; ``searched`` is how many cases its words were looked for in, 0 if
    in all that there are."""

    rows: tuple[CaseRow, ...]
    next_cursor: str
    searched: int


def case_page(
    session: Session,
    actor: Actor,
    wanted: CaseFilter,
    *,
    cursor: str = "",
    size: int = PAGE,
    standing: Standing | None = None,
) -> CasePage:
    """The next cases behind the cursor, newest first.

    Raises:
        Invalid: the cursor is none.
    """
    after = read_cursor(cursor) if cursor else None
    standing = standing_of(session, actor) if standing is None else standing
    places, searched = _places(session, actor, standing, wanted, after, size)
    more = len(places) > size
    last = places[size - 1] if more else None
    if searched is not None and not more:
        last = searched
    return CasePage(
        tuple(case_rows(session, [key for _at, key in places[:size]])),
        f"{last[0].isoformat()}~{last[1]}" if last is not None else "",
        WINDOW if searched is not None and not more else 0,
    )


def _places(
    session: Session,
    actor: Actor,
    standing: Standing,
    wanted: CaseFilter,
    after: Place | None,
    size: int,
) -> tuple[list[Place], Place | None]:
    """Of one more than a page where they stand; and where the search ended before the end."""
    words = wanted.words()
    limit = WINDOW if words else size + 1
    found = newest(
        session, actor, standing, wanted.wanted(), limit, after=after, window=bool(words)
    )
    if not words:
        return [(at, key) for key, at in session.execute(found)], None
    rows = session.execute(within(actor, found, words, size + 1))
    places = [(at, key) for key, at in rows]
    if len(places) > size:
        return places, None
    total, end = end_of(session, found)
    return places, end if total == WINDOW else None


def all_cases(session: Session, actor: Actor, wanted: CaseFilter) -> Iterator[CaseRow]:
    """Every case of the filter, newest first, read in portions."""
    standing = standing_of(session, actor)
    cursor = ""
    while True:
        page = case_page(session, actor, wanted, cursor=cursor, size=BATCH, standing=standing)
        yield from page.rows
        # what is written is not kept: a long list needs no more memory than a short one
        session.expunge_all()
        cursor = page.next_cursor
        if not cursor:
            return


@dataclass(frozen=True, slots=True)
class FoundCase:
    """A case that a search has found."""

    number: str
    title: str
    unit: str
    standard: str
    status_text: str


def find_cases(
    session: Session, actor: Actor, standing: Standing, words: str, limit: int
) -> list[FoundCase]:
    """Of the newest cases those whose number or title has every word; two queries."""
    window = newest(session, actor, standing, Wanted(), SEARCHED, window=True)
    wanted = [has_words(words, Case.title, Case.number)]
    found = within(actor, window, wanted, limit).subquery()
    root = aliased(Case)
    rows = session.execute(
        select(Case.number, root.title, Case.unit_name, Case.standard, Case.status)
        .join(found, found.c.id == Case.id)
        .join(root, root.id == Case.root_id)
        .order_by(found.c.at.desc(), found.c.id.desc())
    )
    return [
        FoundCase(number, title, unit, standard, _(STATUS[CaseStatus(status)]))
        for number, title, unit, standard, status in rows
    ]
