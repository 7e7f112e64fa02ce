"""What a complaint is called and what others may know of it; nothing here reads a database."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from flask_babel import lazy_gettext as _l


class Kind(StrEnum):
    """The kinds of clause H, and the request for information (national list of channels)."""

    COMPLAINT = "pengaduan"
    GRIEVANCE = "keluhan"
    SUGGESTION = "masukan"
    INFORMATION = "permintaan-informasi"


KIND_NAMES = {
    Kind.COMPLAINT: _l("Pengaduan"),
    Kind.GRIEVANCE: _l("Keluhan"),
    Kind.SUGGESTION: _l("Masukan"),
    Kind.INFORMATION: _l("Permintaan informasi"),
}

KIND_HELP = {
    Kind.COMPLAINT: _l("dugaan pelanggaran aturan, penyalahgunaan wewenang, atau kerugian"),
    Kind.GRIEVANCE: _l("pelayanan yang lambat, keliru, atau tidak sesuai standar"),
    Kind.SUGGESTION: _l("saran agar pelayanan menjadi lebih baik"),
    Kind.INFORMATION: _l("keterangan tentang pelayanan dan cara memperolehnya"),
}


@dataclass(frozen=True, slots=True)
class ComplaintFacts:
    """What a plugin is told to route a complaint: neither its text nor who filed it.

    ``kind`` as in the form's values, ``standard`` the key of the standard or empty,
    ``about`` the code of the position complained about or empty, ``case_number`` or empty.
    """

    kind: str
    standard: str
    about: str
    case_number: str
