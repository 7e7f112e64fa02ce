"""Positions with who holds them on a day: searched, filtered, a page at a time.

For everybody who is logged in, so without a NIP; the administrators' list of people is in
``people``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, exists, not_, or_, select
from sqlalchemy.orm import Session, joinedload

from portal.org.dates import in_force
from portal.org.finding import MOST_WORDS, has_words
from portal.org.holders import HolderView, holders_on
from portal.org.models import Holder, HolderKind, Person, Position, Unit

PAGE = 25
BATCH = 500
VACANT = "kosong"
KINDS = {
    "definitif": HolderKind.DEFINITIVE,
    "plt": HolderKind.PLT,
    "plh": HolderKind.PLH,
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list is narrowed to; ``units`` are ids with those below them."""

    text: str = ""
    kind: str = ""
    units: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class OfficialLine:
    """A position with its unit and its holders on the day."""

    position_id: int
    code: str
    title: str
    unit_code: str
    unit: str
    holders: tuple[HolderView, ...]


@dataclass(frozen=True, slots=True)
class OfficialPage:
    """A page of the list; ``after`` is the cursor of the next page, 0 at the end."""

    lines: tuple[OfficialLine, ...]
    after: int


def find_officials(
    session: Session, wanted: Wanted, day: date, *, after: int = 0, size: int = PAGE
) -> OfficialPage:
    """Positions in force by title, behind the position ``after``; three queries."""
    query = (
        select(Position)
        .options(joinedload(Position.unit))
        .where(in_force(Position, day), *_conditions(wanted, day))
        .order_by(Position.title, Position.id)
        .limit(size + 1)
    )
    last = session.get(Position, after) if after else None
    if last is not None:
        same = and_(Position.title == last.title, Position.id > last.id)
        query = query.where(or_(Position.title > last.title, same))
    rows = session.scalars(query).all()
    shown = rows[:size]
    holders = holders_on(session, [row.id for row in shown], day)
    lines = tuple(
        OfficialLine(
            row.id, row.code, row.title, row.unit.code, row.unit.name, tuple(holders[row.id])
        )
        for row in shown
    )
    return OfficialPage(lines, shown[-1].id if len(rows) > size else 0)


def all_officials(session: Session, wanted: Wanted, day: date) -> Iterator[OfficialLine]:
    """Every line of the list, read in portions."""
    after = 0
    while True:
        page = find_officials(session, wanted, day, after=after, size=BATCH)
        yield from page.lines
        after = page.after
        if not after:
            return


def with_below(session: Session, unit_ids: Sequence[int]) -> tuple[int, ...]:
    """These units and all below them; one query."""
    below: dict[int | None, list[int]] = {}
    for key, parent in session.execute(select(Unit.id, Unit.parent_id)):
        below.setdefault(parent, []).append(key)
    found: dict[int, None] = {}
    waiting = list(unit_ids)
    while waiting:
        key = waiting.pop()
        if key not in found:
            found[key] = None
            waiting += below.get(key, [])
    return tuple(found)


def _conditions(wanted: Wanted, day: date) -> list[ColumnElement[bool]]:
    held = select(Holder.id).where(Holder.position_id == Position.id, in_force(Holder, day))
    found: list[ColumnElement[bool]] = []
    if wanted.units:
        found.append(Position.unit_id.in_(wanted.units))
    if wanted.kind == VACANT:
        found.append(not_(exists(held)))
    elif wanted.kind:
        found.append(exists(held.where(Holder.kind == KINDS[wanted.kind])))
    for word in wanted.text.split()[:MOST_WORDS]:
        by_name = held.join(Person, Person.id == Holder.person_id).where(
            has_words(word, Person.name)
        )
        found.append(or_(has_words(word, Position.title, Position.code), exists(by_name)))
    return found
