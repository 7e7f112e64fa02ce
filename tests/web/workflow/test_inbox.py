"""The inbox: what waits, in order, page by page."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from portal.testing.desk import Desk
from portal.testing.pytest_plugin import FrozenClock
from tests.web.workflow.hands import Login, text


def test_the_inbox_shows_the_overdue_first_in_three_groups(
    desk: Desk, login: Login, frozen_clock: FrozenClock
) -> None:
    def at(day: int, hour: int, minute: int = 0) -> None:
        frozen_clock.set(datetime(2026, 11, day, hour - 7, minute, tzinfo=UTC))

    at(23, 9)
    late = desk.start("letter.new", "karo-otlak", {"hal": "terlambat"})
    at(23, 15)
    desk.start("letter.new", "karo-otlak", {"hal": "besok"})  # its two hours end tomorrow
    today = desk.start("letter.new", "karo-otlak", {"hal": "lagi"})
    at(23, 15, 1)
    free = desk.start("units.new", "karo-otlak")  # ends at the next working day's close
    browser = login("staf-akin-1")
    body = text(browser.get("/tugas"))
    assert body.index("Terlambat") < body.index(late) < body.index("Berikutnya")
    assert body.index("Berikutnya") < body.index(today) < body.index(free)
    assert "Jatuh tempo hari ini" not in body
    at(24, 8)
    browser = login("staf-akin-1")  # the session has ended overnight
    body = text(browser.get("/tugas"))
    assert body.index("Jatuh tempo hari ini") < body.index(today)
    assert late in text(browser.get("/tugas?saring=late"))
    assert free not in text(browser.get("/tugas?saring=late"))


def test_the_inbox_is_ones_own(desk: Desk, login: Login, number: str) -> None:
    assert number in text(login("staf-akin-1").get("/tugas"))
    assert number not in text(login("menteri").get("/tugas"))


@pytest.mark.parametrize(
    "cursor", ["x", "2026-01-01~5", "2026-01-01T00:00:00+00:00~-1", "~", "%00"]
)
def test_a_broken_page_address_is_one_clear_message(desk: Desk, login: Login, cursor: str) -> None:
    browser = login("staf-akin-1")
    for path in ("/tugas", "/permohonan"):
        response = browser.get(path, query_string={"setelah": cursor})
        assert response.status_code == 400
        assert "Alamat halaman ini tidak lengkap" in text(response)


def test_a_long_inbox_goes_on_without_gap_or_double(desk: Desk, login: Login) -> None:
    numbers = {desk.start("letter.new", "karo-otlak", {"hal": str(n)}) for n in range(27)}
    browser = login("staf-akin-1")
    first = text(browser.get("/tugas"))
    address = first.split('href="/tugas?setelah=')[1].split('"')[0]
    second = text(browser.get(f"/tugas?setelah={address}"))
    on_first = {n for n in numbers if f">{n} ·" in first.replace("\n", "") or n in first}
    on_second = {n for n in numbers if n in second}
    assert (len(on_first), len(on_second)) == (25, 2)
    assert on_first | on_second == numbers
