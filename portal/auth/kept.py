"""Kept forms: a POST that could not be accepted is kept for its person and restored.

A session that ended in the middle of a form, or a page too old for its CSRF token,
must not cost what was typed. The POST's fields (never passwords, never files) are kept
for the person; after that person's log-in the form's page opens with
``?pulihkan=<id>``. A view restores them in one line, before it shows the form::

    form = PlanForm(formdata=kept_fields(current_actor(), request.path))

``path`` is the address the form posts to. A view that does not ask gets the fallback
page with what was kept, so nothing is lost. Nobody else ever sees a kept form.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from flask import flash, g, request
from flask import session as cookie
from flask_babel import gettext as _
from sqlalchemy import delete, select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from portal import clock
from portal.auth.models import KeptPost
from portal.auth.rights import Actor
from portal.db import db
from portal.forms import LABELS, with_labels

PARAMETER = "pulihkan"
RESTORED = "restored"
"""Key in the session cookie: addresses whose form was restored and is not yet sent."""
KEEP_FOR = timedelta(days=7)
MOST = 20
LARGEST = 1024 * 1024
_SECRET = ("password", "sandi", "csrf_token")
_HIDDEN = ("form_key", "version")

_forbidding: list[Callable[[str, Sequence[tuple[str, str]]], bool]] = []


def keep(
    session: Session, person_id: int, path: str, fields: Iterable[tuple[str, str]]
) -> int | None:
    """Keep a form's fields and return the row's id; None when there is nothing to keep.

    The same form sent twice is kept once. Old rows, and all beyond the last 20 of the
    person, are dropped. ``path`` is the address posted to.
    """
    pairs = list(fields)
    if any(forbids(path, pairs) for forbids in _forbidding):
        return None
    values = [[name, value] for name, value in pairs if not _secret(name)]
    if not any(value for name, value in values if _typed(name)) or len(path) > 500:
        return None
    text = json.dumps([person_id, path, values])
    if len(text) > LARGEST:
        return None
    digest = hashlib.sha256(text.encode()).hexdigest()
    session.execute(delete(KeptPost).where(KeptPost.created_at < clock.now() - KEEP_FOR))
    known = session.scalar(select(KeptPost.id).where(KeptPost.digest == digest))
    if known is not None:
        return known
    row = KeptPost(
        digest=digest, person_id=person_id, path=path, fields=values, created_at=clock.now()
    )
    session.add(row)
    session.flush()
    surplus = select(KeptPost.id).where(KeptPost.person_id == person_id)
    session.execute(
        delete(KeptPost).where(
            KeptPost.id.in_(surplus.order_by(KeptPost.id.desc()).offset(MOST).scalar_subquery())
        )
    )
    return row.id


def never_keep(forbids: Callable[[str, Sequence[tuple[str, str]]], bool]) -> None:
    """Have forms that ``forbids(path, fields)`` names never kept: they must not be stored."""
    _forbidding.append(forbids)


def kept_fields(actor: Actor, path: str) -> MultiDict[str, str] | None:
    """The kept fields that this request restores to the form posting to ``path``, or None.

    Give them as ``formdata`` to the form. Also tells the person, by a flash message,
    that the form was restored. Fields of another person's form are never returned.
    """
    row_id = request.args.get(PARAMETER, type=int)
    if row_id is None or request.method not in ("GET", "HEAD"):
        return None
    row = find(db.session(), actor.person_id, row_id)
    if row is None or row.path != unquote(path):
        return None
    g.kept_restored = True
    cookie[RESTORED] = [*cookie.get(RESTORED, []), path][-5:]
    flash(
        _(
            "Isian Anda disimpan dan dipulihkan di bawah ini. Periksa, pilih lagi berkas"
            " bila ada, lalu kirim."
        ),
        "info",
    )
    return MultiDict([(name, value) for name, value in row.fields])


def forget(session: Session, person_id: int, path: str) -> None:
    """Drop what was kept of the form posting to ``path``; for after it was sent.

    A restored form that is sent and answered with a redirect is forgotten by itself.
    """
    session.execute(delete(KeptPost).where(KeptPost.person_id == person_id, KeptPost.path == path))


def find(session: Session, person_id: int, row_id: int) -> KeptPost | None:
    """A kept form of this person that is not out of date, or None."""
    row = session.get(KeptPost, row_id)
    if row is None or row.person_id != person_id or row.created_at < clock.now() - KEEP_FOR:
        return None
    return row


def discard(session: Session, person_id: int, row_id: int) -> None:
    """Drop one kept form of this person."""
    session.execute(delete(KeptPost).where(KeptPost.id == row_id, KeptPost.person_id == person_id))


def kept_forms(session: Session, person_id: int) -> Sequence[KeptPost]:
    """All kept forms of a person, newest first."""
    return session.scalars(
        select(KeptPost)
        .where(KeptPost.person_id == person_id, KeptPost.created_at >= clock.now() - KEEP_FOR)
        .order_by(KeptPost.id.desc())
        .limit(MOST)
    ).all()


def readable(fields: Iterable[Sequence[str]]) -> list[tuple[str, str]]:
    """The fields a person typed, by their labels, without hidden and empty ones."""
    pairs = [(name, value) for name, value in fields]
    labels = next((value for name, value in pairs if name == LABELS), "")
    shown = [(name, value) for name, value in pairs if value.strip() and _typed(name)]
    return with_labels(shown, labels)


def with_parameter(address: str, row_id: int) -> str:
    """A local address with ``?pulihkan=<id>`` added (in place of an older one)."""
    parts = urlsplit(address)
    query = [(key, value) for key, value in parse_qsl(parts.query) if key != PARAMETER]
    return f"{parts.path}?{urlencode([*query, (PARAMETER, str(row_id))])}"


def _typed(name: str) -> bool:
    return name not in _HIDDEN and not name.startswith("_") and not _secret(name)


def _secret(name: str) -> bool:
    lowered = name.casefold()
    return any(part in lowered for part in _SECRET)
