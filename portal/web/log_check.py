"""Does every chain of the log hold? Read bit by bit by a job, or at once for a small chain.

The result is an entry ``log.verified`` in the chain ``system``. What a break is, is decided
in ``portal.audit``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal import audit
from portal.audit import AuditEvent, Break
from portal.auth.rights import Actor
from portal.db import db, reading, transaction
from portal.jobs import Run, enqueue, job
from portal.web import system_log

JOB = "log.verify"
KIND = "log.verified"
BATCH = 5_000
"""Entries between two signs of life."""
AT_ONCE = 5_000
"""A chain up to this long is checked while the person waits."""
SHOWN = 20
"""How many breaks the result names."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a check has read, and where the log does not hold."""

    chains: int
    entries: int
    breaks: Sequence[Break]


def length(chain: str) -> int:
    """How many entries a chain has."""
    with reading(), Session(db.engine) as session:
        query = select(func.count()).where(AuditEvent.chain == chain)
        return session.scalar(query) or 0


def check(
    chains: Sequence[str] | None = None, progress: Callable[[int, int], None] | None = None
) -> Found:
    """Check the named chains (all, if None); holds no transaction between two parts."""
    with reading(), Session(db.engine) as session:
        query = select(AuditEvent.chain, func.count()).group_by(AuditEvent.chain)
        if chains is not None:
            query = query.where(AuditEvent.chain.in_(chains))
        counts = [(chain, number) for chain, number in session.execute(query)]
    total, done, breaks = sum(number for _chain, number in counts), 0, list[Break]()
    for part, size in _parts(sorted(counts)):
        with reading(), Session(db.engine) as session:
            breaks += audit.verify(session, part)
        done += size
        if progress is not None:
            progress(done, total)
    return Found(len(counts), total, breaks)


def write_result(session: Session, found: Found, scope: str, by: Actor | None) -> AuditEvent:
    """Log what a check has found; ``scope`` is a chain, or empty for all."""
    data = {
        "scope": scope,
        "chains": found.chains,
        "entries": found.entries,
        "broken": len(found.breaks),
        "breaks": [[each.chain, each.seq, each.problem] for each in found.breaks[:SHOWN]],
    }
    return system_log.record(session, KIND, data, by)


def start(session: Session, scope: str, by: Actor) -> int:
    """Queue a check of a chain (all, if empty); returns the job's id."""
    return enqueue(
        session,
        JOB,
        {"scope": scope, "name": by.name, "person_id": by.person_id},
        dedupe_key=f"{JOB}:{scope}",  # one that waits already will read the same
        person_id=by.person_id,
    )


@job(JOB, attempts=3)
def verify_log(run: Run) -> str:
    """The job: check, write the result, and say where it is shown."""
    scope: str = run.payload["scope"]
    found = check([scope] if scope else None, run.progress)
    by = Actor(run.payload["person_id"], run.payload["name"], "", True, ())
    with transaction() as session:
        return f"/sistem/catatan/{write_result(session, found, scope, by).id}"


def breaks_of(data: dict[str, Any]) -> list[Break]:
    """The breaks that a result names."""
    return [Break(str(chain), int(seq), str(what)) for chain, seq, what in data.get("breaks", ())]


def _parts(counts: Sequence[tuple[str, int]]) -> Iterator[tuple[list[str], int]]:
    """The chains in parts of about :data:`BATCH` entries."""
    part, size = list[str](), 0
    for chain, number in counts:
        part.append(chain)
        size += number
        if size >= BATCH:
            yield part, size
            part, size = [], 0
    if part:
        yield part, size
