"""Words in the register: a window of the newest letters per page, whole numbers directly."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote

import pytest
from sqlalchemy import event, text

from plugins.leadership_service import finding, register
from plugins.leadership_service.models import RegisterLine
from plugins.leadership_service.tests.office import LETTER, REQUEST, SEALED, Office
from portal.api import now
from portal.testing.inside import actor_of
from portal.testing.world import World

STAFF, HEAD = "staf-tu-menteri", "kasubbag-tu-menteri"
LETTERS = "/layanan/leadership-service/surat"
MOST_QUERIES = 15
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def received(office: Office, who: str = STAFF, **changes: str) -> str:
    number = office.start(who, "letter", LETTER | changes)
    office.act(who, number, "1", {"jenis": "surat"})
    return number


def page_of(office: Office, who: str, query: str) -> str:
    """The page's own part."""
    page = office.page(who, f"{LETTERS}?{query}")
    return page.partition("<main")[2].partition("</main>")[0]


def following(page: str) -> str:
    """The query of the button "Berikutnya"; empty without one."""
    found = re.search(r'rel="next" href="[^"?]*\?([^"]*)"', page)
    return found[1] if found else ""


def in_csv(office: Office, who: str, query: str) -> list[str]:
    body = office.browser(who).get(f"{LETTERS}.csv?{query}").get_data(as_text=True)
    return [row["Hal"] for row in csv.DictReader(io.StringIO(body.lstrip("\ufeff")))]


@contextmanager
def asked(office: Office) -> Iterator[list[str]]:
    """The statements that reach the database."""
    found: list[str] = []

    def note(*args: object) -> None:
        found.append(str(args[2]))

    engine = office.session.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_words_are_looked_for_window_by_window(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "WINDOW", 2)
    received(office, hal="Laporan lama")
    for name in ("Kedua", "Ketiga", "Keempat", "Laporan baru"):
        received(office, hal=name)
    page = page_of(office, HEAD, "q=laporan")
    assert "Laporan baru" in page
    assert "Kata dicari pada 2 surat sekaligus" in page
    page = page_of(office, HEAD, following(page))
    assert "Belum ditemukan pada 2 surat berikutnya" in page
    assert "Unduh CSV" in page
    page = page_of(office, HEAD, following(page))
    assert "Laporan lama" in page
    assert not following(page), "nothing stands behind the last letter"
    assert in_csv(office, HEAD, "q=laporan") == ["Laporan baru", "Laporan lama"]


@on_sqlite
def test_nothing_found_says_how_far_it_was_looked(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "WINDOW", 2)
    for name in ("Pertama", "Kedua"):
        received(office, hal=name)
    page = page_of(office, HEAD, "q=tidakada")
    assert "Belum ditemukan pada 2 surat terbaru" in page
    page = page_of(office, HEAD, following(page))
    assert "Tidak ada surat lagi di halaman ini" in page
    assert not following(page)
    assert in_csv(office, HEAD, "q=tidakada") == []
    monkeypatch.setattr(finding, "WINDOW", 3)
    assert "Tidak ada surat dengan saringan ini" in page_of(office, HEAD, "q=tidakada")


@on_sqlite
def test_the_window_holds_what_the_other_filters_leave(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "WINDOW", 2)
    received(office, hal="Laporan rahasia", keamanan="R")
    for _each in range(3):
        received(office, hal="Laporan biasa")
    page = page_of(office, HEAD, "q=laporan&keamanan=R")
    assert "Laporan rahasia" in page
    assert "Laporan biasa" not in page
    assert not following(page)


@on_sqlite
def test_more_hits_than_a_page_go_on_within_the_window(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(register.lines.__kwdefaults__ or {}, "limit", 2)
    for name in ("Laporan satu", "Laporan dua", "Laporan tiga"):
        received(office, hal=name)
    page = page_of(office, HEAD, "q=laporan")
    assert "Laporan satu" not in page
    page = page_of(office, HEAD, following(page))
    assert "Laporan satu" in page
    assert "Laporan dua" not in page


@on_sqlite
@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("rapat sama", True),
        ("SAMA   permohonan", True),
        ("rapat pemerintah", True),
        ("rapat tiada", False),
        ("%", False),
        ("r_pat", False),
    ],
)
def test_every_word_stands_somewhere_in_the_line(office: Office, words: str, found: bool) -> None:
    received(office)
    assert (LETTER["hal"] in page_of(office, HEAD, f"q={quote(words)}")) is found


def test_a_whole_number_is_found_behind_the_window(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "WINDOW", 1)
    number = received(office, hal="Pertama", nomor="B-7/Contoh/2026")
    for _each in range(10):
        received(office, hal="Kemudian", nomor="B-71/Contoh/2026")
    for text_ in ("B-7/Contoh/2026", "1/2026", number, number.lower()):
        page = page_of(office, HEAD, f"q={text_}")
        assert "Pertama" in page, text_
        assert "Kemudian" not in page, text_
        assert f"nomornya tepat “{text_}”" in page
        assert not following(page)
        assert in_csv(office, HEAD, f"q={text_}") == ["Pertama"]
    assert "Pertama" not in page_of(office, HEAD, "q=1/2026&keamanan=R")
    assert "Pertama" not in page_of(office, "kasubbag-tu-setmen", "q=B-7/Contoh/2026")


@on_sqlite
def test_the_number_of_a_sealed_letter_is_found_its_contents_are_not(office: Office) -> None:
    number = office.start(STAFF, "letter", SEALED | {"nomor": "SR-1/Contoh"})
    office.act(STAFF, number, "1", {"jenis": "tertutup"})
    page = page_of(office, HEAD, "q=SR-1/Contoh")
    assert "Amplop tertutup" in page
    assert f'href="/kasus/{number}"' not in page


@on_sqlite
def test_the_office_of_several_leaders_reads_them_in_one_order(office: Office) -> None:
    for who, leader in (("Satu", "staf-ahli-1"), ("Dua", "staf-ahli-2"), ("Tiga", "staf-ahli-1")):
        received(office, "staf-tu-staf-ahli", hal=f"Laporan {who}", pimpinan=leader)
    wanted = ["Laporan Tiga", "Laporan Dua", "Laporan Satu"]
    assert in_csv(office, "kasubbag-tu-staf-ahli", "q=laporan") == wanted
    assert in_csv(office, "kasubbag-tu-staf-ahli", "") == wanted
    assert in_csv(office, "staf-ahli-1", "kantor=staf-ahli") == ["Laporan Tiga", "Laporan Satu"]
    assert in_csv(office, "staf-ahli-1", "kantor=menteri") == []


@pytest.mark.parametrize("query", ["", "q=tidakada", "q=laporan", "q=1/2026", "q=9/9&keamanan=B"])
def test_a_page_asks_few_questions_however_many_letters(office: Office, query: str) -> None:
    received(office, hal="Laporan", keamanan="R")
    page_of(office, HEAD, query)
    with asked(office) as few:
        page_of(office, HEAD, query)
    for name in ("Laporan kedua", "Lain", "Laporan ketiga"):
        received(office, hal=name, keamanan="SR")
    page_of(office, HEAD, query)
    with asked(office) as many:
        page_of(office, HEAD, query)
    assert len(many) <= len(few) <= MOST_QUERIES


@on_sqlite
@pytest.mark.parametrize("words", ["tidakada", "9/2026"])
def test_no_question_reads_the_whole_register(world: World, words: str) -> None:
    session = world.session
    for number in range(1, 60):
        session.add(_line(number))
    session.flush()
    actor = actor_of(session, world.person_id(HEAD))
    filters = register.read_filters({"q": words})
    branches = finding.of_leaders(register.leaders_of(actor))
    of_case = RegisterLine.leader.in_(["menteri"]) & RegisterLine.case_id.in_([9])
    by_case = finding.newest([of_case], (), 1)
    queries = [finding.newest(branches, (), finding.WINDOW), by_case]
    queries += [finding.newest([each], (), 1) for each in finding.by_number(
        session, actor, register.leaders_of(actor), filters.text)]  # fmt: skip
    for query in queries:
        made = query.compile(session.get_bind(), compile_kwargs={"literal_binds": True})
        plan = [row[3] for row in session.execute(text(f"EXPLAIN QUERY PLAN {made}"))]
        assert not [step for step in plan if re.match(r"SCAN ls_register", step)], plan
        if query is not queries[0]:
            assert not [step for step in plan if "ix_ls_register_leader" in step], plan


def _line(number: int) -> RegisterLine:
    return RegisterLine(
        case_id=number, case_number=f"LS-2026-{number:04}", office="menteri", leader="menteri",
        year=2026, agenda=f"{number}/2026", kind="surat", received=now(), subject="Laporan",
        letter_number=f"{number}/contoh",
    )  # fmt: skip


def test_a_request_without_a_letter_number_is_found_by_its_words(office: Office) -> None:
    number = office.start("karo-umum", "audience", REQUEST)
    office.act("staf-tu-setmen", number, "1", {"jenis": "audiensi"})
    assert REQUEST["hal"] in page_of(office, "kasubbag-tu-setmen", "q=anggaran+keuangan")
