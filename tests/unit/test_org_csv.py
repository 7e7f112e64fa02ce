"""CSV as text and as values: encodings, delimiters, lines, cells."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.org.csv_checks import find_cycle
from portal.org.csv_format import MAX_BYTES, read_table, safe_cell, write_table
from portal.org.csv_rows import parse_day, parse_unit

HEAD = "kode,nama,jenis,induk,berlaku_dari\n"


def test_comma_and_semicolon_and_byte_order_mark_are_read_alike() -> None:
    text = HEAD + "setmen,Sekretariat Kementerian,biro,,2015-01-01\n"
    plain = read_table("a.csv", text.encode())
    other = read_table("a.csv", ("\ufeff" + text.replace(",", ";")).encode())
    assert plain.kind == other.kind == "units"
    assert plain.rows == other.rows
    assert not plain.problems
    assert not other.problems


def test_lines_are_those_of_the_file_in_spite_of_blank_lines_and_breaks_in_cells() -> None:
    table = read_table("a.csv", "\n" + HEAD + '\na,"N\nama",biro,,2015-01-01\nb,B,biro,,x\n')
    assert [row.line for row in table.rows] == [4, 6]


@pytest.mark.parametrize(
    ("content", "line", "word"),
    [
        (b"", 0, "kosong"),
        (b"\n \n", 0, "kosong"),
        ((HEAD + "a,S\u00e9,biro,,2015-01-01\n").encode("latin-1"), 2, "UTF-8"),
        (HEAD.encode("utf-16"), 0, "UTF-16"),
        (b"PK\x03\x04xlsx", 0, "Excel"),
        (HEAD.encode() + b"a\x00b", 2, "biner"),
        (HEAD.replace(",", "\t").encode(), 1, "pemisah"),
        (b"apa,saja\n1,2\n", 1, "nama kolom"),
        (b"kode,nama,jenis,induk\n", 1, "berlaku_dari"),
        (b"kode,nama,jenis,induk,berlaku_dari,warna\n", 1, "warna"),
        (b"kode,kode,nama,jenis,induk,berlaku_dari\n", 1, "dua kali"),
        (HEAD.encode() + b"a,A,biro\n", 2, "3 kolom"),
        (HEAD.encode() + b'ok,A,biro,,2015-01-01\na,"A,biro,,2015-01-01\n', 3, "kutip"),
        (b"x" * (MAX_BYTES + 1), 0, "terlalu besar"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_with_its_line(
    content: bytes, line: int, word: str
) -> None:
    problems = read_table("a.csv", content).problems
    assert [problem.line for problem in problems] == [line]
    assert word in problems[0].message


def test_a_problem_reads_as_one_sentence_with_file_and_line() -> None:
    (problem,) = read_table("unit.csv", HEAD + "a,A,biro\n").problems
    assert str(problem).startswith("unit.csv baris 2: ")


@pytest.mark.parametrize("cell", ["=1+1", "+62", "-x", "@sum", "\tx", "\rx"])
def test_a_cell_that_a_spreadsheet_would_run_is_written_as_text(cell: str) -> None:
    assert safe_cell(cell) == "'" + cell
    assert safe_cell("Biro (baru)") == "Biro (baru)"


@given(
    st.text(st.characters(exclude_categories=["Cc", "Cs", "Zs", "Zl", "Zp", "Cf"]), min_size=1),
    st.sampled_from(["", "=", "+", "-", "@"]),
)
def test_what_is_written_is_read_back(text: str, sign: str) -> None:
    name = sign + text
    if name.startswith("'") and name[1:2] in ("=", "+", "-", "@"):
        return  # an apostrophe before a formula sign is ours
    table = read_table("a.csv", write_table("people", [("k", name, "", "", "", "ya")]))
    assert table.rows[0].cells["nama"] == name.strip()


def test_no_written_cell_begins_with_a_formula_sign() -> None:
    text = write_table("people", [("k", "=cmd", "-1", "+2", "@x", "ya")])
    cells = list(csv.reader(io.StringIO(text)))[1]
    assert not [cell for cell in cells if cell[:1] in ("=", "+", "-", "@")]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2016-01-31", date(2016, 1, 31)),
        ("31/01/2016", date(2016, 1, 31)),
        ("1-2-2016", date(2016, 2, 1)),
        ("2016-02-30", None),
        ("30/02/2016", None),
        ("2016-W05-1", None),
        ("20160131", None),
        ("kemarin", None),
    ],
)
def test_days_are_written_year_first_or_day_first(text: str, day: date | None) -> None:
    assert parse_day(text) == day


def test_every_wrong_cell_of_a_row_is_named() -> None:
    table = read_table(
        "a.csv",
        "kode,nama,jenis,induk,urutan,zona_waktu,berlaku_dari,berlaku_sampai\n"
        f"Biro Umum,{'x' * 201},,,satu,Asia/Bogor,2016-13-01,\n"
        "b,B,biro,,1,Asia/Makassar,2016-02-01,2016-01-31\n",
    )
    records = [parse_unit(table, row) for row in table.rows]
    assert [record.ok for record in records] == [False, False]
    assert [(p.line, p.column) for p in table.problems] == [
        (2, "kode"),
        (2, "nama"),
        (2, "jenis"),
        (2, "urutan"),
        (2, "zona_waktu"),
        (2, "berlaku_dari"),
        (3, "berlaku_sampai"),
    ]


def test_a_cycle_is_found_by_its_members_only() -> None:
    above = {"a": "b", "b": "c", "c": "b", "d": ""}
    assert find_cycle("b", above) == ["b", "c", "b"]
    assert find_cycle("a", above) == []
    assert find_cycle("d", above) == []
    assert find_cycle("e", {"e": "e"}) == ["e", "e"]
