"""One unit on a day for its page: seats, superior, units above and below, history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from portal.org.dates import in_force
from portal.org.holders import HolderView, holders_of_positions
from portal.org.models import Position, PositionKind, Unit
from portal.org.structure import supervisor_of, unit_by_code
from portal.org.tree import Seat, seat_order
from portal.org.unit_sets import sets_of_unit


@dataclass(frozen=True, slots=True)
class PastHolding:
    """A line of the history: the position's title and who held it when."""

    title: str
    holder: HolderView


@dataclass(frozen=True, slots=True)
class UnitPage:
    """What the page of a unit shows; ``sets`` are (title, coordinating unit's name)."""

    unit: Unit
    officials: tuple[Seat, ...]
    staff: tuple[Seat, ...]
    superior: Position | None
    children: tuple[Unit, ...]
    sets: tuple[tuple[str, str | None], ...]
    history: tuple[PastHolding, ...]


def unit_page(session: Session, code: str, day: date) -> UnitPage:
    """Gather a unit's page in at most eight queries; raises :class:`NotFound`."""
    unit_id = unit_by_code(session, code).id
    unit = session.scalars(
        select(Unit)
        .where(Unit.id == unit_id)
        .options(joinedload(Unit.parent))
        .execution_options(populate_existing=True)
    ).one()
    positions = session.scalars(select(Position).where(Position.unit_id == unit.id)).all()
    held = holders_of_positions(session, [position.id for position in positions])
    seats = sorted(
        (
            _seat(position, held[position.id], day)
            for position in positions
            if _valid(position, day)
        ),
        key=lambda seat: seat_order(seat.kind, seat.code),
    )
    head = next((seat for seat in seats if seat.kind == PositionKind.HEAD), None)
    children = session.scalars(
        select(Unit)
        .where(Unit.parent_id == unit.id, in_force(Unit, day))
        .order_by(Unit.position, Unit.code)
    )
    history = [
        PastHolding(position.title, holder)
        for position in positions
        for holder in held[position.id]
        if not _valid(holder, day)
    ]
    history.sort(key=lambda line: (line.holder.valid_from, line.holder.id), reverse=True)
    return UnitPage(
        unit=unit,
        officials=tuple(seat for seat in seats if seat.kind != PositionKind.STAFF),
        staff=tuple(seat for seat in seats if seat.kind == PositionKind.STAFF),
        superior=supervisor_of(session, head.position_id, day) if head else None,
        children=tuple(children),
        sets=tuple(sets_of_unit(session, unit.id, day)),
        history=tuple(history),
    )


def _seat(position: Position, held: list[HolderView], day: date) -> Seat:
    now = sorted(
        (holder for holder in held if _valid(holder, day)),
        key=lambda holder: (holder.acting, holder.name),
    )
    kind = PositionKind(position.kind)
    return Seat(position.id, position.code, position.title, kind, tuple(now))


def _valid(row: Position | HolderView, day: date) -> bool:
    return row.valid_from <= day and (row.valid_to is None or day <= row.valid_to)
