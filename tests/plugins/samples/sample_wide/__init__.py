"""Bad: a blueprint that looks at every request of the portal."""

from __future__ import annotations

from flask import Blueprint

from portal.api import Plugin, hookimpl

bp = Blueprint("sample_wide", __name__, url_prefix="/layanan/sample-wide")


@bp.before_app_request
def everywhere() -> None:
    """Not its pages."""


@hookimpl
def portal_plugin() -> Plugin:
    """The manifest."""
    return Plugin(standard="standard.md", blueprints=[bp])
