"""Reading the offices' registers and the leaders' agenda, with rights inside the query."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from plugins.leadership_service.models import AgendaEvent, RegisterLine
from plugins.leadership_service.workflow import LEADERS, office_of
from portal.api import Actor, Case, CaseStatus, CaseTask, Invalid, day_start, now, tanggal

PAGE = 25
ZONE = ZoneInfo("Asia/Jakarta")
OFFICES = {"menteri": "TU Menteri", "setmen": "TU Sekretaris Kementerian",
           "staf-ahli": "TU Staf Ahli"}  # fmt: skip
TITLES = dict(LEADERS)


def offices_of(actor: Actor) -> frozenset[str]:
    """The offices whose register a person may read: their staff, head and leader."""
    codes = {holding.position_code for holding in actor.holdings}
    served = {office_of(leader) for leader, _title in LEADERS if leader in codes}
    return frozenset(
        office
        for office in OFFICES
        if office in served or codes & {f"staf-tu-{office}", f"kasubbag-tu-{office}"}
    )


def leaders_of(actor: Actor) -> tuple[str, ...]:
    """The leaders whose agenda a person may read, in order."""
    offices = offices_of(actor)
    codes = {holding.position_code for holding in actor.holdings}
    office_people = {f"{kind}-tu-{o}" for kind in ("staf", "kasubbag") for o in offices}
    if codes & office_people:
        return tuple(leader for leader, _title in LEADERS if office_of(leader) in offices)
    return tuple(leader for leader, _title in LEADERS if leader in codes)


def may_read(actor: Actor, obj: object | None) -> bool:
    """Policy of the register and the agenda."""
    return bool(offices_of(actor))


@dataclass(frozen=True, slots=True)
class Filters:
    """What the address asks for."""

    office: str = ""
    year: int = 0
    security: str = ""
    text: str = ""
    cursor: int = 0


def read_filters(args: Any) -> Filters:
    """The filters of an address.

    Raises:
        Invalid: year or cursor is no number.
    """
    year, cursor = args.get("tahun", ""), args.get("setelah", "")
    if (year and not year.isdigit()) or (cursor and not cursor.isdigit()):
        raise Invalid("Saringan pada alamat halaman tidak dapat dibaca. Mulailah dari awal.")
    return Filters(
        office=args.get("kantor", ""),
        year=int(year or 0),
        security=args.get("keamanan", ""),
        text=args.get("cari", "").strip()[:100],
        cursor=int(cursor or 0),
    )


def lines(
    session: Session, actor: Actor, filters: Filters, *, limit: int = PAGE
) -> tuple[list[RegisterLine], int]:
    """A page of the register, newest first, and the cursor of the next (0 at the end)."""
    query = _query(actor, filters).limit(limit + 1)
    rows = list(session.scalars(query))
    return rows[:limit], rows[limit - 1].id if len(rows) > limit else 0


def all_lines(session: Session, actor: Actor, filters: Filters) -> Iterator[RegisterLine]:
    """All lines of the filter, for the CSV."""
    yield from session.scalars(_query(actor, filters).execution_options(yield_per=500))


def _query(actor: Actor, filters: Filters) -> Select[RegisterLine]:
    offices = offices_of(actor)
    if filters.office:
        offices = offices & {filters.office}
    query = select(RegisterLine).where(RegisterLine.office.in_(offices))
    codes = {holding.position_code for holding in actor.holdings}
    shared = {f"{kind}-tu-{o}" for kind in ("staf", "kasubbag") for o in OFFICES}
    if not codes & shared:
        query = query.where(RegisterLine.leader.in_(codes))
    if filters.year:
        query = query.where(RegisterLine.year == filters.year)
    if filters.security:
        query = query.where(RegisterLine.security == filters.security)
    if filters.text:
        like = f"%{filters.text.replace('%', '').replace('_', ' ')}%"
        found = (RegisterLine.subject, RegisterLine.sender, RegisterLine.case_number,
                 RegisterLine.agenda)  # fmt: skip
        query = query.where(or_(*(column.ilike(like) for column in found)))
    if filters.cursor:
        query = query.where(RegisterLine.id < filters.cursor)
    return query.order_by(RegisterLine.id.desc())


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a letter is: ``kind`` of its badge, in words, and what waits."""

    kind: str
    text: str
    step: str = ""


def progress(session: Session, rows: Sequence[RegisterLine]) -> dict[int, Progress]:
    """The state of the lines of a page, by case; two queries."""
    ids = [row.case_id for row in rows]
    words = {
        CaseStatus.OPEN: ("info", "Berjalan"),
        CaseStatus.SUSPENDED: ("neutral", "Ditunda"),
        CaseStatus.DONE: ("ok", "Selesai"),
        CaseStatus.CANCELLED: ("neutral", "Dibatalkan"),
    }
    found = session.execute(select(Case.id, Case.status).where(Case.id.in_(ids)))
    states = {key: Progress(*words[CaseStatus(status)]) for key, status in found}
    opened = session.execute(
        select(CaseTask.case_id, CaseTask.title, CaseTask.due)
        .where(CaseTask.case_id.in_(ids), CaseTask.status == "open")
        .order_by(CaseTask.case_id, CaseTask.due, CaseTask.id)
    )
    for key, title, due in opened:
        if states[key].step or states[key].kind != "info":
            continue
        late = due is not None and due < now()
        states[key] = Progress(*(("danger", "Terlambat") if late else ("info", "Berjalan")), title)
    return states


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the agenda."""

    day: date
    events: Sequence[AgendaEvent]


def agenda(session: Session, leaders: Sequence[str], first: date, days: int) -> list[Day]:
    """The events of some leaders on the days from ``first``; one query."""
    start, end = day_start(first), day_start(first + timedelta(days=days))
    rows = session.scalars(
        select(AgendaEvent)
        .where(AgendaEvent.leader.in_(leaders), AgendaEvent.starts < end, AgendaEvent.ends >= start)
        .order_by(AgendaEvent.starts, AgendaEvent.id)
    ).all()
    result = []
    for n in range(days):
        day = first + timedelta(days=n)
        low, high = day_start(day), day_start(day + timedelta(days=1))
        result.append(Day(day, [row for row in rows if row.starts < high and row.ends >= low]))
    return result


def hours(row: AgendaEvent) -> str:
    """From when to when, in the ministry's zone: "09.00–11.00"; another last day is named."""
    starts, ends = row.starts.astimezone(ZONE), row.ends.astimezone(ZONE)
    last = f" ({tanggal(ends.date())})" if ends.date() != starts.date() else ""
    return f"{starts:%H.%M}–{ends:%H.%M}{last}"


def clashes(days: Sequence[Day]) -> list[tuple[AgendaEvent, AgendaEvent]]:
    """Pairs of events of one leader at the same time, in order."""
    events = {row.id: row for day in days for row in day.events}
    rows = sorted(events.values(), key=lambda row: (row.starts, row.id))
    return [
        (first, second)
        for number, first in enumerate(rows)
        for second in rows[number + 1 :]
        if first.leader == second.leader and second.starts < first.ends
    ]
