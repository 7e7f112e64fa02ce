"""My account: data and positions, sessions, password."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.auth import accounts
from portal.testing.client import Form, PortalClient, forms
from portal.testing.world import World

NEW = "gunung tinggi di ujung desa"
Login = Callable[[str], PortalClient]


def change(browser: PortalClient, current: str, new: str, again: str | None = None) -> TestResponse:
    return browser.submit(
        "/profil/sandi", {"current": current, "new": new, "again": new if again is None else again}
    )


def test_the_profile_shows_data_positions_and_sessions(world: World, login: Login) -> None:
    page = login("karo-otlak").get("/profil").text
    assert "Kepala Biro" in page
    assert "sesi ini" in page
    assert "Ganti kata sandi" in page


def test_a_session_can_be_ended_from_another(world: World, login: Login) -> None:
    first, second = login("karo-otlak"), login("karo-otlak")
    found = [
        form
        for form in _forms(second)
        if "/akhiri" in form.action and "akhiri-lain" not in form.action
    ]
    assert len(found) == 2
    older = min(found, key=lambda form: int(form.action.split("/")[-2]))
    assert second.send(older, page="/profil").status_code == 303
    assert first.get("/profil").status_code == 303
    assert second.get("/profil").status_code == 200
    assert second.send(older, page="/profil").status_code == 404


def test_all_other_sessions_end_at_once(world: World, login: Login) -> None:
    others = [login("karo-otlak"), login("karo-otlak")]
    mine, somebody = login("karo-otlak"), login("kabag-akin-1")
    response = mine.submit("/profil", action="/profil/sesi/akhiri-lain", follow_redirects=True)
    assert "2 sesi lain diakhiri" in response.text
    assert [browser.get("/profil").status_code for browser in others] == [303, 303]
    assert mine.get("/profil").status_code == 200
    assert somebody.get("/profil").status_code == 200


def test_nobody_ends_a_foreign_session(world: World, login: Login) -> None:
    victim, attacker = login("karo-otlak"), login("kabag-akin-1")
    form = next(form for form in _forms(attacker) if form.action.endswith("/akhiri"))
    number = int(form.action.split("/")[-2])
    form.action = f"/profil/sesi/{number - 1}/akhiri"
    assert attacker.send(form, page="/profil").status_code == 404
    assert victim.get("/profil").status_code == 200


def test_a_new_password_ends_other_sessions_and_counts(
    world: World, login: Login, client: PortalClient
) -> None:
    other, mine = login("karo-otlak"), login("karo-otlak")
    response = mine.submit(
        "/profil/sandi",
        {"current": world.password, "new": NEW, "again": NEW},
        follow_redirects=True,
    )
    assert "Kata sandi sudah diganti" in response.text
    assert other.get("/profil").status_code == 303
    assert client.login("karo-otlak", NEW).status_code == 303


@pytest.mark.parametrize(
    ("current", "new", "again", "part"),
    [
        ("salah salah salah", NEW, NEW, "sekarang tidak cocok"),
        ("kata sandi uji portal", "pendek", "pendek", "terlalu pendek"),
        ("kata sandi uji portal", NEW, NEW + "x", "tidak sama"),
        (
            "kata sandi uji portal",
            "karo-otlak karo-otlak",
            "karo-otlak karo-otlak",
            "nama pengguna",
        ),
        (
            "kata sandi uji portal",
            "kata sandi uji portal",
            "kata sandi uji portal",
            "sama dengan yang sekarang",
        ),
        ("", "", "", "Tulis kata sandi yang sekarang"),
    ],
)
def test_a_poor_change_is_explained_and_shows_no_password(
    world: World, login: Login, current: str, new: str, again: str, part: str
) -> None:
    browser = login("karo-otlak")
    response = change(browser, current, new, again)
    assert response.status_code == 400
    assert part in response.text
    assert f'value="{NEW}"' not in response.text


def test_a_one_time_password_must_be_changed_first(
    world: World, client: PortalClient, session: Session
) -> None:
    once = accounts.reset_password(session, world.person_id("karo-otlak"), by=None)
    client.submit("/masuk?next=/profil", {"username": "karo-otlak", "password": once})
    asked = client.get("/profil")
    assert asked.location == "/profil/sandi?next=/profil"
    page = client.get(asked.location)
    assert "sekali pakai" in page.text
    response = client.submit(asked.location, {"current": once, "new": NEW, "again": NEW})
    assert response.location == "/profil"
    assert client.get("/profil").status_code == 200


def _forms(browser: PortalClient) -> list[Form]:
    return forms(browser.get("/profil"))
