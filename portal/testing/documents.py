"""Sample documents in public form, for tests, the demo and benchmarks.

Sample people are named after their position, and every target is marked as a sample.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from site_static.schema import (
    Document,
    Indicator,
    Level,
    Objective,
    Party,
    PartyRole,
    Programme,
)


def sample_document(
    unit_code: str = "setpres",
    unit_name: str = "Sekretariat Presiden",
    year: int = 2026,
    *,
    level: Level = Level.ECHELON_1,
    objectives: int = 2,
    indicators: int = 2,
    **changes: Any,
) -> Document:
    """A complete *Perjanjian Kinerja*; ``changes`` replaces any field of the document."""
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
                    for row in range(1, indicators + 1)
                ),
            )
            for number in range(1, objectives + 1)
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
