"""An instance with a plugin's sample cases, for the checks of the conformance kit that need them.

Played as ``portal demo`` plays them, and copied for each test; on SQLite.
"""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask

from portal import clock
from portal.config import Settings
from portal.plugins.discovery import EntryPoints, owners

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
"""Monday 23 November 2026, 09.00 WIB."""
DATABASE = "portal.db"


def play(instance: Path, settings: Settings, entry_points: EntryPoints) -> Path:
    """Make the instance, play the samples, run the worker; returns its folder."""
    from portal import migrate
    from portal.app import create_app, init_database
    from portal.auth import passwords
    from portal.db import db, transaction
    from portal.jobs.runner import run_pending
    from portal.testing.databases import CHEAP, hasty
    from portal.testing.world import plant
    from portal.workflow.calendar import ship_proposal
    from portal.workflow.player import Player

    shutil.copytree(settings.instance, instance, ignore=shutil.ignore_patterns("*.db*"))
    here = _at(settings, instance)
    bare = Flask("portal")
    bare.config.update(PORTAL=here, SQLALCHEMY_DATABASE_URI=here.database_url)
    init_database(bare)
    with bare.app_context():
        migrate.create_all(db.engine, [migrate.CORE])
        for owner in owners(here, entry_points):
            migrate.upgrade(db.engine, owner)
        db.engine.dispose()
    passwords.set_cost(CHEAP)
    app = create_app(here, entry_points=entry_points)
    hasty(app)
    with clock.frozen(NOW):
        with app.app_context():
            with transaction() as session:
                plant(session)
                for year in range(NOW.year - 3, NOW.year + 3):
                    ship_proposal(session, year)
            for _key, work in app.extensions["portal_host"].demo():
                work(Player(), NOW)
        clock.set_clock(NOW)  # the samples have moved it
        while run_pending(app):
            pass
    dispose(app)
    return instance


def copied(instance: Path, settings: Settings) -> Settings:
    """Settings of a copy of the instance, in the folder of ``settings``."""
    shutil.copytree(instance, settings.instance, dirs_exist_ok=True)
    return _at(settings, settings.instance)


def dispose(app: Flask) -> None:
    """Close the application's connections."""
    from portal.db import db

    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()


def _at(settings: Settings, instance: Path) -> Settings:
    """The same settings with everything inside this folder."""
    url = f"sqlite:///{instance / DATABASE}"
    inside = {
        name: instance / value.relative_to(settings.instance)
        for name in ("files", "public_output")
        if (value := getattr(settings, name)).is_relative_to(settings.instance)
    }
    return replace(settings, instance=instance, database_url=url, **inside)
