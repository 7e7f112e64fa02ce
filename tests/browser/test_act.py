"""From the inbox to the confirmation: doing a step, sending it back, being overtaken."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.hands import Hands
from tests.browser.stage import PASSWORD, Stage, drafted

REASON = "Tujuan surat Bagian II belum lengkap."


def test_log_in_open_the_task_act_and_read_the_confirmation(
    stage: Stage,
    new_page: Callable[..., Page],
    hands: Hands,
) -> None:
    number = stage.case().number
    page = new_page(javascript=hands.javascript)

    page.goto("/")
    hands.write(page.get_by_label("Nama pengguna"), "karo-otlak")
    hands.write(page.get_by_label("Kata sandi"), PASSWORD)
    hands.press(page.get_by_role("button", name="Lanjut"))
    page.wait_for_url("**/tugas")
    hands.press(page.get_by_role("link", name=re.compile(f"^Kerjakan {number}")))
    hands.write(page.get_by_label("Arahan"), "Siapkan pengoordinasian penyusunan PK.")
    hands.press(page.locator("main form .form-buttons .btn-primary"))

    page.wait_for_url("**/selesai")
    expect(page.get_by_role("heading", level=1)).to_have_text("Keputusan Anda tercatat")
    expect(page.locator("main")).to_contain_text(number)
    # Who has it now, in both Bagian, and until when.
    for n in ("I", "II"):
        expect(page.locator(".next-steps")).to_contain_text(f"Akuntabilitas Kinerja {n}")
    expect(page.locator(".next-steps")).to_contain_text("WIB")
    hands.press(page.get_by_role("link", name="Lihat kasus"))
    expect(page.locator("#langkah")).to_contain_text("Menugaskan Kepala Subbagian")
    expect(page.locator("#tindakan").get_by_role("link", name="Kerjakan")).to_have_count(0)


def test_send_back_with_a_reason_to_the_chosen_step_only(
    stage: Stage, person: Callable[..., Page], hands: Hands
) -> None:
    play = stage.case(lambda case: (case.direct(), case.drafts()))
    page = person("karo-otlak", javascript=hands.javascript)

    page.goto(stage.task(play.number, "2d"))
    hands.tick(page.get_by_label("Kembalikan untuk perbaikan"))
    hands.press(page.get_by_role("button", name="Kirim keputusan"))
    # Both are missing; the summary says so and links there, and what was chosen stays.
    summary = page.get_by_role("alert")
    expect(summary).to_contain_text("Tulis alasan pengembalian.")
    expect(summary).to_contain_text("Pilih paling sedikit satu tujuan pengembalian.")
    expect(summary).to_be_focused()
    expect(page.get_by_label("Kembalikan untuk perbaikan")).to_be_checked()

    hands.tick(page.get_by_label("Langkah 2a.II"))
    hands.write(page.get_by_label("Catatan"), REASON)
    hands.press(page.get_by_role("button", name="Kirim keputusan"))

    page.wait_for_url("**/selesai")
    expect(page.get_by_role("heading", level=1)).to_contain_text("dikembalikan")
    assert stage.case_steps(play.number) == ["2a.II"]

    other = person("staf-akin-2", javascript=hands.javascript)
    other.goto("/tugas")
    row = other.locator(".queue > li", has_text=play.number)
    expect(row).to_contain_text("Dikembalikan")
    hands.press(row.locator(".queue-title"))
    expect(other.locator("main")).to_contain_text(REASON)


def test_the_second_of_two_officers_sees_who_was_first(
    stage: Stage,
    person: Callable[..., Page],
    axe: Callable[[Page], None],
) -> None:
    play = stage.case(drafted)
    address = stage.task(play.number, "2b.I")
    first, second = person("kasubbag-ppk-1"), person("kasubbag-ppe-1")
    first.goto(address)
    second.goto(address)
    second.get_by_label("Catatan").fill("Konsep sudah saya baca.")
    for page in (first, second):
        page.get_by_label("Setuju").check()
        page.get_by_role("button", name="Kirim keputusan").click()

    first.wait_for_url("**/selesai")
    conflict = second.locator("main")
    expect(conflict).to_contain_text("Kepala Subbagian Perencanaan dan Pelaporan Kinerja I")
    expect(conflict).to_contain_text("Konsep sudah saya baca.")
    axe(second)
