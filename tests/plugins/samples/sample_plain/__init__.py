"""A plugin without a standard: it adds to the portal's frame and hears of ended cases."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal.api import CaseEnded, Event, Plugin, hookimpl

heard: list[Event] = []


@hookimpl
def portal_plugin() -> Plugin:
    """The manifest."""
    return Plugin(events=[CaseEnded])


@hookimpl
def portal_event(event: Event) -> None:
    """Remember it."""
    heard.append(event)


@hookimpl
def portal_slot(slot: str, context: Mapping[str, Any]) -> str | None:
    """The name of whoever reads the page."""
    return f"<{context['actor'].name}>" if slot == "layout.bell" else None
