"""The twelve stages of a whole year as the right officials play them over HTTP.

Who does what, when, and what is sent back; the checks of every act are in ``play.py``.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from plugins.performance_agreement.tests.agreements import PROGRAMME, SHARED, form_of, own_goal
from plugins.performance_agreement.tests.play import MAKASSAR, Play
from plugins.performance_agreement.workflow import UNITS
from portal.testing.client import PortalClient
from portal.testing.world import World

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


def head(unit: str) -> str:
    """The position that heads a unit."""
    return HEADS.get(unit, f"kepala-{unit}")


def analyst(unit: str) -> str:
    """The staff of the Bagian that coordinates a unit."""
    return "staf-akin-1" if unit in FIRST else "staf-akin-2"


def second_party(unit: str) -> str:
    """The position above the head of a unit."""
    return "kasetpres" if unit in PALACES else "menteri"


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
    by_hand = sent | {"csrf_token": year.token("kabag-akin-1"), "form_key": "bukan-karo"}
    assert year.browser("kabag-akin-1").post(page, data=by_hand).status_code == 403
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
