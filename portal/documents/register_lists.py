"""Reading the registers: each with its last number, and a page of one's entries.

Giving out and cancelling numbers is in ``portal.documents.registers``. Which entries a
person may see is the caller's condition on the entry.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from portal.documents.models import EntryStatus, Register, RegisterEntry
from portal.errors import NotFound

PAGE = 25


@dataclass(frozen=True, slots=True)
class RegisterLine:
    """One register in one year: how many numbers it has given, how many are cancelled."""

    id: int
    key: str
    year: int
    given: int
    cancelled: int


def title_of(key: str) -> str:
    """What a register is called; a plugin's by its key."""
    if key.startswith("case."):
        return _("Nomor kasus %(prefix)s", prefix=key.removeprefix("case."))
    known = {"surat": _("Surat keluar"), "memorandum": _("Memorandum")}
    return known.get(key, key)


def registers(session: Session, year: int | None = None) -> list[RegisterLine]:
    """Every register of a year (all, if None), newest year first; one query."""
    cancelled = func.count(RegisterEntry.id)
    query = (
        select(Register.id, Register.key, Register.year, Register.next_seq - 1, cancelled)
        .outerjoin(
            RegisterEntry,
            (RegisterEntry.register_id == Register.id)
            & (RegisterEntry.status == EntryStatus.CANCELLED),
        )
        .group_by(Register.id, Register.key, Register.year, Register.next_seq)
        .order_by(Register.year.desc(), Register.key)
    )
    if year is not None:
        query = query.where(Register.year == year)
    return [RegisterLine(*row) for row in session.execute(query)]


def years(session: Session) -> Sequence[int]:
    """The years that have a register, newest first."""
    return session.scalars(select(Register.year).distinct().order_by(Register.year.desc())).all()


def find_register(session: Session, register_id: int) -> Register:
    """One register; raises :class:`NotFound`."""
    found = session.get(Register, register_id)
    if found is None:
        raise NotFound(_("Register itu tidak ditemukan."))
    return found


def entries_of(
    session: Session,
    register_id: int,
    *,
    shown: ColumnElement[bool],
    state: EntryStatus | None = None,
    before: int | None = None,
    limit: int = PAGE,
) -> tuple[Sequence[RegisterEntry], int | None]:
    """A page of a register's entries, the highest number first, and the next one's cursor."""
    query = (
        select(RegisterEntry)
        .where(RegisterEntry.register_id == register_id, shown)
        .order_by(RegisterEntry.seq.desc())
        .limit(limit + 1)
    )
    if state is not None:
        query = query.where(RegisterEntry.status == state)
    if before is not None:
        query = query.where(RegisterEntry.seq < before)
    rows = session.scalars(query).all()
    return rows[:limit], rows[limit - 1].seq if len(rows) > limit else None
