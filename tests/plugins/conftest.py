"""The samples as entry points, and an application that holds nothing but a database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
from flask import Flask

from portal.app import init_database
from portal.config import Settings
from portal.db import db
from portal.plugins.discovery import GROUP, EntryPoints, owners
from portal.plugins.host import PluginHost
from portal.web import i18n

SAMPLES = Path(__file__).parent / "samples"


@pytest.fixture(autouse=True)
def _samples(monkeypatch: pytest.MonkeyPatch) -> None:
    """The samples can be imported by their names."""
    monkeypatch.syspath_prepend(str(SAMPLES))


def points(*names: str) -> EntryPoints:
    """A provider of the samples' entry points; ``key=module`` gives another key."""
    pairs = [(name.partition("=")[0], name.rpartition("=")[2]) for name in names]
    return lambda: [EntryPoint(key, module, GROUP) for key, module in pairs]


@pytest.fixture
def bare(settings: Settings) -> Iterator[Flask]:
    """An app with the database and one page of the core, not strict."""
    app = Flask("portal")
    app.config.update(
        PORTAL=replace(settings, plugins=None, strict=False),
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
    )
    init_database(app)
    i18n.init_app(app)
    app.add_url_rule("/tugas", "inbox", lambda: "core")
    yield app
    with app.app_context():
        db.engine.dispose()


Attach = Callable[..., PluginHost]


@pytest.fixture
def attach(bare: Flask) -> Attach:
    """``attach("sample_data")`` makes a host with these samples, their tables migrated."""
    from portal import migrate

    def make(*names: str, upgrade: bool = True, **changes: object) -> PluginHost:
        settings = bare.config["PORTAL"] = replace(bare.config["PORTAL"], **changes)
        if upgrade:
            with bare.app_context():
                for owner in owners(settings, points(*names)):
                    migrate.upgrade(db.engine, owner)
        host = PluginHost(points(*names))
        host.init_app(bare)
        return host

    return make
