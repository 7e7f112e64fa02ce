"""All of complaints: importing this module fills the blueprint and sets the schedule."""

from __future__ import annotations

from portal.complaints import admin, closing, files, handling_views, list_views, track_views, views
from portal.complaints.blueprint import bp

__all__ = [
    "admin",
    "bp",
    "closing",
    "files",
    "handling_views",
    "list_views",
    "track_views",
    "views",
]
