"""Bad: its view over a table of the core stops every rebuild of that table."""

from __future__ import annotations

from portal.api import Plugin, hookimpl

from . import models as models


@hookimpl
def portal_plugin() -> Plugin:
    """The manifest."""
    return Plugin(standard="standard.md", table_prefix="viw")
