"""The append-only log: HMAC chains that show a changed or missing entry.

One chain per root case (``case:42``), so that no act waits for another, and
one each for ``accounts``, ``organisation``, ``publications`` and ``system``.
Triggers in the migrations refuse UPDATE and DELETE on the table.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import (
    DDL,
    JSON,
    Index,
    String,
    UniqueConstraint,
    bindparam,
    event,
    func,
    select,
    text,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal import clock
from portal.db import Base


class AuditEvent(Base):
    """One entry of a chain; ``mac`` covers the entry and the mac before it."""

    __tablename__ = "audit_event"
    __table_args__ = (
        UniqueConstraint("chain", "seq"),
        Index("ix_audit_event_case", "case_id", "id"),
        Index("ix_audit_event_at", "at", "id"),
        Index("ix_audit_event_kind", "kind", "at", "id"),
        # A person's own account log: its log-ins, and the rarer changes to accounts.
        Index(
            "ix_audit_event_own",
            "person_id",
            "id",
            sqlite_where=text("chain = 'accounts'"),
            postgresql_where=text("chain = 'accounts'"),
        ),
        Index(
            "ix_audit_event_account_changes",
            "chain",
            "id",
            sqlite_where=text("chain = 'accounts' AND kind <> 'log-in'"),
            postgresql_where=text("chain = 'accounts' AND kind <> 'log-in'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    chain: Mapped[str] = mapped_column(String(60))
    seq: Mapped[int]
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(60))
    person_id: Mapped[int | None]
    actor: Mapped[str] = mapped_column(String(300))
    case_id: Mapped[int | None]
    task_id: Mapped[int | None]
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
    mac: Mapped[str] = mapped_column(String(64))


_REFUSAL = "audit_event is append-only"

#: What keeps the table append-only, by database; the first migration runs the same.
GUARDS: dict[str, tuple[str, ...]] = {
    "sqlite": tuple(
        f"CREATE TRIGGER audit_event_no_{verb.lower()} BEFORE {verb} ON audit_event "
        f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
        for verb in ("UPDATE", "DELETE")
    ),
    "postgresql": (
        (
            "CREATE OR REPLACE FUNCTION audit_event_refuse() RETURNS trigger "
            f"LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''{_REFUSAL}''; END'"
        ),
        (
            "CREATE TRIGGER audit_event_no_change BEFORE UPDATE OR DELETE ON audit_event "
            "FOR EACH ROW EXECUTE FUNCTION audit_event_refuse()"
        ),
        (
            "CREATE TRIGGER audit_event_no_truncate BEFORE TRUNCATE ON audit_event "
            "FOR EACH STATEMENT EXECUTE FUNCTION audit_event_refuse()"
        ),
    ),
}

for _dialect, _statements in GUARDS.items():
    for _statement in _statements:
        _guard: DDL = DDL(_statement)  # type: ignore[no-untyped-call]  # SQLAlchemy's own
        event.listen(AuditEvent.__table__, "after_create", _guard.execute_if(dialect=_dialect))


@dataclass(frozen=True, slots=True)
class Break:
    """A place where a chain does not hold: its name, entry number and what is wrong."""

    chain: str
    seq: int
    problem: str


_WRITTEN = "portal.audit.written"
"""In ``session.info``: a transaction, and the last entry it wrote in each chain."""

OF_CASE = "case:"
"""Begins the name of a case's chain."""
_LOCKS = 0x6175646974  # "audit": apart from other advisory locks

# Built once: every act runs it.
LAST = (
    select(AuditEvent.seq, AuditEvent.mac)
    .where(AuditEvent.chain == bindparam("chain"))
    .order_by(AuditEvent.seq.desc())
    .limit(1)
)


def append(
    session: Session,
    chain: str,
    kind: str,
    data: dict[str, Any],
    *,
    actor: str = "Sistem",
    person_id: int | None = None,
    case_id: int | None = None,
    task_id: int | None = None,
) -> AuditEvent:
    """Append an entry in the caller's transaction; ``actor`` is the text shown for ever.

    Two writers on one chain wait for each other: on a case's by the caller's lock of the
    root case, on the others by :func:`_queue`. The unique (chain, seq) is the last guard.
    """
    seq, mac = _end_of(session, chain)
    entry = AuditEvent(
        chain=chain,
        seq=seq + 1,
        at=clock.now(),
        kind=kind,
        person_id=person_id,
        actor=actor,
        case_id=case_id,
        task_id=task_id,
        data=data,
    )
    entry.mac = _mac(_key(), entry, mac)
    session.add(entry)
    session.flush()
    session.info[_WRITTEN][1][chain] = entry
    return entry


def _end_of(session: Session, chain: str) -> tuple[int, str]:
    """Number and mac of the chain's last entry: what this transaction wrote, else what stands.

    What a savepoint has taken back is in the session no more.
    """
    began, written = session.info.get(_WRITTEN, (None, {}))
    if began is None or began is not session.get_transaction():
        session.info[_WRITTEN] = (session.get_transaction(), {})
    elif chain in written and written[chain] in session:
        return written[chain].seq, written[chain].mac
    if not chain.startswith(OF_CASE):
        _queue(session, chain)
    last = session.execute(LAST, {"chain": chain}).first()
    return (0, "") if last is None else (last.seq, last.mac)


def _queue(session: Session, chain: str) -> None:
    """Be the only writer of a shared chain until the transaction ends (SQLite's are already)."""
    if session.get_bind().dialect.name == "postgresql":
        number = func.hashtextextended(chain, _LOCKS)
        session.execute(select(func.pg_advisory_xact_lock(number)))


def verify(
    session: Session, chains: Sequence[str] | None = None, *, since: int = 0
) -> Iterator[Break]:
    """Yield every break in the named chains (all, if None); reads in order, flat memory.

    With ``since`` only entries with a higher id are looked at, each chain from where it
    stood then.
    """
    query = select(AuditEvent).order_by(AuditEvent.chain, AuditEvent.seq)
    if since > 0:
        query = query.where(AuditEvent.id > since)
    if chains is not None:
        query = query.where(AuditEvent.chain.in_(chains))
    key, chain, seq, mac = _key(), "", 0, ""
    for entry in session.scalars(query.execution_options(yield_per=500)):
        if entry.chain != chain:
            chain, (seq, mac) = entry.chain, _before(session, entry) if since > 0 else (0, "")
        if entry.seq != seq + 1:
            yield Break(chain, entry.seq, f"entri {seq + 1} hilang")
        elif not hmac.compare_digest(_mac(key, entry, mac), entry.mac):
            yield Break(chain, entry.seq, "isi entri telah berubah")
        seq, mac = entry.seq, entry.mac


def _before(session: Session, entry: AuditEvent) -> tuple[int, str]:
    """Number and mac of the entry before this one in its chain."""
    query = select(AuditEvent.seq, AuditEvent.mac).where(
        AuditEvent.chain == entry.chain, AuditEvent.seq == entry.seq - 1
    )
    row = session.execute(query).first()
    return (0, "") if row is None else (row.seq, row.mac)


def _key() -> bytes:
    key: bytes = current_app.config["PORTAL"].audit_key
    return key


def _mac(key: bytes, entry: AuditEvent, before: str) -> str:
    body = json.dumps(
        [
            before,
            entry.chain,
            entry.seq,
            entry.at.isoformat(timespec="microseconds"),
            entry.kind,
            entry.person_id,
            entry.actor,
            entry.case_id,
            entry.task_id,
            entry.data,
        ],
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )
    return hmac.new(key, body.encode(), hashlib.sha256).hexdigest()
