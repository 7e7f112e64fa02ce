"""Bad: a right of somebody else."""

from __future__ import annotations

from portal.api import Plugin, hookimpl


def anybody(actor: object, resource: object | None) -> bool:
    """Everybody."""
    return True


@hookimpl
def portal_plugin() -> Plugin:
    """The manifest."""
    return Plugin(standard="standard.md", permissions={"system.accounts": anybody})
