"""``portal plugin``: what is installed, is it sound, and the beginning of a new one."""

from __future__ import annotations

import json
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext
from flask_babel import gettext as _

from portal.errors import Conflict, NotFound
from portal.plugins.host import PluginHost
from portal.plugins.scaffold import make


@click.group()
def plugin() -> None:
    """Plugin: standar pelayanan yang terpasang pada portal ini."""


def _host() -> PluginHost:
    host: PluginHost = current_app.extensions["portal_host"]
    return host


@plugin.command("list")
@click.option("--json", "as_json", is_flag=True, help="Keluaran JSON.")
@with_appcontext
def list_(as_json: bool) -> None:
    """Daftar plugin yang aktif dan yang dikarantina.

    Contoh: portal plugin list --json
    """
    host = _host()
    rows = [
        *(
            {"key": each.key, "state": "active", "title": each.title, "source": each.source}
            for each in host.plugins()
        ),
        *(
            {
                "key": each.key,
                "state": "quarantined",
                "reason": str(each.reason),
                "detail": each.detail,
                "advice": str(each.advice),
                "source": each.source,
            }
            for each in host.quarantined()
        ),
    ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    if not rows:
        click.echo(_("Tidak ada plugin yang terpasang."))
    for row in rows:
        if row["state"] == "active":
            click.echo(f"{row['key']}: {_('aktif')} – {row['title']} ({row['source']})")
        else:
            click.echo(f"{row['key']}: {_('dikarantina')} – {row['reason']} {row['detail']}")


@plugin.command()
@click.argument("key")
@with_appcontext
def check(key: str) -> None:
    """Periksa satu plugin; kode keluar 1 bila plugin itu dikarantina.

    Contoh: portal plugin check performance_agreement
    """
    host = _host()
    for each in host.quarantined():
        if each.key == key:
            raise Conflict(f"{key}: {each.reason} {each.detail}")
    if not host.active(key):
        raise NotFound(_("Plugin %(key)s tidak terpasang atau dimatikan.", key=key))
    click.echo(_("Plugin %(key)s dapat dipakai.", key=key))


@plugin.command()
@click.argument("name")
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(),
    help="Folder tempat plugin dibuat (bawaan: folder ini).",
)
def new(name: str, output: Path) -> None:
    """Buat kerangka plugin baru: standar, alur kerja, dan uji kesesuaian.

    Contoh: portal plugin new kunjungan_tamu
    """
    folder = make(name, output)
    click.echo(_("Kerangka plugin dibuat di %(folder)s.", folder=folder))
    click.echo(_("Berikutnya: pip install -e %(folder)s, lalu portal plugin list", folder=folder))
