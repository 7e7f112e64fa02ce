"""Days of the organisation: which day is it in the ministry, what is in force on a day.

A period runs from ``valid_from`` to ``valid_to``, both included; an open end is None.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import current_app, has_app_context
from sqlalchemy import ColumnElement, and_, or_

from portal import clock
from portal.org.models import Delegation, Holder, Position, Unit, UnitSetMember

DEFAULT_ZONE = "Asia/Jakarta"
FIRST_DAY = date(2015, 1, 1)
"""The first day of the shipped organisation (its sources are of 2015 to 2017)."""


Dated = type[Unit] | type[Position] | type[Holder] | type[UnitSetMember] | type[Delegation]
"""The mapped classes with a period of validity."""


def today() -> date:
    """The present day in the ministry's zone (``PORTAL_TIMEZONE``)."""
    return clock.now().astimezone(_zone()).date()


def end_of(day: date) -> datetime:
    """The instant at which a day is over in the ministry's zone."""
    return datetime.combine(day + timedelta(days=1), time(), _zone())


def _zone() -> ZoneInfo:
    return ZoneInfo(current_app.config["PORTAL"].timezone if has_app_context() else DEFAULT_ZONE)


def in_force(model: Dated, day: date) -> ColumnElement[bool]:
    """The SQL condition that a row of ``model`` is in force on ``day``."""
    return and_(
        model.valid_from <= day,
        or_(model.valid_to.is_(None), model.valid_to >= day),
    )


def overlap(start: date, end: date | None, other_start: date, other_end: date | None) -> bool:
    """True when two periods share at least one day."""
    return (end is None or other_start <= end) and (other_end is None or start <= other_end)
