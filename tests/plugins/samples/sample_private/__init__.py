"""Bad: it imports what is not the portal's public interface."""

from __future__ import annotations

from portal.api import Plugin, hookimpl
from portal.org.models import Person

PEOPLE = Person


@hookimpl
def portal_plugin() -> Plugin:
    """The manifest."""
    return Plugin(standard="standard.md")
