"""Uploaded CSV files between preview and confirmation; gone after a day or when applied."""

from __future__ import annotations

from datetime import timedelta

from flask_babel import gettext as _
from sqlalchemy import delete, or_
from sqlalchemy.orm import Session

from portal import clock
from portal.errors import NotFound
from portal.org.models import ImportDraft

KEEP_FOR = timedelta(days=1)


def keep_draft(session: Session, person_id: int, filename: str, content: str) -> ImportDraft:
    """Keep an uploaded text; the person's earlier draft and all old ones are dropped.

    A draft may hold personal data (NIP), so none is kept longer than needed.
    """
    session.execute(
        delete(ImportDraft).where(
            or_(
                ImportDraft.person_id == person_id,
                ImportDraft.created_at < clock.now() - KEEP_FOR,
            )
        )
    )
    draft = ImportDraft(
        person_id=person_id, filename=filename[:200], content=content, created_at=clock.now()
    )
    session.add(draft)
    session.flush()
    return draft


def draft_of(session: Session, person_id: int, draft_id: int) -> ImportDraft:
    """The person's own draft; raises :class:`NotFound` for any other."""
    draft = session.get(ImportDraft, draft_id)
    if draft is None or draft.person_id != person_id:
        raise NotFound(_("Impor itu sudah selesai atau kedaluwarsa; unggah berkasnya lagi."))
    return draft
