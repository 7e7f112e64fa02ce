"""Fixtures for tests of the portal and of plugins; pytest loads this by itself.

Take what you need; the fixtures build on each other:

``settings`` → ``database_url`` → ``app`` → ``session``, ``client``, ``login``; ``world``
fills the database with the shipped organisation and an account per position.
Override ``plugins`` (a tuple of keys, default none) or ``seeds`` (functions that
plant rows) in a module or ``conftest.py`` to change what all of them hold.

Each test that has a database runs twice: on SQLite and, marked ``postgres``, on
a private PostgreSQL. One that is about SQLite only says
``@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)``.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from flask import Flask
    from sqlalchemy.orm import Session

    from portal.config import Settings
    from portal.testing.client import PortalClient
    from portal.testing.databases import Seed, Templates
    from portal.testing.postgres import Cluster
    from portal.testing.world import World

# Everything of the portal is imported inside the fixtures: pytest loads this module
# before coverage begins, and in projects that only happen to have the portal installed.

MONDAY_NINE = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
_LEFT_OUT = "left out: "


def _missing(group: str) -> str | None:
    """Why a group of tests cannot run on this machine."""
    if group == "browser":
        return None if shutil.which("chromium") else "no chromium on PATH"
    from portal.testing import postgres

    return postgres.missing()


GROUPS = ("browser", "postgres")


def pytest_configure(config: pytest.Config) -> None:
    """Register the two markers, so that third parties may use --strict-markers."""
    config.addinivalue_line("markers", "postgres: needs a PostgreSQL server")
    config.addinivalue_line("markers", "browser: needs Chromium")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Leave out what this machine cannot run, or fail if PORTAL_REQUIRE names its group."""
    required = os.environ.get("PORTAL_REQUIRE", "").replace(" ", "").split(",")
    for group in GROUPS:
        if item.get_closest_marker(group) is None:
            continue
        reason = _missing(group)
        if reason and group in required:
            pytest.fail(f"PORTAL_REQUIRE names {group}, but: {reason}", pytrace=False)
        if reason:
            pytest.skip(f"{_LEFT_OUT}{group} ({reason})")


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say in one line which groups were left out, and why."""
    counts: dict[str, int] = {}
    for report in terminalreporter.stats.get("skipped", []):
        text = str(report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr)
        if _LEFT_OUT in text:
            what = text.split(_LEFT_OUT, 1)[1]
            counts[what] = counts.get(what, 0) + 1
    if counts:
        parts = ", ".join(f"{count} tests of {what}" for what, count in sorted(counts.items()))
        terminalreporter.write_line(f"Left out: {parts}")


# -- databases -----------------------------------------------------------------------------


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[Cluster]:
    """A private PostgreSQL server of this test process; see ``Cluster.durable()`` for fsync."""
    from portal.testing.postgres import Cluster

    cluster = Cluster()
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()


@pytest.fixture(scope="session")
def database_templates(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Templates:
    """The template databases of this test process."""
    from portal.testing.databases import Templates

    # The server starts on the first PostgreSQL test, not for a run without one.
    return Templates(
        tmp_path_factory.mktemp("templates"),
        lambda: request.getfixturevalue("postgres_cluster"),
    )


@pytest.fixture
def plugins() -> tuple[str, ...]:
    """The plugins to load: none, so that the core is tested alone. Override it for yours."""
    return ()


@pytest.fixture
def seeds(request: pytest.FixtureRequest) -> tuple[Seed, ...]:
    """Functions ``(session) -> None`` that fill the template database, module-level ones.

    The default plants the shipped organisation when the test asks for ``world``.
    """
    from portal.testing.world import plant

    return (plant,) if "world" in request.fixturenames else ()


@pytest.fixture
def bare_settings(tmp_path: Path, plugins: tuple[str, ...]) -> Settings:
    """Settings on an instance folder of the test, strict, with no database made yet."""
    from portal.config import load_settings

    instance = tmp_path / "instance"
    instance.mkdir()
    for name in ("secret_key", "audit_key"):
        # The same in all tests: the log in a copied template was sealed with it.
        (instance / name).write_text(f"{name} of the tests ".ljust(64, "."), encoding="ascii")
    settings = load_settings({"PORTAL_INSTANCE": str(instance), "PORTAL_STRICT": "1"}, create=True)
    return replace(settings, plugins=plugins, public_url="http://publik.test")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(
    request: pytest.FixtureRequest,
    bare_settings: Settings,
    seeds: tuple[Seed, ...],
    database_templates: Templates,
) -> Iterator[str]:
    """A fresh database with all tables, on SQLite and on PostgreSQL."""
    with database_templates.copy(request.param, bare_settings, seeds) as url:
        yield url


@pytest.fixture
def settings(bare_settings: Settings, database_url: str) -> Settings:
    """The settings of ``app``: strict, on ``tmp_path``, with a fresh database."""
    return replace(bare_settings, database_url=database_url)


# -- the application -----------------------------------------------------------------------


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """The application, wired as in production; TESTING lets unexpected errors through."""
    from portal.app import create_app
    from portal.auth import passwords
    from portal.db import db
    from portal.testing.client import PortalClient
    from portal.testing.databases import CHEAP, COMPILED

    passwords.set_cost(CHEAP)
    application = create_app(settings)
    application.testing = True
    application.test_client_class = PortalClient
    application.jinja_env.bytecode_cache = COMPILED
    yield application
    with application.app_context():
        for engine in db.engines.values():
            engine.dispose()


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """The database session inside an application context.

    A request through ``client`` first commits what this session did and lets it
    see afterwards what the request wrote.
    """
    from portal.db import db

    with app.app_context():
        yield db.session()
        db.session.remove()


@pytest.fixture
def client(app: Flask) -> PortalClient:
    """A browser without JavaScript; ``.login(username)``, ``.submit(page, data)``."""
    browser: PortalClient = app.test_client()  # type: ignore[assignment]  # Flask types its own class
    return browser


@pytest.fixture
def login(app: Flask) -> Callable[[str], PortalClient]:
    """``login("karo-otlak")``: a browser of its own in which that person is logged in."""

    def log_in(username: str) -> PortalClient:
        browser: PortalClient = app.test_client()  # type: ignore[assignment]  # as above
        browser.login(username)
        return browser

    return log_in


@pytest.fixture
def world(session: Session) -> World:
    """The shipped organisation; a person and an account per position, and ``admin``.

    The log-in name is the position's code, the password ``world.password``.
    """
    from portal.testing.world import World

    return World(session)


class FrozenClock:
    """The portal's clock, standing still until it is set or moved."""

    def set(self, instant: datetime) -> None:
        """Set it to an aware instant."""
        from portal import clock

        clock.set_clock(instant)

    def forward(self, **delta: float) -> datetime:
        """Move it on by ``timedelta(**delta)``; returns the new time."""
        from portal import clock

        self.set(clock.now() + timedelta(**delta))
        return clock.now()

    @property
    def now(self) -> datetime:
        """The time it shows."""
        from portal import clock

        return clock.now()


@pytest.fixture
def frozen_clock() -> Iterator[FrozenClock]:
    """The clock stands at Monday 23 November 2026, 09.00 WIB (02.00 UTC)."""
    from portal import clock

    with clock.frozen(MONDAY_NINE):
        yield FrozenClock()
