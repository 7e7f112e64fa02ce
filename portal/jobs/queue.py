"""Putting jobs into the queue, and the registry of what can be put there.

Nothing here runs a job: that is ``portal.jobs.runner``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, insert, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from portal import clock
from portal.db import db
from portal.jobs.models import Job, JobState


class Cancelled(Exception):
    """Raised by :meth:`Run.progress` when somebody has cancelled the job: let it pass."""


@dataclass(frozen=True, slots=True)
class Run:
    """What a handler gets: the job's id and payload, and a way to tell how far it is."""

    id: int
    attempt: int
    payload: dict[str, Any]
    lease: timedelta

    def progress(self, done: int, total: int) -> None:
        """Record how far the job is and keep it for another lease.

        It writes in a transaction of its own: call it between the handler's
        transactions, never inside one.

        Raises:
            Cancelled: the job was cancelled, or another worker has taken it over.
        """
        with Session(db.engine) as session, session.begin():
            kept = session.scalar(
                update(Job)
                .where(mine(self))
                .values(done=done, total=total, lease_until=clock.now() + self.lease)
                .returning(Job.id)
            )
        if kept is None:
            raise Cancelled


Handler = Callable[[Run], str | None]
Tick = Callable[[], None]


@dataclass(frozen=True, slots=True)
class JobKind:
    """A registered handler; after ``attempts`` tries a job fails for good."""

    name: str
    handler: Handler
    attempts: int
    lease: timedelta


KINDS: dict[str, JobKind] = {}
SCHEDULES: dict[str, tuple[int, Tick]] = {}


def job(
    name: str, *, attempts: int = 8, lease: timedelta = timedelta(minutes=5)
) -> Callable[[Handler], Handler]:
    """Register the handler of the jobs called ``name`` ("domain.verb").

    The handler runs in an application context, opens its own transactions, and must be
    repeatable: a worker that dies has its job run again once ``lease`` is over (a long
    job calls :meth:`Run.progress` at least that often). An exception means a retry. What it
    returns, if anything, is the local address of its result, shown at ``/pekerjaan/<id>``.
    """

    def register(handler: Handler) -> Handler:
        if name in KINDS:
            raise ValueError(f"two handlers for the job {name!r}")
        KINDS[name] = JobKind(name, handler, attempts, lease)
        return handler

    return register


def every(seconds: int, name: str) -> Callable[[Tick], Tick]:
    """Register a function that one worker runs about every ``seconds``.

    It runs in an application context; an exception is logged and the next turn comes as
    planned. Missed turns are not made up for.
    """

    def register(tick: Tick) -> Tick:
        if name in SCHEDULES:
            raise ValueError(f"two schedules called {name!r}")
        SCHEDULES[name] = (seconds, tick)
        return tick

    return register


def enqueue(
    session: Session,
    name: str,
    payload: dict[str, Any] | None = None,
    *,
    run_after: datetime | None = None,
    dedupe_key: str | None = None,
    person_id: int | None = None,
) -> int:
    """Queue a job in the caller's transaction; returns its id.

    ``payload`` must fit into JSON. ``person_id`` is who began it and may follow it. While a
    job with the same ``dedupe_key`` waits, no second one is queued and the waiting one's id
    is returned; one that already runs does not count, since it may have missed the change.
    """
    values = _values(name, payload, run_after, dedupe_key, person_id)
    # Neither database locks a queued row against being claimed, so the one that was in the
    # way may be gone when we look for it; then the insert is tried again.
    while True:
        added: int | None = session.scalar(_insert(session, values))
        if added is not None:
            return added
        waiting = session.scalar(
            select(Job.id).where(Job.dedupe_key == dedupe_key, Job.state == JobState.QUEUED)
        )
        if waiting is not None:
            return waiting


def enqueue_all(session: Session, name: str, payloads: Sequence[dict[str, Any]]) -> None:
    """Queue one job for each payload, in one statement of the caller's transaction."""
    rows = [_values(name, payload, None, None, None) for payload in payloads]
    if rows:
        session.execute(insert(Job), rows)


def _values(
    name: str,
    payload: dict[str, Any] | None,
    run_after: datetime | None,
    dedupe_key: str | None,
    person_id: int | None,
) -> dict[str, Any]:
    return {
        "name": name,
        "payload": payload or {},
        "state": JobState.QUEUED,
        "attempts": 0,
        "run_after": run_after or clock.now(),
        "last_error": "",
        "dedupe_key": dedupe_key,
        "done": 0,
        "total": 0,
        "created_at": clock.now(),
        "person_id": person_id,
        "result": "",
        "note": "",
    }


def cancel(session: Session, job_id: int) -> bool:
    """Cancel a job; one that runs stops at its next progress. False if it had ended."""
    cancelled = session.scalar(
        update(Job)
        .where(Job.id == job_id, Job.state.in_([JobState.QUEUED, JobState.RUNNING]))
        .values(state=JobState.CANCELLED, lease_until=None, finished_at=clock.now())
        .returning(Job.id)
    )
    return cancelled is not None


def oldest_waiting(session: Session) -> datetime | None:
    """Since when the job waits that waits longest; None if nothing is overdue."""
    return session.scalar(longest_wait())


def longest_wait() -> Select[datetime | None]:
    """The query behind :func:`oldest_waiting`."""
    return select(func.min(Job.run_after)).where(
        text("state IN ('queued', 'running')"),  # as the partial index is written
        Job.state == JobState.QUEUED,
        Job.run_after <= clock.now(),
    )


def mine(run: Run) -> Any:
    """The condition that a run still owns its job (not cancelled, not taken over)."""
    return (Job.id == run.id) & (Job.state == JobState.RUNNING) & (Job.attempts == run.attempt)


def _insert(session: Session, values: dict[str, Any]) -> Any:
    on_postgresql = session.get_bind().dialect.name == "postgresql"
    statement: Any = (postgresql if on_postgresql else sqlite).insert(Job).values(values)
    return statement.on_conflict_do_nothing(
        index_elements=["dedupe_key"], index_where=text("state = 'queued'")
    ).returning(Job.id)
