"""``portal check``: are settings, database, plugins, data and role bindings in order?

What it says about the data is in ``check_data``.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

import click
from sqlalchemy.engine import make_url

from portal.commands.check_data import Line, data
from portal.config import Settings, load_settings
from portal.errors import Conflict, PortalError

if TYPE_CHECKING:
    from portal.plugins.host import PluginHost


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Keluaran JSON.")
@click.option(
    "--deep", is_flag=True, help="Baca semuanya: isi setiap berkas, seluruh catatan, basis data."
)
def check(as_json: bool, deep: bool) -> None:
    """Periksa setelan (tanpa rahasia), basis data, plugin, data, dan pemegang peran.

    Data: catatan, berkas, terbitan, register, pekerjaan, ruang disk, cadangan.
    Kode keluar 1 bila ada yang salah.

    Contoh: portal check --deep --json
    """
    lines = report(load_settings(), deep=deep)
    if as_json:
        click.echo(json.dumps([asdict(line) for line in lines], ensure_ascii=False))
    else:
        show(lines)
    if bad := sum(line.good is False for line in lines):
        raise Conflict(f"{bad} hal perlu diperbaiki.")


def report(settings: Settings, *, deep: bool = False) -> list[Line]:
    """Every line of the report; what needs the application is left out if that cannot work."""
    lines = [*describe(settings), *database(settings)]
    if all(line.good is not False for line in lines):
        lines += application(settings, deep=deep)
    return lines


def show(lines: Iterable[Line]) -> None:
    """Print the report for people."""
    for line in lines:
        mark = {True: "baik ", False: "SALAH", None: "     "}[line.good]
        click.echo(f"{mark} {line.part}: {line.text}")


def describe(settings: Settings) -> Iterator[Line]:
    """The effective settings, without what is secret in them."""
    url = make_url(settings.database_url).render_as_string(hide_password=True)
    shown = {
        "PORTAL_INSTANCE": str(settings.instance),
        "PORTAL_DATABASE_URL": url,
        "PORTAL_SECRET_KEY": "(ada)",
        "PORTAL_AUDIT_KEY_FILE": "(ada)",
        "PORTAL_BASE_URL": settings.base_url or "(kosong)",
        "PORTAL_PUBLIC_URL": settings.public_url or "(kosong; perlu sebelum finalisasi pertama)",
        "PORTAL_PLUGINS": "(semua)" if settings.plugins is None else ",".join(settings.plugins),
        "PORTAL_PLUGINS_OFF": ",".join(settings.plugins_off) or "(kosong)",
        "PORTAL_STRICT": "1" if settings.strict else "0",
        "PORTAL_FILES": str(settings.files),
        "PORTAL_MAX_UPLOAD": str(settings.max_upload),
        "PORTAL_SMTP_URL": _without_password(settings.smtp_url),
        "PORTAL_MAIL_FROM": settings.mail_from or "(kosong)",
        "PORTAL_PUBLIC_OUTPUT": str(settings.public_output),
        "PORTAL_TIMEZONE": settings.timezone,
        "PORTAL_TRUSTED_PROXIES": str(settings.trusted_proxies),
    }
    for name, value in shown.items():
        yield Line(name, value)
    if settings.demo:
        yield Line("instans", "peragaan; jangan dipakai untuk data sungguhan")
    writable = os.access(settings.instance, os.W_OK)
    text = "dapat ditulisi" if writable else "tidak dapat ditulisi; periksa pemilik dan izinnya"
    yield Line("folder instans", text, writable)


def _without_password(url: str) -> str:
    if not url:
        return "(kosong)"
    return make_url(url).render_as_string(hide_password=True)


def database(settings: Settings) -> Iterator[Line]:
    """Does the database answer, and is its schema the one of this release?"""
    from portal import migrate
    from portal.cli import explain
    from portal.serve import open_engine

    engine = open_engine(settings)
    try:
        for owner in migrate.owners(settings):
            lacking = migrate.pending(engine, owner)
            text = f"{len(lacking)} migrasi tertunda; jalankan `portal db upgrade`"
            yield Line(f"migrasi {owner.key}", text if lacking else "mutakhir", not lacking)
    except Exception as error:  # whatever the driver raises becomes one line
        yield Line("basis data", explain(error), False)
    finally:
        engine.dispose()


def application(settings: Settings, *, deep: bool = False) -> Iterator[Line]:
    """What only a built application knows; built without strictness, to report it all."""
    from portal.app import create_app
    from portal.commands.setup import opened

    # What the host would log about a quarantined plugin is a line of this report.
    logging.getLogger("portal.plugins").setLevel(logging.CRITICAL)
    try:
        app = create_app(replace(settings, strict=False))
    except PortalError as error:
        yield Line("aplikasi", str(error), False)
        return
    with opened(app) as host:
        yield from plugins(host)
        yield from data(settings, deep=deep)
        yield from bindings(host)


def plugins(host: PluginHost) -> Iterator[Line]:
    """Which plugins are attached, and which are not, with the reason."""
    for active in host.plugins():
        yield Line(f"plugin {active.key}", "aktif", True)
    for aside in host.quarantined():
        yield Line(f"plugin {aside.key}", f"dikarantina: {aside.reason} {aside.detail}", False)


def bindings(host: PluginHost) -> Iterator[Line]:
    """Is there a position for every role of every workflow?"""
    from portal.db import db, reading
    from portal.workflow.bindings import role_rows

    for key, (_plugin, workflow) in host.workflows().items():
        with reading():
            rows = role_rows(db.session(), workflow)
            db.session.rollback()
        missing = ", ".join(row.title for row in rows if row.missing)
        text = f"tanpa jabatan: {missing}" if missing else f"{len(rows)} peran, semua ada"
        yield Line(f"peran {key}", text, not missing)
