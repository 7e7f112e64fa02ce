"""Set-up of the engine's tests: sample workflows, and a desk at which officials act."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from portal import audit
from portal.testing.databases import Seed
from portal.testing.desk import Desk, SampleHost
from portal.testing.pytest_plugin import FrozenClock
from portal.testing.workflows import LETTER, MEETING, UNITS, plant_units
from portal.testing.world import World, plant


@pytest.fixture
def seeds() -> tuple[Seed, ...]:
    return (plant, plant_units)


@pytest.fixture
def host(app: Flask) -> SampleHost:
    return SampleHost(LETTER, UNITS, MEETING).install(app)


@pytest.fixture
def desk(host: SampleHost, world: World, frozen_clock: FrozenClock) -> Iterator[Desk]:
    yield Desk(world)
    # whatever a test did: every chain of the log must hold
    world.session.rollback()
    assert list(audit.verify(world.session)) == []


@pytest.fixture
def number(desk: Desk) -> str:
    return desk.start("letter.new", "karo-otlak", {"hal": "undangan"})
