"""The yearly calendar as CSV: reading it with line-numbered errors, and proposing a year.

Pure: no database. Columns: ``tanggal, sampai, jenis, nama``; ``jenis`` is ``libur``,
``cuti bersama`` or ``ramadan`` (the only one with ``sampai``, its last day). What
is certain about a year is proposed; everything else comes from the joint decree.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from flask_babel import gettext as _

from portal.workflow.clock import DayHours, HoursRule

NATIONAL = "libur nasional"
SHARED = "cuti bersama"
FASTING = "ramadan"

COLUMNS = ("tanggal", "sampai", "jenis", "nama")
MAX_BYTES = 1024 * 1024
FIRST_YEAR, LAST_YEAR = 2000, 2100
LONGEST_FAST = 31
_LONGEST_NAME = 200
_DATA = Path(__file__).parent / "data"

_KINDS = {"libur": NATIONAL, NATIONAL: NATIONAL, SHARED: SHARED, FASTING: FASTING}
_MONTHS = (
    *("januari", "februari", "maret", "april", "mei", "juni"),
    *("juli", "agustus", "september", "oktober", "november", "desember"),
)
_ISO = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_SLASHES = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
_WORDS = re.compile(r"([0-9]{1,2}) ([a-z]+) ([0-9]{4})")

# The holidays that lie on the same date each year; all others are announced.
_FIXED = (
    (1, 1, "Tahun Baru Masehi"),
    (5, 1, "Hari Buruh Internasional"),
    (6, 1, "Hari Lahir Pancasila"),
    (8, 17, "Hari Kemerdekaan Republik Indonesia"),
    (12, 25, "Hari Raya Natal"),
)


@dataclass(frozen=True, slots=True, order=True)
class FreeDay:
    """A day without office hours; ``kind`` is ``libur nasional`` or ``cuti bersama``."""

    day: date
    name: str
    kind: str


@dataclass(frozen=True, slots=True, order=True)
class Fast:
    """One Ramadan: its first and last day, inclusive."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong on one line of a file (counted from 1)."""

    line: int
    message: str

    def __str__(self) -> str:
        return f"{_('Baris')} {self.line}: {self.message}"


@dataclass(slots=True)
class CalendarFile:
    """A file as read; with problems, nothing of it may be imported."""

    days: list[FreeDay] = field(default_factory=list)
    fasts: list[Fast] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def years(self) -> set[int]:
        """The years that the file says something about."""
        return {item.day.year for item in self.days} | {item.first.year for item in self.fasts}


def read_calendar(content: bytes) -> CalendarFile:
    """Read a calendar file; every problem is listed, none is raised."""
    result = CalendarFile()

    def refuse(line: int, message: str) -> CalendarFile:
        result.problems.append(Problem(line, message))
        return result

    if len(content) > MAX_BYTES:
        return refuse(1, _("berkas terlalu besar; paling besar 1 MiB."))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return refuse(1, _("berkas bukan teks UTF-8; simpan ulang sebagai CSV UTF-8."))
    head = text.partition("\n")[0]
    lines = csv.reader(io.StringIO(text), delimiter=";" if ";" in head else ",")
    seen: dict[date, int] = {}
    try:
        names = [name.strip().lower() for name in next(lines, [])]
        if missing := [name for name in COLUMNS if name not in names]:
            return refuse(
                1,
                _(
                    "kolom %(missing)s tidak ada; baris pertama harus: %(all)s.",
                    missing=", ".join(missing),
                    all=",".join(COLUMNS),
                ),
            )
        for cells in lines:
            if any(cell.strip() for cell in cells):
                row = dict(zip(names, (cell.strip() for cell in cells), strict=False))
                _read_row(row, lines.line_num, seen, result)
    except csv.Error:
        refuse(lines.line_num, _("baris ini tidak dapat dibaca sebagai CSV; periksa tanda kutip."))
    if not (result.days or result.fasts or result.problems):
        refuse(1, _("berkas tidak memuat satu hari pun."))
    return result


def _read_row(row: Mapping[str, str], line: int, seen: dict[date, int], to: CalendarFile) -> None:
    def refuse(message: str) -> None:
        to.problems.append(Problem(line, message))

    kind = _KINDS.get(" ".join(row.get("jenis", "").lower().split()))
    day, last, name = row.get("tanggal", ""), row.get("sampai", ""), row.get("nama", "")
    first = parse_day(day)
    if kind is None:
        refuse(
            _(
                "jenis “%(kind)s” tidak dikenal; tulis libur, cuti bersama, atau ramadan.",
                kind=row.get("jenis", ""),
            )
        )
    elif first is None:
        refuse(_("tanggal “%(day)s” tidak ada; tulis seperti 2026-08-17.", day=day))
    elif first in seen and kind != FASTING:
        refuse(_("tanggal %(day)s sudah ada di baris %(line)s.", day=first, line=seen[first]))
    elif kind == FASTING:
        ends = parse_day(last)
        if ends is None or not 0 <= (ends - first).days < LONGEST_FAST:
            refuse(
                _(
                    "kolom sampai “%(day)s” harus hari terakhir Ramadan, "
                    "paling lama %(n)s hari sejak hari pertama.",
                    day=last,
                    n=LONGEST_FAST,
                )
            )
        elif any(first <= other.last and other.first <= ends for other in to.fasts):
            refuse(_("masa Ramadan ini bertumpang tindih dengan baris sebelumnya."))
        else:
            to.fasts.append(Fast(first, ends))
    elif last:
        refuse(_("kolom sampai hanya untuk ramadan; tulis satu baris untuk tiap hari libur."))
    elif not name or len(name) > _LONGEST_NAME:
        refuse(_("nama hari wajib diisi, paling panjang %(n)s huruf.", n=_LONGEST_NAME))
    else:
        seen[first] = line
        to.days.append(FreeDay(first, name, kind))


def parse_day(text: str) -> date | None:
    """A date as "2026-08-17", "17/08/2026" or "17 Agustus 2026"; None if there is no such day."""
    words = " ".join(text.lower().split())
    if found := _ISO.fullmatch(words):
        year, month, day = found[1], int(found[2]), found[3]
    elif found := _SLASHES.fullmatch(words):
        year, month, day = found[3], int(found[2]), found[1]
    elif (found := _WORDS.fullmatch(words)) and found[2] in _MONTHS:
        year, month, day = found[3], _MONTHS.index(found[2]) + 1, found[1]
    else:
        return None
    try:
        result = date(int(year), month, int(day))
    except ValueError:
        return None
    return result if FIRST_YEAR <= result.year <= LAST_YEAR else None


def propose(year: int) -> list[FreeDay]:
    """The holidays of a year that are certain, marked "usulan"; the decree adds the others."""
    return [
        FreeDay(date(year, month, day), f"{name} (usulan)", NATIONAL) for month, day, name in _FIXED
    ]


def write_calendar(days: Iterable[FreeDay], fasts: Iterable[Fast] = ()) -> str:
    """Days and fasts in the form that :func:`read_calendar` reads."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    rows = [(day.day, "", day.kind, day.name) for day in days]
    writer.writerows(sorted([*rows, *((fast.first, fast.last, FASTING, "") for fast in fasts)]))
    return out.getvalue()


def template() -> str:
    """An empty calendar file: its header line."""
    return (_DATA / "calendar_template.csv").read_text(encoding="utf-8")


def shipped_hours() -> list[HoursRule]:
    """The office hours of Perpres 21/2023, split evenly over the week."""
    with (_DATA / "office_hours.csv").open(encoding="utf-8", newline="") as stream:
        return [_rule(row) for row in csv.DictReader(stream)]


def _rule(row: Mapping[str, str]) -> HoursRule:
    def minutes(column: str) -> int:
        hour, _point, minute = row[column].partition(".")
        return int(hour) * 60 + int(minute)

    hours = DayHours(
        minutes("opens"), minutes("break_from"), minutes("break_to"), minutes("closes")
    )
    return HoursRule(
        row["season"], int(row["weekday"]), date.fromisoformat(row["valid_from"]), hours
    )
