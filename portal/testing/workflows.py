"""Small workflows over the shipped organisation, for tests of the engine without any plugin.

Who serves them and who acts on them is in ``portal.testing.desk``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.workflow.definition import (
    AnyOf,
    ByField,
    Chosen,
    OfCoordinator,
    OfUnit,
    Outcome,
    Proxy,
    Role,
    Since,
    Start,
    Supervisor,
    Workflow,
    any_of,
    choice,
    for_each_unit,
    parallel,
    review,
    sign,
    stage,
    task,
)
from portal.workflow.fields import (
    Date,
    DateTime,
    Letter,
    LongText,
    Money,
    Number,
    PerUnit,
    PickPosition,
    Select,
    Text,
)

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

PLUGIN = "sample"
UNIT_SET = "sample.units"
UNITS_OF_1 = ("setpres", "setwapres", "istana-tampaksiring")
UNITS_OF_2 = ("setmen", "dep-hukum")
HEADS = {
    "setpres": "kasetpres",
    "setwapres": "kasetwapres",
    "istana-tampaksiring": "kepala-istana-tampaksiring",
    "setmen": "sesmen",
    "dep-hukum": "deputi-hukum",
}

ROLES: tuple[tuple[str, Role], ...] = (
    ("boss", Role("Kepala Biro", position="karo-otlak")),
    ("deputy", Role("Deputi", position="deputi-aparatur")),
    ("head_1", Role("Kepala Bagian I", position="kabag-akin-1")),
    ("head_2", Role("Kepala Bagian II", position="kabag-akin-2")),
    ("planner_1", Role("Kepala Subbagian Perencanaan I", position="kasubbag-ppk-1")),
    ("auditor_1", Role("Kepala Subbagian Evaluasi I", position="kasubbag-ppe-1")),
    ("staff_1", Role("Staf Bagian I", position="staf-akin-1")),
    ("staff_2", Role("Staf Bagian II", position="staf-akin-2")),
)
"""Fixed roles that all samples share, played by positions of the shipped organisation."""

LETTER = Workflow(
    "letter",
    "Penyiapan surat",
    number="SRT",
    roles=ROLES,
    starts=(Start("new", "Surat baru", "Surat {hal}", by=("boss",), record=(Text("hal", "Hal"),)),),
    steps=(
        stage(
            "1",
            "Menyusun dan memeriksa",
            parallel(
                "ab",
                [
                    task(
                        "a.I",
                        "Menyusun konsep",
                        by="staff_1",
                        record=[
                            Letter("konsep", "Konsep", subject="Undangan", to="Semua", body="Isi"),
                            Number("jumlah", "Jumlah", required=False),
                            Money("biaya", "Biaya", required=False),
                            Date("tanggal", "Tanggal", required=False),
                        ],
                    ),
                    review(
                        "b.I",
                        "Memeriksa",
                        by=any_of("planner_1", "auditor_1"),
                        reviews="a.I",
                        back_to="a.I",
                    ),
                ],
                [
                    task(
                        "a.II",
                        "Menyusun lampiran",
                        by="staff_2",
                        record=[LongText("uraian", "Uraian")],
                    ),
                    review("b.II", "Memeriksa", by="head_2", reviews="a.II", back_to="a.II"),
                ],
            ),
            review("c", "Memeriksa", by="boss", reviews=["a.I", "a.II"], back_to=["a.I", "a.II"]),
            limit="2 jam",
        ),
        stage(
            "2",
            "Menandatangani",
            sign(
                "d",
                "Menandatangani",
                by="deputy",
                signs=["a.I.konsep", "a.II"],
                back_to=["a.I", "a.II"],
            ),
            limit="1 jam",
        ),
        stage("3", "Mengirim", task("e", "Mengirim", by="staff_1"), limit="1 hari"),
    ),
)
"""Two drafts side by side, each reviewed, then approved, signed and sent."""

UNITS = Workflow(
    "units",
    "Pengumpulan dari satuan organisasi",
    number="UNT",
    roles=(
        *ROLES,
        (
            "analyst",
            Role(
                "Staf Bagian",
                positions=(("bag-akin-1", "staf-akin-1"), ("bag-akin-2", "staf-akin-2")),
            ),
        ),
        ("writer", Role("Staf satuan organisasi", default="staff")),
        ("chief", Role("Pimpinan satuan organisasi", default="head")),
    ),
    starts=(Start("new", "Pengumpulan baru", "Pengumpulan", by=("boss",)),),
    steps=(
        stage(
            "1",
            "Menyampaikan permintaan",
            parallel(
                "kirim",
                *[
                    [
                        task(
                            f"kirim.{n}",
                            "Menyampaikan",
                            by=f"staff_{n}",
                            record=[
                                PerUnit(
                                    "waktu",
                                    "Waktu",
                                    over=UNIT_SET,
                                    of=DateTime("waktu", "Waktu", fact="delivered", required=False),
                                )
                            ],
                        )
                    ]
                    for n in (1, 2)
                ],
            ),
            limit="1 hari",
        ),
        stage(
            "2",
            "Mengisi",
            for_each_unit(
                "isi.unit",
                "Isian satuan organisasi",
                task(
                    "terima",
                    "Mengonfirmasi penerimaan",
                    by=AnyOf((OfUnit("writer"), OfUnit("chief"))),
                    record=[DateTime("waktu", "Diterima pada", fact="received")],
                    detached=True,
                ),
                task("isi", "Mengisi", by=OfUnit("writer"), record=[LongText("uraian", "Uraian")]),
                sign("ttd", "Menandatangani", by=OfUnit("chief"), signs="isi", back_to="isi"),
                over=UNIT_SET,
                release_by="boss",
            ),
            limit="20 hari",
            since=Since("received", fallback="delivered", wait="1 hari"),
        ),
        stage(
            "3",
            "Menganalisis dan merekap",
            for_each_unit(
                "analisis.unit",
                "Analisis",
                review(
                    "analisis",
                    "Menganalisis",
                    by=OfCoordinator("analyst"),
                    reviews="isi",
                    back_to="isi",
                ),
                over=UNIT_SET,
                release_by="boss",
            ),
            task("rekap", "Merekap", by="staff_1"),
            review("periksa", by="head_1", reviews="rekap", back_to=["rekap", "isi"]),
            limit="5 hari",
        ),
        stage(
            "4",
            "Menyetujui",
            for_each_unit(
                "setuju.unit",
                "Persetujuan atasan",
                sign("setuju", "Menyetujui", by=Supervisor(), signs="isi", back_to="isi"),
                task("susulan", "Menyusulkan", by="boss", detached=True, when="released"),
                over=UNIT_SET,
                release_by="boss",
            ),
        ),
        task("arsip", "Mengarsipkan", by="staff_1"),
    ),
)
"""A request to units, one lane each, with analysis, approval and a place for late ones."""

MEETING = Workflow(
    "meeting",
    "Permintaan pertemuan",
    number="RPT",
    roles=(
        *ROLES,
        (
            "leader",
            Role("Pimpinan", positions=(("setpres", "kasetpres"), ("setwapres", "kasetwapres"))),
        ),
        (
            "secretary",
            Role("Staf", positions=(("setpres", "staf-setpres"), ("setwapres", "staf-setwapres"))),
        ),
    ),
    starts=(
        Start(
            "ask",
            "Minta pertemuan",
            "Pertemuan: {hal}",
            record=(
                Text("hal", "Hal"),
                Select(
                    "kantor", "Kantor", choices=(("setpres", "Setpres"), ("setwapres", "Setwapres"))
                ),
            ),
        ),
    ),
    steps=(
        task(
            "arahan",
            "Memberi arahan",
            by=ByField("leader", "kantor"),
            proxy=Proxy(ByField("secretary", "kantor"), "Mengonfirmasi arahan lisan"),
            outcomes=(Outcome("ya", "Terima"), Outcome("tidak", "Tolak")),
        ),
        choice(
            "keputusan",
            on="arahan",
            branches={
                "ya": [
                    task(
                        "disposisi",
                        "Menetapkan tindak lanjut",
                        by="head_1",
                        record=[
                            Select(
                                "tindak",
                                "Tindak lanjut",
                                choices=(("balas", "Balasan"), ("acara", "Acara")),
                                many=True,
                            ),
                            PickPosition(
                                "pelaksana", "Pelaksana", roles=("planner_1", "auditor_1")
                            ),
                        ],
                    ),
                    choice(
                        "tindak",
                        on="disposisi.tindak",
                        many=True,
                        branches={
                            "balas": [task("balas", "Membalas", by=Chosen("disposisi.pelaksana"))],
                            "acara": [task("acara", "Menyiapkan acara", by="head_2")],
                        },
                    ),
                ],
                "tidak": [task("tolak", "Menolak", by="staff_1")],
            },
        ),
        task("selesai", "Menutup", by="boss"),
    ),
)
"""Oral direction by a proxy, a choice by outcome, one of several branches, a chosen official."""


def plant_units(session: Session) -> None:
    """Make the unit set of :data:`UNITS`: three units of Bagian I, two of Bagian II."""
    from portal.org.service import ensure_unit_set

    rows = [(unit, "bag-akin-1") for unit in UNITS_OF_1]
    rows += [(unit, "bag-akin-2") for unit in UNITS_OF_2]
    ensure_unit_set(session, UNIT_SET, "Satuan organisasi contoh", rows)
