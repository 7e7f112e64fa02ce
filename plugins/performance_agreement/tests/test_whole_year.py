"""The proof of the standard: a whole year over HTTP, as the right officials, in the right order.

Twelve stages, 13 units, a return to one Bagian, a return to two units after the join,
one late unit; then finalized, published, exported, and read on the frozen site.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextvars import Context
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from plugins.performance_agreement.models import Agreement
from plugins.performance_agreement.tests.agreements import PROGRAMME, SHARED, form_of, own_goal
from plugins.performance_agreement.tests.play import LIMITS, MAKASSAR, Play
from plugins.performance_agreement.workflow import PK, UNITS
from portal.api import RegisterEntry
from portal.config import Settings
from portal.documents.models import Register
from portal.jobs.runner import run_pending
from portal.publishing.export import export
from portal.testing.client import PortalClient
from portal.testing.pytest_plugin import FrozenClock
from portal.testing.world import World
from portal.workflow.definition import Block, ForEachUnit, Parallel, Stage, Task

OFFICIAL = Path(__file__).resolve().parents[4].joinpath(
    "shared", "standards", "performance_agreement.txt"
)  # fmt: skip

YEAR = 2027
HEADS = {
    "setpres": "kasetpres",
    "setwapres": "kasetwapres",
    "setmil": "sesmil",
    "setmen": "sesmen",
    "dep-hukum": "deputi-hukum",
    "dep-hubungan": "deputi-hubungan",
    "dep-aparatur": "deputi-aparatur",
    "wantimpres": "sekretaris-wantimpres",
    "set-ksp": "kepala-set-ksp",
}
PALACES = tuple(code for code, _ in UNITS if code.startswith("istana"))
LATE = "set-ksp"
RETURNED = {
    "setwapres": "Sekretariat Wakil Presiden",
    "dep-hukum": "Deputi Bidang Hukum dan Perundang-undangan",
}
FIRST = [code for code, bagian in UNITS if bagian == "bag-akin-1"]
SECOND = [code for code, bagian in UNITS if bagian == "bag-akin-2"]
CODES = FIRST + SECOND


@pytest.fixture
def plugins() -> tuple[str, ...]:
    return ("performance_agreement",)


def head(unit: str) -> str:
    return HEADS.get(unit, f"kepala-{unit}")


def analyst(unit: str) -> str:
    return "staf-akin-1" if unit in FIRST else "staf-akin-2"


def second_party(unit: str) -> str:
    return "kasetpres" if unit in PALACES else "menteri"


def test_the_limits_are_those_of_the_source() -> None:
    if not OFFICIAL.is_file():
        pytest.skip("the official text is not at hand")
    printed = dict.fromkeys(LIMITS, "")
    stage = ""
    for line in (
        OFFICIAL.read_text(encoding="utf-8").partition("B. Uraian Prosedur")[2].splitlines()
    ):
        if begun := re.match(r"(\d+)\. ", line):
            stage = begun[1]
        if line.startswith("C. Persyaratan"):
            break
        if found := re.search(r"\((\d+ (?:menit|jam|hari))\)|selambat-lambatnya (\d+ hari)", line):
            printed[stage] = found[1] or found[2]
    assert printed == LIMITS


class Year(Play):
    """The play with the lanes of the thirteen units."""

    def __init__(self, login: Callable[[str], PortalClient], world: World) -> None:
        super().__init__(login)
        self.ids = {code: world.unit_id(code) for code in CODES}
        self.lanes: dict[str, str] = {}

    def per_unit(self, field: str, units: list[str], value: str) -> dict[str, str]:
        """A field for every unit."""
        return {f"{field}-u{self.ids[code]}": value for code in units}

    def name_lanes(self) -> None:
        """The lanes are numbered in the order of clause D."""
        self.lanes = {code: f"{self.number}-{n:02}" for n, code in enumerate(CODES, start=1)}
        self.zones[self.lanes["istana-tampaksiring"]] = MAKASSAR


@pytest.fixture
def year(login: Callable[[str], PortalClient], world: World, frozen_clock: FrozenClock) -> Year:
    return Year(login, world)


def test_a_whole_year(
    year: Year, app: Flask, session: Session, settings: Settings, tmp_path: Path
) -> None:
    direction(year)
    request_letters(year)
    delivery(year)
    receipts(year)
    submissions(year)
    going_on_without_the_late_one(year)
    analysis_and_draft(year)
    return_to_two_units(year)
    discussion_and_signatures(year)
    second_parties(year)
    binding_printing_distribution(year)

    year.act("karo-otlak", "publikasi", {"izin": "y"})
    carry_out(app)
    assert published_on(export_site(settings, tmp_path / "first")) == {"ksn", *CODES} - {LATE}

    late_unit(year)
    carry_out(app)
    site = export_site(settings, tmp_path / "second")
    assert published_on(site) == {"ksn", *CODES}
    read_site(site)

    every_step_was_played(year)
    letters_are_numbered_without_gaps(session)
    parties_are_those_of_the_organisation(session)


def direction(year: Year) -> None:
    """Stage 1: 30 minutes for all its sub-steps."""
    year.begin("karo-otlak", {"tahun": str(YEAR), "dipa": ""})
    year.enter("1")
    year.act("karo-otlak", "1a", {"arahan": "Siapkan pengoordinasian penyusunan PK."})
    year.act("kabag-akin-2", "1b.II", {"penugasan": "Laksanakan di bagian II."})
    year.act("kabag-akin-1", "1b.I", {"penugasan": "Laksanakan di bagian I."})


def request_letters(year: Year) -> None:
    """Stage 2: 2 hours, which run on through the return to one Bagian."""
    year.enter("2")
    year.act("staf-akin-1", "2a.I")
    year.act("staf-akin-2", "2a.II")
    either = ("kasubbag-ppk-1", "kasubbag-ppe-1")
    year.act("kasubbag-ppe-1", "2b.I", others=either)
    year.act("kasubbag-ppk-2", "2b.II", others=("kasubbag-ppe-2",))
    year.act("kabag-akin-1", "2c.I")
    year.act("kabag-akin-2", "2c.II")
    year.send_back(
        "karo-otlak",
        "2d",
        "Tujuan surat belum lengkap.",
        ["Langkah 2a.II: Menyusun konsep memorandum dan surat permintaan dokumen PK"],
    )
    for who, step in (
        ("staf-akin-1", "2a.I"),
        ("kasubbag-ppk-1", "2b.I"),
        ("kabag-akin-1", "2c.I"),
    ):
        assert not year.has_task(who, step), "the other Bagian is left alone"
    year.act("staf-akin-2", "2a.II", {"surat-to": "Pimpinan satuan kerja terlampir"})
    year.act("kasubbag-ppe-2", "2b.II", others=("kasubbag-ppk-2",))
    year.act("kabag-akin-2", "2c.II")
    year.act("karo-otlak", "2d")
    year.act("deputi-aparatur", "2e")


def delivery(year: Year) -> None:
    """Stage 3: one working day; the delivery to every unit is recorded."""
    year.enter("3")
    year.name_lanes()
    ticks = {"selesai": ["agenda", "ganda"]}
    for who, step, units in (("staf-akin-1", "3.I", FIRST), ("staf-akin-2", "3.II", SECOND)):
        sent = year.pass_time(minutes=20)
        year.act(who, step, ticks | year.per_unit("dikirim", units, year.local()))
        for code in units:
            year.enter("4", year.lanes[code], since=sent)
    page = year.browser("karo-otlak").get(f"/kasus/{year.number}").get_data(as_text=True)
    for number in ("M-1", "M-2", "B-1", "B-2"):
        shown = rf"Nomor {number}/Kemensetneg/11/2026</strong>, 23 November 2026"
        assert re.search(shown, page), f"{number} stands with its date on the case page"


def receipts(year: Year) -> None:
    """Stage 4 counts from the receipt, or from the delivery when none is confirmed in time."""
    year.go_to("2026-11-24 08:00")
    late_to_confirm, silent = "istana-bogor", "wantimpres"
    for code in CODES:
        if code not in (late_to_confirm, silent):
            confirm(year, code)
            year.enter("4", year.lanes[code])
    year.go_to("2026-11-26 08:00")
    confirm(year, late_to_confirm)
    lane = year.lanes["istana-tampaksiring"]
    assert year.waiting("staf-istana-tampaksiring", "4", lane).due == year.at("2026-12-22 15:00")
    assert year.waiting("staf-istana-bogor", "4", year.lanes["istana-bogor"]).due == year.at(
        "2026-12-21 16:00"
    )


def confirm(year: Year, code: str) -> None:
    """The unit's staff confirm the receipt; its head might as well."""
    number = year.lanes[code]
    data = {"waktu": year.local(number)}
    year.pass_time(minutes=-2)
    year.act(f"staf-{code}", "4.terima", data, number=number, others=(head(code),))


def submissions(year: Year) -> None:
    """Step 4: every unit but one; one head sends the draft back to the staff first."""
    year.go_to("2026-12-07 09:00")
    for n, code in enumerate(CODES, start=1):
        number = year.lanes[code]
        if code == LATE:
            continue
        year.act(f"staf-{code}", "4", form_of(code, 100_000 * n), number=number)
        if code == "setmil":
            note = "Target terlalu rendah."
            step = "Langkah 4: Menyusun dan menyampaikan PK"
            year.send_back(head(code), "4.ttd", note, [step], number=number)
            year.act(f"staf-{code}", "4", form_of(code, 100_000 * n), number=number)
        year.act(head(code), "4.ttd", number=number)
    assert not year.has_task("staf-akin-1", "5a", year.lanes["setpres"]), "one unit is missing"


def going_on_without_the_late_one(year: Year) -> None:
    """After the limit the Kepala Biro goes on without the late unit, with a reason."""
    year.go_to("2026-12-23 09:00")
    assert "Terlambat" in year.browser(f"staf-{LATE}").get("/tugas").get_data(as_text=True)
    page = f"/kasus/{year.number}/kelola/tanpa-menunggu"
    sent = {"reason": "Draf PK Kementerian tidak dapat menunggu."}
    assert year.browser("kabag-akin-1").submit(page, sent).status_code == 403
    assert year.browser("karo-otlak").submit(page, {"reason": " "}).status_code == 400
    assert year.browser("karo-otlak").submit(page, sent).status_code == 303
    year.enter("5")
    for code in CODES:
        year.enter("5", year.lanes[code])


def analysis_and_draft(year: Year) -> None:
    """Steps 5a to 5c: by the right Bagian; the ministry's draft is made of the units'."""
    for code in CODES:
        if code != LATE:
            analyse(year, code)
    draft(year)
    year.act("kasubbag-ppk-1", "5c")


def analyse(year: Year, code: str) -> None:
    """Step 5a."""
    year.act(analyst(code), "5a", {"hasil": "Selaras."}, number=year.lanes[code])


def draft(year: Year) -> None:
    """Step 5b: the form already holds what the units have submitted."""
    row = year.waiting("staf-akin-1", "5b")
    form = year.browser("staf-akin-1").form(row.url)
    shown = [value.strip() for name, value in form.fields if name.startswith("isi-")]
    assert shown.count(SHARED) == 1
    assert shown.count(PROGRAMME) == 1
    for code in CODES:
        assert (own_goal(code) in shown) == (code != LATE)
    amount = sum(100_000_000 * n for n in range(1, 13))
    assert f"{amount:,}".replace(",", ".") in shown
    year.act("staf-akin-1", "5b")


def return_to_two_units(year: Year) -> None:
    """Step 5d returns to two units after the join; only these work again, stage 5 rests."""
    year.go_to("2026-12-24 09:00")
    targets = [f"{name} (langkah 4)" for name in RETURNED.values()]
    year.send_back("kabag-akin-1", "5d", "Target tidak selaras dengan Renstra.", targets)
    year.rest("5")
    for code in RETURNED:
        year.enter("4", year.lanes[code])
    assert not year.has_task("staf-setpres", "4", year.lanes["setpres"])
    assert not year.has_task("staf-akin-1", "5b")
    year.go_to("2026-12-28 10:00")
    for n, code in enumerate(RETURNED, start=1):
        number = year.lanes[code]
        page = year.browser(f"staf-{code}").get(year.waiting(f"staf-{code}", "4", number).url)
        assert "Target tidak selaras dengan Renstra." in page.get_data(as_text=True)
        assert own_goal(code) in page.get_data(as_text=True), "what was there is still there"
        target = {"isi-objectives-0-indicators-0-target": "98"}
        year.act(f"staf-{code}", "4", target, number=number)
        year.act(head(code), "4.ttd", number=number)
        assert year.has_task(analyst(code), "5a", number) == (n == len(RETURNED))
    year.wake("5")
    for code in RETURNED:
        year.enter("5", year.lanes[code])
    for code in RETURNED:
        analyse(year, code)
    row = year.waiting("staf-akin-1", "5b")
    kept = year.browser("staf-akin-1").form(row.url)
    anew = year.browser("staf-akin-1").form(f"{row.url}?susun=ulang")
    assert "98" not in [value for _, value in kept.fields]
    assert "98" in [value for _, value in anew.fields]
    draft(year)
    year.act("kasubbag-ppk-1", "5c")
    year.act("kabag-akin-1", "5d")


def discussion_and_signatures(year: Year) -> None:
    """Stages 6 to 8, until the minister has signed."""
    year.enter("6")
    year.go_to("2026-12-29 09:00")
    minutes = {"tanggal": "2026-12-29", "risalah": "Draf disepakati."}
    year.act("karo-otlak", "6", minutes)
    year.enter("7")
    year.act("staf-akin-1", "7a")
    year.act("kasubbag-ppk-1", "7b")
    year.act("kabag-akin-1", "7c")
    year.act("karo-otlak", "7d")
    year.act("deputi-aparatur", "7e")
    year.act("staf-akin-1", "7f", {"waktu": year.local()})
    year.go_to("2027-01-04 09:00")
    year.act("menteri", "8")


def second_parties(year: Year) -> None:
    """Before stage 9 the superior of every unit's head signs as second party."""
    for code in CODES:
        if code != LATE:
            year.act(second_party(code), "8.pihak2", number=year.lanes[code])


def binding_printing_distribution(year: Year) -> None:
    """Stages 9 to 12."""
    year.enter("9")
    done = {"selesai": ["agenda", "jilid"], "waktu": year.local()}
    year.act("staf-akin-2", "9", done, others=("staf-akin-1",))
    year.enter("10")
    year.act("karo-otlak", "10", {"eksemplar": "30"})
    year.go_to("2027-01-07 09:00")
    year.act("karo-umum", "11", {"eksemplar": "30", "tanggal": "2027-01-07"})
    year.enter("12")
    year.act("staf-akin-1", "12.konsep")
    year.act("deputi-aparatur", "12.ttd")
    taken = "Tata usaha unit, 7 Januari 2027"
    year.act("staf-akin-1", "12.I", year.per_unit("diterima", FIRST, taken))
    year.act("staf-akin-2", "12.II", year.per_unit("diterima", SECOND, taken))


def late_unit(year: Year) -> None:
    """The late unit submits: its own analysis, second party and decision to publish."""
    year.go_to("2027-01-11 09:00")
    number = year.lanes[LATE]
    year.act(f"staf-{LATE}", "4", form_of(LATE, 700_000), number=number)
    year.act(head(LATE), "4.ttd", number=number)
    year.enter("5", number)
    analyse(year, LATE)
    year.act(second_party(LATE), "8.pihak2", number=number)
    year.act("karo-otlak", "8.terbit", {"izin": "y"}, number=number)


# -- what came of it -------------------------------------------------------------------------


def carry_out(app: Flask) -> None:
    """Run the jobs, as the worker would."""
    assert Context().run(run_pending, app) > 0


def export_site(settings: Settings, output: Path) -> Path:
    """Freeze the public site from the store."""
    export(settings.publications, output)
    return output


def published_on(site: Path) -> set[str]:
    """The units whose agreement has a page."""
    return {page.parent.name for page in site.glob(f"pk/{YEAR}/*/index.html")}


def read_site(site: Path) -> None:
    """The frozen pages say what was agreed, by whom."""
    lists = (site / "pk" / str(YEAR) / "index.html").read_text(encoding="utf-8")
    assert len(set(re.findall(rf"/pk/{YEAR}/([a-z-]+)/", lists))) == 14
    for code in CODES:
        page = (site / "pk" / str(YEAR) / code / "index.html").read_text(encoding="utf-8")
        assert own_goal(code) in page
        assert ("98" if code in RETURNED else "97,5") in page
        assert "pihak kedua" in page
        assert list((site / "pk" / str(YEAR) / code).rglob("*.pdf"))
    ministry = (site / "pk" / str(YEAR) / "ksn" / "index.html").read_text(encoding="utf-8")
    assert "pihak kedua" not in ministry
    assert own_goal(LATE) not in ministry
    assert own_goal("setpres") in ministry


def every_step_was_played(year: Year) -> None:
    """No step of the workflow was left out."""
    assert set(year.steps) == {task.id for task in tasks(PK.steps)}


def tasks(blocks: Iterable[Block]) -> Iterator[Task]:
    """All steps of some blocks."""
    for block in blocks:
        match block:
            case Task():
                yield block
            case Stage() | ForEachUnit():
                yield from tasks(block.steps)
            case Parallel():
                for branch in block.branches:
                    yield from tasks(branch)


def letters_are_numbered_without_gaps(session: Session) -> None:
    """Memoranda, letters and agreements: 1, 2, 3 … with the day on which they were issued."""
    rows = session.execute(
        select(Register.key, Register.year, RegisterEntry.seq, RegisterEntry.day)
        .join(Register, Register.id == RegisterEntry.register_id)
        .order_by(Register.key, Register.year, RegisterEntry.seq)
    ).all()
    books: dict[tuple[str, int], list[tuple[int, date]]] = {}
    for key, of_year, seq, day in rows:
        books.setdefault((key, of_year), []).append((seq, day))
    counts = {book: len(entries) for book, entries in books.items()}
    assert counts == {
        ("case.PK", 2026): 1,
        ("memorandum", 2026): 3,
        ("memorandum", 2027): 2,
        ("surat", 2026): 2,
        ("surat", 2027): 2,
        ("pk.agreement", 2027): 14,
    }
    for (_key, of_year), entries in books.items():
        assert [seq for seq, _ in entries] == list(range(1, len(entries) + 1))
        days = [day for _, day in entries]
        assert days == sorted(days)
        assert {day.year for day in days} == {of_year}


def parties_are_those_of_the_organisation(session: Session) -> None:
    """The minister alone for the ministry; head and superior for the units."""
    rows = {row.unit_code: row for row in session.scalars(select(Agreement))}
    assert len(rows) == 14
    assert (rows["ksn"].first_title, rows["ksn"].second_title) == ("Menteri Sekretaris Negara", "")
    bogor = rows["istana-bogor"]
    assert bogor.first_title == "Kepala Istana Kepresidenan Bogor"
    assert bogor.second_title == "Kepala Sekretariat Presiden"
    assert rows[LATE].first_signed == date(2027, 1, 11)
