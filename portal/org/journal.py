"""Who changed the organisation: entries in the audit chain "organisation"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal import audit

CHAIN = "organisation"
_LOCK = 0x6F7267  # "org": one writer at a time on this chain


@dataclass(frozen=True, slots=True)
class Editor:
    """The person (or the machine) on whose behalf a change is made."""

    name: str = "Sistem"
    person_id: int | None = None


SYSTEM = Editor()


def lock(session: Session) -> None:
    """Let writers of the organisation wait for each other until the transaction ends.

    SQLite's writers wait already (``BEGIN IMMEDIATE``).
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_LOCK)))


def record(session: Session, kind: str, data: dict[str, Any], by: Editor) -> None:
    """Append an entry to the chain; a second writer waits instead of failing."""
    lock(session)
    audit.append(session, CHAIN, kind, data, actor=by.name, person_id=by.person_id)
