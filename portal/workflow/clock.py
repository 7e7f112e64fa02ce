"""Office time: deadlines, used minutes and pauses over one zone's office calendar.

Pure: no database, and no question what time it is now. The tables behind a
calendar are read by ``portal.workflow.calendar``. All instants are aware;
results are in UTC. Inside, an instant is a count of microseconds since 1970.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from portal.workflow.limits import Limit

NORMAL = "normal"
RAMADAN = "ramadan"

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MINUTE = 60_000_000
_FIRST_YEAR, _LAST_YEAR = 1971, 2200


@dataclass(frozen=True, slots=True)
class DayHours:
    """Office hours of one day, in minutes after local midnight, with one break."""

    opens: int
    break_from: int
    break_to: int
    closes: int

    def __post_init__(self) -> None:
        if not 0 <= self.opens < self.break_from <= self.break_to < self.closes < 1440:
            raise ValueError(f"office hours out of order: {self}")

    @property
    def minutes(self) -> int:
        """Office minutes of the day, without the break."""
        return self.closes - self.opens - (self.break_to - self.break_from)


@dataclass(frozen=True, slots=True)
class HoursRule:
    """Hours of one weekday (0 = Monday) in one season, until a later rule takes over.

    ``season`` is ``normal`` or ``ramadan``. Before the first rule the first one counts.
    """

    season: str
    weekday: int
    valid_from: date
    hours: DayHours


@dataclass(frozen=True, slots=True)
class _Table:
    """The office intervals of the years ``first`` to ``last`` and their prefix sums.

    ``sums[i]`` is the office time up to the end of interval ``i``; ``days`` are the
    ordinals of the working days and ``closes`` the instants at which they close.
    """

    first: int
    last: int
    starts: list[int]
    lengths: list[int]
    sums: list[int]
    days: list[int]
    closes: list[int]

    def position(self, instant: int) -> int:
        """Office time between the table's beginning and an instant."""
        index = bisect_right(self.starts, instant) - 1
        if index < 0:
            return 0
        rest = self.lengths[index] - min(instant - self.starts[index], self.lengths[index])
        return self.sums[index] - rest


@dataclass(frozen=True)
class OfficeCalendar:
    """The office time of one zone; immutable, its tables are built as years are asked for.

    ``holidays`` maps a day to its name (cuti bersama included); ``ramadan`` holds
    (first, last) days, inclusive. A deadline costs two bisects (1.2 to 1.5 µs when
    measured); only the first question about a year builds tables (4 ms for three).
    """

    hours: tuple[HoursRule, ...]
    holidays: Mapping[date, str]
    ramadan: tuple[tuple[date, date], ...]
    zone: str
    _zone: ZoneInfo = field(init=False, repr=False, compare=False)
    _rules: dict[tuple[str, int], list[HoursRule]] = field(init=False, repr=False, compare=False)
    _built: list[_Table] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        rules: dict[tuple[str, int], list[HoursRule]] = {}
        for rule in sorted(self.hours, key=lambda rule: rule.valid_from):
            rules.setdefault((rule.season, rule.weekday), []).append(rule)
        if not any(season == NORMAL for season, _ in rules):
            raise ValueError("an office calendar needs the hours of at least one weekday")
        object.__setattr__(self, "_zone", ZoneInfo(self.zone))
        object.__setattr__(self, "_rules", rules)
        object.__setattr__(self, "_built", [])

    def in_zone(self, zone: str) -> OfficeCalendar:
        """The same calendar in another time zone (tables are not shared: keep the result)."""
        return self if zone == self.zone else replace(self, zone=zone)

    # -- days ---------------------------------------------------------------------------

    def hours_on(self, day: date) -> DayHours | None:
        """The office hours of a day; None on a weekend, a holiday or cuti bersama."""
        if day in self.holidays:
            return None
        fasting = any(first <= day <= last for first, last in self.ramadan)
        rule = (fasting and self.rule_on(day, RAMADAN)) or self.rule_on(day, NORMAL)
        return rule.hours if rule else None

    def rule_on(self, day: date, season: str) -> HoursRule | None:
        """The rule of a season in force for the weekday of ``day``, whatever day it is."""
        rules = self._rules.get((season, day.weekday()))
        if not rules:
            return None
        return next((rule for rule in reversed(rules) if rule.valid_from <= day), rules[0])

    def is_working_day(self, day: date) -> bool:
        """True if the office opens on that day."""
        return self.hours_on(day) is not None

    def local_day(self, instant: datetime) -> date:
        """The date of an instant in this calendar's zone."""
        return instant.astimezone(self._zone).date()

    def is_open(self, instant: datetime) -> bool:
        """True within office hours (not in the break, no longer at the closing instant)."""
        at = _micros(instant)
        table = self._table(instant.year, instant.year)
        return table.position(at + 1) > table.position(at)

    # -- time ---------------------------------------------------------------------------

    def deadline(self, start: datetime, limit: Limit) -> datetime:
        """The instant at which a limit that starts at ``start`` ends.

        Minutes and hours count office time only. Working days: the start day is not
        counted, the limit ends at office close of the nth working day after it (clause G).
        Calendar days: it ends with the nth day after the start day, at 24.00 local time.
        """
        minutes = limit.minutes
        if minutes is not None:
            return self._add(start, minutes * _MINUTE)
        day = self.local_day(start)
        if limit.unit == "hari kalender":
            midnight = day + timedelta(days=limit.amount + 1)
            return datetime.combine(midnight, time(), self._zone).astimezone(UTC)
        last = day.year
        while True:
            table = self._table(day.year, last)
            index = bisect_right(table.days, day.toordinal()) + limit.amount - 1
            if index < len(table.days):
                return _instant(table.closes[index])
            last = table.last + 1

    def add_office_minutes(self, start: datetime, minutes: int) -> datetime:
        """The instant after so many office minutes; 0 gives ``start`` itself."""
        return self._add(start, minutes * _MINUTE)

    def used(self, start: datetime, end: datetime) -> int:
        """Whole office minutes between two instants; 0 if ``end`` is not later."""
        return self._used(start, end) // _MINUTE

    def point(self, start: datetime, due: datetime, share: float) -> datetime:
        """The instant at which ``share`` (0 to 1) of the office time up to ``due`` is used.

        Without office time in between (a calendar-day limit over a holiday) the share
        is taken of the plain time.
        """
        if due <= start:
            return due
        office = self._used(start, due)
        if not office:
            return start + (due - start) * share
        return min(self._add(start, round(office * share)), due)

    def elapsed_share(self, start: datetime, due: datetime, now: datetime) -> float:
        """Used office time as a share of the whole: 0.75 at three quarters, above 1 if late."""
        whole = self._used(start, due)
        if not whole:
            return 1.0 if now >= due else 0.0
        return self._used(start, now) / whole

    def shift(self, due: datetime, paused_from: datetime, resumed_at: datetime) -> datetime:
        """A deadline put off by the office time of a pause."""
        return self._add(due, self._used(paused_from, resumed_at))

    def net_start(self, start: datetime, due: datetime, limit: Limit) -> datetime:
        """The start of a limit put off by its pauses: where shares of its time count from.

        The pauses are the office time by which ``due`` lies beyond the plain limit.
        """
        return self._add(start, self._used(self.deadline(start, limit), due))

    def carry(self, due: datetime, start: datetime, limit: Limit, old: OfficeCalendar) -> datetime:
        """A deadline that was set under the ``old`` calendar, under this one.

        The limit is counted anew from ``start``; office time that pauses have added
        since is kept. A deadline earlier than the limit was set by hand and stays.
        """
        before = old.deadline(start, limit)
        if due < before:
            return due
        return self._add(self.deadline(start, limit), old._used(before, due))

    # -- inside -------------------------------------------------------------------------

    def _add(self, start: datetime, amount: int) -> datetime:
        if amount <= 0:
            return start.astimezone(UTC)
        year = last = start.year
        while True:
            table = self._table(year, last)
            target = table.position(_micros(start)) + amount
            index = bisect_left(table.sums, target)
            if index < len(table.sums):
                ends = table.starts[index] + table.lengths[index]
                return _instant(ends - (table.sums[index] - target))
            last = table.last + 1

    def _used(self, start: datetime, end: datetime) -> int:
        if end <= start:
            return 0
        table = self._table(start.year, end.year)
        return table.position(_micros(end)) - table.position(_micros(start))

    def _table(self, first: int, last: int) -> _Table:
        """A table that covers the years, with the years beside them (zones, long limits)."""
        built = self._built[0] if self._built else None
        if built and built.first < first and last < built.last:
            return built
        if first < _FIRST_YEAR or last > _LAST_YEAR:
            raise ValueError(f"no office calendar for the years {first} to {last}")
        first, last = first - 1, last + 1
        if built:
            first, last = min(first, built.first), max(last, built.last)
        self._built[:] = [self._build(first, last)]
        return self._built[0]

    def _build(self, first: int, last: int) -> _Table:
        table = _Table(first, last, [], [], [], [], [])
        total = 0
        for ordinal in range(date(first, 1, 1).toordinal(), date(last, 12, 31).toordinal() + 1):
            day = date.fromordinal(ordinal)
            hours = self.hours_on(day)
            if hours is None:
                continue
            for start, end in self._intervals(day, hours):
                total += end - start
                table.starts.append(start)
                table.lengths.append(end - start)
                table.sums.append(total)
            table.days.append(ordinal)
            table.closes.append(table.starts[-1] + table.lengths[-1])
        return table

    def _intervals(self, day: date, hours: DayHours) -> Iterator[tuple[int, int]]:
        def at(minute: int) -> int:
            return _micros(datetime.combine(day, time(*divmod(minute, 60)), self._zone))

        if hours.break_from == hours.break_to:
            yield at(hours.opens), at(hours.closes)
            return
        yield at(hours.opens), at(hours.break_from)
        yield at(hours.break_to), at(hours.closes)


def _micros(instant: datetime) -> int:
    since = instant - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def _instant(micros: int) -> datetime:
    return _EPOCH + timedelta(microseconds=micros)
