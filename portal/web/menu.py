"""The menu: what a person may open, in groups; plugins add their items.

An item whose address does not exist in this application, or whose permission the
person lacks, is not shown. Nothing here decides a right: it asks ``portal.auth.rights``.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from flask import current_app, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import RequestRedirect

from portal.auth.rights import Actor, administrators, can, policy
from portal.db import db
from portal.plugins.manifest import MenuItem
from portal.workflow.inbox import waiting_count

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class CoreItem:
    """One line of the core; read like a plugin's ``MenuItem``, but with a fixed address."""

    label: str
    address: str
    icon: str
    group: str = ""
    permission: str = ""
    badge: Callable[[Actor], int] | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A menu item as the page shows it to one person."""

    label: str
    url: str
    icon: str
    group: str
    current: bool
    badge: int


Menu = tuple[tuple[str, tuple[Entry, ...]], ...]


@dataclass(frozen=True, slots=True)
class SystemPage:
    """A page of the administrators, with what it is for."""

    label: str
    url: str
    icon: str
    about: str


SYSTEM_RIGHT = "system.index"
policy(SYSTEM_RIGHT)(administrators)

SYSTEM = lazy_gettext("Sistem")
GUIDES = lazy_gettext("Pedoman")
ACCOUNT = lazy_gettext("Akun")


def core_items() -> tuple[CoreItem, ...]:
    """The items of the core, in order; those without a page here are left out later."""
    return (
        CoreItem(_("Kotak tugas"), "/tugas", icon="inbox", badge=_waiting),
        CoreItem(_("Permohonan saya"), "/permohonan", icon="file-text"),
        CoreItem(_("Kasus"), "/kasus", icon="folder"),
        CoreItem(_("Pengaduan"), "/pengaduan", icon="message-report"),
        CoreItem(_("Standar pelayanan"), "/standar", icon="list-check", group=str(GUIDES)),
        CoreItem(_("Organisasi"), "/organisasi", icon="sitemap", group=str(GUIDES)),
        CoreItem(_("Publikasi"), "/publikasi", icon="files", group=str(GUIDES)),
        CoreItem(
            _("Register surat"),
            "/register",
            icon="book",
            group=str(GUIDES),
            permission="letters.read",
        ),
        CoreItem(
            _("Administrasi"),
            "/sistem",
            icon="settings",
            group=str(SYSTEM),
            permission=SYSTEM_RIGHT,
        ),
        CoreItem(_("Profil"), "/profil", icon="user", group=str(ACCOUNT)),
    )


def menu_of(actor: Actor) -> Menu:
    """The menu for one person: (heading, entries), the headless group first."""
    core = [entry for item in core_items() for entry in _entries(item, actor)]
    lines = [
        *(entry for entry in core if not entry.group),
        *_plugin_entries(actor),
        *(entry for entry in core if entry.group),
    ]
    here = _current([entry.url for entry in lines])
    lines = [replace(entry, current=entry.url == here) for entry in lines]
    order = list(dict.fromkeys(entry.group for entry in lines))
    lines.sort(key=lambda entry: order.index(entry.group))
    return tuple(
        (group, tuple(entries)) for group, entries in groupby(lines, key=lambda entry: entry.group)
    )


def system_groups() -> tuple[tuple[str, tuple[SystemPage, ...]], ...]:
    """The administrators' pages that exist here, in groups; each asks for its own right."""
    groups = (
        (_("Orang dan organisasi"), _people_pages()),
        (_("Layanan"), _service_pages()),
        (_("Jalannya portal"), _running_pages()),
    )
    found = [(title, tuple(page for page in pages if exists(page.url))) for title, pages in groups]
    return tuple((title, pages) for title, pages in found if pages)


def _people_pages() -> tuple[SystemPage, ...]:
    return (
        SystemPage(
            _("Pengguna"),
            "/sistem/pengguna",
            "users",
            _("Akun, kata sandi sekali pakai, dan hak administrator."),
        ),
        SystemPage(
            _("Sesi"),
            "/sistem/sesi",
            "device-desktop",
            _("Siapa yang sedang masuk; mengakhiri sesinya."),
        ),
        SystemPage(
            _("Pejabat dan unit"),
            "/sistem/organisasi",
            "sitemap",
            _("Pemegang jabatan, Plt. dan Plh., serta impor dan ekspor CSV."),
        ),
        SystemPage(
            _("Pelimpahan tugas"),
            "/sistem/delegasi",
            "users-group",
            _("Siapa bertindak a.n. pejabat yang berhalangan, dan sampai kapan."),
        ),
    )


def _service_pages() -> tuple[SystemPage, ...]:
    return (
        SystemPage(
            _("Peran alur kerja"),
            "/sistem/peran",
            "user-check",
            _("Jabatan yang menjalankan tiap peran dalam standar pelayanan."),
        ),
        SystemPage(
            _("Kalender dinas"),
            "/sistem/kalender",
            "calendar",
            _("Jam kerja, hari libur, cuti bersama, dan Ramadan."),
        ),
        SystemPage(
            _("Pengaduan"),
            "/sistem/pengaduan",
            "message-report",
            _("Batas hari kerja, petugas pengaduan, dan jalan berikutnya bagi pelapor."),
        ),
        SystemPage(
            _("Kasus"),
            "/sistem/kasus",
            "versions",
            _("Memindahkan langkah kasus bila pejabat tidak dapat bertindak."),
        ),
        SystemPage(
            _("Register"),
            "/sistem/register",
            "book",
            _("Nomor surat dan kasus per tahun, tanpa celah."),
        ),
    )


def _running_pages() -> tuple[SystemPage, ...]:
    return (
        SystemPage(
            _("Catatan"),
            "/sistem/catatan",
            "history",
            _("Siapa mengubah apa dan kapan; keutuhan rantainya."),
        ),
        SystemPage(
            _("Pekerjaan"),
            "/sistem/pekerjaan",
            "checklist",
            _("Yang menunggu, berjalan, dan gagal di belakang layar."),
        ),
        SystemPage(
            _("Plugin"),
            "/sistem/plugin",
            "stack-2",
            _("Standar pelayanan yang terpasang dan yang dikarantina."),
        ),
    )


def exists(address: str) -> bool:
    """True when a page answers GET at this address, or it lies outside the portal."""
    if not address.startswith("/"):
        return True
    adapter = current_app.url_map.bind("", url_scheme="http")
    try:
        adapter.match(address.partition("?")[0], method="GET")
    except RequestRedirect:
        return True
    except (NotFound, MethodNotAllowed):
        return False
    return True


def _waiting(actor: Actor) -> int:
    return waiting_count(db.session(), actor)


def _entries(item: CoreItem | MenuItem, actor: Actor) -> list[Entry]:
    """The item as one entry, or none if it is not for this person or leads nowhere."""
    if item.permission and not can(actor, item.permission):
        return []
    address = item.address
    if not exists(address):
        return []
    count = item.badge(actor) if item.badge is not None else 0
    return [Entry(item.label, address, item.icon, item.group, False, count)]


def _plugin_entries(actor: Actor) -> Iterator[Entry]:
    """The plugins' entries; one that raises is left out and logged, or raises if strict."""
    host = current_app.extensions.get("portal_host")
    items: list[MenuItem] = [] if host is None else host.menu()
    for item in items:
        try:
            with db.session.begin_nested():
                found = _entries(item, actor)
        except Exception:  # a faulty plugin loses its line, not everybody the page
            if current_app.config["PORTAL"].strict:
                raise
            log.exception("menu item %r of a plugin left out", item.label)
            continue
        yield from found


def _current(addresses: Iterable[str]) -> str:
    """The menu address under which the present page lies: the longest that fits."""
    path = request.path
    fitting = [
        address
        for address in addresses
        if path == address or path.startswith(address.rstrip("/") + "/")
    ]
    return max(fitting, key=len, default="")
