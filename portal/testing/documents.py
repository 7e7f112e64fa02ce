"""Sample documents in public form, for tests, the demo and benchmarks.

Sample people are named after their position, and every target is marked as a sample.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from portal.publishing.pdf import render_pdf
from portal.publishing.service import data_file
from portal.publishing.writer import Frozen, write
from site_static.body import render_body
from site_static.schema import (
    Document,
    Indicator,
    Level,
    Objective,
    Party,
    PartyRole,
    Programme,
    as_data,
    canonical,
    sha256,
)
from site_static.store import BODY, DATA, PDF

URL = "http://publik.test"
PUBLISHED = datetime(2026, 1, 20, 3, 0, tzinfo=UTC)


def sample_document(
    unit_code: str = "setpres",
    unit_name: str = "Sekretariat Presiden",
    year: int = 2026,
    *,
    level: Level = Level.ECHELON_1,
    goals: int = 2,
    indicators_each: int = 2,
    **changes: Any,
) -> Document:
    """A complete *Perjanjian Kinerja* of ``goals`` objectives; ``changes`` replaces any field."""
    ministry = level == Level.MINISTRY
    first = Party(
        role=PartyRole.FIRST,
        name=f"Kepala {unit_name} (contoh)" if not ministry else "Menteri (contoh)",
        title=f"Kepala {unit_name}" if not ministry else "Menteri Sekretaris Negara",
        designation="" if ministry else "selanjutnya disebut pihak pertama.",
        approval=f"Persetujuan tercatat di portal, 15 Januari {year}",
    )
    second = Party(
        role=PartyRole.SECOND,
        name="Menteri (contoh)",
        title="Menteri Sekretaris Negara",
        designation="selaku atasan pihak pertama, selanjutnya disebut pihak kedua.",
        approval=f"Persetujuan tercatat di portal, 16 Januari {year}",
    )
    fields: dict[str, Any] = {
        "kind": "pk",
        "year": year,
        "unit_code": unit_code,
        "unit_name": unit_name,
        "level": level,
        "title": f"Perjanjian Kinerja {unit_name} Tahun {year}",
        "number": f"PK-{year}-{unit_code.upper()}",
        "place": "Jakarta",
        "date": date(year, 1, 15),
        "parties": (first,) if ministry else (first, second),
        "statement": (
            (
                "Demi pemerintahan yang efektif, terbuka, dan bertanggung jawab atas hasilnya,"
                f" {'saya' if ministry else 'kami'} yang namanya tercantum di bawah ini menyatakan"
                " hal-hal berikut."
            ),
        ),
        "pledges": (
            "Pihak pertama akan mewujudkan target tahunan dalam lampiran perjanjian ini."
            if not ministry
            else "Saya akan mewujudkan target tahunan dalam lampiran perjanjian ini.",
            (
                "Keberhasilan dan kegagalan mencapai target itu menjadi tanggung jawab"
                f" {'saya' if ministry else 'pihak pertama'}."
            ),
        ),
        "objectives": tuple(
            Objective(
                title=f"Meningkatnya mutu layanan {unit_name} bagian {number} (contoh)",
                indicators=tuple(
                    Indicator(
                        text=f"Persentase layanan {number}.{row} yang selesai tepat waktu (contoh)",
                        target="BB" if row == 2 else f"{80 + row},5",
                        unit="" if row == 2 else "%",
                    )
                    for row in range(1, indicators_each + 1)
                ),
            )
            for number in range(1, goals + 1)
        ),
        "programmes": (
            Programme(name="Program Dukungan Manajemen (contoh)", budget=12_450_000_000),
            Programme(
                name="Program Penyelenggaraan Layanan kepada Presiden dan Wakil Presiden (contoh)",
                budget=3_875_500_250,
                note="APBN",
            ),
        ),
        "sample": True,
    }
    return Document(**{**fields, **changes})


def sample_frozen(document: Document, note: str = "", pdf: bytes | None = None) -> Frozen:
    """A document as finalizing freezes it, without a database; ``pdf`` spares the printing."""
    content = canonical(as_data(document))
    printed = pdf if pdf is not None else render_pdf(document, f"{URL}/{document.path}/")
    files = {PDF: {"sha256": sha256(printed), "bytes": len(printed)}}
    return Frozen(
        document=document,
        digest=sha256(content),
        files={
            DATA: data_file(content.decode(), files),
            BODY: render_body(document).encode(),
            PDF: printed,
        },
        note=note,
    )


def fill_store(store: Path, *documents: Document | Frozen, at: datetime = PUBLISHED) -> None:
    """Publish documents straight into a store, with a stand-in for the PDF."""
    items = [
        row if isinstance(row, Frozen) else sample_frozen(row, pdf=row.title.encode())
        for row in documents
    ]
    write(store, URL, items, at)
