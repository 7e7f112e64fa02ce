"""Lists of complaints: filters in the address, cursors, CSV; rights inside the query."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable

import pytest
from flask import Flask

from portal.complaints import list_views, lists
from portal.testing.client import PortalClient
from portal.testing.complaints import ComplaintHost, answer, complain, decide, page
from portal.testing.pytest_plugin import FrozenClock
from portal.testing.world import World

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

Login = Callable[[str], PortalClient]
HANDLED = "/pengaduan?daftar=ditangani"


@pytest.fixture(autouse=True)
def host(app: Flask, world: World, frozen_clock: FrozenClock) -> ComplaintHost:
    host = ComplaintHost()
    host.install(app)
    return host


@pytest.fixture
def four(login: Login, frozen_clock: FrozenClock) -> dict[str, str]:
    """Numbers by state: late and received, handled, answered, closed (another reporter's)."""
    found: dict[str, str] = {}
    for state, who, kind in (
        ("received", "staf-setpres", "permintaan-informasi"),
        ("closed", "staf-setwapres", "masukan"),
        ("answered", "staf-setpres", "keluhan"),
        ("handled", "staf-setpres", "pengaduan"),
    ):
        if state == "answered":
            frozen_clock.forward(days=20)
        text = f"Contoh isi {state} dari seorang pelapor."
        number, _code = complain(login(who), kind, text=text, identity="rahasia")
        found[state] = number
        official = login("karo-otlak")
        if state != "received":
            decide(official, number, "handle")
        if state in ("closed", "answered"):
            answer(official, number)
    return found


def numbers(client: PortalClient, address: str) -> list[str]:
    return re.findall(r">\s*[\w ]+ (PGD-\d{4}-\d{4})</a>", page(client, address))


@pytest.mark.parametrize(
    ("query", "states"),
    [
        ("", "handled answered closed received"),
        ("jenis=keluhan", "answered"),
        ("standar=sample", "handled answered closed received"),
        ("keadaan=received", "received"),
        ("keadaan=handled", "handled"),
        ("keadaan=answered", "answered"),
        ("keadaan=closed", "closed"),
        ("keadaan=withdrawn", ""),
        ("terlambat=y", "received"),
        ("q=isi+handled", "handled"),
        ("q=100%25", ""),
        ("keadaan=received&jenis=masukan", ""),
    ],
)
def test_filters_stand_in_the_address(
    login: Login, four: dict[str, str], query: str, states: str
) -> None:
    wanted = [four[state] for state in states.split()]
    assert numbers(login("karo-otlak"), f"{HANDLED}&{query}") == wanted
    own = [number for number in wanted if number != four["closed"]]
    assert numbers(login("staf-setpres"), f"/pengaduan?{query}") == own
    if not wanted:
        assert "Tidak ada pengaduan yang cocok" in page(login("karo-otlak"), f"{HANDLED}&{query}")


def test_days_are_those_of_the_ministry(login: Login, four: dict[str, str]) -> None:
    official = login("karo-otlak")
    first = four["received"]
    shown = page(official, f"/pengaduan.csv?daftar=ditangani&q={first}")
    day = next(csv.DictReader(io.StringIO(shown.removeprefix("\ufeff"))))["disampaikan"]
    early = [four["closed"], first]
    assert numbers(official, f"{HANDLED}&dari={day}&sampai={day}") == early
    refused = official.get(f"{HANDLED}&dari=2026-02-02&sampai=2026-02-01")
    assert refused.status_code == 400
    assert "Hari terakhir mendahului hari pertama" in refused.get_data(as_text=True)
    for wrong in ("dari=kemarin", "keadaan=x", "jenis=x", "setelah=1;DROP"):
        assert official.get(f"{HANDLED}&{wrong}").status_code == 400, wrong


def test_a_download_has_every_line_and_no_hidden_name_and_no_formula(
    login: Login, four: dict[str, str], monkeypatch: pytest.MonkeyPatch, host: ComplaintHost
) -> None:
    named, _code = complain(login("staf-setpres"))
    address = "/pengaduan.csv?daftar=ditangani"
    got = login("karo-otlak").get(address)
    assert got.headers["Content-Disposition"].startswith('attachment; filename="pengaduan-')
    rows = list(csv.DictReader(io.StringIO(got.get_data(as_text=True).removeprefix("\ufeff"))))
    by_number = {row["nomor"]: row for row in rows}
    assert set(by_number) == {named, *four.values()}
    assert by_number[named]["pelapor"].startswith("Staf Sekretariat Presiden")
    assert {by_number[number]["pelapor"] for number in four.values()} == {
        "Pelapor (nama dirahasiakan)"
    }
    assert by_number[four["answered"]]["keadaan"] == "Sudah dijawab"
    assert by_number[four["received"]]["batas waktu"]
    assert "Contoh isi" not in got.get_data(as_text=True), "texts do not leave the portal"
    own = login("staf-setpres").get("/pengaduan.csv").get_data(as_text=True)
    assert "pelapor" not in own.splitlines()[0]
    assert four["closed"] not in own
    assert login("kabag-akin-2").get(address).get_data(as_text=True).count("PGD-") == 0
    assert login("admin").get(address).get_data(as_text=True).count("PGD-") == 0
    assert login("karo-otlak").get(f"{address}&keadaan=x").status_code == 400
    monkeypatch.setattr(list_views, "_cells", lambda line, handled: ["=1+1", "@x", "-", "+1"])
    unsafe = login("karo-otlak").get(address).get_data(as_text=True).splitlines()[1]
    assert unsafe == "'=1+1,'@x,'-,'+1"


def test_pages_go_on_by_a_cursor_and_keep_the_filters(
    login: Login, monkeypatch: pytest.MonkeyPatch
) -> None:
    reporter, official = login("staf-setpres"), login("karo-otlak")
    filed = [complain(reporter)[0] for _n in range(5)][::-1]
    other, _code = complain(reporter, "masukan")
    real = lists.handled_by, lists.filed_by
    monkeypatch.setattr(list_views, "handled_by", lambda *a: real[0](*a, size=2))
    monkeypatch.setattr(list_views, "filed_by", lambda *a: real[1](*a, size=2))
    for client, address in (
        (official, f"{HANDLED}&jenis=keluhan"),
        (reporter, "/pengaduan?jenis=keluhan"),
    ):
        seen: list[str] = []
        following: str | None = address
        while following:
            text = page(client, following)
            seen += re.findall(r">\s*[\w ]+ (PGD-\d{4}-\d{4})</a>", text)
            link = re.search(r'href="(/pengaduan\?[^"]*setelah=\d+[^"]*)"', text)
            following = link[1].replace("&amp;", "&") if link else None
        assert seen == filed
        assert other not in seen


def test_empty_lists_say_what_to_do(login: Login) -> None:
    text = page(login("staf-setpres"), "/pengaduan")
    assert "Anda belum menyampaikan pengaduan" in text
    assert "Unduh daftar ini" not in text
