"""Complaints of each kind about a Kepala Biro, played over HTTP from filing to closing."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from portal import audit
from portal.db import db
from portal.org.models import Position
from portal.org.service import position_by_code
from portal.testing.client import PortalClient
from portal.testing.complaints import (
    TEXT,
    ComplaintHost,
    answer,
    complain,
    decide,
    page,
    track,
)
from portal.testing.pytest_plugin import FrozenClock
from portal.testing.world import World

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

Login = Callable[[str], PortalClient]
KINDS = ("pengaduan", "keluhan", "masukan", "permintaan-informasi")
REPORTER, SUBJECT, SUPERIOR = "staf-setpres", "karo-otlak", "deputi-aparatur"
UNIT = ("kabag-akin-1", "kabag-akin-2", "kasubbag-ppk-1", "staf-akin-1")


@pytest.fixture(autouse=True)
def host(app: Flask, world: World, frozen_clock: FrozenClock) -> ComplaintHost:
    host = ComplaintHost()
    host.install(app)
    return host


def about(world: World, code: str) -> str:
    return str(world.position_id(code))


def attachment(name: str) -> tuple[io.BytesIO, str]:
    return io.BytesIO(b"No,Hal\n1,Contoh\n"), name


@pytest.mark.parametrize("kind", KINDS)
def test_about_the_kepala_biro_who_receives_it_himself(
    app: Flask, login: Login, world: World, session: Session, kind: str
) -> None:
    reporter, superior = login(REPORTER), login(SUPERIOR)
    number, code = complain(
        reporter,
        kind,
        about=about(world, SUBJECT),
        identity="rahasia",
        files=attachment("bukti.csv"),
    )
    address = f"/pengaduan/{number}"
    handling = f"{address}/tangani"
    # clause H names the subject: the superior has it instead, and passes it on
    assert number in page(superior, "/tugas")
    assert "bukti.csv" in page(superior, handling)
    decide(superior, number, "pass", official=about(world, "karo-tu"), note="Mohon diteliti.")
    assert "Sedang ditindaklanjuti" in track(app, code)[1]
    concerned = login("karo-tu")
    assert "Mohon diteliti." in page(concerned, handling)
    answer(concerned, number, "Hasil penelitian terlampir.", files=attachment("hasil.csv"))
    shown = page(reporter, address)
    assert "Hasil penelitian terlampir." in shown
    assert "hasil.csv" in shown
    assert "hasil.csv" in track(app, code)[1]
    # an objection brings it back to the superior, with all that was said
    reporter.submit(address, {"reason": "Belum lengkap."}, action=f"{address}/keberatan")
    assert "Belum lengkap." in page(superior, handling)
    assert concerned.get(handling).status_code == 404, "whoever has it no more reads no more"
    decide(superior, number, "handle")
    answer(superior, number, "Sudah kami lengkapi.")
    reporter.submit(address, {}, action=f"{address}/selesai")
    said = page(reporter, address)
    places = [said.index(text) for text in (
        "Hasil penelitian terlampir.", "Belum lengkap.", "Sudah kami lengkapi.")]  # fmt: skip
    assert places == sorted(places)
    assert "Ditutup" in said
    assert "Ditutup" in track(app, code)[1]
    for who in (SUBJECT, *UNIT):
        browser = login(who)
        assert browser.get(handling).status_code == 404, who
        for place in ("/tugas", "/pengaduan?daftar=ditangani", "/pengaduan.csv?daftar=ditangani"):
            assert number not in page(browser, place), (who, place)
    assert list(audit.verify(session)) == []


@pytest.mark.parametrize("kind", KINDS)
def test_about_another_kepala_biro_by_delegation(
    login: Login, world: World, frozen_clock: FrozenClock, kind: str
) -> None:
    reporter, receiver, delegate = login(REPORTER), login("karo-otlak"), login("kabag-akin-1")
    number, _code = complain(reporter, kind, about=about(world, "karo-umum"))
    assert login("karo-umum").get(f"/pengaduan/{number}/tangani").status_code == 404
    options = page(receiver, f"/pengaduan/{number}/tangani")
    assert f'value="{about(world, "karo-umum")}"' not in options, "nor can it be passed on to them"
    decide(receiver, number, "delegate", delegate=about(world, "kabag-akin-1"))
    assert TEXT in page(delegate, f"/pengaduan/{number}/tangani")
    answer(delegate, number, "Sudah kami jawab.")
    frozen_clock.forward(days=21)
    assert "Ditutup" in page(login(REPORTER), f"/pengaduan/{number}")
    again = login(REPORTER).post(f"/pengaduan/{number}/keberatan")
    assert again.status_code == 400, "no form leads there any more"


@pytest.mark.parametrize("subject", ["karo-otlak", "kabag-akin-1", "staf-akin-1", "karo-umum"])
def test_a_plugin_that_routes_to_the_subject_is_overruled(
    host: ComplaintHost,
    login: Login,
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    subject: str,
) -> None:
    def named() -> Position:
        return position_by_code(db.session(), subject)

    host.answer = lambda _facts: named()
    monkeypatch.setattr(
        host, "assign", lambda _case, task: [named()] if task.step == "1a" else None
    )
    number, _code = complain(login(REPORTER), "pengaduan", about=about(world, subject))
    browser = login(subject)
    assert number not in page(browser, "/tugas")
    assert number not in page(browser, "/pengaduan?daftar=ditangani")
    assert browser.get(f"/pengaduan/{number}/tangani").status_code == 404
    superior = {"karo-otlak": "deputi-aparatur", "kabag-akin-1": "karo-otlak",
                "staf-akin-1": "kabag-akin-1", "karo-umum": "sesmen"}[subject]  # fmt: skip
    assert number in page(login(superior), "/tugas")
