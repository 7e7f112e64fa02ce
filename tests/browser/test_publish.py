"""The decision to publish, and reading the frozen page."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.checks import check_page
from tests.browser.hands import Hands
from tests.browser.stage import Stage, agreed


def test_decide_to_publish_and_read_the_public_page(
    stage: Stage, person: Callable[..., Page], new_page: Callable[..., Page], hands: Hands
) -> None:
    play = stage.case(agreed, days=60)
    page = person("karo-otlak", javascript=hands.javascript)
    page.goto(f"/kasus/{play.number}")
    hands.press(page.locator("#tindakan").get_by_role("link").first)
    permission = page.get_by_label("Dokumen boleh diterbitkan untuk umum")
    hands.press(page.get_by_role("button", name="Terbitkan"))
    expect(page.get_by_role("alert")).to_be_visible()
    hands.tick(permission)
    hands.press(page.get_by_role("button", name="Terbitkan"))
    page.wait_for_url("**/selesai")
    stage.work()

    reader = new_page(javascript=hands.javascript)
    reader.goto(f"{stage.site}/")
    hands.press(reader.get_by_role("link", name=str(play.year), exact=True).first)
    expect(reader.locator("main table tbody tr")).to_have_count(14)
    hands.press(reader.get_by_role("link", name="Sekretariat Presiden", exact=True).first)
    expect(reader.get_by_role("heading", level=1)).to_contain_text("Sekretariat Presiden")
    expect(reader.locator("main")).to_contain_text("Persentase dukungan acara")
    if hands.javascript:
        check_page(reader)


def test_search_on_the_public_page(stage: Stage, new_page: Callable[..., Page]) -> None:
    page = new_page()
    page.goto(f"{stage.site}/")
    page.get_by_label("Kata kunci").fill("istana bogor")
    page.get_by_label("Tahun", exact=True).select_option("2026")
    expect(page.locator("#hasil")).to_have_text("1 dokumen cocok")
    page.get_by_label("Kata kunci").fill("tidak ada yang bernama begini")
    expect(page.locator("#kosong")).to_be_visible()
    check_page(page)
