"""A real mail server on loopback: it keeps what it takes, and refuses whom it is told to."""

from __future__ import annotations

import socket
import ssl
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller

from portal.api import MailSecurity, MailServer


class Post:
    """The server; ``up`` and ``down`` as often as wanted, always on the same port.

    ``answers`` gives for a recipient what is said instead of 250; ``taken`` are the mails.
    """

    def __init__(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self.taken: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.answers: dict[str, str] = {}
        self._controller: Controller | None = None

    @property
    def server(self) -> MailServer:
        """What the operator would name."""
        return MailServer(
            host="127.0.0.1",
            port=self.port,
            security=MailSecurity.NONE,
            sender="portal@contoh.go.id",
            sender_name="Portal Layanan",
        )

    def up(self, tls: ssl.SSLContext | None = None, *, starttls: bool = False) -> None:
        """Answer from now on."""
        options: dict[str, Any] = {"hostname": "127.0.0.1", "port": self.port}
        if starttls:
            options |= {"tls_context": tls, "require_starttls": True}
        elif tls is not None:
            options["ssl_context"] = tls
        self._controller = Controller(self, **options)
        self._controller.start()

    def down(self) -> None:
        """Be away."""
        if self._controller is not None:
            self._controller.stop(no_assert=True)
            self._controller = None

    def to(self, address: str) -> list[EmailMessage]:
        """The mails to an address."""
        return [each for each in self.taken if address in str(each["To"])]

    # what aiosmtpd calls

    async def handle_RCPT(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        """Take or refuse a recipient."""
        answer = self.answers.get(address, "")
        if not answer:
            envelope.rcpt_tos.append(address)
        return answer or "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        """Keep the mail."""
        message = message_from_bytes(envelope.content, _class=EmailMessage, policy=policy.default)
        self.taken.append(message)
        self.recipients += envelope.rcpt_tos
        return "250 OK"


def whole(message: EmailMessage) -> str:
    """Headers and body as a person reads them."""
    head = "\n".join(f"{name}: {value}" for name, value in message.items())
    return f"{head}\n\n{message.get_content()}"
