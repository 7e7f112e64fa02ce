"""Cells to values: one typed record per row, every wrong cell named with its line.

Here a row is judged by itself; what needs other rows or the database (unknown parent,
duplicate, cycle, overlap) is judged in ``portal.org.csv_import``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from flask_babel import gettext as _

from portal.org.csv_format import Row, Table
from portal.org.dates import today
from portal.org.models import HolderKind, PositionKind
from portal.org.nip import check_nip

Value = str | int | bool | date | None

POSITION_KINDS = {
    "kepala": PositionKind.HEAD,
    "staf": PositionKind.STAFF,
    "lain": PositionKind.OTHER,
}
HOLDER_KINDS = {
    "definitif": HolderKind.DEFINITIVE,
    "plt": HolderKind.PLT,
    "plt.": HolderKind.PLT,
    "plh": HolderKind.PLH,
    "plh.": HolderKind.PLH,
}
_YES = {"ya": True, "1": True, "tidak": False, "0": False}
_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_PERSON_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_DAY_FIRST = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})")
_YEAR_FIRST = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(slots=True)
class Record:
    """A row's values by attribute; references stay codes. ``ok`` is False if a cell is wrong."""

    file: str
    line: int
    key: str
    values: dict[str, Value]
    ok: bool = True


def parse_day(text: str) -> date | None:
    """A day written 2016-01-31 or 31/01/2016; None when it is neither."""
    try:
        if found := _DAY_FIRST.fullmatch(text):
            day, month, year = (int(part) for part in found.groups())
            return date(year, month, day)
        return date.fromisoformat(text) if _YEAR_FIRST.fullmatch(text) else None
    except ValueError:
        return None


class _Cells:
    """Takes typed values out of one row and notes what is wrong with them."""

    def __init__(self, table: Table, row: Row) -> None:
        self.table, self.row = table, row
        self.values: dict[str, Value] = {}
        self.ok = True

    def refuse(self, column: str, message: str) -> None:
        self.ok = False
        self.table.refuse(self.row.line, message, column)

    def raw(self, column: str, *, required: bool = False, longest: int = 300) -> str | None:
        """The cell; None when the file has no such column."""
        if column not in self.row.cells:
            return None
        text = " ".join(self.row.cells[column].split())
        if required and not text:
            self.refuse(column, _("kolom %(name)s harus diisi.", name=column))
        if len(text) > longest:
            self.refuse(
                column,
                _("kolom %(name)s paling panjang %(n)s huruf.", name=column, n=longest),
            )
        return text

    def text(self, column: str, attribute: str, *, required: bool = False, longest: int) -> None:
        text = self.raw(column, required=required, longest=longest)
        if text is not None:
            self.values[attribute] = text

    def code(self, column: str, longest: int, pattern: re.Pattern[str] = _CODE) -> str:
        text = self.raw(column, required=True, longest=longest) or ""
        if text and not pattern.fullmatch(text):
            self.refuse(
                column,
                _(
                    "kode %(code)s tidak sah; pakai huruf kecil, angka, dan tanda hubung.",
                    code=text,
                )
                if pattern is _CODE
                else _(
                    "kode %(code)s tidak sah; pakai huruf, angka, titik, dan tanda hubung.",
                    code=text,
                ),
            )
        return text

    def period(self) -> None:
        for column, attribute in (("berlaku_dari", "valid_from"), ("berlaku_sampai", "valid_to")):
            text = self.raw(column, required=attribute == "valid_from", longest=40)
            if text is None:
                continue
            day = parse_day(text) if text else None
            if text and day is None:
                self.refuse(
                    column,
                    _(
                        "%(name)s berisi %(text)s, bukan tanggal; tulis 2016-01-31 "
                        "atau 31/01/2016.",
                        name=column,
                        text=text,
                    ),
                )
            self.values[attribute] = day
        start, end = self.values.get("valid_from"), self.values.get("valid_to")
        if isinstance(start, date) and isinstance(end, date) and end < start:
            self.refuse("berlaku_sampai", _("berlaku_sampai mendahului berlaku_dari."))

    def choice(self, column: str, attribute: str, known: dict[str, Value]) -> None:
        text = self.raw(column, required=True, longest=40)
        if not text:
            return
        if text.lower() not in known:
            names = ", ".join(name for name in known if not name.endswith("."))
            self.refuse(
                column,
                _(
                    "%(name)s berisi %(text)s; yang dikenal: %(known)s.",
                    name=column,
                    text=text,
                    known=names,
                ),
            )
            return
        self.values[attribute] = known[text.lower()]

    def record(self, key: str) -> Record:
        return Record(self.table.file, self.row.line, key, self.values, self.ok)


def parse_unit(table: Table, row: Row) -> Record:
    """A unit; ``parent`` is the parent's code or an empty text."""
    cells = _Cells(table, row)
    code = cells.code("kode", 40)
    cells.text("nama", "name", required=True, longest=200)
    cells.text("jenis", "kind", required=True, longest=40)
    cells.text("induk", "parent", longest=40)
    number = cells.raw("urutan", longest=9)
    if number is not None:
        if number and not (number.isascii() and number.isdigit()):
            cells.refuse("urutan", _("urutan harus bilangan bulat."))
        else:
            cells.values["position"] = int(number or 0)
    zone = cells.raw("zona_waktu", longest=40)
    if zone is not None:
        if zone and not _is_zone(zone):
            cells.refuse(
                "zona_waktu",
                _("zona waktu %(zone)s tidak dikenal; contoh: Asia/Makassar.", zone=zone),
            )
        cells.values["timezone"] = zone or None
    cells.period()
    cells.text("sumber", "source", longest=300)
    return cells.record(code)


def parse_position(table: Table, row: Row) -> Record:
    """A position; ``unit`` and ``supervisor`` are codes."""
    cells = _Cells(table, row)
    code = cells.code("kode", 60)
    cells.text("jabatan", "title", required=True, longest=200)
    cells.text("unit", "unit", required=True, longest=40)
    cells.choice("jenis", "kind", dict(POSITION_KINDS))
    cells.text("atasan", "supervisor", longest=60)
    cells.period()
    cells.text("sumber", "source", longest=300)
    return cells.record(code)


def parse_person(table: Table, row: Row, warnings: Table) -> Record:
    """A person; a doubtful NIP is only warned of."""
    cells = _Cells(table, row)
    code = cells.code("kode", 60, _PERSON_CODE)
    cells.text("nama", "name", required=True, longest=200)
    nip = cells.raw("nip", longest=40)
    if nip is not None:
        checked = check_nip(nip, today()) if nip else None
        for message in checked.errors if checked else ():
            cells.refuse("nip", message)
        for message in checked.warnings if checked else ():
            warnings.refuse(row.line, message, "nip")
        cells.values["nip"] = checked.value if checked else None
    cells.text("pangkat", "rank", longest=100)
    email = cells.raw("surel", longest=200)
    if email is not None:
        if email and not _EMAIL.fullmatch(email):
            cells.refuse("surel", _("alamat surel %(text)s tidak sah.", text=email))
        cells.values["email"] = email
    active = cells.raw("aktif", longest=10)
    if active:
        cells.choice("aktif", "active", dict(_YES))
    return cells.record(code)


def parse_holder(table: Table, row: Row) -> Record:
    """A holding; ``position`` and ``person`` are codes."""
    cells = _Cells(table, row)
    cells.text("jabatan", "position", required=True, longest=60)
    cells.text("orang", "person", required=True, longest=60)
    cells.choice("jenis", "kind", dict(HOLDER_KINDS))
    cells.text("mandat", "mandate", longest=300)
    cells.period()
    values = cells.values
    key = f"{values.get('position')}/{values.get('person')}/{values.get('valid_from')}"
    return cells.record(key if cells.ok else "")


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
