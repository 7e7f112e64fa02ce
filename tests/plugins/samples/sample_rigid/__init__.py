"""Bad: its second revision runs over an empty table only."""

from __future__ import annotations

from portal.api import Plugin, hookimpl

from . import models as models


@hookimpl
def portal_plugin() -> Plugin:
    """The manifest."""
    return Plugin(standard="standard.md", table_prefix="rgd")
