"""The requester's pages: what one may ask for, what is missing, the receipt, taking back."""

from __future__ import annotations

from collections.abc import Callable
from html import unescape

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.testing.client import PortalClient
from portal.testing.databases import Seed
from portal.testing.desk import Desk, SampleHost
from portal.testing.pytest_plugin import FrozenClock
from portal.testing.workflows import LETTER, plant_units
from portal.testing.world import World, plant
from portal.workflow.actors_text import actor_title
from portal.workflow.definition import Start, Workflow, choice, parallel, stage, task
from portal.workflow.fields import Letter, Select, Text
from portal.workflow.promise import promise_of

Login = Callable[[str], PortalClient]
ROOM = Workflow(
    "room", "Peminjaman ruang", number="RNG", roles=LETTER.roles,
    starts=(
        Start("new", "Pinjam ruang", "Ruang: {hal}", help="Untuk rapat.",
              record=(Text("hal", "Keperluan"), Text("jumlah", "Jumlah peserta")),
              needs=("Rapat dinas.", "Diketahui atasan."), requires=("not-sunday", "short")),
    ),
    steps=(
        stage("1", "Pemeriksaan", task("1", "Memeriksa", by="staff_1", record=[
            Select("hasil", "Hasil", choices=(("ya", "Ada"), ("tidak", "Penuh"))),
        ]), limit="30 menit"),
        choice("2", on="1.hasil", branches={
            "ya": [stage("2a", "Persiapan", task("2a", "Menyiapkan", by="staff_1",
                         record=[Letter("surat", "Surat izin")], output="Surat izin"),
                         limit="2 hari")],
            "tidak": [],
        }),
    ),
)  # fmt: skip


@pytest.fixture
def seeds() -> tuple[Seed, ...]:
    return (plant, plant_units)


@pytest.fixture
def desk(app: Flask, world: World, frozen_clock: FrozenClock) -> Desk:
    checks = {
        "not-sunday": lambda s, data, a: "Bukan hari Minggu." if data["hal"] == "Minggu" else None,
        "short": lambda s, data, a: "Terlalu banyak." if data["jumlah"] == "999" else None,
    }
    SampleHost(ROOM, checks=checks).install(app)
    return Desk(world)


def text(response: TestResponse) -> str:
    return unescape(response.get_data(as_text=True))


NEW = "/permohonan/baru/room.new"
FILLED = {"hal": "Rapat", "jumlah": "9", "syarat_0": "y", "syarat_1": "y"}


def test_the_list_says_what_it_needs_and_how_long_it_takes(desk: Desk, login: Login) -> None:
    page = text(login("staf-setpres").get("/permohonan/baru"))
    for words in ("Pinjam ruang", "Untuk rapat.", "Rapat dinas.", "Diketahui atasan.",
                  "30 menit sampai 2 hari kerja 30 menit"):  # fmt: skip
        assert words in page


def test_everything_that_is_missing_is_said_at_once_and_nothing_typed_is_lost(
    desk: Desk, login: Login, session: Session
) -> None:
    browser = login("staf-setpres")
    response = browser.submit(NEW, {"hal": "Minggu", "jumlah": "999", "syarat_1": "y"})
    assert response.status_code == 400
    summary = text(response).partition('class="error-summary"')[2].partition("</ul>")[0]
    assert summary.count("<li>") == 3
    for words in ("Bukan hari Minggu.", "Terlalu banyak.", "Rapat dinas: Persyaratan ini belum"):
        assert words in summary
    assert 'value="Minggu"' in text(response)
    response = browser.submit(NEW, {"hal": "Minggu", "jumlah": "", "syarat_0": "y"})
    summary = text(response).partition('class="error-summary"')[2].partition("</ul>")[0]
    assert summary.count("<li>") == 3
    assert "Jumlah peserta" in summary


def test_the_receipt_names_number_promise_and_who_is_next(
    desk: Desk, login: Login, session: Session
) -> None:
    browser = login("staf-setpres")
    response = browser.submit(NEW, FILLED)
    assert response.location == "/permohonan/diterima/RNG-2026-0001"
    page = text(browser.get(response.location))
    for words in ("RNG-2026-0001", "Langkah 1: Memeriksa", "23 Nov 2026 09.30 WIB",
                  "30 menit sampai 2 hari kerja 30 menit",
                  actor_title(ROOM, ROOM.steps[0].steps[0].by)):  # type: ignore[union-attr]  # fmt: skip
        assert words in page
    assert login("staf-setwapres").get(response.location).status_code == 404


def test_the_requester_takes_back_with_a_reason_until_work_has_begun(
    desk: Desk, login: Login
) -> None:
    browser = login("staf-setpres")
    browser.submit(NEW, FILLED)
    address = "/kasus/RNG-2026-0001/kelola/tarik-permohonan"
    for page in ("/permohonan", "/kasus/RNG-2026-0001"):
        assert f'href="{address}"' in text(browser.get(page)), page
    assert browser.submit(address, {"reason": ""}).status_code == 400
    assert browser.submit(address, {"reason": "Rapat ditunda."}).status_code == 303
    assert "Dibatalkan" in text(browser.get("/permohonan"))
    browser.submit(NEW, FILLED)
    desk.act("staf-akin-1", "1", record={"hasil": "ya"})
    assert "tarik-permohonan" not in text(browser.get("/permohonan"))
    response = browser.get("/kasus/RNG-2026-0002/kelola/tarik-permohonan")
    assert response.status_code in (403, 409)


def test_the_requester_sees_the_outcome_at_the_end(desk: Desk, login: Login) -> None:
    browser = login("staf-setpres")
    browser.submit(NEW, FILLED)
    desk.act("staf-akin-1", "1", record={"hasil": "ya"})
    letter = {"subject": "Izin ruang", "to": "Pemohon", "body": "Ruang rapat utama tersedia."}
    desk.act("staf-akin-1", "2a", record={"surat": letter})
    assert 'href="/kasus/RNG-2026-0001#hasil"' in text(browser.get("/permohonan"))
    page = text(browser.get("/kasus/RNG-2026-0001"))
    result = page.partition('id="hasil"')[2].partition('id="langkah"')[0]
    assert "Surat izin" in result
    assert "Ruang rapat utama tersedia." in result


def test_parallel_branches_promise_the_longest_and_own_stages_nothing() -> None:
    both = Workflow(
        "x", "X", number="X", roles=LETTER.roles, starts=(),
        steps=(
            parallel(
                "p",
                [stage("1", "Satu", task("1", "A", by="boss"), limit="2 jam")],
                [stage("2", "Dua", task("2", "B", by="boss"), limit="45 menit")],
            ),
            stage("3", "Tiga", task("3", "C", by="boss"), limit="3 hari", added=True),
            stage("4", "Empat", task("4", "D", by="boss")),
        ),
    )  # fmt: skip
    promise = promise_of(both)
    assert promise.text == "2 jam"
    assert promise.untimed
    assert [each.number for each in promise.stages] == ["1", "2", "4"]
