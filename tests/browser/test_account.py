"""One's own account: password, sessions; a session that ends in the middle of a form."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect
from sqlalchemy import delete

from portal.auth.models import LoginSession
from portal.auth.tokens import living
from tests.browser.checks import check_page
from tests.browser.hands import Hands
from tests.browser.stage import PASSWORD, Stage

NEW = "empat kata yang baru sekali"
WHOLE = "Siapkan pengoordinasian penyusunan PK; unit menyampaikan sebelum akhir tahun."
NOT_SHARED = {"mouse": "staf-ahli-1", "keyboard": "staf-ahli-2", "without-javascript": "sesmil"}
"""Whose password no other test needs."""


def test_change_my_password(
    stage: Stage,
    person: Callable[..., Page],
    new_page: Callable[..., Page],
    log_in: Callable[..., None],
    hands: Hands,
) -> None:
    name = NOT_SHARED[hands.name]
    elsewhere = person(name, fresh=True)
    page = person(name, fresh=True, javascript=hands.javascript)
    page.goto("/profil")
    hands.press(page.get_by_role("link", name="Ganti kata sandi"))
    change = page.get_by_role("button", name="Ganti kata sandi")
    for now, new, again, told in (
        ("bukan ini", NEW, NEW, "tidak cocok"),
        (PASSWORD, "pendek", "pendek", "15"),
        (PASSWORD, NEW, NEW + "!", "tidak sama"),
    ):
        hands.write(page.get_by_label("Kata sandi sekarang"), now)
        hands.write(page.get_by_label("Kata sandi baru", exact=True), new)
        hands.write(page.get_by_label("Ulangi kata sandi baru"), again)
        hands.press(change)
        expect(page.get_by_role("alert")).to_contain_text(told)
    if hands.javascript:
        check_page(page)
    hands.write(page.get_by_label("Kata sandi sekarang"), PASSWORD)
    hands.write(page.get_by_label("Kata sandi baru", exact=True), NEW)
    hands.write(page.get_by_label("Ulangi kata sandi baru"), NEW)
    hands.press(change)
    page.wait_for_url("**/profil")
    expect(page.locator("main")).to_contain_text("Kata sandi sudah diganti.")

    elsewhere.goto("/profil")
    expect(elsewhere).to_have_url(f"{stage.url}/masuk?next=/profil")
    log_in(new_page(), name, NEW)


def test_a_session_that_ended_in_the_middle_of_a_form_costs_nothing(
    stage: Stage, person: Callable[..., Page], hands: Hands
) -> None:
    number = stage.case().number
    page = person("karo-otlak", fresh=True, javascript=hands.javascript)
    address = stage.task(number, "1a")
    page.goto(address)
    hands.write(page.get_by_label("Arahan"), WHOLE)
    hands.write(page.get_by_label("Catatan"), "Segera.")
    stage.change(_end_newest("karo-otlak"))
    hands.press(page.locator("#keputusan .form-buttons .btn-primary"))

    page.wait_for_url(re.compile("/masuk"))
    expect(page.locator("main")).to_contain_text("Isian Anda disimpan")
    if hands.javascript:
        check_page(page)
    hands.write(page.get_by_label("Nama pengguna"), "karo-otlak")
    hands.write(page.get_by_label("Kata sandi"), PASSWORD)
    hands.press(page.get_by_role("button", name="Lanjut"))

    page.wait_for_url(re.compile(f"{address}[?]"))
    expect(page.get_by_label("Arahan")).to_have_value(WHOLE)
    expect(page.get_by_label("Catatan")).to_have_value("Segera.")
    hands.press(page.locator("#keputusan .form-buttons .btn-primary"))
    page.wait_for_url("**/selesai")
    assert stage.case_steps(number) == ["1b.I", "1b.II"]


def _end_newest(username: str) -> Callable[..., None]:
    """Delete the session row that was begun last, as if it had never been."""

    def end(session: object) -> None:
        from sqlalchemy import select

        from portal.auth.models import Account

        find = select(Account.person_id).where(Account.username == username)
        rows = living(session, session.scalars(find).one())  # type: ignore[arg-type, attr-defined]
        newest = max(row.id for row in rows)
        session.execute(delete(LoginSession).where(LoginSession.id == newest))  # type: ignore[attr-defined]

    return end


def test_end_my_other_sessions(stage: Stage, person: Callable[..., Page], hands: Hands) -> None:
    page = person("kepala-istana-cipanas", fresh=True, javascript=hands.javascript)
    other = person("kepala-istana-cipanas", fresh=True)
    page.goto("/profil")
    hands.press(page.get_by_role("button", name="Akhiri semua sesi lain"))
    expect(page.locator("main")).to_contain_text("sesi lain diakhiri")
    other.goto("/tugas")
    expect(other).to_have_url(f"{stage.url}/masuk?next=/tugas")
