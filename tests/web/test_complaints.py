"""Complaints over HTTP: each kind to its answer, delegated, passed on, objected to."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import event, select

from portal.complaints.views import RECEIPT
from portal.db import db
from portal.testing.client import PortalClient, forms
from portal.testing.complaints import (
    CODE,
    TEXT,
    TITLE,
    ComplaintHost,
    answer,
    complain,
    decide,
    filled,
    page,
    track,
    visitor,
)
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


@pytest.mark.parametrize(
    ("kind", "name", "day"),
    [
        ("pengaduan", "Pengaduan", "60 hari kerja"),
        ("keluhan", "Keluhan", "14 hari kerja"),
        ("masukan", "Masukan", "14 hari kerja"),
        ("permintaan-informasi", "Permintaan informasi", "5 hari kerja"),
    ],
)
def test_each_kind_is_filed_answered_and_read(
    app: Flask, login: Login, kind: str, name: str, day: str
) -> None:
    reporter = login(REPORTER)
    response = reporter.submit("/pengaduan/baru", filled(kind), follow_redirects=True)
    receipt = response.get_data(as_text=True)
    found = CODE.search(receipt)
    assert found
    for words in (name, day, TITLE, "Ombudsman Republik Indonesia", "Inspektorat", "Atasan"):
        assert words in receipt
    number = re.findall(r"PGD-\d{4}-\d{4}", receipt)[0]
    assert response.headers["Cache-Control"] == "no-store"
    official = login("karo-otlak")
    assert number in page(official, "/tugas")
    assert TEXT not in page(official, "/tugas")
    assert official.get(f"/kasus/{number}").location == f"/pengaduan/{number}/tangani"
    assert TEXT in page(official, f"/pengaduan/{number}/tangani")
    decide(official, number, "handle")
    assert "Sedang ditindaklanjuti" in track(app, found[0])[1]
    answer(official, number, "Sudah kami jawab tertulis.")
    status, text = track(app, found[0])
    assert status == 200
    assert "Sudah dijawab" in text
    assert "Sudah kami jawab tertulis." in text
    assert TEXT not in text, "the page of the code shows what was answered, not what was said"
    mine = page(reporter, f"/pengaduan/{number}")
    assert "Sudah kami jawab tertulis." in mine
    assert TEXT in mine
    assert "Sudah dijawab" in page(reporter, "/pengaduan")


def test_the_code_is_shown_once(login: Login) -> None:
    reporter = login(REPORTER)
    _number, code = complain(reporter)
    assert code not in page(reporter, "/pengaduan")
    again = reporter.get("/pengaduan/tanda-terima", follow_redirects=True)
    assert again.request.path == "/pengaduan"
    assert code not in again.get_data(as_text=True)
    with reporter.session_transaction() as cookie:
        assert RECEIPT not in cookie


def test_a_second_click_files_nothing_more(login: Login) -> None:
    reporter = login(REPORTER)
    form = reporter.form("/pengaduan/baru")
    for _click in range(2):
        response = reporter.send(form, filled(), page="/pengaduan/baru")
        assert response.status_code == 303
    assert len(db.session.scalars(select(Case.id)).all()) == 1
    assert CODE.search(page(reporter, "/pengaduan/tanda-terima"))


def test_what_is_missing_is_said_and_nothing_is_lost(login: Login) -> None:
    reporter = login(REPORTER)
    response = reporter.submit("/pengaduan/baru", filled(kind="", case_number="PK-2026-0099"))
    assert response.status_code == 400
    text = response.get_data(as_text=True)
    assert TEXT in text
    assert "Ada yang perlu diperbaiki" in text
    response = reporter.submit("/pengaduan/baru", filled(case_number="PK-2026-0099"))
    assert response.status_code == 400
    assert "Kasus tidak ditemukan" in response.get_data(as_text=True)
    assert db.session.scalars(select(Case.id)).all() == []


def test_delegated_revoked_delegated_again_and_answered(login: Login, world: World) -> None:
    number, _code = complain(login(REPORTER))
    head, first, second = login("karo-otlak"), login("kabag-akin-1"), login("kabag-akin-2")
    address = f"/pengaduan/{number}/tangani"
    refused = head.submit(address, {"outcome": "delegate"}, action=re.search(
        rf"{address}/\d+", page(head, address))[0])  # type: ignore[index]  # fmt: skip
    assert refused.status_code == 400
    decide(head, number, "delegate", delegate=about(world, "kabag-akin-1"))
    assert TEXT in page(first, address)
    assert second.get(address).status_code == 404
    revoked = head.submit(address, {"reason": "Salah bagian."}, action=f"/pengaduan/{number}/cabut")
    assert revoked.status_code == 303
    assert first.get(address).status_code == 404
    assert "Salah bagian." in page(head, address)
    decide(head, number, "delegate", delegate=about(world, "kabag-akin-2"))
    answer(second, number)
    assert "Sudah dijawab" in page(head, address)


def test_passed_on_to_the_official_concerned_who_gives_it_back(login: Login, world: World) -> None:
    number, _code = complain(login(REPORTER))
    head, other = login("karo-otlak"), login("karo-tu")
    decide(head, number, "pass", official=about(world, "karo-tu"))
    decide(other, number, "return", answer="Bukan bidang kami.")
    assert other.get(f"/pengaduan/{number}/tangani").status_code == 404
    assert "Bukan bidang kami." in page(head, f"/pengaduan/{number}/tangani")


def test_the_reporter_objects_by_name_and_by_code_within_the_time(
    app: Flask, login: Login, frozen_clock: FrozenClock
) -> None:
    reporter, official = login(REPORTER), login("karo-otlak")
    number, code = complain(reporter)
    decide(official, number, "handle")
    answer(official, number)
    address = f"/pengaduan/{number}"
    empty = reporter.submit(address, {"reason": ""}, action=f"{address}/keberatan")
    assert empty.status_code == 400
    reporter.submit(address, {"reason": "Belum saya terima."}, action=f"{address}/keberatan")
    assert "Sedang ditelaah" in page(reporter, address)
    decide(official, number, "handle")
    answer(official, number, "Sudah diantar.")
    holder = visitor(app)
    response = holder.submit("/pengaduan/lacak", {"code": code})
    form = next(f for f in forms(response) if f.action.endswith("/keberatan"))
    sent = holder.send(form, {"reason": "Masih salah."})
    assert "Sedang ditelaah" in sent.get_data(as_text=True)
    again = holder.send(form, {"reason": "Masih salah."})
    assert again.status_code == 200
    assert "belum dijawab" in again.get_data(as_text=True)
    decide(official, number, "handle")
    answer(official, number, "Sudah benar.")
    frozen_clock.forward(days=20)
    assert "Ditutup" in track(app, code)[1]
    assert "/keberatan" not in track(app, code)[1]


def test_files_are_read_by_reporter_and_handler_only(login: Login) -> None:
    reporter = login(REPORTER)
    file = (io.BytesIO(b"Tanggal,Hal\n1,Surat\n"), "bukti.csv")
    response = reporter.submit("/pengaduan/baru", filled(files=file), follow_redirects=True)
    number = re.findall(r"PGD-\d{4}-\d{4}", response.get_data(as_text=True))[0]
    shown = page(login("karo-otlak"), f"/pengaduan/{number}/tangani")
    address = re.search(r"/berkas/[\w-]{43}", shown)
    assert address
    assert address[0] in page(reporter, f"/pengaduan/{number}")
    for who, status in (
        ("karo-otlak", 200),
        (REPORTER, 200),
        ("kabag-akin-1", 404),
        ("admin", 404),
    ):
        assert login(who).get(address[0]).status_code == status, who


def test_an_administrator_lays_down_days_officer_and_ways(login: Login) -> None:
    admin = login("admin")
    response = admin.submit(
        "/sistem/pengaduan", {"grievance": "7", "ways": "Jalan baru | Lewat pintu utama."}
    )
    assert response.status_code == 303
    text = page(login(REPORTER), "/pengaduan/baru")
    assert "Jalan baru" in text
    assert "Ombudsman" not in text
    assert "7 hari kerja" in text
    for wrong in ({"officer": "menteri"}, {"grievance": "0"}, {"ways": "tanpa garis"}):
        assert admin.submit("/sistem/pengaduan", wrong).status_code == 400, wrong
    assert login("karo-otlak").get("/sistem/pengaduan").status_code == 403


def test_no_page_needs_more_than_fifteen_queries(app: Flask, login: Login, world: World) -> None:
    reporter = login(REPORTER)
    number, _code = complain(reporter, identity="rahasia", about=about(world, "karo-otlak"))
    read: list[str] = []
    with app.app_context():
        event.listen(
            db.engine, "before_cursor_execute", lambda _c, _cursor, text, *_more: read.append(text)
        )
    pages = [
        (reporter, ("/pengaduan", "/pengaduan/baru", f"/pengaduan/{number}")),
        (login("deputi-aparatur"), ("/pengaduan?daftar=ditangani", f"/pengaduan/{number}/tangani")),
        (login("kepala-inspektorat"), (f"/pengaduan/{number}/tangani",)),
        (login("admin"), ("/sistem/pengaduan",)),
    ]
    counts = {}
    for client, addresses in pages:
        for address in addresses:
            page(client, address)  # what the process keeps is kept now
            read.clear()
            page(client, address)
            counts[address] = len([text for text in read if text.startswith(("SELECT", "WITH"))])
    assert {address: n for address, n in counts.items() if n > 15} == {}
