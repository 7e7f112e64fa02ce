"""The connection to the mail server: TLS with verified certificates, and one kind of failure.

What the server says of one mail is told apart from a server that cannot be used at all.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage

from portal.api import MailSecurity, MailServer

TIMEOUT = 20
"""Seconds that the server may take for an answer."""


class Unreachable(Exception):
    """The server cannot be used now, whatever the mail; holds no address and no password."""


class NotTaken(Exception):
    """The server does not take this mail; ``for_good``: and will not take it later."""

    def __init__(self, code: int) -> None:
        super().__init__(f"SMTP {code}")
        self.for_good = code >= 500


@contextmanager
def connected(server: MailServer) -> Iterator[smtplib.SMTP]:
    """A connection that mail can be handed to.

    Raises:
        Unreachable: there is no server, it is not who it should be, or it refuses us.
    """
    try:
        smtp = _connect(server)
    except (smtplib.SMTPException, OSError) as error:
        raise Unreachable(_name(error)) from None  # the cause may quote what we sent
    try:
        yield smtp
    finally:
        with suppress(smtplib.SMTPException, OSError):
            smtp.quit()


def _connect(server: MailServer) -> smtplib.SMTP:
    name = server.sender.rpartition("@")[2]  # what smtplib finds by itself may take a while
    if server.security == MailSecurity.TLS:
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host, server.port, name, timeout=TIMEOUT, context=ssl.create_default_context()
        )
    else:
        smtp = smtplib.SMTP(server.host, server.port, name, timeout=TIMEOUT)
    try:
        if server.security == MailSecurity.STARTTLS:
            smtp.starttls(context=ssl.create_default_context())
        if server.username:
            smtp.login(server.username, server.password)
    except BaseException:  # whatever ends it, no connection is left open
        smtp.close()
        raise
    return smtp


def hand_over(smtp: smtplib.SMTP, message: EmailMessage) -> None:
    """Give one mail to the server.

    Raises:
        NotTaken: the server refuses this mail, now or for good.
        Unreachable: the connection or our sender is refused.
    """
    try:
        smtp.send_message(message)
    except smtplib.SMTPRecipientsRefused as error:
        code, _text = next(iter(error.recipients.values()))
        raise NotTaken(code) from None
    except smtplib.SMTPDataError as error:
        raise NotTaken(error.smtp_code) from None
    except (smtplib.SMTPException, OSError) as error:
        raise Unreachable(_name(error)) from None


def _name(error: Exception) -> str:
    code = getattr(error, "smtp_code", "")
    return f"{type(error).__name__} {code}".strip()
