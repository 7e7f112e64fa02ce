"""The runner: takes waiting jobs one by one, retries, and moves the schedules.

A job is taken by a lease, so a killed worker loses nothing: when the lease is
over, another takes the job again. On PostgreSQL several workers share the
table by SKIP LOCKED; on SQLite ``BEGIN IMMEDIATE`` lets one at a time choose.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from threading import Event
from typing import Any

from flask import Flask
from sqlalchemy import and_, delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from portal import clock
from portal.db import db, reading, transaction
from portal.jobs.models import Job, JobState, Schedule
from portal.jobs.queue import KINDS, SCHEDULES, Cancelled, JobKind, Run, every, mine

log = logging.getLogger(__name__)

LONGEST_ERROR = 2000
KEEP_DONE = timedelta(days=30)


class Worker:
    """The loop of ``portal worker``; also fit for a thread inside ``portal serve``."""

    def __init__(self, app: Flask, poll: float = 1.0) -> None:
        """``poll`` is how many seconds it rests when nothing waits."""
        self.app = app
        self.poll = poll

    def run(self, stop: Event) -> None:
        """Work until ``stop`` is set; a job that has begun is finished first."""
        while not stop.is_set():
            try:
                busy = run_schedules(self.app) + run_pending(self.app, 20, stop)
            except Exception:
                # The database may be away for a moment; the worker must outlive that.
                log.exception("the worker could not read its queue")
                busy = 0
            if not busy:
                stop.wait(self.poll)


def run_pending(app: Flask, limit: int = 100, stop: Event | None = None) -> int:
    """Run up to ``limit`` waiting jobs whose time has come; returns how many were run."""
    for count in range(limit):
        with app.app_context():
            run = None if stop is not None and stop.is_set() else _claim()
            if run is None:
                return count
            _carry_out(*run)
    return limit


def run_schedules(app: Flask) -> int:
    """Run the periodic functions whose turn has come; returns how many ran."""
    with app.app_context(), reading():
        planned = {row.name: row.next_at for row in db.session.scalars(select(Schedule))}
    due = [name for name in SCHEDULES if planned.get(name, clock.now()) <= clock.now()]
    return sum(_tick(app, name, *SCHEDULES[name]) for name in due)


def _tick(app: Flask, name: str, seconds: int, tick: Callable[[], None]) -> bool:
    with app.app_context():
        with transaction() as session:
            if not _take_turn(session, name, seconds):
                return False
        try:
            tick()
        except Exception:  # one schedule must not stop the others
            db.session.rollback()
            log.exception("schedule %s failed", name)
    return True


def _take_turn(session: Session, name: str, seconds: int) -> bool:
    """Move a schedule on; False if another worker did it first."""
    now = clock.now()
    on_postgresql = session.get_bind().dialect.name == "postgresql"
    insert: Any = (postgresql if on_postgresql else sqlite).insert(Schedule)
    session.execute(insert.values(name=name, next_at=now).on_conflict_do_nothing())
    moved = session.scalar(
        update(Schedule)
        .where(Schedule.name == name, Schedule.next_at <= now)
        .values(next_at=now + timedelta(seconds=seconds))
        .returning(Schedule.name)
    )
    return moved is not None


def _waiting() -> Any:
    now = clock.now()
    return or_(
        and_(Job.state == JobState.QUEUED, Job.run_after <= now),
        and_(Job.state == JobState.RUNNING, Job.lease_until <= now),
    )


def _claim() -> tuple[Run, JobKind | None] | None:
    """Take the job that waits longest; the lease is committed before any work begins."""
    with reading():
        # Without this look, an idle worker would take SQLite's write lock every second.
        empty = db.session.scalar(select(Job.id).where(_waiting()).limit(1)) is None
        db.session.rollback()
    if empty:
        return None
    with transaction() as session:
        found = session.scalar(
            select(Job)
            .where(_waiting())
            .order_by(Job.run_after, Job.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        if found is None:
            return None
        kind = KINDS.get(found.name)
        lease = kind.lease if kind else timedelta(minutes=5)
        found.state = JobState.RUNNING
        found.attempts += 1
        found.lease_until = clock.now() + lease
        return Run(found.id, found.attempts, dict(found.payload), lease), kind


def _carry_out(run: Run, kind: JobKind | None) -> None:
    try:
        if kind is None:
            raise LookupError("no handler of this name: its plugin may be off")
        if run.attempt > kind.attempts:
            raise RuntimeError("the worker died each time")
        result = kind.handler(run) or ""
    except Cancelled:
        db.session.rollback()
        log.info("job %s was cancelled or taken over", run.id)
    except Exception as error:  # whatever a plugin raises: the job is tried again later
        db.session.rollback()
        log.exception("job %s failed (attempt %s)", run.id, run.attempt)
        _put_back(run, error, kind.attempts if kind else 8)
    else:
        _end(run, JobState.DONE, result=result)


def _put_back(run: Run, error: Exception, attempts: int) -> None:
    text = f"{type(error).__name__}: {error}"[:LONGEST_ERROR]
    if run.attempt >= attempts:
        _end(run, JobState.FAILED, text)
        return
    wait = timedelta(seconds=min(5 * 2**run.attempt, 3600))
    with transaction() as session:
        session.execute(
            update(Job)
            .where(mine(run))
            .values(
                state=JobState.QUEUED,
                run_after=clock.now() + wait,
                lease_until=None,
                last_error=text,
                # A newer job may wait under this key by now; a retry must not collide.
                dedupe_key=None,
            )
        )


def _end(run: Run, state: JobState, error: str = "", *, result: str = "") -> None:
    with transaction() as session:
        session.execute(
            update(Job)
            .where(mine(run))
            .values(
                state=state,
                lease_until=None,
                last_error=error,
                finished_at=clock.now(),
                result=result,
            )
        )


@every(86_400, "jobs.tidy")
def tidy() -> None:
    """Forget jobs that ended well, or were cancelled, a month ago; failed ones stay."""
    with transaction() as session:
        session.execute(
            delete(Job).where(
                Job.state.in_([JobState.DONE, JobState.CANCELLED]),
                Job.finished_at < clock.now() - KEEP_DONE,
            )
        )
