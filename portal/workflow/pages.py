"""All of the daily work: importing this module fills the blueprint and sets the schedules."""

from __future__ import annotations

from portal.workflow import (
    absence,
    asking_views,
    case_files,
    case_list_views,
    control_views,
    reminders,
    request_views,
    unsealing_views,
    views,
)
from portal.workflow.blueprint import bp

__all__ = [
    "absence",
    "asking_views",
    "bp",
    "case_files",
    "case_list_views",
    "control_views",
    "reminders",
    "request_views",
    "unsealing_views",
    "views",
]
