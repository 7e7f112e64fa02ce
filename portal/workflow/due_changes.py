"""Moving open deadlines from one office calendar to another.

Used when days of the calendar change: stage clocks, open tasks, the inbox and the
reminders follow, and each root case's log says so. Which days change is decided in
``portal.workflow.calendar``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from flask import current_app
from sqlalchemy import bindparam, or_, select, update
from sqlalchemy.orm import Session

from portal import audit, clock
from portal.workflow.clock import OfficeCalendar
from portal.workflow.limits import parse_limit
from portal.workflow.models import Candidate, Case, CaseStatus, StageClock, Task, TaskStatus, Timer

WARN_AT = 0.75
_CHUNK = 500

CalendarOf = Callable[[str], OfficeCalendar]


@dataclass(frozen=True, slots=True)
class DueChange:
    """An open task whose deadline moves; ``zone`` is the zone of its case."""

    task_id: int
    root_id: int
    case_number: str
    title: str
    zone: str
    clock_from: datetime
    before: datetime
    after: datetime
    limit: str = ""


def moved_tasks(session: Session, old: CalendarOf, new: CalendarOf) -> list[DueChange]:
    """The open tasks whose deadline differs between two calendars, soonest first."""
    rows = session.execute(
        select(
            Task.id,
            Task.root_id,
            Task.title,
            Task.clock_from,
            Task.limit,
            Task.due,
            Case.number,
            Case.timezone,
        )
        .join(Case, Case.id == Task.case_id)
        .where(
            Task.status == TaskStatus.OPEN,
            Task.due.is_not(None),
            Task.clock_from.is_not(None),
            Task.limit != "",
        )
        .order_by(Task.due, Task.id)
    )
    carry = _Carrier(old, new)
    changes = []
    for row in rows:
        after = carry(row.timezone, row.clock_from, row.limit, row.due)
        if after != row.due:
            zone = carry.zone(row.timezone)
            changes.append(
                DueChange(
                    *(row.id, row.root_id, row.number, row.title, zone),
                    *(row.clock_from, row.due, after, row.limit),
                )
            )
    return changes


def move_deadlines(
    session: Session,
    old: CalendarOf,
    new: CalendarOf,
    *,
    actor: str,
    person_id: int | None,
) -> list[DueChange]:
    """Write the new deadlines of stages, tasks, inbox and reminders, and log them.

    All root cases that run, or of which a step is still open, are locked first, so that no
    act counts by the old calendar while its case is being moved.
    """
    still_open = select(Task.root_id).where(Task.status == TaskStatus.OPEN)
    session.execute(
        select(Case.id)
        .where(
            Case.parent_id.is_(None),
            or_(Case.status.in_([CaseStatus.OPEN, CaseStatus.SUSPENDED]), Case.id.in_(still_open)),
        )
        .order_by(Case.id)
        .with_for_update()
    ).all()
    _move_clocks(session, old, new)
    changes = moved_tasks(session, old, new)
    if not changes:
        return changes
    session.execute(
        update(Task), [{"id": change.task_id, "due": change.after} for change in changes]
    )
    inbox: Any = Candidate.__table__
    # of a suspended case nothing is late in the inbox; resuming writes its deadlines there
    resting = select(Task.id).where(Task.id == inbox.c.task_id, Task.paused_at.is_not(None))
    session.connection().execute(
        update(inbox)
        .where(inbox.c.task_id == bindparam("task"), inbox.c.is_open, ~resting.exists())
        .values(due=bindparam("new_due")),
        [{"task": change.task_id, "new_due": change.after} for change in changes],
    )
    _move_timers(session, changes, new)
    by_root = sorted(changes, key=lambda change: change.root_id)
    for root_id, group in groupby(by_root, key=lambda change: change.root_id):
        tasks = [
            [change.task_id, change.before.isoformat(), change.after.isoformat()]
            for change in group
        ]
        audit.append(
            session,
            f"case:{root_id}",
            "calendar.changed",
            {"tasks": tasks},
            actor=actor,
            person_id=person_id,
            case_id=root_id,
        )
    # The rows were written beside the session; what it has loaded is stale.
    session.expire_all()
    return changes


class _Carrier:
    """Carries a deadline over; the many tasks of one stage are counted once."""

    def __init__(self, old: CalendarOf, new: CalendarOf) -> None:
        self._old, self._new = old, new
        self._default: str = current_app.config["PORTAL"].timezone
        self._known: dict[tuple[str, datetime, str, datetime], datetime] = {}

    def zone(self, name: str) -> str:
        """The zone of a case: its own, else the ministry's."""
        return name or self._default

    def __call__(self, zone: str, start: datetime, limit: str, due: datetime) -> datetime:
        """The deadline ``due`` of a limit that began at ``start``, by the new calendar."""
        key = (self.zone(zone), start, limit, due)
        if key not in self._known:
            old, new = self._old(key[0]), self._new(key[0])
            self._known[key] = new.carry(due, start, parse_limit(limit), old)
        return self._known[key]


def _move_clocks(session: Session, old: CalendarOf, new: CalendarOf) -> None:
    rows = session.execute(
        select(
            StageClock.id, StageClock.clock_from, StageClock.limit, StageClock.due, Case.timezone
        )
        .join(Case, Case.id == StageClock.case_id)
        .where(StageClock.ended_at.is_(None), StageClock.due.is_not(None), StageClock.limit != "")
    )
    carry = _Carrier(old, new)
    moved = [
        {"id": row.id, "due": after}
        for row in rows
        if (after := carry(row.timezone, row.clock_from, row.limit, row.due)) != row.due
    ]
    if moved:
        session.execute(update(StageClock), moved)


def _move_timers(session: Session, changes: Sequence[DueChange], new: CalendarOf) -> None:
    by_task = {change.task_id: change for change in changes}
    now = clock.now()
    moved = []
    for ids in _chunks(by_task):
        timers = select(Timer.id, Timer.task_id, Timer.kind, Timer.at, Timer.fired_at)
        for row in session.execute(timers.where(Timer.task_id.in_(ids))):
            change = by_task[row.task_id]
            at = change.after
            if row.kind == "warn":
                calendar = new(change.zone)
                limit = parse_limit(change.limit)
                since = calendar.net_start(change.clock_from, change.after, limit)
                at = calendar.point(since, change.after, WARN_AT)
            if row.kind in ("warn", "late") and at != row.at:
                # One that was sent comes again only if its time lies ahead now.
                moved.append(
                    {"id": row.id, "at": at, "fired_at": row.fired_at if at <= now else None}
                )
    if moved:
        session.execute(update(Timer), moved)


def _chunks(ids: Iterable[int]) -> Iterator[list[int]]:
    every = list(ids)
    for start in range(0, len(every), _CHUNK):
        yield every[start : start + _CHUNK]
