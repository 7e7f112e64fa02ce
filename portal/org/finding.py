"""Finding units, positions and holders by words, whatever their case.

Words are looked for as they are: the wildcards of SQL mean nothing. A NIP is never looked
for: it would stand in the address of a page.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from portal.org.models import Position, Unit

MOST_WORDS = 6
LONGEST = 100

Column = InstrumentedAttribute[str]


def tidy(text: str) -> str:
    """What a person typed, on one line, without what no text can hold, not too long."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:LONGEST].strip()


def has_words(text: str, *columns: Column | ColumnElement[str]) -> ColumnElement[bool]:
    """Every word of the text stands in one of the columns, in large letters or small."""
    words = text.split()[:MOST_WORDS]
    return and_(
        *(or_(*(column.icontains(word, autoescape=True) for column in columns)) for word in words)
    )


def find_units(session: Session, text: str, limit: int) -> list[Unit]:
    """The unit whose code is the text, else those whose name or code has its words."""
    found = find_units_by_words(session, text, limit)
    return [unit for unit in found if unit.code == text.lower()] or found


def find_units_by_words(session: Session, text: str, limit: int) -> list[Unit]:
    """Units whose name or code has all these words; one whose code is the text comes first."""
    query = select(Unit).where(has_words(text, Unit.name, Unit.code))
    order = (Unit.code != text.lower(), Unit.name, Unit.code)
    return list(session.scalars(query.order_by(*order).limit(limit)))


def find_positions(session: Session, text: str, limit: int) -> list[Position]:
    """The position whose code is the text, else those whose title or code has its words."""
    query = select(Position).where(has_words(text, Position.title, Position.code))
    order = (Position.code != text.lower(), Position.title, Position.code)
    found = list(session.scalars(query.order_by(*order).limit(limit)))
    return [position for position in found if position.code == text.lower()] or found
