"""Dates, durations, numbers and money as Indonesian officials write and read them.

Pure functions: the template filters are bound in ``portal.web.frame``. Reading is
strict, because a library that reads "1.5" as fifteen changes a target silently.
Limits of a standard have their own form: ``portal.workflow.limits``.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from portal.errors import Invalid

MONTHS = (
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
)
DAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
WORKING_DAY = 450
"""Office minutes of a normal working day (Perpres 21/2023: 37 h 30 m in five days)."""

_ZONES = {7: "WIB", 8: "WITA", 9: "WIT"}
_NUMBER = re.compile(r"-?(?:[0-9]{1,3}(?:\.[0-9]{3})+|[0-9]+)(?:,[0-9]+)?")
_FOREIGN = re.compile(r"-?(?:[0-9]{1,3}(?:,[0-9]{3})*|[0-9]+)(?:\.[0-9]+)?")
_RUPIAH = re.compile(r"(?:Rp\.?)?\s*([0-9.]+)(?:,(?:00|-+))?", re.IGNORECASE)
_LONGEST = 30


# -- dates and times ------------------------------------------------------------------------


def tanggal(day: date, *, short: bool = False, zone: str = "Asia/Jakarta") -> str:
    """A date: "23 November 2026", or short "23 Nov 2026"; of an instant, its date in ``zone``."""
    if isinstance(day, datetime):
        day = local_day(day, zone)
    month = MONTHS[day.month - 1]
    return f"{day.day} {month[:3] if short else month} {day.year}"


def hari(day: date) -> str:
    """The name of the weekday: "Senin"."""
    return DAYS[day.weekday()]


def local_day(instant: datetime, zone: str = "Asia/Jakarta") -> date:
    """The date of an instant in a zone."""
    return _aware(instant).astimezone(ZoneInfo(zone)).date()


def day_start(day: date, zone: str = "Asia/Jakarta") -> datetime:
    """The instant at which a day begins in a zone."""
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def zona(instant: datetime) -> str:
    """The name of the zone of a local time: WIB, WITA, WIT, or UTC with its offset."""
    hours = int((instant.utcoffset() or timedelta()).total_seconds() // 3600)
    return _ZONES.get(hours, f"UTC{hours:+d}" if hours else "UTC")


def waktu(instant: datetime, zone: str = "Asia/Jakarta", *, short: bool = True) -> str:
    """An instant with its zone: "24 Nov 2026 10.30 WIB"."""
    local = _aware(instant).astimezone(ZoneInfo(zone))
    return f"{tanggal(local.date(), short=short)} {local:%H.%M} {zona(local)}"


def tenggat(instant: datetime, zone: str = "Asia/Jakarta", *, short: bool = True) -> str:
    """A deadline; one at midnight belongs to the day that ends: "24 Nov 2026 24.00 WIB"."""
    local = _aware(instant).astimezone(ZoneInfo(zone))
    if (local.hour, local.minute) != (0, 0):
        return waktu(instant, zone, short=short)
    return f"{tanggal(local.date() - timedelta(days=1), short=short)} 24.00 {zona(local)}"


def durasi(minutes: int, *, day: int | None = WORKING_DAY) -> str:
    """Office time in words: "1 jam 30 menit", from one working day on "2 hari 3 jam".

    ``day`` is the length of a working day in minutes; None never counts days.
    """
    sign, rest = ("minus " if minutes < 0 else ""), abs(minutes)
    days, rest = divmod(rest, day) if day else (0, rest)
    hours, rest = divmod(rest, 60)
    parts = [(days, "hari"), (hours, "jam"), (rest, "menit")]
    return sign + (" ".join(f"{n} {unit}" for n, unit in parts if n) or "0 menit")


# -- numbers --------------------------------------------------------------------------------


def angka(number: int | float | Decimal, places: int | None = None) -> str:
    """A number with Indonesian separators: "1.234,5"; ``places`` fixes the decimals."""
    value = number if isinstance(number, Decimal) else Decimal(str(number))
    text = f"{value:,f}" if places is None else f"{value:,.{places}f}"
    return text.translate(str.maketrans(",.", ".,"))


def persen(number: int | float | Decimal, places: int | None = None) -> str:
    """A percentage of a number that is one already: 87.75 is "87,75%", never 88."""
    return f"{angka(number, places)}%"


def ukuran(size: int) -> str:
    """The size of a file, of bytes: "812 byte", "12 KB", "1,5 MB", "20,4 GB"."""
    if size < 1024:
        return f"{size} byte"
    if size < 1024 * 1024:
        return f"{-(-size // 1024)} KB"
    if size < 1024**3:
        return f"{angka(Decimal(size) / (1024 * 1024), 1)} MB"
    return f"{angka(Decimal(size) / 1024**3, 1)} GB"


def rupiah(amount: int) -> str:
    """Whole rupiah: "Rp1.234.567", "-Rp5.000"."""
    return f"{'-' if amount < 0 else ''}Rp{angka(abs(amount))}"


def parse_number(text: str) -> Decimal:
    """Read an Indonesian number: "1.234,5", "87,5", "-3"; strict about points.

    Raises:
        Invalid: no number, or one with a decimal point; the message shows the right form.
    """
    clean = _clean(text)
    if len(clean) <= _LONGEST and _NUMBER.fullmatch(clean):
        return Decimal(clean.replace(".", "").replace(",", "."))
    if len(clean) <= _LONGEST and _FOREIGN.fullmatch(clean):
        meant = angka(Decimal(clean.replace(",", "")))
        raise Invalid(f"Tulis {meant}, bukan {clean}: desimal memakai koma, ribuan memakai titik.")
    raise Invalid(f"“{_shown(clean)}” bukan angka; tulis misalnya 87,5 atau 1.234,5.")


def parse_rupiah(text: str) -> int:
    """Read whole rupiah: "Rp1.234.567", "1234567", "1.234.567,00".

    Raises:
        Invalid: no amount, points in the wrong places, or sen.
    """
    clean = _clean(text)
    found = _RUPIAH.fullmatch(clean) if len(clean) <= _LONGEST else None
    if found and _NUMBER.fullmatch(found[1]):
        return int(found[1].replace(".", ""))
    raise Invalid(
        f"“{_shown(clean)}” bukan jumlah rupiah; "
        "tulis rupiah bulat tanpa sen, misalnya 1.234.567 atau Rp1.234.567."
    )


# -- words ----------------------------------------------------------------------------------

_ONES = ("", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan")
_SCALES = ((10**15, "kuadriliun"), (10**12, "triliun"), (10**9, "miliar"), (10**6, "juta"))


def terbilang(number: int) -> str:
    """A whole number in words: 1_250 is "seribu dua ratus lima puluh".

    Raises:
        ValueError: beyond 10**18, where the words end.
    """
    if abs(number) >= 10**18:
        raise ValueError("no words for so large a number")
    if number < 0:
        return f"minus {terbilang(-number)}"
    return _words(number) or "nol"


def _words(number: int) -> str:
    for scale, name in _SCALES:
        if number >= scale:
            return _join(f"{_words(number // scale)} {name}", number % scale)
    if number >= 2000:
        return _join(f"{_words(number // 1000)} ribu", number % 1000)
    if number >= 1000:
        return _join("seribu", number - 1000)
    if number >= 200:
        return _join(f"{_ONES[number // 100]} ratus", number % 100)
    if number >= 100:
        return _join("seratus", number - 100)
    if number >= 20:
        return _join(f"{_ONES[number // 10]} puluh", number % 10)
    if number >= 12:
        return f"{_ONES[number - 10]} belas"
    return {10: "sepuluh", 11: "sebelas"}.get(number) or _ONES[number]


def _join(head: str, rest: int) -> str:
    return f"{head} {_words(rest)}" if rest else head


# -- inside ---------------------------------------------------------------------------------


def _aware(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError("a time without a zone cannot be shown")
    return instant if instant.tzinfo is UTC else instant.astimezone(UTC)


def _clean(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ").strip()


def _shown(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
