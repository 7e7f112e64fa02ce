"""The forms of complaints."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from portal.complaints.facts import KIND_NAMES
from portal.complaints.settings import LONGEST
from portal.documents.file_field import FilesField
from portal.forms import BaseForm, choices_of

NAMED, HIDDEN = "bernama", "rahasia"
ADMINISTRATOR = "administrator"


class FileForm(BaseForm):
    """Filing a complaint; the view fills the lists of standards and positions."""

    kind = RadioField(
        _l("Jenis"),
        [InputRequired()],
        # the names are translated when a form is made, not when this module is imported
        choices=lambda: [(str(key), str(name)) for key, name in KIND_NAMES.items()],
    )
    standard = SelectField(
        _l("Pelayanan"),
        [Optional()],
        description=_l("Pilih standar pelayanan yang Anda maksud."),
    )
    about = SelectField(
        _l("Tentang pejabat"),
        [Optional()],
        description=_l(
            "Pejabat yang Anda pilih dan unit yang dipimpinnya tidak akan menerima pengaduan ini."
        ),
    )
    case_number = StringField(
        _l("Nomor kasus"),
        [Optional(), Length(max=40)],
        description=_l("Isi bila menyangkut kasus yang dapat Anda lihat."),
    )
    text = TextAreaField(
        _l("Isi"),
        [InputRequired(), Length(min=10, max=8000)],
        description=_l("Ceritakan apa yang terjadi, kapan, di mana, dan apa yang Anda harapkan."),
        render_kw={"rows": 8},
    )
    files = FilesField(_l("Lampiran"), most=5)
    identity = RadioField(
        _l("Identitas"),
        [InputRequired()],
        choices=choices_of(
            [
                (NAMED, _l("Nama saya boleh diketahui pejabat yang menangani")),
                (HIDDEN, _l("Rahasiakan nama saya dari unit; hanya petugas pengaduan yang dapat"
                            " membukanya, dan setiap pembukaan dicatat")),
            ]
        ),
        default=NAMED,
    )  # fmt: skip


class TrackForm(BaseForm):
    """The code of a complaint."""

    code = StringField(
        _l("Kode lacak"),
        [InputRequired(), Length(max=60)],
        description=_l("Enam belas huruf dan angka pada tanda terima."),
        render_kw={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"},
    )


class ObjectForm(BaseForm):
    """An objection to the answer."""

    reason = TextAreaField(
        _l("Keberatan Anda"),
        [InputRequired(), Length(max=4000)],
        description=_l("Jangan menulis nama atau jabatan Anda bila nama Anda dirahasiakan."),
    )


class DecideForm(BaseForm):
    """What the receiver does with a complaint; the view fills the lists."""

    outcome = RadioField(_l("Penanganan"), [InputRequired()])
    delegate = SelectField(_l("Kepala bagian"), [Optional()])
    official = SelectField(_l("Pejabat yang bertanggung jawab"), [Optional()])
    note = TextAreaField(
        _l("Catatan"),
        [Optional(), Length(max=4000)],
        description=_l("Untuk pejabat yang menangani; pelapor tidak membacanya."),
        render_kw={"rows": 3},
    )


class AnswerForm(BaseForm):
    """The answer to the reporter."""

    answer = TextAreaField(
        _l("Jawaban kepada pelapor"),
        [InputRequired(), Length(max=5000)],
        description=_l("Pelapor membacanya apa adanya. Sebutkan hasil dan tindak lanjutnya."),
        render_kw={"rows": 8},
    )
    files = FilesField(
        _l("Lampiran jawaban"),
        most=5,
        description=_l("Misalnya surat balasan; pelapor dapat mengunduhnya, juga dengan kodenya."),
    )


class WithdrawForm(BaseForm):
    """Why the reporter takes a complaint back."""

    why = TextAreaField(
        _l("Alasan menarik pengaduan"),
        [InputRequired(), Length(max=1000)],
        description=_l("Jangan menulis nama atau jabatan Anda bila nama Anda dirahasiakan."),
        render_kw={"rows": 3},
    )


class ReasonForm(BaseForm):
    """A reason that is written into the log."""

    reason = TextAreaField(_l("Alasan"), [InputRequired(), Length(max=1000)])


class SettingsForm(BaseForm):
    """What administrators lay down; the view fills the list of positions."""

    complaint = IntegerField(_l("Pengaduan"), [InputRequired(), NumberRange(1, LONGEST)])
    grievance = IntegerField(_l("Keluhan"), [InputRequired(), NumberRange(1, LONGEST)])
    suggestion = IntegerField(_l("Masukan"), [InputRequired(), NumberRange(1, LONGEST)])
    information = IntegerField(
        _l("Permintaan informasi"), [InputRequired(), NumberRange(1, LONGEST)]
    )
    reopen = IntegerField(
        _l("Waktu menyatakan keberatan"), [InputRequired(), NumberRange(1, LONGEST)]
    )
    officer = SelectField(
        _l("Petugas pengaduan"),
        [InputRequired()],
        description=_l("Penerima pengaduan yang tidak menyangkut suatu standar, satu-satunya"
                       " penerima pengaduan tentang Menteri, dan penyimpan nama pelapor yang"
                       " dirahasiakan. Harus mempunyai atasan."),
    )  # fmt: skip
    ways = TextAreaField(
        _l("Jalan berikutnya bagi pelapor"),
        [InputRequired(), Length(max=4000)],
        description=_l("Satu baris untuk setiap jalan: judul, tanda |, lalu keterangannya."),
        render_kw={"rows": 6},
    )
