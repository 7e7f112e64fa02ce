"""Base forms: Indonesian messages in every field and row, and rows that grow."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import wtforms
from werkzeug.datastructures import MultiDict
from wtforms import (
    DateField,
    DecimalField,
    FieldList,
    FormField,
    IntegerField,
    SelectField,
    StringField,
)
from wtforms.validators import InputRequired, Length, NumberRange

from portal.forms import (
    MESSAGES,
    RowForm,
    blank_row,
    change_rows,
    choices_of,
    labels_of,
    translations,
    with_labels,
)


class Part(RowForm):
    name = StringField("Nama", [InputRequired()])


class Indicator(RowForm):
    goal = StringField("Sasaran", [InputRequired(), Length(max=5)])
    target = DecimalField("Target", [InputRequired()])
    parts = FieldList(FormField(Part), label="Bagian", min_entries=1)


class Sheet(RowForm):
    year = IntegerField("Tahun", [InputRequired(), NumberRange(min=2020, max=2030)])
    day = DateField("Tanggal", [InputRequired()])
    rows = FieldList(FormField(Indicator), label="Indikator", min_entries=1, max_entries=3)
    copies = FieldList(StringField("Tembusan"), label="Tembusan")
    kind = SelectField("Sifat", choices=choices_of([("B", "Biasa"), ("R", "Rahasia")]))


def filled(rows: int = 2) -> MultiDict[str, str]:
    data = MultiDict({"year": "2027", "day": "2026-11-23"})
    for number in range(rows):
        data[f"rows-{number}-goal"] = f"s{number}"
        data[f"rows-{number}-target"] = "1"
        data[f"rows-{number}-parts-0-name"] = f"b{number}"
    return data


def test_the_catalogue_holds_every_message_of_wtforms() -> None:
    template = Path(wtforms.__file__).parent / "locale" / "wtforms.pot"
    blocks = re.findall(r'^msgid ((?:".*"\n)+)', template.read_text("utf-8"), flags=re.M)
    sources = {"".join(re.findall(r'"(.*)"', block)) for block in blocks} - {""}
    assert sources <= set(MESSAGES)


def test_a_message_keeps_the_values_of_its_source() -> None:
    for source, message in MESSAGES.items():
        values = re.findall(r"%\((\w+)\)|\{(\w+)\}", message)
        assert set(values) <= set(re.findall(r"%\((\w+)\)|\{(\w+)\}", source)), source


def test_a_plural_needs_one_form() -> None:
    one, many = "Field cannot be longer than %(max)d character.", "… characters."
    assert translations.ngettext(one, many, 1) == translations.ngettext(one, many, 5)
    assert translations.ngettext("x", "xs", 2) == "xs"
    assert translations.gettext("not known") == "not known"


def test_rows_inside_rows_speak_indonesian() -> None:
    data = filled(1)
    data["rows-0-goal"] = "lebih dari lima"
    data["rows-0-target"] = "delapan"
    data["rows-0-parts-0-name"] = ""
    data["day"] = "besok"
    form = Sheet(data)
    assert not form.validate()
    row = form.rows.entries[0].form
    assert row.goal.errors == ["Isi paling banyak 5 huruf."]
    assert row.target.errors == ["Tulis angka dengan koma desimal; contoh: 87,5."]
    assert row.parts.entries[0].form.name.errors == ["Isian ini wajib diisi."]
    assert form.day.errors == ["Tanggal tidak benar; contoh: 23 November 2026."]


def test_a_button_adds_a_row_and_keeps_what_was_typed() -> None:
    data = filled(2)
    form = Sheet(data)
    assert change_rows(form, {"_rows": "add:rows"})
    assert [entry.form.goal.data for entry in form.rows] == ["s0", "s1", None]
    assert form.errors == {}


def test_a_button_adds_a_row_inside_a_row() -> None:
    form = Sheet(filled(2))
    assert change_rows(form, {"_rows": "add:rows-1-parts"})
    assert [len(entry.form.parts) for entry in form.rows] == [1, 2]


def test_a_button_removes_the_row_it_names() -> None:
    form = Sheet(filled(3))
    assert change_rows(form, {"_rows": "remove:rows:1"})
    assert [entry.form.goal.data for entry in form.rows] == ["s0", "s2"]


def test_a_row_added_after_one_was_removed_has_a_name_of_its_own() -> None:
    form = Sheet(filled(3))
    change_rows(form, {"_rows": "remove:rows:1"})
    change_rows(form, {"_rows": "add:rows"})
    names = [entry.name for entry in form.rows]
    assert len(set(names)) == 3


@pytest.mark.parametrize(
    "pressed", ["add:rows", "add:nothing", "remove:rows:9", "remove:rows", "remove::", "add:"]
)
def test_a_button_that_cannot_be_carried_out_changes_nothing(pressed: str) -> None:
    form = Sheet(filled(3))
    assert change_rows(form, {"_rows": pressed})
    assert len(form.rows) == 3


def test_the_last_needed_row_stays() -> None:
    form = Sheet(filled(1))
    assert change_rows(form, {"_rows": "remove:rows:0"})
    assert len(form.rows) == 1


def test_without_a_button_nothing_is_about_rows() -> None:
    assert not change_rows(Sheet(filled(1)), {})


def test_a_blank_row_has_a_placeholder_of_its_depth() -> None:
    form = Sheet(filled(1))
    outer = blank_row(form.rows)
    assert outer.name == "rows-__n0__"
    assert isinstance(outer, FormField)
    assert outer.form.goal.id == "rows-__n0__-goal"
    inner = blank_row(outer.form.parts)
    assert inner.name == "rows-__n0__-parts-__n1__"
    assert blank_row(form.copies).id == "copies-__n0__"


# -- labels for a page without the form ------------------------------------------------------


def test_what_was_typed_is_shown_under_the_labels_of_its_form() -> None:
    typed = [
        ("year", "2027"),
        ("rows-0-goal", "Cepat"),
        ("rows-1-parts-2-name", "Bagian Umum"),
        ("copies-0", "Arsip"),
        ("kind", "R"),
    ]
    assert with_labels(typed, labels_of(Sheet())) == [
        ("Tahun", "2027"),
        ("Indikator 1: Sasaran", "Cepat"),
        ("Indikator 2: Bagian 3: Nama", "Bagian Umum"),
        ("Tembusan 1", "Arsip"),
        ("Sifat", "Rahasia"),
    ]


@pytest.mark.parametrize("labels", ["", "[]", "null", "{", '{"a": 1}', '{"a": ["A", 1]}'])
def test_without_labels_a_field_has_a_readable_name(labels: str) -> None:
    typed = [("nama_unit", "x"), ("rows-" + "9" * 5000 + "-goal", "y")]
    (name, _x), (row, _y) = with_labels(typed, labels)
    assert name == "Nama unit"
    assert row.startswith("Rows 9")
