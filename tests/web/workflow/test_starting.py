"""Beginning a case on its page."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.testing.desk import Desk
from portal.workflow.models import Case
from tests.web.workflow.hands import Login, text


def test_a_start_checks_its_fields_and_keeps_what_was_typed(desk: Desk, login: Login) -> None:
    browser = login("karo-otlak")
    address = "/permohonan/baru/table.new"
    response = browser.submit(address, {"tahun": "2.5", "baris-0-nama": "Satu"})
    assert response.status_code == 400
    assert 'value="Satu"' in text(response)
    assert 'value="2.5"' in text(response)
    response = browser.submit(address, {"tahun": "2027", "baris-0-nama": "Satu"})
    assert response.location == "/permohonan/diterima/TBL-2026-0001"
    assert desk.case("TBL-2026-0001").data == {"tahun": 2027, "baris": [{"nama": "Satu"}]}


def test_a_row_is_added_without_javascript_and_without_errors(desk: Desk, login: Login) -> None:
    browser = login("karo-otlak")
    sent = {"tahun": "", "baris-0-nama": "Satu", "_rows": "add:baris"}
    response = browser.submit("/permohonan/baru/table.new", sent)
    assert response.status_code == 200
    assert 'name="baris-1-nama"' in text(response)
    assert 'value="Satu"' in text(response)
    assert "wajib diisi" not in text(response)


def test_a_second_click_starts_one_case(desk: Desk, login: Login, session: Session) -> None:
    browser = login("karo-otlak")
    address = "/permohonan/baru/letter.new"
    form = browser.form(address)
    answers = [browser.send(form, {"hal": "rapat"}, page=address) for _click in range(2)]
    assert [answer.location for answer in answers] == ["/permohonan/diterima/SRT-2026-0001"] * 2
    assert session.scalar(select(func.count()).select_from(Case)) == 1


def test_only_who_may_start_sees_and_opens_the_form(desk: Desk, login: Login) -> None:
    browser = login("menteri")
    starts = text(browser.get("/permohonan/baru"))
    assert "meeting.ask" in starts
    assert "letter.new" not in starts
    assert browser.get("/permohonan/baru/letter.new").status_code == 403
    assert browser.get("/permohonan/baru/tidak.ada").status_code == 404
