"""Acting on a task's page: what is taken, refused, and shown again."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from portal.testing.desk import Desk
from tests.web.workflow.hands import FILLED, Login, count, page, ready, text


def test_an_act_is_confirmed_with_what_happens_next(desk: Desk, login: Login, number: str) -> None:
    browser = login("staf-akin-1")
    response = browser.submit(page(desk, "a.I"), FILLED)
    assert response.status_code == 303
    confirmation = text(browser.get(response.location))
    assert "Keputusan Anda tercatat" in confirmation
    assert "Kepala Subbagian Perencanaan I atau Kepala Subbagian Evaluasi I" in confirmation
    record = desk.task("a.I", status="done").record
    assert record["konsep"]["subject"] == "Undangan rapat"


BAD = {
    "nothing": ({**FILLED, "konsep-subject": ""}, "Isian ini wajib diisi."),
    "blanks": ({**FILLED, "konsep-body": "   "}, "Isian ini wajib diisi."),
    "over-long": ({**FILLED, "konsep-to": "x" * 301}, "Isi paling banyak 300 huruf."),
    "decimal point": ({**FILLED, "jumlah": "1.5"}, "koma"),
    "words for rupiah": ({**FILLED, "biaya": "sejuta"}, "rupiah"),
    "no such day": ({**FILLED, "tanggal": "2026-02-30"}, "Tanggal tidak benar"),
    "over-long note": ({**FILLED, "note": "x" * 4001}, "Isi paling banyak 4000 huruf."),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_told_in_indonesian_and_nothing_typed_is_lost(
    desk: Desk, login: Login, number: str, case: str
) -> None:
    typed, message = BAD[case]
    response = login("staf-akin-1").submit(page(desk, "a.I"), typed)
    body = text(response)
    assert response.status_code == 400
    assert message in body
    for value in typed.values():
        assert value in body
    assert desk.task("a.I").record == {}


def test_a_return_without_a_reason_or_target_is_told(desk: Desk, login: Login, number: str) -> None:
    ready(desk)
    browser = login("karo-otlak")
    address = page(desk, "c")
    response = browser.submit(address, {"outcome": "return", "targets": "a.I"})
    assert response.status_code == 400
    assert "Tulis alasan pengembalian." in text(response)
    response = browser.submit(address, {"outcome": "return", "note": "Kurang rapi"})
    assert response.status_code == 400
    assert "Pilih paling sedikit satu tujuan" in text(response)
    assert "Kurang rapi" in text(response)
    response = browser.submit(address, {"outcome": "return", "note": "x" * 4001, "targets": "a.I"})
    assert response.status_code == 400
    assert "paling banyak 4000 huruf" in text(response)
    assert desk.open(number) == ["c"]


def test_a_return_goes_to_the_targets_chosen(desk: Desk, login: Login, number: str) -> None:
    ready(desk)
    sent = {"outcome": "return", "note": "Lampiran kurang", "targets": "a.II"}
    assert login("karo-otlak").submit(page(desk, "c"), sent).status_code == 303
    assert desk.open(number) == ["a.II#2"]
    again = text(login("staf-akin-2").get(page(desk, "a.II")))
    assert "Lampiran kurang" in again
    assert ">Lampiran</textarea>" in again.replace("\r\n", "").replace(">\n", ">")


@pytest.mark.parametrize("outcome", ["", "merdeka"])
def test_a_decision_that_does_not_exist_is_refused(
    desk: Desk, login: Login, number: str, outcome: str
) -> None:
    ready(desk)
    response = login("karo-otlak").submit(page(desk, "c"), {"outcome": outcome, "note": "Catatan"})
    assert response.status_code == 400
    assert "Catatan" in text(response)
    assert desk.open(number) == ["c"]


def test_a_second_click_gets_the_first_answer(
    desk: Desk, login: Login, number: str, session: Session
) -> None:
    browser = login("staf-akin-1")
    address = page(desk, "a.I")
    form = browser.form(address)
    first = browser.send(form, FILLED, page=address)
    second = browser.send(form, FILLED, page=address)
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location
    assert count(session, "done") == 1


def test_a_stale_page_shows_both_versions(desk: Desk, login: Login, number: str) -> None:
    desk.act("staf-akin-1", "a.I")
    browser, address = login("kasubbag-ppk-1"), page(desk, "b.I")
    form = browser.form(address)
    desk.act("kasubbag-ppe-1", "b.I", note="Sudah saya setujui")
    response = browser.send(form, {"outcome": "approve", "note": "Menurut saya baik"}, page=address)
    body = text(response)
    assert response.status_code == 409
    assert "Tugas ini sudah diselesaikan oleh Kepala Subbagian" in body
    assert "Menurut saya baik" in body
    assert "Sudah saya setujui" in body


def test_a_page_older_than_a_claim_is_a_conflict(desk: Desk, login: Login, number: str) -> None:
    browser, address = login("staf-akin-1"), page(desk, "a.I")
    form = browser.form(address)
    response = browser.send(form, {**FILLED, "version": "0"}, page=address)
    assert response.status_code == 409
    assert "Undangan rapat" in text(response)


@pytest.mark.parametrize("version", ["", "abc", "²", "-1", "9" * 5000])
def test_a_broken_version_is_a_conflict(
    desk: Desk, login: Login, number: str, version: str
) -> None:
    sent = {**FILLED, "version": version}
    assert login("staf-akin-1").submit(page(desk, "a.I"), sent).status_code == 409


def test_a_form_without_a_key_is_not_taken(desk: Desk, login: Login, number: str) -> None:
    sent = {**FILLED, "form_key": ""}
    response = login("staf-akin-1").submit(page(desk, "a.I"), sent)
    assert response.status_code == 400
    assert "Muat ulang halaman" in text(response)


def test_one_who_comes_to_a_finished_task_is_led_to_the_case(
    desk: Desk, login: Login, number: str
) -> None:
    desk.act("staf-akin-1", "a.I")
    browser = login("staf-akin-1")
    response = browser.get(page(desk, "a.I", "done"))
    assert response.location == f"/kasus/{number}"


def test_opening_a_task_ends_the_others_chance_to_withdraw(
    desk: Desk, login: Login, number: str
) -> None:
    desk.act("staf-akin-1", "a.I")
    drafter = login("staf-akin-1")
    address = page(desk, "a.I", "done")
    assert f"{address}/tarik" in text(drafter.get(f"/kasus/{number}"))
    assert login("kasubbag-ppk-1").get(page(desk, "b.I")).status_code == 200
    assert f"{address}/tarik" not in text(drafter.get(f"/kasus/{number}"))
