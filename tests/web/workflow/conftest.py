"""Set-up of the tests of the daily work: sample workflows and a case."""

from __future__ import annotations

import pytest
from flask import Flask

from portal.testing.databases import Seed
from portal.testing.desk import Desk, SampleHost
from portal.testing.pytest_plugin import FrozenClock
from portal.testing.workflows import LETTER, MEETING, UNITS, plant_units
from portal.testing.world import World, plant
from tests.web.workflow.hands import TABLE


@pytest.fixture
def seeds() -> tuple[Seed, ...]:
    return (plant, plant_units)


@pytest.fixture
def desk(app: Flask, world: World, frozen_clock: FrozenClock) -> Desk:
    SampleHost(LETTER, UNITS, MEETING, TABLE).install(app)
    return Desk(world)


@pytest.fixture
def number(desk: Desk) -> str:
    return desk.start("letter.new", "karo-otlak", {"hal": "undangan"})
