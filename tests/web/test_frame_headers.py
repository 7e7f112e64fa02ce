"""Headers of every answer, static files that never expire, the number of a request."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Response, request
from sqlalchemy.orm import Session

from portal import clock
from portal.app import create_app
from portal.config import Settings
from portal.db import db
from portal.jobs.queue import enqueue
from portal.testing.world import World

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.mark.parametrize("path", ["/masuk", "/healthz", "/tidak-ada", "/tentang/pihak-ketiga"])
def test_every_answer_has_the_security_headers(client: Any, path: str) -> None:
    headers = client.get(path).headers
    assert headers["Content-Security-Policy"] == CSP
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"
    assert "Strict-Transport-Security" not in headers


def test_the_proxys_word_counts_only_where_a_proxy_is_named(settings: Settings) -> None:
    headers = {"X-Forwarded-For": "10.0.0.9, 192.0.2.7", "X-Forwarded-Proto": "https"}
    seen = []
    for hops in (0, 1):
        app = create_app(replace(settings, trusted_proxies=hops), entry_points=list)

        @app.after_request
        def note(response: Response) -> Response:
            seen.append((request.remote_addr, request.is_secure))
            return response

        app.test_client().get("/healthz", headers=headers)
        with app.app_context():
            db.engine.dispose()
    assert seen == [("127.0.0.1", False), ("192.0.2.7", True)]


@pytest.mark.parametrize("path", ["/masuk", "/healthz", "/readyz", "/tentang/pihak-ketiga"])
def test_the_head_of_a_page_is_that_of_its_get(client: Any, path: str) -> None:
    head, whole = client.head(path), client.get(path)
    assert head.status_code == whole.status_code == 200
    assert head.content_type == whole.content_type
    assert head.data == b""


def test_the_head_of_a_page_of_ones_own(world: World, login: Any) -> None:
    browser = login("karo-otlak")
    for path in ("/tugas", "/permohonan/baru", "/profil/sandi", "/standar", "/organisasi"):
        assert browser.head(path).status_code == 200, path


def test_a_job_that_waits_too_long_says_that_no_worker_runs(client: Any, session: Session) -> None:
    enqueue(session, "x.y", run_after=clock.now() - timedelta(minutes=5))
    session.commit()
    assert client.get("/readyz").status_code == 200
    enqueue(session, "x.y", run_after=clock.now() - timedelta(minutes=11))
    session.commit()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.text) == (503, "not ready: queue\n")


def test_strict_transport_is_said_over_tls_only(client: Any) -> None:
    headers = client.get("/healthz", base_url="https://localhost").headers
    assert headers["Strict-Transport-Security"].startswith("max-age=")


def test_a_static_file_may_be_kept_for_ever(client: Any) -> None:
    page = client.get("/masuk").text
    addresses = re.findall(r'(?:href|src)="(/static/[^"#]+)"', page)
    assert addresses
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert "immutable" in answer.headers["Cache-Control"]


def test_the_address_from_before_an_update_answers_but_is_asked_again(client: Any) -> None:
    answer = client.get("/static/0123456789ab/css/base.css")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("path", ["css/none.css", "../frame.py", "%2e%2e/frame.py", "vendor"])
def test_nothing_else_is_served(client: Any, path: str) -> None:
    assert client.get(f"/static/0123456789ab/{path}").status_code == 404


def test_the_proxys_number_of_a_request_is_kept(client: Any) -> None:
    answer = client.get("/healthz", headers={"X-Request-ID": "proxy-0001"})
    assert answer.headers["X-Request-ID"] == "proxy-0001"


def test_a_number_that_is_none_is_replaced(client: Any) -> None:
    answer = client.get("/healthz", headers={"X-Request-ID": "<b>"})
    assert re.fullmatch("[0-9a-f]{16}", answer.headers["X-Request-ID"])


def test_an_english_browser_reads_indonesian(client: Any) -> None:
    page = client.get("/masuk", headers={"Accept-Language": "en-US,en;q=0.9"}).text
    assert '<html lang="id"' in page
    assert "Nama pengguna" in page


def test_health_and_readiness(client: Any) -> None:
    assert client.get("/healthz").text == "ok\n"
    ready = client.get("/readyz")
    assert (ready.status_code, ready.text) == (200, "ready\n")


def test_third_parties_are_named_with_their_licence(client: Any) -> None:
    page = client.get("/tentang/pihak-ketiga").text
    for name in ("bootstrap", "htmx.org", "@tabler/icons", "@fontsource-variable/inter"):
        assert name in page
    for address in re.findall(r'href="(/static/[^"]+LICENSE[^"]*)"', page):
        assert client.get(address).status_code == 200
