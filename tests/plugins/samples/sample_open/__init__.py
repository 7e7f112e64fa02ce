"""Bad: a page for everybody."""

from __future__ import annotations

from flask import Blueprint

from portal.api import Plugin, hookimpl

bp = Blueprint("sample_open", __name__, url_prefix="/layanan/sample-open")


@bp.get("/<int:number>")
def page(number: int) -> str:
    """Open to anonymous visitors."""
    return "open"


page.portal_public = True  # type: ignore[attr-defined]  # what a careless author might do


@hookimpl
def portal_plugin() -> Plugin:
    """The manifest."""
    return Plugin(standard="standard.md", blueprints=[bp])
