"""A plugin for tests that kill processes: a short procedure with files, and a slow page.

Each act raises events, so each act leaves jobs.
"""

from __future__ import annotations

import os
from pathlib import Path
from threading import Event

from flask import Blueprint

from portal.api import (
    CaseStarted,
    Files,
    Plugin,
    Role,
    Start,
    TaskDone,
    Text,
    Workflow,
    hookimpl,
    review,
    task,
)
from portal.api import Event as Happened

LETTER = Workflow(
    "steady",
    "Surat",
    number="TTP",
    roles=(
        ("boss", Role("Kepala Biro", position="karo-otlak")),
        ("staff", Role("Staf Bagian", position="staf-akin-1")),
    ),
    starts=(Start("new", "Surat baru", "Surat {hal}", by=("boss",), record=(Text("hal", "Hal"),)),),
    steps=(
        task(
            "a",
            "Menyusun",
            by="staff",
            record=[Text("uraian", "Uraian"), Files("lampiran", "Lampiran", required=False)],
        ),
        review("b", "Memeriksa", by="boss", reviews="a", back_to="a"),
    ),
)

bp = Blueprint("steady", __name__, url_prefix="/layanan/steady")


@bp.get("/lambat")
def slow() -> str:
    """Leave a file that says that it has begun, then wait until there is another."""
    signs = Path(os.environ["STEADY_SIGNS"])
    (signs / "begun").touch()
    for _ in range(1500):
        if (signs / "go").exists():
            return "selesai"
        Event().wait(0.02)
    return "nobody came"


@hookimpl
def portal_plugin() -> Plugin:
    """The manifest."""
    return Plugin(
        standard="standard.md",
        workflows=[LETTER],
        blueprints=[bp],
        events=[CaseStarted, TaskDone],
    )


@hookimpl
def portal_event(event: Happened) -> None:
    """Nothing is done; the job that brought it is what the tests count."""
