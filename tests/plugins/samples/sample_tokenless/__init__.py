"""Bad: a form that is taken without its token."""

from __future__ import annotations

from flask import Blueprint
from flask.blueprints import BlueprintSetupState

from portal.api import Plugin, hookimpl

bp = Blueprint("sample_tokenless", __name__, url_prefix="/layanan/sample-tokenless")


@bp.post("/")
def change() -> str:
    """Change something."""
    return "changed"


@bp.record
def _exempt(state: BlueprintSetupState) -> None:
    protection = state.app.extensions.get("csrf")
    if protection is not None:
        protection.exempt(change)


@hookimpl
def portal_plugin() -> Plugin:
    """The manifest."""
    return Plugin(standard="standard.md", blueprints=[bp])
