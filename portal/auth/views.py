"""Pages of one's own account: log-in, log-out, profile, sessions, password, kept forms.

Administration of other people's accounts is in ``portal.auth.admin``.
"""

from __future__ import annotations

import math
from datetime import timedelta

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.auth import accounts, addresses, agents, kept, login, passwords, session, tokens
from portal.auth.forms import ChangePasswordForm, LogInForm, show
from portal.auth.own_log import own_log
from portal.auth.rights import current_actor
from portal.db import db, reading, transaction
from portal.errors import Invalid, NotFound
from portal.org.models import Person, Unit

bp = Blueprint("auth", __name__)


@bp.route("/masuk", methods=["GET", "POST"])
@session.public
def log_in() -> ResponseReturnValue:
    """The log-in page; afterwards to the local page named by ``next``."""
    target = addresses.safe_next(request.args.get("next"))
    if request.method == "GET" and current_user.is_authenticated:
        return redirect(target)
    form = LogInForm()
    if request.method == "GET":
        return _log_in_page(form, target)
    if not form.validate():
        return _log_in_page(form, target), 400
    username, password = form.username.data or "", form.password.data or ""
    attempt = login.log_in(username, password, address=request.remote_addr or "")
    if attempt.token is not None:
        session.enter(attempt.token)
        return redirect(target, 303)
    if attempt.wait:
        form.form_errors.append(
            _(
                "Terlalu banyak upaya masuk yang gagal. Tunggu %(wait)s, lalu coba lagi.",
                wait=_in_words(attempt.wait),
            )
        )
        headers = {"Retry-After": str(math.ceil(attempt.wait.total_seconds()))}
        return _log_in_page(form, target), 429, headers
    form.form_errors.append(
        _("Nama pengguna atau kata sandi tidak cocok. Periksa keduanya, lalu coba lagi.")
    )
    return _log_in_page(form, target), 401


@bp.post("/keluar")
@session.public
def log_out() -> ResponseReturnValue:
    """End this session; also harmless when it has already ended."""
    if current_user.is_authenticated:
        with transaction() as writing:
            tokens.revoke(writing, current_user.person_id, current_user.session_id)
    session.leave()
    flash(_("Anda sudah keluar."), "success")
    return redirect(url_for("auth.log_in"), 303)


@bp.get("/profil")
def profile() -> ResponseReturnValue:
    """My data, positions, kept forms and sessions."""
    actor = current_actor()
    reader = db.session()
    person = reader.get_one(Person, actor.person_id)
    unit_ids = {holding.unit_id for holding in actor.holdings}
    units = {unit.id: unit for unit in reader.scalars(select(Unit).where(Unit.id.in_(unit_ids)))}
    return render_template(
        "auth/profile.html",
        person=person,
        units=units,
        sessions=[(row, agents.describe(row.agent)) for row in tokens.living(reader, person.id)],
        this_session=current_user.session_id,
        kept=kept.kept_forms(reader, person.id),
        log=own_log(reader, actor),
    )


@bp.route("/profil/sandi", methods=["GET", "POST"])
@session.before_change
def change_password() -> ResponseReturnValue:
    """Change my password; ends my other sessions."""
    form = ChangePasswordForm()
    if request.method == "GET":
        return _password_page(form)
    if not form.validate():
        return _password_page(form), 400
    actor = current_actor()
    try:
        password_hash = _prove_and_hash(actor.person_id, form)
    except Invalid as error:
        show(form, error)
        return _password_page(form), 400
    with transaction() as writing:
        accounts.change_password(
            writing, actor, password_hash, keep_session=current_user.session_id
        )
    flash(_("Kata sandi sudah diganti. Sesi lain milik Anda diakhiri."), "success")
    wanted = request.args.get("next")
    return redirect(addresses.safe_next(wanted) if wanted else url_for("auth.profile"), 303)


@bp.post("/profil/sesi/<int:session_id>/akhiri")
def end_session(session_id: int) -> ResponseReturnValue:
    """End one of my sessions, perhaps this one."""
    with transaction() as writing:
        if not tokens.revoke(writing, current_actor().person_id, session_id):
            raise NotFound(_("Sesi itu sudah berakhir."))
    flash(_("Sesi diakhiri."), "success")
    return redirect(url_for("auth.profile"), 303)


@bp.post("/profil/sesi/akhiri-lain")
def end_other_sessions() -> ResponseReturnValue:
    """End all my sessions but this one."""
    with transaction() as writing:
        person_id = current_actor().person_id
        ended = tokens.revoke_all(writing, person_id, but=current_user.session_id)
    flash(ngettext("%(num)d sesi lain diakhiri.", "%(num)d sesi lain diakhiri.", ended), "success")
    return redirect(url_for("auth.profile"), 303)


@bp.get("/profil/isian/<int:row_id>")
def kept_form(row_id: int) -> ResponseReturnValue:
    """What was kept of a form that its page did not restore."""
    row = kept.find(db.session(), current_actor().person_id, row_id)
    if row is None:
        raise NotFound(_("Isian itu tidak ada lagi atau bukan milik Anda."))
    tried = request.args.get("dari")
    page = tried or row.path
    if addresses.safe_next(page) != page:
        address = None
    else:
        # A page that was already tried did not restore: open it without asking again.
        address = page if tried else kept.with_parameter(page, row_id)
    return render_template(
        "auth/kept.html", row=row, fields=kept.readable(row.fields), page=address
    )


@bp.post("/profil/isian/<int:row_id>/buang")
def discard_kept_form(row_id: int) -> ResponseReturnValue:
    """Drop a kept form that is no longer needed."""
    with transaction() as writing:
        kept.discard(writing, current_actor().person_id, row_id)
    flash(_("Isian tersimpan sudah dibuang."), "success")
    return redirect(url_for("auth.profile"), 303)


@bp.app_errorhandler(CSRFError)
def stale_form(error: CSRFError) -> ResponseReturnValue:
    """A form whose page is too old: refused, but nothing that was typed is lost."""
    db.session.rollback()
    view = current_app.view_functions.get(request.endpoint or "")
    is_public = getattr(view, "portal_public", False)
    if request.endpoint == "auth.log_in":
        form = LogInForm()
        form.form_errors.append(
            _("Halaman masuk ini sudah terlalu lama terbuka. Masuk sekali lagi.")
        )
        return _log_in_page(form, addresses.safe_next(request.args.get("next"))), 400
    if not is_public and not current_user.is_authenticated:
        return session.ask_log_in()
    restore = session.keep_post() if current_user.is_authenticated else None
    fields = kept.readable(request.form.items(multi=True))
    layout = "layout.html" if current_user.is_authenticated else "layout_guest.html"
    page = addresses.page_of_form()
    return (
        render_template(
            "auth/stale.html", restore=restore, page=page, fields=fields, layout=layout
        ),
        400,
    )


def _prove_and_hash(person_id: int, form: ChangePasswordForm) -> str:
    """Check the present password and hash the new one, with no transaction open."""
    with reading(), Session(db.engine) as reader:
        account = accounts.account_of(reader, person_id)
    if not passwords.verify(account.password_hash, form.current.data or ""):
        message = _("Kata sandi sekarang tidak cocok. Tulis ulang.")
        raise Invalid(message, {"current": message})
    return accounts.new_hash(account, form.new.data or "")


def _log_in_page(form: LogInForm, target: str) -> str:
    wanted = None if target == addresses.HOME else target
    return render_template(
        "auth/log_in.html",
        form=form,
        action=url_for("auth.log_in", next=wanted),
        idle_minutes=int(tokens.IDLE.total_seconds() // 60),
    )


def _password_page(form: ChangePasswordForm) -> str:
    action = url_for("auth.change_password", next=request.args.get("next"))
    return render_template(
        "auth/password.html", form=form, action=action, must_change=current_user.must_change
    )


def _in_words(wait: timedelta) -> str:
    seconds = math.ceil(wait.total_seconds())
    if seconds <= 90:
        return str(_("%(n)d detik", n=seconds))
    return str(_("%(n)d menit", n=math.ceil(seconds / 60)))
