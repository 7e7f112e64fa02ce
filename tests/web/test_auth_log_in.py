"""Log-in, log-out, and what an anonymous visitor reaches."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.app import create_app
from portal.audit import AuditEvent
from portal.auth import accounts, passwords
from portal.auth.models import Account, LoginSession
from portal.config import Settings
from portal.testing.client import PortalClient
from portal.testing.world import World

WRONG = "bukan kata sandi yang benar"


def try_log_in(client: PortalClient, username: str, password: str, next: str = "") -> Any:
    page = f"/masuk?next={next}" if next else "/masuk"
    return client.submit(page, {"username": username, "password": password})


def test_the_right_password_opens_the_inbox(client: PortalClient, world: World) -> None:
    response = try_log_in(client, "karo-otlak", world.password)
    assert response.status_code == 303
    assert response.location == "/tugas"
    page = client.get("/profil")
    assert page.status_code == 200
    assert "karo-otlak" in page.text


def test_the_user_name_is_not_case_sensitive(client: PortalClient, world: World) -> None:
    assert try_log_in(client, " Karo-OTLAK ", world.password).status_code == 303


def test_every_failure_reads_the_same(client: PortalClient, world: World, session: Session) -> None:
    accounts.disable(session, world.person_id("kabag-akin-2"), by=None)
    texts = set()
    for username, password in [
        ("karo-otlak", WRONG),
        ("tidak-ada", world.password),
        ("kabag-akin-2", world.password),
    ]:
        response = try_log_in(client, username, password)
        assert response.status_code == 401
        assert "tidak cocok" in response.text
        assert password not in response.text
        texts.add(response.text.split("<h1", 1)[1].replace(username, "").split("csrf_token")[0])
    assert len(texts) == 1


@pytest.mark.parametrize("username", ["karo-otlak", "tidak-ada"])
def test_failures_make_the_wait_grow(
    client: PortalClient, world: World, frozen_clock: Any, username: str
) -> None:
    for _ in range(5):
        assert try_log_in(client, username, WRONG).status_code == 401
    for seconds in (2, 4, 8):
        response = try_log_in(client, username, world.password)
        assert response.status_code == 429
        assert response.headers["Retry-After"] == str(seconds)
        assert f"Tunggu {seconds} detik" in response.text
        frozen_clock.forward(seconds=seconds)
        assert try_log_in(client, username, WRONG).status_code == 401


def test_after_the_wait_the_right_password_counts_again(
    client: PortalClient, world: World, frozen_clock: Any
) -> None:
    for _ in range(5):
        try_log_in(client, "karo-otlak", WRONG)
    frozen_clock.forward(seconds=3)
    assert try_log_in(client, "karo-otlak", world.password).status_code == 303
    client.logout()
    assert try_log_in(client, "karo-otlak", WRONG).status_code == 401
    assert try_log_in(client, "karo-otlak", world.password).status_code == 303


@pytest.mark.parametrize(
    ("data", "part"),
    [
        ({"username": "", "password": "x"}, "Tulis nama pengguna Anda."),
        ({"username": "a", "password": ""}, "Tulis kata sandi Anda."),
        ({"username": "a" * 61, "password": "x"}, "paling banyak 60"),
        ({"username": "a", "password": "x" * 257}, "paling banyak 256"),
    ],
)
def test_bad_input_is_explained(client: PortalClient, data: dict[str, str], part: str) -> None:
    response = client.submit("/masuk", data)
    assert response.status_code == 400
    assert part in response.text
    assert "error-summary" in response.text


@pytest.mark.parametrize(
    "address",
    ["//jahat.example/", "https://jahat.example/", "/%5Cjahat.example", "/tidak-ada", "/keluar"],
)
def test_next_never_leads_out(client: PortalClient, world: World, address: str) -> None:
    response = try_log_in(client, "karo-otlak", world.password, next=address)
    assert response.location == "/tugas"


def test_next_leads_back(client: PortalClient, world: World) -> None:
    asked = client.get("/profil/sandi?a=1")
    assert asked.status_code == 303
    assert asked.location == "/masuk?next=/profil/sandi?a%3D1"
    response = client.submit(asked.location, {"username": "karo-otlak", "password": world.password})
    assert response.location == "/profil/sandi?a=1"
    assert client.get("/masuk?next=/profil").location == "/profil"


def token_of(client: PortalClient) -> str:
    with client.session_transaction() as cookie:
        return str(cookie.get("_user_id", ""))


def test_logging_in_begins_a_new_session(
    client: PortalClient, world: World, session: Session
) -> None:
    with client.session_transaction() as cookie:
        cookie["planted"] = "by an attacker"
        cookie["_user_id"] = "chosen by an attacker"
    client.login("karo-otlak")
    first = token_of(client)
    with client.session_transaction() as cookie:
        assert "planted" not in cookie
    assert first != "chosen by an attacker"
    stolen = client.get_cookie("portal_sesi")
    assert stolen is not None
    client.logout()
    client.login("karo-otlak")
    assert token_of(client) != first
    client.set_cookie("portal_sesi", stolen.value)
    assert client.get("/profil").status_code == 303


def test_logging_in_again_ends_the_session_before(
    client: PortalClient, world: World, session: Session
) -> None:
    page = client.form("/masuk")
    client.login("karo-otlak")
    token = client.form("/profil/sandi").fields[0]
    assert token[0] == "csrf_token"
    again = [token, *((n, v) for n, v in page.fields if n != "csrf_token")]
    page.fields[:] = again
    client.send(page, {"username": "kabag-akin-1", "password": world.password}, page="/masuk")
    rows = session.scalars(select(LoginSession).order_by(LoginSession.id)).all()
    assert [row.revoked_at is None for row in rows] == [False, True]


def test_logging_out_ends_the_session(client: PortalClient, world: World, session: Session) -> None:
    client.login("karo-otlak")
    kept_cookie = client.get_cookie("portal_sesi")
    assert kept_cookie is not None
    response = client.submit("/profil", {}, action="/keluar", follow_redirects=True)
    assert "Anda sudah keluar." in response.text
    client.set_cookie("portal_sesi", kept_cookie.value)
    assert client.get("/profil").location == "/masuk?next=/profil"
    assert client.get("/keluar").status_code == 405


def test_a_disabled_person_is_out_at_once(
    client: PortalClient, world: World, session: Session
) -> None:
    client.login("karo-otlak")
    accounts.disable(session, world.person_id("karo-otlak"), by=None)
    assert client.get("/profil").status_code == 303


def test_an_idle_session_asks_for_log_in(
    client: PortalClient, world: World, frozen_clock: Any
) -> None:
    client.login("karo-otlak")
    frozen_clock.forward(minutes=50)
    assert client.get("/profil").status_code == 200
    frozen_clock.forward(minutes=50)
    assert client.get("/profil").status_code == 200
    frozen_clock.forward(minutes=61)
    assert client.get("/profil").status_code == 303


def test_attempts_are_in_the_audit_chain(
    client: PortalClient, world: World, session: Session
) -> None:
    try_log_in(client, "karo-otlak", WRONG)
    try_log_in(client, "salah ketik kata sandi", WRONG)
    client.login("karo-otlak")
    entries = session.scalars(
        select(AuditEvent).where(AuditEvent.kind.startswith("log-in")).order_by(AuditEvent.seq)
    ).all()
    assert [(entry.kind, entry.data.get("account")) for entry in entries] == [
        ("log-in-refused", "karo-otlak"),
        ("log-in-refused", ""),
        ("log-in", None),
    ]


def test_an_old_hash_is_renewed(client: PortalClient, world: World, session: Session) -> None:
    with passwords.at_cost(passwords.Cost(memory_kib=16, passes=1)):
        old = passwords.hash_password(world.password)
    account = session.get_one(Account, world.person_id("karo-otlak"))
    account.password_hash = old
    client.login("karo-otlak")
    assert account.password_hash != old
    assert not passwords.needs_rehash(account.password_hash)


def test_cookies_are_closed_to_scripts_and_other_sites(client: PortalClient, world: World) -> None:
    cookies = client.login("karo-otlak").headers.getlist("Set-Cookie")
    assert {cookie.split("=")[0] for cookie in cookies} == {"portal_sesi", "portal_orang"}
    for cookie in cookies:
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert "Secure" not in cookie


def test_with_https_cookies_are_secure(settings: Settings) -> None:
    app = create_app(replace(settings, base_url="https://portal.example"))
    assert app.config["SESSION_COOKIE_SECURE"]
    assert app.config["SESSION_COOKIE_HTTPONLY"]


def routes(app: Flask, method: str) -> list[tuple[str, str]]:
    """(endpoint, address) of every route with a method; arguments filled with 1."""
    found = []
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if method in (rule.methods or ()):
            values = dict.fromkeys(rule.arguments, 1)
            found.append((rule.endpoint, adapter.build(rule.endpoint, values, method=method)))
    return found


# whoever has the code of a complaint follows it without an account
OPEN = {
    "auth.log_in",
    "complaints.track",
    "static",
    "web.healthz",
    "web.readyz",
    "web.third_parties",
}


def test_an_anonymous_visitor_reaches_only_the_open_pages(app: Flask, client: PortalClient) -> None:
    reached = set()
    for endpoint, address in routes(app, "GET"):
        response = client.get(address)
        if response.status_code != 303:
            reached.add(endpoint)
        else:
            assert response.location.startswith("/masuk?next="), endpoint
    assert reached <= OPEN, reached - OPEN
    assert "auth.log_in" in reached


def test_no_route_is_exempt_from_csrf(app: Flask, login: Callable[..., PortalClient]) -> None:
    csrf = app.extensions["csrf"]
    assert not csrf._exempt_views
    assert not csrf._exempt_blueprints
    assert app.config.get("WTF_CSRF_ENABLED", True)


def test_every_post_without_a_token_is_refused(
    app: Flask, world: World, login: Callable[..., PortalClient]
) -> None:
    admin = login("admin")
    for endpoint, address in routes(app, "POST"):
        response = admin.post(address, data={"title": "x"})
        assert response.status_code in (400, 404), (endpoint, response.status)
        if response.status_code == 400:
            assert "terlalu lama terbuka" in response.text, endpoint
