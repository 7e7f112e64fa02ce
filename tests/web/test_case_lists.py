"""The list of cases, of requests and of the inbox as pages and files."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import event

from portal.db import db, transaction
from portal.org import csv_stream
from portal.testing.client import PortalClient
from portal.testing.databases import Seed
from portal.testing.desk import Desk, SampleHost
from portal.testing.pytest_plugin import FrozenClock
from portal.testing.workflows import LETTER, UNITS, plant_units
from portal.testing.world import World, plant
from portal.workflow import case_list_views, case_lists
from portal.workflow.models import Case

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

Login = Callable[[str], PortalClient]
MOST_QUERIES = 15


@pytest.fixture
def seeds() -> tuple[Seed, ...]:
    return (plant, plant_units)


@pytest.fixture
def desk(app: Flask, world: World, frozen_clock: FrozenClock) -> Desk:
    SampleHost(LETTER, UNITS).install(app)
    return Desk(world)


@pytest.fixture
def numbers(desk: Desk) -> list[str]:
    return [desk.start("letter.new", "karo-otlak", {"hal": each}) for each in ("satu", "=dua")]


def main(client: PortalClient, address: str, code: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == code, address
    body = unescape(response.get_data(as_text=True))
    return body.partition("<main")[2].partition("</main>")[0]


def rows(client: PortalClient, address: str) -> list[list[str]]:
    response = client.get(address)
    assert response.status_code == 200, address
    assert response.mimetype == "text/csv"
    assert "attachment" in response.headers["Content-Disposition"]
    content = response.get_data()
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def test_the_list_shows_step_official_and_deadline(
    desk: Desk, login: Login, numbers: list[str]
) -> None:
    page = main(login("karo-otlak"), "/kasus")
    assert page.index(numbers[1]) < page.index(numbers[0])
    for words in ("Surat satu", "Langkah a.I", "Staf Bagian Akuntabilitas Kinerja I", "Berjalan",
                  "dan 1 langkah lain", "2 kasus"):  # fmt: skip
        assert words in page
    assert f'href="/kasus/{numbers[0]}"' in page


def test_every_reader_has_the_menu_entry(desk: Desk, login: Login) -> None:
    body = login("staf-ahli-1").get("/kasus").get_data(as_text=True)
    assert '<a href="/kasus" aria-current="page">' in body
    assert "Belum ada kasus yang dapat Anda lihat" in body


def test_who_may_not_see_a_case_does_not_find_it(
    desk: Desk, login: Login, numbers: list[str]
) -> None:
    for who in ("staf-ahli-1", "admin"):
        client = login(who)
        for address in ("/kasus", f"/kasus?q={numbers[0]}", "/kasus?q=satu", "/kasus.csv"):
            assert "Surat satu" not in client.get(address).get_data(as_text=True), (who, address)


def test_filters_stand_in_the_address_and_come_off_one_by_one(
    desk: Desk, login: Login, numbers: list[str]
) -> None:
    client = login("karo-otlak")
    page = main(client, "/kasus?q=satu&keadaan=berjalan&standar=letter")
    assert "Surat satu" in page
    assert "Surat =dua" not in page
    assert 'href="/kasus?keadaan=berjalan&standar=letter"' in page or (
        'href="/kasus?standar=letter&keadaan=berjalan"' in page
    )
    assert "Hapus saringan" in page
    assert '<option value="berjalan" selected>' in page
    none = main(client, "/kasus?keadaan=selesai")
    assert "Tidak ada kasus dengan saringan ini" in none
    assert "Keadaan: Selesai" in none
    filtered = main(client, "/kasus?jabatan=staf-akin-1&dari=01/01/2020&satuan=")
    assert "Pada: Staf Bagian Akuntabilitas Kinerja I" in filtered
    assert "Mulai dari 1 Januari 2020" in filtered
    assert "<details open>" in filtered


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("keadaan=x", "tidak mengenal “x”"),
        ("standar=x%00", "tidak mengenal “x”"),
        ("tenggat=besok", "tidak mengenal “besok”"),
        ("dari=31/02/2026", "“31/02/2026” tidak dapat dibaca"),
        ("dari=0001-01-01", "“0001-01-01” tidak dapat dibaca"),
        ("dari=2026-12-01&sampai=2026-01-01", "lebih akhir"),
        ("satuan=tidak+ada+ini", "Satuan “tidak ada ini” tidak ditemukan"),
        ("jabatan=zzz", "Jabatan “zzz” tidak ditemukan"),
        ("jabatan=a", "lebih dari 20 nama"),
    ],
)
def test_what_is_no_filter_is_said_and_left_out(
    desk: Desk, login: Login, numbers: list[str], query: str, said: str
) -> None:
    page = main(login("karo-otlak"), f"/kasus?{query}")
    assert said in page
    assert "Surat satu" in page, "the list is shown without it"


@pytest.mark.parametrize("cursor", ["x", "2026-01-01~5", "~", "2026-01-01T00:00:00+00:00~-1"])
def test_a_broken_page_address_is_one_clear_message(desk: Desk, login: Login, cursor: str) -> None:
    response = login("karo-otlak").get("/kasus", query_string={"setelah": cursor})
    assert response.status_code == 400
    assert "Alamat halaman ini tidak lengkap" in response.get_data(as_text=True)


def test_a_long_text_is_cut_and_harms_nothing(desk: Desk, login: Login) -> None:
    page = main(login("karo-otlak"), "/kasus?q=" + "%25x" * 2000)
    assert "Tidak ada kasus dengan saringan ini" in page


def test_a_number_is_found_whole_and_by_its_beginning(
    desk: Desk, login: Login, numbers: list[str]
) -> None:
    client = login("karo-otlak")
    whole = main(client, f"/kasus?q={numbers[0].lower()}")
    assert (numbers[0] in whole, "Surat =dua" in whole) == (True, False)
    begun = main(client, f"/kasus?q={numbers[0][:-2]}")
    assert ("Surat satu" in begun, "Surat =dua" in begun) == (True, True)


def test_pages_keep_the_filters(desk: Desk, login: Login, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(27):
        desk.start("letter.new", "karo-otlak", {"hal": f"ke-{n:02}"})
    client = login("karo-otlak")
    first = main(client, "/kasus?keadaan=berjalan")
    assert "Lebih dari 25 kasus" in first
    address = first.split('rel="next" href="')[1].split('"')[0]
    assert "keadaan=berjalan" in address
    second = main(client, address)
    assert ("ke-00" in second, "ke-26" in second) == (True, False)
    assert "Ke awal" in second
    monkeypatch.setattr(case_lists, "WINDOW", 5)
    assert "Belum ditemukan pada 5 kasus terbaru" in main(client, "/kasus?q=ke-00")


def test_the_file_is_safe_for_spreadsheets(desk: Desk, login: Login, numbers: list[str]) -> None:
    with transaction() as session:
        session.query(Case).filter_by(number=numbers[1]).one().title = '=HYPERLINK("x")'
    found = rows(login("karo-otlak"), "/kasus.csv")
    assert found[0][:3] == ["nomor", "judul", "satuan organisasi"]
    assert [row[0] for row in found[1:]] == numbers[::-1]
    assert found[1][1] == '\'=HYPERLINK("x")'
    assert [row[0] for row in rows(login("karo-otlak"), "/kasus.csv?q=satu")[1:]] == [numbers[0]]


def test_a_long_file_is_cut_and_says_so(
    desk: Desk, login: Login, numbers: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (case_list_views, csv_stream):
        monkeypatch.setattr(module, "MOST_ROWS", 1)
    monkeypatch.setattr(csv_stream.csv_download, "__defaults__", (1,))
    for address in ("/kasus.csv", "/permohonan.csv"):
        found = rows(login("karo-otlak"), address)
        assert len(found) == 3, address
        assert "dipotong pada 1 baris" in found[2][0]
    assert "dipotong pada 1 baris" in rows(login("staf-akin-1"), "/tugas.csv")[2][0]


def test_the_inbox_as_a_file(desk: Desk, login: Login, numbers: list[str]) -> None:
    client = login("staf-akin-1")
    found = rows(client, "/tugas.csv")
    assert [row[0] for row in found[1:]] == numbers
    assert rows(client, "/tugas.csv?saring=late")[1:] == []
    assert rows(login("admin"), "/tugas.csv")[1:] == []
    assert 'href="/tugas.csv"' in main(client, "/tugas")


def test_requests_are_filtered_too(desk: Desk, login: Login, numbers: list[str]) -> None:
    client = login("karo-otlak")
    assert "Surat =dua" not in main(client, "/permohonan?q=satu")
    assert "Tidak ada permohonan dengan saringan ini" in main(client, "/permohonan?keadaan=selesai")
    assert "tidak mengenal “x”" in main(client, "/permohonan?standar=x")
    found = rows(client, "/permohonan.csv?q=satu")
    assert [row[0] for row in found[1:]] == [numbers[0]]
    assert rows(login("staf-akin-1"), "/permohonan.csv")[1:] == []


@pytest.mark.parametrize(
    "address",
    ["/kasus", "/kasus?q=surat&satuan=hukum&jabatan=staf-akin-1&tenggat=pekan", "/permohonan",
     "/cari?q=staf", "/organisasi/pejabat?q=staf&satuan=dep-aparatur&jenis=plt"],
)  # fmt: skip
def test_no_list_asks_more_than_fifteen_times(
    desk: Desk, login: Login, numbers: list[str], address: str
) -> None:
    desk.start("units.new", "karo-otlak")
    client = login("karo-otlak")
    client.get(address)
    asked: list[str] = []
    listen = (db.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    event.listen(*listen)
    try:
        assert client.get(address).status_code == 200
    finally:
        event.remove(*listen)
    assert len(asked) <= MOST_QUERIES, "\n".join(asked)
