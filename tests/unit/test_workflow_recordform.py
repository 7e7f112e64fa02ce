"""Recorded fields as forms: what is typed, what is stored, what is refused, in Indonesian."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict
from wtforms import Form

from portal import clock
from portal.workflow.fields import (
    Checklist,
    Date,
    DateTime,
    Field,
    Flag,
    Letter,
    LongText,
    Money,
    Number,
    PerUnit,
    PickPosition,
    Rows,
    Select,
    Text,
)
from portal.workflow.recordform import FormContext, describe, form_data, record_form, record_of

ZONE = "Asia/Makassar"
UNITS = [(7, "Setpres"), (9, "Setwapres")]
CONTEXT = FormContext(ZONE, lambda field: UNITS, lambda field: [("3", "Kasubbag"), ("4", "Kabag")])
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
Typed = Sequence[tuple[str, str]]


def fill(field: Field, *typed: tuple[str, str]) -> Form:
    form = record_form([field], CONTEXT)(formdata=MultiDict([("sent", "1"), *typed]))
    with clock.frozen(NOW):
        form.validate()
    return form


def stored(field: Field, *typed: tuple[str, str]) -> Any:
    form = fill(field, *typed)
    assert not form.errors, form.errors
    return record_of(form, [field], ZONE)["x"]


def refused(field: Field, *typed: tuple[str, str]) -> str:
    form = fill(field, *typed)
    assert form.errors, "was taken"
    return str(form.errors)


LETTER = [("x-subject", "Hal"), ("x-to", "Menteri"), ("x-body", "Isi\nbaris dua")]
COLUMNS = (Text("nama", "Nama"), Number("nilai", "Nilai", required=False))
KINDS = (("a", "Anggaran"), ("b", "Balasan"))

GOOD: dict[str, tuple[Field, Typed, Any]] = {
    "text": (Text("x", "X"), [("x", "  Rapat kerja ")], "Rapat kerja"),
    "empty optional text": (Text("x", "X", required=False), [("x", "")], ""),
    "long text": (LongText("x", "X"), [("x", "a\nb")], "a\nb"),
    "date": (Date("x", "X"), [("x", "2026-11-23")], "2026-11-23"),
    "no date": (Date("x", "X", required=False), [("x", "")], None),
    "local time in UTC": (
        DateTime("x", "X"),
        [("x", "2026-11-23T09:30")],
        "2026-11-23T01:30:00+00:00",
    ),
    "time with seconds": (
        DateTime("x", "X"),
        [("x", "2026-11-23T09:30:15")],
        "2026-11-23T01:30:15+00:00",
    ),
    "time to come": (
        DateTime("x", "X", future=True),
        [("x", "2027-01-01T08:00")],
        "2027-01-01T00:00:00+00:00",
    ),
    "decimal comma": (Number("x", "X"), [("x", "87,5")], "87.5"),
    "grouped number": (Number("x", "X"), [("x", "1.234.567,25")], "1234567.25"),
    "whole number": (Number("x", "X", whole=True), [("x", "2027")], 2027),
    "no number": (Number("x", "X", required=False), [("x", " ")], None),
    "rupiah": (Money("x", "X"), [("x", "1.500.000")], 1500000),
    "rupiah with sign": (Money("x", "X"), [("x", "Rp1.500.000")], 1500000),
    "choice": (Select("x", "X", choices=KINDS), [("x", "b")], "b"),
    "no choice": (Select("x", "X", choices=KINDS, required=False), [("x", "")], ""),
    "several": (Select("x", "X", choices=KINDS, many=True), [("x", "a"), ("x", "b")], ["a", "b"]),
    "tick": (Flag("x", "X"), [("x", "y")], True),
    "no tick": (Flag("x", "X", required=False), [], False),
    "checklist": (Checklist("x", "X", items=KINDS), [("x", "a"), ("x", "b")], ["a", "b"]),
    "letter": (
        Letter("x", "X"),
        LETTER,
        {"subject": "Hal", "to": "Menteri", "body": "Isi\nbaris dua"},
    ),
    "no letter": (Letter("x", "X", required=False), [("x-subject", "  ")], None),
    "rows": (
        Rows("x", "X", columns=COLUMNS),
        [("x-0-nama", "Satu"), ("x-0-nilai", "1,5"), ("x-4-nama", "Dua"), ("x-4-nilai", "")],
        [{"nama": "Satu", "nilai": "1.5"}, {"nama": "Dua", "nilai": None}],
    ),
    "for each unit": (
        PerUnit("x", "X", of=DateTime("t", "T"), over="s"),
        [("x-u7", "2026-11-23T09:00"), ("x-u9", "2026-11-23T09:30")],
        {"7": "2026-11-23T01:00:00+00:00", "9": "2026-11-23T01:30:00+00:00"},
    ),
    "position": (PickPosition("x", "X", roles=("r",)), [("x", "4")], 4),
}


@pytest.mark.parametrize("case", GOOD)
def test_a_field_is_stored_as_a_json_value(case: str) -> None:
    field, typed, value = GOOD[case]
    assert stored(field, *typed) == value


BAD: dict[str, tuple[Field, Typed, str]] = {
    "nothing": (Text("x", "X"), [], "wajib diisi"),
    "blanks alone": (Text("x", "X"), [("x", "   ")], "wajib diisi"),
    "too long": (Text("x", "X", max=5), [("x", "123456")], "paling banyak 5 huruf"),
    "long text too long": (LongText("x", "X", max=5), [("x", "123456")], "paling banyak 5 huruf"),
    "no such day": (Date("x", "X"), [("x", "2026-02-30")], "Tanggal tidak benar"),
    "time to come": (DateTime("x", "X"), [("x", "2026-11-23T10:01")], "belum lewat"),
    "no time": (DateTime("x", "X"), [("x", "besok")], "Tanggal dan waktu tidak benar"),
    "decimal point": (Number("x", "X"), [("x", "1.5")], "koma"),
    "words": (Number("x", "X"), [("x", "banyak")], "angka"),
    "decimal in a whole number": (Number("x", "X", whole=True), [("x", "1,5")], "bilangan bulat"),
    "too small": (Number("x", "X", whole=True, min=2015), [("x", "2014")], "Paling kecil 2015."),
    "too large": (Number("x", "X", max=10000), [("x", "10.001")], "Paling besar 10.000."),
    "sen": (Money("x", "X"), [("x", "1.500,50")], "rupiah"),
    "rupiah with a decimal point": (Money("x", "X"), [("x", "1500.50")], "rupiah"),
    "not in the list": (Select("x", "X", choices=KINDS), [("x", "z")], "pilih dari daftar"),
    "not in the list of several": (
        Select("x", "X", choices=KINDS, many=True),
        [("x", "z")],
        "pilih dari daftar",
    ),
    "none of several": (Select("x", "X", choices=KINDS, many=True), [], "wajib diisi"),
    "not ticked": (Flag("x", "X"), [], "wajib diisi"),
    "half a checklist": (Checklist("x", "X", items=KINDS), [("x", "a")], "Semua butir"),
    "letter without body": (Letter("x", "X"), LETTER[:2], "wajib diisi"),
    "half an optional letter": (Letter("x", "X", required=False), LETTER[:1], "Lengkapi bagian"),
    "row without a name": (
        Rows("x", "X", columns=COLUMNS),
        [("x-0-nama", ""), ("x-0-nilai", "1")],
        "wajib diisi",
    ),
    "decimal point in a row": (
        Rows("x", "X", columns=COLUMNS),
        [("x-0-nama", "Satu"), ("x-0-nilai", "1.5")],
        "koma",
    ),
    "one unit missing": (
        PerUnit("x", "X", of=DateTime("t", "T"), over="s"),
        [("x-u7", "2026-11-23T09:00")],
        "wajib diisi",
    ),
    "position of another role": (PickPosition("x", "X"), [("x", "5")], "pilih dari daftar"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_refused_in_indonesian(case: str) -> None:
    field, typed, text = BAD[case]
    message = refused(field, *typed)
    assert text in message
    assert not any(word in message for word in ("required", "valid ", "Not a", "must be"))


@pytest.mark.parametrize("typed", ["1.5", "1,234.5", "12.34", "1 234,5x"])
def test_a_number_that_was_refused_stays_as_it_was_typed(typed: str) -> None:
    form = fill(Number("x", "X"), ("x", typed))
    assert form.errors
    assert f'value="{typed}"' in str(form["x"]())


def test_a_table_takes_no_more_rows_than_it_may_hold() -> None:
    field = Rows("x", "X", columns=COLUMNS[:1], max=2)
    typed = [(f"x-{n}-nama", str(n)) for n in range(5)]
    assert len(fill(field, *typed)["x"].entries) == 2  # type: ignore[attr-defined]  # a FieldList


@pytest.mark.parametrize("case", [c for c in GOOD if c not in ("no letter",)])
def test_what_was_stored_comes_back_into_the_form(case: str) -> None:
    field, _typed, value = GOOD[case]
    record = {"x": value}
    form = record_form([field], CONTEXT)(obj=form_data([field], record, ZONE))
    assert record_of(form, [field], ZONE)["x"] == value


def test_a_letter_starts_with_what_the_definition_says() -> None:
    field = Letter("x", "X", subject="Undangan", to="Semua", body="Isi")
    form = record_form([field], CONTEXT)(obj=form_data([field], {}, ZONE))
    assert form["x"].data == {"subject": "Undangan", "to": "Semua", "body": "Isi"}


SHOWN: dict[str, Any] = {
    "date": "23 November 2026",
    "local time in UTC": "23 Nov 2026 09.30 WITA",
    "decimal comma": "87,5",
    "whole number": "2027",
    "rupiah": "Rp1.500.000",
    "choice": "Balasan",
    "several": "Anggaran, Balasan",
    "checklist": "Anggaran; Balasan",
    "tick": "Ya",
    "position": "Kabag",
    "rows": {"head": ["Nama", "Nilai"], "rows": [["Satu", "1,5"], ["Dua", ""]]},
}


@pytest.mark.parametrize("case", SHOWN)
def test_a_record_is_shown_in_words(case: str) -> None:
    field, _typed, value = GOOD[case]
    ((label, shown),) = describe([field], {"x": value}, ZONE, {"4": "Kabag"})
    assert (label, shown) == ("X", SHOWN[case])


def test_a_table_by_unit_names_the_units() -> None:
    field, _typed, value = GOOD["for each unit"]
    ((_label, shown),) = describe([field], {"x": {**value, "9": None}}, ZONE, {"7": "Setpres"})
    assert shown["rows"][0][0] == "Setpres"
    assert shown["rows"][1] == ["9", "—"]


def test_what_was_not_filled_in_is_not_shown() -> None:
    assert describe([Text("x", "X"), Number("n", "N")], {"x": ""}, ZONE, {}) == []
