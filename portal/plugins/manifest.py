"""What a plugin says about itself: one frozen manifest and the small values in it.

Only data and names lie here. What is checked about them is in ``preflight.py``,
what becomes of them in ``host.py``. Every field is described below it; a test
holds ``docs/authors/manifest.md`` to these words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from flask import url_for

from portal.auth.rights import Actor, Policy
from portal.events import Event
from portal.jobs.queue import Handler
from portal.org.unit_sets import UnitSetRow
from portal.workflow.behaviours import Check, Effect, OwnForm
from portal.workflow.definition import Workflow

if TYPE_CHECKING:
    from flask import Blueprint

API_VERSIONS = frozenset({1})
"""The manifest versions that this portal understands."""

Work = Callable[..., object]
"""Sample or benchmark work; its arguments are those of the command that calls it."""


@dataclass(frozen=True, slots=True)
class UnitSet:
    """A set of units that cases fan out over.

    ``key`` begins with the plugin's key and a dot; ``members`` name a unit and
    its coordinating unit by their codes, in the standard's order.
    """

    key: str
    title: str
    members: tuple[UnitSetRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuItem:
    """One line of the menu that leads to a page of the plugin.

    ``icon`` is a name of the sprite, ``group`` the heading it stands under,
    ``permission`` the action needed to see it (empty: anybody logged in),
    ``badge`` counts what waits there (0 shows nothing).
    """

    label: str
    endpoint: str
    icon: str = "point"
    group: str = ""
    permission: str = ""
    badge: Callable[[Actor], int] | None = None

    @property
    def address(self) -> str:
        """Where the item leads."""
        return url_for(self.endpoint)


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredForm:
    """A form that ``portal bench`` fills in and sends.

    ``person`` (a log-in name of the shipped organisation) opens ``address``; ``fields`` are
    functions of a running number that fill in its fields by name. Each function after the
    first fills in the task that the page linked to after sending.
    """

    person: str
    address: str
    fields: Sequence[Callable[[int], Mapping[str, Any]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Pages and forms of the plugin for one command of ``portal bench``.

    ``subject`` is ``cases``, or ``register`` for lists of the plugin's own; ``pages`` are
    pairs of a log-in name and the address of a list that fills a page at 1,000 cases.
    """

    subject: str
    pages: Sequence[tuple[str, str]] = ()
    forms: Sequence[MeasuredForm] = ()


def _nothing() -> Mapping[str, Any]:
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Plugin:
    """The manifest, returned by the plugin's ``portal_plugin`` hook."""

    api: int = 1
    """Version of the manifest. A version that this portal does not know quarantines the
    plugin. Since 1."""

    title: str = ""
    """Name shown to administrators; empty takes the standard's title. Since 1."""

    standard: str = ""
    """File of the standard, relative to the plugin's package; its key must be the entry
    point's name. A file that cannot be read quarantines the plugin. Empty: the plugin carries
    out no standard, and then it has no workflows. Since 1."""

    workflows: Sequence[Workflow] = ()
    """The procedures of the standard. An unsound one, or a key that an earlier plugin has,
    quarantines the plugin. Since 1."""

    forms: Mapping[str, OwnForm] = field(default_factory=_nothing)
    """Forms over tables of the plugin's own, by the name that steps give in ``form=``.
    A step that names a form that is not here quarantines the plugin. Since 1."""

    effects: Mapping[str, Effect] = field(default_factory=_nothing)
    """What a finished step does beyond the workflow, by the name in ``effect=``; runs in the
    act's transaction, and what it raises undoes the act. Since 1."""

    checks: Mapping[str, Check] = field(default_factory=_nothing)
    """Requirements (clause C) by the name in ``requires=``; the answer is None or the
    sentence that says what is missing. What it raises stops the act. Since 1."""

    unit_sets: Sequence[UnitSet] = ()
    """Sets of units that cases fan out over; stored when the instance is made, then edited
    by administrators. A key outside the plugin's quarantines it. Since 1."""

    table_prefix: str = ""
    """Beginning of the names of the plugin's tables, without the underscore. A table with
    another beginning quarantines the plugin. Since 1."""

    blueprints: Sequence[Blueprint] = ()
    """Flask blueprints, with routes below ``/layanan/<slug>/``; templates lie in
    ``templates/<key>/`` of the package, with blueprints or without. Anything that reaches
    beyond quarantines the plugin. Since 1."""

    permissions: Mapping[str, Policy] = field(default_factory=_nothing)
    """Actions ``<key>.<verb>`` with the function ``(actor, object) -> bool`` that decides
    them; everything else is denied. Since 1."""

    publications: Sequence[str] = ()
    """Kinds of documents that the plugin may make public; anything else is refused when it
    is to be finalized. Since 1."""

    menu: Sequence[MenuItem] = ()
    """Lines of the menu; a line whose permission the person lacks is not shown. Since 1."""

    jobs: Mapping[str, Handler] = field(default_factory=_nothing)
    """Work for the worker by name ``<key>.<verb>``; repeated when it raises. Since 1."""

    events: Sequence[type[Event]] = ()
    """The kinds of events that ``portal_event`` hears of; empty means all. What nobody hears
    of costs an act nothing. Since 1."""

    demo: Work | None = None
    """Makes the plugin's sample cases for ``portal demo``; called with a player, which acts as
    the officials, and the present time. What it raises stops the command. Since 1."""

    bench: Work | None = None
    """Makes the plugin's cases for ``portal bench``. What it raises stops the command.
    Since 1."""

    measured: Sequence[Measured] = ()
    """Lists and forms whose time ``portal bench`` compares at several amounts of data; their
    data are copies of the cases that ``demo`` makes. Since 1."""
