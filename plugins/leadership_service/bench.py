"""What ``portal bench`` measures here: the register and the agenda, and registering a letter."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from portal.api import Measured, MeasuredForm, now, today

CLERK, LEADER = "staf-tu-menteri", "staf-ahli-1"
HOME = "/layanan/leadership-service"
PAGES = (
    (CLERK, f"{HOME}/surat"),
    (CLERK, f"{HOME}/surat?keamanan=B"),
    (CLERK, f"{HOME}/surat?cari=arsip"),
    (LEADER, f"{HOME}/surat"),
)


def _letter(number: int) -> dict[str, Any]:
    return {
        "pimpinan": "menteri",
        "asal": "Instansi pemerintah (contoh)",
        "nomor": f"{number}/contoh",
        "tanggal": (today() - timedelta(days=1)).isoformat(),
        "diterima": f"{now():%Y-%m-%dT00:00}",
        "hal": f"Permintaan data nomor {number}",
        "keamanan": "B",
    }


def _kind(number: int) -> dict[str, Any]:
    return {"jenis": "surat"}


def _audience(number: int) -> dict[str, Any]:
    return {
        "pimpinan": "menteri",
        "asal": "Kepala Biro Umum",
        "hal": f"Audiensi nomor {number}",
        "uraian": "Mohon waktu pimpinan (contoh).",
        "syarat_0": "y",
    }


REGISTER = Measured(
    subject="register",
    pages=PAGES,
    forms=(
        MeasuredForm(
            person=CLERK, address="/permohonan/baru/leadership.letter", fields=(_letter, _kind)
        ),
    ),
)
CASES = Measured(
    subject="cases",
    forms=(
        MeasuredForm(
            person="karo-umum", address="/permohonan/baru/leadership.audience", fields=(_audience,)
        ),
    ),
)
