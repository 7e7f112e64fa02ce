"""Sealed letters: what is typed anyway is stored nowhere; questions; opening by the leader."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import inspect, select, text

from plugins.leadership_service.hearing import hear
from plugins.leadership_service.models import CLOSED, AgendaEvent, RegisterLine
from plugins.leadership_service.tests.office import (
    DIRECTION,
    EVENT,
    LETTER,
    SEALED,
    Office,
)
from portal.api import Case, CaseTask, CaseUnsealed, metadata
from portal.testing.pytest_plugin import FrozenClock

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

STAFF, HEAD, LEADER = "staf-tu-menteri", "kasubbag-tu-menteri", "menteri"
SECRET, NOTE, TITLE = "Kalabendu", "Wijayakusuma", "Samaramerta"
START = "/permohonan/baru/leadership.letter"
LETTERS = "/layanan/leadership-service/surat"


def tables_with(office: Office, word: str) -> set[str]:
    """The tables of which a row holds the word."""
    office.session.rollback()
    there = set(inspect(office.session.connection()).get_table_names())
    return {
        table.name
        for table in metadata.sorted_tables
        if table.name in there
        for row in office.session.execute(select(table))
        if word in str(tuple(row))
    }


def sealed(office: Office) -> str:
    """A sealed letter with the leader's note, and an event planned for it."""
    number = office.start(STAFF, "letter", SEALED)
    office.act(STAFF, number, "1", {"jenis": "tertutup"})
    office.act(LEADER, number, "2", {**DIRECTION, "pokok": NOTE})
    office.act(HEAD, number, "3", {"jenis": ["audiensi"]})
    office.act(HEAD, number, "4b1", EVENT | {"judul": TITLE})
    return number


@pytest.mark.parametrize("typed", ["asal", "hal", "lampiran"])
def test_a_subject_typed_in_anyway_is_refused_and_stored_nowhere(
    office: Office, caplog: pytest.LogCaptureFixture, typed: str
) -> None:
    page = office.start(STAFF, "letter", SEALED | {typed: SECRET}, 400)
    assert "amplop tertutup tidak dibuka" in page
    assert tables_with(office, SECRET) == set()
    assert SECRET not in caplog.text


def test_a_form_of_a_sealed_letter_whose_session_ended_is_not_kept(
    office: Office, frozen_clock: FrozenClock
) -> None:
    browser = office.browser(STAFF)
    form = browser.form(START)
    frozen_clock.forward(hours=20)
    answer = browser.send(form, SEALED | {"hal": SECRET}, page=START)
    assert answer.status_code in (302, 303, 401)
    assert tables_with(office, SECRET) == set()
    # an ordinary letter is kept, as every form is
    office._open.clear()
    browser = office.browser(STAFF)
    form = browser.form(START)
    frozen_clock.forward(hours=20)
    browser.send(form, LETTER | {"hal": SECRET}, page=START)
    assert tables_with(office, SECRET) == {"auth_kept_post"}


def test_a_scan_of_a_sealed_letter_is_removed_at_once(office: Office, app: Flask) -> None:
    scan = (io.BytesIO(SECRET.encode()), f"{SECRET}.txt")
    page = office.start(STAFF, "letter", SEALED | {"berkas": scan}, 400)
    assert "sudah dihapus lagi" in page
    assert tables_with(office, SECRET) == set()
    folder = app.config["PORTAL"].files
    assert [path for path in folder.rglob("*") if path.is_file()] == []


def test_the_leader_opens_it_with_a_reason_and_the_office_reads_it(office: Office) -> None:
    number = sealed(office)
    address = f"/kasus/{number}/buka-segel"
    assert f'href="{address}"' in office.page(LEADER, f"/kasus/{number}")
    assert "tidak dapat ditutup kembali" in office.page(LEADER, address)
    browser = office.browser(LEADER)
    assert browser.submit(address, {"reason": "Selesai."}).status_code == 400, "not confirmed"
    assert browser.submit(address, {"reason": " ", "sure": "y"}).status_code == 400
    office.page(HEAD, f"/kasus/{number}", 404)
    sent = {"reason": "Sudah diumumkan.", "sure": "y", "title": "Urusan kepegawaian"}
    assert browser.submit(address, sent).status_code == 303
    page = office.page(HEAD, f"/kasus/{number}")
    for words in ("Urusan kepegawaian", NOTE, TITLE, "Membuka kasus tertutup", "Sudah diumumkan."):
        assert words in page
    assert office.browser(LEADER).get(address).status_code == 409
    for stranger in ("kasubbag-tu-setmen", "karo-umum", "admin"):
        office.page(stranger, f"/kasus/{number}", 404)


def test_an_opened_letter_enters_register_and_agenda(office: Office) -> None:
    number = sealed(office)
    assert TITLE not in office.page(HEAD, "/layanan/leadership-service/agenda")
    sent = {"reason": "Selesai.", "sure": "y", "title": "Urusan kepegawaian"}
    office.browser(LEADER).submit(f"/kasus/{number}/buka-segel", sent)
    office.session.rollback()
    case = office.session.scalars(select(Case).where(Case.number == number)).one()
    event = CaseUnsealed(
        case_id=case.id, number=number, plugin=case.plugin, workflow=case.workflow
    )  # fmt: skip
    for _again in range(2):
        office.session.rollback()
        hear(event)
    office.session.expire_all()
    line = office.session.scalars(select(RegisterLine)).one()
    assert (line.sealed, line.subject) == (False, "Urusan kepegawaian")
    row = office.session.scalars(select(AgendaEvent)).one()
    assert (row.title, row.kind, row.place) == (TITLE, "audiensi", EVENT["tempat"])
    assert row.kind != CLOSED
    assert TITLE in office.page(HEAD, "/layanan/leadership-service/agenda")
    assert "Urusan kepegawaian" in office.page(HEAD, LETTERS)


@pytest.mark.parametrize("who", [STAFF, HEAD, "admin", "karo-tu", "sesmen", "kabag-protokol-tup"])
def test_nobody_else_opens_it(office: Office, who: str) -> None:
    number = sealed(office)
    address = f"/kasus/{number}/buka-segel"
    assert office.browser(who).get(address).status_code in (403, 404)
    form = office.browser(LEADER).form(address)
    browser = office.browser(who)
    own = replace(browser.form("/profil"), action=address)
    token = [pair for pair in own.fields if pair[0] == "csrf_token"]
    own.fields = [*token, ("form_key", "x"), ("reason", "Ingin tahu."), ("sure", "y")]
    assert browser.send(own, {}, page=address).status_code in (403, 404)
    assert form.action is not None
    office.session.rollback()
    assert office.session.scalars(select(Case.sealed)).one()


def test_a_question_in_a_sealed_case_is_for_its_requester_alone(office: Office) -> None:
    number = office.start(STAFF, "letter", SEALED)
    office.act(STAFF, number, "1", {"jenis": "tertutup"})
    office.act(LEADER, number, "2", {**DIRECTION, "pokok": NOTE})
    task = office.address(number, "3")
    page = office.page(HEAD, f"{task}/tanya")
    assert "Jangan menulis" in page
    assert office.browser(HEAD).submit(f"{task}/tanya", {"text": SECRET}).status_code == 303
    office.session.rollback()
    address = f"/kasus/{number}/keterangan/1"
    for place in ("/tugas", "/permohonan", address):
        page = office.page(STAFF, place)
        assert address in page or place == address
        assert NOTE not in page
    assert SECRET in office.page(STAFF, address)
    assert SECRET not in office.page(STAFF, "/tugas") + office.page(STAFF, "/permohonan")
    for stranger in ("kabag-protokol-tup", "admin", "sesmen", "karo-tu"):
        office.page(stranger, address, 404)
    assert office.browser(STAFF).submit(address, {"answer": "Amplop cokelat."}).status_code == 303
    assert "Amplop cokelat." in office.page(HEAD, task)
    office.act(HEAD, number, "3", {"jenis": ["arsip"]})
    office.page(HEAD, address, 404)
    assert SECRET in office.page(LEADER, f"/kasus/{number}")
    assert tables_with(office, SECRET) == {"wf_question", "audit_event"}
    assert office.session.scalar(select(CaseTask.id).where(CaseTask.step == "3")) is not None
    assert office.session.scalar(text("select count(*) from wf_question")) == 1
