"""The menu: what a person may open, in groups; plugins add their items.

An item whose address does not exist in this application, or whose permission the
person lacks, is not shown. Nothing here decides a right: it asks ``portal.auth.rights``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import groupby

from flask import current_app, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import RequestRedirect

from portal.auth.rights import Actor, administrators, can, policy
from portal.db import db
from portal.workflow.inbox import waiting_count

Badge = Callable[[Actor], int]


@dataclass(frozen=True, slots=True)
class MenuItem:
    """One line of the menu; give an ``endpoint`` or, for a fixed address, a ``url``.

    ``icon`` is a name in ``tools/icons.txt``, ``group`` the heading it stands under
    (empty: at the top), ``permission`` the action needed to see it (empty: anybody),
    ``badge`` counts what waits there (0 shows nothing).
    """

    label: str
    endpoint: str = ""
    url: str = ""
    icon: str = "point"
    group: str = ""
    permission: str = ""
    badge: Badge | None = None

    @property
    def address(self) -> str:
        """Where the item leads."""
        return self.url or url_for(self.endpoint)


@dataclass(frozen=True, slots=True)
class Entry:
    """A menu item as the page shows it to one person."""

    label: str
    url: str
    icon: str
    group: str
    current: bool
    badge: int


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


def core_items() -> tuple[MenuItem, ...]:
    """The items of the core, in order; those without a page here are left out later."""
    return (
        MenuItem(_("Kotak tugas"), url="/tugas", icon="inbox", badge=_waiting),
        MenuItem(_("Permohonan saya"), url="/permohonan", icon="file-text"),
        MenuItem(_("Standar pelayanan"), url="/standar", icon="list-check", group=str(GUIDES)),
        MenuItem(_("Organisasi"), url="/organisasi", icon="sitemap", group=str(GUIDES)),
        MenuItem(_("Publikasi"), url="/publikasi", icon="files", group=str(GUIDES)),
        MenuItem(
            _("Administrasi"),
            url="/sistem",
            icon="settings",
            group=str(SYSTEM),
            permission=SYSTEM_RIGHT,
        ),
        MenuItem(_("Profil"), url="/profil", icon="user", group=str(ACCOUNT)),
    )


def menu_of(actor: Actor) -> tuple[tuple[str, tuple[Entry, ...]], ...]:
    """The menu for one person: (heading, entries), the headless group first."""
    core = core_items()
    items = [
        *(item for item in core if not item.group),
        *_plugin_items(),
        *(item for item in core if item.group),
    ]
    shown = [
        item
        for item in items
        if exists(item.address) and (not item.permission or can(actor, item.permission))
    ]
    here = _current([item.address for item in shown])
    order = list(dict.fromkeys(item.group for item in shown))
    shown.sort(key=lambda item: order.index(item.group))
    return tuple(
        (group, tuple(_entry(item, actor, here) for item in rows))
        for group, rows in groupby(shown, key=lambda item: item.group)
    )


def system_pages() -> tuple[SystemPage, ...]:
    """The administrators' pages that exist here; each asks for its own right."""
    pages = (
        SystemPage(
            _("Pengguna"),
            "/sistem/pengguna",
            "users",
            _("Akun, pengaturan ulang kata sandi, dan sesi yang sedang berjalan."),
        ),
        SystemPage(
            _("Pejabat dan unit"),
            "/sistem/organisasi",
            "sitemap",
            _("Pemegang jabatan, Plt. dan Plh., serta impor dan ekspor CSV."),
        ),
        SystemPage(
            _("Peran dalam alur kerja"),
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
            _("Kasus"),
            "/sistem/kasus",
            "versions",
            _("Memindahkan langkah kasus bila pejabat tidak dapat bertindak."),
        ),
        SystemPage(
            _("Plugin"),
            "/sistem/plugin",
            "stack-2",
            _("Standar pelayanan yang terpasang dan yang dikarantina."),
        ),
    )
    return tuple(page for page in pages if exists(page.url))


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


def _plugin_items() -> Iterable[MenuItem]:
    host = current_app.extensions.get("portal_host")
    return () if host is None else host.menu()


def _entry(item: MenuItem, actor: Actor, here: str) -> Entry:
    address = item.address
    count = item.badge(actor) if item.badge is not None else 0
    return Entry(item.label, address, item.icon, item.group, address == here, count)


def _current(addresses: Iterable[str]) -> str:
    """The menu address under which the present page lies: the longest that fits."""
    path = request.path
    fitting = [
        address
        for address in addresses
        if path == address or path.startswith(address.rstrip("/") + "/")
    ]
    return max(fitting, key=len, default="")
