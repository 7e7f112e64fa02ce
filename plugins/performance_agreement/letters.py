"""The memoranda and letters of the procedure: what their forms propose to the drafter.

Which step records them is in ``workflow.py``; their numbers are given in ``effects.py``.
"""

from __future__ import annotations

from collections.abc import Iterable

from portal.api import Letter

REQUEST_BODY = (
    "Dengan hormat, kami mohon Perjanjian Kinerja tahun berjalan disusun dan "
    "disampaikan kepada Biro Organisasi, Tata Laksana, dan Akuntabilitas Kinerja "
    "paling lambat 20 hari setelah permintaan ini diterima. Dokumen diisi dan "
    "ditandatangani melalui portal ini.\n\n"
    "Atas perhatian dan kerja sama Saudara, kami ucapkan terima kasih."
)

MINISTER_MEMO = (
    "Bersama ini kami sampaikan draf final Perjanjian Kinerja Kementerian Sekretariat "
    "Negara beserta konsep surat pengantarnya, untuk diperiksa dan ditandatangani."
)

PANRB = "Menteri Negara Pendayagunaan Aparatur Negara dan Reformasi Birokrasi"

PANRB_LETTER = (
    "Bersama ini kami sampaikan Perjanjian Kinerja Kementerian Sekretariat Negara "
    "tahun berjalan sebagai pelaksanaan sistem akuntabilitas kinerja instansi "
    "pemerintah."
)

DISTRIBUTION_BODY = (
    "Bersama ini kami sampaikan dokumen Perjanjian Kinerja Kementerian Sekretariat "
    "Negara untuk menjadi acuan pelaksanaan dan pemantauan kinerja di lingkungan "
    "Saudara."
)

PRINT_BODY = (
    "Mohon bantuan Saudara untuk mencetak dokumen Perjanjian Kinerja Kementerian "
    "Sekretariat Negara sesuai dengan jumlah yang tercantum pada permohonan ini."
)

REQUEST = (
    Letter("memorandum", "Konsep memorandum", subject="Permintaan dokumen Perjanjian Kinerja",
           to="Pimpinan satuan organisasi", body=REQUEST_BODY),
    Letter("surat", "Konsep surat", subject="Permintaan dokumen Perjanjian Kinerja",
           to="Pimpinan satuan kerja", body=REQUEST_BODY),
)  # fmt: skip
"""Step 2a: to the units, asking for their agreements."""

SUBMISSION = (
    Letter("memorandum", "Konsep memorandum Deputi kepada Menteri",
           subject="Penyampaian PK Kementerian Sekretariat Negara",
           to="Menteri Sekretaris Negara", body=MINISTER_MEMO),
    Letter("surat", "Konsep surat Menteri",
           subject="Penyampaian PK Kementerian Sekretariat Negara", to=PANRB, body=PANRB_LETTER),
)  # fmt: skip
"""Step 7a: to the minister, and the minister's letter."""

PRINTING = (
    Letter("memorandum", "Memorandum permohonan pencetakan",
           subject="Permohonan pencetakan dokumen PK",
           to="Kepala Biro Umum, Sekretariat Kementerian", body=PRINT_BODY),
)  # fmt: skip
"""Step 10: to Biro Umum."""

DISTRIBUTION = (
    Letter("memorandum", "Memorandum Deputi", subject="Penyampaian dokumen PK Kementerian",
           to="Pimpinan satuan organisasi", body=DISTRIBUTION_BODY),
    Letter("surat", "Surat Deputi", subject="Penyampaian dokumen PK Kementerian",
           to="Pimpinan satuan kerja", body=DISTRIBUTION_BODY),
)  # fmt: skip
"""Step 12: with the printed document to the heads of the units."""


def proposed(letters: Iterable[Letter]) -> dict[str, dict[str, str]]:
    """The letters as a step records them when the drafter changes nothing."""
    return {
        each.name: {"subject": each.subject, "to": each.to, "body": each.body} for each in letters
    }
