"""Bad: every hook but the manifest raises, one of them after a failed statement."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import text

from portal.api import (
    Actor,
    Case,
    CaseTask,
    ComplaintFacts,
    Event,
    Plugin,
    Position,
    hookimpl,
)


@hookimpl
def portal_plugin() -> Plugin:
    """The manifest."""
    return Plugin(standard="standard.md")


@hookimpl
def portal_authorize(person: Actor, permission: str, resource: object | None) -> bool | None:
    """Raise."""
    raise RuntimeError("authorize")


@hookimpl
def portal_assign(case: Case, task: CaseTask) -> list[Position] | None:
    """Raise."""
    raise SystemExit("assign")


@hookimpl
def portal_route_complaint(complaint: ComplaintFacts) -> Position | None:
    """Raise."""
    raise RuntimeError("route")


@hookimpl
def portal_event(event: Event) -> None:
    """Raise."""
    raise RuntimeError("event")


@hookimpl
def portal_slot(slot: str, context: Mapping[str, Any]) -> str | None:
    """Fail inside the database, then raise."""
    context["session"].execute(text("SELECT * FROM no_such_table"))
    return None
