"""The service over HTTP, each act by the right official: letters, audiences, oral, requests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from plugins.leadership_service.models import AgendaEvent, RegisterLine
from plugins.leadership_service.tests.office import (
    COORDINATED,
    COPIED,
    DIRECTION,
    DRAFT,
    EVENT,
    LETTER,
    REPORT,
    REQUEST,
    SEALED,
    SENT,
    Office,
)
from portal.api import Case
from portal.testing.pytest_plugin import FrozenClock

STAFF, HEAD, LEADER = "staf-tu-menteri", "kasubbag-tu-menteri", "menteri"
OFFICES = (
    ("menteri", "menteri"),
    ("sesmen", "setmen"),
    ("staf-ahli-1", "staf-ahli"),
    ("staf-ahli-5", "staf-ahli"),
)


def received(office: Office, kind: str = "surat", **changes: object) -> str:
    """A letter with its disposition sheet, waiting for the leader."""
    number = office.start(STAFF, "letter", LETTER | changes)
    office.act(STAFF, number, "1", {"jenis": kind})
    return number


def sorted_as(office: Office, *kinds: str) -> str:
    """A letter that the Kepala Subbagian has sorted."""
    number = received(office)
    office.act(LEADER, number, "2", DIRECTION)
    office.act(HEAD, number, "3", {"jenis": list(kinds)})
    return number


@pytest.mark.parametrize(("leader", "place"), OFFICES)
def test_a_letter_by_branch_a(office: Office, leader: str, place: str) -> None:
    staff, head = f"staf-tu-{place}", f"kasubbag-tu-{place}"
    number = office.start(staff, "letter", {**LETTER, "pimpinan": leader})
    office.act(staff, number, "1", {"jenis": "surat"})
    line = office.session.scalars(select(RegisterLine)).one()
    assert (line.office, line.agenda) == (place, "1/2026")
    page = office.page(leader, office.address(number, "2"))
    assert LETTER["hal"] in page
    assert "Catatan atas surat tertutup" not in page
    office.act(leader, number, "2", DIRECTION)
    assert DIRECTION["arahan"] in office.page(head, office.address(number, "3"))
    office.act(head, number, "3", {"jenis": ["balasan"]})
    office.act(head, number, "4a", DRAFT)
    assert DRAFT["konsep-body"] in office.page(staff, office.address(number, "4a.kirim"))
    office.act(staff, number, "4a.kirim", SENT)
    assert office.steps(number) == set()
    assert "B-1/Kemensetneg/11/2026" in office.page(head, f"/kasus/{number}")
    sheet = office.page(head, f"/layanan/leadership-service/lembar/{number}")
    assert DIRECTION["arahan"] in sheet


def test_an_audience_by_branch_b(office: Office, frozen_clock: FrozenClock) -> None:
    staff, head, leader = "staf-tu-setmen", "kasubbag-tu-setmen", "sesmen"
    number = office.start("karo-umum", "audience", REQUEST)
    assert REQUEST["uraian"] in office.page(staff, office.address(number, "1"))
    office.act(staff, number, "1", {"jenis": "audiensi"})
    office.act(leader, number, "2", DIRECTION)
    office.act(head, number, "3", {"jenis": ["audiensi"]})
    office.act(head, number, "4b1", EVENT)
    agenda = office.page(leader, "/layanan/leadership-service/agenda")
    assert EVENT["judul"] in agenda
    office.act(head, number, "4b2", COORDINATED)
    office.act(staff, number, "4b3", COPIED)
    # the half hour of the report waits for the meeting's end
    assert office.task(number, "4b4.selesai").due == datetime(2026, 11, 23, 4, 30, tzinfo=UTC)
    frozen_clock.forward(hours=2, minutes=20)
    office.act(head, number, "4b4.selesai", {"waktu": "2026-11-23T11:15"})
    assert office.task(number, "4b4").due == datetime(2026, 11, 23, 4, 45, tzinfo=UTC)
    office.act(head, number, "4b4", REPORT)
    assert office.steps(number) == set()


def test_one_letter_needs_a_reply_and_an_event(office: Office) -> None:
    number = sorted_as(office, "balasan", "undangan")
    assert office.steps(number) == {"4a", "4b1"}
    office.act(HEAD, number, "4a", DRAFT)
    assert office.steps(number) == {"4a.kirim", "4b1"}
    office.act(HEAD, number, "4b1", EVENT)
    office.act(STAFF, number, "4a.kirim", SENT)
    assert office.steps(number) == {"4b2"}
    event = office.session.scalars(select(AgendaEvent)).one()
    assert (event.kind, event.leader) == ("undangan", "menteri")


def test_a_study_goes_back_to_the_leader_and_to_a_new_choice(office: Office) -> None:
    number = sorted_as(office, "telaah")
    shown = office.page(HEAD, f"/kasus/{number}")
    assert "Telaahan dan arahan lanjutan" in shown
    assert "Koordinasi acara (sesudah telaahan)" not in shown  # nobody has come there
    office.act(HEAD, number, "3a.telaah", {"telaahan": "Usulan layak diterima."})
    page = office.page(LEADER, office.address(number, "3a.arahan"))
    assert "Memberikan arahan" in page
    office.act(LEADER, number, "3a.arahan", DIRECTION)
    refused = office.act(HEAD, number, "3a.pilah", {"jenis": ["telaah", "balasan"]}, 400)
    assert "pilih telaahan saja" in refused
    office.act(HEAD, number, "3a.pilah", {"jenis": ["telaah"]})
    assert office.steps(number) == {"3a.telaah"}


def test_an_oral_direction_is_recorded_and_confirmed_later(office: Office) -> None:
    number = received(office, "audiensi")
    office.act(HEAD, number, "2", {**DIRECTION, "arahan": "Terima hari Rabu."})
    assert office.steps(number) == {"3", "2.konfirmasi"}
    office.act(HEAD, number, "3", {"jenis": ["arsip"]})
    # nothing waits for the confirmation, yet it stays open for the leader
    assert "Terima hari Rabu." in office.page(LEADER, office.address(number, "2.konfirmasi"))
    office.page(HEAD, office.address(number, "2.konfirmasi"), 403)
    office.act(LEADER, number, "2.konfirmasi")
    assert office.steps(number) == set()


def test_an_ordinary_letter_is_not_directed_by_proxy(office: Office) -> None:
    number = received(office)
    office.page(HEAD, office.address(number, "2"), 403)


def test_only_the_own_office_acts(office: Office) -> None:
    number = received(office)
    address = office.address(number, "2")
    for stranger in ("staf-tu-menteri", "kasubbag-tu-setmen", "sesmen", "karo-umum", "admin"):
        office.page(stranger, address, 403)
    page = office.start("staf-tu-setmen", "letter", LETTER, 400)
    assert "subbagian tata usahanya sendiri" in page


@pytest.mark.parametrize("typed", ["asal", "hal", "lampiran"])
def test_what_a_sealed_envelope_hides_is_not_typed(office: Office, typed: str) -> None:
    page = office.start(STAFF, "letter", SEALED | {typed: "Kabar rahasia"}, 400)
    assert "amplop tertutup tidak dibuka" in page
    assert "Kabar rahasia" in page, "what was typed is kept for mending"


def test_a_meeting_does_not_end_before_it_begins(office: Office) -> None:
    number = sorted_as(office, "audiensi")
    page = office.act(HEAD, number, "4b1", {**EVENT, "selesai": "2026-11-23T09:30"}, 400)
    assert "tidak dapat selesai sebelum dimulai" in page
    assert office.steps(number) == {"4b1"}


def test_a_request_from_any_user_to_its_outcome(office: Office, frozen_clock: FrozenClock) -> None:
    who = "staf-istana-bogor"
    number = office.start(who, "audience", REQUEST)
    page = office.page(who, "/permohonan")
    assert number in page
    assert "Langkah 1" in page
    assert "Staf Subbagian TU Menteri" in page
    assert "Sisa 5 menit" in page
    frozen_clock.forward(minutes=2)
    office.act("staf-tu-setmen", number, "1", {"jenis": "audiensi"})
    page = office.page(who, "/permohonan")
    assert "Langkah 2" in page
    assert "Sisa 15 menit" in page
    office.act("sesmen", number, "2", DIRECTION)
    frozen_clock.forward(minutes=15)
    assert "Terlambat 5 menit" in office.page(who, "/permohonan")
    office.act("kasubbag-tu-setmen", number, "3", {"jenis": ["audiensi-tolak"]})
    office.act("kasubbag-tu-setmen", number, "4a", DRAFT)
    office.act("staf-tu-setmen", number, "4a.kirim", SENT)
    page = office.page(who, "/permohonan")
    assert "Selesai" in page
    assert DRAFT["konsep-body"] in office.page(who, f"/kasus/{number}")


def test_a_request_may_be_withdrawn_until_the_office_has_taken_it(office: Office) -> None:
    who = "karo-umum"
    number = office.start(who, "invitation", REQUEST)
    page = f"/kasus/{number}/kelola/batalkan"
    response = office.browser(who).submit(page, {"reason": "Acara ditunda."})
    assert response.status_code == 303
    assert "Dibatalkan" in office.page(who, "/permohonan")
    other = office.start(who, "invitation", REQUEST)
    office.act("staf-tu-setmen", other, "1", {"jenis": "undangan"})
    response = office.browser(who).get(f"/kasus/{other}/kelola/batalkan")
    assert response.status_code in (403, 404)


def test_each_limit_is_promised_to_the_official(office: Office, frozen_clock: FrozenClock) -> None:
    start = frozen_clock.now
    number = office.start(STAFF, "letter", LETTER)

    def minutes(step: str) -> float:
        due = office.task(number, step).due
        assert due is not None
        return (due - start) / timedelta(minutes=1)

    assert minutes("1") == 5
    office.act(STAFF, number, "1", {"jenis": "surat"})
    assert minutes("2") == 15
    office.act(LEADER, number, "2", DIRECTION)
    assert minutes("3") == 10
    office.act(HEAD, number, "3", {"jenis": ["balasan", "audiensi"]})
    assert (minutes("4a"), minutes("4b1")) == (30, 20)
    office.act(HEAD, number, "4a", DRAFT)
    assert minutes("4a.kirim") == 30, "two officials share one limit"
    office.act(HEAD, number, "4b1", EVENT)
    assert minutes("4b2") == 30
    office.act(HEAD, number, "4b2", COORDINATED)
    assert minutes("4b3") == 20


def test_work_outside_office_hours_is_recorded(office: Office, frozen_clock: FrozenClock) -> None:
    number = received(office)
    assert "di luar jam kerja" not in office.page(LEADER, f"/kasus/{number}")
    frozen_clock.set(datetime(2026, 11, 23, 13, 30, tzinfo=UTC))
    office.act(LEADER, number, "2", DIRECTION)
    page = office.page(LEADER, f"/kasus/{number}")
    assert "di luar jam kerja" in page.partition('id="langkah"')[2]
    assert "Sebagian dilayani di luar jam kerja" in page.partition('id="fakta"')[2]
    office.session.rollback()
    assert office.session.scalars(select(Case.out_of_hours)).one()


def test_a_branch_that_was_not_taken_is_no_work_to_come(office: Office) -> None:
    number = sorted_as(office, "balasan")
    page = office.page(HEAD, f"/kasus/{number}")
    assert "Penyusunan dan pendistribusian surat/memorandum" in page
    assert "Laporan hasil rapat" not in page.partition('id="langkah"')[2]
    assert "Telaahan dan arahan lanjutan" not in page.partition('id="langkah"')[2]


def test_the_agenda_warns_of_a_clash(office: Office) -> None:
    for title in ("Rapat pertama", "Rapat kedua"):
        number = sorted_as(office, "audiensi")
        office.act(HEAD, number, "4b1", EVENT | {"judul": title})
    page = office.page(LEADER, "/layanan/leadership-service/agenda")
    assert "Rapat pertama dan Rapat kedua" in page
    assert "Bentrok" in page
