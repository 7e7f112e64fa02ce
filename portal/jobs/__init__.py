"""Background work: one job table, one runner, periodic schedules.

``enqueue`` puts a job into the caller's transaction; a ``Worker`` (in ``portal
worker``, or in a thread of ``portal serve``) carries it out. What a job does
belongs to the domain that registers it with ``@job`` or ``@every``.
"""

from portal.jobs.queue import Cancelled, Run, cancel, enqueue, enqueue_all, every, job
from portal.jobs.runner import Worker, run_pending, run_schedules

__all__ = [
    "Cancelled",
    "Run",
    "Worker",
    "cancel",
    "enqueue",
    "enqueue_all",
    "every",
    "job",
    "run_pending",
    "run_schedules",
]
