"""Logging in and out in a real browser, with the keyboard, with and without JavaScript."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from portal.testing.browser import PHONE


def test_a_person_logs_in_by_keyboard_and_out_again(page: Page) -> None:
    page.goto("/masuk")
    page.locator("input[name=username]").focus()
    page.keyboard.type("karo-otlak")
    page.keyboard.press("Tab")
    page.keyboard.type("kata sandi uji portal")
    page.keyboard.press("Enter")
    page.wait_for_url("**/tugas")
    expect(page.locator("h1")).to_have_count(1)


def test_a_person_logs_in_without_javascript(
    new_page: Callable[..., Page], log_in: Callable[..., None]
) -> None:
    page = new_page(javascript=False)
    log_in(page, "kabag-akin-1")
    expect(page.locator("h1")).to_have_count(1)


@pytest.mark.parametrize("width", [1366, 360])
def test_the_log_in_page_is_accessible_and_does_not_scroll_sideways(
    new_page: Callable[..., Page], axe: Callable[[Page], None], width: int
) -> None:
    page = new_page(size=(width, PHONE[1]))
    page.goto("/masuk")
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
