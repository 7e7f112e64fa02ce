"""The list of cases a person may see: a page at a time, or all lines for a file.

Which cases, in which order, is in ``case_index``; what the address asks in
``case_filters``; what a line shows in ``case_rows``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.auth.rights import Actor
from portal.workflow.access import Standing, standing_of
from portal.workflow.case_filters import CaseFilter
from portal.workflow.case_index import Place, end_of, newest, within
from portal.workflow.case_rows import CaseRow, case_rows
from portal.workflow.inbox import read_cursor

PAGE = 25
WINDOW = 3000
"""Words are looked for in so many cases at once; the next page goes on behind them."""
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
    conditions, words = wanted.conditions(), wanted.words()
    limit = WINDOW if words else size + 1
    found = newest(session, actor, standing, conditions, limit, after=after, units=wanted.unit_ids)
    if not words:
        return [(at, key) for key, at in session.execute(found)], None
    rows = session.execute(within(found, words, size + 1))
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
