"""All pages of the daily work: importing this module fills the blueprint."""

from __future__ import annotations

from portal.workflow import control_views, views
from portal.workflow.blueprint import bp

__all__ = ["bp", "control_views", "views"]
