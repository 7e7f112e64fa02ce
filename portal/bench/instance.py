"""Instances that live as long as a benchmark: the shipped organisation with accounts.

Everything is made as ``portal init`` and ``portal demo`` make it; nothing is left behind.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Flask

from portal import clock
from portal.config import load_settings

SINCE = date(2015, 1, 1)
KEPT = ("PORTAL_PLUGINS", "PORTAL_PLUGINS_OFF")
"""The only variables that reach a measured instance."""


@dataclass(frozen=True, slots=True)
class Instance:
    """A filled instance; every account has the same password.

    ``environ`` are the variables that a process of its own needs to use it.
    """

    app: Flask
    password: str
    environ: dict[str, str]


@contextmanager
def temporary(database_url: str = "") -> Iterator[Instance]:
    """An instance in a temporary folder, on SQLite there or on an empty database."""
    with TemporaryDirectory(prefix="portal-bench-") as folder:
        environ = {name: os.environ[name] for name in KEPT if name in os.environ}
        environ["PORTAL_INSTANCE"] = str(Path(folder) / "instance")
        environ["PORTAL_PUBLIC_URL"] = "http://127.0.0.1/situs"
        if database_url:
            environ["PORTAL_DATABASE_URL"] = database_url
        instance = _fill(environ)
        try:
            yield instance
        finally:
            _dispose(instance.app)


def _fill(environ: dict[str, str]) -> Instance:
    from portal.app import create_app
    from portal.auth import passwords
    from portal.commands.setup import furnish, populate, upgrade_all
    from portal.db import transaction
    from portal.workflow.calendar import ship_proposal

    settings = load_settings(environ, create=True)
    upgrade_all(settings)
    app = create_app(settings)
    password = secrets.token_urlsafe(16)
    year = clock.now().year
    with app.app_context(), transaction() as session:
        furnish(session, app.extensions["portal_host"])
        for each in range(year - 1, year + 2):
            ship_proposal(session, each)
        populate(session, passwords.hash_password(password), SINCE)
    return Instance(app, password, environ)


def _dispose(app: Flask) -> None:
    from portal.db import db

    with app.app_context():
        db.session.remove()
        db.engine.dispose()
