"""Bad: it takes an address of the core."""

from __future__ import annotations

from flask import Blueprint

from portal.api import Plugin, hookimpl

bp = Blueprint("sample_route", __name__)


@bp.get("/tugas")
def inbox() -> str:
    """Not its address."""
    return "stolen"


@hookimpl
def portal_plugin() -> Plugin:
    """The manifest."""
    return Plugin(standard="standard.md", blueprints=[bp])
