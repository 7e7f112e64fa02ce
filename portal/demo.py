"""``portal demo``: a portal with sample data that runs after one command and never asks.

The instance holds SQLite, the sourced organisation, an account per position with one
printed password, the plugins' sample cases, and the frozen public site. People are
named after their positions; documents are marked as samples.
"""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import click

from portal import clock
from portal.config import Settings, environment, instance_path, load_settings, make_instance
from portal.db import reading
from portal.errors import ConfigurationError

MARK = "demo"
SITE = "/situs"
SHOWN = ("karo-otlak", "staf-akin-1", "kabag-akin-1", "deputi-aparatur", "menteri",
         "staf-setpres", "kasetpres", "admin")  # fmt: skip


@click.command()
@click.option(
    "--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="Porta."
)
@click.option("--reset", is_flag=True, help="Buang instans peragaan dan buat yang baru.")
@click.option("--no-serve", is_flag=True, help="Siapkan saja, tanpa menjalankan server.")
def demo(port: int, reset: bool, no_serve: bool) -> None:
    """Siapkan portal peragaan dengan data contoh, lalu jalankan.

    Tidak pernah bertanya. Yang sudah dibuat dipakai lagi; --reset membuat baru.

    Contoh: portal demo --port 8010
    """
    environ = environment(instance="demo-instance")
    instance = instance_path(environ)
    made = prepare(instance, environ, port, reset=reset)
    settings = load_settings(environ)
    password = (instance / MARK).read_text(encoding="utf-8").strip()
    lines = announcement(settings, password, port, made)
    if no_serve:
        click.echo(lines)
        return
    from portal import serve

    serve.run(settings, host="127.0.0.1", port=port, ready=lambda: click.echo(lines))


def prepare(instance: Path, environ: dict[str, str], port: int, *, reset: bool = False) -> bool:
    """Make the demo instance unless it is complete; says whether it was made.

    Raises:
        ConfigurationError: the folder belongs to a real instance or cannot be written.
    """
    mark = instance / MARK
    if instance.exists() and any(instance.iterdir()) and not mark.exists():
        raise ConfigurationError(
            f"Folder {instance} berisi instans yang bukan peragaan; pilih folder lain dengan"
            " PORTAL_INSTANCE."
        )
    complete = instance / ".demo-selesai"
    if complete.exists() and not reset:
        _move_site(instance, environ, port)
        return False
    if mark.exists():
        shutil.rmtree(instance)
    make_instance(instance)
    mark.write_text("contoh-" + secrets.token_hex(6), encoding="utf-8")
    _write_site(instance, port)
    _fill(load_settings(environ), mark.read_text(encoding="utf-8"))
    complete.touch()
    return True


def _write_site(instance: Path, port: int) -> None:
    (instance / ".env").write_text(
        f"PORTAL_PUBLIC_URL=http://127.0.0.1:{port}{SITE}\n", encoding="utf-8"
    )


def _move_site(instance: Path, environ: dict[str, str], port: int) -> None:
    """Give the public site the server's port while no document names another.

    A finalized document holds its public address for ever, so then the address stays.
    """
    settings = load_settings(environ)
    if urlsplit(settings.public_url).port == port or "PORTAL_PUBLIC_URL" in environ:
        return
    from sqlalchemy import func, select

    from portal.publishing.models import Publication
    from portal.serve import check_database, open_engine

    check_database(settings)
    engine = open_engine(settings)
    try:
        with reading(), engine.connect() as connection:
            frozen = connection.scalar(select(func.count()).select_from(Publication))
    finally:
        engine.dispose()
    if not frozen:
        _write_site(instance, port)


def _fill(settings: Settings, password: str) -> None:
    from portal.app import create_app
    from portal.auth import passwords
    from portal.commands.setup import furnish, populate, upgrade_all
    from portal.complaints import demo as complaints
    from portal.db import transaction
    from portal.jobs.runner import run_pending
    from portal.org import demo as absences
    from portal.workflow.calendar import ship_proposal
    from portal.workflow.player import Player

    click.echo("Menyiapkan basis data …")
    upgrade_all(settings)
    app = create_app(settings)
    now = clock.now()
    with app.app_context():
        host = app.extensions["portal_host"]
        click.echo("Memuat organisasi, kalender, dan akun …")
        with transaction() as session:
            furnish(session, host)
            for year in range(now.year - 3, now.year + 3):
                ship_proposal(session, year)
            populate(session, passwords.hash_password(password), date(2015, 1, 1))
        for key, play in host.demo():
            click.echo(f"Membuat kasus contoh: {key} …")
            with _own_clock():
                play(Player(), now)
        with _own_clock(), transaction() as session:
            absences.play(session, now)
        click.echo("Membuat pengaduan contoh …")
        with _own_clock():
            complaints.play(Player(), now)
    click.echo("Menerbitkan situs publik …")
    while run_pending(app):
        pass


@contextmanager
def _own_clock() -> Iterator[None]:
    """The samples move the clock; afterwards it runs again."""
    try:
        yield
    finally:
        clock.set_clock(None)


def announcement(settings: Settings, password: str, port: int, made: bool) -> str:
    """Addresses and log-ins, and what is to be known of a site that belongs to another port."""
    public = urlsplit(settings.public_url)
    lines = [
        "",
        "Portal peragaan siap." if made else "Portal peragaan sudah ada (--reset membuat baru).",
        f"  Intranet     : http://127.0.0.1:{port}/",
        f"  Situs publik : http://127.0.0.1:{port}{public.path}/",
        f"  Kata sandi   : {password}  (sama untuk semua akun)",
        "  Nama pengguna: kode jabatan, misalnya",
        *(f"                 {name}" for name in SHOWN),
        "  Daftar jabatan ada pada halaman Organisasi.",
        "",
    ]
    if public.hostname == "127.0.0.1" and public.port != port:
        lines[-1:] = [
            f"  Perhatian    : dokumen yang sudah final mencantumkan {settings.public_url}/,",
            "                 dan tautan ke halaman publik menuju alamat itu. Pakai"
            f" --port {public.port},",
            f"                 atau buat peragaan baru: portal demo --port {port} --reset",
            "",
        ]
    return "\n".join(lines)
