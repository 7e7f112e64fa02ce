"""Beginning the yearly case: what is missing or wrong is said, and a second click does nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from portal.workflow.models import Case
from tests.browser.checks import check_page
from tests.browser.hands import Hands
from tests.browser.stage import Stage

YEAR = "Tahun Perjanjian Kinerja"
NEED = "Ada arahan pimpinan"
"""The requirement of clause C that the requester says is met."""


def test_start_the_yearly_case(stage: Stage, person: Callable[..., Page], hands: Hands) -> None:
    page = person("karo-otlak", javascript=hands.javascript)
    page.goto("/tugas")
    hands.press(page.locator("main").get_by_role("link", name="Ajukan permohonan"))
    hands.press(page.get_by_role("link", name="Penyusunan PK tahunan"))

    start = page.locator("main").get_by_role("button", name="Mulai")
    for wrong in ("", "dua ribu", "2027.5", "1999"):
        hands.write(page.get_by_label(YEAR), wrong)
        hands.press(start)
        expect(page.get_by_role("alert")).to_contain_text(YEAR)
        expect(page.get_by_label(YEAR)).to_have_value(wrong)

    hands.write(page.get_by_label(YEAR), str(stage.year()))
    hands.press(start)
    expect(page.get_by_role("alert")).to_contain_text(NEED)
    hands.tick(page.get_by_label(NEED))
    hands.press(start)
    page.wait_for_url("**/permohonan/diterima/PK-*")
    expect(page.locator("main")).to_contain_text("dimulai")
    hands.press(page.locator("main").get_by_role("link", name="Lihat kasus"))
    expect(page.locator("#tindakan").get_by_role("link", name="Kerjakan")).to_be_visible()


def test_the_form_with_an_error_is_as_good_as_any_page(person: Callable[..., Page]) -> None:
    page = person("karo-otlak")
    page.goto("/permohonan/baru/pk.yearly")
    page.locator("main").get_by_role("button", name="Mulai").click()
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page).to_have_title("Galat: Penyusunan PK tahunan – Portal Layanan")
    page.get_by_role("alert").locator('a[href="#tahun"]').click()
    expect(page.get_by_label(YEAR)).to_be_focused()
    check_page(page)


@pytest.mark.parametrize("javascript", [True, False])
def test_a_second_click_starts_no_second_case(
    stage: Stage, person: Callable[..., Page], javascript: bool
) -> None:
    def count(session: Any) -> int:
        return int(session.scalar(select(func.count()).where(Case.parent_id.is_(None))))

    page = person("karo-otlak", javascript=javascript)
    page.goto("/permohonan/baru/pk.yearly")
    page.get_by_label(YEAR).fill(str(stage.year()))
    page.get_by_label(NEED).check()
    before = stage.ask(count)
    page.locator("main").get_by_role("button", name="Mulai").dblclick()
    page.wait_for_url("**/permohonan/diterima/PK-*")
    assert stage.ask(count) == before + 1


def test_a_year_that_already_runs_is_refused_and_what_was_typed_stays(
    stage: Stage, person: Callable[..., Page]
) -> None:
    year = stage.case().year
    page = person("karo-otlak")
    page.goto("/permohonan/baru/pk.yearly")
    page.get_by_label(YEAR).fill(str(year))
    page.get_by_label(NEED).check()
    page.locator("main").get_by_role("button", name="Mulai").click()
    expect(page.get_by_role("alert")).to_contain_text(str(year))
    expect(page.get_by_label(YEAR)).to_have_value(str(year))
