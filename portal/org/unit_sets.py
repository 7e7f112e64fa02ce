"""Named sets of units, such as the units that report a PK, each with its coordinator.

A set belongs to the plugin that ensures it; the core ships none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from portal.errors import Invalid
from portal.org.dates import FIRST_DAY, in_force
from portal.org.journal import SYSTEM, Editor, record
from portal.org.models import Unit, UnitSet, UnitSetMember


@dataclass(frozen=True, slots=True)
class UnitSetRow:
    """A unit of a set and the unit that coordinates it there, by their codes."""

    unit: str
    coordinator: str | None = None


def members_of_set(session: Session, key: str, day: date) -> list[UnitSetMember]:
    """The members of a set on a day in the set's order, unit and coordinator loaded.

    An unknown key gives an empty list: the plugin that owned the set may be gone.
    """
    return list(
        session.scalars(
            select(UnitSetMember)
            .join(UnitSet, UnitSet.id == UnitSetMember.set_id)
            .where(UnitSet.key == key, in_force(UnitSetMember, day))
            .order_by(UnitSetMember.position, UnitSetMember.id)
            .options(joinedload(UnitSetMember.unit), joinedload(UnitSetMember.coordinator))
        )
    )


def sets_of_unit(session: Session, unit_id: int, day: date) -> list[tuple[str, str | None]]:
    """The sets a unit is in on a day, as (title of the set, name of the coordinator)."""
    coordinator = select(Unit.id, Unit.name).subquery()
    rows = session.execute(
        select(UnitSet.title, coordinator.c.name)
        .join(UnitSetMember, UnitSetMember.set_id == UnitSet.id)
        .outerjoin(coordinator, coordinator.c.id == UnitSetMember.coordinator_id)
        .where(UnitSetMember.unit_id == unit_id, in_force(UnitSetMember, day))
        .order_by(UnitSet.title)
    )
    return [(title, name) for title, name in rows]


def ensure_unit_set(
    session: Session,
    key: str,
    title: str,
    rows: Sequence[UnitSetRow | tuple[str, str | None]],
    *,
    valid_from: date = FIRST_DAY,
    by: Editor = SYSTEM,
) -> UnitSet:
    """Make the set if it is missing and add the units it never had; repeatable.

    A unit that is or was a member is left as it is: its dates and its coordinator are
    the ministry's data, not the plugin's.

    Raises:
        Invalid: a code is not a unit; all unknown codes are named.
    """
    wanted = [row if isinstance(row, UnitSetRow) else UnitSetRow(*row) for row in rows]
    codes = {row.unit for row in wanted} | {row.coordinator for row in wanted if row.coordinator}
    ids = {unit.code: unit.id for unit in session.scalars(select(Unit).where(Unit.code.in_(codes)))}
    if missing := sorted(codes - ids.keys()):
        raise Invalid(
            _(
                "Himpunan unit %(key)s menyebut unit yang tidak ada: %(codes)s; impor dahulu.",
                key=key,
                codes=", ".join(missing),
            )
        )
    unit_set = session.scalar(select(UnitSet).where(UnitSet.key == key))
    if unit_set is None:
        unit_set = UnitSet(key=key, title=title)
        session.add(unit_set)
        session.flush()
    known = set(
        session.scalars(select(UnitSetMember.unit_id).where(UnitSetMember.set_id == unit_set.id))
    )
    added = [(n, row) for n, row in enumerate(wanted, start=1) if ids[row.unit] not in known]
    for number, row in added:
        session.add(
            UnitSetMember(
                set_id=unit_set.id,
                unit_id=ids[row.unit],
                coordinator_id=ids[row.coordinator] if row.coordinator else None,
                position=number,
                valid_from=valid_from,
            )
        )
    session.flush()
    if added:
        data = {"set": key, "units": [row.unit for _number, row in added]}
        record(session, "set.extended", data, by)
    return unit_set
