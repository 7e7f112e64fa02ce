"""The rules of holding a position, without a database: periods, mandates, overlaps.

``assign_holder`` and the CSV import both ask here, so that a file cannot bring in what
the page refuses. Sources: UU 30/2014 article 14 (Plt., Plh.), SE BKN 1/SE/I/2021 (three
months, extended once).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from flask_babel import gettext as _

from portal.org.dates import overlap
from portal.org.models import HolderKind, PositionKind

PLT_DAYS = 92
"""Three months, the longest first period of a Plt., in days."""

KIND_LABELS: dict[HolderKind, str] = {
    HolderKind.DEFINITIVE: "definitif",
    HolderKind.PLT: "Plt.",
    HolderKind.PLH: "Plh.",
    HolderKind.DELEGATE: "a.n.",
}


@dataclass(frozen=True, slots=True)
class Spell:
    """One period in which one person holds one position; ``person`` is any stable key."""

    person: object
    name: str
    kind: HolderKind
    mandate: str
    start: date
    end: date | None

    def overlaps(self, other: Spell) -> bool:
        """True when both spells share a day."""
        return overlap(self.start, self.end, other.start, other.end)


def refusals(kind: PositionKind, others: Iterable[Spell], new: Spell) -> list[tuple[str, str]]:
    """Why ``new`` may not be entered, as (field, sentence); empty when it may.

    ``others`` are the spells of the same position.
    """
    found: list[tuple[str, str]] = []
    if new.end is not None and new.end < new.start:
        found.append(
            ("valid_to", _("Hari terakhir mendahului hari pertama; perbaiki masa jabatan."))
        )
        return found
    if new.kind == HolderKind.DELEGATE:
        message = _("Pelimpahan dibuat oleh pemegang jabatan sendiri di halaman profilnya.")
        return [("kind", message)]
    if new.kind != HolderKind.DEFINITIVE and not new.mandate.strip():
        found.append(
            (
                "mandate",
                _("Plt. dan Plh. memerlukan mandat; isi nomor dan tanggal surat perintah."),
            )
        )
    for other in others:
        if not new.overlaps(other):
            continue
        if other.person == new.person:
            found.append(
                (
                    "person",
                    _(
                        "%(name)s sudah memegang jabatan ini pada masa itu; akhiri dahulu.",
                        name=other.name,
                    ),
                )
            )
        elif (
            kind == PositionKind.HEAD
            and new.kind == HolderKind.DEFINITIVE
            and other.kind == HolderKind.DEFINITIVE
        ):
            found.append(
                (
                    "valid_from",
                    _(
                        "Masa jabatan bertumpang tindih dengan %(name)s, pejabat definitif "
                        "sejak %(start)s; akhiri dahulu masa jabatannya.",
                        name=other.name,
                        start=other.start.strftime("%d-%m-%Y"),
                    ),
                )
            )
    return found


def cautions(others: Iterable[Spell], new: Spell) -> list[str]:
    """What to warn of, without refusing: a Plt. beside a definitive official, a long Plt."""
    if new.kind == HolderKind.DEFINITIVE:
        return []
    found: list[str] = []
    holder = next(
        (o for o in others if o.kind == HolderKind.DEFINITIVE and new.overlaps(o)),
        None,
    )
    if new.kind == HolderKind.PLT and holder is not None:
        found.append(
            _(
                "Plt. ditunjuk untuk jabatan yang lowong, padahal %(name)s masih pejabat "
                "definitif; bila ia hanya berhalangan, pakailah Plh.",
                name=holder.name,
            )
        )
    if new.kind == HolderKind.PLH and holder is None:
        found.append(
            _(
                "Plh. ditunjuk bila pejabat definitif berhalangan, padahal jabatan ini "
                "lowong; pakailah Plt."
            )
        )
    if new.end is None:
        found.append(_("Penugasan Plt. atau Plh. sebaiknya mempunyai hari terakhir."))
    elif new.kind == HolderKind.PLT and new.end - new.start >= timedelta(days=PLT_DAYS):
        found.append(_("Plt. paling lama tiga bulan dan dapat diperpanjang satu kali."))
    return found
