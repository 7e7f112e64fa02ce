"""Forms of the delegation pages; what is allowed is decided in ``portal.org.delegations``."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import SelectField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from portal.forms import BaseForm
from portal.org.forms import DayField


class DelegateForm(BaseForm):
    """Which position, to whom, from when to when, and why."""

    position = SelectField(_l("Jabatan"), [InputRequired()], coerce=int)
    person = SelectField(_l("Dilimpahkan kepada"), [InputRequired()], coerce=int)
    valid_from = DayField(_l("Hari pertama"), [InputRequired()])
    valid_to = DayField(
        _l("Hari terakhir"),
        [InputRequired()],
        description=_l(
            "Terisi untuk dua pekan. Haknya berakhir pada akhir hari ini; paling lama satu tahun."
        ),
    )
    reason = TextAreaField(
        _l("Alasan"),
        [InputRequired(), Length(max=300)],
        description=_l(
            "Misalnya cuti tahunan dengan nomor suratnya. Jangan menulis keterangan kesehatan."
        ),
        render_kw={"rows": 2},
    )

    def validate_person(self, field: SelectField) -> None:
        """The first line of the list is nobody, so that nobody is chosen by mistake."""
        if not field.data:
            raise ValidationError(_l("Pilih orangnya; cari dahulu bila belum ada dalam daftar."))


class EndForm(BaseForm):
    """Why a delegation ends before its last day."""

    reason = TextAreaField(_l("Alasan"), [Optional(), Length(max=300)], render_kw={"rows": 2})


class FilterForm(BaseForm):
    """Which delegations an administrator wants to see (GET, so without CSRF)."""

    class Meta(BaseForm.Meta):
        csrf = False

    keadaan = SelectField(
        _l("Keadaan"),
        choices=lambda: [
            ("", _l("Semua")),
            ("now", _l("Berlaku hari ini")),
            ("later", _l("Belum mulai")),
            ("past", _l("Berakhir")),
        ],
        default="",
    )
