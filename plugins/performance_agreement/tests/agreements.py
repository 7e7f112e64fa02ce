"""What the units of the played year write into the form of their agreement."""

from __future__ import annotations

from collections.abc import Mapping

SHARED = "Meningkatnya dukungan kepada Presiden dan Wakil Presiden"
PROGRAMME = "Program Dukungan Manajemen"


def own_goal(unit: str) -> str:
    """An objective that only this unit has."""
    return f"Meningkatnya mutu layanan {unit}"


def form_of(unit: str, thousands: int) -> Mapping[str, str]:
    """The form of a unit: numeric and text targets, two programmes, ``thousands`` of rupiah."""
    budget, total = (f"{n:,}.000".replace(",", ".") for n in (thousands, thousands + 1500))
    return {
        "isi-objectives-0-text": SHARED,
        "isi-objectives-0-indicators-0-text": "Persentase dukungan yang terlaksana",
        "isi-objectives-0-indicators-0-target": "97,5",
        "isi-objectives-0-indicators-0-unit": "persen",
        "isi-objectives-1-text": own_goal(unit),
        "isi-objectives-1-indicators-0-text": f"Nilai akuntabilitas kinerja {unit}",
        "isi-objectives-1-indicators-0-target": "BB",
        "isi-objectives-1-indicators-0-unit": "",
        "isi-objectives-1-indicators-1-text": f"Waktu layanan {unit}",
        "isi-objectives-1-indicators-1-target": "≤ 3",
        "isi-objectives-1-indicators-1-unit": "hari",
        "isi-programmes-0-name": PROGRAMME,
        "isi-programmes-0-budget": f"Rp {budget}",
        "isi-programmes-1-name": f"Program {unit}",
        "isi-programmes-1-budget": "1.500.000",
        "isi-total": total,
    }
