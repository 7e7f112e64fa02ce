"""Bad: a hook without the mark."""

from __future__ import annotations

from portal.api import Plugin, hookimpl


def portal_event(event: object) -> None:
    """Nobody would ever call it."""


@hookimpl
def portal_plugin() -> Plugin:
    """The manifest."""
    return Plugin(standard="standard.md")
