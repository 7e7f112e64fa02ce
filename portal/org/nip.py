"""Reading a NIP, the number of a civil servant; nothing here stores or shows one.

Layout of the 18 digits: birth date (8), year and month of the first appointment (6),
sex (1), serial (3). There is no check digit. Numbers of PPPK hold a contract kind where
the month stands, so an odd month is a warning only. A NIP discloses birth date and sex:
it is personal data. (Perka BKN 22/2007 and 43/2007, as restated in DOMAIN.md section 6.)
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _

LENGTH = 18
FIRST_YEAR = 1900


@dataclass(frozen=True, slots=True)
class NipCheck:
    """What was found in a NIP: ``errors`` refuse it, ``warnings`` are only shown."""

    value: str
    errors: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def normalise(text: str) -> str:
    """Drop the spaces, dots and dashes that people write between the groups."""
    return "".join(sign for sign in text if sign not in " .-\u00a0")


def check_nip(text: str, on: date) -> NipCheck:
    """Check a NIP as it was written; ``on`` is the day of the check."""
    value = normalise(text)
    if not (value.isascii() and value.isdigit()):
        return NipCheck(value, (_("NIP hanya boleh berisi angka."),))
    if len(value) != LENGTH:
        message = _("NIP harus %(n)s angka; yang tertulis %(got)s angka.", n=LENGTH, got=len(value))
        return NipCheck(value, (message,))
    errors: list[str] = []
    warnings: list[str] = []
    try:
        born = date(int(value[:4]), int(value[4:6]), int(value[6:8]))
    except ValueError:
        born = None
    if born is None or born.year < FIRST_YEAR or born > on:
        errors.append(_("Delapan angka pertama NIP bukan tanggal lahir (tahun, bulan, tanggal)."))
    if value[14] not in "12":
        errors.append(_("Angka ke-15 NIP harus 1 (pria) atau 2 (wanita)."))
    if not 1 <= int(value[12:14]) <= 12:
        warnings.append(
            _("Angka ke-13 dan ke-14 NIP bukan bulan pengangkatan; wajar hanya untuk PPPK.")
        )
    if value[15:] == "000":
        warnings.append(_("Nomor urut di akhir NIP biasanya mulai dari 001."))
    return NipCheck(value, tuple(errors), tuple(warnings))
