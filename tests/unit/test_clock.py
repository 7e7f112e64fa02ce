"""The office clock: hours, Ramadan, holidays, zones; and its laws as properties."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.workflow.clock import DayHours, HoursRule, OfficeCalendar
from portal.workflow.limits import Limit, LimitUnit, parse_limit

SINCE = date(2023, 4, 12)
JAKARTA = ZoneInfo("Asia/Jakarta")


def rules() -> tuple[HoursRule, ...]:
    week = [HoursRule("normal", day, SINCE, DayHours(450, 720, 780, 960)) for day in range(4)]
    week.append(HoursRule("normal", 4, SINCE, DayHours(450, 690, 780, 990)))
    week += [HoursRule("ramadan", day, SINCE, DayHours(480, 720, 750, 900)) for day in range(4)]
    week.append(HoursRule("ramadan", 4, SINCE, DayHours(480, 690, 750, 930)))
    return tuple(week)


PLAIN = OfficeCalendar(rules(), {}, (), "Asia/Jakarta")
# Invented days: the tests need some, wherever they lie.
HOLIDAYS = {
    date(2026, 8, 17): "Hari Kemerdekaan",
    date(2026, 12, 24): "Cuti bersama",
    date(2026, 12, 25): "Natal",
    date(2027, 1, 1): "Tahun Baru",
}
FULL = OfficeCalendar(rules(), HOLIDAYS, ((date(2026, 2, 18), date(2026, 3, 19)),), "Asia/Jakarta")


def at(text: str, zone: str = "Asia/Jakarta") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def due(start: str, limit: str, calendar: OfficeCalendar = FULL) -> str:
    """The deadline in the calendar's local time, to the minute."""
    instant = calendar.deadline(at(start, calendar.zone), parse_limit(limit))
    return instant.astimezone(ZoneInfo(calendar.zone)).strftime("%Y-%m-%d %H:%M")


# -- hours and days (2026-11-23 is a Monday) ------------------------------------------------


def test_a_normal_week_has_37_and_a_half_hours_and_ramadan_32_and_a_half() -> None:
    monday, fasting = date(2026, 11, 23), date(2026, 2, 23)
    for first, hours in ((monday, 37.5), (fasting, 32.5)):
        days = [FULL.hours_on(first + timedelta(days=n)) for n in range(7)]
        assert sum(day.minutes for day in days if day) == hours * 60
        assert days[5] is days[6] is None


def test_minutes_count_in_office_time_only() -> None:
    assert due("2026-11-23 10:00", "30 menit") == "2026-11-23 10:30"
    assert due("2026-11-23 11:45", "30 menit") == "2026-11-23 13:15"
    assert due("2026-11-23 15:30", "2 jam") == "2026-11-24 09:00"
    assert due("2026-11-27 16:00", "1 jam") == "2026-11-30 08:00"


def test_a_limit_used_up_at_closing_ends_at_closing() -> None:
    assert due("2026-11-23 15:00", "1 jam") == "2026-11-23 16:00"
    assert due("2026-11-23 11:00", "1 jam") == "2026-11-23 12:00"


def test_a_start_outside_hours_counts_from_the_next_opening() -> None:
    assert due("2026-11-23 20:00", "30 menit") == "2026-11-24 08:00"
    assert due("2026-11-28 09:00", "30 menit") == "2026-11-30 08:00"
    assert due("2026-11-23 12:15", "30 menit") == "2026-11-23 13:30"


def test_friday_has_the_longer_break() -> None:
    assert due("2026-11-27 11:15", "30 menit") == "2026-11-27 13:15"
    assert due("2026-11-27 16:00", "30 menit") == "2026-11-27 16:30"


def test_working_days_leave_out_the_start_day_and_end_at_office_close() -> None:
    assert due("2026-11-23 07:30", "1 hari") == "2026-11-24 16:00"
    assert due("2026-11-23 23:00", "1 hari") == "2026-11-24 16:00"
    assert due("2026-11-26 09:00", "1 hari") == "2026-11-27 16:30"
    assert due("2026-11-27 09:00", "1 hari") == "2026-11-30 16:00"
    assert due("2026-11-28 09:00", "1 hari") == "2026-11-30 16:00"


def test_twenty_working_days_skip_holidays_and_cuti_bersama() -> None:
    assert due("2026-12-01 09:00", "20 hari", PLAIN) == "2026-12-29 16:00"
    assert due("2026-12-01 09:00", "20 hari") == "2026-12-31 16:00"
    assert due("2026-12-02 09:00", "20 hari") == "2027-01-04 16:00"


def test_calendar_days_run_to_midnight_over_weekends_and_holidays() -> None:
    assert due("2026-11-26 09:00", "3 hari kalender") == "2026-11-30 00:00"


def test_ramadan_has_its_own_hours() -> None:
    assert due("2026-02-23 07:30", "30 menit") == "2026-02-23 08:30"
    assert due("2026-02-23 11:45", "30 menit") == "2026-02-23 12:45"
    assert due("2026-02-27 11:15", "30 menit") == "2026-02-27 12:45"
    assert due("2026-02-23 09:00", "1 hari") == "2026-02-24 15:00"
    assert due("2026-02-26 09:00", "1 hari") == "2026-02-27 15:30"


def test_a_later_rule_takes_over_on_its_day_and_the_first_counts_before_it() -> None:
    later = HoursRule("normal", 0, date(2026, 11, 30), DayHours(480, 720, 720, 900))
    calendar = OfficeCalendar((*rules(), later), {}, (), "Asia/Jakarta")
    assert calendar.hours_on(date(2026, 11, 23)) == DayHours(450, 720, 780, 960)
    assert calendar.hours_on(date(2026, 11, 30)) == DayHours(480, 720, 720, 900)
    assert calendar.hours_on(date(2020, 1, 6)) == DayHours(450, 720, 780, 960)
    assert due("2026-11-30 11:30", "1 jam", calendar) == "2026-11-30 12:30"  # no break


def test_each_unit_counts_in_its_own_zone() -> None:
    bali = FULL.in_zone("Asia/Makassar")
    start = at("2026-11-23 15:30")
    assert bali.deadline(start, Limit(30, "menit")) == at("2026-11-24 07:00")
    assert bali.deadline(start, Limit(1, "hari")) == at("2026-11-24 15:00")
    assert due("2026-11-23 15:30", "30 menit", bali) == "2026-11-23 16:00"
    # 00.30 WIT on Tuesday is still Monday in Jakarta: the start day differs.
    late = at("2026-11-23 22:30")
    assert FULL.in_zone("Asia/Jayapura").deadline(late, Limit(1, "hari")) == at("2026-11-25 14:00")
    assert FULL.deadline(late, Limit(1, "hari")) == at("2026-11-24 16:00")


def test_the_warning_comes_at_three_quarters_of_the_office_time() -> None:
    start, end = at("2026-11-23 15:00"), at("2026-11-24 10:30")  # 60 + 180 minutes
    assert FULL.point(start, end, 0.75) == at("2026-11-24 09:30")
    assert FULL.elapsed_share(start, end, at("2026-11-24 09:30")) == 0.75
    assert FULL.elapsed_share(start, end, at("2026-11-24 11:30")) == 1.25


def test_a_share_without_office_time_is_taken_of_plain_time() -> None:
    start, end = at("2026-11-28 00:00"), at("2026-11-28 20:00")
    assert FULL.point(start, end, 0.75) == at("2026-11-28 15:00")
    assert FULL.elapsed_share(start, end, start) == 0.0
    assert FULL.elapsed_share(start, end, end) == 1.0
    assert FULL.point(end, start, 0.75) == start


def test_a_pause_puts_the_deadline_off_by_its_office_time() -> None:
    deadline = at("2026-11-25 10:00")
    assert FULL.shift(deadline, at("2026-11-23 15:00"), at("2026-11-24 08:30")) == at(
        "2026-11-25 12:00"
    )
    assert FULL.shift(deadline, at("2026-11-28 09:00"), at("2026-11-29 09:00")) == deadline


def test_a_new_holiday_moves_a_deadline_and_keeps_its_pauses() -> None:
    start, limit = at("2026-11-23 09:00"), Limit(2, "hari")
    changed = OfficeCalendar(rules(), {date(2026, 11, 24): "Libur"}, (), "Asia/Jakarta")
    plain = PLAIN.deadline(start, limit)
    paused = PLAIN.add_office_minutes(plain, 60)
    assert changed.carry(plain, start, limit, PLAIN) == at("2026-11-26 16:00")
    assert changed.carry(paused, start, limit, PLAIN) == at("2026-11-27 08:30")
    by_hand = at("2026-11-24 10:00")
    assert changed.carry(by_hand, start, limit, PLAIN) == by_hand


def test_open_means_within_hours() -> None:
    assert FULL.is_open(at("2026-11-23 07:30"))
    assert not FULL.is_open(at("2026-11-23 12:00"))
    assert not FULL.is_open(at("2026-11-23 16:00"))
    assert not FULL.is_open(at("2026-08-17 09:00"))


def test_a_calendar_needs_hours_in_order() -> None:
    with pytest.raises(ValueError, match="at least one weekday"):
        OfficeCalendar((), {}, (), "Asia/Jakarta")
    with pytest.raises(ValueError, match="out of order"):
        DayHours(900, 720, 780, 450)
    with pytest.raises(ValueError, match="no office calendar"):
        FULL.deadline(datetime(2500, 1, 1, tzinfo=UTC), Limit(1, "hari"))


# -- laws -------------------------------------------------------------------------------------

instants = st.datetimes(datetime(2025, 6, 1), datetime(2027, 6, 1), timezones=st.just(UTC))
zones = st.sampled_from(["Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"])
units: st.SearchStrategy[LimitUnit] = st.sampled_from(["menit", "jam", "hari", "hari kalender"])
limits = st.builds(Limit, st.integers(1, 200), units)
office_minutes = st.integers(1, 30_000)
CALENDARS = {z: FULL.in_zone(z) for z in ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura")}


@given(instants, instants, limits, zones)
def test_a_later_start_never_ends_earlier(
    one: datetime, other: datetime, limit: Limit, zone: str
) -> None:
    first, second = sorted((one, other))
    calendar = CALENDARS[zone]
    assert calendar.deadline(first, limit) <= calendar.deadline(second, limit)


@given(instants, limits, zones)
def test_more_time_ends_later_and_never_before_the_start(
    start: datetime, limit: Limit, zone: str
) -> None:
    calendar, more = CALENDARS[zone], Limit(limit.amount + 1, limit.unit)
    assert start < calendar.deadline(start, limit) < calendar.deadline(start, more)


@given(instants, office_minutes, zones)
def test_adding_and_measuring_office_time_are_inverse(
    start: datetime, minutes: int, zone: str
) -> None:
    calendar = CALENDARS[zone]
    end = calendar.add_office_minutes(start, minutes)
    assert calendar.used(start, end) == minutes
    assert calendar.used(start, end - timedelta(microseconds=1)) == minutes - 1


@given(instants, office_minutes, zones)
def test_a_deadline_never_falls_outside_office_time(
    start: datetime, minutes: int, zone: str
) -> None:
    calendar = CALENDARS[zone]
    assert calendar.is_open(calendar.add_office_minutes(start, minutes) - timedelta(microseconds=1))


@given(instants, st.integers(1, 60), zones)
def test_working_days_end_when_an_office_closes(start: datetime, days: int, zone: str) -> None:
    calendar = CALENDARS[zone]
    end = calendar.deadline(start, Limit(days, "hari"))
    local = end.astimezone(ZoneInfo(zone))
    hours = calendar.hours_on(local.date())
    assert hours is not None
    assert local.hour * 60 + local.minute == hours.closes
    first, between = calendar.local_day(start), (local.date() - calendar.local_day(start)).days
    counted = [first + timedelta(days=n) for n in range(1, between + 1)]
    assert sum(calendar.is_working_day(day) for day in counted) == days


@given(st.lists(instants, min_size=3, max_size=3), zones)
def test_used_time_adds_up(three: list[datetime], zone: str) -> None:
    calendar = CALENDARS[zone]
    first, middle, last = sorted(three)
    parts = sum(calendar.used(a, b) for a, b in pairwise((first, middle, last)))
    assert calendar.used(first, last) - parts in (0, 1)  # each part is rounded down


@given(instants, office_minutes, st.floats(0, 1), zones)
def test_a_point_lies_between_start_and_deadline_at_its_share(
    start: datetime, minutes: int, share: float, zone: str
) -> None:
    calendar = CALENDARS[zone]
    end = calendar.add_office_minutes(start, minutes)
    point = calendar.point(start, end, share)
    assert start <= point <= end
    assert abs(calendar.elapsed_share(start, end, point) - share) < 1e-6


@given(instants, limits, st.integers(0, 3000), zones)
def test_carrying_over_an_unchanged_calendar_changes_nothing(
    start: datetime, limit: Limit, pause: int, zone: str
) -> None:
    calendar = CALENDARS[zone]
    end = calendar.add_office_minutes(calendar.deadline(start, limit), pause)
    assert calendar.carry(end, start, limit, calendar) == end
