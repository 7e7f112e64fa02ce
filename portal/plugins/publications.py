"""Finalizing as plugins may do it: only the kinds of documents that their manifest names."""

from __future__ import annotations

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from portal.auth.rights import Actor
from portal.errors import Forbidden
from portal.plugins.host import PluginHost
from portal.publishing import service
from portal.publishing.models import Publication
from portal.publishing.schema import Document


def finalize(
    session: Session,
    *,
    kind: str,
    document: Document,
    plugin: str,
    case_id: int | None = None,
    actor: Actor | None = None,
    note: str = "",
) -> Publication:
    """Freeze a document of the plugin; ``portal.publishing.service.finalize`` says how.

    Raises:
        Forbidden: the plugin's manifest does not name this kind among its publications.
    """
    host: PluginHost = current_app.extensions["portal_host"]
    if kind not in host.publications(plugin):
        raise Forbidden(
            _(
                "Plugin %(plugin)s tidak boleh memfinalkan dokumen jenis %(kind)s.",
                plugin=plugin,
                kind=kind,
            )
        )
    return service.finalize(
        session,
        kind=kind,
        document=document,
        case_id=case_id,
        actor=actor,
        plugin=plugin,
        note=note,
    )
