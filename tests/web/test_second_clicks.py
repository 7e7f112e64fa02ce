"""A second click on an act beside the steps: one act, and the first answer again."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.audit import AuditEvent
from portal.testing.client import PortalClient
from portal.testing.databases import Seed
from portal.testing.desk import Desk, SampleHost
from portal.testing.workflows import LETTER
from portal.testing.world import World, plant

Login = Callable[[str], PortalClient]
REASON = {"reason": "Menunggu DIPA", "form_key": "klik"}


@pytest.fixture
def seeds() -> tuple[Seed, ...]:
    return (plant,)


@pytest.fixture
def desk(app: Flask, world: World) -> Desk:
    SampleHost(LETTER).install(app)
    return Desk(world)


@pytest.fixture
def number(desk: Desk) -> str:
    return desk.start("letter.new", "karo-otlak", {"hal": "undangan"})


def twice(browser: PortalClient, address: str, fields: dict[str, str]) -> None:
    """Both clicks lead on to the same page."""
    sent = {**REASON, "csrf_token": browser.csrf_token("/profil"), **fields}
    first, second = browser.post(address, data=sent), browser.post(address, data=sent)
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location


def logged(session: Session, kind: str) -> int:
    query = select(func.count()).where(AuditEvent.kind == kind)
    return session.scalar(query) or 0


@pytest.mark.parametrize(("act", "kind"), [("tunda", "suspended"), ("batalkan", "cancelled")])
def test_an_act_on_the_whole_case(
    login: Login, number: str, session: Session, act: str, kind: str
) -> None:
    twice(login("karo-otlak"), f"/kasus/{number}/kelola/{act}", {})
    assert logged(session, kind) == 1


def test_a_hand_over(desk: Desk, login: Login, number: str, session: Session) -> None:
    desk.act("staf-akin-1", "a.I")
    item = desk.task("b.I")
    person = str(desk.world.person_id("kasubbag-ppe-1"))
    version, address = item.version, f"/kasus/{number}/tugas/{item.id}/serahkan"
    session.rollback()
    twice(login("kasubbag-ppk-1"), address, {"person": person, "version": str(version)})
    assert logged(session, "handed-over") == 1


def test_an_administrators_move(desk: Desk, login: Login, number: str, session: Session) -> None:
    item = desk.task("a.I").id
    position = str(desk.world.position_id("menteri"))
    session.rollback()
    twice(login("admin"), f"/sistem/kasus/tugas/{item}", {"position": position})
    assert logged(session, "moved") == 1
