"""Fixtures of this plugin's tests: both services, the office with addresses, its mail server."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session

from plugins.notifications.tests.desk import Desk
from plugins.notifications.tests.post import Post
from portal.api import Person
from portal.testing.databases import Seed
from portal.testing.inside import Settings
from portal.testing.pytest_plugin import FrozenClock
from portal.testing.world import plant


@pytest.fixture
def plugins() -> tuple[str, ...]:
    """The services whose cases are told of, and this plugin."""
    return ("leadership_service", "notifications", "performance_agreement")


def address(session: Session) -> None:
    """Everybody has a mail address: p<id>@kantor.test."""
    text = "p" + Person.id.cast(Person.name.type) + "@kantor.test"
    session.execute(update(Person).values(email=text))


@pytest.fixture
def seeds() -> tuple[Seed, ...]:
    """The shipped organisation with an account per position, each with a mail address."""
    return (plant, address)


@pytest.fixture
def post() -> Iterator[Post]:
    """The mail server, answering."""
    server = Post()
    server.up()
    yield server
    server.down()


@pytest.fixture
def settings(settings: Settings, post: Post) -> Settings:
    """The operator has named the mail server and the portal's address."""
    return replace(settings, mail=post.server, base_url="http://portal.test")


@pytest.fixture
def desk(app: Flask, session: Session, frozen_clock: FrozenClock) -> Desk:
    """Everybody at work on Monday at nine."""
    return Desk(app, session, frozen_clock)
