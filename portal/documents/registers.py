"""Registers whose numbers have no gap: one row per register and year is the lock.

A number is given out in the transaction of the change that needs it, so a change
that fails gives its number back. A number once given stays; it can be cancelled,
with a reason, and is never used again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from portal import clock
from portal.documents.models import EntryStatus, Register, RegisterEntry
from portal.errors import Conflict, Invalid, MissingReason, NotFound

DEFAULT_PATTERN = "{security}-{seq}/{agency}/{org}/{unit}/{class}/{month}/{year}"
"""The order seen on a letter of the ministry of 2015 (DOMAIN.md, section 0)."""

TOKENS = (
    "seq",
    "seq4",
    "agency",
    "org",
    "unit",
    "class",
    "month",
    "month_roman",
    "year",
    "security",
)

_COMPUTED = frozenset({"seq", "seq4", "month", "month_roman", "year"})
_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
_TOKEN = re.compile(r"\{([^{}]*)\}")


def set_pattern(session: Session, key: str, year: int, pattern: str) -> Register:
    """Make a register's year, or change how its next numbers look; given ones stay.

    Raises:
        Invalid: an unknown token, stray braces, or no ``{seq}``.
    """
    check_pattern(pattern)
    register = _locked(session, key, year, pattern)
    register.pattern = pattern
    session.flush()
    return register


def issue_number(
    session: Session,
    key: str,
    *,
    on: date,
    subject: str,
    case_id: int | None = None,
    task_id: int | None = None,
    tokens: Mapping[str, str] | None = None,
    pattern: str | None = None,
) -> RegisterEntry:
    """Give out the next number of the register ``key`` in the year of ``on``.

    A new year begins at 1 with the pattern of the year before, or with the default. The
    register's row stays locked until the caller's transaction ends: no gap, no double.
    ``tokens`` fills the pattern's tokens that are not computed from number and date;
    ``pattern`` is the default of a register that has never been used.

    Raises:
        Invalid: a token of the pattern has no value.
    """
    register = _locked(session, key, on.year, None, default=pattern or DEFAULT_PATTERN)
    seq = register.next_seq
    register.next_seq = seq + 1
    entry = RegisterEntry(
        register_id=register.id,
        seq=seq,
        number=format_number(register.pattern, seq, on, tokens or {}),
        day=on,
        subject=subject[:300],
        case_id=case_id,
        task_id=task_id,
        status=EntryStatus.ISSUED,
        reason="",
        issued_at=clock.now(),
    )
    session.add(entry)
    session.flush()
    return entry


def cancel_number(session: Session, entry_id: int, reason: str) -> RegisterEntry:
    """Cancel a number; it stays in the register with the reason.

    Raises:
        NotFound: there is no such entry.
        MissingReason: the reason is empty.
        Conflict: it has been cancelled already.
    """
    if not reason.strip():
        raise MissingReason(_("Tulis alasan pembatalan nomor."), {"reason": _("Wajib diisi.")})
    entry = session.scalar(
        select(RegisterEntry).where(RegisterEntry.id == entry_id).with_for_update()
    )
    if entry is None:
        raise NotFound(_("Nomor itu tidak ada di buku register."))
    if entry.status == EntryStatus.CANCELLED:
        raise Conflict(_("Nomor %(number)s sudah dibatalkan.", number=entry.number))
    entry.status = EntryStatus.CANCELLED
    entry.reason = reason.strip()
    session.flush()
    return entry


def format_number(pattern: str, seq: int, on: date, tokens: Mapping[str, str]) -> str:
    """Fill a pattern: ``{seq}``, ``{month}``, ``{month_roman}`` and ``{year}`` are computed.

    Raises:
        Invalid: a token has no value.
    """
    values: dict[str, Any] = {
        **tokens,
        "seq": seq,
        "seq4": f"{seq:04d}",
        "month": f"{on.month:02d}",
        "month_roman": _ROMAN[on.month - 1],
        "year": on.year,
    }
    missing = [name for name in _TOKEN.findall(pattern) if not str(values.get(name, "")).strip()]
    if missing:
        raise Invalid(
            _("Nomor tidak dapat dibuat: bagian %(names)s kosong.", names=", ".join(missing))
        )
    return _TOKEN.sub(lambda found: str(values[found[1]]).strip(), pattern)


def check_pattern(pattern: str) -> None:
    """Raise Invalid unless the pattern has ``{seq}`` and known tokens only."""
    names = _TOKEN.findall(pattern)
    if unknown := [name for name in names if name not in TOKENS]:
        raise Invalid(
            _(
                "Bagian {%(name)s} tidak dikenal; yang ada: %(all)s.",
                name=unknown[0],
                all=", ".join(TOKENS),
            )
        )
    if (
        not {"seq", "seq4"} & set(names)
        or len(pattern) > 200
        or set(_TOKEN.sub("", pattern)) & set("{}")
    ):
        raise Invalid(_("Pola nomor harus memuat {seq} dan paling panjang 200 huruf."))


def needed_tokens(pattern: str) -> tuple[str, ...]:
    """The tokens of a pattern that the caller has to give."""
    return tuple(name for name in _TOKEN.findall(pattern) if name not in _COMPUTED)


def _locked(
    session: Session, key: str, year: int, pattern: str | None, default: str = DEFAULT_PATTERN
) -> Register:
    """The register's row of the year, locked until the transaction ends; made if missing."""
    query = select(Register).where(Register.key == key, Register.year == year).with_for_update()
    # Another writer may have raised next_seq since this session last read the row.
    fresh = query.execution_options(populate_existing=True)
    register = session.scalar(fresh)
    if register is None:
        if pattern is None:
            pattern = _latest_pattern(session, key, year) or default
        on_postgresql = session.get_bind().dialect.name == "postgresql"
        insert: Any = (postgresql if on_postgresql else sqlite).insert(Register)
        session.execute(
            insert.values(key=key, year=year, pattern=pattern, next_seq=1).on_conflict_do_nothing(
                index_elements=["key", "year"]
            )
        )
        register = session.scalars(fresh).one()
    return register


def _latest_pattern(session: Session, key: str, year: int) -> str | None:
    return session.scalar(
        select(Register.pattern)
        .where(Register.key == key, Register.year < year)
        .order_by(Register.year.desc())
        .limit(1)
    )
