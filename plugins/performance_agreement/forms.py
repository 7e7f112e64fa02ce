"""The form of a performance agreement: objectives with indicators, programmes with budget."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import FieldList, FormField, StringField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length

from portal.api import Invalid, RowForm, RupiahField, parse_number, rupiah

MAX_TOTAL = 10**15
_PLAIN = re.compile(r"-?[\d.,\s]*\d[\d.,\s]*")
_AMOUNT = re.compile(r"[<>≤≥=±~\s]*(-?[\d.,]*\d[\d.,]*)\s*(?:%|persen)?", re.IGNORECASE)
_WHOLE_DIGITS, _DECIMALS = 18, 6


def read_target(text: str) -> Decimal | None:
    """The number in a target, or None for a target in words ("BB", "≤ 3 hari").

    Raises:
        Invalid: it is a number (also one like "≤ 3,5" or "97,5%") that is not written the
            Indonesian way, or has more digits than can be kept.
    """
    clean = text.strip()
    found = _AMOUNT.fullmatch(clean)
    number = parse_number(found[1]) if found else None
    if not _PLAIN.fullmatch(clean):
        return None
    number = parse_number(clean) if number is None else number
    if abs(number) >= 10**_WHOLE_DIGITS or number != round(number, _DECIMALS):
        raise Invalid(_("Angka target terlalu panjang; tulis paling banyak enam angka desimal."))
    return number


class Within(Length):
    """A greatest length without a counter below each of the many fields."""

    def __init__(self, most: int) -> None:
        super().__init__(max=most)
        self.field_flags = {}


LINES = {"rows": 2}


class IndicatorForm(RowForm):
    """An indicator with its target."""

    text = TextAreaField(_l("Indikator kinerja"), [DataRequired(), Within(1000)], render_kw=LINES)
    target = StringField(_l("Target"), [DataRequired(), Within(100)])
    unit = StringField(_l("Satuan"), [Within(60)])

    def validate_target(self, field: StringField) -> None:
        """A number is written with a decimal comma."""
        try:
            read_target(field.data or "")
        except Invalid as error:
            raise ValidationError(str(error)) from error


class ObjectiveForm(RowForm):
    """An objective with its indicators."""

    text = TextAreaField(_l("Uraian sasaran"), [DataRequired(), Within(1000)], render_kw=LINES)
    indicators = FieldList(
        FormField(IndicatorForm, _l("Indikator")), _l("Indikator"), min_entries=1, max_entries=30
    )


class ProgrammeForm(RowForm):
    """A programme with its budget."""

    name = TextAreaField(
        _l("Nama program/kegiatan"), [DataRequired(), Within(500)], render_kw=LINES
    )
    budget = RupiahField(_l("Anggaran"), [InputRequired()])


class AgreementForm(RowForm):
    """A whole agreement; the stated total must equal the sum of the programmes."""

    objectives = FieldList(
        FormField(ObjectiveForm, _l("Sasaran")), _l("Sasaran"), min_entries=1, max_entries=30
    )
    programmes = FieldList(
        FormField(ProgrammeForm, _l("Program")), _l("Program"), min_entries=1, max_entries=60
    )
    total = RupiahField(
        _l("Jumlah anggaran"),
        [InputRequired()],
        description=_l("Dicocokkan dengan jumlah anggaran semua program di atas."),
    )

    def validate_total(self, field: Any) -> None:
        """Compare with the sum."""
        amounts = [entry.form.budget.data for entry in self.programmes.entries]
        if any(amount is None for amount in amounts) or field.data is None:
            return
        if sum(amounts) != field.data:
            raise ValidationError(
                _(
                    "Jumlah program adalah %(sum)s, bukan %(total)s."
                    " Periksa kembali salah satunya.",
                    sum=rupiah(sum(amounts)),
                    total=rupiah(field.data),
                )
            )
        if sum(amounts) >= MAX_TOTAL:
            raise ValidationError(_("Jumlah anggaran terlalu besar; periksa kembali angkanya."))
