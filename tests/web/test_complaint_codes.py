"""The tracking code: what its holder reads and does, and what a wrong one tells."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask

from portal.testing.client import PortalClient, forms
from portal.testing.complaints import ComplaintHost, answer, complain, decide, track, visitor
from portal.testing.pytest_plugin import FrozenClock
from portal.testing.world import World

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

Login = Callable[[str], PortalClient]
REPORTER = "staf-setpres"


@pytest.fixture(autouse=True)
def host(app: Flask, world: World, frozen_clock: FrozenClock) -> ComplaintHost:
    host = ComplaintHost()
    host.install(app)
    return host


def test_the_holder_of_the_code_closes_it(app: Flask, login: Login) -> None:
    number, code = complain(login(REPORTER))
    official = login("karo-otlak")
    decide(official, number, "handle")
    answer(official, number)
    holder = visitor(app)
    response = holder.submit("/pengaduan/lacak", {"code": code.lower().replace("-", " ")})
    form = next(f for f in forms(response) if f.action.endswith("/selesai"))
    assert "Ditutup" in holder.send(form).get_data(as_text=True)


def test_every_wrong_code_gets_the_same_answer(app: Flask, login: Login) -> None:
    _number, code = complain(login(REPORTER))
    other = code[:-1] + ("0" if code[-1] != "0" else "1")
    hidden = re.compile(r'(value|name="csrf_token" value|name="form_key" value)="[^"]*"')
    pages = {
        hidden.sub("", text) for _s, text in (track(app, c) for c in (other, "x", "PGD-2026-0001"))
    }
    assert len(pages) == 1
    assert track(app, other)[0] == 404


def test_guessing_is_slowed_down_and_a_right_code_does_not_count(app: Flask, login: Login) -> None:
    _number, code = complain(login(REPORTER))
    for _n in range(40):
        assert track(app, code)[0] == 200
    assert [track(app, f"SALAH-{n}")[0] for n in range(11)] == [404] * 11
    assert track(app, "SALAH")[0] == 429
    assert track(app, code)[0] == 429


def test_the_status_page_needs_no_log_in_and_the_form_does(app: Flask) -> None:
    guest = app.test_client()
    assert guest.get("/pengaduan/lacak").status_code == 200
    for address in (
        "/pengaduan",
        "/pengaduan/baru",
        "/pengaduan/PGD-2026-0001",
        "/sistem/pengaduan",
    ):
        assert guest.get(address).status_code == 303, address
