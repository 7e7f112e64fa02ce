"""Administrators' pages together: few queries, nothing of a case that is kept from them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from portal.db import db
from portal.testing.client import PortalClient
from portal.testing.databases import Seed
from portal.testing.desk import Desk, SampleHost
from portal.testing.workflows import LETTER, plant_units
from portal.testing.world import World, plant
from portal.workflow.calendar_csv import NATIONAL
from portal.workflow.models import Barred, Case

Login = Callable[[str], PortalClient]
PAGES = (
    "/sistem",
    "/sistem/catatan",
    "/sistem/catatan?rantai=case",
    "/sistem/catatan/1",
    "/sistem/pekerjaan",
    "/sistem/register",
    "/sistem/sesi",
    "/sistem/peran",
    "/sistem/kalender",
    "/sistem/delegasi",
    "/sistem/pengguna",
    "/profil",
    "/publikasi",
)

pytestmark = pytest.mark.usefixtures("frozen_clock")


@pytest.fixture
def seeds() -> tuple[Seed, ...]:
    return (plant, plant_units)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_needs_few_queries(app: Flask, world: World, login: Login, path: str) -> None:
    admin = login("admin")
    admin.get(path)  # what is asked once per process
    statements: list[str] = []
    with app.app_context():
        engine = db.engine

    def note(_c: object, _cursor: object, text: str, *_more: object) -> None:
        statements.append(text)

    event.listen(engine, "before_cursor_execute", note)
    try:
        assert admin.get(path).status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert len(statements) <= 15, statements


def test_the_effect_of_a_day_leaves_out_a_case_that_is_kept_from_one(
    app: Flask, world: World, session: Session, login: Login
) -> None:
    SampleHost(LETTER).install(app)
    number = Desk(world).start("letter.new", "karo-otlak", {"hal": "undangan"})
    admin = login("admin")
    day = {"kind": NATIONAL, "day": "2026-11-23", "name": "Hari uji"}
    add = "/sistem/kalender/tambah"
    assert number in admin.submit(add, day, action=add).text
    case = session.scalars(select(Case).where(Case.number == number)).one()
    session.add(Barred(case_id=case.id, person_id=world.person_id("admin")))
    session.commit()
    shown = admin.submit(add, day, action=add)
    assert shown.status_code == 200
    assert number not in shown.text


def test_a_wrong_role_binding_stays_on_its_form(app: Flask, world: World, login: Login) -> None:
    SampleHost(LETTER).install(app)
    admin = login("admin")
    address = "/sistem/peran/letter/tetapkan"
    for position in ("999999", "9" * 40, "abc"):
        answer = admin.submit(address, {"position": position})
        assert answer.status_code == 400, position
        assert "Pilih jabatan dan unit dari daftar." in answer.text
    position = str(world.position_id("kabag-akin-1"))
    sent = admin.submit(address, {"position": position})
    assert sent.status_code == 303
    page = admin.get("/sistem/peran").text
    assert "Kepala Bagian Akuntabilitas Kinerja I" in page
    ending = next(part for part in page.split('action="') if "/akhiri" in part[:60]).split('"')[0]
    assert admin.submit("/sistem/peran", {}, action=ending).status_code == 303
