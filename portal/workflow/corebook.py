"""Workflows of the core itself, under the plugin key ``portal``: complaints run on the engine.

A core domain registers once, at import. The engine looks effects, checks and forms up
here for cases of that key, and in the plugin host for all others.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from portal.errors import NotFound
from portal.workflow.definition import Workflow

CORE = "portal"


@dataclass(slots=True)
class CoreBook:
    """What core domains have registered, by name."""

    workflows: dict[str, Workflow] = field(default_factory=dict)
    effects: dict[str, object] = field(default_factory=dict)
    checks: dict[str, object] = field(default_factory=dict)
    forms: dict[str, object] = field(default_factory=dict)


book = CoreBook()


def register(
    workflow: Workflow,
    *,
    effects: Mapping[str, object] | None = None,
    checks: Mapping[str, object] | None = None,
    forms: Mapping[str, object] | None = None,
) -> None:
    """Add a core workflow with what it names; doing it twice changes nothing."""
    book.workflows[workflow.key] = workflow
    book.effects.update(effects or {})
    book.checks.update(checks or {})
    book.forms.update(forms or {})


def named(table: Mapping[str, object], name: str) -> object:
    """Look a name up; raises NotFound."""
    if name not in table:
        raise NotFound(name)
    return table[name]
