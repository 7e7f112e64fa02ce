"""The server: gunicorn with threads, one process, and the worker beside it on SQLite.

What can go wrong at the start (a setting, the database, the port) is found
before gunicorn is there to print a traceback. Commands are in ``portal.commands.serve``.
"""

from __future__ import annotations

import errno
import ipaddress
import logging
import socket
import threading
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from gunicorn.app.base import BaseApplication
from sqlalchemy import create_engine
from sqlalchemy.engine import Engine

from portal import migrate
from portal.config import Settings
from portal.errors import ConfigurationError
from portal.memory import give_back_large_blocks

log = logging.getLogger(__name__)


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn ships no types
    """Gunicorn around an application that ``load_app`` builds in the serving process."""

    def __init__(self, load_app: Callable[[], Flask], options: dict[str, Any]) -> None:
        self._load_app = load_app
        self._options = options
        super().__init__()

    def load_config(self) -> None:
        """Take our options; gunicorn's own files and variables are not read."""
        for name, value in self._options.items():
            if name in self.cfg.settings:  # some are known to newer releases only
                self.cfg.set(name, value)

    def load(self) -> Flask:
        """Build the application, in the process that will serve it."""
        return self._load_app()


def run(
    settings: Settings,
    *,
    host: str,
    port: int,
    threads: int = 8,
    ready: Callable[[], None] = lambda: None,
) -> None:
    """Serve until SIGTERM or SIGINT; requests in flight are finished first.

    ``ready`` is called once all checks have passed, just before the server begins.

    Raises:
        ConfigurationError: the database, the address or the port is not usable.
    """
    refuse_open_demo(settings, host)
    probe(host, port)
    check_database(settings)
    ready()
    options = {
        "bind": f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
        "workers": 1,
        "worker_class": "gthread",
        "threads": threads,
        "preload_app": False,
        "proc_name": "portal",
        "loglevel": "warning",
        "graceful_timeout": 30,
        "control_socket_disable": True,
        "on_exit": lambda server: None,
    }
    Server(lambda: load(settings), options).run()


def load(settings: Settings) -> Flask:
    """Build the application; on SQLite start the worker in a thread of this process."""
    from portal.app import create_app
    from portal.jobs.runner import Worker

    give_back_large_blocks()
    app = create_app(settings)
    if settings.demo:
        show_public_site(app, settings)
    if settings.sqlite:
        # A daemon: a stop must not wait for a sleeping worker; jobs are taken by lease,
        # so the one that was running is taken again at the next start.
        threading.Thread(
            target=Worker(app).run, args=(threading.Event(),), name="worker", daemon=True
        ).start()
    return app


def show_public_site(app: Flask, settings: Settings) -> None:
    """Demo: serve the frozen site below the path of PORTAL_PUBLIC_URL, beside the intranet."""
    from werkzeug.middleware.dispatcher import DispatcherMiddleware

    from portal.publishing.preview import public_site

    path = urlsplit(settings.public_url).path
    site = {path: public_site(settings.public_output)}
    app.wsgi_app = DispatcherMiddleware(app.wsgi_app, site)  # type: ignore[method-assign]


def check_database(settings: Settings) -> None:
    """Raise ConfigurationError unless the database answers and has the core's schema."""
    engine = open_engine(settings)
    try:
        migrate.require_current(engine)
    finally:
        engine.dispose()  # nothing that is open may go through the fork


def open_engine(settings: Settings) -> Engine:
    """An engine of its own for a check before there is an application."""
    from portal.db import prepare_engine

    engine = create_engine(settings.database_url)
    prepare_engine(engine)
    return engine


def refuse_open_demo(settings: Settings, host: str) -> None:
    """A demo instance has a printed password: it is served on loopback only."""
    if not settings.demo:
        return
    try:
        loopback = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        raise ConfigurationError(
            "Instans peragaan hanya boleh dilayani di komputer ini sendiri; pakai --host 127.0.0.1."
        )


def probe(host: str, port: int) -> None:
    """Raise ConfigurationError if the address cannot be served on."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except PermissionError as error:
            raise ConfigurationError(
                f"Porta {port} tidak boleh dipakai; pilih yang di atas 1023 dengan --port."
            ) from error
        except OSError as error:
            raise ConfigurationError(_unusable(host, port, error)) from error


def _unusable(host: str, port: int, error: OSError) -> str:
    """Why the address cannot be served on, and what to do."""
    if error.errno == errno.EADDRINUSE:
        return f"Porta {port} sudah dipakai program lain; pilih porta lain dengan --port."
    if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
        return f"Alamat {host} bukan alamat komputer ini; pilih yang lain dengan --host."
    return f"Porta {port} di {host} tidak dapat dipakai (galat {error.errno}); pilih yang lain."


def work(settings: Settings, stop: threading.Event) -> None:
    """Run the worker alone until ``stop`` is set (``portal worker``)."""
    from portal.app import create_app
    from portal.jobs.runner import Worker

    check_database(settings)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)  # it tells of every look
    app = create_app(settings)
    log.info("pelaksana pekerjaan siap")
    Worker(app).run(stop)
