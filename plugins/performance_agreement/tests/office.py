"""Office time counted minute by minute: a slow second opinion on the portal's calendar.

The hours are those that the portal ships, without holidays; written from the rule
(Perpres 21/2023), not from the portal's code.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)


def is_open(local: datetime) -> bool:
    """Whether the office is open in the minute that begins at a local time."""
    friday = local.weekday() == 4
    morning = time(7, 30) <= local.time() < (time(11, 30) if friday else time(12))
    afternoon = time(13) <= local.time() < (time(16, 30) if friday else time(16))
    return local.weekday() < 5 and (morning or afternoon)


def add_minutes(start: datetime, minutes: int, zone: str) -> datetime:
    """The instant after so many office minutes."""
    local = start.astimezone(ZoneInfo(zone))
    while minutes:
        minutes -= is_open(local)
        local += MINUTE
    return local.astimezone(UTC)


def minutes_between(start: datetime, end: datetime, zone: str) -> int:
    """Office minutes between two instants."""
    local, last = start.astimezone(ZoneInfo(zone)), end.astimezone(ZoneInfo(zone))
    count = 0
    while local + MINUTE <= last:
        count += is_open(local)
        local += MINUTE
    return count


def due(start: datetime, limit: str, zone: str) -> datetime:
    """When a printed limit ends that starts at an instant ("30 menit", "2 jam", "20 hari")."""
    number, unit = limit.split()
    if unit != "hari":
        return add_minutes(start, int(number) * {"menit": 1, "jam": 60}[unit], zone)
    day = start.astimezone(ZoneInfo(zone)).date()
    left = int(number)
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < 5
    closes = time(16, 30) if day.weekday() == 4 else time(16)
    return datetime.combine(day, closes, ZoneInfo(zone)).astimezone(UTC)
