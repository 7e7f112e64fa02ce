"""``portal check``: are settings, database, plugins, log and role bindings in order?"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

import click
from sqlalchemy.engine import make_url

from portal.config import Settings, load_settings
from portal.errors import Conflict, PortalError

if TYPE_CHECKING:
    from portal.plugins.host import PluginHost


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the report; ``good`` None is a plain fact."""

    part: str
    text: str
    good: bool | None = None


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Keluaran JSON.")
def check(as_json: bool) -> None:
    """Periksa setelan (tanpa rahasia), basis data, plugin, catatan, dan pemegang peran.

    Kode keluar 1 bila ada yang salah.

    Contoh: portal check --json
    """
    settings = load_settings()
    lines = [*describe(settings), *database(settings)]
    if all(line.good is not False for line in lines):
        lines += application(settings)
    bad = sum(line.good is False for line in lines)
    if as_json:
        click.echo(json.dumps([asdict(line) for line in lines], ensure_ascii=False))
    else:
        for line in lines:
            mark = {True: "baik ", False: "SALAH", None: "     "}[line.good]
            click.echo(f"{mark} {line.part}: {line.text}")
    if bad:
        raise Conflict(f"{bad} hal perlu diperbaiki.")


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


def application(settings: Settings) -> Iterator[Line]:
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
        yield from chains()
        yield from bindings(host)


def plugins(host: PluginHost) -> Iterator[Line]:
    """Which plugins are attached, and which are not, with the reason."""
    for active in host.plugins():
        yield Line(f"plugin {active.key}", "aktif", True)
    for aside in host.quarantined():
        yield Line(f"plugin {aside.key}", f"dikarantina: {aside.reason} {aside.detail}", False)


def chains() -> Iterator[Line]:
    """Does the log hold, and where does it stand?"""
    from sqlalchemy import select

    from portal import audit
    from portal.db import db, reading

    with reading():
        session = db.session()
        broken = list(audit.verify(session))
        newest = session.execute(
            select(audit.AuditEvent.chain, audit.AuditEvent.seq, audit.AuditEvent.mac)
            .order_by(audit.AuditEvent.id.desc())
            .limit(1)
        ).first()
        session.rollback()
    for each in broken:
        yield Line("catatan", f"{each.chain} entri {each.seq}: {each.problem}", False)
    if newest is not None and not broken:
        yield Line("catatan", f"utuh; terakhir {newest.chain} {newest.seq} {newest.mac}", True)


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
