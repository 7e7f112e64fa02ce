"""A notice as a mail: subject, text and headers. Nothing here reads or sends.

Of a private case nothing is named. A line break in a value cannot become a header: values
are joined to one line, and the message class refuses what is left.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from flask_babel import gettext as _

from plugins.notifications.kinds import headline, veiled
from portal.api import MailServer, is_mail_address, tenggat, waktu

LONGEST_SUBJECT = 160


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What a mail is made of; ``done``: the task is finished by now. Addresses may be empty."""

    notice_id: int
    kind: str
    name: str
    email: str
    number: str
    step: str
    private: bool
    at: datetime
    due: datetime | None
    zone: str
    done: bool
    link: str
    settings_link: str


def message_of(letter: Letter, server: MailServer) -> EmailMessage:
    """The mail.

    Raises:
        ValueError: the address or another value cannot stand in a header.
    """
    if not is_mail_address(letter.email):
        raise ValueError("not a mail address")
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(server.sender_name, addr_spec=server.sender)
    message["To"] = Address(_line(letter.name), addr_spec=letter.email)
    message["Subject"] = subject_of(letter)
    message["Date"] = letter.at
    message["Message-ID"] = message_id(letter, server)
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(text_of(letter))
    message["Content-Language"] = "id"  # setting the content forgets what was said of it
    return message


def message_id(letter: Letter, server: MailServer) -> str:
    """The same for every try, so that a mail that comes twice is known as one."""
    domain = server.sender.rpartition("@")[2]
    return f"<notice.{letter.notice_id}.{letter.at:%Y%m%d%H%M%S}@{domain}>"


def subject_of(letter: Letter) -> str:
    """One line; nothing but where to look if the case is private."""
    if letter.private:
        return veiled(letter.kind)
    text = _line(headline(letter.kind, letter.step))[:LONGEST_SUBJECT]
    return f"{text} ({_line(letter.number)})"


def text_of(letter: Letter) -> str:
    """The body: polite, plain, and no more than the subject may say."""
    parts = [_("Yth. %(name)s,", name=_line(letter.name))]
    if letter.private:
        parts.append(veiled(letter.kind) + ".")
    else:
        parts.append(headline(letter.kind) + ".")
        parts.append("\n".join(_facts(letter)))
    if letter.done:
        parts.append(_("Tugas ini sudah selesai; tidak ada lagi yang perlu Anda kerjakan."))
    if letter.link:
        parts.append(_("Silakan buka:") + "\n" + letter.link)
    else:
        parts.append(_("Silakan buka Portal Layanan, lalu pilih lonceng di bagian atas."))
    foot = _("Surel ini dikirim otomatis; mohon tidak membalasnya.")
    if letter.settings_link:
        foot += "\n" + _("Pilihan surel: %(link)s", link=letter.settings_link)
    return (
        "\n\n".join([*parts, _("Terima kasih.") + "\n" + _("Portal Layanan"), "-- \n" + foot])
        + "\n"
    )


def _facts(letter: Letter) -> list[str]:
    rows = [(_("Nomor kasus"), _line(letter.number))]
    if letter.step:
        rows.append((_("Langkah"), _line(letter.step)))
    rows.append((_("Tercatat"), waktu(letter.at, letter.zone) if letter.zone else waktu(letter.at)))
    if letter.due is not None:
        rows.append((_("Tenggat"), tenggat(letter.due, letter.zone)))
    wide = max(len(label) for label, _value in rows)
    return [f"{label.ljust(wide)} : {value}" for label, value in rows]


def _line(text: str) -> str:
    """The text as one line of printable characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
