"""Bad: a standard of another key."""

from __future__ import annotations

from portal.api import Plugin, hookimpl


@hookimpl
def portal_plugin() -> Plugin:
    """The manifest."""
    return Plugin(standard="standard.md")
