"""Keys and focus: skip link, search, the menu on phones, the next task; rings that are seen."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from portal.testing.browser import PHONE
from tests.browser.stage import Stage

RING = """() => {
  const style = getComputedStyle(document.activeElement);
  return [style.outlineColor, style.outlineStyle, parseFloat(style.outlineWidth),
    document.activeElement.outerHTML.slice(0, 150)];
}"""


@pytest.mark.parametrize("javascript", [True, False])
def test_the_first_stop_skips_to_the_content(person: Callable[..., Page], javascript: bool) -> None:
    page = person("staf-akin-1", javascript=javascript)
    page.goto("/tugas")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Lewati ke isi utama")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_slash_and_control_k_go_to_the_search(person: Callable[..., Page], stage: Stage) -> None:
    number = stage.case().number
    page = person("karo-otlak")
    page.goto("/tugas")
    search = page.get_by_role("searchbox")
    page.keyboard.press("/")
    expect(search).to_be_focused()
    expect(search).to_have_value("")
    page.keyboard.insert_text(number.lower())
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/kasus/{number}")
    page.keyboard.press("Control+k")
    expect(search).to_be_focused()
    # In a field a slash is a slash.
    page.keyboard.type("a/b")
    expect(search).to_have_value("a/b")


def test_j_and_k_walk_through_the_tasks(person: Callable[..., Page], stage: Stage) -> None:
    stage.case(), stage.case()
    page = person("karo-otlak")
    page.goto("/tugas")
    titles = page.locator(".queue-title")
    for key, at in (("j", 0), ("j", 1), ("k", 0)):
        page.keyboard.press(key)
        expect(titles.nth(at)).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: not url.endswith("/tugas"))


@pytest.mark.parametrize("javascript", [True, False])
def test_the_menu_opens_on_a_phone(person: Callable[..., Page], javascript: bool) -> None:
    page = person("karo-otlak", javascript=javascript, size=PHONE)
    page.goto("/tugas")
    entry = page.locator("#menu").get_by_role("link", name="Standar pelayanan")
    expect(entry).not_to_be_visible()
    page.locator(".menu-button").focus()
    page.keyboard.press("Enter")
    expect(entry).to_be_visible()
    entry.click()
    page.wait_for_url("**/standar")


def test_the_theme_that_was_chosen_stays(person: Callable[..., Page]) -> None:
    page = person("karo-otlak")
    page.goto("/tugas")
    page.get_by_role("button", name="Mode gelap").click()
    page.goto("/organisasi")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    expect(page.get_by_role("button", name="Mode gelap")).to_have_attribute("aria-pressed", "true")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/tugas", "/permohonan/baru/pk.yearly", "/organisasi"])
def test_each_stop_of_tab_has_a_ring_of_the_tokens(
    person: Callable[..., Page], theme: str, path: str
) -> None:
    """The tokens' contrast is tested without a browser; here, that each stop wears them."""
    page = person("karo-otlak", color_scheme=theme)
    page.goto(path)
    rings = page.evaluate(
        """() => ['--p-focus', '--p-focus-on-brand'].map(name => {
          const probe = document.body.appendChild(document.createElement('i'));
          probe.style.setProperty('color', `var(${name})`);
          const colour = getComputedStyle(probe).color;
          probe.remove();
          return colour;
        })"""
    )
    stops = 0
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            break
        colour, style, width, what = page.evaluate(RING)
        assert (style, width >= 2) == ("solid", True), what
        assert colour in rings, what
        stops += 1
    assert stops > 10
