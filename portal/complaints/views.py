"""The reporter's pages: a new complaint, its acknowledgement, one of mine."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask import session as cookie
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from portal.auth.kept import kept_fields
from portal.auth.rights import Actor, current_actor
from portal.complaints.blueprint import bp
from portal.complaints.facts import KIND_HELP, KIND_NAMES, Kind
from portal.complaints.filing import Draft, file_complaint
from portal.complaints.forms import ADMINISTRATOR, HIDDEN, FileForm, ObjectForm, WithdrawForm
from portal.complaints.handling import complaint_of, missing
from portal.complaints.models import Complaint
from portal.complaints.reading import mine, status_of
from portal.complaints.reporter import accept, object_to, withdraw
from portal.complaints.settings import Settings, load_settings
from portal.db import db, transaction
from portal.documents.uploads import accepts_files
from portal.errors import Conflict, Invalid, NotFound
from portal.org import service as org
from portal.org.models import Position, Unit

RECEIPT = "complaint_receipt"
"""In the reporter's own cookie: number and code, until the acknowledgement has shown them."""


@bp.route("/pengaduan/baru", methods=["GET", "POST"])
@accepts_files
def new() -> str | Response | tuple[str, int]:
    """The form, and filing."""
    actor, session = current_actor(), db.session()
    if request.method == "GET":
        form = _form(session, FileForm(formdata=kept_fields(actor, request.path)))
        return _new_page(form, load_settings(session))
    form = _form(session, FileForm())
    valid = form.validate()
    settings = load_settings(session)
    session.rollback()
    if not valid:
        return _new_page(form, settings), 400
    try:
        with transaction() as writing:
            form_key = request.form.get("form_key", "")[:64]
            filed = file_complaint(writing, actor, _draft(form), form_key)
    except (Invalid, NotFound) as error:
        if isinstance(error, NotFound) and form.case_number.data:
            form.case_number.errors = [str(error)]
        else:
            form.form_errors = [str(error)]
        return _new_page(form, settings), 400
    cookie[RECEIPT] = [filed.number, filed.code]
    return redirect(url_for("complaints.receipt"), code=303)


def _form(session: Session, form: FileForm) -> FileForm:
    standards = _standards()
    form.standard.choices = [("", _("Tidak menyangkut standar tertentu")), *standards]
    form.about.choices = [
        ("", _("Tidak tentang pejabat tertentu")),
        (ADMINISTRATOR, _("Administrator portal")),
        *positions(session),
    ]
    if not form.is_submitted():
        wanted = request.args.get("standar", "").replace("-", "_")
        if wanted in dict(standards) and not form.standard.data:
            form.standard.data = wanted
    return form


def _standards() -> list[tuple[str, str]]:
    host: Any = current_app.extensions["portal_host"]
    return [(each.plugin, each.standard.title) for each in host.standards()]


def positions(session: Session) -> list[tuple[str, str]]:
    """Every position in force with its unit, for a list."""
    rows = session.execute(
        select(Position.id, Position.title, Unit.name)
        .join(Unit, Unit.id == Position.unit_id)
        .where(org.in_force(Position, org.today()))
        .order_by(Position.title, Unit.name)
    )
    return [
        (str(key), title if unit in title else f"{title} – {unit}") for key, title, unit in rows
    ]


def _draft(form: FileForm) -> Draft:
    about = form.about.data or ""
    return Draft(
        kind=Kind(form.kind.data),
        text=(form.text.data or "").strip(),
        standard=form.standard.data or "",
        case_number=(form.case_number.data or "").strip().upper(),
        about=int(about) if about.isdecimal() else None,
        administrator=about == ADMINISTRATOR,
        hidden=form.identity.data == HIDDEN,
        files=form.files.tokens,
    )


def _new_page(form: FileForm, settings: Settings) -> str:
    form.kind.choices = [
        (str(key), f"{name}: {KIND_HELP[key]}") for key, name in KIND_NAMES.items()
    ]
    kinds = [(name, settings.days[str(key)]) for key, name in KIND_NAMES.items()]
    return render_template("complaints/new.html", form=form, kinds=kinds, ways=settings.ways)


@bp.get("/pengaduan/tanda-terima")
def receipt() -> str | Response:
    """The acknowledgement with the code, which is shown this once."""
    actor, session = current_actor(), db.session()
    number, code = cookie.pop(RECEIPT, ("", ""))
    complaint = mine(session, actor, number) if number else None
    if complaint is None:
        flash(_("Kode lacak hanya ditampilkan sekali. Pengaduan Anda tetap ada di sini."), "info")
        return redirect(url_for("complaints.index"))
    settings = load_settings(session)
    return render_template(
        "complaints/receipt.html",
        status=status_of(session, complaint),
        code=code,
        ways=settings.ways,
        days=settings.days[complaint.kind],
        reopen_days=settings.reopen_days,
    )


def _mine(session: Session, actor: Actor, number: str) -> Complaint:
    complaint = mine(session, actor, number)
    if complaint is None:
        raise NotFound(missing())
    return complaint


@bp.get("/pengaduan/<number>")
def show(number: str) -> str | Response:
    """One's own complaint; its handlers are sent to their page."""
    actor, session = current_actor(), db.session()
    complaint = mine(session, actor, number)
    if complaint is None:
        complaint_of(session, actor, number)
        return redirect(url_for("complaints.handle_page", number=number))
    return _page(session, complaint)


def _page(
    session: Session,
    complaint: Complaint,
    form: ObjectForm | None = None,
    withdrawing: WithdrawForm | None = None,
) -> str:
    return render_template(
        "complaints/mine.html",
        status=status_of(session, complaint),
        form=form or ObjectForm(formdata=None),
        withdrawing=withdrawing or WithdrawForm(formdata=None),
        ways=load_settings(session).ways,
    )


@bp.post("/pengaduan/<number>/keberatan")
def objection(number: str) -> Response | tuple[str, int]:
    """Object to the answer."""
    actor = current_actor()
    form = ObjectForm()
    with transaction() as session:
        complaint = _mine(session, actor, number)
        if not form.validate():
            return _page(session, complaint, form), 400
        try:
            object_to(session, complaint, form.reason.data or "")
        except Conflict as error:
            session.rollback()
            flash(str(error), "info")
        else:
            flash(_("Keberatan Anda diterima; pengaduan ditangani kembali."), "success")
    return redirect(url_for("complaints.show", number=number), code=303)


@bp.post("/pengaduan/<number>/selesai")
def content(number: str) -> Response:
    """Close one's own complaint because the answer is enough."""
    actor = current_actor()
    with transaction() as session:
        complaint = _mine(session, actor, number)
        try:
            accept(session, complaint)
        except Conflict as error:
            session.rollback()
            flash(str(error), "info")
        else:
            flash(_("Terima kasih. Pengaduan ini ditutup."), "success")
    return redirect(url_for("complaints.show", number=number), code=303)


@bp.post("/pengaduan/<number>/tarik")
def take_back_own(number: str) -> Response | tuple[str, int]:
    """Withdraw one's own complaint before it is answered."""
    actor = current_actor()
    form = WithdrawForm()
    with transaction() as session:
        complaint = _mine(session, actor, number)
        if not form.validate():
            return _page(session, complaint, withdrawing=form), 400
        try:
            withdraw(session, complaint, form.why.data or "")
        except Conflict as error:
            session.rollback()
            flash(str(error), "info")
        else:
            flash(_("Pengaduan Anda sudah ditarik; pejabat yang menangani diberi tahu."), "success")
    return redirect(url_for("complaints.show", number=number), code=303)
