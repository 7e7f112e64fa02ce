"""All of the daily work: importing this module fills the blueprint and sets the reminders."""

from __future__ import annotations

from portal.workflow import case_files, control_views, reminders, views
from portal.workflow.blueprint import bp

__all__ = ["bp", "case_files", "control_views", "reminders", "views"]
