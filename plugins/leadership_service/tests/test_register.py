"""The register over HTTP: numbers without gaps, filters in the address, pages, CSV, secrets."""

from __future__ import annotations

import csv
import io

import pytest

from plugins.leadership_service import finding, register
from plugins.leadership_service.models import RegisterLine
from plugins.leadership_service.tests.office import DIRECTION, LETTER, REQUEST, SEALED, Office
from portal.api import Actor
from portal.testing.inside import actor_of
from portal.testing.pytest_plugin import FrozenClock
from portal.testing.world import World

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

STAFF, HEAD, LEADER = "staf-tu-menteri", "kasubbag-tu-menteri", "menteri"
LETTERS = "/layanan/leadership-service/surat"


def main(page: str) -> str:
    """The page's own part."""
    return page.partition("<main")[2].partition("</main>")[0]


def received(office: Office, kind: str = "surat", who: str = STAFF, **changes: str) -> str:
    number = office.start(who, "letter", LETTER | changes)
    office.act(who, number, "1", {"jenis": kind})
    return number


def rows(office: Office, who: str, query: str = "") -> list[dict[str, str]]:
    """The CSV of the same filters."""
    response = office.browser(who).get(f"{LETTERS}.csv{query}")
    assert response.status_code == 200
    text = response.get_data(as_text=True).lstrip("\ufeff")
    return list(csv.DictReader(io.StringIO(text)))


def test_each_office_counts_its_own_letters_of_the_year(
    office: Office, frozen_clock: FrozenClock
) -> None:
    received(office)
    received(office)
    received(office, who="staf-tu-setmen", pimpinan="sesmen")
    received(office, diterima="2026-01-02T09:00")
    office.session.rollback()
    found = office.session.query(RegisterLine).order_by(RegisterLine.id)
    assert [(line.office, line.agenda) for line in found] == [
        ("menteri", "1/2026"), ("menteri", "2/2026"), ("setmen", "1/2026"), ("menteri", "3/2026"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"Pertama", "Kedua", "Ketiga"}),
        ("?keamanan=R", {"Kedua"}),
        ("?kecepatan=segera", {"Kedua"}),
        ("?kecepatan=sangat-segera", {"Pertama"}),
        ("?jenis=undangan", {"Ketiga"}),
        ("?q=kedua", {"Kedua"}),
        ("?q=005/12", {"Pertama", "Kedua", "Ketiga"}),
        ("?dari=2026-11-22", {"Pertama", "Kedua"}),
        ("?sampai=2026-11-20", {"Ketiga"}),
        ("?dari=2026-11-20&sampai=2026-11-20&jenis=undangan", {"Ketiga"}),
        ("?tahun=2025", set()),
        ("?kantor=setmen", set()),
    ],
)
def test_a_filter_in_the_address_chooses(office: Office, query: str, found: set[str]) -> None:
    first = received(office, hal="Pertama")
    office.act(LEADER, first, "2", {**DIRECTION, "sifat": "sangat-segera"})
    received(office, hal="Kedua", keamanan="R", kecepatan="segera")
    received(office, "undangan", hal="Ketiga", diterima="2026-11-20T16:00")
    page = main(office.page(HEAD, LETTERS + query))
    assert {word for word in ("Pertama", "Kedua", "Ketiga") if word in page} == found
    assert {row["Hal"] for row in rows(office, HEAD, query)} == found


def test_a_filter_that_cannot_be_read_is_said_and_left_out(office: Office) -> None:
    received(office, hal="Pertama")
    page = main(office.page(HEAD, f"{LETTERS}?dari=kemarin&tahun=abc&keamanan=X&setelah=y"))
    assert page.count("saringan itu tidak dipakai") == 4
    assert "Pertama" in page
    assert "Tanggal akhir mendahului" in office.page(
        HEAD, f"{LETTERS}?dari=2026-11-20&sampai=2026-11-01"
    )


def test_pages_follow_each_other(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(register.lines, "__kwdefaults__", {"limit": 2})
    for name in ("Pertama", "Kedua", "Ketiga"):
        received(office, hal=name)
    page = main(office.page(HEAD, f"{LETTERS}?keamanan=B"))
    assert "Ketiga" in page
    assert "Pertama" not in page
    following = page.partition("setelah=")[2].partition('"')[0].replace("&amp;", "&")
    page = main(office.page(HEAD, f"{LETTERS}?setelah={following}"))
    assert "Pertama" in page
    assert "Ketiga" not in page


def test_the_three_offices_do_not_read_each_others_letters(office: Office) -> None:
    received(office, hal="Untuk menteri")
    for stranger in ("staf-tu-setmen", "kasubbag-tu-staf-ahli", "sesmen"):
        assert "Untuk menteri" not in main(office.page(stranger, LETTERS))
        assert rows(office, stranger, "?q=menteri") == []
    for stranger in ("karo-umum", "karo-tu", "admin"):
        office.page(stranger, LETTERS, 403)
        office.page(stranger, f"{LETTERS}.csv", 403)


def test_a_request_of_any_user_enters_the_register_too(office: Office) -> None:
    number = office.start("karo-umum", "audience", REQUEST)
    office.act("staf-tu-setmen", number, "1", {"jenis": "audiensi"})
    (row,) = rows(office, "kasubbag-tu-setmen")
    assert (row["Hal"], row["Jenis"]) == (REQUEST["hal"], "Permohonan audiensi atau acara rapat")


def test_a_formula_is_no_formula_in_the_csv(office: Office) -> None:
    received(office, hal="=1+1")
    assert rows(office, HEAD)[0]["Hal"] == "'=1+1"


def test_a_sealed_line_has_number_and_dates(office: Office) -> None:
    number = office.start(STAFF, "letter", SEALED)
    office.act(STAFF, number, "1", {"jenis": "tertutup"})
    (row,) = rows(office, HEAD)
    assert (row["Dari"], row["Hal"], row["Keamanan"]) == ("", "", "Sangat rahasia (SR)")
    assert row["Nomor surat"] == SEALED["nomor"]
    assert f'href="/kasus/{number}"' not in office.page(HEAD, LETTERS)


def test_a_secret_letter_is_masked_for_whom_the_case_is_closed(
    office: Office, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    received(office, hal="Rencana pengamanan", keamanan="R")
    received(office, hal="Biasa saja")
    # the register's right and the case's part ways when an administrator binds the role anew
    from sqlalchemy import false

    for module in (register, finding):
        monkeypatch.setattr(module, "visible_cases", lambda session, actor: false())
    page = main(office.page(HEAD, LETTERS))
    assert "Rencana pengamanan" not in page
    assert register.HIDDEN in page
    assert "Biasa saja" in page
    assert [row["Hal"] for row in rows(office, HEAD)] == ["Biasa saja", register.HIDDEN]
    assert "Tidak ada surat" in office.page(HEAD, f"{LETTERS}?q=pengamanan")
    session = world.session
    actor: Actor = actor_of(session, world.person_id(HEAD))
    for words in ("pengamanan", LETTER["nomor"]):
        found = register.lines(session, actor, register.read_filters({"q": words, "keamanan": "R"}))
        assert found.rows == (), words


def test_the_sheet_says_who_directed_what_and_when(office: Office) -> None:
    number = received(office, "audiensi", keamanan="R")
    address = f"/layanan/leadership-service/lembar/{number}"
    assert "Belum ada arahan" in office.page(HEAD, address)
    office.act(HEAD, number, "2", {**DIRECTION, "arahan": "Terima hari Rabu."})
    page = office.page(HEAD, address)
    assert "menunggu konfirmasi pimpinan" in page
    office.act(LEADER, number, "2.konfirmasi")
    office.act(HEAD, number, "3", {"jenis": ["audiensi"]})
    page = main(office.page(HEAD, address))
    for words in ("Terima hari Rabu.", "telah dikonfirmasi", "23 Nov 2026 09.00 WIB", "R · Rahasia",
                  "Segera", "tidak boleh dipisahkan"):  # fmt: skip
        assert words in page
    for stranger in ("kasubbag-tu-setmen", "karo-umum", "admin"):
        assert office.browser(stranger).get(address).status_code in (403, 404)
