"""standard.md against the workflow and, where it is at hand, against the official text."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from plugins.performance_agreement.workflow import PK, UNITS
from portal.testing.standards import (
    Standard,
    completeness,
    copied_runs,
    disagreements,
    load_standard,
)

HERE = Path(__file__).resolve()
FILE = HERE.parents[1] / "standard.md"
OFFICIAL = HERE.parents[4].joinpath("shared", "standards", "performance_agreement.txt")

KARO = "Kepala Biro Organisasi, Tata Laksana, dan Akuntabilitas Kinerja"
KABAG = "Kepala Bagian Akuntabilitas Kinerja"
PP = "Kepala Subbagian Perencanaan dan Pelaporan Kinerja"
PPE = "Kepala Subbagian Pemantauan, Penilaian, dan Evaluasi Kinerja"
STAF = "Staf Bagian Akuntabilitas Kinerja"
DEPUTI = "Deputi Bidang Administrasi Aparatur"
MENTERI = "Menteri Sekretaris Negara"
BOTH = "Bagian Akuntabilitas Kinerja I/Bagian Akuntabilitas Kinerja II"

#: step → how the official sentence begins, and whom standard.md names
OFFICIALS: dict[str, tuple[str, tuple[str, ...]]] = {
    "1a": (f"{KARO} memberikan", (KARO,)),
    "1b": (f"{KABAG} I dan {KABAG} II menugaskan", (f"{KABAG} I", f"{KABAG} II")),
    "2a": (f"Staf {BOTH} menyusun", (f"{STAF} I", f"{STAF} II")),
    "2b": (
        f"Kepala Subbagian pada {BOTH} memeriksa",
        (f"{PP} I atau {PPE} I", f"{PP} II atau {PPE} II"),
    ),
    "2c": (f"Kepala {BOTH} memeriksa", (f"{KABAG} I", f"{KABAG} II")),
    "2d": (f"{KARO} memeriksa", (KARO,)),
    "2e": (f"{DEPUTI} memeriksa dan menandatangani", (DEPUTI,)),
    "3": (f"Staf {BOTH} melaksanakan", (f"{STAF} I", f"{STAF} II")),
    "4": ("Satuan organisasi/satuan kerja menyusun", ("Satuan organisasi/satuan kerja",)),
    "5a": (f"Staf {BOTH} melakukan analisis", (f"Staf {BOTH}",)),
    "5b": (f"{STAF} I menyusun draf", (f"{STAF} I",)),
    "5c": (f"{PP} I memeriksa draf", (f"{PP} I",)),
    "5d": (f"{KABAG} I memeriksa draf", (f"{KABAG} I",)),
    "6": (f"{KARO} memimpin", (KARO,)),
    "7a": (f"{STAF} I menyusun konsep", (f"{STAF} I",)),
    "7b": (f"{PP} I memeriksa", (f"{PP} I",)),
    "7c": (f"{KABAG} I memeriksa", (f"{KABAG} I",)),
    "7d": (f"{KARO} memeriksa", (KARO,)),
    "7e": ("Deputy Bidang Administrasi Aparatur memeriksa", (DEPUTI,)),
    "7f": ("Staf menyampaikan", (f"{STAF} I",)),
    "8": (f"{MENTERI} memeriksa dan menandatangani", (MENTERI,)),
    "9": (f"Staf {BOTH} melaksanakan", (f"{STAF} I atau {STAF} II",)),
    "10": (f"{KARO} mengajukan", (KARO,)),
    "11": ("Biro Umum, Sekretariat Kementerian melakukan", ("Biro Umum, Sekretariat Kementerian",)),
    "12": (f"Staf {BOTH} mendistribusikan", (f"{STAF} I", f"{STAF} II")),
}

LIMITS = {
    "1": "30 menit",
    "2": "2 jam",
    "3": "1 hari",
    "4": "20 hari",
    "5": "5 hari",
    "6": "3 hari",
    "7": "1 hari",
    "8": "",
    "9": "1 hari",
    "10": "3 jam",
    "11": "",
    "12": "3 hari",
}

NAMES = (
    "Kementerian Sekretariat Negara",
    "Kementerian Pendayagunaan Aparatur Negara dan Reformasi Birokrasi",
    "Menteri Negara Pendayagunaan Aparatur Negara dan Reformasi Birokrasi",
    "Biro Organisasi, Tata Laksana, dan Akuntabilitas Kinerja",
    "Peraturan Presiden Nomor 29 Tahun 2014",
    "Sistem Akuntabilitas Kinerja Instansi Pemerintah",
    "Sistem Pengendalian Intern Pemerintah",
)


@pytest.fixture(scope="module")
def standard() -> Standard:
    return load_standard(FILE)


@pytest.fixture(scope="module")
def official() -> list[str]:
    """The lines of the official text without page heads and catch-words."""
    if not OFFICIAL.is_file():
        pytest.skip("the official text is not beside this checkout")
    text = OFFICIAL.read_text(encoding="utf-8").replace("*", "").replace("\xa0", " ")
    rows = [" ".join(row.split()) for row in text.splitlines()]
    heads = ("MENTERI SEKRETARIS NEGARA", "REPUBLIK INDONESIA")
    return [row for row in rows if row and row not in heads and ". . ." not in row]


def procedure(rows: list[str]) -> tuple[dict[str, str], dict[str, str]]:
    """The sentence of each printed step, and the limit of each stage."""
    start = rows.index("B. Uraian Prosedur")
    body = rows[start + 1 : rows.index("C. Persyaratan")]
    sentences: dict[str, str] = {}
    limits: dict[str, str] = {}
    stage = ""
    for row in body:
        if found := re.match(r"([0-9]+)\. (.+)", row):
            stage = found[1]
            sentences[stage] = found[2]
            limit = re.search(r"\(([0-9]+ \w+)\)|lambatnya ([0-9]+ hari)", row)
            limits[stage] = (limit[1] or limit[2]) if limit else ""
        elif found := re.match(r"- ([a-z])\. (.+)", row):
            sentences.pop(stage, None)
            sentences[stage + found[1]] = found[2]
    return sentences, limits


def test_every_step_official_and_limit_is_in_the_workflow(standard: Standard) -> None:
    assert disagreements(standard, [PK]) == []


def test_the_steps_are_carried_out_by_the_officials_of_the_standard(standard: Standard) -> None:
    named = {step.number: step.officials for step in standard.steps}
    assert named == {number: ours for number, (_sentence, ours) in OFFICIALS.items()}


def test_each_stage_has_its_limit(standard: Standard) -> None:
    assert {stage.number: stage.limit for stage in standard.stages} == LIMITS
    assert standard.total.text() == "34 hari kerja 5 jam 30 menit; 2 langkah tanpa batas waktu"


def test_stage_4_runs_from_receipt(standard: Standard) -> None:
    assert "diterima" in standard.stages[3].since


def test_only_the_number_of_performers_is_missing(standard: Standard) -> None:
    assert [each.title for each in completeness(standard).missing] == ["Jumlah pelaksana"]


def test_all_clauses_are_there(standard: Standard) -> None:
    refs = [clause.ref for clause in standard.clauses]
    assert refs == [f"I.{letter}" for letter in "ABCD"] + [f"II.{c}" for c in "ABCDEFGHIJKL"]
    scope = standard.clause(1, "D")
    assert scope is not None
    assert len(scope.items) == 9


def test_complaints_go_to_the_head_of_the_bureau_who_may_delegate(standard: Standard) -> None:
    assert standard.complaints.receiver == "karo-otlak"
    assert standard.complaints.delegates == ("kabag-akin-1", "kabag-akin-2")
    assert standard.evaluation_months == 12


def test_the_source_prints_these_steps_officials_and_limits(official: list[str]) -> None:
    sentences, limits = procedure(official)
    assert limits == LIMITS
    assert list(sentences) == list(OFFICIALS)
    for number, (beginning, _ours) in OFFICIALS.items():
        assert sentences[number].startswith(beginning), number


def test_the_laws_stand_as_the_source_has_them(standard: Standard, official: list[str]) -> None:
    laws = standard.clause(1, "A")
    assert laws is not None
    start = official.index("A. Dasar Hukum")
    printed = official[start + 1 : official.index("B. Latar Belakang")]
    assert [f"{n}. {law}" for n, law in enumerate(laws.items, 1)] == printed


def test_the_13_units_stand_in_the_order_of_the_source(
    standard: Standard, official: list[str]
) -> None:
    rows = [re.fullmatch(r"- [0-9]\) (.+?)(?:; dan|[;.])", row) for row in official]
    units = [found[1] for found in rows if found]
    scope = standard.clause(1, "D")
    assert scope is not None
    assert re.findall(r"^ {8}[0-9]\. (.+)$", scope.markdown, re.MULTILINE) == units
    assert len(units) == len(UNITS) == 13


def test_no_sentence_is_copied(standard: Standard, official: list[str]) -> None:
    laws = standard.clause(1, "A")
    assert laws is not None
    single = {
        o for step in standard.steps for title in step.officials for o in title.split(" atau ")
    }
    names = [*NAMES, *laws.items, *single, *(s.partition(" ")[2] for s in single), standard.title]
    units = [row.strip("- 1234567);.") for row in official if re.match(r"- [0-9]\) ", row)]
    body = FILE.read_text(encoding="utf-8")
    assert copied_runs(body, "\n".join(official), [*names, *units]) == []


def test_a_copied_sentence_would_be_found(official: list[str]) -> None:
    row = next(row for row in official if "Maksud penetapan" in row)
    assert copied_runs(f"Kata kami. {row}", "\n".join(official), NAMES)
