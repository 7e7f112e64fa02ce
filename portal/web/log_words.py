"""What an entry of the log says in a sentence, and which of its data may be shown.

An allow-list: a datum that is not named here is never shown, and of a kind that is not
known (a plugin's) nothing but its name. Entries of cases show no data at all; their step
and number are read in ``portal.web.log``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.formats import tanggal

_DAY = re.compile(r"\d{4}-[01]\d-[0-3]\d")

CASE = "case"
FAMILIES: Mapping[str, Any] = {
    "accounts": _l("Akun"),
    "organisation": _l("Organisasi"),
    "publications": _l("Publikasi"),
    "system": _l("Sistem"),
    CASE: _l("Kasus"),
}
"""The families of chains; a case's chain is called ``case:`` and its id."""


@dataclass(frozen=True, slots=True)
class Words:
    """The sentence of a kind, and the data shown with it as (key, label)."""

    sentence: Any
    details: tuple[tuple[str, Any], ...] = ()


_ACCOUNT = ("account", _l("Akun"))
_ENDED = ("sessions_ended", _l("Sesi yang diakhiri"))
_POSITION = ("position", _l("Jabatan"))
_PERSON = ("person", _l("Orang"))
_FROM = ("valid_from", _l("Mulai"))
_TO = ("valid_to", _l("Sampai"))
_BINDING = (("workflow", _l("Alur kerja")), ("role", _l("Peran")))
_DELEGATION = (_POSITION, ("from", _l("Pemberi")), ("to", _l("Penerima")), _FROM, _TO)
_PUBLICATION = (("path", _l("Alamat")), ("version", _l("Versi")), ("digest", _l("Sidik isi")))
_JOB = (("job", _l("Nomor pekerjaan")), ("name", _l("Jenis")), ("reason", _l("Alasan")))

KINDS: Mapping[str, Mapping[str, Words]] = {
    "accounts": {
        "account-opened": Words(
            _l("Akun dibuat"), (_ACCOUNT, ("administrator", _l("Administrator")))
        ),
        "log-in": Words(_l("Masuk ke portal"), (("address", _l("Alamat jaringan")),)),
        "log-in-refused": Words(
            _l("Upaya masuk ditolak"), (_ACCOUNT, ("address", _l("Alamat jaringan")))
        ),
        "password-changed": Words(_l("Kata sandi diganti pemiliknya"), (_ACCOUNT, _ENDED)),
        "mail-address-changed": Words(_l("Alamat surel diubah"), (_ACCOUNT,)),
        "password-reset": Words(_l("Kata sandi diatur ulang"), (_ACCOUNT, _ENDED)),
        "account-disabled": Words(_l("Akun dinonaktifkan"), (_ACCOUNT, _ENDED)),
        "account-enabled": Words(_l("Akun diaktifkan kembali"), (_ACCOUNT,)),
        "administrator-granted": Words(_l("Hak administrator diberikan"), (_ACCOUNT,)),
        "administrator-revoked": Words(_l("Hak administrator dicabut"), (_ACCOUNT,)),
        "sessions-ended": Words(_l("Sesi diakhiri administrator"), (_ACCOUNT, _ENDED)),
    },
    "organisation": {
        "holder.assigned": Words(
            _l("Pemegang jabatan ditetapkan"),
            (_POSITION, _PERSON, ("kind", _l("Sebagai")), ("mandate", _l("Mandat")), _FROM, _TO),
        ),
        "holder.ended": Words(
            _l("Masa jabatan diakhiri"), (_POSITION, _PERSON, ("valid_to", _l("Hari terakhir")))
        ),
        "delegation.given": Words(_l("Tugas dilimpahkan"), _DELEGATION),
        "delegation.ended": Words(_l("Pelimpahan tugas diakhiri"), _DELEGATION),
        "structure.changed": Words(_l("Susunan organisasi diubah"), (("changes", _l("Isi")),)),
        "set.extended": Words(
            _l("Kumpulan unit ditambah"), (("set", _l("Kumpulan")), ("units", _l("Unit")))
        ),
        "role-bound": Words(_l("Peran ditetapkan"), (*_BINDING, _POSITION, ("from", _l("Mulai")))),
        "role-unbound": Words(_l("Penetapan peran diakhiri"), _BINDING),
    },
    "publications": {
        "finalized": Words(_l("Dokumen difinalkan"), _PUBLICATION),
        "publish-decided": Words(_l("Penerbitan dokumen diputuskan"), _PUBLICATION),
        "published": Words(_l("Dokumen diterbitkan"), _PUBLICATION),
        "withdrawn": Words(_l("Dokumen ditarik"), _PUBLICATION),
    },
    "system": {
        "calendar.changed": Words(
            _l("Kalender dinas diubah"),
            (
                ("added", _l("Hari ditambah")),
                ("removed", _l("Hari dihapus")),
                ("ramadan_added", _l("Ramadan ditambah")),
                ("ramadan_removed", _l("Ramadan dihapus")),
                ("moved", _l("Batas waktu yang bergeser")),
            ),
        ),
        "complaints.settings": Words(
            _l("Setelan pengaduan diubah"),
            (
                ("days", _l("Batas hari kerja")),
                ("reopen_days", _l("Hari kerja untuk keberatan")),
                ("officer", _l("Petugas pengaduan")),
            ),
        ),
        "log.verified": Words(
            _l("Rantai catatan diperiksa"),
            (
                ("chains", _l("Jumlah rantai")),
                ("entries", _l("Jumlah entri")),
                ("broken", _l("Kerusakan")),
            ),
        ),
        "backup.made": Words(
            _l("Cadangan dibuat"),
            (
                ("files", _l("Jumlah berkas")),
                ("bytes", _l("Ukuran (byte)")),
                ("secrets", _l("Kunci ikut disimpan")),
            ),
        ),
        "backup.restored": Words(_l("Cadangan dipulihkan"), (("made_at", _l("Cadangan dari")),)),
        "job.retried": Words(
            _l("Pekerjaan yang gagal diulang"), (*_JOB[:2], ("new", _l("Pekerjaan baru")))
        ),
        "job.discarded": Words(_l("Pekerjaan yang gagal dibuang"), _JOB),
        "job.cancelled": Words(_l("Pekerjaan dibatalkan"), _JOB[:2]),
    },
    CASE: {
        "started": Words(_l("Kasus dimulai")),
        "opened": Words(_l("Langkah dibuka")),
        "done": Words(_l("Langkah diselesaikan")),
        "returned": Words(_l("Langkah dikembalikan")),
        "again": Words(_l("Langkah diulang dalam putaran baru")),
        "claimed": Words(_l("Tugas diambil")),
        "handed-over": Words(_l("Tugas diserahkan kepada pejabat lain")),
        "withdrawn": Words(_l("Tindakan ditarik kembali")),
        "released": Words(_l("Kasus diteruskan tanpa unit yang terlambat")),
        "suspended": Words(_l("Kasus ditunda")),
        "resumed": Words(_l("Kasus dilanjutkan")),
        "cancelled": Words(_l("Kasus dibatalkan")),
        "lapsed": Words(_l("Langkah gugur karena tidak diperlukan lagi")),
        "asked": Words(_l("Keterangan tambahan diminta dari pemohon")),
        "informed": Words(_l("Pemohon memberi keterangan tambahan")),
        "question.withdrawn": Words(_l("Permintaan keterangan ditarik")),
        "moved": Words(_l("Tugas dipindahkan administrator")),
        "due-soon": Words(_l("Waktu langkah hampir habis")),
        "overdue": Words(_l("Batas waktu langkah terlewati")),
        "calendar.changed": Words(_l("Batas waktu bergeser karena kalender diubah")),
        "unsealed": Words(_l("Segel surat dibuka")),
        "file.added": Words(_l("Berkas ditambahkan")),
        "file.downloaded": Words(_l("Berkas diunduh")),
        "file.previewed": Words(_l("Berkas dibaca")),
        "complaint.revoked": Words(_l("Delegasi pengaduan dicabut")),
        "complaint.reopened": Words(_l("Pengaduan dibuka kembali")),
        "complaint.closed": Words(_l("Pengaduan ditutup")),
        "complaint.withdrawn": Words(_l("Pengaduan dicabut pelapor")),
        "complaint.identity": Words(_l("Nama pelapor dibuka petugas pengaduan")),
    },
}

SIGNED = frozenset({"done", "returned", "released", "handed-over", "moved"})
"""Kinds of a case whose actor is written as "jabatan (nama)"."""


def family_of(chain: str) -> str:
    """``case`` for the chain of a case, else the chain's own name."""
    return CASE if chain.startswith(f"{CASE}:") else chain


def known_kinds() -> list[str]:
    """Every kind that has words, in order."""
    return sorted({kind for kinds in KINDS.values() for kind in kinds})


def sentence(chain: str, kind: str) -> str:
    """The sentence of a kind; an unknown one is shown as it is named."""
    words = KINDS.get(family_of(chain), {}).get(kind)
    return kind if words is None else str(words.sentence)


def details(chain: str, kind: str, data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The data of an entry that may be shown, as (label, text); nothing of a case."""
    words = KINDS.get(family_of(chain), {}).get(kind)
    if words is None:
        return
    for key, label in words.details:
        text = _text(data.get(key))
        if text:
            yield str(label), text


def _text(value: object, between: str = "; ") -> str:
    """A datum as one line; days are written out."""
    if isinstance(value, bool):
        return _("ya") if value else _("tidak")
    if isinstance(value, list):
        return between.join(filter(None, (_text(each, " ") for each in value)))
    if isinstance(value, dict):
        if {"kind", "key", "action"} <= value.keys():  # a line of an import
            return f"{value['kind']} {value['key']}: {value['action']}"
        return ", ".join(f"{key} {_text(each)}" for key, each in value.items())
    if isinstance(value, str) and _DAY.fullmatch(value):
        return tanggal(date.fromisoformat(value))
    return "" if value is None else str(value)
