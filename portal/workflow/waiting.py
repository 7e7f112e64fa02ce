"""The rows that say where a step waits: for the inbox, and for the list of cases.

Who may do the step is decided before; here is only what such a row holds.
"""

from __future__ import annotations

from typing import Any

from portal.workflow.corebook import CORE
from portal.workflow.models import Case, Task
from portal.workflow.timing import NO_LIMIT


def waiting_at(case: Case, task: Task, position_id: int, *, proxy: bool = False) -> dict[str, Any]:
    """The row of a task that waits at a position; the list of cases reads it for ever."""
    listed = case.plugin != CORE
    return {
        "task_id": task.id,
        "position_id": position_id,
        "proxy": proxy,
        "due": task.due or NO_LIMIT,
        "is_open": True,
        "listed_case_id": case.id if listed else None,
        "listed_at": case.started_at if listed else None,
    }
