"""Everything that is asked of a plugin before a running portal is touched.

The blueprints are registered on a throw-away app first: Flask cannot take a route back,
so one that fails half-way must fail there. Each function raises ``Refused``.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import PurePosixPath
from typing import Any

from flask import Blueprint, Flask
from flask.sansio.blueprints import Blueprint as AnyBlueprint
from flask_babel import lazy_gettext as _l
from sqlalchemy.engine import Engine
from sqlalchemy.exc import OperationalError

from portal import migrate
from portal.db import reading
from portal.errors import PortalError
from portal.plugins.discovery import Candidate, Refused, describe
from portal.standards.document import Standard, load_standard
from portal.workflow import soundness
from portal.workflow.definition import ForEachUnit, Start, Task
from portal.workflow.fields import PerUnit

log = logging.getLogger(__name__)

APP_WIDE = (
    "before_request_funcs",
    "after_request_funcs",
    "teardown_request_funcs",
    "url_value_preprocessors",
    "url_default_functions",
    "template_context_processors",
)
"""Attributes of Flask in which the key None holds for every page."""


def standard_of(candidate: Candidate) -> Standard | None:
    """Read the plugin's standard, if it names one, and compare its key."""
    if not candidate.manifest.standard:
        if candidate.manifest.workflows:
            reason = _l("Plugin ini membawa alur kerja tanpa standar pelayanan.")
            raise Refused(reason, "workflows need a standard")
        return None
    path = candidate.folder / candidate.manifest.standard
    try:
        standard = load_standard(path)
    except PortalError as error:
        raise Refused(_l("Standar pelayanannya tidak dapat dibaca."), str(error)) from error
    if standard.key != candidate.key:
        raise Refused(
            _l("Kunci pada standar pelayanan berbeda dari kunci plugin."),
            f"{path.name}: key is {standard.key!r}, the entry point's name {candidate.key!r}",
        )
    return standard


def check_workflows(candidate: Candidate) -> None:
    """Every workflow is sound, and names only what the manifest has."""
    manifest = candidate.manifest
    has = {
        "effect": set(manifest.effects),
        "check": set(manifest.checks),
        "form": set(manifest.forms),
        "unit set": {unit_set.key for unit_set in manifest.unit_sets},
    }
    faults: list[str] = []
    for workflow in manifest.workflows:
        faults += [f"{workflow.key}: {fault}" for fault in soundness.check(workflow)]
        faults += [
            f"{workflow.key}: {where}: {kind} {name!r} is not in the manifest"
            for where, kind, name in _names(workflow)
            if name not in has[kind]
        ]
    if faults:
        raise Refused(_l("Alur kerja plugin ini belum benar."), "; ".join(faults))


def check_names(candidate: Candidate) -> None:
    """Permissions, jobs and unit sets lie under the plugin's own key."""
    manifest = candidate.manifest
    names = [*manifest.permissions, *manifest.jobs, *(s.key for s in manifest.unit_sets)]
    if wrong := sorted(name for name in names if not name.startswith(f"{candidate.key}.")):
        raise Refused(
            _l("Plugin ini memakai nama di luar kuncinya."),
            f"must begin with {candidate.key}.: {', '.join(wrong)}",
        )


def check_blueprints(candidate: Candidate, app: Flask) -> None:
    """Register the blueprints on a throw-away app and look at what they did to it."""
    trial = Flask("portal", static_folder=None, template_folder=None)
    trial.config.update(app.config)
    before = _app_wide(trial)
    blueprints = blueprints_of(candidate)
    for blueprint in blueprints:
        if blueprint.name in app.blueprints:
            raise _stolen(f"the blueprint's name {blueprint.name!r} is taken")
        try:
            trial.register_blueprint(blueprint)
        except (Exception, SystemExit) as error:  # anything may stand in a blueprint
            reason = _l("Halaman plugin ini tidak dapat dipasang.")
            raise Refused(reason, describe(error)) from error
    for each in trial.iter_blueprints():
        _check_templates(candidate, each)
    if _app_wide(trial) != before:
        raise _stolen("a blueprint adds handlers, filters or functions for the whole portal")
    prefix = f"/layanan/{candidate.slug}"
    own = {blueprint.name for blueprint in blueprints}
    for rule in trial.url_map.iter_rules():
        if rule.rule != prefix and not rule.rule.startswith(f"{prefix}/"):
            raise _stolen(f"the route {rule.rule} does not lie below {prefix}/")
        if rule.endpoint.partition(".")[0] not in own:
            raise _stolen(f"the endpoint {rule.endpoint} does not belong to a blueprint")
    for item in candidate.manifest.menu:
        if item.endpoint not in trial.view_functions:
            raise Refused(
                _l("Menu plugin ini menunjuk halaman yang tidak ada."), str(item.endpoint)
            )


def blueprints_of(candidate: Candidate) -> list[Blueprint]:
    """The manifest's blueprints, and one that makes the package's templates known."""
    holder = Blueprint(
        f"templates:{candidate.key}",
        candidate.package,
        root_path=str(candidate.folder),
        template_folder="templates",
    )
    return [*candidate.manifest.blueprints, holder]


def check_migrations(candidate: Candidate, engine: Engine) -> None:
    """The database has all of the plugin's revisions."""
    owner = candidate.owner
    if owner is None:
        return
    try:
        with reading():
            pending = migrate.pending(engine, owner)
    except PortalError as error:
        raise Refused(
            _l("Migrasi plugin ini tidak cocok dengan basis data."), str(error)
        ) from error
    except OperationalError as error:
        # Nobody is helped by a plugin that stays away after the database has come back.
        log.warning("plugin %s: migrations not checked: %s", candidate.key, describe(error))
        return
    if pending:
        raise PendingMigrations(pending)


class PendingMigrations(Refused):
    """The database is behind; the operator mends it, so strict mode does not raise it."""

    def __init__(self, pending: list[str]) -> None:
        super().__init__(
            _l("Migrasi basis data tertunda: jalankan portal db upgrade."),
            f"pending: {', '.join(pending)}",
            _l("Jalankan portal db upgrade, lalu mulai ulang portal."),
        )


def _names(value: object) -> Iterator[tuple[str, str, str]]:
    """(place, kind, name) of all that a definition only names."""
    match value:
        case Task():
            where = f"step {value.id}"
            if value.effect:
                yield where, "effect", value.effect
            if value.form:
                yield where, "form", value.form
            yield from ((where, "check", name) for name in value.requires)
        case Start():
            yield from ((f"start {value.key}", "check", name) for name in value.requires)
        case ForEachUnit():
            yield f"block {value.id}", "unit set", value.over
        case PerUnit() if value.over:
            yield f"field {value.name}", "unit set", value.over
    if isinstance(value, tuple):
        for part in value:
            yield from _names(part)
    elif is_dataclass(value):
        for each in fields(value):
            yield from _names(getattr(value, each.name))


def _check_templates(candidate: Candidate, blueprint: AnyBlueprint) -> None:
    loader = blueprint.jinja_loader
    for name in loader.list_templates() if loader is not None else ():
        if PurePosixPath(name).parts[0] != candidate.key:
            raise _stolen(f"the template {name} does not lie in {candidate.key}/")


def _app_wide(app: Flask) -> list[Any]:
    """What concerns every page of an app, in a form that can be compared."""
    return [
        *(list(getattr(app, name).get(None, ())) for name in APP_WIDE),
        {code: dict(handlers) for code, handlers in app.error_handler_spec[None].items()},
        list(app.teardown_appcontext_funcs),
        list(app.shell_context_processors),
        dict(app.jinja_env.filters),
        dict(app.jinja_env.globals),
        dict(app.jinja_env.tests),
        dict(app.extensions),
    ]


def _stolen(detail: str) -> Refused:
    return Refused(_l("Plugin ini memakai alamat atau nama yang bukan miliknya."), detail)
