"""Files with an answer, withdrawal, and a delegate who handles complaints, over HTTP."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from portal.audit import AuditEvent
from portal.db import db, transaction
from portal.documents.models import StoredFile
from portal.events import CaseEnded, ComplaintWithdrawn
from portal.org.delegations import delegate
from portal.org.service import today
from portal.testing.client import Form, PortalClient, forms
from portal.testing.complaints import (
    TEXT,
    ComplaintHost,
    answer,
    complain,
    decide,
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
REPLY = b"Tanggal,Hal\n1,Balasan\n"


@pytest.fixture(autouse=True)
def host(app: Flask, world: World, frozen_clock: FrozenClock) -> ComplaintHost:
    host = ComplaintHost()
    host.install(app)
    return host


def file(content: bytes = REPLY, name: str = "balasan.csv") -> tuple[io.BytesIO, str]:
    return io.BytesIO(content), name


def form_to(client: PortalClient, code: str, end: str) -> list[Form]:
    """The forms of the status page that post to the address ending so."""
    response = client.submit("/pengaduan/lacak", {"code": code})
    return [form for form in forms(response) if form.action.endswith(end)]


def test_files_of_an_answer_are_for_reporter_official_and_code(app: Flask, login: Login) -> None:
    reporter, official = login(REPORTER), login("karo-otlak")
    number, code = complain(reporter, identity="rahasia")
    other, other_code = complain(login("staf-setwapres"))
    decide(official, number, "handle")
    answer(official, number, "Lihat lampiran.", files=file())
    address = re.search(r"/berkas/[\w-]{43}", page(reporter, f"/pengaduan/{number}"))
    assert address
    for who, status in ((REPORTER, 200), ("karo-otlak", 200), ("admin", 404), ("karo-tu", 404)):
        assert login(who).get(address[0]).status_code == status, who
    holder = visitor(app)
    (form,) = form_to(holder, code, "/lacak/berkas")
    got = holder.send(form)
    assert (got.status_code, got.data) == (200, REPLY)
    assert got.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in got.headers["Content-Security-Policy"]
    assert "no-store" in got.headers["Cache-Control"]
    assert visitor(app).get(address[0]).status_code == 303, "the address alone opens nothing"
    assert form_to(holder, other_code, "/lacak/berkas") == []
    assert holder.send(form, {"code": other_code}).status_code == 404, other
    assert holder.send(form, {"code": "SALAH"}).status_code == 404
    read = list(db.session.scalars(select(AuditEvent).where(AuditEvent.kind.like("file.%"))))
    reader = db.session.scalars(
        select(StoredFile.person_id).where(StoredFile.name == "balasan.csv")
    ).one()
    assert {event.person_id for event in read} == {reader}, "no log tells who read it"


def test_a_refused_answer_keeps_its_files(login: Login) -> None:
    number, _code = complain(login(REPORTER))
    official = login("karo-otlak")
    decide(official, number, "handle")
    address = f"/pengaduan/{number}/tangani"
    task = re.search(rf"{address}/\d+", page(official, address))
    assert task
    fields = {"outcome": "answered", "answer": "", "files": file()}
    refused = official.submit(address, fields, action=task[0])
    assert refused.status_code == 400
    assert "balasan.csv" in refused.get_data(as_text=True)
    form = next(form for form in forms(refused) if form.action == task[0])
    sent = official.send(form, {"outcome": "answered", "answer": "Terlampir."})
    assert sent.status_code == 303
    assert "balasan.csv" in page(official, address)
    again = official.send(form, {"outcome": "answered", "answer": "Terlampir."})
    assert again.status_code == 303, "a second click answers the same"
    assert len(db.session.scalars(select(StoredFile)).all()) == 1


def test_the_reporter_withdraws_by_name_and_the_unit_reads_why(
    host: ComplaintHost, login: Login, world: World
) -> None:
    reporter, official = login(REPORTER), login("karo-otlak")
    number, _code = complain(reporter)
    address = f"/pengaduan/{number}"
    empty = reporter.submit(address, {"why": ""}, action=f"{address}/tarik")
    assert empty.status_code == 400
    assert "Isian ini wajib diisi." in empty.get_data(as_text=True)
    form = reporter.form(address, f"{address}/tarik")
    for _click in range(2):
        sent = reporter.send(form, {"why": "Surat sudah saya terima."}, page=address)
        assert sent.status_code == 303
    mine = page(reporter, address)
    assert "Ditarik pelapor" in mine
    assert f"{address}/tarik" not in mine
    assert number not in page(official, "/tugas")
    shown = page(official, f"{address}/tangani")
    assert "Surat sudah saya terima." in shown
    assert "Pelapor menarik pengaduan ini" in shown
    assert "Kirim jawaban" not in shown
    assert "Ditarik pelapor" in page(official, "/pengaduan?daftar=ditangani")
    assert [event.status for event in host.events if isinstance(event, CaseEnded)] == ["cancelled"]
    (told,) = [event for event in host.events if isinstance(event, ComplaintWithdrawn)]
    assert told.person_ids == (world.person_id("karo-otlak"),)
    case = db.session.scalars(select(Case).where(Case.number == number)).one()
    assert (case.status, case.ended_at is None) == ("cancelled", False)


def test_the_holder_of_the_code_withdraws_until_it_is_answered(app: Flask, login: Login) -> None:
    official = login("karo-otlak")
    number, code = complain(login(REPORTER), identity="rahasia")
    decide(official, number, "handle")
    holder = visitor(app)
    (form,) = form_to(holder, code, "/lacak/tarik")
    assert holder.send(form, {"why": ""}).status_code == 400
    assert "Ditarik pelapor" in holder.send(form, {"why": "Tidak perlu lagi."}).get_data(
        as_text=True
    )
    events = db.session.scalars(
        select(AuditEvent).where(AuditEvent.kind == "complaint.withdrawn")
    ).all()
    assert [(event.actor, event.person_id) for event in events] == [("Pelapor", None)]
    second, second_code = complain(login(REPORTER))
    (late,) = form_to(holder, second_code, "/lacak/tarik")
    decide(official, second, "handle")
    answer(official, second)
    refused = holder.send(late, {"why": "Terlambat."})
    assert "sudah dijawab" in refused.get_data(as_text=True)
    assert "Sudah dijawab" in track(app, second_code)[1]
    assert form_to(holder, second_code, "/lacak/tarik") == []


def test_a_delegate_handles_complaints_in_the_place_of_the_official(
    login: Login, world: World
) -> None:
    with transaction() as session:
        for giver, receiver in (("karo-otlak", "kabag-akin-1"), ("kepala-inspektorat", "karo-tu")):
            delegate(
                session,
                position_id=world.position_id(giver),
                from_person_id=world.person_id(giver),
                to_person_id=world.person_id(receiver),
                valid_from=today(),
                valid_to=today() + timedelta(days=13),
                reason="Cuti tahunan",
            )
    stand_in = login("kabag-akin-1")
    number, _code = complain(login(REPORTER), identity="rahasia")
    row = page(stand_in, "/tugas")
    assert number in row
    assert "a.n. Kepala Biro" in row
    opened = re.search(rf"/kasus/{number}/tugas/\d+", row)
    assert opened
    assert TEXT in stand_in.get(opened[0], follow_redirects=True).get_data(as_text=True)
    decide(stand_in, number, "handle")
    answer(stand_in, number)
    assert "a.n. Kepala Biro" in page(login("karo-otlak"), f"/pengaduan/{number}/tangani")
    # the officer's delegate opens no name and has nothing that is for the officer alone
    deputy = login("karo-tu")
    assert "Buka nama pelapor" not in page(deputy, f"/pengaduan/{number}/tangani")
    about = str(world.position_id("menteri"))
    secret, _code = complain(login(REPORTER), "pengaduan", about=about)
    assert deputy.get(f"/pengaduan/{secret}/tangani").status_code == 404
    assert secret not in page(deputy, "/pengaduan?daftar=ditangani")
    # what concerns the delegate is kept from the delegate as well
    third, _code = complain(login(REPORTER), about=str(world.position_id("kabag-akin-1")))
    assert third not in page(stand_in, "/tugas")
    assert third not in page(stand_in, "/pengaduan?daftar=ditangani")
    assert stand_in.get(f"/pengaduan/{third}/tangani").status_code == 404


def test_nobody_handles_the_own_complaint_as_a_delegate(login: Login, world: World) -> None:
    reporter = login("staf-setwapres")
    number, _code = complain(reporter)
    with transaction() as session:
        delegate(
            session,
            position_id=world.position_id("karo-otlak"),
            from_person_id=world.person_id("karo-otlak"),
            to_person_id=world.person_id("staf-setwapres"),
            valid_from=today(),
            valid_to=today(),
            reason="Cuti tahunan",
        )
    assert reporter.get(f"/pengaduan/{number}/tangani").status_code == 404
    assert number not in page(reporter, "/pengaduan?daftar=ditangani")
    assert number in page(reporter, "/pengaduan")
