"""The mail server that the operator names, and addresses of the portal for messages.

Only reading of settings lies here; whoever sends (a plugin) opens the connection.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from email.utils import parseaddr
from enum import StrEnum
from ipaddress import ip_address
from urllib.parse import unquote, urlsplit

from flask import current_app

from portal.errors import ConfigurationError

ADDRESS = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})*"
)
"""What a mail address may look like here: no spaces, no quotes, no line breaks."""

EXAMPLE = "contoh: smtp://nama:sandi@surat.contoh.go.id:587 atau smtps://…:465"


def is_mail_address(text: str) -> bool:
    """Whether mail can be sent to it: an address alone, without a name."""
    return ADDRESS.fullmatch(text) is not None


class MailSecurity(StrEnum):
    """How the connection is protected; ``none`` is for a server on this machine only."""

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"


PORTS = {MailSecurity.TLS: 465, MailSecurity.STARTTLS: 587, MailSecurity.NONE: 25}


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """Where mail is handed over; certificates are always checked where there is TLS.

    ``sender`` is the address alone, ``sender_name`` what stands before it (may be empty).
    """

    host: str
    port: int
    security: MailSecurity
    username: str = ""
    password: str = field(default="", repr=False)
    sender: str
    sender_name: str = ""


def parse(url: str, sender: str) -> MailServer | None:
    """The server of ``PORTAL_SMTP_URL`` and ``PORTAL_MAIL_FROM``; None if there is none.

    ``smtps://`` is TLS from the first byte, ``smtp://`` STARTTLS; without TLS only a server
    on this machine is spoken to.

    Raises:
        ConfigurationError: one of the two is wrong. The text never holds the password.
    """
    if not url:
        return None
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or parts.path.strip("/"):
        raise ConfigurationError(f"PORTAL_SMTP_URL bukan alamat server surel; {EXAMPLE}.")
    name, address = parseaddr(sender)
    if not is_mail_address(address) or not sender.isprintable():
        raise ConfigurationError(
            "PORTAL_MAIL_FROM harus berisi alamat pengirim bila PORTAL_SMTP_URL diisi;"
            " contoh: Portal Layanan <portal@contoh.go.id>."
        )
    security = MailSecurity.TLS if parts.scheme == "smtps" else MailSecurity.STARTTLS
    if security == MailSecurity.STARTTLS and _on_this_machine(parts.hostname):
        security = MailSecurity.NONE
    return MailServer(
        host=parts.hostname,
        port=port or PORTS[security],
        security=security,
        username=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        sender=address,
        sender_name=name,
    )


def _on_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def mail_server() -> MailServer | None:
    """The mail server of this portal; None if the operator has named none."""
    server: MailServer | None = current_app.config["PORTAL"].mail
    return server


def portal_address(path: str) -> str:
    """A path of the portal as an address that can be sent; empty while none is configured."""
    base: str = current_app.config["PORTAL"].base_url
    return base + path if base else ""
