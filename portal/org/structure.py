"""Reading units and positions: by code, heads, superiors, staff.

Nothing here changes anything; changes go through ``portal.org.csv_import`` (one set of
rules for files and forms) and ``portal.org.holders``.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import literal, select
from sqlalchemy.orm import Session

from portal.errors import NotFound
from portal.org.dates import in_force
from portal.org.models import Position, PositionKind, Unit

MAX_DEPTH = 50
"""More levels than any organisation has; a cycle in the data then ends a walk, too."""


def unit_by_code(session: Session, code: str) -> Unit:
    """The unit with this code, of whatever period; raises :class:`NotFound`."""
    unit = session.scalar(select(Unit).where(Unit.code == code))
    if unit is None:
        raise NotFound(_("Unit dengan kode %(code)s tidak ditemukan.", code=code))
    return unit


def position_by_code(session: Session, code: str) -> Position:
    """The position with this code, of whatever period; raises :class:`NotFound`."""
    position = session.scalar(select(Position).where(Position.code == code))
    if position is None:
        raise NotFound(_("Jabatan dengan kode %(code)s tidak ditemukan.", code=code))
    return position


def positions_by_code(session: Session, codes: Iterable[str]) -> dict[str, Position]:
    """The positions with these codes in one query; unknown codes are left out."""
    rows = session.scalars(select(Position).where(Position.code.in_(set(codes))))
    return {position.code: position for position in rows}


def heads_of(session: Session, unit_ids: Iterable[int], day: date) -> dict[int, Position]:
    """The head's position of each unit on a day; units without one are left out."""
    rows = session.scalars(
        select(Position)
        .where(
            Position.unit_id.in_(set(unit_ids)),
            Position.kind == PositionKind.HEAD,
            in_force(Position, day),
        )
        .order_by(Position.id.desc())
    )
    return {position.unit_id: position for position in rows}


def head_position(session: Session, unit_id: int, day: date) -> Position | None:
    """The position that heads a unit on a day, vacant or not."""
    return heads_of(session, [unit_id], day).get(unit_id)


def supervisor_of(session: Session, position_id: int, day: date) -> Position | None:
    """The position above: the override, else the head of the nearest unit that has one.

    For a head the search begins at the unit above, for all others at their own unit.
    None at the top, and for an unknown position.
    """
    position = session.get(Position, position_id)
    if position is None:
        return None
    if position.supervisor_id is not None:
        override = session.scalar(
            select(Position).where(Position.id == position.supervisor_id, in_force(Position, day))
        )
        if override is not None:
            return override
    above = (
        select(Unit.id, Unit.parent_id, literal(0).label("depth"))
        .where(Unit.id == position.unit_id)
        .cte(recursive=True)
    )
    above = above.union_all(
        select(Unit.id, Unit.parent_id, above.c.depth + 1).where(
            Unit.id == above.c.parent_id, above.c.depth < MAX_DEPTH
        )
    )
    first = 1 if position.kind == PositionKind.HEAD else 0
    return session.scalar(
        select(Position)
        .join(above, above.c.id == Position.unit_id)
        .where(
            Position.kind == PositionKind.HEAD,
            Position.id != position.id,
            above.c.depth >= first,
            in_force(Position, day),
        )
        .order_by(above.c.depth, Position.id)
        .limit(1)
    )


def staff_positions(
    session: Session, unit_ids: Iterable[int], day: date
) -> dict[int, list[Position]]:
    """The staff positions of each unit on a day, by code; every given id is a key."""
    found: dict[int, list[Position]] = {key: [] for key in unit_ids}
    rows = session.scalars(
        select(Position)
        .where(
            Position.unit_id.in_(found),
            Position.kind == PositionKind.STAFF,
            in_force(Position, day),
        )
        .order_by(Position.code)
    )
    for position in rows:
        found[position.unit_id].append(position)
    return found
