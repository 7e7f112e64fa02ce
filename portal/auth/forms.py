"""Forms of log-in, the profile and the administration of accounts."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, Field, Form, PasswordField, StringField
from wtforms.validators import EqualTo, InputRequired, Length, Optional, ValidationError

from portal.auth.passwords import MAX_LENGTH
from portal.errors import Invalid
from portal.forms import BaseForm
from portal.mailserver import is_mail_address


def show(form: Form, error: Invalid) -> None:
    """Put a service's message beside the fields it is about, else above the form."""
    for name, message in error.fields.items():
        if name in form:
            form[name].errors = [*form[name].errors, message]
    if not any(name in form for name in error.fields):
        form.form_errors.append(str(error))


class LogInForm(BaseForm):
    """Name and password."""

    username = StringField(
        _("Nama pengguna"),
        [InputRequired(_("Tulis nama pengguna Anda.")), Length(max=60)],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )
    password = PasswordField(
        _("Kata sandi"),
        [InputRequired(_("Tulis kata sandi Anda.")), Length(max=MAX_LENGTH)],
        render_kw={"autocomplete": "current-password"},
    )


class ChangePasswordForm(BaseForm):
    """One's own new password, proven by the present one."""

    current = PasswordField(
        _("Kata sandi sekarang"),
        [InputRequired(_("Tulis kata sandi yang sekarang.")), Length(max=MAX_LENGTH)],
        render_kw={"autocomplete": "current-password"},
    )
    new = PasswordField(
        _("Kata sandi baru"),
        [InputRequired(_("Tulis kata sandi baru."))],
        description=_(
            "Paling sedikit 15 karakter. Beberapa kata yang hanya Anda yang tahu lebih baik"
            " daripada satu kata yang rumit."
        ),
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        _("Ulangi kata sandi baru"),
        [
            InputRequired(_("Tulis kata sandi baru sekali lagi.")),
            EqualTo("new", _("Kedua kata sandi baru tidak sama. Tulis ulang.")),
        ],
        render_kw={"autocomplete": "new-password"},
    )


def mail_address(form: Form, field: Field) -> None:
    """A validator: empty, or an address that mail can be sent to."""
    field.data = (field.data or "").strip()
    if field.data and not is_mail_address(field.data):
        raise ValidationError(_("Alamat surel tidak benar; contoh: nama@setneg.go.id."))


class MailForm(BaseForm):
    """Where mail for a person goes."""

    email = StringField(
        _("Surel dinas"),
        [mail_address, Length(max=200)],
        description=_("Untuk notifikasi. Kosongkan bila belum ada."),
        render_kw={"autocomplete": "off", "inputmode": "email"},
    )


class AccountForm(BaseForm):
    """An account for a person who is already in the organisation."""

    username = StringField(
        _("Nama pengguna"),
        [InputRequired(_("Tulis nama pengguna.")), Length(max=60)],
        description=_("2 sampai 60 huruf kecil, angka, titik, garis bawah, atau tanda hubung."),
        render_kw={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"},
    )
    is_admin = BooleanField(
        _("Administrator portal"),
        description=_("Mengelola akun, pejabat, dan kalender; tidak membuka kasus apa pun."),
    )


class NewPersonForm(AccountForm):
    """A person and an account at once."""

    name = StringField(
        _("Nama lengkap"),
        [InputRequired(_("Tulis nama orang.")), Length(max=200)],
        render_kw={"autocomplete": "off"},
    )
    nip = StringField(
        _("NIP"),
        [Optional(), Length(max=40)],
        description=_("18 angka. Data pribadi: tidak pernah ditampilkan kepada umum."),
        render_kw={"autocomplete": "off", "inputmode": "numeric"},
    )
    email = StringField(
        _("Surel dinas"),
        [mail_address, Length(max=200)],
        render_kw={"autocomplete": "off", "inputmode": "email"},
    )
