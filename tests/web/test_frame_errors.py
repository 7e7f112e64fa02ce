"""Errors as pages: Indonesian, with the right status, without technical details."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask, abort
from sqlalchemy import literal, select
from sqlalchemy.exc import OperationalError

from portal.auth.session import public
from portal.db import db
from portal.errors import Conflict, Forbidden, Invalid, MissingReason, NotFound, PortalError

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def failing(app: Flask, client: Any) -> Callable[..., Any]:
    """``failing(error)``: the answer of a public view that raises it."""

    def ask(error: Exception, method: str = "get", **more: Any) -> Any:
        @public
        def fail() -> str:
            raise error

        app.add_url_rule("/gagal", "fail", fail, methods=["GET", "POST"])
        return getattr(client, method)("/gagal", **more)

    return ask


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (Invalid("Isi tahun dengan empat angka."), 400),
        (MissingReason("Tulis alasannya."), 400),
        (PortalError("Tidak dapat."), 400),
        (Forbidden("Bukan giliran Anda."), 403),
        (NotFound("Kasus itu tidak ada."), 404),
        (Conflict("Sudah disetujui orang lain."), 409),
    ],
)
def test_a_typed_error_shows_its_sentence(failing: Any, error: Exception, status: int) -> None:
    answer = failing(error)
    assert answer.status_code == status
    assert str(error) in answer.text
    assert answer.text.count("<h1") == 1
    assert answer.mimetype == "text/html"


def test_the_sentence_is_escaped(failing: Any) -> None:
    assert "<script>x" not in failing(Invalid("<script>x")).text


def test_an_unexpected_error_shows_its_number_only(app: Flask, failing: Any) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    answer = failing(RuntimeError("kata sandi basis data"), headers={"X-Request-ID": "abc-12345"})
    assert answer.status_code == 500
    assert "abc-12345" in answer.text
    assert "kata sandi basis data" not in answer.text
    assert "Traceback" not in answer.text


def test_a_busy_database_says_that_nothing_was_saved(failing: Any) -> None:
    error = OperationalError("UPDATE x", {}, sqlite3.OperationalError("database is locked"))
    answer = failing(error)
    assert answer.status_code == 503
    assert "Tidak ada yang tersimpan" in answer.text
    assert "UPDATE x" not in answer.text


def test_a_number_that_no_database_holds_is_a_bad_request(app: Flask, client: Any) -> None:
    @public
    def look() -> str:
        return str(db.session.scalar(select(literal(10**30))))

    app.add_url_rule("/besar", "besar", look)
    answer = client.get("/besar")
    assert answer.status_code == 400
    assert "tidak dapat dibaca" in answer.text


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 413, 418, 429, 500, 503])
def test_every_status_has_an_indonesian_page(app: Flask, client: Any, status: int) -> None:
    @public
    def fail() -> str:
        abort(status)

    app.add_url_rule("/gagal", "fail", fail)
    answer = client.get("/gagal", headers={"Accept": "application/json"})
    assert answer.status_code == status
    assert answer.mimetype == "text/html"
    assert "Portal Layanan" in answer.text
    for word in ("Not Found", "Forbidden", "Bad Request", "Internal Server Error", "teapot"):
        assert word not in answer.text


def test_what_is_too_large_is_refused_with_the_limit(app: Flask, client: Any) -> None:
    app.config["MAX_CONTENT_LENGTH"] = 1000
    app.config["PORTAL"] = replace(app.config["PORTAL"], max_upload=5 * 1024 * 1024)
    answer = client.post("/masuk", data={"username": "x" * 2000})
    assert answer.status_code == 413
    assert "5 MB" in answer.text
