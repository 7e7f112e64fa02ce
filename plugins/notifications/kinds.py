"""The kinds of notices, and how each is called: in the portal, in a mail, in the settings.

Words only; a notice's own facts (number, step) are put in by whoever shows it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l


class Kind(StrEnum):
    """What a notice tells; the value is stored."""

    ASSIGNED = "assigned"
    RETURNED = "returned"
    SOON = "soon"
    LATE = "late"
    ASKED = "asked"
    INFORMED = "informed"
    ENDED = "ended"
    CANCELLED = "cancelled"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Look:
    """Colour and icon of a kind's badge, and its word."""

    colour: str
    icon: str
    word: object


LOOKS = {
    Kind.ASSIGNED: Look("info", "inbox", _l("Tugas baru")),
    Kind.RETURNED: Look("warn", "arrow-back-up", _l("Dikembalikan")),
    Kind.SOON: Look("warn", "hourglass", _l("Hampir habis waktu")),
    Kind.LATE: Look("danger", "alert-triangle", _l("Terlambat")),
    Kind.ASKED: Look("warn", "help-circle", _l("Diminta keterangan")),
    Kind.INFORMED: Look("info", "message-report", _l("Keterangan masuk")),
    Kind.ENDED: Look("ok", "circle-check", _l("Selesai")),
    Kind.CANCELLED: Look("neutral", "ban", _l("Dibatalkan")),
    Kind.ANSWERED: Look("ok", "message-report", _l("Dijawab")),
    Kind.WITHDRAWN: Look("neutral", "arrow-back-up", _l("Ditarik")),
}

CHOICES = {
    Kind.ASSIGNED: _l("Tugas baru"),
    Kind.RETURNED: _l("Pekerjaan dikembalikan"),
    Kind.SOON: _l("Waktu tinggal seperempat"),
    Kind.LATE: _l("Terlambat"),
    Kind.ASKED: _l("Keterangan diminta"),
    Kind.INFORMED: _l("Keterangan diberikan"),
    Kind.ENDED: _l("Permohonan selesai atau dibatalkan"),
    Kind.ANSWERED: _l("Pengaduan dijawab"),
    Kind.WITHDRAWN: _l("Pengaduan ditarik pelapor"),
}
"""What a person may turn off by itself; ``cancelled`` goes along with ``ended``."""

WAITING = (Kind.ASSIGNED, Kind.RETURNED, Kind.SOON, Kind.LATE)
"""Kinds about a task that waits for the person."""


def choice_of(kind: str) -> Kind:
    """The kind under which a person chooses."""
    return Kind.ENDED if kind == Kind.CANCELLED else Kind(kind)


def headline(kind: str, step: str = "") -> str:
    """What has happened, in one line; with the step where it may be named."""
    words = {
        Kind.ASSIGNED: _("Tugas baru untuk Anda"),
        Kind.RETURNED: _("Pekerjaan dikembalikan untuk diperbaiki"),
        Kind.SOON: _("Tiga perempat waktu tugas sudah terpakai"),
        Kind.LATE: _("Tugas melewati batas waktu"),
        Kind.ASKED: _("Anda diminta melengkapi keterangan"),
        Kind.INFORMED: _("Keterangan yang Anda minta sudah diberikan"),
        Kind.ENDED: _("Permohonan Anda sudah selesai"),
        Kind.CANCELLED: _("Permohonan Anda dibatalkan"),
        Kind.ANSWERED: _("Pengaduan Anda sudah dijawab"),
        Kind.WITHDRAWN: _("Pelapor menarik pengaduan yang menunggu Anda"),
    }
    return f"{words[Kind(kind)]}: {step}" if step else words[Kind(kind)]


def veiled(kind: str) -> str:
    """The same for a mail about something private: nothing but where to look."""
    if kind in (Kind.ASSIGNED, Kind.RETURNED):
        return _("Ada tugas baru di portal")
    if kind in WAITING:
        return _("Ada tugas yang menunggu di portal")
    return _("Ada kabar baru di portal")
