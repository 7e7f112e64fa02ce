"""The intranet's page of finalized documents, and their archived PDF."""

from __future__ import annotations

from io import BytesIO

from flask import (
    Blueprint,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    send_file,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import undefer

from portal.auth.rights import (
    Actor,
    administrators,
    can,
    current_actor,
    policy,
    require,
)
from portal.config import Settings
from portal.db import db, transaction
from portal.errors import NotFound
from portal.jobs import enqueue
from portal.publishing import jobs, service
from portal.publishing.models import Publication

__all__ = ["bp", "jobs"]  # importing the views registers the jobs

bp = Blueprint("publishing", __name__)


policy("publication.export")(administrators)


@policy("publication.view")
def may_view(actor: Actor, obj: object | None) -> bool:
    """Finalized documents are open to everybody in the ministry."""
    return True


@bp.get("/publikasi")
def publications() -> str:
    """Finalized and published documents, newest first, by cursor."""
    require(current_actor(), "publication.view")
    settings: Settings = current_app.config["PORTAL"]
    before = request.args.get("sebelum", type=int)
    rows, cursor = service.page_of(db.session(), before=before)
    return render_template(
        "publishing/list.html",
        rows=rows,
        cursor=cursor,
        first=before is None,
        public_url=settings.public_url,
        may_export=can(current_actor(), "publication.export"),
    )


@bp.post("/publikasi/ekspor")
def start_export() -> ResponseReturnValue:
    """Export the public site anew; the person follows the job on its page."""
    actor = current_actor()
    require(actor, "publication.export")
    with transaction() as session:
        # one that waits already is followed instead: it will show the same site
        job_id = enqueue(
            session,
            service.EXPORT_JOB,
            dedupe_key=service.EXPORT_JOB,
            person_id=actor.person_id,
        )
    flash(_("Ekspor situs publik dimulai. Anda boleh meninggalkan halaman ini."), "success")
    return redirect(f"/pekerjaan/{job_id}", 303)


@bp.get("/publikasi/<int:publication_id>/dokumen.pdf")
def pdf(publication_id: int) -> ResponseReturnValue:
    """The archived PDF, as a download."""
    require(current_actor(), "publication.view")
    row = db.session().scalar(
        select(Publication)
        .where(Publication.id == publication_id)
        .options(undefer(Publication.pdf))
    )
    if row is None:
        raise NotFound(_("Dokumen itu tidak ditemukan."))
    name = f"{row.kind}-{row.year}-{row.unit_code}-v{row.version}.pdf"
    return send_file(
        BytesIO(row.pdf), mimetype="application/pdf", as_attachment=True, download_name=name
    )
