"""``portal serve`` and ``portal worker``."""

from __future__ import annotations

import signal
import threading

import click

from portal.config import load_settings


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Alamat yang dilayani.")
@click.option(
    "--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="Porta."
)
@click.option(
    "--threads", type=click.IntRange(1, 64), default=8, show_default=True, help="Jumlah utas."
)
def serve(host: str, port: int, threads: int) -> None:
    """Jalankan server sampai dihentikan (Ctrl+C).

    Pada SQLite, pekerjaan latar dan pengingat ikut berjalan di dalamnya; pada
    PostgreSQL jalankan `portal worker` di sampingnya.

    Contoh: portal serve --port 8000
    """
    settings = load_settings()
    from portal import serve as server

    line = f"Portal melayani http://{host}:{port}/ (hentikan dengan Ctrl+C)."
    server.run(settings, host=host, port=port, threads=threads, ready=lambda: click.echo(line))


@click.command()
def worker() -> None:
    """Jalankan pekerjaan latar dan pengingat sampai dihentikan.

    Contoh: portal worker
    """
    settings = load_settings()
    from portal import serve as server

    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    server.work(settings, stop)
