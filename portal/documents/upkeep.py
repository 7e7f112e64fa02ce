"""Do the files and registers hold what their rows say? Reading only, for ``portal check``.

Clearing up is in ``file_sweep``, giving out numbers in ``registers``.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal import clock
from portal.documents.files import KEEP_UPLOAD
from portal.documents.models import FileState, Register, RegisterEntry, StoredFile
from portal.documents.storage import Storage

_CHUNK = 1024 * 1024
_SHOWN = 5


@dataclass(slots=True)
class Contents:
    """What was found of the uploaded files.

    ``damaged`` names files without their content, ``expired`` counts uploads that are to be
    removed and have lost theirs already, ``orphans`` old contents that no row names.
    """

    files: int = 0
    damaged: list[str] = field(default_factory=list)
    expired: int = 0
    orphans: int = 0


def file_contents(session: Session, place: Storage, *, deep: bool = False) -> Contents:
    """Compare the rows of uploaded files with the folder; ``deep`` reads every content.

    It may run while files come and go: what is too young to judge is left out.
    """
    found = Contents()
    on_disk = dict(_on_disk(place.folder))
    before = (clock.now() - KEEP_UPLOAD).timestamp()
    suspects: dict[str, str] = {}
    for row in _rows(session):
        found.files += 1
        known = on_disk.pop(row.token, None)
        if problem := _problem(place.path(row.token), row, known and known[0], deep=deep):
            suspects[row.token] = problem
    found.orphans = sum(changed < before for _size, changed in on_disk.values())
    session.rollback()
    if suspects:
        # Removed while we looked, or to be removed anyway, is no damage.
        for row in _rows(session, list(suspects)):
            if row.is_expired:
                found.expired += 1
            else:
                found.damaged.append(f"berkas {row.token[:8]}… {suspects[row.token]}")
        session.rollback()
    return found


def _rows(session: Session, tokens: list[str] | None = None) -> Iterator[Any]:
    expired = func.coalesce(StoredFile.kept_until < clock.now(), False)
    query = select(
        StoredFile.token, StoredFile.size, StoredFile.sha256, expired.label("is_expired")
    ).where(StoredFile.state != FileState.INFECTED)
    if tokens is None:
        yield from session.execute(query.execution_options(yield_per=1000))
        return
    for start in range(0, len(tokens), 500):
        some = tokens[start : start + 500]
        yield from session.execute(query.where(StoredFile.token.in_(some)))


def _problem(path: Path, row: Any, size: int | None, *, deep: bool) -> str:
    try:
        if size is None:  # stored after the folder was read, or not there
            size = path.stat().st_size
        if size != row.size:
            return f"berukuran {size}, seharusnya {row.size} byte"
        if deep and digest_of(path) != row.sha256:
            return "isinya telah berubah"
    except FileNotFoundError:
        return "isinya tidak ada"
    except OSError as error:
        return f"tidak dapat dibaca ({error.strerror})"
    return ""


def _on_disk(folder: Path) -> Iterator[tuple[str, tuple[int, float]]]:
    """Name, size and time of change of every file two levels down."""
    if not folder.is_dir():
        return
    with os.scandir(folder) as outer:
        groups = [each.path for each in outer if each.is_dir()]
    for group in groups:
        with os.scandir(group) as inner:
            for each in inner:
                try:
                    facts = each.stat()
                except FileNotFoundError:  # removed meanwhile
                    continue
                yield each.name, (facts.st_size, facts.st_mtime)


def digest_of(path: Path) -> str:
    """The SHA-256 of a file's content."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def register_gaps(session: Session) -> tuple[int, list[str]]:
    """How many register years there are, and a line for each that has a gap."""
    query = (
        select(
            Register.id,
            Register.key,
            Register.year,
            Register.next_seq,
            func.count(RegisterEntry.id).label("entries"),
            func.coalesce(func.max(RegisterEntry.seq), 0).label("last"),
        )
        .outerjoin(RegisterEntry, RegisterEntry.register_id == Register.id)
        .group_by(Register.id, Register.key, Register.year, Register.next_seq)
        .order_by(Register.key, Register.year)
    )
    rows = session.execute(query).all()
    gaps = []
    for row in rows:
        if row.entries != row.last:
            taken = select(RegisterEntry.seq).where(RegisterEntry.register_id == row.id)
            missing = sorted(set(range(1, row.last + 1)) - set(session.scalars(taken)))
            shown = ", ".join(map(str, missing[:_SHOWN])) + (" …" if len(missing) > _SHOWN else "")
            gaps.append(f"{row.key} {row.year}: nomor {shown} tidak ada")
        if row.next_seq != row.last + 1:
            gaps.append(
                f"{row.key} {row.year}: nomor terakhir {row.last}, berikutnya {row.next_seq}"
            )
    return len(rows), gaps
