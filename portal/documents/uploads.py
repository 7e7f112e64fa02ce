"""Files that come with a form: stored before the view runs, so that a refused form keeps them.

A view that takes files carries :func:`accepts_files`. What was stored, and what was refused
and why, is told to the form's ``FilesField`` through the request; nothing here knows
WTForms. A form sent again names its files by hidden tokens.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, BinaryIO, Final, TypeVar, cast

from flask import Flask, current_app, g, request
from flask import session as cookie
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from portal.auth.rights import current_actor
from portal.config import Settings
from portal.db import db, transaction
from portal.documents.file_types import MEBIBYTE, clean_name
from portal.documents.files import FileRef, gone_text, keep_longer, store_upload, usable
from portal.documents.storage import StorageFull, storage
from portal.errors import Invalid

View = TypeVar("View", bound=Callable[..., Any])

MOST_AT_ONCE: Final = 20
"""Files taken from one form; fields may allow fewer."""
ROOM: Final = 4
"""A form with files may be this many times as large as one file, so that a file over the
limit is refused by name and does not cost the other fields."""
REMOVE: Final = "-hapus"
"""Behind a field's name: the tokens whose remove tick was set."""
_RECEIVED = "portal_uploads"


@dataclass(slots=True)
class Received:
    """What came under one field's name: files now kept, and a sentence for each refused."""

    files: list[FileRef] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


def init_app(app: Flask) -> None:
    """Wire the limit of forms with files into the application; before the web frame."""
    app.before_request(_make_room)


def accepts_files(view: View) -> View:
    """Let a view take files: they are checked and kept before it begins its transaction."""

    @wraps(view)
    def receiving(*args: Any, **kwargs: Any) -> Any:
        if request.method == "POST" and request.files:
            setattr(g, _RECEIVED, _receive())
        return view(*args, **kwargs)

    receiving.portal_files = True  # type: ignore[attr-defined]  # a mark on the function
    return cast(View, receiving)


def received(name: str) -> Received:
    """What this request brought under a field's name."""
    everything: dict[str, Received] = g.get(_RECEIVED) or {}
    return everything.get(name) or Received()


def received_pairs() -> list[list[str]]:
    """Name and token of all files this request brought, as a draft keeps them."""
    everything: dict[str, Received] = g.get(_RECEIVED) or {}
    return [[name, ref.token] for name, got in everything.items() for ref in got.files]


def received_errors() -> list[str]:
    """Why files of this request were refused."""
    everything: dict[str, Received] = g.get(_RECEIVED) or {}
    return [message for got in everything.values() for message in got.errors]


def known_files(tokens: Sequence[str]) -> tuple[list[FileRef], str]:
    """The files that a form names, and a sentence if some are gone (else empty)."""
    if not tokens:
        return [], ""
    found = usable(db.session(), current_actor(), tokens)
    return found, "" if len(found) == len(set(tokens)) else gone_text()


def readable_tokens(fields: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Fields of a form for a listing, with the names of files in place of their tokens."""
    pairs = list(fields)
    maybe = [value for _name, value in pairs if len(value) == 43 and " " not in value]
    names = {ref.token: ref.name for ref in known_files(maybe)[0]} if maybe else {}
    return [(name, names.get(value, value)) for name, value in pairs if not name.endswith(REMOVE)]


def keep_with_draft(fields: Iterable[Sequence[str]]) -> None:
    """A draft that names these uploads is being saved in the caller's transaction."""
    tokens = [value for _name, value in fields if len(value) == 43]
    if tokens:
        keep_longer(db.session(), current_actor().person_id, tokens)


def _receive() -> dict[str, Received]:
    everything: dict[str, Received] = {}
    count = 0
    form_key = request.form.get("form_key", "")[:64]
    person_id = current_actor().person_id
    db.session.rollback()  # looking up the person may have begun a transaction
    for name, upload in request.files.items(multi=True):
        if not upload.filename:
            continue  # an input that was left empty
        got = everything.setdefault(name, Received())
        count += 1
        if count > MOST_AT_ONCE:
            if count == MOST_AT_ONCE + 1:
                got.errors.append(
                    _("Paling banyak %(n)s berkas sekali kirim; sisanya belum diunggah.",
                      n=MOST_AT_ONCE)
                )  # fmt: skip
            continue
        try:
            got.files.append(_store(upload, person_id, form_key))
        except (Invalid, StorageFull) as error:
            got.errors.append(str(error))
    return everything


def _store(upload: FileStorage, person_id: int, form_key: str) -> FileRef:
    stream = cast(BinaryIO, upload.stream)
    try:
        with transaction() as session:
            row = store_upload(
                session,
                storage(),
                stream,
                upload.filename or "",
                person_id=person_id,
                form_key=form_key,
            )
            return FileRef.of(row)
    except OSError as error:
        raise StorageFull(
            _("%(name)s tidak dapat dibaca. Unggah sekali lagi.",
              name=clean_name(upload.filename or ""))
        ) from error  # fmt: skip


def _make_room() -> None:
    """Allow a larger request where files are taken, from somebody who has logged in."""
    view = current_app.view_functions.get(request.endpoint or "")
    if request.method != "POST" or not getattr(view, "portal_files", False):
        return
    if cookie.get("_user_id"):
        settings: Settings = current_app.config["PORTAL"]
        request.max_content_length = ROOM * settings.max_upload + MEBIBYTE
    try:
        request.files  # noqa: B018  # read the request now: the disk may be full
    except OSError as error:
        raise StorageFull(
            _("Penyimpanan sementara portal penuh. Tidak ada yang tersimpan; kembali ke halaman "
              "sebelumnya dan kirim tanpa berkas, atau hubungi administrator.")
        ) from error  # fmt: skip
