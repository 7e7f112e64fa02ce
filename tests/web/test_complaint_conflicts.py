"""From whom complaints and names are kept, over HTTP."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from portal.auth.models import Account
from portal.db import db
from portal.testing.client import PortalClient, forms
from portal.testing.complaints import TEXT, ComplaintHost, answer, complain, decide, page, track
from portal.testing.pytest_plugin import FrozenClock
from portal.testing.world import World
from portal.workflow.models import Case

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

Login = Callable[[str], PortalClient]
REPORTER = "staf-setpres"


@pytest.fixture(autouse=True)
def host(app: Flask, world: World, frozen_clock: FrozenClock) -> ComplaintHost:
    host = ComplaintHost()
    host.install(app)
    return host


def about(world: World, code: str) -> str:
    return str(world.position_id(code))


def test_a_hidden_name_is_on_no_page_but_the_officers(app: Flask, login: Login) -> None:
    reporter = login(REPORTER)
    number, code = complain(reporter, identity="rahasia")
    name = db.session.scalars(select(Case.started_by).where(Case.number == number)).one()
    assert name == "Pelapor (nama dirahasiakan)"
    title = "Staf Sekretariat Presiden"
    assert title in page(reporter, "/profil")
    official, officer = login("karo-otlak"), login("kepala-inspektorat")
    address = f"/pengaduan/{number}/tangani"
    assert title not in page(official, address) + page(officer, address) + track(app, code)[1]
    assert "Buka nama pelapor" not in page(official, address)
    assert official.post(f"/pengaduan/{number}/identitas").status_code in (400, 403)
    form = next(f for f in forms(officer.get(address)) if f.action.endswith("/identitas"))
    assert officer.send(form, {"reason": ""}).status_code == 400
    opened = officer.send(form, {"reason": "Perlu dihubungi."})
    assert title in opened.get_data(as_text=True)
    history = page(official, address)
    assert "Membuka nama pelapor" in history
    assert "Perlu dihubungi." in history
    assert title not in history


def walk(client: PortalClient, number: str) -> str:
    """Everything that a person can reach of cases, lists and searches, as one text."""
    read = []
    for address in (
        "/tugas", "/permohonan", "/permohonan/baru", "/pengaduan", "/pengaduan?daftar=ditangani",
        f"/cari?q={number}", f"/kasus/{number}", f"/pengaduan/{number}", "/kasus", "/sistem/kasus",
        f"/pengaduan/{number}/tangani", f"/sistem/kasus?nomor={number}", "/sistem/catatan",
        "/sistem/pekerjaan", "/sistem/register", "/notifikasi", "/cari?q=Surat",
    ):  # fmt: skip
        response = client.get(address, follow_redirects=True)
        assert response.status_code in (200, 403, 404), address
        read.append(response.get_data(as_text=True).replace(address, ""))
    return "\n".join(read).replace(f"nomor={number}", "").replace(f'value="{number}"', "")


def test_one_about_a_kepala_biro_reaches_nobody_of_the_bureau(login: Login, world: World) -> None:
    number, _code = complain(
        login(REPORTER), "pengaduan", about=about(world, "karo-otlak"), identity="rahasia"
    )
    for who in ("karo-otlak", "kabag-akin-1", "kasubbag-ppk-2", "staf-akin-1"):
        text = walk(login(who), number)
        assert TEXT not in text, who
        # a wrong number is repeated by the error and search pages, nothing else
        assert text.count("Pengaduan " + number) == 0, who
        assert f"/pengaduan/{number}" not in page(login(who), "/pengaduan?daftar=ditangani")
        assert number not in page(login(who), "/tugas")
    superior = login("deputi-aparatur")
    assert number in page(superior, "/tugas")
    shown = page(superior, f"/pengaduan/{number}/tangani")
    assert TEXT in shown
    listed = re.findall(r'<option value="(\d+)"', shown)
    assert about(world, "karo-otlak") not in listed
    assert about(world, "kabag-akin-1") not in listed
    decide(superior, number, "handle")
    answer(superior, number)


def test_one_about_the_menteri_reaches_the_complaint_officer_alone(
    login: Login, world: World
) -> None:
    number, _code = complain(login(REPORTER), "pengaduan", about=about(world, "menteri"))
    officer = login("kepala-inspektorat")
    shown = page(officer, f"/pengaduan/{number}/tangani")
    assert "Hanya Anda yang menerima pengaduan ini" in shown
    assert 'value="delegate"' not in shown
    assert 'name="delegate"' not in shown
    assert 'value="pass"' not in shown
    usernames = list(db.session.scalars(select(Account.username)))
    for who in usernames:
        if who in ("kepala-inspektorat", REPORTER):
            continue
        client = login(who)
        assert client.get(f"/pengaduan/{number}/tangani").status_code == 404, who
        assert number not in page(client, "/tugas"), who
    decide(officer, number, "handle")
    answer(officer, number)


def test_one_about_the_administrator_is_on_none_of_that_ones_pages(login: Login) -> None:
    number, _code = complain(login(REPORTER), about="administrator", standard="")
    admin = login("admin")
    text = walk(admin, number)
    assert TEXT not in text
    found = page(admin, f"/sistem/kasus?nomor={number}")
    assert f"Tidak ada kasus bernomor {number}" in found
    assert number not in page(admin, "/sistem/kasus")
    officer = login("kepala-inspektorat")
    decide(officer, number, "handle")
    answer(officer, number)
