"""Tables of background work: jobs, and when each schedule runs next."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base


class JobState(StrEnum):
    """``queued`` waits (also for a retry); the last three are final."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Job(Base):
    """One piece of work: which handler, with what, and how far it has come.

    ``lease_until`` is set while a worker has it; a lease that ran out means that the
    worker died, and the job is taken again. Only one *queued* job has a ``dedupe_key``.
    ``done`` and ``total`` are the progress, in units of the job's own. ``person_id`` is who
    began it (None: the portal itself), ``result`` the local address of what it made, ``note``
    why it was given up.
    """

    __tablename__ = "job"
    __table_args__ = (
        Index(
            "uq_job_dedupe_key",
            "dedupe_key",
            unique=True,
            sqlite_where=text("state = 'queued'"),
            postgresql_where=text("state = 'queued'"),
        ),
        Index(
            "ix_job_waiting",
            "run_after",
            "id",
            sqlite_where=text("state IN ('queued', 'running')"),
            postgresql_where=text("state IN ('queued', 'running')"),
        ),
        Index("ix_job_state", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[JobState] = mapped_column(String(10), default=JobState.QUEUED)
    attempts: Mapped[int] = mapped_column(default=0)
    run_after: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    last_error: Mapped[str] = mapped_column(Text, default="")
    dedupe_key: Mapped[str | None] = mapped_column(String(120))
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    person_id: Mapped[int | None]
    result: Mapped[str] = mapped_column(String(300), default="", server_default="")
    note: Mapped[str] = mapped_column(Text, default="", server_default="")


class Schedule(Base):
    """The next run of a periodic function; the worker that moves the row runs it."""

    __tablename__ = "job_schedule"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    next_at: Mapped[datetime]
