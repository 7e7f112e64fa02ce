"""Looking somebody up in the organisation."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.hands import Hands


def test_find_a_unit_and_who_holds_what(person: Callable[..., Page], hands: Hands) -> None:
    page = person("staf-setpres", javascript=hands.javascript)
    page.goto("/tugas")
    hands.press(page.get_by_role("link", name="Organisasi"))
    hands.write(page.get_by_label("Unit, jabatan, atau orang"), "pelaporan kinerja II")
    hands.press(page.locator("main").get_by_role("button", name="Tampilkan"))
    unit = "Subbagian Perencanaan dan Pelaporan Kinerja II"
    hands.press(page.locator("#units").get_by_role("link", name=unit))
    expect(page.get_by_role("heading", level=1)).to_contain_text(unit)
    expect(page.locator("main")).to_contain_text(f"Kepala {unit}")


def test_unfold_the_tree(person: Callable[..., Page], hands: Hands) -> None:
    page = person("menteri", javascript=hands.javascript)
    page.goto("/organisasi")
    below = page.get_by_role("link", name="Biro Organisasi, Tata Laksana")
    expect(below).not_to_be_visible()
    hands.press(
        page.locator("summary", has_text="Unit di bawah Deputi Bidang Administrasi Aparatur")
    )
    expect(below).to_be_visible()
