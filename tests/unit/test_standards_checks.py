"""Totals of limits, and the 14 components of the national rule."""

from __future__ import annotations

import pytest

from portal.standards.completeness import RULE, check
from portal.standards.document import Standard, parse_standard
from portal.standards.duration import Total, is_limit, limit_words, total
from portal.standards.page import cost_of, parts_of

HEAD = """\
---
key: sample
number: "7"
title: Peminjaman ruang rapat
decree: Keputusan contoh
responsible: Kepala Biro Contoh
unit: Biro Contoh
users: [Semua unit]
output: [Ruang siap pakai]
outcome: [Rapat berjalan]
complaints: {receiver: karo-contoh}
evaluation: 6 bulan
---
"""
CLAUSES = {
    "D": "1. **Keluaran.** Ruang siap.\n2. **Kompetensi pelaksana.** Teliti.\n",
    "B": "### 1. Permohonan (1 hari)\n\n- 1. Meminta.\n  - Pelaksana: Pemohon\n",
}


def standard(part_two: str = "BCDEHIJKL", scope: str = CLAUSES["D"]) -> Standard:
    """A standard with those clauses of part two and that clause I.D."""
    rows = [
        HEAD,
        "# Bagian kesatu: A",
        "## A. Dasar hukum\n\n1. Peraturan",
        f"## D. Lingkup\n\n{scope}",
    ]
    rows.append("# Bagian kedua: B")
    rows += [f"## {letter}. Judul\n\n{CLAUSES.get(letter, 'Ada.')}" for letter in part_two]
    return parse_standard("\n\n".join(rows))


def missing(text: Standard) -> list[str]:
    """Titles of the components that are not there."""
    return [component.title for component in check(text).missing]


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        (["30 menit", "2 jam"], "2 jam 30 menit"),
        (["1 jam 30 menit", "45 menit"], "2 jam 15 menit"),
        (["20 hari", "1 hari kerja", "3 jam"], "21 hari kerja 3 jam"),
        (["3 hari kalender", "1 hari"], "1 hari kerja 3 hari kalender"),
        (["2 jam", "", ""], "2 jam; 2 langkah tanpa batas waktu"),
        ([""], "1 langkah tanpa batas waktu"),
        ([], ""),
    ],
)
def test_limits_add_up(limits: list[str], words: str) -> None:
    assert total(limits).text() == words


def test_hours_never_become_days() -> None:
    assert total(["8 jam"] * 5) == Total(minutes=2400)


@pytest.mark.parametrize("text", ["0 jam", "sebentar", "2", "2 minggu", "jam 2", "2 jam 90", ""])
def test_other_words_are_no_limit(text: str) -> None:
    assert not is_limit(text)
    if text:
        with pytest.raises(ValueError, match="not a limit"):
            total([text])


def test_days_are_shown_as_working_days() -> None:
    assert limit_words("20 hari") == "20 hari kerja"
    assert limit_words("3 hari kalender") == "3 hari kalender"
    assert limit_words("") == "tanpa batas waktu"


def test_the_rule_has_six_components_of_delivery_and_eight_of_management() -> None:
    assert [delivery for _title, delivery, _finder, _advice in RULE] == [True] * 6 + [False] * 8


def test_the_number_of_performers_is_missed_until_clause_d_says_it() -> None:
    assert missing(standard()) == ["Jumlah pelaksana"]
    assert check(standard()).text() == "13 dari 14 komponen"
    told = standard(scope=CLAUSES["D"] + "3. **Jumlah pelaksana.** Empat orang.\n")
    assert missing(told) == []
    assert check(told).share == 1


@pytest.mark.parametrize(
    ("letter", "title"),
    [
        ("C", "Persyaratan"),
        ("E", "Biaya atau tarif"),
        ("H", "Penanganan pengaduan, saran, dan masukan"),
        ("D", "Sarana, prasarana, dan fasilitas"),
        ("I", "Pengawasan internal"),
        ("J", "Jaminan pelayanan"),
        ("K", "Jaminan keamanan dan keselamatan pelayanan"),
        ("L", "Evaluasi kinerja pelaksana"),
    ],
)
def test_a_clause_that_is_left_out_is_missed(letter: str, title: str) -> None:
    assert title in missing(standard("BCDEHIJKL".replace(letter, "")))


def test_without_clause_b_procedure_and_time_are_missed() -> None:
    assert {"Sistem, mekanisme, dan prosedur", "Jangka waktu penyelesaian"} <= set(
        missing(standard("CDEHIJKL"))
    )


def test_a_component_is_cited_by_its_place() -> None:
    refs = {component.title: component.ref for component in check(standard()).components}
    assert refs["Produk pelayanan"] == "I.D.1"
    assert refs["Kompetensi pelaksana"] == "I.D.2"
    assert refs["Persyaratan"] == "II.C"


def test_clause_texts_become_safe_html_without_breaks() -> None:
    scope = "1. **Keluaran.** <script>x</script> satu\n   dua\n"
    first, _second = parts_of(standard(scope=scope))
    html = first.clauses[1].html
    assert "<strong>Keluaran.</strong>" in html
    assert "script" not in html
    assert "<br" not in html


def test_the_cost_is_the_first_line_of_clause_e() -> None:
    assert cost_of(standard()) == "Ada"
    assert cost_of(standard("BCDHIJKL")) == "belum dicantumkan"
