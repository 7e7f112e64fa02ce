"""Complaints in the browser: filed, tracked and answered with mouse, keyboard and no scripts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.checks import check_page
from tests.browser.hands import Hands
from tests.browser.stage import Stage

PHONE = (360, 740)
TEXT = "Contoh: surat kami belum dijawab sejak bulan lalu."
STANDARD = "Pengoordinasian Penyusunan Perjanjian Kinerja Kementerian Sekretariat Negara"


def file_one(page: Page, hands: Hands) -> tuple[str, str]:
    """Fill the form in; number and code of the acknowledgement."""
    page.goto("/pengaduan/baru")
    hands.tick(page.get_by_label("Keluhan:"))
    hands.pick(page.get_by_label("Pelayanan", exact=True), STANDARD)
    hands.write(page.get_by_label("Isi", exact=True), TEXT)
    hands.press(page.locator("main").get_by_role("button", name="Sampaikan", exact=True))
    page.wait_for_url("**/pengaduan/tanda-terima")
    return page.locator(".reference").inner_text(), page.locator(".receipt-code dd").inner_text()


@pytest.mark.parametrize("size", [(1366, 900), PHONE], ids=["desk", "phone"])
def test_a_complaint_is_filed_answered_and_tracked(
    person: Callable[..., Page], new_page: Callable[..., Page], hands: Hands, size: tuple[int, int]
) -> None:
    reporter = person("staf-setpres", javascript=hands.javascript, size=size)
    number, code = file_one(reporter, hands)
    if hands.javascript:
        check_page(reporter)

    official = person("karo-otlak", javascript=hands.javascript, size=size)
    official.goto(f"/kasus/{number}")
    expect(official.locator("main")).to_contain_text(TEXT)
    hands.tick(official.get_by_label("Saya tangani sendiri"))
    hands.press(official.get_by_role("button", name="Simpan keputusan"))
    hands.write(official.get_by_label("Jawaban kepada pelapor"), "Contoh jawaban resmi.")
    hands.press(official.get_by_role("button", name="Kirim jawaban"))
    expect(official.locator("main")).to_contain_text("Jawaban terkirim")

    guest = new_page(size=size, javascript=hands.javascript)
    guest.goto("/pengaduan/lacak")
    hands.write(guest.get_by_label("Kode lacak"), code)
    hands.press(guest.get_by_role("button", name="Lihat keadaan"))
    expect(guest.locator("main")).to_contain_text("Contoh jawaban resmi.")
    if hands.javascript:
        check_page(guest)
    hands.write(guest.get_by_label("Keberatan Anda"), "Contoh keberatan.")
    hands.press(guest.get_by_role("button", name="Nyatakan keberatan"))
    expect(guest.locator("main")).to_contain_text("Sedang ditelaah")
    expect(guest.locator("main")).not_to_contain_text(TEXT)


@pytest.mark.parametrize("size", [(1366, 900), PHONE], ids=["desk", "phone"])
def test_forms_with_errors_are_as_good_as_any_page(
    stage: Stage,
    person: Callable[..., Page],
    new_page: Callable[..., Page],
    size: tuple[int, int],
) -> None:
    page = person("staf-setpres", size=size)
    page.goto("/pengaduan/baru")
    page.locator("main").get_by_role("button", name="Sampaikan", exact=True).click()
    expect(page.get_by_role("alert")).to_be_focused()
    check_page(page)
    guest = new_page(size=size)
    guest.goto("/pengaduan/lacak")
    guest.get_by_label("Kode lacak").fill("salah")
    guest.get_by_role("button", name="Lihat keadaan").click()
    expect(guest.get_by_role("alert")).to_contain_text("tidak dikenal")
    check_page(guest)
