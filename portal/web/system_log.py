"""Entries of administrators' acts in the chain ``system``."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal import audit
from portal.audit import AuditEvent
from portal.auth.rights import Actor

CHAIN = "system"


def record(session: Session, kind: str, data: dict[str, Any], by: Actor | None) -> AuditEvent:
    """Append an entry."""
    return audit.append(
        session,
        CHAIN,
        kind,
        data,
        actor="Sistem" if by is None else by.name,
        person_id=None if by is None else by.person_id,
    )


def latest(session: Session, kind: str) -> AuditEvent | None:
    """The newest entry of a kind in the chain, if any."""
    return latest_of(session, kind).get(kind)


def latest_of(session: Session, *kinds: str) -> dict[str, AuditEvent]:
    """The newest entry of each of these kinds that has one; one query."""
    newest = (
        select(func.max(AuditEvent.seq))
        .where(AuditEvent.chain == CHAIN, AuditEvent.kind.in_(kinds))
        .group_by(AuditEvent.kind)
    )
    rows = session.scalars(
        select(AuditEvent).where(AuditEvent.chain == CHAIN, AuditEvent.seq.in_(newest))
    )
    return {row.kind: row for row in rows}
