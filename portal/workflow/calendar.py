"""The office calendar in the database: loading it, shipping its hours, changing its days.

Every change goes through :func:`apply_change`, which moves the open deadlines
(``portal.workflow.due_changes``) and logs both. CSV is ``portal.workflow.calendar_csv``.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from weakref import WeakKeyDictionary

from flask_babel import gettext as _
from sqlalchemy import delete, extract, select
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from portal import audit
from portal.errors import Conflict
from portal.workflow.calendar_csv import CalendarFile, Fast, FreeDay, propose, shipped_hours
from portal.workflow.clock import DayHours, HoursRule, OfficeCalendar
from portal.workflow.due_changes import DueChange, move_deadlines, moved_tasks
from portal.workflow.models import CalendarVersion, Holiday, OfficeHours, Ramadan


@dataclass(frozen=True, slots=True)
class CalendarChange:
    """Days and fasts to add (a known day is replaced) and to remove (by their first day)."""

    added: tuple[FreeDay, ...] = ()
    removed: tuple[date, ...] = ()
    fasts_added: tuple[Fast, ...] = ()
    fasts_removed: tuple[date, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.fasts_added or self.fasts_removed)


@dataclass(frozen=True)
class Rows:
    """The whole calendar as stored, with one office calendar per zone, made when asked for."""

    token: str
    hours: tuple[HoursRule, ...]
    days: dict[date, FreeDay]
    fasts: dict[date, Fast]
    _zones: dict[str, OfficeCalendar] = field(default_factory=dict, compare=False, repr=False)

    def zone(self, name: str) -> OfficeCalendar:
        """The office calendar of a time zone."""
        if name not in self._zones:
            holidays = {day.day: day.name for day in self.days.values()}
            fasts = tuple((fast.first, fast.last) for fast in self.fasts.values())
            self._zones[name] = OfficeCalendar(self.hours, holidays, fasts, name)
        return self._zones[name]

    def changed(self, change: CalendarChange) -> Rows:
        """The calendar as it will be after a change."""
        days = {day: row for day, row in self.days.items() if day not in change.removed}
        fasts = {day: row for day, row in self.fasts.items() if day not in change.fasts_removed}
        days |= {row.day: row for row in change.added}
        fasts |= {row.first: row for row in change.fasts_added}
        return replace(self, days=days, fasts=fasts, _zones={})


# One entry per database: the rows of the last version seen in this process.
_cache: WeakKeyDictionary[Engine, Rows] = WeakKeyDictionary()
_SEEN = "portal.workflow.calendar"
TOKEN = select(CalendarVersion.token)


def load_calendar(session: Session, zone: str) -> OfficeCalendar:
    """The office calendar of a zone: one small query per transaction, the rest is cached.

    Without any stored hours (nothing shipped yet) the hours of Perpres 21/2023 hold.
    """
    return load_rows(session).zone(zone)


def load_rows(session: Session) -> Rows:
    """The whole calendar, from the process's cache while its version is the stored one."""
    known: tuple[object, Rows] | None = session.info.get(_SEEN)
    if known is not None and known[0] is session.get_transaction():
        return known[1]
    token = session.scalar(TOKEN) or ""
    engine = session.get_bind().engine
    rows = _cache.get(engine)
    # Without a version nothing tells two states apart: then it is read each time.
    if rows is None or not token or rows.token != token:
        rows = _cache[engine] = _read(session, token)
    session.info[_SEEN] = (session.get_transaction(), rows)
    return rows


def ship_calendar(session: Session) -> None:
    """Store the shipped office hours, if there are none yet; holidays come by CSV."""
    if session.scalar(select(OfficeHours.season).limit(1)) is not None:
        return
    for rule in shipped_hours():
        hours = rule.hours
        session.add(
            OfficeHours(
                season=rule.season,
                weekday=rule.weekday,
                valid_from=rule.valid_from,
                opens=hours.opens,
                break_from=hours.break_from,
                break_to=hours.break_to,
                closes=hours.closes,
            )
        )
    _new_version(session)


def ship_proposal(session: Session, year: int) -> None:
    """Store the certain holidays of a year, marked "usulan" (for the demo)."""
    known = load_rows(session).days
    apply_change(
        session, CalendarChange(added=tuple(day for day in propose(year) if day.day not in known))
    )


def plan_import(
    session: Session, file: CalendarFile, *, whole_years: bool = False
) -> CalendarChange:
    """What importing a file changes; with ``whole_years`` its years lose all other days.

    A Ramadan of the file takes the place of a stored one that it overlaps.
    """
    rows = load_rows(session)
    years = file.years if whole_years else set()
    given = {row.day for row in file.days}
    fasts = {row.first for row in file.fasts}
    return CalendarChange(
        added=tuple(row for row in file.days if rows.days.get(row.day) != row),
        removed=tuple(day for day in rows.days if day.year in years and day not in given),
        fasts_added=tuple(row for row in file.fasts if rows.fasts.get(row.first) != row),
        fasts_removed=tuple(
            known.first
            for known in rows.fasts.values()
            if known.first not in fasts
            and (
                known.first.year in years
                or any(row.first <= known.last and known.first <= row.last for row in file.fasts)
            )
        ),
    )


def needed(session: Session, change: CalendarChange) -> CalendarChange:
    """The part of a change that is not yet so."""
    rows = load_rows(session)
    return CalendarChange(
        added=tuple(row for row in change.added if rows.days.get(row.day) != row),
        removed=tuple(day for day in change.removed if day in rows.days),
        fasts_added=tuple(row for row in change.fasts_added if rows.fasts.get(row.first) != row),
        fasts_removed=tuple(day for day in change.fasts_removed if day in rows.fasts),
    )


def preview_change(session: Session, change: CalendarChange) -> list[DueChange]:
    """The open tasks whose deadline a change would move, soonest first; nothing is written."""
    old = load_rows(session)
    return moved_tasks(session, old.zone, old.changed(change).zone)


def apply_change(
    session: Session,
    change: CalendarChange,
    *,
    actor: str = "Sistem",
    person_id: int | None = None,
    seen: str | None = None,
) -> list[DueChange]:
    """Change the calendar, move the open deadlines, log both; returns the moved tasks.

    ``seen`` is the version that the person decided on (:attr:`Rows.token`).

    Raises:
        Conflict: the calendar has been changed since ``seen``.
    """
    _lock(session)
    old = load_rows(session)
    change = needed(session, change)
    if not change:
        return []
    if seen is not None and seen != old.token:
        raise Conflict(
            _("Kalender baru saja diubah orang lain. Periksa lagi akibatnya, lalu simpan.")
        )
    new = old.changed(change)
    _write(session, change)
    moved = move_deadlines(session, old.zone, new.zone, actor=actor, person_id=person_id)
    audit.append(
        session,
        "system",
        "calendar.changed",
        {**_as_data(change), "moved": len(moved)},
        actor=actor,
        person_id=person_id,
    )
    return moved


def known_years(session: Session) -> list[int]:
    """The years of which at least one day is stored, in order."""
    years = select(extract("year", Holiday.day).label("year")).distinct()
    return sorted(int(year) for year in session.scalars(years))


def _as_data(change: CalendarChange) -> dict[str, Any]:
    return {
        "added": [[row.day.isoformat(), row.kind, row.name] for row in change.added],
        "removed": [day.isoformat() for day in change.removed],
        "ramadan_added": [[r.first.isoformat(), r.last.isoformat()] for r in change.fasts_added],
        "ramadan_removed": [day.isoformat() for day in change.fasts_removed],
    }


def _read(session: Session, token: str) -> Rows:
    hours = tuple(
        HoursRule(
            row.season,
            row.weekday,
            row.valid_from,
            DayHours(row.opens, row.break_from, row.break_to, row.closes),
        )
        for row in session.scalars(select(OfficeHours))
    )
    days = session.execute(select(Holiday.day, Holiday.name, Holiday.kind).order_by(Holiday.day))
    fasts = session.execute(select(Ramadan.first, Ramadan.last).order_by(Ramadan.first))
    return Rows(
        token,
        hours or tuple(shipped_hours()),
        {row.day: FreeDay(*row) for row in days},
        {row.first: Fast(*row) for row in fasts},
    )


def _write(session: Session, change: CalendarChange) -> None:
    gone = [*change.removed, *(row.day for row in change.added)]
    session.execute(delete(Holiday).where(Holiday.day.in_(gone)))
    fasts = [*change.fasts_removed, *(row.first for row in change.fasts_added)]
    session.execute(delete(Ramadan).where(Ramadan.first.in_(fasts)))
    session.add_all(Holiday(day=r.day, name=r.name, kind=r.kind) for r in change.added)
    session.add_all(Ramadan(first=r.first, last=r.last) for r in change.fasts_added)
    _new_version(session)


def _lock(session: Session) -> None:
    """Let changes of the calendar wait for each other (on SQLite they do already)."""
    session.execute(select(CalendarVersion.token).with_for_update()).all()
    session.info.pop(_SEEN, None)  # it may have changed while we waited


def _new_version(session: Session) -> None:
    version = session.get(CalendarVersion, 1) or CalendarVersion(id=1, token="")
    # Random, not counted: a version that was rolled back must not come again.
    version.token = secrets.token_hex(16)
    session.add(version)
    session.flush()
    session.info.pop(_SEEN, None)
