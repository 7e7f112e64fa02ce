"""The unit's agreement: rows inside rows, added and removed; its errors; its signature."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.browser.checks import check_page
from tests.browser.hands import Hands
from tests.browser.stage import Play, Stage

OBJECTIVE = "Meningkatnya dukungan kepada Presiden (contoh)"
INDICATORS = ("Acara yang terlaksana sesuai rencana", "Surat yang dijawab tepat waktu")
SECOND = "Meningkatnya akuntabilitas kinerja (contoh)"
PROGRAMMES = (("Dukungan Manajemen (contoh)", "1.250.000.000"), ("Dukungan Acara (contoh)", "750"))


def _requested(play: Play) -> None:
    play.direct()
    play.request()
    play.receive()


def _objective(page: Page, number: int) -> Locator:
    return _row(page.locator("[data-rows='isi-objectives']"), number)


def _row(rows: Locator, number: int) -> Locator:
    return rows.locator("> [data-row-box] > [data-row]").nth(number - 1)


def _indicator(objective: Locator, number: int) -> Locator:
    return _row(objective.locator("[data-rows$='-indicators']"), number)


def _fill(hands: Hands, indicator: Locator, text: str, target: str) -> None:
    hands.write(indicator.locator("textarea"), text)
    hands.write(indicator.locator("[name$='-target']"), target)
    hands.write(indicator.locator("[name$='-unit']"), "persen")


def test_fill_in_the_agreement_of_a_unit_and_sign_it(
    stage: Stage, person: Callable[..., Page], hands: Hands
) -> None:
    lane = stage.case(_requested).units["setpres"]
    page = person("staf-setpres", javascript=hands.javascript)
    page.goto(stage.task(lane, "4"))
    send = page.get_by_role("button", name="Sampaikan kepada pimpinan")

    first = _objective(page, 1)
    hands.write(first.locator("textarea").first, OBJECTIVE)
    _fill(hands, _indicator(first, 1), INDICATORS[0], "87.5")
    hands.press(first.get_by_role("button", name="Tambah indikator"))
    hands.press(first.get_by_role("button", name="Tambah indikator"))
    _fill(hands, _indicator(first, 2), "Indikator yang dibuang lagi", "1")
    _fill(hands, _indicator(first, 3), INDICATORS[1], "BB")
    hands.press(first.get_by_role("button", name="Hapus Indikator 2"))
    expect(first.locator("[name$='-target']")).to_have_count(2)
    expect(_indicator(first, 2).locator("textarea")).to_have_value(INDICATORS[1])

    hands.press(page.get_by_role("button", name="Tambah sasaran"))
    second = _objective(page, 2)
    hands.write(second.locator("textarea").first, SECOND)
    _fill(hands, _indicator(second, 1), "Nilai evaluasi", "90")

    hands.press(page.get_by_role("button", name="Tambah program"))
    for number, (name, budget) in enumerate(PROGRAMMES, 1):
        programme = _row(page.locator("[data-rows='isi-programmes']"), number)
        hands.write(programme.locator("[name$='-name']"), name)
        hands.write(programme.locator("[name$='-budget']"), budget)
    hands.write(page.locator("[name='isi-total']"), "1.250.000.000")

    # A decimal point and a total that is not the sum: both are said, nothing is lost.
    hands.press(send)
    summary = page.get_by_role("alert")
    expect(summary).to_contain_text("koma")
    expect(summary).to_contain_text("Rp1.250.000.750")
    expect(_objective(page, 1).locator("textarea").first).to_have_value(OBJECTIVE)
    hands.write(_indicator(_objective(page, 1), 1).locator("[name$='-target']"), "87,5")
    hands.write(page.locator("[name='isi-total']"), "1.250.000.750")
    hands.press(page.get_by_role("button", name="Sampaikan kepada pimpinan"))
    page.wait_for_url("**/selesai")

    head = person("kasetpres", javascript=hands.javascript)
    head.goto("/tugas")
    hands.press(head.locator(".queue > li", has_text=lane).locator(".queue-title"))
    for text in (OBJECTIVE, *INDICATORS, SECOND, "87,5", "BB", "1.250.000.750"):
        expect(head.locator("main")).to_contain_text(text)
    expect(head.locator("main")).not_to_contain_text("Indikator yang dibuang lagi")
    hands.tick(head.get_by_label("Setujui dan tandatangani"))
    hands.press(head.get_by_role("button", name="Kirim keputusan"))
    head.wait_for_url("**/selesai")


def test_the_form_with_errors_in_nested_rows_is_as_good_as_any_page(
    stage: Stage, person: Callable[..., Page]
) -> None:
    lane = stage.case(_requested).units["istana-bogor"]
    for width in (1366, 360):
        page = person("staf-istana-bogor", size=(width, 800))
        page.goto(stage.task(lane, "4"))
        page.get_by_role("button", name="Tambah sasaran").click()
        page.get_by_role("button", name="Sampaikan kepada pimpinan").click()
        link = page.get_by_role("alert").get_by_role("link", name="Sasaran 2").first
        expect(link).to_be_visible()
        check_page(page)
        link.click()
        expect(_objective(page, 2).locator("textarea").first).to_be_focused()


def test_a_draft_is_kept_and_comes_back(
    stage: Stage, person: Callable[..., Page], hands: Hands
) -> None:
    lane = stage.case(_requested).units["setmil"]
    page = person("staf-setmil", javascript=hands.javascript)
    address = stage.task(lane, "4")
    page.goto(address)
    hands.write(_objective(page, 1).locator("textarea").first, OBJECTIVE)
    hands.press(page.get_by_role("button", name="Simpan draf"))
    expect(page.locator("main")).to_contain_text("Draf tersimpan")
    page.goto("/tugas")
    page.goto(address)
    expect(_objective(page, 1).locator("textarea").first).to_have_value(OBJECTIVE)
