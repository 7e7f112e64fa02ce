"""Base classes of forms: Indonesian messages, and rows that grow without JavaScript.

WTForms ships no Indonesian catalogue. This one is given to every form, and to rows
inside a form, which would otherwise speak English. How a form looks is decided in
``web/templates/macros/forms.html``; nothing here renders.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import islice
from typing import Any, Final

from flask_wtf import FlaskForm
from wtforms import Field, FieldList, Form, FormField, StringField
from wtforms.meta import DefaultMeta

from portal.errors import Invalid
from portal.formats import angka, parse_number, parse_rupiah

MESSAGES: Final[Mapping[str, str]] = {
    "Invalid field name '%s'.": "Nama isian '%s' tidak dikenal.",
    "Field must be equal to %(other_name)s.": "Isian ini harus sama dengan %(other_name)s.",
    "Field must be at least %(min)d character long.": "Isi paling sedikit %(min)d huruf.",
    "Field cannot be longer than %(max)d character.": "Isi paling banyak %(max)d huruf.",
    "Field must be exactly %(max)d character long.": "Isi tepat %(max)d huruf.",
    "Field must be between %(min)d and %(max)d characters long.": (
        "Isi antara %(min)d dan %(max)d huruf."
    ),
    "Date must be at least %(min)s.": "Tanggal paling awal %(min)s.",
    "Date must be at most %(max)s.": "Tanggal paling akhir %(max)s.",
    "Date must be between %(min)s and %(max)s.": "Tanggal harus antara %(min)s dan %(max)s.",
    "Number must be at least %(min)s.": "Angka paling kecil %(min)s.",
    "Number must be at most %(max)s.": "Angka paling besar %(max)s.",
    "Number must be between %(min)s and %(max)s.": "Angka harus antara %(min)s dan %(max)s.",
    "This field is required.": "Isian ini wajib diisi.",
    "This field is disabled and cannot have a value.": "Isian ini tidak boleh diisi.",
    "This field cannot be edited.": "Isian ini tidak boleh diubah.",
    "Invalid input.": "Isian ini tidak sesuai bentuk yang diminta.",
    "Invalid email address.": "Alamat surel tidak benar; contoh: nama@setneg.go.id.",
    "Invalid IP address.": "Alamat IP tidak benar.",
    "Invalid Mac address.": "Alamat MAC tidak benar.",
    "Invalid URL.": "Alamat situs tidak benar; awali dengan https://.",
    "Invalid UUID.": "Kode pengenal tidak benar.",
    "Invalid value, must be one of: %(values)s.": "Pilih salah satu: %(values)s.",
    "Invalid value, can't be any of: %(values)s.": "Isian tidak boleh: %(values)s.",
    "Invalid CSRF Token.": "Formulir kedaluwarsa; kirim sekali lagi.",
    "CSRF token missing.": "Formulir tidak lengkap; muat ulang halaman, lalu kirim lagi.",
    "CSRF failed.": "Formulir ditolak; muat ulang halaman, lalu kirim lagi.",
    "CSRF token expired.": "Formulir kedaluwarsa; kirim sekali lagi.",
    "The CSRF token is missing.": "Formulir tidak lengkap; muat ulang halaman, lalu kirim lagi.",
    "The CSRF token is invalid.": "Formulir kedaluwarsa; kirim sekali lagi.",
    "The CSRF tokens do not match.": "Formulir kedaluwarsa; kirim sekali lagi.",
    "The CSRF session token is missing.": "Sesi berakhir; muat ulang halaman, lalu kirim lagi.",
    "The CSRF token has expired.": "Formulir kedaluwarsa; kirim sekali lagi.",
    "Invalid Choice: could not coerce.": "Pilihan tidak dikenal; pilih dari daftar.",
    "Choices cannot be None.": "Daftar pilihan belum tersedia.",
    "Not a valid choice.": "Pilihan tidak dikenal; pilih dari daftar.",
    "Invalid choice(s): one or more data inputs could not be coerced.": (
        "Ada pilihan yang tidak dikenal; pilih dari daftar."
    ),
    "'%(value)s' is not a valid choice for this field.": (
        "'%(value)s' tidak ada dalam daftar; pilih dari daftar."
    ),
    "Not a valid datetime value.": (
        "Tanggal dan waktu tidak benar; contoh: 23 November 2026 pukul 09.30."
    ),
    "Not a valid date value.": "Tanggal tidak benar; contoh: 23 November 2026.",
    "Not a valid time value.": "Waktu tidak benar; contoh: 09.30.",
    "Not a valid week value.": "Pekan tidak benar.",
    "Not a valid integer value.": "Tulis bilangan bulat tanpa titik atau koma.",
    "Not a valid decimal value.": "Tulis angka dengan koma desimal; contoh: 87,5.",
    "Not a valid float value.": "Tulis angka dengan koma desimal; contoh: 87,5.",
    "File does not have an approved extension: {extensions}": (
        "Jenis berkas tidak diterima; yang diterima: {extensions}"
    ),
    "File does not have an approved extension.": "Jenis berkas tidak diterima.",
}
"""WTForms' and Flask-WTF's messages in Indonesian, by their English source."""

ROWS: Final = "_rows"
"""Name of the buttons that add or remove a row: ``add:<field>``, ``remove:<field>:<n>``."""

LABELS: Final = "_labels"
"""Name of the hidden input that holds the labels of a form's fields: what was typed can then be
shown with them where the form itself is not at hand. Rows are counted by ``#``."""
MOST_CHOICES: Final = 60
"""Of a field with more choices the page keeps no labels of them."""


class IndonesianTranslations:
    """The catalogue, under the names that WTForms and Flask-WTF call."""

    def gettext(self, string: str) -> str:
        """The Indonesian sentence, or the source where there is none."""
        return MESSAGES.get(string, string)

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        """Indonesian has one form; the catalogue is keyed by the singular."""
        return MESSAGES.get(singular, singular if n == 1 else plural)

    ugettext = gettext
    ungettext = ngettext


translations: Final = IndonesianTranslations()


class BaseForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """A form with CSRF whose built-in messages are Indonesian, also outside a request."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        def get_translations(self, form: Any) -> IndonesianTranslations:
            """The Indonesian catalogue, always."""
            return translations


class RowForm(Form):
    """One row of a ``FieldList(FormField(…))``: no CSRF of its own, Indonesian messages."""

    class Meta(DefaultMeta):
        def get_translations(self, form: Any) -> IndonesianTranslations:
            """The Indonesian catalogue, always."""
            return translations


class NumberField(StringField):
    """A number written the Indonesian way; ``data`` is a Decimal."""

    data: Any

    def process_formdata(self, valuelist: list[str]) -> None:
        """Keep what was typed for the page; parse for ``data``."""
        self.typed = valuelist[0] if valuelist else ""
        self.data = None
        if self.typed.strip():
            try:
                self.data = self.parse(self.typed)
            except Invalid as error:
                raise ValueError(str(error)) from error

    def parse(self, text: str) -> Decimal | int:
        """Read the text; raises Invalid."""
        return parse_number(text)

    def _value(self) -> str:
        typed = getattr(self, "typed", None)
        if typed is not None:
            return str(typed)
        return "" if self.data is None else angka(Decimal(self.data))


class RupiahField(NumberField):
    """Whole rupiah; ``data`` is an int."""

    def parse(self, text: str) -> Decimal | int:
        """Read rupiah; raises Invalid."""
        return parse_rupiah(text)


def labels_of(form: Form) -> str:
    """The labels of all fields and choices as JSON, for the input named :data:`LABELS`."""
    found = {
        name: [label, choices]
        for field in form
        for name, label, choices in _labels(field, field.name, "")
    }
    return json.dumps(found, ensure_ascii=False, separators=(",", ":"))


def _labels(
    field: Field, name: str, lead: str, label: str = ""
) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Name, label and choices of a field and of what it holds; ``#`` is a row's number."""
    text = label or str(field.label.text)
    if isinstance(field, FormField):
        before = f"{lead}{text}: " if text else lead
        for inner in field.form:
            yield from _labels(inner, name + inner.name.removeprefix(field.name), before)
    elif isinstance(field, FieldList):
        row = field.entries[0] if field.entries else blank_row(field)
        yield from _labels(row, f"{name}-#", lead, f"{text} #")
    elif field.type not in ("HiddenField", "CSRFTokenField"):
        choices: Any = field if getattr(field, "choices", None) else ()
        few = list(islice(choices, MOST_CHOICES + 1))
        texts = {str(each.data): str(each.label.text) for each in few}
        yield name, lead + text, texts if len(few) <= MOST_CHOICES else {}


def with_labels(fields: Iterable[tuple[str, str]], labels: str) -> list[tuple[str, str]]:
    """Fields and choices under their labels where these are known; else under readable names."""
    known = _read(labels)
    rows = {
        re.compile(re.escape(name).replace(r"\#", r"(\d+)")): each
        for name, each in known.items()
        if "#" in name
    }
    shown = []
    for name, value in fields:
        label, choices = known.get(name) or _in_row(name, rows)
        shown.append((label, choices.get(value, value)))
    return shown


def _read(labels: str) -> dict[str, tuple[str, dict[str, str]]]:
    """What :func:`labels_of` wrote; it has been with a browser and may be anything by now."""
    try:
        known = json.loads(labels or "{}")
        return {
            str(name): (str(label), {str(key): str(text) for key, text in choices.items()})
            for name, (label, choices) in known.items()
        }
    except (ValueError, TypeError, AttributeError, RecursionError):
        return {}


def _in_row(
    name: str, rows: Mapping[re.Pattern[str], tuple[str, dict[str, str]]]
) -> tuple[str, dict[str, str]]:
    for pattern, (label, choices) in rows.items():
        found = pattern.fullmatch(name)
        if found is not None:
            for number in found.groups():
                label = label.replace("#", str(int(number[:9]) + 1), 1)
            return label, choices
    return name.replace("_", " ").replace("-", " ").strip().capitalize(), {}


def choices_of(pairs: Iterable[tuple[str, str]]) -> Callable[[], list[tuple[str, str]]]:
    """(value, label) pairs as the ``choices`` of a field.

    As a function, because a list of pairs is deprecated where a function's result is not.
    """
    choices = list(pairs)
    return lambda: choices


def change_rows(form: Form, formdata: Mapping[str, str]) -> bool:
    """Carry out a row button, if one was pressed; the view then shows the form again.

    Returns True when the request was about rows: nothing may be saved then. A button
    of an unknown field, of a row that is gone or beyond the list's limits changes
    nothing. Call it before ``validate()``, so that half-filled rows give no errors.
    """
    verb, _, rest = formdata.get(ROWS, "").partition(":")
    if verb == "add":
        target = _row_list(form, rest)
        if target is not None and len(target) < (target.max_entries or len(target) + 1):
            target.append_entry()
    elif verb == "remove":
        name, _, number = rest.rpartition(":")
        target = _row_list(form, name)
        if target is not None and len(target) > target.min_entries:
            entry = f"{target.name}-{number}"
            target.entries = [row for row in target.entries if row.name != entry]
    return bool(verb)


def blank_row(rows: FieldList[Any]) -> Field:
    """An empty entry of ``rows`` with a placeholder for its number, for the page's template.

    The placeholder is ``__n<depth>__``, so that lists inside rows keep their own.
    """
    number = f"-__n{rows.name.count('__n')}__"
    unbound: Any = rows.unbound_field
    field: Field = unbound.bind(
        form=None,
        name=rows.name + number,
        id=rows.id + number,
        _meta=rows.meta,
        translations=translations,
    )
    field.process(None)
    return field


def _row_list(form: Form, name: str) -> FieldList[Any] | None:
    return next((rows for rows in _row_lists(form) if rows.name == name), None)


def _row_lists(form: Form) -> Iterator[FieldList[Any]]:
    for field in form:
        if isinstance(field, FormField):
            yield from _row_lists(field.form)
        elif isinstance(field, FieldList):
            yield field
            for entry in field.entries:
                if isinstance(entry, FormField):
                    yield from _row_lists(entry.form)
