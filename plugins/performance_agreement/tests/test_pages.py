"""The pages of the service over the sample years: states, rights, print view, the form."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import Context
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from plugins.performance_agreement.models import Agreement, Goal
from plugins.performance_agreement.tests.agreements import form_of
from plugins.performance_agreement.tests.play import inbox
from plugins.performance_agreement.tests.sample_years import play_years
from portal.testing.client import PortalClient
from portal.testing.databases import Seed
from portal.testing.inside import db, run_pending
from portal.testing.pytest_plugin import FrozenClock
from portal.testing.world import World, plant

PAGE = "/layanan/performance-agreement/"
Login = Callable[[str], PortalClient]


@pytest.fixture
def plugins() -> tuple[str, ...]:
    return ("performance_agreement",)


@pytest.fixture
def seeds() -> tuple[Seed, ...]:
    return (plant, play_years)


@pytest.fixture(autouse=True)
def monday(world: World, frozen_clock: FrozenClock) -> None:
    """The sample years end before this Monday."""


def text_of(page: str) -> str:
    """The words of a page."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def states(page: str) -> dict[str, str]:
    """The words of every unit's row, by the number of its case."""
    rows = re.findall(r'<tr role="row">(.*?)</tr>', page, re.S)
    return {
        number[0]: text_of(row)
        for row in rows
        if (number := re.findall(r"PK-\d{4}-\d{4}(?:-\d{2})?", row))
    }


@contextmanager
def counted(engine: object) -> Iterator[list[str]]:
    """The statements sent within the block."""
    seen: list[str] = []

    def note(*args: object) -> None:
        seen.append(str(args[2]))

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


# -- the overview ----------------------------------------------------------------------------


def test_the_running_year_shows_where_every_unit_stands(login: Login) -> None:
    page = login("kabag-akin-2").get(PAGE).get_data(as_text=True)
    shown = states(page)
    assert "Tahun 2027" in page
    assert len(shown) == 14
    for number, words in {
        "01": "Sudah dianalisis",
        "05": "Sedang dianalisis",
        "06": "Dikembalikan",
        "07": "Sedang disusun menyusul, tidak ditunggu Terlambat",
        "13": "Menunggu tanda tangan pimpinan menyusul, tidak ditunggu Terlambat",
    }.items():
        assert words in shown[f"PK-2026-0003-{number}"]
    assert "2 terlambat" in page
    assert "0 dari 14 final" in text_of(page)


def test_each_unit_reads_its_deadline_in_its_own_zone(login: Login) -> None:
    shown = states(login("kabag-akin-2").get(PAGE).get_data(as_text=True))
    assert "WITA" in shown["PK-2026-0003-07"]  # Istana Tampaksiring, on Bali
    assert "WIB" in shown["PK-2026-0003-13"]


def test_every_year_is_listed_with_its_state(login: Login) -> None:
    words = text_of(login("menteri").get(PAGE).get_data(as_text=True))
    listed = re.findall(r"Tahun (\d{4}) (\w+) (PK-\d{4}-\d{4})", words)
    assert listed == [
        ("2029", "Ditunda", "PK-2026-0001"),
        ("2028", "Berjalan", "PK-2026-0004"),
        ("2027", "Berjalan", "PK-2026-0003"),
        ("2027", "Dibatalkan", "PK-2026-0002"),
        ("2026", "Selesai", "PK-2025-0001"),
        ("2025", "Selesai", "PK-2024-0001"),
        ("2024", "Selesai", "PK-2023-0001"),
    ]


def test_a_finished_year_leads_to_the_public_pages(login: Login, app: Flask) -> None:
    browser = login("karo-otlak")
    address = f"{PAGE}?kasus=PK-2024-0001"
    before = states(browser.get(address).get_data(as_text=True))
    assert all("Final, menunggu terbit" in words for words in before.values())
    while Context().run(run_pending, app):
        pass
    page = browser.get(address).get_data(as_text=True)
    assert all("Terbit" in words for words in states(page).values())
    assert "14 dari 14 final" in text_of(page)
    assert 'href="http://publik.test/pk/2025/set-ksp/"' in page


def test_a_year_without_units_yet_says_when_they_come(login: Login) -> None:
    page = login("karo-otlak").get(f"{PAGE}?kasus=PK-2026-0004").get_data(as_text=True)
    assert list(states(page)) == ["PK-2026-0004"]
    assert "setelah permintaan dokumen PK disampaikan" in page


def test_the_page_takes_few_queries(login: Login, app: Flask) -> None:
    browser = login("kabag-akin-1")
    browser.get(PAGE)
    with app.app_context():
        engine = db.engine
    with counted(engine) as seen:
        assert browser.get(PAGE).status_code == 200
    reads = [each for each in seen if each.startswith(("SELECT", "WITH"))]
    assert len(reads) <= 8, "\n".join(reads)


# -- rights ------------------------------------------------------------------------------------


def test_the_menu_leads_performers_to_the_page(login: Login) -> None:
    for who in ("karo-otlak", "staf-akin-2", "deputi-aparatur", "menteri", "karo-umum"):
        assert f'href="{PAGE}"' in login(who).get("/profil").get_data(as_text=True)
    for who in ("staf-setpres", "karo-tu", "admin"):
        assert f'href="{PAGE}"' not in login(who).get("/profil").get_data(as_text=True)


def test_a_unit_sees_its_own_case_only(login: Login) -> None:
    page = login("staf-setwapres").get(PAGE).get_data(as_text=True)
    assert list(states(page)) == ["PK-2026-0003-02"]


def test_others_see_nothing_and_an_administrator_is_refused(login: Login) -> None:
    page = login("karo-tu").get(PAGE)
    assert "Belum ada penyusunan PK" in page.get_data(as_text=True)
    assert login("admin").get(PAGE).status_code == 403


@pytest.mark.parametrize(
    ("who", "number", "status"),
    [
        ("staf-setwapres", "PK-2026-0003-02", 200),
        ("staf-setwapres", "PK-2026-0003-01", 404),
        ("karo-tu", "PK-2025-0001", 404),
        ("karo-otlak", "PK-2025-0001", 200),
        ("karo-otlak", "PK-2026-0003-07", 404),
        ("karo-otlak", "PK-1999-0001", 404),
        ("admin", "PK-2025-0001", 403),
    ],
)
def test_the_print_view_follows_the_rights_of_the_case(
    login: Login, who: str, number: str, status: int
) -> None:
    assert login(who).get(f"{PAGE}naskah/{number}").status_code == status


# -- the print view ----------------------------------------------------------------------------


def test_a_draft_says_that_it_is_one(login: Login) -> None:
    words = text_of(login("karo-otlak").get(f"{PAGE}naskah/PK-2026-0003-13").get_data(as_text=True))
    assert "Konsep" in words
    assert words.count("Belum ditandatangani") == 2


def test_what_was_returned_counts_as_unsigned(login: Login) -> None:
    words = text_of(login("karo-otlak").get(f"{PAGE}naskah/PK-2026-0003-06").get_data(as_text=True))
    assert words.count("Belum ditandatangani") == 2
    words = text_of(login("karo-otlak").get(f"{PAGE}naskah/PK-2026-0003-05").get_data(as_text=True))
    assert words.count("Belum ditandatangani") == 1


def test_a_final_agreement_shows_number_parties_and_total(login: Login, session: Session) -> None:
    words = text_of(login("karo-otlak").get(f"{PAGE}naskah/PK-2025-0001-04").get_data(as_text=True))
    row = session.scalars(select(Agreement).where(Agreement.unit_code == "istana-bogor")).all()[-1]
    assert f"Nomor {row.number}" in words
    assert "Kepala Sekretariat Presiden selaku atasan pihak pertama" in words
    assert "Konsep" not in words
    assert "Jumlah Rp" in words


def test_the_case_page_leads_here(login: Login) -> None:
    page = login("staf-setwapres").get("/kasus/PK-2026-0003-02").get_data(as_text=True)
    assert f'href="{PAGE}naskah/PK-2026-0003-02"' in page
    assert f'href="{PAGE}"' in page


# -- the form ----------------------------------------------------------------------------------


@pytest.fixture
def drafter(login: Login) -> PortalClient:
    """The browser of a unit's staff whose agreement is still to be written."""
    return login("staf-istana-tampaksiring")


def task_page(browser: PortalClient) -> str:
    """The page on which the unit's staff write the agreement."""
    return next(row.url for row in inbox(browser) if row.step == "4")


def objectives(session: Session) -> int:
    """How many objectives are stored in all agreements."""
    return session.scalar(select(func.count()).select_from(Goal)) or 0


def test_rows_grow_without_scripts_and_nothing_is_saved(
    drafter: PortalClient, session: Session
) -> None:
    page, before = task_page(drafter), objectives(session)
    first = {"isi-objectives-0-text": "Meningkatnya mutu"}
    for button in ("add:isi-objectives", "add:isi-objectives-0-indicators"):
        answer = drafter.submit(page, first | {"_rows": button})
        assert answer.status_code == 200
        assert "Meningkatnya mutu</textarea>" in answer.get_data(as_text=True)
        assert "error-summary" not in answer.get_data(as_text=True)
        grown = answer.get_data(as_text=True)
    assert 'name="isi-objectives-0-indicators-1-target"' in grown
    assert objectives(session) == before


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("isi-objectives-0-indicators-0-target", "97.5", "Tulis 97,5, bukan 97.5"),
        ("isi-objectives-0-text", "x" * 1001, "Isi paling banyak 1000 huruf."),
        ("isi-objectives-0-text", " ", "Isian ini wajib diisi."),
        ("isi-programmes-0-budget", "seratus", "bukan jumlah rupiah"),
        ("isi-total", "5", "Jumlah program adalah Rp"),
        ("isi-programmes-1-name", "NIP 198001012005011001", "seperti NIP"),
    ],
)
def test_bad_input_is_named_and_nothing_entered_is_lost(
    drafter: PortalClient, session: Session, field: str, value: str, message: str
) -> None:
    before = objectives(session)
    sent = dict(form_of("contoh", 900_000)) | {field: value}
    answer = drafter.submit(task_page(drafter), sent)
    page = unescape(answer.get_data(as_text=True))
    assert answer.status_code == 400
    assert "Ada yang perlu diperbaiki" in page
    assert message in page
    assert "Menyusun dan menyampaikan PK: " not in page, "no heading before each message"
    for name, typed in sent.items():
        assert f'name="{name}"' in page
        assert typed in page
    assert objectives(session) == before


def test_a_second_click_saves_nothing_twice(drafter: PortalClient, session: Session) -> None:
    page, before = task_page(drafter), objectives(session)
    form = drafter.form(page)
    sent = dict(form_of("contoh", 900_000))
    first = drafter.send(form, sent, page=page)
    second = drafter.send(form, sent, page=page)
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location
    assert objectives(session) == before + 2


def test_a_stale_page_is_a_conflict_that_shows_both(login: Login, drafter: PortalClient) -> None:
    page = task_page(drafter)
    form = drafter.form(page)
    drafter.submit(page, dict(form_of("contoh", 900_000)))
    answer = drafter.send(form, {"form_key": "lain", "note": "versi saya"}, page=page)
    assert answer.status_code == 409
    assert "versi saya" in answer.get_data(as_text=True)
