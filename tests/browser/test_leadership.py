"""A letter on a phone: registered, directed, sorted, and its meeting planned into the agenda."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from portal.testing.browser import DESKTOP, PHONE
from tests.browser.checks import check_page
from tests.browser.hands import Hands

SUBJECT = "Contoh: permohonan audiensi asosiasi arsiparis"


def _main(page: Page) -> Locator:
    return page.locator("main")


def _next_task(page: Page, hands: Hands, number: str) -> None:
    """From the case to the task that waits there for this person."""
    page.goto(f"/kasus/{number}")
    hands.press(page.locator("#tindakan").get_by_role("link").first)
    page.wait_for_url("**/tugas/*")


def _field(page: Page, name: str) -> Locator:
    return page.locator(f"main [name={name}]")


def _choose(page: Page, hands: Hands, name: str, label: str) -> None:
    """From a list or, when there are few, from radio buttons or boxes."""
    if page.locator(f"main select[name={name}]").count():
        hands.pick(_field(page, name), label)
    else:
        hands.tick(page.locator("main").get_by_label(label))


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
def test_a_letter_is_registered_directed_and_its_meeting_planned(
    person: Callable[..., Page], hands: Hands, size: tuple[int, int]
) -> None:
    clerk = person("staf-tu-menteri", javascript=hands.javascript, size=size)
    clerk.goto("/permohonan/baru/leadership.letter")
    hands.press(_main(clerk).get_by_role("button", name="Mulai"))
    expect(clerk.get_by_role("alert")).to_contain_text("Nomor surat")
    _choose(clerk, hands, "pimpinan", "Menteri Sekretaris Negara")
    hands.write(_field(clerk, "asal"), "Asosiasi arsiparis (contoh)")
    hands.write(_field(clerk, "nomor"), "7/AA/XI/2026")
    hands.write(_field(clerk, "tanggal"), "2026-11-20")
    hands.write(_field(clerk, "diterima"), "2026-11-23T08:30")
    hands.write(_field(clerk, "hal"), SUBJECT)
    _choose(clerk, hands, "keamanan", "Biasa (B)")
    hands.press(_main(clerk).get_by_role("button", name="Mulai"))
    clerk.wait_for_url(lambda url: "/baru/" not in url)
    number = clerk.url.rpartition("/")[2].partition("?")[0]
    _next_task(clerk, hands, number)
    _choose(clerk, hands, "jenis", "Permohonan audiensi atau acara rapat")
    hands.press(_main(clerk).locator(".btn-primary").last)
    clerk.wait_for_url("**/selesai")
    clerk.goto("/layanan/leadership-service/surat")
    expect(_main(clerk)).to_contain_text(SUBJECT)

    leader = person("menteri", javascript=hands.javascript, size=size)
    _next_task(leader, hands, number)
    hands.write(_field(leader, "arahan"), "Setuju, satu jam.")
    _choose(leader, hands, "sifat", "Segera")
    hands.press(leader.get_by_role("button", name="Berikan arahan"))
    leader.wait_for_url("**/selesai")

    head = person("kasubbag-tu-menteri", javascript=hands.javascript, size=size)
    _next_task(head, hands, number)
    expect(_main(head)).to_contain_text("Setuju, satu jam.")
    _choose(head, hands, "jenis", "b. Audiensi atau acara rapat: disetujui")
    hands.press(_main(head).locator(".btn-primary").last)
    head.wait_for_url("**/selesai")

    _next_task(head, hands, number)
    hands.write(_field(head, "judul"), SUBJECT)
    hands.write(_field(head, "mulai"), "2026-11-26T15:00")
    hands.write(_field(head, "selesai"), "2026-11-26T14:00")
    hands.write(_field(head, "tempat"), "Ruang rapat utama")
    _choose(head, hands, "prioritas", "Sedang")
    _choose(head, hands, "urgensi", "Terjadwal")
    plan = head.get_by_role("button", name="Masukkan ke agenda pimpinan")
    hands.press(plan)
    expect(head.get_by_role("alert")).to_be_visible()  # it ends before it begins
    if hands.javascript:
        check_page(head)
    hands.write(_field(head, "selesai"), "2026-11-26T16:00")
    hands.press(head.get_by_role("button", name="Masukkan ke agenda pimpinan"))
    head.wait_for_url("**/selesai")
    head.goto("/layanan/leadership-service/agenda?tanggal=2026-11-26")
    expect(_main(head)).to_contain_text(SUBJECT)
