"""CSV as text: decoding, delimiter, columns, line numbers, cells safe for spreadsheets.

Four kinds of file, told apart by their columns: units, positions, people, holders. What
the cells mean is decided in ``portal.org.csv_rows``.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from flask_babel import gettext as _

COLUMNS: dict[str, tuple[str, ...]] = {
    "units": (
        "kode",
        "nama",
        "jenis",
        "induk",
        "urutan",
        "zona_waktu",
        "berlaku_dari",
        "berlaku_sampai",
        "sumber",
    ),
    "positions": (
        "kode",
        "jabatan",
        "unit",
        "jenis",
        "atasan",
        "berlaku_dari",
        "berlaku_sampai",
        "sumber",
    ),
    "people": ("kode", "nama", "nip", "pangkat", "surel", "aktif"),
    "holders": ("jabatan", "orang", "jenis", "mandat", "berlaku_dari", "berlaku_sampai"),
}
"""The kinds of file in the order in which they are imported, with all their columns."""

REQUIRED: dict[str, tuple[str, ...]] = {
    "units": ("kode", "nama", "jenis", "induk", "berlaku_dari"),
    "positions": ("kode", "jabatan", "unit", "jenis", "berlaku_dari"),
    "people": ("kode", "nama"),
    "holders": ("jabatan", "orang", "jenis", "berlaku_dari"),
}
MAX_BYTES = 5 * 1024 * 1024
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Problem:
    """A sentence about one place of a file; ``line`` counts from 1, 0 is the whole file."""

    file: str
    line: int
    column: str
    message: str

    def __str__(self) -> str:
        if not self.line:
            return f"{self.file}: {self.message}"
        place = _("%(file)s baris %(line)s", file=self.file, line=self.line)
        return f"{place}: {self.message}"


@dataclass(frozen=True, slots=True)
class Row:
    """One record: the line it begins on and its cells by column name, stripped."""

    line: int
    cells: dict[str, str]


@dataclass(slots=True)
class Table:
    """A file as read; ``kind`` is empty when the columns fit none of the four kinds."""

    file: str
    kind: str = ""
    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def refuse(self, line: int, message: str, column: str = "") -> None:
        """Note a problem at a line of this file."""
        self.problems.append(Problem(self.file, line, column, message))


def read_table(file: str, content: bytes | str) -> Table:
    """Read a CSV file; everything that is wrong with it is in ``problems``."""
    table = Table(file)
    if len(content) > MAX_BYTES:
        table.refuse(0, _("berkas terlalu besar; paling besar 5 MB. Bagilah menjadi beberapa."))
        return table
    text = content if isinstance(content, str) else _decode(table, content)
    if table.problems:
        return table
    text = text.removeprefix("\ufeff")
    if "\x00" in text:
        line = text[: text.index("\x00")].count("\n") + 1
        table.refuse(line, _("ada isi biner; simpan berkas sebagai CSV, bukan sebagai Excel."))
        return table
    _read_records(table, text)
    return table


def _decode(table: Table, content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        table.refuse(0, _("berkas memakai UTF-16; simpan sebagai CSV UTF-8."))
        return ""
    if content.startswith(b"PK\x03\x04"):
        table.refuse(0, _("ini buku kerja Excel; simpan dahulu sebagai CSV UTF-8."))
        return ""
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        table.refuse(line, _("ada huruf yang bukan UTF-8; simpan berkas sebagai CSV UTF-8."))
        return ""


def _read_records(table: Table, text: str) -> None:
    header = next((line for line in text.splitlines() if line.strip()), "")
    if not header:
        table.refuse(0, _("berkas kosong; baris pertama harus berisi nama kolom."))
        return
    delimiter = ";" if header.count(";") > header.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    names: list[str] = []
    start = 1
    try:
        for cells in reader:
            line, start = start, reader.line_num + 1
            if not any(cell.strip() for cell in cells):
                continue
            if not names:
                names = [cell.strip().lower() for cell in cells]
                if not _check_header(table, line, names):
                    return
            elif len(cells) != len(names):
                message = _(
                    "ada %(got)s kolom, seharusnya %(want)s; periksa pemisah dan tanda kutip.",
                    got=len(cells),
                    want=len(names),
                )
                table.refuse(line, message)
            else:
                values = (_plain(cell.strip()) for cell in cells)
                table.rows.append(Row(line, dict(zip(names, values, strict=True))))
    except csv.Error:
        table.refuse(start, _("tanda kutip tidak berpasangan atau isi kolom terlalu panjang."))


def _check_header(table: Table, line: int, names: Sequence[str]) -> bool:
    scored = [
        (len(set(names) & set(columns)) - len(set(names) - set(columns)), kind)
        for kind, columns in COLUMNS.items()
    ]
    best = max(score for score, _kind in scored)
    kind = next(kind for score, kind in scored if score == best)
    if not set(names) & set(COLUMNS[kind]) or len(set(names) & set(COLUMNS[kind])) < 2:
        table.refuse(
            line,
            _("nama kolom tidak dikenali; pemisah kolom harus koma atau titik koma."),
        )
        return False
    for name in sorted(set(REQUIRED[kind]) - set(names)):
        table.refuse(line, _("kolom %(name)s tidak ada.", name=name), name)
    for name in sorted(set(names) - set(COLUMNS[kind])):
        message = _(
            "kolom %(name)s tidak dikenal; yang dikenal: %(known)s.",
            name=name or _("tanpa nama"),
            known=", ".join(COLUMNS[kind]),
        )
        table.refuse(line, message, name)
    if len(set(names)) != len(names):
        table.refuse(line, _("ada nama kolom yang tertulis dua kali."))
    table.kind = kind
    return not table.problems


def _plain(cell: str) -> str:
    """Take off the apostrophe that :func:`safe_cell` put before a formula sign."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell


def safe_cell(value: object) -> str:
    """A cell that no spreadsheet takes for a formula: an apostrophe goes before = + - @."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def write_table(kind: str, rows: Iterable[Sequence[object]]) -> str:
    """The CSV text of one kind, header first, comma-separated, lines ended by CRLF."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow(COLUMNS[kind])
    writer.writerows([safe_cell(cell) for cell in row] for row in rows)
    return stream.getvalue()
