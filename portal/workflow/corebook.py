"""Workflows of the core itself, under the plugin key ``portal``: complaints run on the engine.

A core domain registers once, at import. The engine looks effects, checks and forms up
here for cases of that key, and in the plugin host for all others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from portal.errors import NotFound
from portal.workflow.definition import Workflow
from portal.workflow.models import Case

CORE = "portal"

Guard = Callable[[Session, Case, Sequence[int]], list[int]]
"""Of the positions that a step would wait at, those that may have it; see ``register``."""


@dataclass(slots=True)
class CoreBook:
    """What core domains have registered, by name."""

    workflows: dict[str, Workflow] = field(default_factory=dict)
    effects: dict[str, object] = field(default_factory=dict)
    checks: dict[str, object] = field(default_factory=dict)
    forms: dict[str, object] = field(default_factory=dict)
    guards: dict[str, Guard] = field(default_factory=dict)
    pages: dict[str, str] = field(default_factory=dict)


book = CoreBook()


def register(
    workflow: Workflow,
    *,
    effects: Mapping[str, object] | None = None,
    checks: Mapping[str, object] | None = None,
    forms: Mapping[str, object] | None = None,
    guard: Guard | None = None,
    page: str = "",
) -> None:
    """Add a core workflow with what it names; doing it twice changes nothing.

    ``guard`` has the last word on where a step of its cases waits, whoever answered.
    ``page`` is the endpoint (with ``number``) that shows its cases instead of the engine's.
    """
    book.workflows[workflow.key] = workflow
    book.effects.update(effects or {})
    book.checks.update(checks or {})
    book.forms.update(forms or {})
    if guard is not None:
        book.guards[workflow.key] = guard
    if page:
        book.pages[workflow.key] = page


def guarded(session: Session, root: Case, positions: Sequence[int]) -> list[int]:
    """Where a step of this case may wait, after the word of the workflow's own guard."""
    guard = book.guards.get(root.workflow) if root.plugin == CORE else None
    return list(positions) if guard is None else guard(session, root, positions)


def own_page(case: Case) -> str:
    """The endpoint of the page that a core domain has for its cases; empty if none."""
    return book.pages.get(case.workflow, "") if case.plugin == CORE else ""


def named(table: Mapping[str, object], name: str) -> object:
    """Look a name up; raises NotFound."""
    if name not in table:
        raise NotFound(name)
    return table[name]
