"""The procedure as the source prints it: letter, event, both, oral direction, sealed envelope."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from plugins.leadership_service.models import AgendaEvent, RegisterLine
from portal.api import Case, CaseTask, Invalid, NotFound, Player, find_case, visible_cases
from portal.testing import clock
from portal.testing.inside import actor_of
from portal.testing.world import World

OFFICES = (("menteri", "menteri"), ("sesmen", "setmen"), ("staf-ahli-2", "staf-ahli"))
MEETING = {
    "judul": "Rapat koordinasi (contoh)",
    "mulai": "2026-11-25T02:00:00+00:00",
    "selesai": "2026-11-25T04:00:00+00:00",
    "tempat": "Ruang rapat",
    "prioritas": "tinggi",
    "urgensi": "terjadwal",
}
COORDINATION: dict[str, Any] = {
    "perlu_undangan": False,
    "undangan": "",
    "pihak": [{"nama": "Biro Umum", "hadir": "hadir"}],
    "bahan": [],
    "susunan": [{"waktu": "09.00", "kegiatan": "Pembukaan"}],
}
REPLY = {"konsep": {"subject": "Balasan", "to": "Pengirim", "body": "Terima kasih."}}


@pytest.fixture
def player(session: Session, frozen_clock: clock.FrozenClock) -> Player:
    """Acts as whoever a step waits for, on Monday at nine (the session brings the app)."""
    return Player()


def letter(leader: str = "menteri", **changes: Any) -> dict[str, Any]:
    """The fields of a received letter."""
    return {
        "pimpinan": leader,
        "asal": "Instansi contoh",
        "nomor": "12/contoh",
        "tanggal": "2026-11-20",
        "diterima": "2026-11-23T01:50:00+00:00",
        "tertutup": False,
        "hal": "Permohonan rapat koordinasi",
        "keamanan": "B",
        "lampiran": "",
        **changes,
    }


def due(session: Session, number: str, step: str) -> datetime | None:
    """The deadline of an open step."""
    session.rollback()
    query = select(CaseTask.due).join(Case, Case.id == CaseTask.case_id)
    query = query.where(Case.number == number, CaseTask.step == step, CaseTask.status == "open")
    return session.scalars(query).one()


@pytest.mark.parametrize(("leader", "office"), OFFICES)
def test_a_letter_is_registered_directed_sorted_and_answered(
    session: Session, player: Player, leader: str, office: str
) -> None:
    number = player.start("leadership.letter", letter(leader), f"staf-tu-{office}")
    assert due(session, number, "1") == datetime(2026, 11, 23, 2, 5, tzinfo=UTC)
    player.act(number, "1", record={"jenis": "surat"})
    assert due(session, number, "2") == datetime(2026, 11, 23, 2, 15, tzinfo=UTC)
    player.act(number, "2", record={"arahan": "Balas.", "sifat": "biasa"})
    assert due(session, number, "3") == datetime(2026, 11, 23, 2, 10, tzinfo=UTC)
    player.act(number, "3", record={"jenis": ["balasan"]})
    assert due(session, number, "4a") == datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
    player.act(number, "4a", record=REPLY)
    assert due(session, number, "4a.kirim") == datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
    player.act(number, "4a.kirim", record={"waktu": "2026-11-23T02:00:00+00:00"})
    assert player.open_steps(number) == []
    session.rollback()
    line = session.scalars(select(RegisterLine)).one()
    assert (line.office, line.agenda, line.subject) == (
        office,
        "1/2026",
        "Permohonan rapat koordinasi",
    )


def test_an_event_is_planned_coordinated_and_reported(session: Session, player: Player) -> None:
    number = player.start("leadership.letter", letter(), "staf-tu-menteri")
    player.act(number, "1", record={"jenis": "audiensi"})
    player.act(number, "2", record={"arahan": "Setuju.", "sifat": "segera"})
    player.act(number, "3", record={"jenis": ["audiensi"]})
    assert due(session, number, "4b1") == datetime(2026, 11, 23, 2, 20, tzinfo=UTC)
    player.act(number, "4b1", record=MEETING)
    assert due(session, number, "4b2") == datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
    player.act(number, "4b2", record=COORDINATION)
    assert due(session, number, "4b3") == datetime(2026, 11, 23, 2, 20, tzinfo=UTC)
    player.act(number, "4b3", record={"selesai": ["ganda", "bagi"]})
    # the report's half hour starts at the planned end until the real one is recorded
    assert due(session, number, "4b4.selesai") == datetime(2026, 11, 25, 4, 30, tzinfo=UTC)
    player.act(number, "4b4.selesai", record={"waktu": "2026-11-25T03:00:00+00:00"})
    assert due(session, number, "4b4") == datetime(2026, 11, 25, 3, 30, tzinfo=UTC)
    player.act(number, "4b4", record={"laporan": "Hasil rapat.", "tindak_lanjut": ""})
    assert player.open_steps(number) == []
    session.rollback()
    assert session.scalars(select(AgendaEvent.title)).all() == ["Rapat koordinasi (contoh)"]


def test_one_letter_can_need_an_event_a_reply_and_a_study(player: Player) -> None:
    number = player.start("leadership.letter", letter(), "staf-tu-menteri")
    player.act(number, "1", record={"jenis": "surat"})
    player.act(number, "2", record={"arahan": "Telaah.", "sifat": "biasa"})
    player.act(number, "3", record={"jenis": ["telaah", "balasan", "undangan"]})
    assert {step for _n, step in player.open_steps(number)} == {"3a.telaah", "4a", "4b1"}
    player.act(number, "3a.telaah", record={"telaahan": "Telaahan."})
    player.act(number, "3a.arahan", record={"arahan": "Telaah lagi.", "sifat": "biasa"})
    player.act(number, "3a.pilah", record={"jenis": ["telaah"]})
    # the study opens anew; the other branches were left alone
    assert {step for _n, step in player.open_steps(number)} == {"3a.telaah", "4a", "4b1"}
    player.act(number, "3a.telaah", record={"telaahan": "Telaahan kedua."})
    player.act(number, "3a.arahan", record={"arahan": "Balas.", "sifat": "biasa"})
    player.act(number, "3a.pilah", record={"jenis": ["balasan"]})
    assert {step for _n, step in player.open_steps(number)} == {"4a-2", "4a", "4b1"}


def test_an_oral_direction_is_recorded_by_the_kasubbag_and_confirmed_later(
    world: World, player: Player
) -> None:
    number = player.start("leadership.letter", letter(), "staf-tu-menteri")
    player.act(number, "1", record={"jenis": "audiensi"})
    kasubbag = world.position_id("kasubbag-tu-menteri")
    world.session.rollback()
    player.act(number, "2", record={"arahan": "Lisan.", "sifat": "biasa"}, position=kasubbag)
    assert {step for _n, step in player.open_steps(number)} == {"3", "2.konfirmasi"}
    player.act(number, "3", record={"jenis": ["balasan"]})
    player.act(number, "2.konfirmasi")
    assert {step for _n, step in player.open_steps(number)} == {"4a"}


def test_an_ordinary_letter_needs_the_leaders_own_hand(world: World, player: Player) -> None:
    number = player.start("leadership.letter", letter(), "staf-tu-menteri")
    player.act(number, "1", record={"jenis": "surat"})
    kasubbag = world.position_id("kasubbag-tu-menteri")
    world.session.rollback()
    with pytest.raises(Exception, match="giliran"):
        player.act(number, "2", record={"arahan": "Lisan.", "sifat": "biasa"}, position=kasubbag)


def test_a_sealed_letter_has_number_and_date_only(session: Session, player: Player) -> None:
    sealed = letter(tertutup=True, hal="", asal="")
    with pytest.raises(Invalid, match="Kosongkan"):
        player.start("leadership.letter", letter(tertutup=True), "staf-tu-menteri")
    number = player.start("leadership.letter", sealed, "staf-tu-menteri")
    with pytest.raises(Invalid, match="amplop"):
        player.act(number, "1", record={"jenis": "surat"})
    player.act(number, "1", record={"jenis": "tertutup"})
    session.rollback()
    line = session.scalars(select(RegisterLine)).one()
    assert (line.sealed, line.sender, line.subject) == (True, "", "")
    case = session.scalars(select(Case)).one()
    assert (case.title, case.sealed) == ("Surat tertutup", True)


def test_a_letter_is_registered_by_the_leaders_own_office(player: Player) -> None:
    with pytest.raises(Invalid, match="subbagian tata usahanya"):
        player.start("leadership.letter", letter("sesmen"), "staf-tu-menteri")


def test_a_meeting_does_not_end_before_it_begins(player: Player) -> None:
    number = player.start("leadership.letter", letter(), "staf-tu-menteri")
    player.act(number, "1", record={"jenis": "audiensi"})
    player.act(number, "2", record={"arahan": "Setuju.", "sifat": "segera"})
    player.act(number, "3", record={"jenis": ["audiensi"]})
    with pytest.raises(Invalid, match="sebelum dimulai"):
        player.act(number, "4b1", record={**MEETING, "selesai": MEETING["mulai"]})


def test_any_user_may_ask_for_an_audience(player: Player) -> None:
    request = {
        "pimpinan": "sesmen",
        "asal": "Kepala Biro",
        "hal": "Audiensi",
        "uraian": "Mohon waktu.",
        "usul": None,
        "tempat": "",
    }
    number = player.start("leadership.audience", request, "kepala-setmen-biro-keuangan")
    assert player.open_steps(number) == [(number, "1")]


def test_an_office_reads_the_ordinary_letters_of_its_own_leader(
    world: World, player: Player
) -> None:
    number = player.start("leadership.letter", letter(), "staf-tu-menteri")
    seen = {
        code: case_is_visible(world, code, number)
        for code in ("kasubbag-tu-menteri", "menteri", "kasubbag-tu-setmen", "karo-umum")
    }
    assert seen == {
        "kasubbag-tu-menteri": True,
        "menteri": True,
        "kasubbag-tu-setmen": False,
        "karo-umum": False,
    }


def case_is_visible(world: World, username: str, number: str) -> bool:
    """Whether both gates, the page's and the lists', show the case; they must agree."""
    session = world.session
    person = actor_of(session, world.person_id(username))
    try:
        listed = find_case(session, number, person)
    except NotFound:
        listed = None
    query = select(Case.id).where(Case.number == number, visible_cases(session, person))
    assert (session.scalar(query) is not None) == (listed is not None)
    session.rollback()
    return listed is not None
