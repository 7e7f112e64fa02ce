"""The publication store and the site over it, on a real folder; no database is involved."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from werkzeug.test import Client

from portal.errors import Conflict
from portal.publishing.checks import check_page
from portal.publishing.export import export
from portal.publishing.preview import public_site
from portal.publishing.releases import ExportError
from portal.testing.documents import PUBLISHED, URL, fill_store, sample_document, sample_frozen
from site_static.app import create_site
from site_static.ledger import Status
from site_static.schema import PRIVATE, Document, Level
from site_static.store import Store, StoreError

ROOT = Path(__file__).parents[2]

UNITS = {"ksn": "Kementerian Sekretariat Negara", "setpres": "Sekretariat Presiden"}


def document(unit: str = "setpres", year: int = 2026, version: int = 1) -> Document:
    level = Level.MINISTRY if unit == "ksn" else Level.ECHELON_1
    return sample_document(unit, UNITS.get(unit, unit), year, level=level, version=version)


def files(folder: Path) -> dict[str, bytes]:
    root = folder.resolve()
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file()
    }


@pytest.fixture
def store(tmp_path: Path) -> Path:
    folder = tmp_path / "publications"
    fill_store(folder, document("ksn"), document("setpres"), document("setpres", 2025))
    return folder


# -- the store -----------------------------------------------------------------------------


def test_writing_again_changes_nothing(store: Path) -> None:
    before = files(store)
    fill_store(store, document("setpres"), at=PUBLISHED + timedelta(days=9))
    assert files(store) == before


def test_another_document_at_the_same_address_is_refused(store: Path) -> None:
    with pytest.raises(Conflict):
        fill_store(store, replace(document("setpres"), number="LAIN"))


def test_a_new_version_supersedes_the_old_one_and_both_stay(store: Path) -> None:
    later = sample_frozen(document(version=2), note="Dua target dinaikkan.", pdf=b"dua")
    fill_store(store, later, at=PUBLISHED + timedelta(days=30))
    new, old = Store(store).versions("pk/2026/setpres")
    assert (new.version, new.status, new.note) == (2, Status.CURRENT, "Dua target dinaikkan.")
    assert (old.version, old.status) == (1, Status.SUPERSEDED)
    assert old.first_published < old.updated == new.updated
    assert [entry.version for entry in Store(store).of_unit("setpres")] == [2, 1]


def test_a_line_torn_by_a_kill_is_not_read_and_is_cut_off_by_the_next(store: Path) -> None:
    ledger = store / "ledger" / "2026.jsonl"
    whole = ledger.read_bytes()
    ledger.write_bytes(whole + b'{"kind":"pk","pa')
    assert len(Store(store).entries) == 3
    fill_store(store, document("setmil"))
    assert ledger.read_bytes().startswith(whole)
    assert len(Store(store).entries) == 4


def test_documents_come_newest_year_first_then_by_level_and_name(store: Path) -> None:
    rows = [(entry.year, entry.unit_code) for entry in Store(store).current]
    assert rows == [(2026, "ksn"), (2026, "setpres"), (2025, "setpres")]


def test_a_stored_document_is_read_back(store: Path) -> None:
    reader = Store(store)
    assert reader.document(reader.current[0]) == document("ksn")


def test_a_folder_that_is_no_store_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"store\.json"):
        create_site(tmp_path)
    with pytest.raises(ExportError, match="bukan tempat terbitan"):
        export(tmp_path, tmp_path / "public")


def test_a_damaged_ledger_stops_the_export_and_keeps_the_site(store: Path, tmp_path: Path) -> None:
    export(store, tmp_path / "public")
    before = files(tmp_path / "public")
    with (store / "ledger" / "2026.jsonl").open("ab") as ledger:
        ledger.write(b"{}\n")
    with pytest.raises(ExportError, match="baris 3"):
        export(store, tmp_path / "public")
    assert files(tmp_path / "public") == before


# -- the pages -----------------------------------------------------------------------------


def test_the_site_answers_its_addresses_and_nothing_else(store: Path) -> None:
    client = create_site(store).test_client()
    for url in ("/", "/pk/2026/", "/unit/ksn/", "/pk/2026/setpres/", "/pk/2026/setpres/v1/"):
        assert client.get(url).status_code == 200, url
    for url in ("/pk/2024/", "/unit/lain/", "/pk/2026/lain/", "/pk/2026/setpres/v2/", "/tugas"):
        answer = client.get(url)
        assert answer.status_code == 404, url
        assert "Halaman tidak ada" in answer.text
    assert client.get("/pk/2026/setpres/isi.html").status_code == 404


def test_pages_are_frozen_under_a_path_of_the_public_address(tmp_path: Path, store: Path) -> None:
    (store / "store.json").write_text('{"public_url":"http://publik.test/kinerja","schema":1}')
    export(store, tmp_path / "public")
    html = (tmp_path / "public" / "index.html").read_text()
    assert 'href="/kinerja/pk/2026/setpres/"' in html
    assert not re.search(r'href="/(?!kinerja/)', html)


def test_the_first_page_weighs_at_most_120_kib(tmp_path: Path) -> None:
    many = [document(f"unit-{n}", year) for n in range(25) for year in (2024, 2025, 2026)]
    fill_store(tmp_path / "store", *many)
    export(tmp_path / "store", tmp_path / "public")
    site = tmp_path / "public"
    parts = [site / "index.html", *(p for p in (site / "static").rglob("*") if p.is_file())]
    weight = sum(part.stat().st_size for part in parts if part.suffix != ".txt")
    assert weight <= 120 * 1024
    assert "60 dokumen terbaru dari 75" in (site / "index.html").read_text()


def test_an_empty_store_gives_a_site_that_says_so(tmp_path: Path) -> None:
    fill_store(tmp_path / "store")
    export(tmp_path / "store", tmp_path / "public")
    assert "Belum ada dokumen" in (tmp_path / "public" / "index.html").read_text()


def test_nothing_private_and_nothing_of_the_intranet_is_in_the_output(
    store: Path, tmp_path: Path
) -> None:
    export(store, tmp_path / "public")
    inside = re.compile(r'["/](?:tugas|kasus|sistem|masuk|layanan|permohonan|publikasi)\b')
    for name, content in files(tmp_path / "public").items():
        if name.endswith((".html", ".json", ".js", ".css", ".svg", ".pdf")):
            text = content.decode()
            assert not PRIVATE.search(text), name
            assert not inside.search(text), name


def test_the_list_of_documents_names_every_file_with_its_hash(store: Path, tmp_path: Path) -> None:
    export(store, tmp_path / "public")
    data = json.loads((tmp_path / "public" / "data" / "index.json").read_bytes())
    row = data["documents"][0]
    assert row["url"] == f"{URL}/pk/2026/ksn/"
    assert set(row["files"]) == {"data.json", "dokumen.pdf"}
    assert row["files"]["dokumen.pdf"]["url"] == f"{URL}/pk/2026/ksn/v1/dokumen.pdf"


GOOD = '<html lang="id"><h1>a</h1><a href="/">b</a>'


@pytest.mark.parametrize(
    "html",
    [
        GOOD + "196501011990031001",
        GOOD + "nama@contoh.go.id",
        GOOD + '<a href="/tugas">x</a>',
        GOOD + '<img src="https://lain.test/x.png">',
        GOOD.replace("h1", "h2"),
        GOOD.replace('lang="id"', 'lang="en"'),
    ],
)
def test_a_page_that_leaks_or_is_broken_stops_the_export(html: str) -> None:
    check_page("/", GOOD, URL, {"/"})
    with pytest.raises(ExportError):
        check_page("/", html, URL, {"/"})


# -- looking at it -------------------------------------------------------------------------


def test_the_preview_serves_the_live_release_and_nothing_beside_it(
    store: Path, tmp_path: Path
) -> None:
    client = Client(public_site(tmp_path / "public"))
    assert "belum dibangun" in client.get("/").text
    export(store, tmp_path / "public")
    assert "Sekretariat Presiden" in client.get("/").text
    assert client.get("/pk/2026").headers["Location"] == "/pk/2026/"
    assert client.get("/pk/2026/ksn/dokumen.pdf").mimetype == "application/pdf"
    assert client.get("/lain/").status_code == 404
    assert "Halaman tidak ada" in client.get("/../public.releases/000001.json").text
    assert client.post("/").status_code == 405


def test_the_font_of_the_site_is_the_one_of_the_portal() -> None:
    name = "inter-latin.woff2"
    site = ROOT / "site_static/static/vendor/inter" / name
    assert [site.read_bytes()] == [
        path.read_bytes() for path in (ROOT / "portal/web/static/vendor").rglob(name)
    ]
