"""The intranet's page of finalized documents, and their archived PDF."""

from __future__ import annotations

from io import BytesIO

from flask import Blueprint, current_app, render_template, request, send_file
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import undefer

from portal.auth.rights import Actor, current_actor, policy, require
from portal.config import Settings
from portal.db import db
from portal.errors import NotFound
from portal.publishing import jobs, service
from portal.publishing.models import Publication

__all__ = ["bp", "jobs"]  # importing the views registers the jobs

bp = Blueprint("publishing", __name__)


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
    )


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
