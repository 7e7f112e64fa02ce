"""What a definition only names: effects, checks and own forms, looked up in the owning plugin.

The plugin host implements :class:`Behaviours` and is handed over by the app;
this layer does not know pluggy.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, cast

from flask import current_app
from markupsafe import Markup
from sqlalchemy.orm import Session
from wtforms import Form

from portal.auth.rights import Actor
from portal.events import Event
from portal.org.models import Position
from portal.workflow.corebook import CORE, book, named
from portal.workflow.definition import Workflow
from portal.workflow.models import Case, Task


@dataclass(frozen=True, slots=True)
class EffectContext:
    """What an effect gets: the act's own transaction and what was acted on.

    ``record`` are the recorded fields of the task, ``form`` the validated own form
    if the step has one. Raising undoes the whole act.
    """

    session: Session
    case: Case
    task: Task
    actor: Actor
    outcome: str
    record: dict[str, Any]
    form: Form | None = None


@dataclass(frozen=True, slots=True)
class OwnForm:
    """A form over tables of the plugin's own; the engine places it among a step's fields.

    ``form``: the WTForms class, without CSRF of its own (``RowForm``).
    ``load(session, case, task)``: what it starts with, an object or mapping.
    ``save(session, case, task, form, actor)``: store it in the act's transaction.
    ``show(session, case, task)``: (label, value) pairs for the case page.
    ``template``: renders ``form.isi.form``; without one the fields come in order.
    """

    form: type[Form]
    load: Callable[[Session, Case, Task], Any]
    save: Callable[[Session, Case, Task, Form, Actor], None]
    show: Callable[[Session, Case, Task], Sequence[tuple[str, Any]]]
    template: str = ""


Effect = Callable[[EffectContext], None]
Check = Callable[[Session, "Case | dict[str, Any]", Actor], str | None]


class Behaviours(Protocol):
    """The lookups the engine needs; an unknown name raises ``NotFound``."""

    def effect(self, plugin: str, name: str) -> Effect: ...

    def check(self, plugin: str, name: str) -> Check: ...

    def form(self, plugin: str, name: str) -> OwnForm: ...

    def workflows(self) -> dict[str, tuple[str, Workflow]]: ...

    def standard_title(self, plugin: str) -> str: ...

    def assign(self, case: Case, task: Task) -> Sequence[Position] | None: ...

    def event(self, session: Session, *told: Event) -> None: ...

    def slot(self, name: str, context: Mapping[str, Any]) -> list[Markup]: ...

    def active(self, plugin: str) -> bool: ...


class Directory:
    """The plugin host, with the core's own workflows beside the plugins'."""

    def __init__(self, host: Behaviours) -> None:
        self._host = host

    def __getattr__(self, name: str) -> Any:
        return getattr(self._host, name)

    def effect(self, plugin: str, name: str) -> Effect:
        """The effect of that name in the owner of the case."""
        if plugin == CORE:
            return cast(Effect, named(book.effects, name))
        return self._host.effect(plugin, name)

    def check(self, plugin: str, name: str) -> Check:
        """The check of that name in the owner of the case."""
        if plugin == CORE:
            return cast(Check, named(book.checks, name))
        return self._host.check(plugin, name)

    def form(self, plugin: str, name: str) -> OwnForm:
        """The form of that name in the owner of the case."""
        if plugin == CORE:
            return cast(OwnForm, named(book.forms, name))
        return self._host.form(plugin, name)

    def workflows(self) -> dict[str, tuple[str, Workflow]]:
        """All running workflows by key, with their owner."""
        core = {key: (CORE, workflow) for key, workflow in book.workflows.items()}
        return {**core, **self._host.workflows()}

    def standard_title(self, plugin: str) -> str:
        """The title of the owner's standard."""
        return "" if plugin == CORE else self._host.standard_title(plugin)

    def active(self, plugin: str) -> bool:
        """Whether the owner of a case is running."""
        return plugin == CORE or self._host.active(plugin)


def behaviours() -> Behaviours:
    """Where the engine looks up what a definition only names."""
    return cast(Behaviours, Directory(current_app.extensions["portal_host"]))
