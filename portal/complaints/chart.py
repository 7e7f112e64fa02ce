"""The organisation as the rule sees it, read from the database."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.auth.rights import actor_of
from portal.complaints.conflict import Chart, Seat
from portal.org import service as org
from portal.org.models import Position, PositionKind, Unit


def load_chart(session: Session, day: date) -> Chart:
    """All seats in force on a day, with the units; two queries."""
    rows = session.execute(
        select(Position.id, Position.unit_id, Position.kind, Position.supervisor_id)
        .where(org.in_force(Position, day))
        .order_by(Position.id)
    )
    seats = {
        key: Seat(key, unit, kind == PositionKind.HEAD, superior)
        for key, unit, kind, superior in rows
    }
    units = session.execute(select(Unit.id, Unit.parent_id))
    return Chart(seats, {unit.id: unit.parent_id for unit in units})


def seats_of(session: Session, people: Iterable[int]) -> frozenset[int]:
    """Every position that these people hold today, or act for."""
    return frozenset(key for person in people for key in actor_of(session, person).position_ids)


def holders_of(session: Session, position_id: int, day: date) -> set[int]:
    """Ids of the people who hold a position on a day."""
    found = org.holders_on(session, [position_id], day)
    return {view.person_id for view in found.get(position_id, ())}
