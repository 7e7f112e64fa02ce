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
    return supervisors_of(session, [position_id], day).get(position_id)


def supervisors_of(session: Session, position_ids: Iterable[int], day: date) -> dict[int, Position]:
    """The same for several positions, in at most three queries; none at the top."""
    below = session.scalars(select(Position).where(Position.id.in_(set(position_ids)))).all()
    named = {each.supervisor_id for each in below} - {None}
    overrides = {}
    if named:
        rows = session.scalars(
            select(Position).where(Position.id.in_(named), in_force(Position, day))
        )
        overrides = {each.id: each for each in rows}
    found = {
        each.id: overrides[each.supervisor_id] for each in below if each.supervisor_id in overrides
    }
    rest = {each.id: each for each in below if each.id not in found}
    if not rest:
        return found
    above = (
        select(Position.id.label("below"), Unit.id, Unit.parent_id, literal(0).label("depth"))
        .join(Unit, Unit.id == Position.unit_id)
        .where(Position.id.in_(rest))
        .cte(recursive=True)
    )
    above = above.union_all(
        select(above.c.below, Unit.id, Unit.parent_id, above.c.depth + 1).where(
            Unit.id == above.c.parent_id, above.c.depth < MAX_DEPTH
        )
    )
    heads = session.execute(
        select(above.c.below, above.c.depth, Position)
        .join(above, above.c.id == Position.unit_id)
        .where(
            Position.kind == PositionKind.HEAD,
            Position.id != above.c.below,
            in_force(Position, day),
        )
        .order_by(above.c.depth, Position.id)
    )
    for key, depth, head in heads:
        is_head = rest[key].kind == PositionKind.HEAD
        if depth >= (1 if is_head else 0):
            found.setdefault(key, head)
    return found


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
