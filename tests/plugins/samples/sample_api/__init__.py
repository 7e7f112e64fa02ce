"""Bad: made for another version of the manifest."""

from __future__ import annotations

from portal.api import Plugin, hookimpl


@hookimpl
def portal_plugin() -> Plugin:
    """The manifest."""
    return Plugin(api=99, standard="standard.md")
