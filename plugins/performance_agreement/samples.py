"""What the sample agreements of the demo say; every target, programme and act is marked "contoh".

The objective and the form of the indicators are those of the ministry's public
performance report; no target of it is public, so all numbers here are made up.
"""

from __future__ import annotations

from types import SimpleNamespace

MARK = "(contoh)"
PERCENT = f"persen {MARK}"

OBJECTIVE = (
    "Meningkatnya dukungan teknis, administrasi, dan analisis urusan pemerintahan di bidang"
    " kesekretariatan negara dalam pelaksanaan tugas Presiden dan Wakil Presiden"
)
MANAGEMENT = "Meningkatnya akuntabilitas kinerja dan pengelolaan anggaran"

INDICATORS: dict[str, tuple[str, ...]] = {
    "setpres": (
        "Persentase dukungan acara dan kunjungan kerja Presiden yang terlaksana sesuai rencana",
    ),
    "setwapres": ("Persentase analisis yang ditindaklanjuti oleh Wakil Presiden",),
    "setmil": ("Persentase usulan gelar dan tanda kehormatan yang disetujui oleh Presiden",),
    "setmen": ("Persentase dukungan teknis dan administrasi kepada Menteri yang ditindaklanjuti",),
    "dep-hukum": (
        "Persentase pendapat hukum yang disetujui oleh Presiden",
        "Persentase analisis rancangan peraturan perundang-undangan yang disetujui oleh Presiden",
    ),
    "dep-hubungan": (
        "Persentase analisis hubungan kelembagaan dan kemasyarakatan yang ditindaklanjuti",
    ),
    "dep-aparatur": (
        "Persentase usulan pengangkatan dan pemberhentian pejabat yang disetujui oleh Presiden",
    ),
    "wantimpres": ("Persentase dukungan administrasi kepada Dewan yang ditindaklanjuti",),
    "set-ksp": ("Persentase dukungan administrasi kepada Kantor Staf Presiden yang terpenuhi",),
}
"""Indicators of the first objective by unit; the palaces share one."""

PALACE = ("Persentase acara kenegaraan di istana yang terlaksana sesuai rencana",)

PROGRAMMES = (
    f"Program Dukungan Manajemen {MARK}",
    f"Program Dukungan kepada Presiden dan Wakil Presiden {MARK}",
)


def agreement(unit: str, year: int) -> SimpleNamespace:
    """A sample agreement of a unit, in the shape of the form; the same for the same arguments."""
    seed = sum(unit.encode()) + year
    shared = year  # the same for all units, so that the ministry's agreement names it once
    main = [
        SimpleNamespace(text=text, target=_percent(shared + 5 * n), unit=PERCENT)
        for n, text in enumerate(INDICATORS.get(unit, PALACE))
    ]
    management = [
        SimpleNamespace(text="Nilai evaluasi akuntabilitas kinerja", target="BB", unit=MARK),
        SimpleNamespace(
            text="Persentase penyerapan anggaran", target=_percent(shared * 7), unit=PERCENT
        ),
    ]
    programmes = [
        SimpleNamespace(name=name, budget=(seed * (n + 3) % 400 + 50) * 125_000_000)
        for n, name in enumerate(PROGRAMMES)
    ]
    return SimpleNamespace(
        objectives=[
            SimpleNamespace(text=OBJECTIVE, indicators=main),
            SimpleNamespace(text=MANAGEMENT, indicators=management),
        ],
        programmes=programmes,
        total=sum(row.budget for row in programmes),
    )


def _percent(seed: int) -> str:
    """A target between 80 and 97,5, written the Indonesian way."""
    whole, half = divmod(160 + seed % 36, 2)
    return f"{whole},5" if half else str(whole)
