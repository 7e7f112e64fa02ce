"""Stored files: upload beside a form, download, pages as images. Who may is asked each time.

A file goes out as an attachment, with the type that its content had, and sandboxed, so
that nothing in it runs in the portal's name. A person without the right reads that there
is no such file.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Final

from flask import Blueprint, Response, render_template, request, send_file
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import audit, clock
from portal.audit import AuditEvent
from portal.auth.rights import Actor, current_actor
from portal.db import db, set_reading, transaction
from portal.documents import file_sweep
from portal.documents.file_field import has_files
from portal.documents.files import OWNERS, may_read
from portal.documents.models import StoredFile
from portal.documents.previews import has_preview, missing_text, page_count, page_image
from portal.documents.storage import storage
from portal.documents.uploads import REMOVE, accepts_files, received
from portal.errors import Invalid, NotFound
from portal.formats import local_day

bp = Blueprint("files", __name__)
bp.add_app_template_filter(has_preview)
bp.add_app_template_filter(has_files)

SCHEDULES: Final = (file_sweep.remove_expired, file_sweep.remove_orphans)
"""Importing this module sets the schedules of clearing up, too."""
SANDBOX: Final = "sandbox; default-src 'none'; frame-ancestors 'none'"


@bp.post("/berkas")
@accepts_files
def upload() -> tuple[str, int]:
    """Keep files of a form that is still being filled in; answers lines for the form's list."""
    name = request.form.get("isian", "")
    got = received(name)
    field = SimpleNamespace(name=name, id=name, remove_name=f"{name}{REMOVE}")
    return render_template(
        "documents/uploaded.html", f=field, files=got.files, errors=got.errors
    ), 201


@bp.get("/berkas/<token>")
def download(token: str) -> Response:
    """The file itself, as an attachment."""
    actor, row = _file(token)
    response = as_attachment(row)
    _note(actor, row, "file.downloaded")
    return response


def as_attachment(row: StoredFile) -> Response:
    """The content of a file as a response; the caller has asked who may read it.

    Raises:
        NotFound: it is not on the disk.
    """
    path = storage().path(row.token)
    if not path.exists():
        raise NotFound(missing_text())
    response = send_file(
        path,
        mimetype=row.mime,
        as_attachment=True,
        download_name=row.name,
        etag=row.sha256,
        conditional=True,
    )
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["Cache-Control"] = "private, no-store"
    return response


@bp.get("/berkas/<token>/lihat", defaults={"number": 1})
@bp.get("/berkas/<token>/lihat/<int:number>")
def look(token: str, number: int) -> str:
    """A page of the file as an image, with its neighbours."""
    _actor, row = _file(token)
    pages, problem = 0, ""
    if not has_preview(row.name):
        problem = _("Berkas jenis ini tidak dapat ditampilkan di sini. Unduh untuk membacanya.")
    else:
        try:
            pages = page_count(row)
        except Invalid as error:
            problem = str(error)
        if pages and not 1 <= number <= pages:
            raise NotFound(_("Halaman ini tidak ada dalam berkas."))
    return render_template(
        "documents/file.html", file=row, pages=pages, number=number, problem=problem
    )


@bp.get("/berkas/<token>/halaman/<int:number>.png")
def page(token: str, number: int) -> Response:
    """One page as PNG, drawn by the server."""
    actor, row = _file(token)
    path = page_image(row, number)
    _note(actor, row, "file.previewed")
    response = send_file(path, mimetype="image/png", conditional=True)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _file(token: str) -> tuple[Actor, StoredFile]:
    actor, session = current_actor(), db.session()
    row = session.scalar(select(StoredFile).where(StoredFile.token == token))
    if row is None or not may_read(session, actor, row):
        raise NotFound(_("Berkas tidak ditemukan, atau bukan berkas yang boleh Anda baca."))
    return actor, row


def _note(actor: Actor, row: StoredFile, kind: str) -> None:
    """Write into the case's log who read the file; a preview once a day.

    A write of its own: this request only reads.
    """
    owner = OWNERS.get(row.owner_kind)
    if owner is None or owner.lock is None or row.case_id is None:
        return
    case_id, task_id = row.case_id, row.owner_id if row.owner_kind == "task" else None
    data = {"name": row.name, "sha256": row.sha256}
    if kind == "file.previewed" and _noted(db.session(), actor, case_id, data):
        return
    db.session.rollback()
    set_reading(False)
    with transaction() as session:
        owner.lock(session, case_id)
        audit.append(
            session,
            f"case:{case_id}",
            kind,
            data,
            actor=actor.name,
            person_id=actor.person_id,
            case_id=case_id,
            task_id=task_id,
        )


def _noted(session: Session, actor: Actor, case_id: int, data: dict[str, str]) -> bool:
    rows = session.execute(
        select(AuditEvent.at, AuditEvent.data)
        .where(
            AuditEvent.case_id == case_id,
            AuditEvent.kind == "file.previewed",
            AuditEvent.person_id == actor.person_id,
        )
        .order_by(AuditEvent.id.desc())
        .limit(50)
    )
    today = local_day(clock.now())
    return any(local_day(at) == today and known == data for at, known in rows)
