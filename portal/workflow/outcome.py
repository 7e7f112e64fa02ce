"""What came of a finished case, for its requester: letters, what was planned, the last step.

Everything stands on the case page step by step as well; this only brings it to the front.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.workflow.fields import DateTime, Letter
from portal.workflow.models import Task, TaskStatus
from portal.workflow.recordform import describe
from portal.workflow.run import Run


@dataclass(frozen=True, slots=True)
class Result:
    """One thing that came of the case; ``records`` are (label, value) pairs."""

    title: str
    by: str
    at: datetime
    records: Sequence[tuple[str, Any]]


def results_of(
    run: Run, tasks: Sequence[Task], zone: str, names: Mapping[str, str]
) -> list[Result]:
    """The letters and plans of the finished steps and what the last of them recorded."""
    done = [
        task
        for task in tasks
        if task.current and task.status == TaskStatus.DONE and task.done_at is not None
        if not run.plan.step(task.step).detached
    ]
    if not done:
        return []
    last = max(done, key=lambda task: (task.done_at or task.opened_at, task.id))
    results = []
    for task in done:
        step = run.plan.step(task.step)
        telling = any(
            isinstance(each, Letter) or (isinstance(each, DateTime) and each.future)
            for each in step.record
        )
        if (telling or task is last) and task.done_at is not None:
            rows = describe(step.record, task.record, zone, names)
            results.append(Result(step.output or step.title, task.acted_by, task.done_at, rows))
    return results
