"""The whole portal with plugins that cannot work: it starts, says so, and the rest works."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from flask import Flask

from portal.app import create_app
from portal.config import Settings
from portal.db import db
from portal.testing.client import PortalClient
from portal.testing.world import World

from .conftest import points

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

BROKEN = ("sample_import", "sample_mapper", "sample_route", "sample_full")


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """The portal with a good plugin and four broken ones; the last lacks its migration."""
    application = create_app(
        replace(settings, plugins=None, strict=False),
        entry_points=points("sample_data", *BROKEN),
    )
    application.testing = True
    application.test_client_class = PortalClient
    yield application
    with application.app_context():
        db.engine.dispose()


def test_administrators_see_what_runs_and_what_was_left_out_and_why(
    world: World, login: Callable[[str], PortalClient]
) -> None:
    page = login("admin").get("/sistem/plugin")
    assert page.status_code == 200
    for key in BROKEN:
        assert f'id="karantina-{key}"' in page.text
    assert 'id="plugin-sample_data"' in page.text
    assert "4 plugin dikarantina" in page.text
    assert "Jalankan portal db upgrade, lalu mulai ulang portal." in page.text
    assert "Traceback" not in page.text


def test_nobody_else_sees_it(world: World, login: Callable[[str], PortalClient]) -> None:
    assert login("karo-otlak").get("/sistem/plugin").status_code == 403


def test_anonymous_visitors_are_sent_to_the_log_in(app: Flask) -> None:
    answer = app.test_client().get("/sistem/plugin")
    assert answer.status_code in (302, 303)
    assert answer.location.startswith("/masuk")


@pytest.mark.parametrize("address", ["/tugas", "/standar", "/organisasi", "/profil", "/permohonan"])
def test_every_other_page_works(
    address: str, world: World, login: Callable[[str], PortalClient]
) -> None:
    answer = login("karo-otlak").get(address)
    assert answer.status_code == 200
    assert answer.text != "stolen"


def test_the_good_plugins_standard_is_there(
    world: World, login: Callable[[str], PortalClient]
) -> None:
    browser = login("karo-otlak")
    assert browser.get("/standar/sample-data").status_code == 200
    assert browser.get("/standar/sample-full").status_code == 404
