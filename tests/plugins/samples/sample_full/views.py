"""The page of the sample."""

from __future__ import annotations

from flask import Blueprint, render_template

from portal.api import current_actor, require

bp = Blueprint(
    "sample_full",
    __name__,
    url_prefix="/layanan/sample-full",
)


@bp.get("/")
def notes() -> str:
    """All notes."""
    require(current_actor(), "sample_full.read")
    return render_template("sample_full/notes.html")
