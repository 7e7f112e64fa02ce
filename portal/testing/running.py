"""What a running portal does by itself, done at once: jobs, and the export of the public site."""

from __future__ import annotations

from contextvars import Context
from pathlib import Path

from flask import Flask

from portal.config import Settings


def run_jobs(app: Flask, limit: int = 100) -> int:
    """Run the waiting jobs whose time has come, as the worker would; returns how many.

    What the test's own session has not committed is not seen.
    """
    from portal.jobs.runner import run_pending

    return Context().run(run_pending, app, limit)


def run_schedules(app: Flask) -> int:
    """Run what the worker does periodically and whose turn has come, such as the reminders."""
    from portal.jobs.runner import run_schedules as run

    return Context().run(run, app)


def export_site(app: Flask, output: Path) -> Path:
    """Freeze the public site from the store of ``app``; returns the folder of the site."""
    from portal.publishing.export import export

    settings: Settings = app.config["PORTAL"]
    export(settings.publications, output)
    return output
