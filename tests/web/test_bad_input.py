"""Bad input over HTTP: one clear sentence, nothing that was entered is lost, nothing half done.

Of the service to the leadership (a sealed letter with a subject, a meeting that ends before it
begins) see that plugin's tests; of a mail server that is down, those of ``notifications``.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.config import Settings
from portal.documents.models import StoredFile
from portal.org.models import Delegation
from portal.org.service import today
from portal.testing.client import Form, PortalClient, choose
from portal.testing.complaints import NUMBER, ComplaintHost, answer, complain, decide, filled, page
from portal.testing.pytest_plugin import FrozenClock
from portal.testing.world import World
from portal.workflow.models import Case, Holiday

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

Login = Callable[[str], PortalClient]
NEW = "/pengaduan/baru"
DELEGATE = "/profil/delegasi/baru"
CALENDAR = "/sistem/kalender"
SUMMARY = re.compile(r'class="error-summary[^>]*>(.*?)</div>', re.S)
ENGLISH = re.compile(r"\b(error|invalid|required|not allowed|traceback|exception)\b", re.I)


@pytest.fixture(autouse=True)
def host(app: Flask, world: World, frozen_clock: FrozenClock) -> ComplaintHost:
    host = ComplaintHost()
    host.install(app)
    return host


def refused(response: TestResponse, sentence: str) -> str:
    """The page of a form that was refused: a client's error, said once in the summary."""
    text = response.get_data(as_text=True)
    assert 400 <= response.status_code < 500, response.status
    assert sentence in text
    found = SUMMARY.search(text)
    assert found, "the summary of what is wrong stands on top"
    assert re.sub(r"<[^>]+>", "", found[1]).count(sentence) == 1
    assert not ENGLISH.search(re.sub(r"<[^>]+>", " ", found[1]))
    return text


def kept(response: TestResponse, address: str, **typed: str) -> Form:
    """The form that came back holds what was typed."""
    form = choose(response, address)
    fields = [(name, value.strip()) for name, value in form.fields]
    for name, value in typed.items():
        assert (name, value) in fields, name
    return form


# -- delegation -------------------------------------------------------------------------------


def period(world: World, receiver: str) -> dict[str, str]:
    return {
        "person": str(world.person_id(receiver)),
        "valid_from": today().isoformat(),
        "valid_to": (today() + timedelta(days=13)).isoformat(),
        "reason": "Cuti tahunan dua pekan",
    }


def test_a_delegation_to_oneself(login: Login, world: World, session: Session) -> None:
    typed = period(world, "karo-otlak")
    response = login("karo-otlak").submit(DELEGATE, typed, action=DELEGATE)
    refused(response, "tidak dapat dilimpahkan kepada diri sendiri")
    kept(response, DELEGATE, **typed)
    assert session.scalar(select(func.count()).select_from(Delegation)) == 0


def test_a_delegation_in_a_circle_over_three(login: Login, world: World, session: Session) -> None:
    for giver, receiver in (("karo-otlak", "kabag-akin-1"), ("kabag-akin-1", "kasubbag-ppk-1")):
        sent = login(giver).submit(DELEGATE, period(world, receiver), action=DELEGATE)
        assert sent.status_code == 303
    typed = period(world, "karo-otlak")
    response = login("kasubbag-ppk-1").submit(DELEGATE, typed, action=DELEGATE)
    refused(response, "Pelimpahan ini berputar")
    kept(response, DELEGATE, **typed)
    assert session.scalar(select(func.count()).select_from(Delegation)) == 2


# -- complaints -------------------------------------------------------------------------------


def test_a_complaint_about_the_only_administrator_goes_to_the_complaint_officer(
    login: Login, session: Session
) -> None:
    reporter, admin, officer = login("staf-setpres"), login("admin"), login("kepala-inspektorat")
    number, _code = complain(reporter, "pengaduan", about="administrator", standard="")
    assert number in page(officer, "/tugas")
    for address in ("/tugas", "/kasus", "/sistem/kasus", "/sistem/catatan", "/pengaduan"):
        response = admin.get(address)
        assert response.status_code in (200, 403), address
        assert number not in response.get_data(as_text=True), address
    decide(officer, number, "handle")
    answer(officer, number, "Sudah kami tindak lanjuti.")
    assert "Sudah kami tindak lanjuti." in page(reporter, f"/pengaduan/{number}")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"text": ""}, "wajib diisi"),
        ({"text": "Singkat"}, "Isi antara 10 dan 8000 huruf."),
        ({"kind": ""}, "wajib diisi"),
        ({"kind": "gosip"}, "Pilihan tidak dikenal"),
        ({"about": "999999"}, "Pilihan tidak dikenal"),
        ({"standard": "tidak-ada"}, "Pilihan tidak dikenal"),
        ({"case_number": "PK-2026-0099"}, "Kasus tidak ditemukan"),
        ({"case_number": "X" * 41}, "Isi paling banyak 40 huruf."),
    ],
)
def test_a_complaint_that_is_incomplete_or_forged(
    login: Login, session: Session, typed: dict[str, str], sentence: str
) -> None:
    sent = {**filled(identity="rahasia"), **typed}
    response = login("staf-setpres").submit(NEW, sent)
    refused(response, sentence)
    kept(response, NEW, identity="rahasia", text=sent["text"])
    assert session.scalar(select(func.count()).select_from(Case)) == 0


# -- files ------------------------------------------------------------------------------------


def test_a_file_over_the_limit(
    app: Flask, settings: Settings, login: Login, session: Session
) -> None:
    app.config["PORTAL"] = replace(settings, max_upload=100_000)
    app.config["MAX_CONTENT_LENGTH"] = 150_000
    big = (io.BytesIO(b"x" * 200_000), "besar.txt")
    good = (io.BytesIO(b"Contoh bukti"), "bukti.txt")
    reporter = login("staf-setpres")
    response = reporter.submit(NEW, filled(identity="rahasia", files=[big, good]))
    text = refused(response, "besar.txt terlalu besar")
    assert "bukti.txt" in text, "the file that is right is kept"
    form = kept(response, NEW, identity="rahasia", text=filled()["text"])
    sent = reporter.send(form, page=NEW, follow_redirects=True)
    assert NUMBER.search(sent.get_data(as_text=True))
    assert list(session.scalars(select(StoredFile.name))) == ["bukti.txt"]


@pytest.mark.parametrize(
    "program", [b"MZ" + bytes(300), b"\x7fELF" + bytes(300), b"#!/bin/sh\nrm -rf /\n"]
)
def test_an_executable_renamed_to_pdf(login: Login, session: Session, program: bytes) -> None:
    reporter = login("staf-setpres")
    response = reporter.submit(NEW, filled(files=(io.BytesIO(program), "laporan.pdf")))
    refused(response, "laporan.pdf: isi berkas tidak sesuai dengan namanya")
    form = kept(response, NEW, kind="keluhan", text=filled()["text"])
    assert session.scalar(select(func.count()).select_from(StoredFile)) == 0
    assert reporter.send(form, page=NEW).status_code == 303


def test_the_same_with_an_answer(login: Login, session: Session) -> None:
    number, _code = complain(login("staf-setpres"))
    official = login("karo-otlak")
    decide(official, number, "handle")
    address = f"/pengaduan/{number}/tangani"
    task = re.search(rf"{address}/\d+", page(official, address))
    assert task
    typed = {"outcome": "answered", "answer": "Jawaban panjang yang sudah ditulis."}
    program = (io.BytesIO(b"MZ" + bytes(300)), "surat.pdf")
    response = official.submit(address, {**typed, "files": program}, action=task[0])
    refused(response, "surat.pdf: isi berkas tidak sesuai dengan namanya")
    kept(response, task[0], answer=typed["answer"])
    assert "Belum ada" not in page(official, address)
    assert "Sedang ditindaklanjuti" in page(login("staf-setpres"), f"/pengaduan/{number}")


# -- the calendar -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("2026-02-30,,libur,Hari contoh", "Baris 3: tanggal “2026-02-30” tidak ada"),
        ("30 Februari,,libur,Hari contoh", "Baris 3:"),
        ("2026-06-02,2026-06-01,libur,Hari contoh", "Baris 3:"),
        ("2026-06-01,,pesta,Hari contoh", "Baris 3: jenis “pesta” tidak dikenal"),
    ],
)
def test_a_holiday_file_with_a_wrong_date(
    login: Login, session: Session, line: str, sentence: str
) -> None:
    before = session.scalar(select(func.count()).select_from(Holiday))
    text = f"tanggal,sampai,jenis,nama\n2026-12-25,,libur,Natal\n{line}\n"
    data = {"file": (io.BytesIO(text.encode()), "kalender.csv")}
    admin, path = login("admin"), f"{CALENDAR}/impor"
    response = admin.submit(path, data, action=path, content_type="multipart/form-data")
    refused(response, sentence)
    assert session.scalar(select(func.count()).select_from(Holiday)) == before, "not even line 2"
