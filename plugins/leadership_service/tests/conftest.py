"""Fixtures of this plugin's tests: the plugin, the organisation, the officials' browsers."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from plugins.leadership_service.tests.office import Office
from portal.testing import clock
from portal.testing.client import PortalClient
from portal.testing.databases import Seed
from portal.testing.pytest_plugin import FrozenClock
from portal.testing.world import plant


@pytest.fixture
def plugins() -> tuple[str, ...]:
    """Only this plugin."""
    return ("leadership_service",)


@pytest.fixture
def seeds() -> tuple[Seed, ...]:
    """The shipped organisation with an account per position."""
    return (plant,)


@pytest.fixture
def office(
    login: Callable[[str], PortalClient], session: Session, frozen_clock: FrozenClock
) -> Office:
    """Everybody at work on Monday at nine."""
    return Office(login, session, clock.now)
