"""All of the daily work: importing this module fills the blueprint and sets the schedules."""

from __future__ import annotations

from portal.workflow import absence, case_files, control_views, reminders, request_views, views
from portal.workflow.blueprint import bp

__all__ = ["absence", "bp", "case_files", "control_views", "reminders", "request_views", "views"]
