"""The plugin host: the only module that touches pluggy, and the only one that calls plugins.

Each plugin has a plugin manager of its own, and is called by itself: with one manager
for all, one raising implementation aborts a whole call. A plugin that fails at the start
is quarantined; one that fails later loses that one answer. ``PORTAL_STRICT=1`` turns
each of these guards into a raise.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import pluggy
from flask import Flask, current_app
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup, escape
from sqlalchemy.orm import Session, object_session

from portal import events
from portal.auth import rights
from portal.auth.rights import Actor
from portal.complaints.facts import ComplaintFacts
from portal.config import Settings
from portal.db import db
from portal.errors import NotFound, PortalError
from portal.jobs.queue import KINDS, Run, enqueue_all, job
from portal.org.models import Position
from portal.plugins import hookspecs, preflight
from portal.plugins.discovery import (
    Candidate,
    EntryPoints,
    Quarantine,
    Refused,
    describe,
    installed,
    load_all,
    quarantine,
)
from portal.plugins.manifest import MenuItem, Plugin, UnitSet, Work
from portal.standards.document import Standard
from portal.workflow.behaviours import Check, Effect, OwnForm
from portal.workflow.definition import Workflow
from portal.workflow.models import Case, Task

log = logging.getLogger(__name__)

T = TypeVar("T")

PROJECT = "portal"
EVENT_JOB = "plugins.event"

hookimpl = pluggy.HookimplMarker(PROJECT)
_hookspec = pluggy.HookspecMarker(PROJECT)
for _hook in hookspecs.HOOKS:
    # One plugin answers a call here, so "the first result" is its answer as it stands.
    _hookspec(_hook, firstresult=True)


class PluginError(PortalError):
    """In strict mode: a plugin was refused, with its key, the reason and the detail."""


@dataclass(frozen=True, slots=True)
class ActivePlugin:
    """A plugin that is attached: its manifest, its standard, and who brought it."""

    key: str
    slug: str
    manifest: Plugin
    standard: Standard | None
    source: str
    hooks: Any

    @property
    def title(self) -> str:
        """The name that administrators see."""
        return self.manifest.title or (self.standard.title if self.standard else self.key)


@dataclass(frozen=True, slots=True)
class RegisteredStandard:
    """A standard with the plugin that brings it and the workflows that carry it out."""

    plugin: str
    slug: str
    standard: Standard
    workflows: tuple[Workflow, ...]


class PluginHost:
    """Every plugin of one app; in ``app.extensions["portal_host"]``."""

    def __init__(self, entry_points: EntryPoints = installed) -> None:
        """``entry_points`` yields the entry points to look at (default: those installed)."""
        self._entry_points = entry_points
        self._active: dict[str, ActivePlugin] = {}
        self._quarantined: list[Quarantine] = []
        self._strict = False

    # -- the start -------------------------------------------------------------------------

    def init_app(self, app: Flask) -> None:
        """Find, check and attach the plugins; never raises because of one, unless strict."""
        settings: Settings = app.config["PORTAL"]
        self._strict = settings.strict
        app.extensions["portal_host"] = self
        candidates, refused = load_all(settings, self._entry_points)
        for each in refused:
            self._put_aside(each)
        for candidate in candidates:
            try:
                self._attach(app, candidate)
            except preflight.PendingMigrations as error:
                self._quarantined.append(quarantine(candidate.key, error, candidate.source))
                log.warning("plugin %s: %s %s", candidate.key, error.reason, error.detail)
            except Refused as error:
                self._put_aside(quarantine(candidate.key, error, candidate.source))
            except (Exception, SystemExit) as error:  # a manifest may hold anything
                refusal = Refused(_l("Plugin ini tidak dapat diperiksa."), describe(error))
                self._put_aside(quarantine(candidate.key, refusal, candidate.source))
        self._quarantined.sort(key=lambda each: each.key)
        if self._with_hook("portal_authorize"):
            rights.add_veto(self._allows, app)

    def _put_aside(self, each: Quarantine) -> None:
        if self._strict:
            raise PluginError(f"{each.key}: {each.reason} {each.detail}")
        log.error("plugin %s is quarantined: %s %s", each.key, each.reason, each.detail)
        self._quarantined.append(each)

    def _attach(self, app: Flask, candidate: Candidate) -> None:
        """Check everything, then attach; what can fail comes before what cannot be undone."""
        manifest = candidate.manifest
        hooks = _register(candidate)
        standard = preflight.standard_of(candidate)
        self._check_unique(candidate)
        preflight.check_workflows(candidate)
        preflight.check_names(candidate)
        preflight.check_blueprints(candidate, app)
        with app.app_context():
            preflight.check_migrations(candidate, db.engine)
        active = ActivePlugin(
            candidate.key, candidate.slug, manifest, standard, candidate.source, hooks
        )
        for action, function in manifest.permissions.items():
            rights.policy(action)(function)
        for name, handler in manifest.jobs.items():
            if name not in KINDS:  # handlers are the process's, apps may be several
                job(name)(handler)
        for blueprint in preflight.blueprints_of(candidate):
            app.register_blueprint(blueprint)
        self._active[candidate.key] = active

    def _check_unique(self, candidate: Candidate) -> None:
        """No other plugin has the same workflow, case number or table prefix."""
        for other in self._active.values():
            taken = _claims(other.manifest) & _claims(candidate.manifest)
            if taken:
                raise Refused(
                    _l("Plugin lain sudah memakai nama yang sama."),
                    f"{other.key} has {', '.join(sorted(taken))}",
                )

    # -- what there is ---------------------------------------------------------------------

    def plugins(self) -> list[ActivePlugin]:
        """The active plugins, in the order of their keys."""
        return list(self._active.values())

    def quarantined(self) -> list[Quarantine]:
        """The plugins that were left out, with the reason, in the order of their keys."""
        return list(self._quarantined)

    def active(self, plugin: str) -> bool:
        """Whether the plugin is attached."""
        return plugin in self._active

    def standards(self) -> list[RegisteredStandard]:
        """The standards of the active plugins."""
        return [
            RegisteredStandard(each.key, each.slug, each.standard, tuple(each.manifest.workflows))
            for each in self._active.values()
            if each.standard is not None
        ]

    def standard_title(self, plugin: str) -> str:
        """The title of the plugin's standard; empty when the plugin is not active."""
        active = self._active.get(plugin)
        return "" if active is None or active.standard is None else active.standard.title

    def workflows(self) -> dict[str, tuple[str, Workflow]]:
        """Every workflow by its key, with the key of its plugin."""
        return {
            workflow.key: (each.key, workflow)
            for each in self._active.values()
            for workflow in each.manifest.workflows
        }

    def unit_sets(self) -> list[UnitSet]:
        """The unit sets that the active plugins bring."""
        return [row for each in self._active.values() for row in each.manifest.unit_sets]

    def menu(self) -> list[MenuItem]:
        """The plugins' lines of the menu; whoever shows them asks for each permission."""
        return [item for each in self._active.values() for item in each.manifest.menu]

    def publications(self, plugin: str) -> frozenset[str]:
        """The kinds of documents that the plugin may make public."""
        active = self._active.get(plugin)
        return frozenset() if active is None else frozenset(active.manifest.publications)

    def demo(self) -> list[tuple[str, Work]]:
        """What makes each plugin's sample cases, with the plugin's key."""
        return [
            (key, each.manifest.demo) for key, each in self._active.items() if each.manifest.demo
        ]

    def bench(self) -> list[tuple[str, Work]]:
        """What makes each plugin's benchmark cases, with the plugin's key."""
        return [
            (key, each.manifest.bench) for key, each in self._active.items() if each.manifest.bench
        ]

    # -- behaviours, in the owning plugin only -----------------------------------------------

    def effect(self, plugin: str, name: str) -> Effect:
        """The effect of that name; raises NotFound."""
        return _named(self._owner(plugin).manifest.effects, plugin, name)

    def check(self, plugin: str, name: str) -> Check:
        """The check of that name; raises NotFound."""
        return _named(self._owner(plugin).manifest.checks, plugin, name)

    def form(self, plugin: str, name: str) -> OwnForm:
        """The form of that name; raises NotFound."""
        return _named(self._owner(plugin).manifest.forms, plugin, name)

    def _owner(self, plugin: str) -> ActivePlugin:
        if plugin not in self._active:
            raise NotFound(
                _("Plugin %(plugin)s sedang tidak aktif; hubungi administrator.", plugin=plugin)
            )
        return self._active[plugin]

    # -- hooks -----------------------------------------------------------------------------

    def assign(self, case: Case, task: Task) -> Sequence[Position] | None:
        """The first plugin's answer to where a task waits; None leaves it to the bindings."""
        for each in self._with_hook("portal_assign"):
            with self._guard(each.key, "portal_assign", object_session(case)):
                answer = each.hooks.portal_assign(case=case, task=task)
                if answer is not None:
                    return [_position(row) for row in answer]
        return None

    def route_complaint(self, session: Session, complaint: ComplaintFacts) -> Position | None:
        """The first plugin's answer to who receives a complaint; None leaves it to clause H."""
        for each in self._with_hook("portal_route_complaint"):
            with self._guard(each.key, "portal_route_complaint", session):
                answer = each.hooks.portal_route_complaint(complaint=complaint)
                if answer is not None:
                    return _position(answer, "portal_route_complaint")
        return None

    def event(self, session: Session, *told: object) -> None:
        """Tell the plugins after this transaction's commit: one job per event and listener."""
        payloads = []
        for event in told:
            if not isinstance(event, events.Event):
                raise TypeError(f"not an event: {event!r}")
            for each in self._with_hook("portal_event"):
                if not each.manifest.events or type(event) in each.manifest.events:
                    payloads.append({"plugin": each.key, "event": events.to_json(event)})
        enqueue_all(session, EVENT_JOB, payloads)

    def deliver(self, plugin: str, event: events.Event) -> None:
        """Hand an event to one plugin; what it raises reaches the job, which tries again."""
        self._owner(plugin).hooks.portal_event(event=event)

    def slot(self, name: str, context: Mapping[str, Any]) -> list[Markup]:
        """The parts that plugins add to a page at this place."""
        if name not in hookspecs.SLOTS:
            raise LookupError(f"no slot {name!r}")
        parts: list[Markup] = []
        for each in self._with_hook("portal_slot"):
            with self._guard(each.key, "portal_slot", db.session()):
                part = each.hooks.portal_slot(slot=name, context=context)
                if part is not None:
                    parts.append(escape(part))
        return parts

    def _allows(self, actor: Actor, action: str, obj: object | None) -> bool:
        """No plugin forbids the action; one that raises forbids it."""
        for each in self._with_hook("portal_authorize"):
            answer = False
            with self._guard(each.key, "portal_authorize", db.session()):
                answer = (
                    each.hooks.portal_authorize(person=actor, permission=action, resource=obj)
                    is not False
                )
            if not answer:
                return False
        return True

    def _with_hook(self, name: str) -> list[ActivePlugin]:
        return [each for each in self._active.values() if getattr(each.hooks, name).get_hookimpls()]

    @contextmanager
    def _guard(self, plugin: str, hook: str, session: Session | None) -> Iterator[None]:
        """Contain what an implementation raises, also what it did to the transaction."""
        if self._strict:
            yield
            return
        # A failed statement would spoil PostgreSQL's whole transaction.
        savepoint = None if session is None else session.begin_nested()
        try:
            yield
        except (Exception, SystemExit):  # a plugin may raise anything; that is the point
            if savepoint is not None and savepoint.is_active:
                savepoint.rollback()
            log.exception("plugin %s raised in %s", plugin, hook)
        else:
            if savepoint is not None:
                savepoint.commit()


def init_app(app: Flask, entry_points: EntryPoints | None = None) -> PluginHost:
    """Make the host of an app and attach the plugins to it (default: those installed)."""
    host = PluginHost(entry_points or installed)
    host.init_app(app)
    return host


@job(EVENT_JOB)
def deliver_event(run: Run) -> None:
    """The job that hands one event to one plugin."""
    host: PluginHost = current_app.extensions["portal_host"]
    host.deliver(run.payload["plugin"], events.from_json(run.payload["event"]))


def _register(candidate: Candidate) -> Any:
    """A plugin manager for this plugin alone; refuses hooks that nobody would call."""
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(hookspecs.Hooks)
    try:
        manager.register(candidate.implementation, name=candidate.key)
        manager.check_pending()
    except pluggy.PluginValidationError as error:
        raise Refused(_l("Plugin ini memakai hook yang tidak dikenal."), str(error)) from error
    for spec in hookspecs.HOOKS:
        name = spec.__name__
        if (
            hasattr(candidate.implementation, name)
            and not getattr(manager.hook, name).get_hookimpls()
        ):
            raise Refused(
                _l("Plugin ini memakai hook yang tidak dikenal."),
                f"{name} is not marked with @hookimpl",
            )
    return manager.hook


def _claims(manifest: Plugin) -> set[str]:
    """Names that only one plugin may have."""
    return {
        *(f"workflow {workflow.key}" for workflow in manifest.workflows),
        *(f"case number {workflow.number}" for workflow in manifest.workflows),
        *([f"table prefix {manifest.table_prefix}"] if manifest.table_prefix else ()),
    }


def _named(behaviours: Mapping[str, T], plugin: str, name: str) -> T:
    if name not in behaviours:
        raise NotFound(
            _(
                "Plugin %(plugin)s tidak punya %(name)s; hubungi administrator.",
                plugin=plugin,
                name=name,
            )
        )
    return behaviours[name]


def _position(value: object, hook: str = "portal_assign") -> Position:
    if not isinstance(value, Position):
        raise TypeError(f"{hook} must answer with positions, not {value!r}")
    return value
