"""Bad: a misspelt hook."""

from __future__ import annotations

from portal.api import Plugin, hookimpl


@hookimpl
def portal_evnt(event: object) -> None:
    """Nobody would ever call it."""


@hookimpl
def portal_plugin() -> Plugin:
    """The manifest."""
    return Plugin(standard="standard.md")
