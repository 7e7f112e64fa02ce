"""The checks of every page can fail; and the README's pictures can be taken."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.checks import check_page
from tests.browser.screenshots import LARGEST, PICTURES, SIZES, take
from tests.browser.stage import Stage

GOOD = """<!doctype html><html lang="id" data-bs-theme="light"><head><title>Contoh</title><style>
  body { background: #ffffff; color: #1b2733; }
  [data-bs-theme=dark] body { background: #10161e; color: #e3e8ee; }
</style></head><body><main><h1>Contoh</h1>%s</main></body></html>"""

BAD = {
    "scrolls sideways": '<p style="width: 3000px">Panjang</p>',
    "2 h1": "<h1>Satu lagi</h1>",
    "ids used twice": '<p id="a">Satu</p><p id="a">Dua</p>',
    "not Indonesian: 'This field'": "<p>This field wajib diisi.</p>",
    "not Indonesian: 'search'": '<p><button aria-label="search"></button></p>',
    "axe, light: image-alt": '<p><img src="data:image/gif;base64,R0lGODlhAQABAAAAACw="></p>',
    "axe, light: color-contrast": '<p style="color: #dddddd">Pudar</p>',
    "axe, dark: color-contrast": '<p style="color: #333333">Gelap</p>',
}


def test_a_good_page_passes(new_page: Callable[..., Page]) -> None:
    page = new_page()
    page.set_content(GOOD % '<p lang="en">Not found</p>')
    check_page(page)


@pytest.mark.parametrize("fault", BAD)
def test_a_fault_is_found_and_named(new_page: Callable[..., Page], fault: str) -> None:
    page = new_page()
    page.set_content(GOOD % BAD[fault])
    with pytest.raises(AssertionError) as caught:
        check_page(page)
    assert fault in str(caught.value)


def test_another_language_is_found(new_page: Callable[..., Page]) -> None:
    page = new_page()
    page.set_content((GOOD % "").replace('lang="id"', 'lang="en"'))
    with pytest.raises(AssertionError, match="lang is 'en'"):
        check_page(page)


def test_the_pictures_of_the_readme_are_small_enough(
    stage: Stage, browser: Browser, tmp_path: Path
) -> None:
    made = take(stage, browser, tmp_path)
    assert len(made) == len(PICTURES) * len(SIZES)
    assert all(path.stat().st_size <= LARGEST for path in made)
