"""The leaders' agenda: reading a span of days, clashes, and the rows of its files.

Who reads a leader's agenda is in ``register.leaders_of``. Of a sealed letter's event the
agenda has the time alone; times are in the zone of the leader's unit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar
from icalendar import Event as CalendarEvent
from sqlalchemy import select
from sqlalchemy.orm import Session

from plugins.leadership_service.models import CLOSED, AgendaEvent
from plugins.leadership_service.register import TITLES
from portal.api import day_start, now, tanggal

KINDS = {"audiensi": "Audiensi atau rapat", "kehadiran": "Kehadiran", "undangan": "Undangan"}
PRIORITIES = {"tinggi": "Tinggi", "sedang": "Sedang", "rendah": "Rendah"}
URGENCIES = {"mendesak": "Mendesak", "terjadwal": "Terjadwal", "fleksibel": "Dapat digeser"}
CSV_HEAD = ("Tanggal", "Mulai", "Selesai", "Pimpinan", "Acara", "Jenis", "Tempat", "Prioritas",
            "Urgensi", "Kasus")  # fmt: skip
MAILER = "-//Kementerian Sekretariat Negara//Portal Layanan//ID"


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the agenda."""

    day: date
    events: Sequence[AgendaEvent]


def agenda(
    session: Session, leaders: Sequence[str], first: date, days: int, zone: str
) -> list[Day]:  # fmt: skip
    """The events of some leaders on the days from ``first``; one query."""
    starts = [day_start(first + timedelta(days=n), zone) for n in range(days + 1)]
    rows = session.scalars(
        select(AgendaEvent)
        .where(
            AgendaEvent.leader.in_(leaders),
            AgendaEvent.starts < starts[-1],
            AgendaEvent.ends > starts[0],
        )
        .order_by(AgendaEvent.starts, AgendaEvent.id)
    ).all()
    return [
        Day(
            first + timedelta(days=n),
            [row for row in rows if row.starts < starts[n + 1] and row.ends > starts[n]],
        )
        for n in range(days)
    ]


def event_of(session: Session, leaders: Sequence[str], event_id: int) -> AgendaEvent | None:
    """One event, if it is in an agenda that the reader may open."""
    return session.scalar(
        select(AgendaEvent).where(AgendaEvent.id == event_id, AgendaEvent.leader.in_(leaders))
    )


def hours(row: AgendaEvent, zone: str) -> str:
    """From when to when: "09.00–11.00"; another last day is named."""
    starts, ends = row.starts.astimezone(ZoneInfo(zone)), row.ends.astimezone(ZoneInfo(zone))
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


def csv_rows(days: Sequence[Day], zone: str) -> Iterator[tuple[str, ...]]:
    """The events as lines of a file, each once; of a sealed one the time and the leader."""
    for row in {row.id: row for day in days for row in day.events}.values():
        starts = row.starts.astimezone(ZoneInfo(zone))
        ends = row.ends.astimezone(ZoneInfo(zone))
        last = f"{ends:%H.%M}" if ends.date() == starts.date() else f"{ends:%Y-%m-%d %H.%M}"
        when = (f"{starts:%Y-%m-%d}", f"{starts:%H.%M}", last, TITLES.get(row.leader, row.leader))
        if row.kind == CLOSED:
            yield (*when, "Tertutup", "", "", "", "", "")
        else:
            yield (
                *when,
                row.title,
                KINDS.get(row.kind, row.kind),
                row.place,
                PRIORITIES.get(row.priority, row.priority),
                URGENCIES.get(row.urgency, row.urgency),
                row.case_number,
            )


def as_calendar(rows: Sequence[AgendaEvent], host: str) -> bytes:
    """The events as an iCalendar file (RFC 5545), in UTC; a sealed one says when, no more.

    ``host`` makes the identifiers unique, so that a file loaded again changes its events
    and doubles none.
    """
    calendar = Calendar()
    calendar.add("prodid", MAILER)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for row in rows:
        calendar.add_component(_component(row, host))
    body: bytes = calendar.to_ical()
    return body


def _component(row: AgendaEvent, host: str) -> CalendarEvent:
    entry = CalendarEvent()
    entry.add("uid", f"agenda-{row.id}@{host}")
    entry.add("dtstamp", _utc(now()))
    entry.add("dtstart", _utc(row.starts))
    entry.add("dtend", _utc(row.ends))
    if row.kind == CLOSED:
        entry.add("summary", "Tertutup")
        entry.add("class", "CONFIDENTIAL")
        return entry
    entry.add("summary", row.title)
    entry.add("location", row.place)
    entry.add("categories", [KINDS.get(row.kind, row.kind)])
    entry.add("priority", {"tinggi": 1, "sedang": 5}.get(row.priority, 9))
    entry.add("description", f"{TITLES.get(row.leader, row.leader)} · {row.case_number}")
    return entry


def _utc(instant: datetime) -> datetime:
    return instant.astimezone(UTC).replace(microsecond=0)
