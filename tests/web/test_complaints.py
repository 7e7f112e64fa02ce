"""Complaints over HTTP: each kind to its answer, the code, conflicts, hidden names, objections."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import event, select

from portal.auth.models import Account
from portal.complaints.views import RECEIPT
from portal.db import db
from portal.testing.client import PortalClient
from portal.testing.complaints import TITLE, ComplaintHost, filled
from portal.testing.pytest_plugin import FrozenClock
from portal.testing.world import World
from portal.workflow.models import Case

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

Login = Callable[[str], PortalClient]
CODE = re.compile(r"[0-9A-HJKMNP-TV-Z]{4}(?:-[0-9A-HJKMNP-TV-Z]{4}){3}")
TEXT = "Surat saya belum dijawab selama dua bulan."
REPORTER = "staf-setpres"


@pytest.fixture(autouse=True)
def host(app: Flask, world: World, frozen_clock: FrozenClock) -> ComplaintHost:
    host = ComplaintHost()
    host.install(app)
    return host


def page(client: PortalClient, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, f"{address}: {response.status}"
    return response.get_data(as_text=True)


def complain(client: PortalClient, kind: str = "keluhan", **changes: object) -> tuple[str, str]:
    """File one; number and code of the acknowledgement."""
    response = client.submit("/pengaduan/baru", filled(kind, **changes), follow_redirects=True)
    text = response.get_data(as_text=True)
    assert response.status_code == 200
    assert response.request.path == "/pengaduan/tanda-terima", text
    number, code = re.search(r"PGD-\d{4}-\d{4}", text), CODE.search(text)
    assert number
    assert code
    return number[0], code[0]


def about(world: World, code: str) -> str:
    return str(world.position_id(code))


def decide(client: PortalClient, number: str, outcome: str, **fields: str) -> None:
    address = f"/pengaduan/{number}/tangani"
    task = re.search(rf"{address}/\d+", page(client, address))
    assert task
    response = client.submit(address, {"outcome": outcome, **fields}, action=task[0])
    assert response.status_code == 303, response.get_data(as_text=True)


def answer(client: PortalClient, number: str, text: str = "Sudah kami jawab.") -> None:
    decide(client, number, "answered", answer=text)


def track(app: Flask, code: str) -> tuple[int, str]:
    """What somebody reads who has only the code."""
    response = app.test_client().submit("/pengaduan/lacak", {"code": code})  # type: ignore[attr-defined]
    return response.status_code, response.get_data(as_text=True)


# -- the way through -----------------------------------------------------------------------


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
    holder = app.test_client()
    response = holder.submit("/pengaduan/lacak", {"code": code})  # type: ignore[attr-defined]
    form = next(f for f in _forms(response) if f.action.endswith("/keberatan"))
    sent = holder.send(form, {"reason": "Masih salah."})  # type: ignore[attr-defined]
    assert "Sedang ditelaah" in sent.get_data(as_text=True)
    again = holder.send(form, {"reason": "Masih salah."})  # type: ignore[attr-defined]
    assert again.status_code == 200
    assert "belum dijawab" in again.get_data(as_text=True)
    decide(official, number, "handle")
    answer(official, number, "Sudah benar.")
    frozen_clock.forward(days=20)
    assert "Ditutup" in track(app, code)[1]
    assert "/keberatan" not in track(app, code)[1]


def test_the_holder_of_the_code_closes_it(app: Flask, login: Login) -> None:
    number, code = complain(login(REPORTER))
    official = login("karo-otlak")
    decide(official, number, "handle")
    answer(official, number)
    holder = app.test_client()
    response = holder.submit("/pengaduan/lacak", {"code": code.lower().replace("-", " ")})  # type: ignore[attr-defined]
    form = next(f for f in _forms(response) if f.action.endswith("/selesai"))
    assert "Ditutup" in holder.send(form).get_data(as_text=True)  # type: ignore[attr-defined]


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


# -- the code -------------------------------------------------------------------------------


def test_every_wrong_code_gets_the_same_answer(app: Flask, login: Login) -> None:
    _number, code = complain(login(REPORTER))
    other = code[:-1] + ("0" if code[-1] != "0" else "1")
    hidden = re.compile(r'(value|name="csrf_token" value|name="form_key" value)="[^"]*"')
    pages = {
        hidden.sub("", text) for _s, text in (track(app, c) for c in (other, "x", "PGD-2026-0001"))
    }
    assert len(pages) == 1
    assert track(app, other)[0] == 404


def test_guessing_is_slowed_down_and_a_right_code_does_not_count(app: Flask, login: Login) -> None:
    _number, code = complain(login(REPORTER))
    for _n in range(40):
        assert track(app, code)[0] == 200
    assert [track(app, f"SALAH-{n}")[0] for n in range(11)] == [404] * 11
    assert track(app, "SALAH")[0] == 429
    assert track(app, code)[0] == 429


def test_the_status_page_needs_no_log_in_and_the_form_does(app: Flask) -> None:
    guest = app.test_client()
    assert guest.get("/pengaduan/lacak").status_code == 200
    for address in (
        "/pengaduan",
        "/pengaduan/baru",
        "/pengaduan/PGD-2026-0001",
        "/sistem/pengaduan",
    ):
        assert guest.get(address).status_code == 303, address


# -- names ----------------------------------------------------------------------------------


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
    form = next(f for f in _forms(officer.get(address)) if f.action.endswith("/identitas"))
    assert officer.send(form, {"reason": ""}).status_code == 400
    opened = officer.send(form, {"reason": "Perlu dihubungi."})
    assert title in opened.get_data(as_text=True)
    history = page(official, address)
    assert "Membuka nama pelapor" in history
    assert "Perlu dihubungi." in history
    assert title not in history


# -- conflicts ------------------------------------------------------------------------------


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
    assert "delegate" not in shown
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


# -- administration -------------------------------------------------------------------------


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


def _forms(response: object) -> list:  # type: ignore[type-arg]
    from portal.testing.client import forms

    return forms(response)  # type: ignore[arg-type]


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
