"""Beside the steps: claim, hand over, withdraw, suspend; the administrator moves a stuck task."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.hands import Hands
from tests.browser.stage import Stage, drafted

REASON = "Sedang dinas luar sampai akhir pekan."
ONE = "Kepala Subbagian Perencanaan dan Pelaporan Kinerja I"
OTHER = "Kepala Subbagian Pemantauan, Penilaian, dan Evaluasi Kinerja I"


def test_claim_a_shared_task_and_hand_it_over(
    stage: Stage, person: Callable[..., Page], hands: Hands
) -> None:
    number = stage.case(drafted).number
    address = stage.task(number, "2b.I")
    mine = person("kasubbag-ppk-1", javascript=hands.javascript)
    theirs = person("kasubbag-ppe-1", javascript=hands.javascript)

    mine.goto(address)
    hands.press(mine.get_by_role("button", name="Ambil tugas ini"))
    expect(mine.locator("main")).to_contain_text("Tugas ini Anda kerjakan.")
    theirs.goto("/tugas")
    row = theirs.locator(".queue > li", has_text=number)
    expect(row).to_contain_text(f"Diambil {ONE}")
    hands.press(row.locator(".queue-title"))
    expect(theirs.locator("#tindakan")).to_contain_text(f"sedang dikerjakan {ONE}")
    expect(theirs.locator("#tindakan").get_by_role("link", name="Periksa")).to_have_count(0)

    hands.press(mine.get_by_role("link", name="Serahkan"))
    hands.press(mine.get_by_role("button", name="Serahkan"))
    expect(mine.get_by_role("alert")).to_contain_text("Alasan")
    chosen = mine.get_by_label("Diserahkan kepada")
    label = chosen.locator("option", has_text=OTHER).inner_text()
    hands.pick(chosen, label)
    hands.write(mine.get_by_label("Alasan"), REASON)
    hands.press(mine.get_by_role("button", name="Serahkan"))
    mine.wait_for_url("**/kasus/PK-*")
    expect(mine.locator("main")).to_contain_text("Tugas diserahkan.")

    theirs.goto(address)
    expect(theirs.locator("main")).to_contain_text("Tugas ini Anda kerjakan.")


def test_withdraw_what_nobody_has_opened_yet(
    stage: Stage, person: Callable[..., Page], hands: Hands
) -> None:
    number = stage.case(lambda play: play.act("1a", record={"arahan": "Siapkan."})).number
    page = person("karo-otlak", javascript=hands.javascript)
    page.goto(f"/kasus/{number}")
    hands.press(page.get_by_role("link", name="Tarik kembali"))
    hands.write(page.get_by_label("Alasan"), "Arahannya belum lengkap.")
    hands.press(page.get_by_role("button", name="Tarik kembali"))
    page.wait_for_url(f"**/kasus/{number}")
    expect(page.locator("main")).to_contain_text("ditarik kembali")
    assert stage.case_steps(number) == ["1a"]


def test_what_the_next_official_has_opened_is_not_withdrawn(
    stage: Stage, person: Callable[..., Page]
) -> None:
    number = stage.case(lambda play: play.act("1a", record={"arahan": "Siapkan."})).number
    page = person("karo-otlak")
    page.goto(f"/kasus/{number}")
    page.get_by_role("link", name="Tarik kembali").click()
    person("kabag-akin-1").goto(stage.task(number, "1b.I"))
    page.get_by_label("Alasan").fill("Arahannya belum lengkap.")
    page.get_by_role("button", name="Tarik kembali").click()
    expect(page.locator("main")).to_contain_text("Pejabat berikutnya sudah membukanya")


def test_suspend_and_resume_a_case(stage: Stage, person: Callable[..., Page], hands: Hands) -> None:
    number = stage.case(drafted).number
    page = person("karo-otlak", javascript=hands.javascript)
    for act, told in (("Tunda kasus", "ditunda"), ("Lanjutkan kasus", "dilanjutkan")):
        page.goto(f"/kasus/{number}")
        hands.press(page.get_by_role("link", name=act))
        hands.write(page.get_by_label("Alasan"), "Menunggu Rencana Strategis.")
        hands.press(page.get_by_role("button", name=act))
        page.wait_for_url(f"**/kasus/{number}")
        expect(page.locator("main")).to_contain_text(f"Kasus {told}")


def test_the_administrator_moves_a_stuck_task_without_reading_the_case(
    stage: Stage, person: Callable[..., Page], hands: Hands
) -> None:
    play = stage.case(drafted)
    page = person("admin", javascript=hands.javascript)
    page.goto("/sistem")
    hands.press(page.locator("main").get_by_role("link", name="Kasus Memindahkan"))
    hands.write(page.get_by_label("Nomor kasus", exact=True), play.number)
    hands.press(page.locator("main").get_by_role("button", name="Cari"))
    hands.press(page.get_by_role("link", name=f"Pindahkan {play.number} 2b.I"))
    expect(page.locator("main")).not_to_contain_text(f"Tahun {play.year}")

    hands.pick(page.get_by_label("Kembali ke langkah"), "2a.I")
    hands.write(page.get_by_label("Alasan"), "Jabatannya lowong.")
    hands.press(page.get_by_role("button", name="Pindahkan"))
    page.wait_for_url(re.compile("/sistem/kasus[?]nomor="))
    expect(page.locator("main")).to_contain_text("Tugas dipindahkan")
    assert "2a.I" in stage.case_steps(play.number)

    page.goto(f"/kasus/{play.number}")
    expect(page.get_by_role("heading", level=1)).to_contain_text("tidak ditemukan")
