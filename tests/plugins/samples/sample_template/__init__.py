"""Bad: a template outside its own folder."""

from __future__ import annotations

from flask import Blueprint

from portal.api import Plugin, hookimpl

bp = Blueprint(
    "sample_template",
    __name__,
    url_prefix="/layanan/sample-template",
    template_folder="templates",
)


@hookimpl
def portal_plugin() -> Plugin:
    """The manifest."""
    return Plugin(standard="standard.md", blueprints=[bp])
