"""Finding plugins and reading their manifests, one by one; nothing here needs an app.

A plugin is an entry point of the group ``portal.plugins``. Whatever goes wrong with
one ends as a :class:`Refused` for that one. What an app must check is in
``preflight.py``; attaching is in ``host.py``.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import ModuleType
from typing import Any

from flask_babel import lazy_gettext as _l

from portal.config import Settings
from portal.migrate import Owner
from portal.plugins import tables
from portal.plugins.manifest import API_VERSIONS, Plugin

GROUP = "portal.plugins"
KEY = re.compile(r"[a-z][a-z0-9_]{0,59}\Z")

EntryPoints = Callable[[], Iterable[EntryPoint]]


class Refused(Exception):
    """A plugin cannot be attached: ``reason`` for the administrator, ``detail`` for its author.

    ``advice`` says what to do about it.
    """

    def __init__(self, reason: Any, detail: str = "", advice: Any = "") -> None:
        super().__init__(detail)  # the reason is translated where it is shown
        self.reason = reason
        self.detail = detail
        self.advice = advice or _l(
            "Kirim rinciannya kepada pembuat plugin, atau matikan dengan PORTAL_PLUGINS_OFF."
        )


@dataclass(frozen=True, slots=True)
class Quarantine:
    """A plugin that was left out. ``reason`` and ``advice`` are Indonesian sentences,
    ``detail`` is technical."""

    key: str
    reason: Any
    detail: str
    advice: Any
    source: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A plugin whose manifest could be read and whose models hold."""

    key: str
    package: str
    folder: Path
    implementation: ModuleType
    manifest: Plugin
    source: str

    @property
    def slug(self) -> str:
        """The key as it stands in addresses."""
        return self.key.replace("_", "-")

    @property
    def owner(self) -> Owner | None:
        """The owner of the plugin's tables; None if it has none."""
        if not self.manifest.table_prefix:
            return None
        return Owner(self.key, self.folder / "migrations", self.manifest.table_prefix)


def installed() -> Iterable[EntryPoint]:
    """The plugins of the distributions installed here."""
    return entry_points(group=GROUP)


def owners(settings: Settings, provider: EntryPoints = installed) -> list[Owner]:
    """Owners of plugin tables, in name order: what ``portal db`` has to migrate."""
    found, _refused = load_all(settings, provider)
    return [owner for candidate in found if (owner := candidate.owner) is not None]


def load_all(
    settings: Settings, provider: EntryPoints = installed
) -> tuple[list[Candidate], list[Quarantine]]:
    """Every wanted plugin, in name order, and those that were refused, with the reason."""
    found: list[Candidate] = []
    refused: list[Quarantine] = []
    for key, points in _wanted(settings, provider):
        source = ", ".join(sorted({source_of(point) for point in points}))
        try:
            found.append(load(key, points))
        except Refused as error:
            refused.append(quarantine(key, error, source))
    return found, refused


def load(key: str, points: list[EntryPoint]) -> Candidate:
    """Import one plugin and read its manifest.

    Raises:
        Refused: with the reason; the plugin's tables are then out of the metadata.
    """
    point = _only(key, points)
    try:
        implementation = _import(point)
        manifest = _manifest(implementation)
        tables.check(point.module, manifest.table_prefix)
    except Refused:
        tables.forget(point.module)
        raise
    except tables.BadTables as error:
        tables.forget(point.module)
        raise Refused(_l("Tabel atau model plugin ini salah."), str(error)) from error
    file = getattr(implementation, "__file__", None)
    if file is None:
        raise Refused(_l("Entri plugin ini bukan sebuah paket Python."), point.value)
    return Candidate(
        key, point.module, Path(file).parent, implementation, manifest, source_of(point)
    )


def quarantine(key: str, error: Refused, source: str) -> Quarantine:
    """The refusal as it is shown."""
    return Quarantine(key, error.reason, error.detail, error.advice, source)


def source_of(point: EntryPoint) -> str:
    """The distribution that brings the plugin, with its version."""
    return f"{point.dist.name} {point.dist.version}" if point.dist is not None else point.value


def describe(error: BaseException) -> str:
    """An exception as one technical line, with the place where it was raised."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
    return f"{type(error).__name__}: {error}{place}"


def _wanted(settings: Settings, provider: EntryPoints) -> Iterator[tuple[str, list[EntryPoint]]]:
    """Keys in order with their entry points; more than one means a duplicate, none a gap."""
    points: dict[str, list[EntryPoint]] = {}
    for point in provider():
        rows = points.setdefault(point.name, [])
        # The same distribution may be found twice, in a checkout and where it is installed.
        if all(row.value != point.value for row in rows):
            rows.append(point)
    wanted = set(points) if settings.plugins is None else set(settings.plugins)
    for key in sorted(wanted - set(settings.plugins_off)):
        yield key, points.get(key, [])


def _only(key: str, points: list[EntryPoint]) -> EntryPoint:
    if not points:
        raise Refused(
            _l("PORTAL_PLUGINS menyebut plugin ini, tetapi plugin ini tidak terpasang."),
            advice=_l("Pasang distribusinya, atau hapus namanya dari PORTAL_PLUGINS."),
        )
    if len(points) > 1:
        raise Refused(
            _l("Dua distribusi memakai kunci plugin yang sama."),
            ", ".join(sorted(point.value for point in points)),
            _l("Copot salah satu distribusi itu."),
        )
    if not KEY.match(key):
        raise Refused(_l("Kunci plugin hanya boleh berisi huruf kecil, angka, dan _."), key)
    return points[0]


def _import(point: EntryPoint) -> ModuleType:
    try:
        loaded: ModuleType = point.load()
    # Whatever a foreign module raises while it is imported, also sys.exit(), is its own fault.
    except (Exception, SystemExit) as error:
        raise Refused(_l("Plugin ini tidak dapat dimuat."), describe(error)) from error
    return loaded


def _manifest(implementation: ModuleType) -> Plugin:
    hook = getattr(implementation, "portal_plugin", None)
    if hook is None:
        raise Refused(_l("Plugin ini tidak punya manifes."), "no function portal_plugin")
    try:
        manifest = hook()
    except (Exception, SystemExit) as error:  # as above
        raise Refused(_l("Manifes plugin ini tidak dapat dibaca."), describe(error)) from error
    if not isinstance(manifest, Plugin):
        raise Refused(
            _l("Manifes plugin ini tidak dapat dibaca."),
            f"portal_plugin() returned {type(manifest).__name__}, not Plugin",
        )
    if manifest.api not in API_VERSIONS:
        raise Refused(
            _l("Plugin ini dibuat untuk versi portal yang lain."),
            f"api={manifest.api}, this portal knows {sorted(API_VERSIONS)}",
            _l("Pasang versi plugin yang cocok dengan portal ini."),
        )
    return manifest
