"""A notice about a case that is kept from its reader by now: neither listed nor counted."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.auth.rights import actor_of
from portal.jobs.runner import run_pending
from portal.testing.client import PortalClient
from portal.testing.complaints import complain
from portal.testing.databases import Seed
from portal.testing.pytest_plugin import FrozenClock
from portal.testing.world import World, plant
from portal.workflow.models import Barred, Candidate, Case, Task

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def plugins() -> tuple[str, ...]:
    return ("leadership_service", "notifications")


@pytest.fixture
def seeds() -> tuple[Seed, ...]:
    return (plant,)


def test_a_conflict_that_comes_later_takes_the_notice_away(
    app: Flask,
    session: Session,
    world: World,
    login: Callable[[str], PortalClient],
    frozen_clock: FrozenClock,
) -> None:
    number, _code = complain(login("staf-setpres"), standard="leadership_service")
    while run_pending(app):
        pass
    task = select(Task.id).join(Case, Case.id == Task.case_id).where(Case.number == number)
    waits = select(Candidate.position_id).where(Candidate.task_id.in_(task))
    position = session.scalars(waits).one()
    case_id = session.scalars(select(Case.id).where(Case.number == number)).one()
    codes = [
        each.position_code
        for code in ("kepala-inspektorat", "karo-tu", "kabag-protokol-tup")
        for each in actor_of(session, world.person_id(code)).holdings
        if each.position_id == position
    ]
    receiver = login(codes[0])
    page = receiver.get("/layanan/notifications").get_data(as_text=True)
    assert number in page
    assert "bell-count" in page
    session.add(Barred(case_id=case_id, position_id=position))
    session.commit()
    page = receiver.get("/layanan/notifications").get_data(as_text=True)
    assert number not in page
    assert "bell-count" not in page
