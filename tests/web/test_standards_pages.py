"""The pages of the standards as an official sees them, with a standard that is given here."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
from flask import Flask

from portal.plugins.host import RegisteredStandard
from portal.standards.document import parse_standard
from portal.testing.client import PortalClient
from portal.testing.world import World
from portal.workflow.definition import Role, Start, Workflow, review, stage, task

Login = Callable[[str], PortalClient]

TEXT = """\
---
key: sample_room
number: "7"
title: Peminjaman Ruang Rapat
decree: Keputusan Contoh Nomor 7
responsible: Kepala Biro Contoh
unit: Biro Contoh
users: [Semua unit]
output: [Ruang siap pakai]
outcome: [Rapat berjalan]
complaints: {receiver: karo-otlak}
evaluation: 1 tahun
---

# Bagian kesatu: Pendahuluan

## A. Dasar hukum

1. Peraturan <b onclick="x()">contoh</b>

## D. Ruang lingkup

1. **Keluaran.** Ruang siap pakai.

# Bagian kedua: Mekanisme

## A. Kerangka prosedur

Lihat gambar.

## B. Uraian prosedur

Dua tahap.

### 1. Permohonan (2 jam)

- 1a. Mengajukan permohonan.
  - Pelaksana: Staf Contoh
  - Keluaran: Permohonan
- 1b. Memeriksa permohonan.
  - Pelaksana: Kepala Biro Contoh
  - Kelengkapan: Permohonan dan lampiran

### 2. Penyerahan (tanpa batas waktu)

- 2. Menyerahkan kunci.
  - Pelaksana: Staf Contoh

## E. Biaya

Tidak ada.
"""

ROOM = Workflow(
    "ruang",
    "Peminjaman ruang",
    number="R",
    roles=(
        ("karo", Role("Kepala Biro Contoh", position="karo-otlak")),
        ("staf", Role("Staf Contoh", position="staf-akin-1")),
    ),
    starts=(Start("pinjam", "Ajukan peminjaman", "Peminjaman", by=("karo",), help="Untuk rapat."),),
    steps=(
        stage(
            "1",
            "Permohonan",
            task("1a", "Mengajukan", by="staf", output="Permohonan"),
            review("1b", by="karo", back_to="1a"),
            limit="2 jam",
        ),
        stage("2", "Penyerahan", task("2", "Menyerahkan", by="staf")),
    ),
)


class _Page(HTMLParser):
    """Ids, addresses inside the page, and the text of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.inside: list[str] = []
        self.h1 = 0
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        at = {key: value or "" for key, value in attrs}
        self.h1 += tag == "h1"
        if "id" in at:
            self.ids.append(at["id"])
        if tag == "a" and at.get("href", "").startswith("#"):
            self.inside.append(at["href"][1:])

    def handle_data(self, data: str) -> None:
        self.text = " ".join(f"{self.text} {data}".split())


@pytest.fixture
def standards(app: Flask, monkeypatch: pytest.MonkeyPatch) -> list[RegisteredStandard]:
    """What the plugin host says is registered; a test may change the list."""
    rows = [RegisteredStandard("sample_room", "sample-room", parse_standard(TEXT), (ROOM,))]
    host = app.extensions["portal_host"]
    monkeypatch.setattr(host, "standards", lambda: rows)
    monkeypatch.setattr(host, "workflows", lambda: {"ruang": ("sample_room", ROOM)})
    return rows


def read(client: PortalClient, address: str) -> str:
    """The HTML of a page that must be there."""
    response = client.get(address)
    assert response.status_code == 200
    return response.get_data(as_text=True)


def test_a_visitor_has_to_log_in_first(client: PortalClient, world: World) -> None:
    for address in ("/standar", "/standar/sample-room", "/standar/sample-room/alur.svg"):
        assert client.get(address).status_code in (302, 303)


def test_the_list_is_empty_without_a_plugin(login: Login, world: World) -> None:
    assert "Belum ada standar pelayanan" in read(login("karo-otlak"), "/standar")


def test_the_list_goes_by_number(
    login: Login, world: World, standards: list[RegisteredStandard]
) -> None:
    later = parse_standard(TEXT.replace('"7"', '"12"').replace("Ruang Rapat", "Mobil"))
    standards.insert(0, RegisteredStandard("sample_car", "sample-car", later, ()))
    html = read(login("karo-otlak"), "/standar")
    assert html.index("Peminjaman Ruang Rapat") < html.index("Peminjaman Mobil")
    assert 'href="/standar/sample-car"' in html
    assert "2 jam; 1 langkah tanpa batas waktu" in html


@pytest.mark.usefixtures("standards")
def test_the_page_shows_who_does_what_how_long_and_for_how_much(login: Login, world: World) -> None:
    page = _Page(read(login("karo-otlak"), "/standar/sample-room"))
    assert page.h1 == 1
    for words in (
        "Ringkasan; naskah resmi: Keputusan Contoh Nomor 7.",
        "Penanggung jawab Kepala Biro Contoh",
        "Biaya Tidak ada",
        "Tahap 1: Permohonan 2 jam",
        "Tahap 2: Penyerahan tanpa batas waktu",
        "1b Memeriksa permohonan. Kepala Biro Contoh",
        "Permohonan dan lampiran",
        "Jumlah waktu: 2 jam; 1 langkah tanpa batas waktu",
        "setiap tahun",
    ):
        assert words in page.text


@pytest.mark.usefixtures("standards")
def test_every_entry_of_the_contents_leads_to_its_clause(login: Login, world: World) -> None:
    page = _Page(read(login("karo-otlak"), "/standar/sample-room"))
    assert {"klausul-1a", "klausul-2b", "kelengkapan"} <= set(page.inside)
    assert set(page.inside) <= set(page.ids)
    assert len(page.ids) == len(set(page.ids))


@pytest.mark.usefixtures("standards")
def test_what_is_missing_is_named_with_advice(login: Login, world: World) -> None:
    page = _Page(read(login("karo-otlak"), "/standar/sample-room"))
    assert "5 dari 14 komponen" in page.text
    assert "Persyaratan Belum ada. Isi klausul II.C." in page.text


@pytest.mark.usefixtures("standards")
def test_only_who_may_start_sees_the_start(login: Login, world: World) -> None:
    may = read(login("karo-otlak"), "/standar/sample-room")
    assert 'href="/permohonan/baru/ruang.pinjam"' in may
    assert "Untuk rapat." in may
    other = read(login("staf-akin-1"), "/standar/sample-room")
    assert "/permohonan/baru/ruang.pinjam" not in other
    assert "Jabatan Anda tidak memulai kasus" in other


@pytest.mark.usefixtures("standards")
def test_the_drawings_are_on_the_page_and_nothing_is_styled_inline(
    login: Login, world: World
) -> None:
    html = read(login("karo-otlak"), "/standar/sample-room")
    assert 'class="flowchart"' in html
    assert 'class="sop-matrix"' in html
    assert "Dapat dikembalikan ke langkah 1a" in html
    assert "onclick" not in html
    assert not re.search(r"<[^>]*\sstyle=", html)


def test_a_standard_without_a_workflow_is_a_page_without_drawings(
    login: Login, world: World, standards: list[RegisteredStandard]
) -> None:
    standards[:] = [RegisteredStandard("sample_room", "sample-room", parse_standard(TEXT), ())]
    client = login("karo-otlak")
    assert 'class="flowchart"' not in read(client, "/standar/sample-room")
    assert client.get("/standar/sample-room/alur.svg").status_code == 404


@pytest.mark.usefixtures("standards")
def test_the_drawing_is_a_file_that_stands_alone(login: Login, world: World) -> None:
    response = login("karo-otlak").get("/standar/sample-room/alur.svg")
    assert response.mimetype == "image/svg+xml"
    assert response.headers["Content-Disposition"] == 'attachment; filename="alur-sample-room.svg"'
    root = ElementTree.fromstring(response.get_data())
    style = root.find("{http://www.w3.org/2000/svg}style")
    assert style is not None
    assert ".flow-box rect" in (style.text or "")


@pytest.mark.usefixtures("standards")
def test_an_unknown_standard_is_not_found(login: Login, world: World) -> None:
    client = login("karo-otlak")
    for address in ("/standar/lain", "/standar/lain/alur.svg"):
        response = client.get(address)
        assert response.status_code == 404
        assert "Standar pelayanan itu tidak ada" in response.get_data(as_text=True)
