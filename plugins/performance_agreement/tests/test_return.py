"""Returning work over HTTP from a step that has one place only to return it to."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask import Flask

from plugins.performance_agreement.letters import REQUEST, proposed
from portal.api import Player
from portal.testing.client import PortalClient
from portal.testing.pytest_plugin import FrozenClock
from portal.testing.world import World


@pytest.fixture
def plugins() -> tuple[str, ...]:
    return ("performance_agreement",)


@pytest.fixture
def checker(
    app: Flask, world: World, frozen_clock: FrozenClock, login: Callable[[str], PortalClient]
) -> PortalClient:
    """The browser of the official at whom step 2b.I waits; it can return to 2a.I only."""
    frozen_clock.set(datetime(2026, 9, 1, 3, tzinfo=UTC))
    player = Player()
    number = player.start("pk.yearly", {"tahun": 2027, "dipa": None}, "karo-otlak")
    player.act(number, "1a", record={"arahan": "Siapkan."})
    for n in ("I", "II"):
        player.act(number, f"1b.{n}", record={"penugasan": "Laksanakan."})
    player.act(number, "2a.I", record=proposed(REQUEST))
    return login("kasubbag-ppk-1")


def task_page(browser: PortalClient) -> str:
    page = browser.get("/tugas").get_data(as_text=True)
    return re.findall(r'href="(/kasus/[^/"]+/tugas/\d+)"', page)[0]


def test_the_one_target_needs_no_tick(checker: PortalClient) -> None:
    page = task_page(checker)
    sent = {"outcome": "return", "note": "Perbaiki tujuan surat.", "targets": None}
    assert checker.submit(page, sent).status_code == 303
    case = checker.get(page.partition("/tugas/")[0]).get_data(as_text=True)
    assert "Perbaiki tujuan surat." in case


def test_a_return_without_a_reason_is_refused_with_the_reason_why(checker: PortalClient) -> None:
    answer = checker.submit(task_page(checker), {"outcome": "return", "note": "", "targets": None})
    assert answer.status_code == 400
    assert "Tulis alasan pengembalian." in answer.get_data(as_text=True)
