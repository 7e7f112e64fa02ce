"""Uploaded files: kept on disk under random names, owned by a task, case or complaint.

A file is stored before the form that names it is accepted, in a transaction of its own;
``attach`` then gives it to its owner in the transaction of the change. What no form took
is removed after a day. Who may read a file is said by its owner's domain
(``register_owner``); nobody else may. Requests are the affair of ``uploads`` and
``file_views``.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, BinaryIO, Final

from flask_babel import gettext as _
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from portal import audit, clock
from portal.auth.rights import Actor
from portal.documents.file_types import MEBIBYTE, clean_name, file_type
from portal.documents.models import FileState, StoredFile
from portal.documents.storage import Storage
from portal.errors import Invalid

UPLOAD: Final = "upload"
"""Owner of a file that no accepted form has named yet; only its person may read it."""
KEEP_UPLOAD: Final = timedelta(days=1)
KEEP_DRAFT: Final = timedelta(days=30)
MOST_WAITING: Final = 100
"""Uploads of one person that may wait for a form at the same time."""

Readable = Callable[[Session, Actor, int], bool]
Scanner = Callable[[Path], FileState]


@dataclass(frozen=True, slots=True)
class FileRef:
    """A file as records, forms and pages name it; ``size`` in bytes."""

    token: str
    name: str
    size: int

    @classmethod
    def of(cls, value: Any) -> FileRef:
        """From a row, or from the mapping that a record holds."""
        if isinstance(value, Mapping):
            return cls(str(value["token"]), str(value["name"]), int(value["size"]))
        return cls(value.token, value.name, value.size)

    def as_record(self) -> dict[str, Any]:
        """What a record stores."""
        return {"token": self.token, "name": self.name, "size": self.size}


@dataclass(frozen=True, slots=True)
class Owner:
    """How one kind of owner decides who reads, and where reading is logged.

    ``lock`` locks what guards the log of the owner's case (``case:<id>``) in a writing
    transaction; without it reading is not logged.
    """

    readable: Readable
    lock: Callable[[Session, int], object] | None = None


OWNERS: dict[str, Owner] = {}
_scanners: list[Scanner] = []


def register_owner(
    kind: str, readable: Readable, lock: Callable[[Session, int], object] | None = None
) -> None:
    """Say who may read the files of owners of this kind: ``readable(session, actor, owner_id)``.

    With ``lock(session, case_id)``, which locks the root case, each download and preview is
    written into the case's log.
    """
    if kind in OWNERS or kind == UPLOAD:
        raise ValueError(f"two owners of files are called {kind!r}")
    OWNERS[kind] = Owner(readable, lock)


def register_scanner(scanner: Scanner) -> None:
    """Have each upload looked at before it is kept; an infected file is refused."""
    _scanners.append(scanner)


# -- storing -------------------------------------------------------------------------------


def store_upload(
    session: Session,
    place: Storage,
    stream: BinaryIO,
    name: str,
    *,
    person_id: int,
    form_key: str = "",
) -> StoredFile:
    """Check a file and keep it for its person until a form names it.

    The same content sent again with the same form is kept once. The caller commits before
    the transaction of the change begins, so that a refused form does not lose its files.

    Raises:
        Invalid: too large, of a wrong type, damaged, infected, or too many wait.
        StorageFull: it could not be written.
    """
    name = clean_name(name)
    size = stream.seek(0, os.SEEK_END)
    if size > place.limit:
        raise Invalid(
            _("%(name)s terlalu besar (%(size)s MB). Paling besar %(limit)s MB per berkas.",
              name=name, size=-(-size // MEBIBYTE), limit=place.limit // MEBIBYTE)
        )  # fmt: skip
    kind = file_type(name, stream)
    _not_too_many(session, person_id)
    token = secrets.token_urlsafe(32)
    size, digest = place.write(stream, token)
    try:
        known = _sent_before(session, person_id, form_key, name, digest)
        if known is not None:
            place.path(token).unlink(missing_ok=True)
            return known
        state = _scan(place.path(token), name)
        row = StoredFile(
            token=token,
            name=name,
            size=size,
            mime=kind.mime,
            kind=kind.extension,
            sha256=digest,
            state=state,
            owner_kind=UPLOAD,
            owner_id=person_id,
            person_id=person_id,
            form_key=form_key,
            created_at=clock.now(),
            kept_until=clock.now() + KEEP_UPLOAD,
        )
        session.add(row)
        session.flush()
    except BaseException:  # a content without its row would never be found again
        place.path(token).unlink(missing_ok=True)
        raise
    return row


def _not_too_many(session: Session, person_id: int) -> None:
    waiting = select(func.count()).where(
        StoredFile.owner_kind == UPLOAD, StoredFile.owner_id == person_id
    )
    if (session.scalar(waiting) or 0) >= MOST_WAITING:
        raise Invalid(
            _("Terlalu banyak unggahan Anda yang belum dikirim. Kirim dahulu formulir yang sudah "
              "diisi, atau coba lagi besok.")
        )  # fmt: skip


def _sent_before(
    session: Session, person_id: int, form_key: str, name: str, digest: str
) -> StoredFile | None:
    if not form_key:
        return None
    return session.scalar(
        select(StoredFile).where(
            StoredFile.owner_kind == UPLOAD,
            StoredFile.owner_id == person_id,
            StoredFile.form_key == form_key,
            StoredFile.name == name,
            StoredFile.sha256 == digest,
        )
    )


def _scan(path: Path, name: str) -> FileState:
    state = FileState.UNSCANNED
    for scanner in _scanners:
        state = scanner(path)
        if state == FileState.INFECTED:
            raise Invalid(_("%(name)s ditolak oleh pemindai virus.", name=name))
    return state


# -- belonging -----------------------------------------------------------------------------


def attach(
    session: Session,
    tokens: Iterable[str],
    owner_kind: str,
    owner_id: int,
    case_id: int | None = None,
    *,
    actor: Actor,
) -> list[StoredFile]:
    """Give files to their owner, in the transaction of the change, and log it in the case.

    ``case_id`` is the root case, whose row the caller holds. A file that belongs to the
    same case already (work sent back and mended) stays with its first owner.

    Raises:
        Invalid: a file is gone, or is not this person's to give.
    """
    wanted = list(dict.fromkeys(tokens))
    if not wanted:
        return []
    rows = {
        row.token: row
        for row in session.scalars(select(StoredFile).where(StoredFile.token.in_(wanted)))
    }
    added = []
    for token in wanted:
        row = rows.get(token)
        if row is None:
            raise Invalid(gone_text())
        if row.owner_kind == UPLOAD and row.person_id == actor.person_id:
            row.owner_kind, row.owner_id, row.case_id = owner_kind, owner_id, case_id
            row.kept_until = None
            added.append(row)
        elif case_id is None or row.case_id != case_id:
            raise Invalid(gone_text())
    session.flush()
    if added and case_id is not None:
        audit.append(
            session,
            f"case:{case_id}",
            "file.added",
            {
                "owner": [owner_kind, owner_id],
                "files": [
                    {"name": row.name, "size": row.size, "sha256": row.sha256} for row in added
                ],
            },
            actor=actor.name,
            person_id=actor.person_id,
            case_id=case_id,
            task_id=owner_id if owner_kind == "task" else None,
        )
    return [rows[token] for token in wanted]


def gone_text() -> str:
    """What a person reads whose upload is no longer there."""
    return _("Ada berkas yang sudah tidak tersimpan. Unggah lagi berkas itu, lalu kirim.")


def files_of(
    session: Session, owner_kind: str, owner_ids: Sequence[int]
) -> dict[int, list[StoredFile]]:
    """The files of several owners in one query, each list in the order of upload.

    It asks nobody's right: the caller shows only owners that the person may see.
    """
    found: dict[int, list[StoredFile]] = {owner_id: [] for owner_id in owner_ids}
    rows = session.scalars(
        select(StoredFile)
        .where(StoredFile.owner_kind == owner_kind, StoredFile.owner_id.in_(found))
        .order_by(StoredFile.id)
    )
    for row in rows:
        found[row.owner_id].append(row)
    return found


def keep_longer(session: Session, person_id: int, tokens: Sequence[str]) -> None:
    """A saved draft names these uploads: keep them as long as drafts are of use."""
    session.execute(
        update(StoredFile)
        .where(
            StoredFile.token.in_(tokens),
            StoredFile.owner_kind == UPLOAD,
            StoredFile.owner_id == person_id,
        )
        .values(kept_until=clock.now() + KEEP_DRAFT)
        .execution_options(synchronize_session=False)
    )


def may_read(session: Session, actor: Actor, row: StoredFile) -> bool:
    """Whether the person may read the file; denied unless its owner's domain says yes."""
    if row.state == FileState.INFECTED:
        return False
    if row.owner_kind == UPLOAD:
        return row.owner_id == actor.person_id
    owner = OWNERS.get(row.owner_kind)
    return owner is not None and owner.readable(session, actor, row.owner_id)


def usable(session: Session, actor: Actor, tokens: Sequence[str]) -> list[FileRef]:
    """Those of the tokens that exist and that the person may read, in their order."""
    rows = {
        row.token: row
        for row in session.scalars(select(StoredFile).where(StoredFile.token.in_(tokens)))
    }
    rights: dict[tuple[str, int], bool] = {}
    found = []
    for token in dict.fromkeys(tokens):
        row = rows.get(token)
        if row is None:
            continue
        owner = (row.owner_kind, row.owner_id)
        if owner not in rights:
            rights[owner] = may_read(session, actor, row)
        if rights[owner]:
            found.append(FileRef.of(row))
    return found
