"""Jobs in words: what a kind does, what a state is, and what may be told of an error.

The text of an exception may hold case data or a secret (a statement with its values, an
address, a file name), so that only its class and a few known causes are ever shown.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.jobs.models import JobState

NAMES: Mapping[str, Any] = {
    "plugins.event": _l("Menyampaikan peristiwa kepada plugin"),
    "publishing.publish": _l("Menerbitkan dokumen"),
    "publishing.export": _l("Mengekspor situs publik"),
    "log.verify": _l("Memeriksa rantai catatan"),
}
STATES: Mapping[str, tuple[JobState, Any, str, str]] = {
    "menunggu": (JobState.QUEUED, _l("Menunggu"), "info", "clock"),
    "berjalan": (JobState.RUNNING, _l("Berjalan"), "info", "player-play"),
    "gagal": (JobState.FAILED, _l("Gagal"), "danger", "alert-triangle"),
    "selesai": (JobState.DONE, _l("Selesai"), "ok", "circle-check"),
    "dibatalkan": (JobState.CANCELLED, _l("Dibatalkan"), "neutral", "ban"),
}
"""The states by their word in addresses: state, label, colour and icon."""

LOOKS = {state: (kind, icon, label) for state, label, kind, icon in STATES.values()}

_CAUSES = (
    (r"no handler of this name", _l("Pluginnya sedang tidak terpasang.")),
    (r"the worker died each time", _l("Pelaksana pekerjaan selalu mati di tengah jalan.")),
    (r"\[Errno 28\]|disk.*full|No space left", _l("Ruang penyimpanan penuh.")),
    (r"\[Errno 13\]|PermissionError", _l("Berkas atau folder tidak boleh ditulisi.")),
    (r"\[Errno 111\]|ConnectionRefused", _l("Peladen tujuan menolak sambungan.")),
    (r"TimeoutError|timed out", _l("Peladen tujuan tidak menjawab pada waktunya.")),
    (r"gaierror|Name or service not known", _l("Nama peladen tujuan tidak ditemukan.")),
    (r"SMTPAuthentication", _l("Peladen surel menolak nama atau kata sandinya.")),
    (r"^SMTP", _l("Peladen surel menolak kiriman.")),
    (r"^SSL", _l("Sertifikat peladen tujuan tidak dapat dipercaya.")),
    (r"database is locked|OperationalError", _l("Basis data sedang tidak dapat dipakai.")),
)
_CLASS = re.compile(r"[A-Za-z_][A-Za-z0-9_.]{0,80}(?=:|$)")


def job_name(name: str) -> str:
    """What jobs of this name do; a plugin's is shown as it is named."""
    return str(NAMES.get(name, name))


def cause_of(error: str) -> str:
    """The cause of a failure without anything that the exception said in its own words."""
    if not error:
        return ""
    for pattern, words in _CAUSES:
        if re.search(pattern, error.splitlines()[0]):
            return str(words)
    found = _CLASS.match(error)
    kind = found[0].rpartition(".")[2] if found else _("tak dikenal")
    return _("Galat %(kind)s; rinciannya ada di log peladen.", kind=kind)
