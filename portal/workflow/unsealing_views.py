"""The page on which the reader of a sealed case opens it: what follows, reason, confirmation."""

from __future__ import annotations

from types import SimpleNamespace

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import BooleanField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from portal.auth.kept import kept_fields
from portal.auth.rights import current_actor
from portal.db import db, transaction
from portal.errors import Conflict
from portal.forms import BaseForm
from portal.workflow.access import case_by_number
from portal.workflow.blueprint import bp
from portal.workflow.unsealing import unseal as open_case
from portal.workflow.unsealing import unsealer


class UnsealForm(BaseForm):
    """Why a sealed case is opened, what it is called from now on, and that one means it."""

    title = StringField(
        _l("Judul kasus sesudah dibuka"), [Length(max=300)],
        description=_l("Bila dikosongkan, judulnya tetap seperti sekarang."),
    )  # fmt: skip
    reason = TextAreaField(_l("Alasan membuka"), [DataRequired(), Length(max=2000)])
    sure = BooleanField(
        _l("Saya memahami akibatnya: isi kasus ini tidak dapat ditutup kembali."),
        [InputRequired(_l("Centang pernyataan ini bila Anda yakin."))],
    )


@bp.route("/kasus/<number>/buka-segel", methods=["GET", "POST"])
def unseal(number: str) -> str | Response | tuple[str, int]:
    """Open a sealed case; only its readers come here."""
    actor, session = current_actor(), db.session()
    _case, root, _plan = case_by_number(session, number, actor)
    posted = request.method == "POST"
    if root.number != number:
        return redirect(url_for("workflow.unseal", number=root.number))
    unsealer(session, actor, root)
    if not root.sealed and not posted:
        raise Conflict(_("Kasus ini tidak tertutup, atau sudah dibuka."))
    form = UnsealForm(formdata=request.form if posted else kept_fields(actor, request.path))
    root_id, title = root.id, root.title
    if posted and form.validate():
        session.rollback()
        with transaction() as writing:
            key = request.form.get("form_key", "")[:64]
            new = form.title.data or ""
            open_case(writing, root_id, actor, form.reason.data or "", key, title=new)
        flash(_("Kasus dibuka. Mulai sekarang berlaku hak baca biasa."), "success")
        return redirect(url_for("workflow.case", number=number), code=303)
    page = SimpleNamespace(number=number, title=title, url=url_for("workflow.case", number=number))
    code = 400 if form.errors else 200
    return render_template("workflow/unseal.html", act=page, form=form), code
