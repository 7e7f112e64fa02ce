"""Settings of the mail server: what is understood, what is refused, and what stays secret."""

from __future__ import annotations

from pathlib import Path

import pytest

from portal.config import load_settings
from portal.errors import ConfigurationError
from portal.mailserver import MailSecurity, parse

SENDER = "Portal Layanan <portal@contoh.go.id>"


@pytest.mark.parametrize(
    ("url", "security", "port"),
    [
        ("smtp://surat.contoh.go.id", MailSecurity.STARTTLS, 587),
        ("smtp://surat.contoh.go.id:25", MailSecurity.STARTTLS, 25),
        ("smtps://surat.contoh.go.id", MailSecurity.TLS, 465),
        ("smtps://127.0.0.1:8465", MailSecurity.TLS, 8465),
        ("smtp://127.0.0.1:8025", MailSecurity.NONE, 8025),
        ("smtp://localhost", MailSecurity.NONE, 25),
        ("smtp://[::1]:8025", MailSecurity.NONE, 8025),
    ],
)
def test_only_a_server_on_this_machine_is_spoken_to_without_tls(
    url: str, security: MailSecurity, port: int
) -> None:
    server = parse(url, SENDER)
    assert server is not None
    assert (server.security, server.port) == (security, port)
    assert (server.sender, server.sender_name) == ("portal@contoh.go.id", "Portal Layanan")


def test_name_and_password_may_hold_any_character_and_are_never_shown() -> None:
    server = parse("smtp://petugas%40contoh:p%3Aw%2F%40@surat.contoh.go.id", SENDER)
    assert server is not None
    assert (server.username, server.password) == ("petugas@contoh", "p:w/@")
    assert "p:w/@" not in repr(server)


def test_without_a_server_there_is_no_mail() -> None:
    assert parse("", "") is None


@pytest.mark.parametrize(
    "url",
    ["surat.contoh.go.id", "http://surat", "smtp://", "smtp://n:rahasia@h:xx", "smtp://h/rahasia"],
)
def test_a_wrong_address_is_one_line_without_the_password(url: str) -> None:
    with pytest.raises(ConfigurationError, match="PORTAL_SMTP_URL") as caught:
        parse(url, SENDER)
    assert "rahasia" not in str(caught.value)


@pytest.mark.parametrize(
    "sender", ["", "portal", "a@b\r\nBcc: x@y", "Portal\nBcc: <x@y>", "a b@contoh.id"]
)
def test_a_server_needs_a_sender_that_is_an_address(sender: str) -> None:
    with pytest.raises(ConfigurationError, match="PORTAL_MAIL_FROM"):
        parse("smtp://localhost", sender)


def test_the_settings_hold_the_server_and_never_print_what_is_secret(tmp_path: Path) -> None:
    environ = {
        "PORTAL_INSTANCE": str(tmp_path / "i"),
        "PORTAL_SMTP_URL": "smtps://petugas:kunci-surat@surat.contoh.go.id",
        "PORTAL_MAIL_FROM": SENDER,
        "PORTAL_SECRET_KEY": "kunci-situs".ljust(40, "."),
    }
    settings = load_settings(environ, create=True)
    assert settings.mail is not None
    assert settings.mail.password == "kunci-surat"
    assert "kunci-s" not in repr(settings)
