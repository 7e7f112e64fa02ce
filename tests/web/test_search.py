"""The search of the whole portal, and the list of officials."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import select

from portal.db import db, transaction
from portal.documents.models import FileState, StoredFile
from portal.org import officials
from portal.org.models import Holder, HolderKind, Person
from portal.org.service import assign_holder, today
from portal.testing.client import PortalClient
from portal.testing.complaints import ComplaintHost, complain
from portal.testing.databases import Seed
from portal.testing.desk import Desk
from portal.testing.pytest_plugin import FrozenClock
from portal.testing.workflows import LETTER, plant_units
from portal.testing.world import World, plant
from portal.workflow.models import Case, SealedReader

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

Login = Callable[[str], PortalClient]
REPORTER, RECEIVER, SUBJECT = "staf-setpres", "deputi-aparatur", "karo-otlak"
SOME = (
    "menteri", "karo-otlak", "staf-akin-1", "staf-akin-2", "kabag-akin-1", "deputi-aparatur",
    "staf-setpres", "staf-ahli-1", "admin",
)  # fmt: skip
LISTS = (
    "/kasus", "/kasus?q={}", "/kasus.csv", "/kasus.csv?q={}", "/permohonan", "/permohonan?q={}",
    "/permohonan.csv", "/permohonan.csv?q={}", "/tugas.csv", "/cari?q={}",
    "/organisasi/pejabat?q={}", "/organisasi/pejabat.csv?q={}",
)  # fmt: skip


@pytest.fixture
def seeds() -> tuple[Seed, ...]:
    return (plant, plant_units)


@pytest.fixture
def desk(app: Flask, world: World, frozen_clock: FrozenClock) -> Desk:
    host = ComplaintHost()
    host._workflows = (LETTER,)
    host.install(app)
    return Desk(world)


@pytest.fixture
def number(desk: Desk) -> str:
    return desk.start("letter.new", "karo-otlak", {"hal": "Undangan Upacara"})


def found(client: PortalClient, words: str) -> str:
    """The groups that were found, without the form and what is always said."""
    response = client.get("/cari", query_string={"q": words})
    assert response.status_code == 200, words
    body = unescape(response.get_data(as_text=True))
    assert body.count("<h1") == 1
    return body.partition("</form>")[2].partition("<main")[2].partition('id="dapat-dicari"')[0]


def store(case_id: int, owner: str, owner_id: int, person: int, name: str) -> None:
    with transaction() as session:
        session.add(
            StoredFile(
                token=f"{name:x<32}"[:32], name=name, size=1, mime="text/plain", kind="txt",
                sha256="0" * 64, state=FileState.UNSCANNED, owner_kind=owner, owner_id=owner_id,
                case_id=case_id, person_id=person, created_at=db.session.get_one(
                    Case, case_id).started_at,
            )
        )  # fmt: skip


def test_a_whole_number_leads_to_the_case_of_who_may_see_it(login: Login, number: str) -> None:
    answer = login("karo-otlak").get(f"/cari?q={number.lower()}")
    assert (answer.status_code, answer.location) == (302, f"/kasus/{number}")
    for who in ("staf-ahli-1", "admin"):
        page = found(login(who), number)
        assert "Tidak ada yang cocok" in page, "no other answer than for a number that is none"
    assert "Tidak ada yang cocok" in found(login("karo-otlak"), "SRT-2026-9999")


def test_words_find_cases_in_any_case(login: Login, number: str) -> None:
    for words in ("upacara", "UPACARA undang", number[:8]):
        assert f"{number} · Surat Undangan Upacara" in found(login("karo-otlak"), words)
        assert number not in found(login("staf-ahli-1"), words)


def test_standards_units_positions_and_names_are_found(login: Login, desk: Desk) -> None:
    client = login("staf-ahli-1")
    page = found(client, "inspektorat")
    assert 'href="/organisasi/inspektorat"' in page
    assert "Jabatan dan pejabat" in page
    registered = client.application.extensions["portal_host"].standards()
    title = registered[0].standard.title
    assert f'href="/standar/{registered[0].slug}"' in found(client, title.upper())


def test_ten_of_a_kind_and_the_rest_in_its_list(login: Login, desk: Desk) -> None:
    page = found(login("staf-ahli-1"), "staf")
    assert "(10+)" in page
    assert 'href="/organisasi/pejabat?q=staf"' in page


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("", "Tulis yang ingin Anda temukan"),
        ("   ", "Tulis yang ingin Anda temukan"),
        ("x", "Kata terlalu pendek"),
        ("%%", "Tidak ada yang cocok"),
        ("__", "Tidak ada yang cocok"),
        ("\x00\x07zz\ud7ff", "Tidak ada yang cocok"),
        ("<script>alert(1)</script>", "Tidak ada yang cocok"),
        ("zzkata " * 200, "Tidak ada yang cocok"),
    ],
)
def test_whatever_is_typed_has_an_answer(login: Login, number: str, words: str, said: str) -> None:
    client = login("karo-otlak")
    assert said in found(client, words)
    assert "<script>alert" not in client.get("/cari", query_string={"q": words}).text


def test_files_are_found_by_name_inside_visible_cases_only(
    login: Login, desk: Desk, number: str
) -> None:
    row = desk.case(number)
    key, person = row.id, row.started_by_id or 0
    db.session.rollback()
    store(key, "case", key, person, "Lampiran-anggaran.txt")
    store(key, "upload", key, person, "Lampiran-lain.txt")
    page = found(login("karo-otlak"), "lampiran")
    assert "Lampiran-anggaran.txt" in page
    assert "Lampiran-lain.txt" not in page
    assert "Lampiran-anggaran.txt" not in found(login("staf-ahli-1"), "lampiran")


def test_no_list_nor_search_knows_a_sealed_case_but_for_its_reader(
    login: Login, desk: Desk, number: str
) -> None:
    row = desk.case(number)
    key, person = row.id, row.started_by_id or 0
    db.session.rollback()
    store(key, "case", key, person, "Sandi-upacara.txt")
    with transaction() as session:
        row = session.get_one(Case, key)
        row.sealed, row.title = True, "Surat tertutup"  # what it is about is in its data
        session.add(SealedReader(case_id=key, position_id=desk.world.position_id("menteri")))
    # who began it, and who has to work on it, know its number and neutral title
    known = {"karo-otlak": ("/permohonan",), "staf-akin-1": ("/tugas",), "staf-akin-2": ("/tugas",)}
    for who in SOME:
        client = login(who)
        for address in LISTS:
            for words in ("upacara", "sandi", number, "tertutup"):
                response = client.get(address.format(words))
                text = without(response.text, words)
                if who == "menteri":
                    assert "Undangan Upacara" not in text
                    continue
                assert response.status_code == 200, (who, address)
                assert "Sandi-" not in text, (who, address)
                assert "Upacara" not in text, (who, address)
                if not address.startswith(known.get(who, ("-",))):
                    assert number not in text, (who, address)
    reader = login("menteri")
    assert number in reader.get("/kasus").text
    assert "Sandi-upacara.txt" in found(reader, "sandi")
    assert reader.get(f"/cari?q={number}").location == f"/kasus/{number}"


def test_a_complaint_is_found_by_number_by_reporter_and_official_alone(
    login: Login, desk: Desk
) -> None:
    reporter = login(REPORTER)
    about = str(desk.world.position_id(SUBJECT))
    complaint, _code = complain(reporter, "pengaduan", about=about, text="Kata-rahasia Kalabendu")
    assert reporter.get(f"/cari?q={complaint}").location == f"/pengaduan/{complaint}"
    official = login(RECEIVER)
    assert official.get(f"/cari?q={complaint}").location == f"/pengaduan/{complaint}/tangani"
    for who in SOME:
        client = login(who)
        for address in LISTS:
            for words in (complaint, "Kalabendu"):
                response = client.get(address.format(words))
                if who in (REPORTER, RECEIVER) and response.status_code == 302:
                    continue
                assert response.status_code == 200, (who, address)
                if who == RECEIVER and address == "/tugas.csv":
                    continue
                text = without(response.text, words)
                assert complaint not in text, (who, address)
                assert "Kalabendu" not in text, (who, address)


def without(text: str, words: str) -> str:
    """A page without what it repeats of what was typed: title, field, chip, addresses."""
    page = unescape(text)
    for each in (f"Cari: {words}", f'value="{words}"', f"“{words}”", f"q={words}"):
        page = page.replace(each, "")
    return page


# -- officials -----------------------------------------------------------------------------


def officials_in(client: PortalClient, query: str) -> list[list[str]]:
    response = client.get(f"/organisasi/pejabat.csv?{query}")
    return list(csv.reader(io.StringIO(response.get_data().decode("utf-8-sig"))))[1:]


def test_officials_by_unit_words_and_kind(login: Login, world: World) -> None:
    with transaction() as session:
        position = world.position_id("kabag-akin-1")
        held = session.scalars(select(Holder).where(Holder.position_id == position)).one()
        held.valid_to = held.valid_from
        vacant = world.position_id("kasubbag-ppk-2")
        other = session.scalars(select(Holder).where(Holder.position_id == vacant)).one()
        other.valid_to = other.valid_from
    with transaction() as session:
        assign_holder(
            session,
            position_id=position,
            person_id=world.person_id("kabag-akin-2"),
            kind=HolderKind.PLT,
            mandate="Surat perintah contoh",
            valid_from=today(),
            valid_to=None,
        )
    client = login("staf-ahli-1")
    assert [row[1] for row in officials_in(client, "jenis=plt")] == ["kabag-akin-1"]
    assert [row[1] for row in officials_in(client, "jenis=kosong")] == ["kasubbag-ppk-2"]
    below = {row[1] for row in officials_in(client, "satuan=biro-otlak")}
    assert {"karo-otlak", "kabag-akin-1", "kasubbag-ppk-2"} <= below
    assert "menteri" not in below
    named = officials_in(client, "q=kinerja+II&jenis=definitif")
    assert "kabag-akin-2" in {row[1] for row in named}
    page = unescape(client.get("/organisasi/pejabat?jenis=plt").text)
    for words in ("Surat perintah contoh", "Plt.", "Hapus saringan"):
        assert words in page
    assert "Lowong" in client.get("/organisasi/pejabat?jenis=kosong").text


def test_what_is_no_filter_of_officials_is_said(login: Login, world: World) -> None:
    client = login("staf-ahli-1")
    page = unescape(client.get("/organisasi/pejabat?jenis=x&satuan=zzz").text)
    assert "tidak mengenal “x”" in page
    assert "Satuan “zzz” tidak ditemukan" in page
    assert "Tidak ada jabatan dengan saringan ini" in client.get("/organisasi/pejabat?q=zzz").text
    for cursor in ("x", "-1", "9" * 12, "²"):
        assert (
            client.get("/organisasi/pejabat", query_string={"setelah": cursor}).status_code == 400
        )
    assert client.get("/organisasi/pejabat?setelah=999999").status_code == 200


def test_officials_go_on_without_gap_or_double(
    login: Login, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = login("staf-ahli-1")
    whole = [row[1] for row in officials_in(client, "")]
    monkeypatch.setattr(officials, "BATCH", 7)
    again = [row[1] for row in officials_in(client, "")]
    assert whole == again
    assert len(whole) == len(set(whole)) > 50
    first = unescape(client.get("/organisasi/pejabat").text)
    assert 'rel="next" href="/organisasi/pejabat?setelah=' in first


def test_no_nip_is_shown(login: Login, world: World) -> None:
    with transaction() as session:
        holder = session.scalars(select(Holder).limit(1)).one()
        session.get_one(Person, holder.person_id).nip = "198001012005011001"
    client = login("staf-ahli-1")
    for address in ("/organisasi/pejabat", "/organisasi/pejabat.csv", "/cari?q=198001"):
        assert "198001012005011001" not in client.get(address).text
