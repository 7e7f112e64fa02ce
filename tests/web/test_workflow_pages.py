"""The daily work through a browser without JavaScript: inbox, case, task, start, bad input."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.audit import AuditEvent
from portal.auth import accounts
from portal.org.models import HolderKind
from portal.org.service import assign_holder
from portal.testing.client import PortalClient
from portal.testing.databases import Seed
from portal.testing.desk import Desk, SampleHost
from portal.testing.pytest_plugin import FrozenClock
from portal.testing.workflows import HEADS, LETTER, MEETING, UNITS, plant_units
from portal.testing.world import World, plant
from portal.workflow.definition import Start, Workflow, task
from portal.workflow.fields import Number, Rows, Text
from portal.workflow.models import Case, Draft, Task

Login = Callable[[str], PortalClient]

TABLE = Workflow(
    "table", "Tabel", number="TBL", roles=LETTER.roles,
    starts=(
        Start(
            "new", "Tabel baru", "Tabel {tahun}", by=("boss",),
            record=(
                Number("tahun", "Tahun", whole=True, min=2015, max=2100),
                Rows("baris", "Baris", columns=(Text("nama", "Nama"),)),
            ),
        ),
    ),
    steps=(task("isi", "Mengisi", by="staff_1"),),
)  # fmt: skip


@pytest.fixture
def seeds() -> tuple[Seed, ...]:
    return (plant, plant_units)


@pytest.fixture
def desk(app: Flask, world: World, frozen_clock: FrozenClock) -> Desk:
    SampleHost(LETTER, UNITS, MEETING, TABLE).install(app)
    return Desk(world)


@pytest.fixture
def number(desk: Desk) -> str:
    return desk.start("letter.new", "karo-otlak", {"hal": "undangan"})


def page(desk: Desk, step: str, status: str = "open") -> str:
    """The address of a task."""
    item = desk.task(step, status=status)
    address = f"/kasus/{desk.case_of(item).number}/tugas/{item.id}"
    desk.world.session.rollback()
    return address


def text(response: TestResponse) -> str:
    return unescape(response.get_data(as_text=True))


def main(response: TestResponse) -> str:
    """The page's own part, without the frame around it."""
    return text(response).partition("<main")[2].partition("</main>")[0]


def ready(desk: Desk) -> None:
    """Everything up to the approval by the Kepala Biro."""
    desk.act("staf-akin-1", "a.I")
    desk.act("kasubbag-ppk-1", "b.I")
    desk.act("staf-akin-2", "a.II", record={"uraian": "Lampiran"})
    desk.act("kabag-akin-2", "b.II")


def count(session: Session, kind: str) -> int:
    query = select(func.count()).where(AuditEvent.kind == kind)
    return session.scalar(query) or 0


RECEIVED = {"waktu": "2026-11-23T02:00:00+00:00"}
FILLED = {"konsep-subject": "Undangan rapat", "konsep-to": "Para kepala", "konsep-body": "Isi"}


# -- the inbox -----------------------------------------------------------------------------


def test_the_inbox_shows_the_overdue_first_in_three_groups(
    desk: Desk, login: Login, frozen_clock: FrozenClock
) -> None:
    def at(day: int, hour: int, minute: int = 0) -> None:
        frozen_clock.set(datetime(2026, 11, day, hour - 7, minute, tzinfo=UTC))

    at(23, 9)
    late = desk.start("letter.new", "karo-otlak", {"hal": "terlambat"})
    at(23, 15)
    desk.start("letter.new", "karo-otlak", {"hal": "besok"})  # its two hours end tomorrow
    today = desk.start("letter.new", "karo-otlak", {"hal": "lagi"})
    at(23, 15, 1)
    free = desk.start("units.new", "karo-otlak")  # ends at the next working day's close
    browser = login("staf-akin-1")
    body = text(browser.get("/tugas"))
    assert body.index("Terlambat") < body.index(late) < body.index("Berikutnya")
    assert body.index("Berikutnya") < body.index(today) < body.index(free)
    assert "Jatuh tempo hari ini" not in body
    at(24, 8)
    browser = login("staf-akin-1")  # the session has ended overnight
    body = text(browser.get("/tugas"))
    assert body.index("Jatuh tempo hari ini") < body.index(today)
    assert late in text(browser.get("/tugas?saring=late"))
    assert free not in text(browser.get("/tugas?saring=late"))


def test_the_inbox_is_ones_own(desk: Desk, login: Login, number: str) -> None:
    assert number in text(login("staf-akin-1").get("/tugas"))
    assert number not in text(login("menteri").get("/tugas"))


@pytest.mark.parametrize(
    "cursor", ["x", "2026-01-01~5", "2026-01-01T00:00:00+00:00~-1", "~", "%00"]
)
def test_a_broken_page_address_is_one_clear_message(desk: Desk, login: Login, cursor: str) -> None:
    browser = login("staf-akin-1")
    for path in ("/tugas", "/permohonan"):
        response = browser.get(path, query_string={"setelah": cursor})
        assert response.status_code == 400
        assert "Alamat halaman ini tidak lengkap" in text(response)


def test_a_long_inbox_goes_on_without_gap_or_double(desk: Desk, login: Login) -> None:
    numbers = {desk.start("letter.new", "karo-otlak", {"hal": str(n)}) for n in range(27)}
    browser = login("staf-akin-1")
    first = text(browser.get("/tugas"))
    address = first.split('href="/tugas?setelah=')[1].split('"')[0]
    second = text(browser.get(f"/tugas?setelah={address}"))
    on_first = {n for n in numbers if f">{n} ·" in first.replace("\n", "") or n in first}
    on_second = {n for n in numbers if n in second}
    assert (len(on_first), len(on_second)) == (25, 2)
    assert on_first | on_second == numbers


# -- whose turn it is ----------------------------------------------------------------------


def test_a_foreign_task_is_refused_and_the_page_has_no_button(
    desk: Desk, login: Login, number: str
) -> None:
    address = page(desk, "a.I")
    for username in ("staf-akin-2", "karo-otlak"):
        browser = login(username)
        assert browser.get(address).status_code == 403
        token = browser.csrf_token("/profil")
        sent = {"csrf_token": token, "outcome": "done", "form_key": "k", "version": "1", **FILLED}
        assert browser.post(address, data=sent).status_code == 403
        assert browser.post(f"{address}/draf", data=sent).status_code == 403
        assert browser.post(f"{address}/ambil", data=sent).status_code == 403
        shown = browser.get(f"/kasus/{number}")
        assert shown.status_code == 200
        assert address not in text(shown)
    assert desk.task("a.I").status == "open"
    assert address in text(login("staf-akin-1").get(f"/kasus/{number}"))


def test_a_foreign_case_is_not_found_and_says_nothing(
    desk: Desk, login: Login, number: str
) -> None:
    desk.act("staf-akin-1", "a.I", note="Rahasia dapur")
    done = page(desk, "a.I", "done")
    for username in ("menteri", "admin"):
        browser = login(username)
        token = browser.csrf_token("/profil")
        sent = {"csrf_token": token, "form_key": "k"}
        answers = [
            browser.get(f"/kasus/{number}"),
            browser.get("/kasus/SRT-2026-9999"),
            browser.get(done),
            browser.get(f"{done}/selesai"),
            browser.post(done, data=sent),
            browser.post(f"{done}/draf", data=sent),
            browser.get(f"/kasus/{number}/kelola/batalkan"),
        ]
        assert [answer.status_code for answer in answers] == [404] * len(answers)
        assert not any("Rahasia dapur" in text(answer) for answer in answers)


def test_a_task_under_the_wrong_case_number_is_not_found(
    desk: Desk, login: Login, number: str
) -> None:
    other = desk.start("letter.new", "karo-otlak", {"hal": "lain"})
    item = page(desk, "a.I").rpartition("/")[2]
    assert login("staf-akin-1").get(f"/kasus/{number}/tugas/{item}").status_code == 404
    assert login("staf-akin-1").get(f"/kasus/{other}/tugas/{item}").status_code == 200


# -- acting --------------------------------------------------------------------------------


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


# -- drafts and ended sessions -------------------------------------------------------------


def test_a_draft_is_kept_for_its_writer_alone(
    desk: Desk, login: Login, number: str, session: Session
) -> None:
    desk.act("staf-akin-1", "a.I")
    browser, address = login("kasubbag-ppk-1"), page(desk, "b.I")
    form = browser.form(address)
    form.action = f"{address}/draf"
    assert browser.send(form, {"note": "Belum selesai"}, page=address).status_code == 303
    assert "Belum selesai" in text(browser.get(address))
    assert "Belum selesai" not in text(login("kasubbag-ppe-1").get(address))
    browser.submit(address, {"outcome": "approve"})
    assert session.scalar(select(func.count()).select_from(Draft)) == 0


def test_a_draft_of_a_task_that_is_done_shows_what_was_typed(
    desk: Desk, login: Login, number: str
) -> None:
    desk.act("staf-akin-1", "a.I")
    browser, address = login("kasubbag-ppk-1"), page(desk, "b.I")
    form = browser.form(address)
    form.action = f"{address}/draf"
    desk.act("kasubbag-ppe-1", "b.I")
    response = browser.send(form, {"note": "Setengah jadi"}, page=address)
    assert response.status_code == 409
    assert "Setengah jadi" in text(response)


def test_a_session_that_ends_in_the_middle_loses_nothing(
    desk: Desk, login: Login, number: str, session: Session
) -> None:
    browser, address = login("staf-akin-1"), page(desk, "a.I")
    form = browser.form(address)
    accounts.tokens.revoke_all(session, desk.world.person_id("staf-akin-1"))
    session.commit()
    refused = browser.send(form, {**FILLED, "biaya": "1.500.000"}, page=address)
    assert refused.status_code in (302, 303)
    assert desk.task("a.I").status == "open"
    password = desk.world.password
    back = browser.submit(refused.location, {"username": "staf-akin-1", "password": password})
    body = text(browser.get(back.location))
    for value in ("Undangan rapat", "Para kepala", "1.500.000"):
        assert value in body
    assert browser.submit(back.location, {}).status_code == 303
    assert desk.task("a.I", status="done").record["biaya"] == 1500000


# -- starting ------------------------------------------------------------------------------


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


# -- the acts beside the steps -------------------------------------------------------------


def test_a_case_is_suspended_and_resumed_with_a_reason(
    desk: Desk, login: Login, number: str
) -> None:
    browser = login("karo-otlak")
    address = f"/kasus/{number}/kelola/tunda"
    assert address in text(browser.get(f"/kasus/{number}"))
    assert browser.submit(address, {"reason": ""}).status_code == 400
    assert browser.submit(address, {"reason": "Menunggu DIPA"}).status_code == 303
    body = text(browser.get(f"/kasus/{number}"))
    assert "Menunggu DIPA" in body
    assert f"/kasus/{number}/kelola/lanjutkan" in body
    refused = login("staf-akin-1").submit(page(desk, "a.I"), FILLED)
    assert refused.status_code == 409
    assert "ditunda" in text(refused)
    assert browser.submit(f"/kasus/{number}/kelola/lanjutkan", {"reason": "Ya"}).status_code == 303
    assert desk.case(number).status == "open"


def test_an_official_without_the_right_gets_403_for_every_act_on_the_case(
    desk: Desk, login: Login, number: str
) -> None:
    browser = login("kabag-akin-1")
    body = text(browser.get(f"/kasus/{number}"))
    sent = {"csrf_token": browser.csrf_token("/profil"), "form_key": "k", "reason": "Iseng"}
    for act, refused in (("tunda", 403), ("batalkan", 403), ("lanjutkan", 403),
                         ("tanpa-menunggu", 409)):  # fmt: skip
        address = f"/kasus/{number}/kelola/{act}"
        assert address not in body
        assert browser.get(address).status_code == refused
        assert browser.post(address, data=sent).status_code == refused
    assert browser.get(f"/kasus/{number}/kelola/hapus").status_code == 404
    assert desk.case(number).status == "open"


def test_the_page_of_an_act_that_would_be_refused_is_refused_already(
    desk: Desk, login: Login, number: str
) -> None:
    browser = login("karo-otlak")
    assert browser.get(f"/kasus/{number}/kelola/tunda").status_code == 200
    assert browser.get(f"/kasus/{number}/kelola/batalkan").status_code == 200
    for act in ("lanjutkan", "tanpa-menunggu"):
        assert browser.get(f"/kasus/{number}/kelola/{act}").status_code == 409
    address = page(desk, "a.I")
    assert login("staf-akin-1").get(f"{address}/serahkan").status_code == 200
    assert browser.get(f"{address}/serahkan").status_code == 403
    wrong = address.replace(number, "SRT-2026-9999")
    assert login("staf-akin-1").get(f"{wrong}/serahkan").status_code == 404
    browser.submit(f"/kasus/{number}/kelola/tunda", {"reason": "Menunggu"})
    assert browser.get(f"/kasus/{number}/kelola/tunda").status_code == 409
    assert login("staf-akin-1").get(f"{address}/serahkan").status_code == 409
    browser.submit(f"/kasus/{number}/kelola/lanjutkan", {"reason": "Ya"})
    desk.act("staf-akin-1", "a.I")
    assert login("staf-akin-1").get(f"{address}/serahkan").status_code == 409
    assert login("menteri").get(f"{address}/serahkan").status_code == 404
    assert login("staf-akin-1").get(f"{address}/tarik").status_code == 200
    login("kasubbag-ppk-1").get(page(desk, "b.I"))
    assert login("staf-akin-1").get(f"{address}/tarik").status_code == 409


def test_a_task_is_claimed_and_handed_over(desk: Desk, login: Login, number: str) -> None:
    desk.act("staf-akin-1", "a.I")
    browser, address = login("kasubbag-ppk-1"), page(desk, "b.I")
    assert browser.submit(address, {}, action=f"{address}/ambil").status_code == 303
    assert "Kepala Subbagian" in desk.task("b.I").claimed_by
    desk.world.session.rollback()
    other = str(desk.world.person_id("kasubbag-ppe-1"))
    desk.world.session.rollback()
    sent = {"person": other, "reason": "Cuti"}
    assert browser.submit(f"{address}/serahkan", sent).status_code == 303
    assert login("kasubbag-ppe-1").get(address).status_code == 200


def test_a_task_that_another_has_claimed_is_only_read(
    desk: Desk, login: Login, number: str
) -> None:
    desk.act("staf-akin-1", "a.I", record={"konsep": {"subject": "Rapat", "to": "", "body": ""}})
    first, second, address = login("kasubbag-ppk-1"), login("kasubbag-ppe-1"), page(desk, "b.I")
    form = second.form(address)
    assert first.submit(address, {}, action=f"{address}/ambil").status_code == 303
    read = second.get(address)
    assert read.status_code == 200
    assert "Sedang dikerjakan Kepala Subbagian" in text(read)
    assert address not in text(read)  # no form, no hand-over
    inbox, case = text(second.get("/tugas")), text(second.get(f"/kasus/{number}"))
    assert address not in inbox
    assert f'href="/kasus/{number}"' in inbox
    assert address not in case
    assert "sedang dikerjakan Kepala Subbagian" in case
    assert address in text(first.get("/tugas"))
    assert address in text(first.get(f"/kasus/{number}"))
    assert second.get(f"{address}/serahkan").status_code == 409
    late = second.send(form, {"outcome": "approve", "note": "Sudah saya baca"}, page=address)
    assert late.status_code == 409
    assert "Sudah saya baca" in text(late)
    form.action = f"{address}/draf"
    kept = second.send(form, {"note": "Setengah jadi"}, page=address)
    assert kept.status_code == 409
    assert "Setengah jadi" in text(kept)


def test_a_shared_task_offers_to_be_taken_and_handed_over(
    desk: Desk, login: Login, number: str, session: Session
) -> None:
    browser, address = login("staf-akin-1"), page(desk, "a.I")
    alone = text(browser.get(address))
    assert "/ambil" not in alone
    assert "/serahkan" not in alone
    assign_holder(
        session,
        position_id=desk.world.position_id("staf-akin-1"),
        person_id=desk.world.person_id("staf-akin-2"),
        kind=HolderKind.DEFINITIVE,
        valid_from=date(2026, 1, 1),
    )
    session.commit()
    for name in ("staf-akin-1", "staf-akin-2"):
        shown = text(login(name).get(address))
        assert f'action="{address}/ambil"' in shown
        assert f'href="{address}/serahkan"' in shown


def test_what_one_has_taken_back_was_not_returned_by_anybody(
    desk: Desk, login: Login, number: str
) -> None:
    desk.act("staf-akin-1", "a.I")
    browser, done = login("staf-akin-1"), page(desk, "a.I", "done")
    assert browser.submit(f"{done}/tarik", {"reason": "Salah lampiran"}).status_code == 303
    again = text(browser.get(page(desk, "a.I")))
    assert "Anda menariknya kembali" in again
    assert "Salah lampiran" in again
    assert "Dikembalikan" not in again.replace("Dikembalikan ke", "")
    assert "Dikembalikan" not in text(browser.get("/tugas"))
    browser.submit(page(desk, "a.I"), FILLED)
    desk.send_back("kasubbag-ppk-1", "b.I", "a.I", note="Kurang rapi")
    third = text(browser.get(page(desk, "a.I")))
    assert "Dikembalikan untuk perbaikan" in third
    assert "menariknya" not in third


def test_an_act_is_withdrawn_on_its_page(desk: Desk, login: Login, number: str) -> None:
    desk.act("staf-akin-1", "a.I")
    address = f"{page(desk, 'a.I', 'done')}/tarik"
    assert login("kasubbag-ppk-1").get(address).status_code == 404
    assert login("staf-akin-1").submit(address, {"reason": "Salah lampiran"}).status_code == 303
    assert desk.open(number) == ["a.II", "a.I#2"]


def test_an_administrator_moves_a_task_seeing_number_step_and_official_only(
    desk: Desk, login: Login, number: str
) -> None:
    desk.act("staf-akin-1", "a.I", record={"konsep": {"subject": "Rahasia"}})
    browser = login("admin")
    listed = text(browser.get(f"/sistem/kasus?nomor={number}"))
    assert number in listed
    assert "b.I" in listed
    assert "undangan" not in listed.lower()
    item = desk.task("b.I").id
    position = str(desk.world.position_id("kabag-akin-1"))
    desk.world.session.rollback()
    address = f"/sistem/kasus/tugas/{item}"
    assert "Rahasia" not in text(browser.get(address))
    bad = browser.submit(address, {"reason": "Kosong"})
    assert bad.status_code == 400
    sent = {"position": position, "reason": "Kosong"}
    assert browser.submit(address, sent).status_code == 303
    assert login("kabag-akin-1").get(page(desk, "b.I")).status_code == 200
    assert login("karo-otlak").get(address).status_code == 403


def test_a_lane_is_read_by_its_unit_and_not_by_another(desk: Desk, login: Login) -> None:
    number = desk.start("units.new", "karo-otlak")
    desk.act("staf-akin-1", "kirim.1")
    desk.act("staf-akin-2", "kirim.2")
    lane = f"{number}-04"
    assert login("staf-setmen").get(f"/kasus/{lane}").status_code == 200
    assert login("staf-setpres").get(f"/kasus/{lane}").status_code == 404
    assert login("staf-setmen").get(f"/kasus/{number}").status_code == 404
    whole = text(login("karo-otlak").get(f"/kasus/{number}"))
    assert all(f"{number}-{n:02}" in whole for n in range(1, 6))


def test_a_lane_in_another_zone_shows_its_own_times(desk: Desk, login: Login) -> None:
    number = desk.start("units.new", "karo-otlak")
    desk.act("staf-akin-1", "kirim.1")
    desk.act("staf-akin-2", "kirim.2")
    lane = f"{number}-03"
    browser = login("staf-istana-tampaksiring")
    item = desk.task("isi", lane).id
    desk.world.session.rollback()
    for path in (f"/kasus/{lane}", f"/kasus/{lane}/tugas/{item}"):
        body = main(browser.get(path))
        assert " WITA" in body, path
        assert " WIB" not in body, path
    desk.act("staf-istana-tampaksiring", "terima", number=lane, record=RECEIVED)
    assert " WITA" in text(browser.get("/tugas"))
    desk.act("staf-istana-tampaksiring", "isi", number=lane, record={"uraian": "x"})
    body = main(browser.get(f"/kasus/{lane}/tugas/{item}/selesai"))
    assert " WITA" in body
    assert " WIB" not in body
    assert " WIB" not in main(browser.get(f"/kasus/{lane}"))


def test_a_lane_leads_to_the_main_case_for_what_concerns_the_whole(
    desk: Desk, login: Login
) -> None:
    number = desk.start("units.new", "karo-otlak")
    desk.act("staf-akin-1", "kirim.1")
    desk.act("staf-akin-2", "kirim.2")
    browser = login("karo-otlak")
    whole, lane = (text(browser.get(f"/kasus/{each}")) for each in (number, f"{number}-01"))
    assert f"/kasus/{number}/kelola/tunda" in whole
    assert "/kelola/" not in lane
    assert "Kelola kasus utama" in lane
    assert f'href="/kasus/{number}#tindakan"' in lane
    assert "Kelola kasus utama" not in text(login("staf-setpres").get(f"/kasus/{number}-01"))
    moved = browser.get(f"/kasus/{number}-01/kelola/tunda")
    assert moved.location == f"/kasus/{number}/kelola/tunda"


def test_one_who_waits_for_units_reads_for_how_many(desk: Desk, login: Login) -> None:
    number = desk.start("units.new", "karo-otlak")
    browser = login("karo-otlak")
    assert "5 satuan organisasi" not in text(browser.get("/permohonan"))
    desk.act("staf-akin-1", "kirim.1")
    desk.act("staf-akin-2", "kirim.2")
    assert "menunggu 5 dari 5 satuan organisasi" in text(browser.get("/permohonan"))
    for code, n in (("setpres", 1), ("setwapres", 2)):
        lane = f"{number}-{n:02}"
        desk.act(f"staf-{code}", "isi", number=lane, record={"uraian": "x"})
        desk.act(HEADS[code], "ttd", number=lane)
    # the receipts of these two are still open, but nothing waits for them
    assert "menunggu 3 dari 5 satuan organisasi" in text(browser.get("/permohonan"))


def test_a_release_is_offered_to_the_role_named(desk: Desk, login: Login) -> None:
    number = desk.start("units.new", "karo-otlak")
    desk.act("staf-akin-1", "kirim.1")
    desk.act("staf-akin-2", "kirim.2")
    address = f"/kasus/{number}/kelola/tanpa-menunggu"
    assert address not in text(login("kabag-akin-1").get(f"/kasus/{number}"))
    browser = login("karo-otlak")
    assert "Belum selesai (5)" in text(browser.get(address))
    assert browser.submit(address, {"reason": "Dikejar waktu"}).status_code == 303
    assert desk.case(f"{number}-01").released


def test_who_has_no_task_finds_an_empty_inbox(desk: Desk, login: Login) -> None:
    assert "Tidak ada tugas yang menunggu" in text(login("admin").get("/tugas"))


def test_the_case_page_shows_every_step_with_its_limit(
    desk: Desk, login: Login, number: str
) -> None:
    body = text(login("karo-otlak").get(f"/kasus/{number}"))
    for words in (
        "Menyusun konsep",
        "Menandatangani",
        "Mengirim",
        "2 jam",
        "1 jam",
        "1 hari kerja",
    ):
        assert words in body


def test_reading_changes_nothing_but_that_it_was_seen(
    desk: Desk, login: Login, number: str, session: Session
) -> None:
    before = count(session, "opened")
    session.rollback()
    browser = login("staf-akin-1")
    for path in ("/tugas", f"/kasus/{number}", page(desk, "a.I"), "/permohonan"):
        assert browser.get(path).status_code == 200
    assert count(session, "opened") == before
    assert session.scalar(select(Task.seen_at).where(Task.step == "a.I")) is not None


@pytest.mark.parametrize("item", ["0", "2147483648", "9" * 25, "9" * 5000])
def test_a_number_that_no_task_has_is_an_unknown_address(
    desk: Desk, login: Login, number: str, item: str
) -> None:
    assert login("staf-akin-1").get(f"/kasus/{number}/tugas/{item}").status_code == 404


def test_a_character_that_cannot_be_stored_is_no_crash(
    desk: Desk, login: Login, number: str
) -> None:
    sent = {**FILLED, "note": "nol\x00"}
    response = login("staf-akin-1").submit(page(desk, "a.I"), sent)
    # SQLite takes it; PostgreSQL does not, and says so
    assert response.status_code in (303, 400)
