"""Forms of the organisation. Fields of units, positions and people are named as the columns
of the CSV, so that one set of rules (``portal.org.csv_import``) judges files and forms.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import (
    BooleanField,
    DateField,
    FileField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Optional, ValidationError

from portal.errors import Invalid
from portal.forms import BaseForm
from portal.org.csv_export import cell_text
from portal.org.csv_state import COLUMN_OF, Values
from portal.org.models import HolderKind
from portal.org.tree import ACTING, VACANT

DAY_FORMATS = ["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y"]
ZONES = (
    ("", _("Seperti kementerian (WIB)")),
    ("Asia/Makassar", _("WITA (Asia/Makassar)")),
    ("Asia/Jayapura", _("WIT (Asia/Jayapura)")),
)
_CODE_HELP = _("Huruf kecil, angka, dan tanda hubung; tidak dapat diubah kemudian.")


def _offer(*choices: tuple[Any, Any]) -> Callable[[], list[tuple[Any, Any]]]:
    """Choices as a callable: WTForms 3.3 warns of pairs given to a field directly."""
    return lambda: list(choices)


class DayField(DateField):
    """A date; without a date picker it may be written 2016-01-31 or 31/01/2016."""

    def __init__(self, label: Any, validators: list[Any] | None = None, **options: Any) -> None:
        super().__init__(label, validators, format=DAY_FORMATS, **options)


class FilterForm(BaseForm):
    """The filter above the tree (GET, so without CSRF)."""

    class Meta(BaseForm.Meta):
        csrf = False

    cari = StringField(_("Unit, jabatan, atau orang"))
    pada = DayField(_("Keadaan per"), [Optional()])
    jabatan = SelectField(
        _("Jabatan"),
        choices=_offer(("", _("Semua")), (VACANT, _("Lowong")), (ACTING, _("Plt. atau Plh."))),
        default="",
    )


class UnitForm(BaseForm):
    """A unit."""

    kode = StringField(_("Kode"), [DataRequired()], description=_CODE_HELP)
    nama = StringField(_("Nama"), [DataRequired()])
    jenis = StringField(
        _("Jenis"), [DataRequired()], description=_("Misalnya biro, bagian, atau subbagian.")
    )
    induk = SelectField(_("Unit induk"))
    urutan = IntegerField(
        _("Urutan"), [Optional()], description=_("Urutan di antara unit yang seinduk.")
    )
    zona_waktu = SelectField(_("Zona waktu"), choices=_offer(*ZONES))
    berlaku_dari = DayField(_("Berlaku dari"), [DataRequired()])
    berlaku_sampai = DayField(
        _("Berlaku sampai"),
        [Optional()],
        description=_("Isi bila unit dihapus; riwayatnya tetap tersimpan."),
    )
    sumber = StringField(_("Sumber"), description=_("Dasar hukum atau dokumen asal."))


class PositionForm(BaseForm):
    """A position."""

    kode = StringField(_("Kode"), [DataRequired()], description=_CODE_HELP)
    jabatan = StringField(_("Nama jabatan"), [DataRequired()])
    unit = SelectField(_("Unit"), [InputRequired()])
    jenis = RadioField(
        _("Jenis"),
        choices=_offer(
            ("kepala", _("Kepala unit")),
            ("staf", _("Staf, dapat dipegang beberapa orang")),
            ("lain", _("Pejabat lain")),
        ),
        validators=[InputRequired(_("Pilih salah satu jenis jabatan."))],
    )
    atasan = StringField(
        _("Kode jabatan atasan"),
        description=_("Kosongkan bila atasannya kepala unit, atau kepala unit di atasnya."),
    )
    berlaku_dari = DayField(_("Berlaku dari"), [DataRequired()])
    berlaku_sampai = DayField(_("Berlaku sampai"), [Optional()])
    sumber = StringField(_("Sumber"))


class PersonForm(BaseForm):
    """A person; the account is opened on the accounts' pages."""

    kode = StringField(
        _("Kode"),
        description=_("Kunci untuk impor CSV; kosongkan agar dibuatkan. Jangan memakai NIP."),
    )
    nama = StringField(_("Nama"), [DataRequired()])
    nip = StringField(_("NIP"), description=_("18 angka; boleh kosong."))
    pangkat = StringField(_("Pangkat dan golongan"))
    surel = StringField(_("Surel"))
    aktif = BooleanField(_("Masih bertugas"), default=True)


def _with_a_mandate(form: BaseForm, field: TextAreaField) -> None:
    """Whoever acts for an official needs a mandate."""
    if form.kind.data in (HolderKind.PLT, HolderKind.PLH) and not (field.data or "").strip():
        raise ValidationError(
            _("Plt. dan Plh. memerlukan mandat; isi nomor dan tanggal surat perintah.")
        )


class HolderForm(BaseForm):
    """Who shall hold a position."""

    person = SelectField(_("Orang"), [InputRequired()], coerce=int)
    kind = RadioField(
        _("Sebagai"),
        [InputRequired()],
        choices=_offer(
            (HolderKind.DEFINITIVE, _("Pejabat definitif")),
            (HolderKind.PLT, _("Plt., karena jabatan lowong")),
            (HolderKind.PLH, _("Plh., karena pejabatnya berhalangan")),
        ),
        default=HolderKind.DEFINITIVE,
    )
    mandate = TextAreaField(
        _("Mandat (wajib untuk Plt. dan Plh.)"),
        [_with_a_mandate],
        description=_("Nomor dan tanggal surat perintah."),
        render_kw={"rows": 2},
    )
    valid_from = DayField(_("Hari pertama"), [DataRequired()])
    valid_to = DayField(_("Hari terakhir"), [Optional()])

    def validate_person(self, field: SelectField) -> None:
        """The first line of the list is nobody, so that nobody is assigned by mistake."""
        if not field.data:
            raise ValidationError(_("Pilih orangnya; cari dahulu bila belum ada dalam daftar."))


class EndForm(BaseForm):
    """The last day of a holding."""

    last_day = DayField(_("Hari terakhir"), [DataRequired()])


class UploadForm(BaseForm):
    """A CSV to be imported."""

    file = FileField(
        _("Berkas CSV"),
        [InputRequired(_("Pilih berkas CSV."))],
        description=_("Pemisah koma atau titik koma, huruf UTF-8, paling besar 5 MB."),
    )


def cells_of(form: BaseForm, **fixed: str) -> dict[str, str]:
    """The form as cells of the CSV; ``fixed`` replaces or adds columns."""
    cells: dict[str, str] = {}
    for field in form:
        if field.type == "CSRFTokenField":
            continue
        value = field.data
        if isinstance(value, bool):
            cells[field.short_name] = "ya" if value else "tidak"
        elif isinstance(value, date):
            cells[field.short_name] = value.isoformat()
        else:
            cells[field.short_name] = "" if value is None else str(value).strip()
    return {**cells, **fixed}


def form_values(kind: str, values: Values) -> dict[str, Any]:
    """The stored values of a row of a kind under the names of the form's fields."""
    found: dict[str, Any] = {COLUMN_OF[kind][name]: value for name, value in values.items()}
    for name in ("jenis", "zona_waktu"):
        if name in found:
            found[name] = cell_text(found[name])
    return found


def show_errors(form: BaseForm, error: Invalid) -> None:
    """Put the sentences of an error at their fields, the rest above the form."""
    left = dict(error.fields)
    for name, message in error.fields.items():
        if name in form:
            form[name].errors = [*form[name].errors, message]
            del left[name]
    if left or not error.fields:
        form.form_errors.extend(left.values() or [str(error)])


def person_code(form_key: str) -> str:
    """The code of a new person: the same form sent twice makes the same person."""
    return "p-" + hashlib.sha256(form_key.encode()).hexdigest()[:10]
