"""Delegating for two weeks on a phone: given, seen by both sides, ended."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from portal.testing.browser import PHONE
from tests.browser.hands import Hands

GIVER, RECEIVER = "karo-tu", "kabag-protokol-tup"


def test_delegate_for_two_weeks_and_take_it_back(person: Callable[..., Page], hands: Hands) -> None:
    page = person(GIVER, javascript=hands.javascript, size=PHONE)
    other = person(RECEIVER, javascript=hands.javascript, size=PHONE)

    page.goto("/profil")
    hands.press(page.get_by_role("link", name="Pelimpahan tugas"))
    hands.press(page.get_by_role("link", name="Limpahkan tugas"))
    hands.press(page.locator("#give .btn-primary"))
    # What is missing is said, with links to the fields.
    expect(page.get_by_role("alert")).to_contain_text("Pilih orangnya")
    expect(page.get_by_role("alert")).to_contain_text("Alasan: Isian ini wajib diisi.")

    receiver = page.get_by_label("Dilimpahkan kepada")
    name = receiver.locator("option", has_text="Kepala Bagian Protokol").inner_text().strip()
    hands.pick(receiver, name)
    expect(page.get_by_label("Hari terakhir")).to_have_value("2026-12-06")  # two weeks
    hands.write(page.get_by_label("Alasan"), "Cuti tahunan, surat izin 12/2026")
    hands.press(page.locator("#give .btn-primary"))

    page.wait_for_url("**/profil/delegasi")
    expect(page.locator("#given")).to_contain_text("23 November 2026 – 6 Desember 2026")
    expect(page.locator("#given")).to_contain_text("Berlaku")
    other.goto("/profil/delegasi")
    expect(other.locator("#received")).to_contain_text("23 November 2026 – 6 Desember 2026")
    other.goto("/profil")
    expect(other.locator("#positions")).to_contain_text("a.n.")

    hands.press(page.locator("#given").get_by_role("link", name="Akhiri"))
    page.wait_for_url("**/akhiri")
    hands.press(page.get_by_role("button", name="Akhiri pelimpahan"))
    page.wait_for_url("**/profil/delegasi")
    expect(page.locator("#given")).not_to_contain_text("Berlaku")
    other.reload()
    expect(other.locator("#positions")).not_to_contain_text("a.n.")
