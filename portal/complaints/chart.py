"""The organisation as the rule sees it, read from the database."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Select, and_, select, union
from sqlalchemy.orm import Session

from portal.complaints.conflict import Chart, Seat
from portal.org import service as org
from portal.org.dates import in_force
from portal.org.delegations import counts_on
from portal.org.models import Delegation, Holder, Position, PositionKind, Unit


def load_chart(session: Session, day: date) -> Chart:
    """All units with the seats in force on a day; one query."""
    here = and_(Position.unit_id == Unit.id, org.in_force(Position, day))
    rows = session.execute(
        select(
            Unit.id,
            Unit.parent_id,
            Position.id,
            Position.kind,
            Position.supervisor_id,
            Position.title,
        )
        .outerjoin(Position, here)
        .order_by(Position.id)
    ).all()
    seats = {
        key: Seat(key, unit, kind == PositionKind.HEAD, superior, title)
        for unit, _above, key, kind, superior, title in rows
        if key is not None
    }
    return Chart(seats, {row[0]: row[1] for row in rows})


def seats_of(session: Session, people: Select[int]) -> frozenset[int]:
    """Every position that the people of a query hold today, or act for; one query."""
    day = org.today()
    held = select(Holder.position_id).where(Holder.person_id.in_(people), in_force(Holder, day))
    delegated = select(Delegation.position_id).where(
        Delegation.to_person_id.in_(people), counts_on(day)
    )
    return frozenset(session.scalars(union(held, delegated)))


def holders_of(session: Session, position_id: int, day: date) -> set[int]:
    """Ids of the people who hold a position on a day."""
    found = org.holders_on(session, [position_id], day)
    return {view.person_id for view in found.get(position_id, ())}
