"""Administration of accounts below ``/sistem/pengguna``; every route asks for the right.

Who holds which position is administered in ``portal.org.admin``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlalchemy.orm import Session

from portal.auth import accounts, passwords
from portal.auth.forms import AccountForm, MailForm, NewPersonForm, show
from portal.auth.kept import kept_fields
from portal.auth.models import Account
from portal.auth.people import list_people
from portal.auth.rights import Actor, actor_of, current_actor, require
from portal.db import db, transaction
from portal.errors import Conflict, Invalid, NotFound
from portal.org.models import Person

bp = Blueprint("accounts", __name__, url_prefix="/sistem/pengguna")

RIGHT = "system.accounts"


@dataclass(frozen=True, slots=True)
class Action:
    """An act on one account, with the words of its confirmation page."""

    title: Any
    about: Any
    button: Any
    done: Any
    run: Callable[[Session, int, Actor], object]
    danger: bool = False


RESET = "atur-ulang-sandi"
ACTIONS = {
    RESET: Action(
        lazy_gettext("Atur ulang kata sandi"),
        lazy_gettext(
            "Portal membuat kata sandi sekali pakai dan menampilkannya satu kali. Semua sesi"
            " orang ini diakhiri; saat masuk ia harus membuat kata sandi sendiri."
        ),
        lazy_gettext("Buat kata sandi baru"),
        "",
        lambda session, person_id, by: accounts.reset_password(session, person_id, by=by),
    ),
    "nonaktifkan": Action(
        lazy_gettext("Nonaktifkan akun"),
        lazy_gettext(
            "Orang ini tidak dapat masuk lagi dan semua sesinya diakhiri. Jabatan dan"
            " catatannya tetap. Akun dapat diaktifkan kembali."
        ),
        lazy_gettext("Nonaktifkan"),
        lazy_gettext("Akun sudah dinonaktifkan."),
        lambda session, person_id, by: accounts.disable(session, person_id, by=by),
        danger=True,
    ),
    "aktifkan": Action(
        lazy_gettext("Aktifkan akun"),
        lazy_gettext("Orang ini dapat masuk lagi dengan kata sandi yang lama."),
        lazy_gettext("Aktifkan"),
        lazy_gettext("Akun sudah diaktifkan."),
        lambda session, person_id, by: accounts.enable(session, person_id, by=by),
    ),
    "jadikan-administrator": Action(
        lazy_gettext("Jadikan administrator"),
        lazy_gettext(
            "Administrator mengelola akun, pejabat, peran, dan kalender. Hak ini tidak"
            " membuka kasus apa pun."
        ),
        lazy_gettext("Jadikan administrator"),
        lazy_gettext("Hak administrator sudah diberikan."),
        lambda session, person_id, by: accounts.set_administrator(session, person_id, True, by=by),
    ),
    "cabut-administrator": Action(
        lazy_gettext("Cabut hak administrator"),
        lazy_gettext("Orang ini tidak lagi dapat membuka halaman administrasi."),
        lazy_gettext("Cabut hak"),
        lazy_gettext("Hak administrator sudah dicabut."),
        lambda session, person_id, by: accounts.set_administrator(session, person_id, False, by=by),
        danger=True,
    ),
}


@bp.before_request
def only_administrators() -> None:
    """Each page here is for administrators of accounts."""
    require(current_actor(), RIGHT)


@bp.get("")
def index() -> ResponseReturnValue:
    """People and their accounts."""
    words = request.args.get("cari", "").strip()[:100]
    after = request.args.get("setelah", type=int)
    page = list_people(db.session(), words, after)
    return render_template("auth/people.html", page=page, words=words, after=after)


@bp.route("/baru", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    """Add a person with an account; the one-time password is shown once."""
    actor = current_actor()
    if request.method == "GET":
        form = NewPersonForm(formdata=kept_fields(actor, request.path))
        return render_template("auth/new.html", form=form)
    form = NewPersonForm()
    if not form.validate():
        return render_template("auth/new.html", form=form), 400
    password = passwords.one_time()
    password_hash = passwords.hash_password(password)
    try:
        with transaction() as writing:
            account = accounts.create_account(
                writing,
                name=form.name.data or "",
                username=form.username.data or "",
                password_hash=password_hash,
                must_change=True,
                is_admin=bool(form.is_admin.data),
                email=form.email.data or "",
                nip=form.nip.data,
                by=actor,
            )
            shown = (account.person_id, account.person.name, account.username)
    except Invalid as error:
        show(form, error)
        return render_template("auth/new.html", form=form), 400
    return _one_time_page(password, *shown)


@bp.get("/<int:person_id>")
def show_person(person_id: int) -> ResponseReturnValue:
    """One person: account, positions, what can be done."""
    return _person_page(person_id)


@bp.post("/<int:person_id>/surel")
def mail_address(person_id: int) -> ResponseReturnValue:
    """Change where mail for the person goes."""
    form = MailForm()
    if not form.validate():
        return _person_page(person_id, form), 400
    with transaction() as writing:
        accounts.set_mail_address(writing, person_id, form.email.data or "", by=current_actor())
    flash(_("Alamat surel disimpan."), "success")
    return redirect(url_for("accounts.show_person", person_id=person_id), 303)


def _person_page(person_id: int, form: MailForm | None = None) -> str:
    reader = db.session()
    person = reader.get(Person, person_id)
    if person is None:
        raise NotFound(_("Orang itu tidak ditemukan."))
    return render_template(
        "auth/person.html",
        person=person,
        form=form or MailForm(formdata=None, data={"email": person.email}),
        account=reader.get(Account, person_id),
        holdings=actor_of(reader, person_id).holdings,
        actions=ACTIONS,
    )


@bp.route("/<int:person_id>/akun", methods=["GET", "POST"])
def open_account(person_id: int) -> ResponseReturnValue:
    """Give an account to a person who has none."""
    actor = current_actor()
    form = AccountForm(formdata=kept_fields(actor, request.path)) if _is_get() else AccountForm()
    person = db.session().get(Person, person_id)
    if person is None:
        raise NotFound(_("Orang itu tidak ditemukan."))
    name = person.name
    if _is_get() or not form.validate():
        status = 200 if _is_get() else 400
        return render_template("auth/open.html", form=form, person_id=person_id, name=name), status
    db.session.rollback()  # hashing takes long: no lock meanwhile
    password = passwords.one_time()
    password_hash = passwords.hash_password(password)
    try:
        with transaction() as writing:
            person = writing.get_one(Person, person_id)
            if writing.get(Account, person_id) is not None:
                raise Conflict(_("Orang ini sudah mempunyai akun. Muat ulang halamannya."))
            account = accounts.open_account(
                writing,
                person,
                username=form.username.data or "",
                password_hash=password_hash,
                must_change=True,
                is_admin=bool(form.is_admin.data),
                by=actor,
            )
            shown = (person_id, name, account.username)
    except Invalid as error:
        show(form, error)
        return render_template("auth/open.html", form=form, person_id=person_id, name=name), 400
    return _one_time_page(password, *shown)


@bp.route("/<int:person_id>/<action>", methods=["GET", "POST"])
def act(person_id: int, action: str) -> ResponseReturnValue:
    """Confirm, then do, one of :data:`ACTIONS`."""
    chosen = ACTIONS.get(action)
    if chosen is None:
        raise NotFound(_("Tindakan itu tidak dikenal."))
    if _is_get():
        account = accounts.account_of(db.session(), person_id)
        return render_template("auth/confirm.html", account=account, action=chosen)
    actor = current_actor()
    with transaction() as writing:
        result = chosen.run(writing, person_id, actor)
        account = accounts.account_of(writing, person_id)
        name, username = account.person.name, account.username
    if action == RESET:
        return _one_time_page(str(result), person_id, name, username)
    flash(str(chosen.done), "success")
    return redirect(url_for("accounts.show_person", person_id=person_id), 303)


def _is_get() -> bool:
    return request.method in ("GET", "HEAD")


def _one_time_page(password: str, person_id: int, name: str, username: str) -> str:
    """Show a one-time password; it is stored nowhere, so this page is all there is."""
    return render_template(
        "auth/one_time.html",
        password=password,
        person_id=person_id,
        name=name,
        username=username,
    )
