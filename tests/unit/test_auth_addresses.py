"""``next=`` leads to pages of this portal only (open redirect)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from portal.auth.addresses import HOME, page_of_form, safe_next


@pytest.fixture
def app() -> Iterator[Flask]:
    application = Flask("addresses", static_folder=None)
    application.add_url_rule("/tugas", "inbox", lambda: "")
    application.add_url_rule("/masuk", "log_in", lambda: "")
    application.add_url_rule("/kasus/<number>", "case", lambda number: "")
    application.add_url_rule("/kasus/<number>/setujui", "act", lambda number: "", methods=["POST"])
    with application.app_context():
        yield application


@pytest.mark.parametrize(
    "address", ["/tugas", "/kasus/PK-1", "/kasus/PK-1?a=1&b=2", "/kasus/a%20b"]
)
def test_own_pages_pass(app: Flask, address: str) -> None:
    assert safe_next(address) == address


@pytest.mark.parametrize(
    "address",
    [
        None,
        "",
        "kasus/PK-1",
        "http://jahat.example/",
        "//jahat.example/tugas",
        "///jahat.example/tugas",
        "/\\jahat.example",
        "\\\\jahat.example",
        "/\t/jahat.example",
        "/tugas\r\nSet-Cookie: a=b",
        " /tugas",
        "javascript:alert(1)",
        "/tidak-ada",
        "/kasus/PK-1/setujui",
        "/masuk?next=/tugas",
        "/tugas?" + "a" * 2000,
    ],
)
def test_anything_else_leads_to_the_inbox(app: Flask, address: str | None) -> None:
    assert safe_next(address) == HOME


def test_a_form_is_found_where_it_was_shown(app: Flask) -> None:
    with app.test_request_context("/kasus/PK-1?x=1", method="POST"):
        assert page_of_form() == "/kasus/PK-1?x=1"
    path = "/kasus/PK-1/setujui"
    with app.test_request_context(
        path, method="POST", headers={"Referer": "http://localhost/kasus/PK-1"}
    ):
        assert page_of_form() == "/kasus/PK-1"
    with app.test_request_context(
        path, method="POST", headers={"Referer": "http://jahat.example/tugas"}
    ):
        assert page_of_form() is None
    with app.test_request_context(path, method="POST"):
        assert page_of_form() is None
