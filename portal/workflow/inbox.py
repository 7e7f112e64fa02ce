"""The inbox: what waits for a person's positions, overdue first, one page at a time.

The ids come from the partial index, position by position (UNION ALL of the first rows
of each), then the page's rows are joined. Pages go on by a (due, task id) cursor.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import current_app, g, url_for
from flask_babel import gettext as _
from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    case,
    func,
    literal,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from portal import clock
from portal.auth.rights import Actor
from portal.errors import Invalid
from portal.formats import durasi
from portal.org.models import HolderKind
from portal.workflow.acting import acting_as
from portal.workflow.barring import barred_tasks
from portal.workflow.calendar import load_calendar
from portal.workflow.clock import OfficeCalendar
from portal.workflow.limits import parse_limit
from portal.workflow.models import Candidate, Case, CaseStatus, Task, TaskStatus

PAGE = 25
COUNT_LIMIT = 1000
ROWS_AT_ONCE = 500
COUNTED = "portal_waiting"
"""In ``g``: (person, number) that a page has counted already and the menu need not again."""
ACTIONS = {"review": "Periksa", "sign": "Tandatangani"}


@dataclass(frozen=True, slots=True)
class Deadline:
    """How a deadline is shown: ``state`` late, today, soon, ok, paused or none; ``share`` 0–1."""

    state: str
    text: str
    share: float


@dataclass(frozen=True, slots=True)
class InboxRow:
    """One waiting task as the inbox shows it; one that another has claimed has no action."""

    task_id: int
    title: str
    case_number: str
    case_title: str
    unit_name: str
    step: str
    stage: str
    came_from: str
    return_reason: str
    claimed_by: str
    due: datetime | None
    zone: str
    state: str
    due_text: str
    share: float
    action: str
    url: str
    acting: str = ""
    """In whose place the person acts: "a.n. Kepala Biro …"; empty in the own position."""


@dataclass(frozen=True, slots=True)
class InboxGroup:
    """Rows under one heading."""

    key: str
    label: str
    rows: tuple[InboxRow, ...]


@dataclass(frozen=True, slots=True)
class InboxPage:
    """A page of the inbox; ``counts``: all, late, today, week, done_week, done_in_time."""

    groups: tuple[InboxGroup, ...]
    counts: dict[str, int]
    next_cursor: str
    filter: str


def deadline_of(
    calendar: OfficeCalendar,
    now: datetime,
    start: datetime | None,
    due: datetime | None,
    paused: bool = False,
    limit: str = "",
) -> Deadline:
    """State, words and used share of a running limit; pauses do not count as used."""
    if paused:
        return Deadline("paused", _("Dijeda"), 0.0)
    if due is None or start is None:
        return Deadline("none", _("Tanpa batas waktu"), 0.0)
    if now > due:
        late = durasi(calendar.used(due, now))
        text = _("Terlambat %(time)s", time=late) if calendar.used(due, now) else _("Terlambat")
        return Deadline("late", text, 1.0)
    if limit:
        start = calendar.net_start(start, due, parse_limit(limit))
    share = min(calendar.elapsed_share(start, due, now), 1.0)
    left = calendar.used(now, due)
    text = _("Sisa %(time)s", time=durasi(left)) if left else _("Jatuh tempo")
    today = calendar.local_day(due) == calendar.local_day(now)
    state = "today" if today else "soon" if share >= 0.75 else "ok"
    return Deadline(state, text, share)


def inbox(session: Session, actor: Actor, *, only: str = "", cursor: str = "") -> InboxPage:
    """A page of what waits for the person; ``only`` is late, today, week or empty for all."""
    now = clock.now()
    zone = ZoneInfo(current_app.config["PORTAL"].timezone)
    end_of_day, end_of_week = _ends(now, zone)
    if not actor.position_ids:
        return InboxPage((), dict.fromkeys(_COUNTS, 0), "", only)
    lower, upper = _bounds(only, now, end_of_day, end_of_week)
    ids = _ids(session, actor, lower, upper, _read_cursor(cursor))
    more = len(ids) > PAGE
    ids = ids[:PAGE]
    rows = _rows(session, actor, [task_id for task_id, _due in ids], now)
    groups = _group(rows, now, end_of_day)
    next_cursor = f"{ids[-1][1].isoformat()}~{ids[-1][0]}" if more else ""
    counts = _counts(session, actor, now, end_of_day, end_of_week, zone)
    return InboxPage(groups, counts, next_cursor, only)


def every_row(session: Session, actor: Actor, *, only: str, limit: int) -> list[InboxRow]:
    """All that waits, in the order of the inbox, as far as the limit; for a file."""
    now = clock.now()
    if not actor.position_ids:
        return []
    ends = _ends(now, ZoneInfo(current_app.config["PORTAL"].timezone))
    lower, upper = _bounds(only, now, *ends)
    waiting = first_waiting(actor, limit, lower, upper)
    ids = [task_id for task_id, _due in session.execute(waiting)]
    parts = (ids[n : n + ROWS_AT_ONCE] for n in range(0, len(ids), ROWS_AT_ONCE))
    return [row for part in parts for row in _rows(session, actor, part, now)]


def _bounds(
    only: str, now: datetime, end_of_day: datetime, end_of_week: datetime
) -> tuple[datetime | None, datetime | None]:
    bounds: dict[str, tuple[datetime | None, datetime | None]] = {
        "late": (None, now),
        "today": (now, end_of_day),
        "week": (now, end_of_week),
    }
    return bounds.get(only, (None, None))


_COUNTS = ("all", "late", "today", "week", "done_week", "done_in_time")


def _ends(now: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    local = now.astimezone(zone)
    day = datetime.combine(local.date() + timedelta(days=1), time(), zone)
    week = day + timedelta(days=6 - local.weekday())
    return day, week


def _read_cursor(cursor: str) -> tuple[datetime, int] | None:
    if not cursor:
        return None
    return read_cursor(cursor)


def read_cursor(cursor: str) -> tuple[datetime, int]:
    """The instant and the id of a cursor ``instant~id``; raises Invalid."""
    text, _sep, key = cursor.partition("~")
    try:
        instant, number = datetime.fromisoformat(text), int(key)
    except ValueError:
        instant, number = datetime.min, 0
    # an address that somebody has changed by hand must not reach the database
    if instant.tzinfo is None or not 0 < number < 2**31:
        raise Invalid(_("Alamat halaman ini tidak lengkap. Mulailah dari awal daftar."))
    return instant, number


def _ids(
    session: Session,
    actor: Actor,
    lower: datetime | None,
    upper: datetime | None,
    after: tuple[datetime, int] | None,
) -> list[tuple[int, datetime]]:
    first = first_waiting(actor, PAGE + 1, lower, upper, after)
    return [(task_id, due) for task_id, due in session.execute(first)]


def first_waiting(
    actor: Actor,
    limit: int,
    lower: datetime | None = None,
    upper: datetime | None = None,
    after: tuple[datetime, int] | None = None,
) -> Select[int, datetime]:
    """The first waiting tasks of the person: as many entries of the index for each position."""
    parts: list[Select[int, datetime]] = []
    kept = barred_tasks(actor)
    for position in sorted(actor.position_ids):
        part = select(Candidate.task_id, Candidate.due).where(
            Candidate.position_id == position, Candidate.is_open, Candidate.task_id.not_in(kept)
        )
        if lower is not None:
            part = part.where(Candidate.due >= lower)
        if upper is not None:
            part = part.where(Candidate.due < upper)
        if after is not None:
            due, task_id = after
            later = and_(Candidate.due == due, Candidate.task_id > task_id)
            # the first condition alone lets the index start at the cursor
            part = part.where(Candidate.due >= due).where(or_(Candidate.due > due, later))
        parts.append(part.order_by(Candidate.due, Candidate.task_id).limit(limit))
    if len(parts) == 1:
        return parts[0]
    nested = [part.subquery() for part in parts]
    joined = union_all(*(select(each.c.task_id, each.c.due) for each in nested)).subquery()
    return (
        select(joined.c.task_id, joined.c.due)
        .distinct()
        .order_by(joined.c.due, joined.c.task_id)
        .limit(limit)
    )


def _rows(session: Session, actor: Actor, ids: Sequence[int], now: datetime) -> list[InboxRow]:
    root = aliased(Case)
    found = session.execute(
        select(Task, Case, root.title, root.status, root.sealed)
        .join(Case, Case.id == Task.case_id)
        .join(root, root.id == Task.root_id)
        .where(Task.id.in_(ids))
    ).all()
    by_id = {row[0].id: row for row in found}
    acting = _acting(session, actor, ids)
    default = current_app.config["PORTAL"].timezone
    rows = []
    for task_id in ids:
        task, case_row, title, status, sealed = by_id[task_id]
        zone = case_row.timezone or default
        calendar = load_calendar(session, zone)
        held = task.claimed_by_id not in (None, actor.person_id)
        case_url = url_for("workflow.case", number=case_row.number)
        task_url = url_for("workflow.task", number=case_row.number, task_id=task.id)
        paused = task.paused_at is not None or status == CaseStatus.SUSPENDED
        deadline = deadline_of(calendar, now, task.clock_from, task.due, paused, task.limit)
        rows.append(
            InboxRow(
                task_id=task.id,
                title=task.title,
                case_number=case_row.number,
                case_title=title,
                unit_name=case_row.unit_name,
                step=task.step,
                stage=task.stage,
                came_from=task.came_from,
                return_reason=task.return_reason,
                claimed_by=task.claimed_by if held else "",
                due=task.due,
                zone=zone,
                state=deadline.state,
                due_text=deadline.text,
                share=deadline.share,
                action="" if held else _(ACTIONS.get(task.kind, "Kerjakan")),
                # of a sealed case not everybody who may act may read more than the task
                url=case_url if held and not sealed else task_url,
                acting=acting.get(task.id, ""),
            )
        )
    return rows


def _acting(session: Session, actor: Actor, ids: Sequence[int]) -> dict[int, str]:
    """For which tasks the person acts in somebody's place, and in whose, in words."""
    seats = {each.position_id: each for each in reversed(actor.holdings)}
    if all(each.kind == HolderKind.DEFINITIVE for each in seats.values()):
        return {}
    waiting = session.execute(
        select(Candidate.task_id, Candidate.position_id, Candidate.proxy).where(
            Candidate.task_id.in_(ids), Candidate.is_open, Candidate.position_id.in_(seats)
        )
    )
    # the same choice as ``turns.right_to`` makes
    found: dict[int, tuple[bool, bool, str]] = {}
    for task_id, position_id, proxy in waiting:
        seat = seats[position_id]
        way = (proxy, seat.kind == HolderKind.DELEGATE, acting_as(seat))
        found[task_id] = min(found.get(task_id, way), way)
    return {task_id: who for task_id, (_proxy, _delegate, who) in found.items()}


def _group(rows: Sequence[InboxRow], now: datetime, end_of_day: datetime) -> tuple[InboxGroup, ...]:
    labels = (
        ("late", _("Terlambat")),
        ("today", _("Jatuh tempo hari ini")),
        ("next", _("Berikutnya")),
    )

    def key(row: InboxRow) -> str:
        if row.due is None or row.state == "paused":
            return "next"
        return "late" if row.due < now else "today" if row.due < end_of_day else "next"

    groups = []
    for name, label in labels:
        members = tuple(row for row in rows if key(row) == name)
        if members:
            groups.append(InboxGroup(name, label, members))
    return tuple(groups)


def _counts(
    session: Session,
    actor: Actor,
    now: datetime,
    end_of_day: datetime,
    end_of_week: datetime,
    zone: ZoneInfo,
) -> dict[str, int]:
    waiting = first_waiting(actor, COUNT_LIMIT).subquery()

    def tally(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)

    at = waiting.c.due
    open_now = (
        select(
            func.count().label("total"),
            tally(at < now).label("late"),
            tally(and_(at >= now, at < end_of_day)).label("today"),
            tally(and_(at >= now, at < end_of_week)).label("week"),
        )
        .select_from(waiting)
        .subquery()
    )
    monday = end_of_week - timedelta(days=7)
    done = (
        select(Task.done_at, Task.due)
        .where(
            Task.position_id.in_(actor.position_ids),
            Task.done_at >= monday,
            Task.status == TaskStatus.DONE,
        )
        .limit(COUNT_LIMIT)
        .subquery()
    )
    in_time = or_(done.c.due.is_(None), done.c.done_at <= done.c.due)
    finished = (
        select(
            func.count().label("done_week"),
            tally(in_time).label("done_in_time"),
        )
        .select_from(done)
        .subquery()
    )
    # one row each: both figures in one question to the database
    values = session.execute(select(open_now, finished).join_from(open_now, finished, true())).one()
    return dict(zip(_COUNTS, map(int, values), strict=True))


def waiting_count(session: Session, actor: Actor) -> int:
    """How many tasks wait for the person, counted up to the limit (the menu's badge)."""
    known: tuple[int, int] | None = g.pop(COUNTED, None)
    if known is not None and known[0] == actor.person_id:
        return known[1]
    if not actor.position_ids:
        return 0
    some = first_waiting(actor, COUNT_LIMIT).subquery()
    return session.scalar(select(func.count(literal(1))).select_from(some)) or 0
