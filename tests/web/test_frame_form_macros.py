"""The form macros: every kind of field labelled, errors tied to it, rows without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest
from flask import Flask, render_template_string, request
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    DecimalField,
    FieldList,
    FormField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from portal.auth.session import public
from portal.forms import BaseForm, RowForm, change_rows

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

PAGE = """
{% extends 'layout_guest.html' %}
{% from 'macros/forms.html' import form_start, form_end, error_summary, fields, buttons %}
{% block title %}Uji{% endblock %}
{% block content %}<h1>Uji</h1>{{ error_summary(form) }}
{{ form_start(form=form, version=7) }}{{ fields(form) }}{{ buttons() }}{{ form_end() }}
{% endblock %}
"""


class Part(RowForm):
    name = StringField("Nama", [InputRequired()])


class Row(RowForm):
    goal = StringField("Sasaran", [InputRequired()])
    parts = FieldList(FormField(Part), label="Bagian", min_entries=1)


class Everything(BaseForm):
    line = StringField("Hal", [InputRequired(), Length(max=10)], description="Seperti surat.")
    text = TextAreaField("Isi", [Optional(), Length(max=500)])
    word = PasswordField("Kata sandi", [InputRequired()])
    day = DateField("Tanggal", [InputRequired()])
    at = DateTimeLocalField("Waktu", [InputRequired()])
    hour = TimeField("Jam", [InputRequired()])
    whole = IntegerField("Jumlah", [InputRequired()])
    number = DecimalField("Target", [InputRequired()])
    one = SelectField("Unit", [InputRequired()], choices={"": "Pilih …", "a": "A"})
    radio = RadioField("Jenis", [InputRequired()], choices={"a": "A", "b": "B"})
    ticks = SelectMultipleField(
        "Butir",
        [InputRequired()],
        choices={"a": "A", "b": "B"},
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    flag = BooleanField("Sudah diperiksa", [InputRequired()])
    file = FileField("Berkas", [Optional()])
    group = FormField(Part, label="Penanggung jawab")
    rows = FieldList(FormField(Row), label="Indikator", min_entries=1, max_entries=3)
    copies = FieldList(StringField("Tembusan"), label="Tembusan", min_entries=1)


class Page(HTMLParser):
    """Ids, labels, controls and references of a page, templates' content left out."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.labelled: set[str] = set()
        self.controls: list[dict[str, str]] = []
        self.references: list[str] = []
        self._templates = 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        at = {key: value or "" for key, value in attrs}
        self._templates += tag == "template"
        if self._templates:
            return
        if "id" in at:
            self.ids.append(at["id"])
        if tag == "label":
            self.labelled.add(at["for"])
        if tag in ("input", "select", "textarea") and at.get("type") != "hidden":
            self.controls.append({"tag": tag, **at})
        self.references += at.get("aria-describedby", "").split()
        if tag == "a" and at.get("href", "").startswith("#"):
            self.references.append(at["href"][1:])

    def handle_endtag(self, tag: str) -> None:
        self._templates -= tag == "template"

    def control(self, name: str) -> dict[str, str]:
        """The first control with a name."""
        return next(control for control in self.controls if control.get("name") == name)


@pytest.fixture
def send(app: Flask, client: Any) -> Callable[..., Page]:
    """``send({...})``: the page after that POST; ``send()``: the empty form."""

    @public
    def view() -> str:
        form = Everything()
        if request.method == "POST" and not change_rows(form, request.form):
            form.validate()
        return render_template_string(PAGE, form=form)

    app.add_url_rule("/formulir", "form", view, methods=["GET", "POST"])

    def ask(data: dict[str, str] | None = None) -> Page:
        if data is None:
            return Page(client.get("/formulir").text)
        token = client.csrf_token("/formulir")
        answer = client.post("/formulir", data={"csrf_token": token, **data})
        assert answer.status_code == 200
        return Page(answer.text)

    return ask


def test_every_control_has_a_label_and_an_id_of_its_own(send: Any) -> None:
    page = send()
    assert len(page.ids) == len(set(page.ids))
    assert {control["id"] for control in page.controls} <= page.labelled | {"q"}
    assert set(page.references) <= set(page.ids) | {"content"}


def test_numbers_are_text_with_a_number_keyboard(send: Any) -> None:
    page = send()
    for name, keyboard in (("whole", "numeric"), ("number", "decimal")):
        assert page.control(name)["type"] == "text"
        assert page.control(name)["inputmode"] == keyboard


def test_nothing_is_cut_off_while_typing(send: Any) -> None:
    page = send()
    assert "maxlength" not in page.control("line")
    assert page.control("text")["data-count"] == "500"


def test_errors_are_tied_to_their_fields_and_listed_with_links(send: Any) -> None:
    page = send({"line": "lebih dari sepuluh huruf", "rows-0-goal": ""})
    line = page.control("line")
    assert line["aria-invalid"] == "true"
    assert line["aria-describedby"].split() == ["line-help", "line-error"]
    assert line["value"] == "lebih dari sepuluh huruf"
    for target in ("line", "day", "radio-0", "ticks-0", "rows-0-goal", "group-name"):
        assert target in page.references
    assert set(page.references) <= set(page.ids) | {"content"}


def test_a_row_is_added_and_removed_without_javascript(send: Any) -> None:
    typed = {"line": "Hal", "rows-0-goal": "Satu", "rows-0-parts-0-name": "x"}
    added = send({**typed, "_rows": "add:rows"})
    assert added.control("rows-0-goal")["value"] == "Satu"
    assert added.control("rows-1-goal")["value"] == ""
    assert added.control("line")["value"] == "Hal"
    assert not any("aria-invalid" in control for control in added.controls)
    removed = send({**typed, "rows-1-goal": "Dua", "_rows": "remove:rows:0"})
    goals = [c["value"] for c in removed.controls if c.get("name", "").endswith("-goal")]
    assert goals == ["Dua"]


def test_a_row_inside_a_row_is_added(send: Any) -> None:
    page = send({"rows-0-goal": "Satu", "_rows": "add:rows-0-parts"})
    assert page.control("rows-0-parts-1-name")


def test_a_form_carries_its_key_and_version_and_keeps_the_key(client: Any, send: Any) -> None:
    send()
    first = client.get("/formulir").text
    keys = re.findall(r'name="form_key" value="([\w-]{16,64})"', first)
    assert len(keys) == 1
    assert 'name="version" value="7"' in first
    assert keys != re.findall(r'name="form_key" value="([\w-]+)"', client.get("/formulir").text)
    token = client.csrf_token("/formulir")
    again = client.post("/formulir", data={"csrf_token": token, "form_key": keys[0]}).text
    assert f'name="form_key" value="{keys[0]}"' in again


def test_the_blank_row_lies_in_a_template(client: Any, send: Any) -> None:
    send()
    text = client.get("/formulir").text
    assert 'data-row-template="__n0__"' in text
    assert 'id="rows-__n0__-parts-__n1__-name"' in text
