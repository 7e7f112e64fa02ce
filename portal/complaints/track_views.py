"""The status page for whoever has the code: no log-in, the same answer to every wrong code.

The code never stands in an address, and attempts from one place are slowed down.
"""

from __future__ import annotations

import math
from datetime import timedelta

from flask import Response, flash, render_template, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from portal.auth import throttle
from portal.auth.session import public
from portal.complaints.blueprint import bp
from portal.complaints.forms import ObjectForm, TrackForm, WithdrawForm
from portal.complaints.models import Complaint
from portal.complaints.reading import by_code, status_of
from portal.complaints.reporter import accept, answer_file, object_to, withdraw
from portal.complaints.settings import load_settings
from portal.db import transaction
from portal.documents.file_views import as_attachment
from portal.documents.models import FileState
from portal.errors import Conflict, NotFound

FREE = 10
"""Wrong codes from one address before the waiting begins."""

Page = str | tuple[str, int] | tuple[str, int, dict[str, str]]


@bp.get("/pengaduan/lacak")
@public
def track() -> str:
    """Ask for the code."""
    return render_template("complaints/track.html", form=TrackForm(formdata=None))


@bp.post("/pengaduan/lacak")
@public
def tracked() -> Page:
    """Where the complaint of this code stands."""
    form = TrackForm()
    if not form.validate():
        return render_template("complaints/track.html", form=form), 400
    with transaction() as session:
        complaint, wait = _find(session, form.code.data or "")
        if complaint is None:
            return _refused(form, wait)
        return _status(session, complaint, form.code.data or "")


@bp.post("/pengaduan/lacak/keberatan")
@public
def track_objection() -> Page:
    """Object to the answer as the holder of the code."""
    code, form = TrackForm(), ObjectForm()
    with transaction() as session:
        complaint, wait = _find(session, code.code.data or "")
        if complaint is None:
            return _refused(code, wait)
        if not form.validate():
            return _status(session, complaint, code.code.data or "", form), 400
        try:
            with session.begin_nested():
                object_to(session, complaint, form.reason.data or "")
        except Conflict as error:
            flash(str(error), "info")
        else:
            flash(_("Keberatan Anda diterima; pengaduan ditangani kembali."), "success")
        return _status(session, complaint, code.code.data or "")


@bp.post("/pengaduan/lacak/selesai")
@public
def track_content() -> Page:
    """Close the complaint as the holder of the code."""
    code = TrackForm()
    with transaction() as session:
        complaint, wait = _find(session, code.code.data or "")
        if complaint is None:
            return _refused(code, wait)
        try:
            with session.begin_nested():
                accept(session, complaint)
        except Conflict as error:
            flash(str(error), "info")
        else:
            flash(_("Terima kasih. Pengaduan ini ditutup."), "success")
        return _status(session, complaint, code.code.data or "")


@bp.post("/pengaduan/lacak/tarik")
@public
def track_withdrawal() -> Page:
    """Withdraw the complaint as the holder of the code."""
    code, form = TrackForm(), WithdrawForm()
    with transaction() as session:
        complaint, wait = _find(session, code.code.data or "")
        if complaint is None:
            return _refused(code, wait)
        if not form.validate():
            return _status(session, complaint, code.code.data or "", withdrawing=form), 400
        try:
            with session.begin_nested():
                withdraw(session, complaint, form.why.data or "")
        except Conflict as error:
            flash(str(error), "info")
        else:
            flash(_("Pengaduan Anda sudah ditarik; pejabat yang menangani diberi tahu."), "success")
        return _status(session, complaint, code.code.data or "")


@bp.post("/pengaduan/lacak/berkas")
@public
def track_file() -> Page | Response:
    """A file that came with an answer, for the holder of the code: sent with each request."""
    code = TrackForm()
    with transaction() as session:
        complaint, wait = _find(session, code.code.data or "")
        if complaint is None:
            return _refused(code, wait)
        row = answer_file(session, complaint, request.form.get("berkas", ""))
        if row is None or row.state == FileState.INFECTED:
            raise NotFound(_("Berkas itu tidak ada pada jawaban pengaduan ini."))
        return as_attachment(row)


def _find(session: Session, code: str) -> tuple[Complaint | None, timedelta]:
    """The complaint of a code, and how long to wait before another attempt."""
    key = throttle.address_key("complaint", request.remote_addr or "", FREE)
    wait = throttle.attempt(session, (key,))
    if wait:
        return None, wait
    complaint = by_code(session, code)
    if complaint is not None:
        throttle.forgive(session, key)
    return complaint, timedelta()


def _refused(form: TrackForm, wait: timedelta) -> Page:
    if wait:
        seconds = math.ceil(wait.total_seconds())
        form.form_errors = [
            _("Terlalu banyak kode yang salah. Tunggu %(n)s detik, lalu coba lagi.", n=seconds)
        ]
        page = render_template("complaints/track.html", form=form)
        return page, 429, {"Retry-After": str(seconds)}
    form.code.errors = [_("Kode ini tidak dikenal. Periksa kode pada tanda terima Anda.")]
    return render_template("complaints/track.html", form=form), 404


def _status(
    session: Session,
    complaint: Complaint,
    code: str,
    form: ObjectForm | None = None,
    withdrawing: WithdrawForm | None = None,
) -> str:
    session.flush()
    return render_template(
        "complaints/status.html",
        status=status_of(session, complaint),
        code=code.strip().upper(),
        form=form or ObjectForm(formdata=None),
        withdrawing=withdrawing or WithdrawForm(formdata=None),
        ways=load_settings(session).ways,
    )
