"""The hooks a plugin may implement: all of them, on one screen.

A hook is a module-level function of the plugin's package, marked ``@hookimpl``; it may
leave out arguments it does not need. Implementations are called one by one in the
order of the plugins' keys, each by itself: one that raises does not touch the others.
``host.py`` says what becomes of the answers, and a test holds ``docs/authors/hooks.md``
to these docstrings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from markupsafe import Markup

    from portal.auth.rights import Actor
    from portal.complaints.facts import ComplaintFacts
    from portal.events import Event
    from portal.org.models import Position
    from portal.plugins.manifest import Plugin
    from portal.workflow.models import Case, Task

SLOTS: Mapping[str, str] = {
    "case.page": "beside the steps of a case; context: `case`, `actor`",
    "layout.bell": "in the bar at the top of every page, beside the person; context: `actor`,"
    " `session`",
    "standard.page": "below the clauses of a standard; context: `standard`, `actor`",
}
"""The places where a plugin may add a part of a page, each with its context."""


class Hooks(Protocol):
    """The specifications; a plugin implements them as plain functions, without ``self``."""

    def portal_plugin(self) -> Plugin:
        """Return the manifest; the one hook that every plugin has.

        When: once, at the start, before anything of the plugin is attached.
        Result: a ``Plugin``.
        Ties: none, one answer per plugin.
        On error: the plugin is quarantined.
        Since: 1
        """

    def portal_authorize(
        self, person: Actor, permission: str, resource: object | None
    ) -> bool | None:
        """Forbid an action that the portal's rights would allow.

        When: a right is asked for and the policy of the action allowed it; before every
        act on a case that is ``workflow.act``, with an ``ActRequest``. Do not ask for
        rights in it.
        Result: ``False`` forbids; ``None`` and ``True`` say nothing.
        Ties: one ``False`` wins.
        On error: denied.
        Since: 1
        """

    def portal_assign(self, case: Case, task: Task) -> Sequence[Position] | None:
        """Say which positions a new task waits at, instead of those bound to its role.

        When: a task opens, in the transaction of the act that opened it.
        Result: positions, or ``None`` for no opinion.
        Ties: the first answer that is not ``None`` wins; the role bindings answer last,
        and the rule against conflicts of interest is applied to every answer.
        On error: the next plugin is asked.
        Since: 1
        """

    def portal_route_complaint(self, complaint: ComplaintFacts) -> Position | None:
        """Say which position receives a complaint, instead of the one that clause H names.

        When: a complaint is filed, in its transaction. What is told has no text and no name.
        Result: a position, or ``None`` for no opinion.
        Ties: the first answer that is not ``None`` wins; clause H answers last, and the rule
        against conflicts of interest is applied to every answer.
        On error: the next plugin is asked.
        Since: 1
        """

    def portal_event(self, event: Event) -> None:
        """Hear of something that happened: ``TaskOpened``, ``CaseEnded`` and the other events.

        When: after the change was committed, by the worker; perhaps more than once. Only the
        kinds in the manifest's ``events``, if it names any.
        Result: none.
        Ties: every plugin gets every event.
        On error: tried again later for this plugin alone, and logged.
        Since: 1
        """

    def portal_slot(self, slot: str, context: Mapping[str, Any]) -> Markup | str | None:
        """Add a part to a page of the portal, at one of the places in ``SLOTS``.

        When: the page is rendered; reading only.
        Result: ``Markup`` is shown as it stands, a ``str`` is escaped, ``None`` adds
        nothing.
        Ties: all parts are shown, in the order of the plugins' keys.
        On error: the part is left out, and logged.
        Since: 1
        """


HOOKS = (
    Hooks.portal_plugin,
    Hooks.portal_authorize,
    Hooks.portal_assign,
    Hooks.portal_route_complaint,
    Hooks.portal_event,
    Hooks.portal_slot,
)
"""Every hook, in the order of the documentation."""
