"""Looking at the job table and mending it: pages by cursor, figures, retry, give up.

Who may look, and in which words, is decided by the pages in ``portal.web``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, exists, func, select, text
from sqlalchemy.orm import Session

from portal import clock
from portal.errors import Conflict, MissingReason, NotFound
from portal.jobs.models import Job, JobState, Schedule
from portal.jobs.queue import SCHEDULES, enqueue, longest_wait

PAGE = 25


@dataclass(frozen=True, slots=True)
class QueueFigures:
    """How the queue stands; ``worker_seen`` is the last sign of life of any worker."""

    failed: int
    oldest: datetime | None
    worker_seen: datetime | None


def page_of(
    session: Session, *, state: JobState | None = None, name: str = "", before: int | None = None
) -> tuple[Sequence[Job], int | None]:
    """A page of jobs, newest first, and the cursor of the next one."""
    query = select(Job).order_by(Job.id.desc()).limit(PAGE + 1)
    if state is not None:
        query = query.where(Job.state == state)
    if name:
        query = query.where(Job.name == name)
    if before is not None:
        query = query.where(Job.id < before)
    rows = session.scalars(query).all()
    return rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None


def find_job(session: Session, job_id: int, *, lock: bool = False) -> Job:
    """One job; raises :class:`NotFound`."""
    query = select(Job).where(Job.id == job_id)
    job = session.scalar(query.with_for_update() if lock else query)
    if job is None:
        raise NotFound(_("Pekerjaan itu tidak ditemukan."))
    return job


def figures(session: Session) -> QueueFigures:
    """Failed jobs, the longest wait, and when a worker was last seen; two queries."""
    failed = select(func.count()).where(Job.state == JobState.FAILED)
    number, oldest, busy = session.execute(
        select(failed.scalar_subquery(), longest_wait().scalar_subquery(), _is_busy())
    ).one()
    return QueueFigures(number, oldest, clock.now() if busy else _last_turn(session))


def worker_seen(session: Session) -> datetime | None:
    """When a worker last gave a sign of life; None if never.

    A worker moves the schedules, the shortest of them each minute; one that is busy with a
    long job holds its lease instead, and that counts as now.
    """
    return clock.now() if session.scalar(select(_is_busy())) else _last_turn(session)


def _is_busy() -> ColumnElement[bool]:
    running = select(Job.id).where(
        text("state IN ('queued', 'running')"),  # as the partial index is written
        Job.state == JobState.RUNNING,
        Job.lease_until > clock.now(),
    )
    return exists(running)


def _last_turn(session: Session) -> datetime | None:
    turns = [
        row.next_at - timedelta(seconds=SCHEDULES[row.name][0])
        for row in session.execute(select(Schedule.name, Schedule.next_at))
        if row.name in SCHEDULES
    ]
    return max(turns, default=None)


def retry(session: Session, job_id: int) -> int:
    """Queue a failed job anew, as another one; the failed one is kept with a note.

    A new row, because the attempts of the old one tell its workers apart.

    Raises:
        Conflict: it has not failed (any more).
    """
    old = _failed(session, job_id)
    new = enqueue(
        session,
        old.name,
        dict(old.payload),
        dedupe_key=old.dedupe_key,
        person_id=old.person_id,
    )
    old.state = JobState.CANCELLED
    old.note = _("Diulang sebagai pekerjaan %(new)s.", new=new)
    session.flush()
    return new


def discard(session: Session, job_id: int, reason: str) -> Job:
    """Give up a failed job, with the reason.

    Raises:
        MissingReason: no reason is given.
        Conflict: it has not failed (any more).
    """
    reason = reason.strip()
    if not reason:
        raise MissingReason(_("Tulis alasan membuang pekerjaan."), {"reason": _("Wajib diisi.")})
    old = _failed(session, job_id)
    old.state = JobState.CANCELLED
    old.note = reason[:500]
    session.flush()
    return old


def _failed(session: Session, job_id: int) -> Job:
    job = find_job(session, job_id, lock=True)
    if job.state != JobState.FAILED:
        raise Conflict(_("Pekerjaan ini tidak lagi gagal; mungkin sudah diulang atau dibuang."))
    return job
