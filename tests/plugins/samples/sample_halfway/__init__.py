"""Bad: its blueprint fails after its first route."""

from __future__ import annotations

from flask import Blueprint
from flask.sansio.blueprints import BlueprintSetupState

from portal.api import Plugin, hookimpl

bp = Blueprint("sample_halfway", __name__, url_prefix="/layanan/sample-halfway")


@bp.get("/")
def first() -> str:
    """The route that must not stay behind."""
    return "first"


@bp.record
def fail(state: BlueprintSetupState) -> None:
    """The half way."""
    raise RuntimeError("half-way")


@hookimpl
def portal_plugin() -> Plugin:
    """The manifest."""
    return Plugin(standard="standard.md", blueprints=[bp])
